// What a test puts in an engine's place: whoever connects to its port speaks with the cache-node's Unix socket, through this process.
// In the demo the other end is the engine's stand-in on the machine instead.
// usage: test-engine SOCKET|ADDRESS:PORT PORT
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void end(int signal) {
  (void)signal;
  _exit(0);
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int open_tcp(const char *target, const char *colon) {
  char host[16] = "";
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(colon + 1))};
  if (colon - target < (long)sizeof host) {
    memcpy(host, target, colon - target);
  }
  int to = socket(AF_INET, SOCK_STREAM, 0);
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1 || to < 0 ||
      connect(to, (struct sockaddr *)&address, sizeof address) < 0) {
    fail(target);
  }
  return to;
}

static int open_socket(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    fprintf(stderr, "%s is too long for a socket\n", path);
    exit(1);
  }
  strcpy(address.sun_path, path);
  int to = socket(AF_UNIX, SOCK_STREAM, 0);
  if (to < 0 || connect(to, (struct sockaddr *)&address, sizeof address) < 0) {
    fail(path);
  }
  return to;
}

static int other_end(const char *target) {
  const char *colon = strrchr(target, ':');
  return colon == NULL ? open_socket(target) : open_tcp(target, colon);
}

// Returns 0 at the end of what comes.
static int pass(int from, int to) {
  static char bytes[65536];
  ssize_t count = read(from, bytes, sizeof bytes);
  for (ssize_t at = 0; at < count;) {
    ssize_t written = write(to, bytes + at, count - at);
    if (written <= 0) {
      return 0;
    }
    at += written;
  }
  return count > 0;
}

static void serve(int client, const char *target) {
  struct pollfd both[] = {{.fd = client, .events = POLLIN}, {.fd = other_end(target), .events = POLLIN}};
  while (poll(both, 2, -1) > 0) {
    for (int from = 0; from < 2; from++) {
      if (both[from].revents != 0 && !pass(both[from].fd, both[1 - from].fd)) {
        exit(0);
      }
    }
  }
}

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "usage: test-engine SOCKET|ADDRESS:PORT PORT\n");
    return 2;
  }
  signal(SIGTERM, end);
  signal(SIGINT, end);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGCHLD, SIG_IGN); // nobody asks how a child ended
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(arguments[2]))};
  int port = socket(AF_INET, SOCK_STREAM, 0);
  if (port < 0 || bind(port, (struct sockaddr *)&address, sizeof address) < 0 || listen(port, 64) < 0) {
    fail(arguments[2]);
  }
  for (;;) {
    int client = accept(port, NULL, NULL);
    if (client < 0) {
      continue;
    }
    if (fork() == 0) {
      close(port);
      serve(client, arguments[1]);
      exit(0);
    }
    close(client);
  }
}
