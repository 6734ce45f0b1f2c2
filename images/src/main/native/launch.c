// The entry point of the images, in which there is no shell: does what bin/<program> does with its environment, then
// becomes the JVM. Flags of the JVM are in jvm.flags, the same file that bin/<program> reads.
//   KVP_HEAP       bounds the heap, in place of the default in jvm.flags
//   KVP_JAVA_OPTS  further flags of the JVM, with spaces between them
// What this program is given as its own arguments comes after those: flags of the JVM, -jar, the program's flags.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JAVA "/opt/java/bin/java"
#define FLAGS "@/opt/kvcachepool/jvm.flags"
#define MOST_OPTIONS 64

int main(int count, char **arguments) {
  char **command = calloc((size_t)count + MOST_OPTIONS + 4, sizeof(char *));
  char *heap = getenv("KVP_HEAP");
  char *options = getenv("KVP_JAVA_OPTS");
  char heap_flag[64];
  int used = 0;
  int given = 0;
  if (command == NULL) {
    return 1;
  }
  command[used++] = JAVA;
  command[used++] = FLAGS;
  if (heap != NULL && *heap != '\0') {
    if (snprintf(heap_flag, sizeof heap_flag, "-Xmx%s", heap) >= (int)sizeof heap_flag) {
      fprintf(stderr, "KVP_HEAP is %s; allowed is a size as -Xmx takes it, for example 192m\n", heap);
      return 2;
    }
    command[used++] = heap_flag;
  }
  for (char *option = options == NULL ? NULL : strtok(options, " "); option != NULL; option = strtok(NULL, " ")) {
    if (++given > MOST_OPTIONS) {
      fprintf(stderr, "KVP_JAVA_OPTS has more than %d flags\n", MOST_OPTIONS);
      return 2;
    }
    command[used++] = option;
  }
  for (int i = 1; i < count; i++) {
    command[used++] = arguments[i];
  }
  execv(JAVA, command);
  fprintf(stderr, "cannot start %s: %s\n", JAVA, strerror(errno));
  return 1;
}
