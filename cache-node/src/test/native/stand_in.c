/*
 * A stand-in for libcuda.so.1: not CUDA, no GPU, for tests on machines without one. Its device says so in its name.
 *
 * "Device memory" is files in memory (memfd), mapped where the driver's virtual memory calls are told to, so that an exported
 * descriptor can be imported by another process. It proves paths and orders of calls, nothing of speed. It is stricter than
 * a driver where a mistake would otherwise go unseen:
 *
 *  - a copy is done when its event or stream is waited for and not before; what nobody waits for never happens;
 *  - a copy needs pinned host memory (registered, or of cuMemAllocHost), mapped device memory with access, and a context that
 *    is current in the calling thread;
 *  - memory that is still mapped can't have its addresses freed.
 *
 * What goes wrong is told by a shared file of 64-bit numbers, named by KVP_CUDA_CONTROL: see the enum below.
 * All other functions that JCuda's native file imports are stubs that answer 801 (CUDA_ERROR_NOT_SUPPORTED), in stubs.c, made
 * by the test build.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  FAIL_CODE,      /* what a copy fails with, once COPIES_LEFT are done; 0: never. 700, 719, 999, 46, ... end the context */
  COPIES_LEFT,    /* copies until then */
  NOT_READY,      /* how often each event answers "not ready" first; negative: for ever */
  MEMORY_LEFT,    /* bytes of device memory less one that cuMemCreate still gives; 0: as much as is asked for */
  CORRUPT,        /* copies to the host, from now on, whose first byte is flipped; counts down */
  NO_REGISTER,    /* 1: host memory can't be registered */
  NO_DEVICE,      /* 1: no device */
  NO_EXPORT,      /* 1: device without shareable handles */
  OLD_DRIVER,     /* 1: a driver of CUDA 10 */
  CREATED,        /* counted here: allocations that exist */
  REGISTERED,     /* counted here: host ranges registered */
  COPIES,         /* counted here: copies done */
  DROPPED,        /* counted here: copies that nobody waited for */
  CONTEXTS,       /* counted here: contexts that exist */
  HOLD_PINS,      /* registering host memory does not come back until this is 0 */
  HOLD_MEMORY,    /* cuMemCreate does not come back until this is 0 */
  BREAK_PINS,     /* what registering host memory fails with, which ends the context; 0: never */
  NUMBERS
};

enum { OK = 0, INVALID = 1, NO_MEMORY = 2, NO_DEVICES = 100, NO_CONTEXT = 201, NOT_READY_YET = 600, ILLEGAL = 700 };

#define GRANULARITY (2UL << 20)
#define MOST 4096

typedef struct { int file; size_t size; int references; } Allocation;
typedef struct { char *at; size_t size; int reserved, mapped, access; Allocation *of; } Range;
typedef struct { char *at; size_t size; int allocated; } Pinned;
typedef struct Copy { struct Copy *next; char *to, *from; size_t size; int to_host; } Copy;
typedef struct Context { int broken; struct Stream *streams; } Context;
typedef struct Stream { struct Stream *next; Context *context; Copy *first, *last; } Stream;
typedef struct { Context *context; Stream *stream; Copy *up_to; int recorded; long asked; } Event;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static __thread Context *current;
static int64_t own_control[NUMBERS];
static int64_t *control = own_control;
static int initialised;
static Range ranges[MOST];
static Pinned pinned[MOST];

#define LOCKED(...) do { pthread_mutex_lock(&lock); int result = OK; __VA_ARGS__; pthread_mutex_unlock(&lock); return result; } while (0)
#define CHECKED(...) LOCKED(result = state(); if (result == OK) { __VA_ARGS__; })

static int state(void) {
  if (!initialised) return 3;
  if (current == NULL) return NO_CONTEXT;
  return current->broken;
}

static void add(int number, int64_t by) { __atomic_add_fetch(&control[number], by, __ATOMIC_SEQ_CST); }

static void held(int number) {
  while (__atomic_load_n(&control[number], __ATOMIC_SEQ_CST) != 0) usleep(1000);
}

__attribute__((constructor)) static void find_control(void) {
  const char *path = getenv("KVP_CUDA_CONTROL");
  int file = path == NULL ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file >= 0 && ftruncate(file, sizeof own_control) == 0) {
    void *at = mmap(NULL, sizeof own_control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (at != MAP_FAILED) control = at;
  }
  if (file >= 0) close(file);
}

int cuInit(unsigned flags) {
  (void)flags;
  LOCKED({
    initialised = 1;
    if (control[NO_DEVICE]) result = NO_DEVICES;
  });
}

int cuDriverGetVersion(int *version) { *version = control[OLD_DRIVER] ? 10000 : 12060; return OK; }
int cuDeviceGetCount(int *count) { *count = control[NO_DEVICE] ? 0 : 1; return OK; }
int cuDeviceGet(int *device, int ordinal) { *device = ordinal; return ordinal == 0 ? OK : 101; }
int cuDeviceGetName(char *name, int length, int device) { (void)device; snprintf(name, length, "stand-in, not CUDA"); return OK; }
int cuDeviceGetUuid(unsigned char *uuid, int device) { (void)device; memcpy(uuid, "stand-in-notcuda", 16); return OK; }
int cuDeviceTotalMem_v2(size_t *bytes, int device) { (void)device; *bytes = 8UL << 30; return OK; }
int cuDeviceGetAttribute(int *value, int attribute, int device) {
  (void)device;
  (void)attribute;
  *value = control[NO_EXPORT] ? 0 : 1;
  return OK;
}

int cuGetErrorName(int error, const char **name) {
  static __thread char text[40];
  snprintf(text, sizeof text, "STAND_IN_ERROR_%d", error);
  *name = text;
  return OK;
}

int cuCtxCreate_v2(Context **context, unsigned flags, int device) {
  (void)flags; (void)device;
  if (!initialised) return 3;
  if (control[NO_DEVICE]) return NO_DEVICES;
  *context = calloc(1, sizeof(Context));
  current = *context;
  add(CONTEXTS, 1);
  return OK;
}

static void drop(Stream *stream, int count) {
  for (Copy *copy = stream->first; copy != NULL;) {
    Copy *next = copy->next;
    if (count) add(DROPPED, 1);
    free(copy);
    copy = next;
  }
  stream->first = stream->last = NULL;
}

int cuCtxDestroy_v2(Context *context) {
  LOCKED({
    if (current == context) current = NULL;
    for (Stream *stream = context->streams; stream != NULL; stream = stream->next) drop(stream, !context->broken);
    for (int i = 0; i < MOST; i++) {
      if (pinned[i].at != NULL) {
        if (pinned[i].allocated) munmap(pinned[i].at, pinned[i].size); else add(REGISTERED, -1);
        pinned[i].at = NULL;
      }
    }
    context->broken = 709;
    add(CONTEXTS, -1);
  });
}

int cuCtxSetCurrent(Context *context) {
  LOCKED({
    current = context;
    if (context != NULL) result = context->broken;
  });
}

int cuMemGetInfo_v2(size_t *free_bytes, size_t *total) {
  CHECKED({
    *total = 8UL << 30;
    *free_bytes = control[MEMORY_LEFT] ? (size_t)control[MEMORY_LEFT] - 1 : *total;
  });
}

int cuMemGetAllocationGranularity(size_t *bytes, const void *properties, int option) {
  (void)properties; (void)option;
  *bytes = GRANULARITY;
  return OK;
}

int cuMemCreate(Allocation **handle, size_t size, const void *properties, unsigned long long flags) {
  (void)properties; (void)flags;
  held(HOLD_MEMORY);
  CHECKED({
    if (size == 0 || size % GRANULARITY != 0) {
      result = INVALID;
    } else if (control[MEMORY_LEFT] != 0 && control[MEMORY_LEFT] - 1 < (int64_t)size) {
      result = NO_MEMORY;
    } else {
      int file = memfd_create("stand-in", MFD_CLOEXEC);
      if (file < 0 || ftruncate(file, size) != 0) {
        result = NO_MEMORY;
      } else {
        Allocation *made = calloc(1, sizeof *made);
        made->file = file;
        made->size = size;
        made->references = 1;
        if (control[MEMORY_LEFT] != 0) add(MEMORY_LEFT, -(int64_t)size);
        add(CREATED, 1);
        *handle = made;
      }
    }
  });
}

static void release(Allocation *allocation) {
  if (--allocation->references == 0) {
    close(allocation->file);
    if (control[MEMORY_LEFT] != 0) add(MEMORY_LEFT, (int64_t)allocation->size);
    add(CREATED, -1);
    free(allocation);
  }
}

int cuMemRelease(Allocation *handle) { LOCKED(release(handle)); }

static Range *range_at(const char *at, size_t size) {
  for (int i = 0; i < MOST; i++) {
    Range *range = &ranges[i];
    if (range->at != NULL && at >= range->at && at + size <= range->at + range->size) return range;
  }
  return NULL;
}

int cuMemAddressReserve(char **address, size_t size, size_t alignment, char *wanted, unsigned long long flags) {
  (void)wanted; (void)flags;
  LOCKED({
    size_t align = alignment > GRANULARITY ? alignment : GRANULARITY;
    char *at = mmap(NULL, size + align, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    result = NO_MEMORY;
    for (int i = 0; at != MAP_FAILED && i < MOST; i++) {
      if (ranges[i].at == NULL) {
        char *aligned = (char *)(((uintptr_t)at + align - 1) / align * align);
        if (aligned > at) munmap(at, aligned - at);
        munmap(aligned + size, at + align - aligned);
        ranges[i] = (Range){aligned, size, 1, 0, 0, NULL};
        *address = aligned;
        result = OK;
        break;
      }
    }
  });
}

int cuMemAddressFree(char *address, size_t size) {
  LOCKED({
    Range *range = range_at(address, size);
    if (range == NULL || range->mapped || range->at != address || range->size != size) {
      result = INVALID;
    } else {
      munmap(address, size);
      range->at = NULL;
    }
  });
}

int cuMemMap(char *address, size_t size, size_t offset, Allocation *handle, unsigned long long flags) {
  (void)flags;
  LOCKED({
    Range *range = range_at(address, size);
    if (range == NULL || range->mapped || range->at != address || range->size != size || offset + size > handle->size) {
      result = INVALID;
    } else if (mmap(address, size, PROT_NONE, MAP_SHARED | MAP_FIXED, handle->file, offset) == MAP_FAILED) {
      result = NO_MEMORY;
    } else {
      range->mapped = 1;
      range->of = handle;
      handle->references++;
    }
  });
}

int cuMemUnmap(char *address, size_t size) {
  LOCKED({
    Range *range = range_at(address, size);
    if (range == NULL || !range->mapped) {
      result = INVALID;
    } else {
      mmap(address, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
      range->mapped = range->access = 0;
      release(range->of);
    }
  });
}

int cuMemSetAccess(char *address, size_t size, const int *description, size_t count) {
  /* CUmemAccessDesc: location type, location id, flags; 1 is to read, 3 to read and write. */
  (void)count;
  LOCKED({
    Range *range = range_at(address, size);
    if (range == NULL || !range->mapped) {
      result = INVALID;
    } else {
      mprotect(address, size, description[2] == 3 ? PROT_READ | PROT_WRITE : PROT_READ);
      range->access = description[2];
    }
  });
}

int cuMemExportToShareableHandle(void *to, Allocation *handle, int type, unsigned long long flags) {
  (void)flags;
  LOCKED({
    if (type != 1 || control[NO_EXPORT]) {
      result = INVALID;
    } else {
      *(int *)to = fcntl(handle->file, F_DUPFD_CLOEXEC, 0);
    }
  });
}

int cuMemImportFromShareableHandle(Allocation **handle, void *from, int type) {
  LOCKED({
    struct stat status;
    int file = type == 1 ? fcntl((int)(intptr_t)from, F_DUPFD_CLOEXEC, 0) : -1;
    if (file < 0 || fstat(file, &status) != 0) {
      result = INVALID;
    } else {
      Allocation *made = calloc(1, sizeof *made);
      made->file = file;
      made->size = status.st_size;
      made->references = 1;
      add(CREATED, 1);
      *handle = made;
    }
  });
}

static int pin(char *at, size_t size, int allocated) {
  for (int i = 0; i < MOST; i++) {
    if (pinned[i].at == NULL) {
      pinned[i] = (Pinned){at, size, allocated};
      return OK;
    }
  }
  return NO_MEMORY;
}

static Pinned *pinned_at(const char *at, size_t size) {
  for (int i = 0; i < MOST; i++) {
    if (pinned[i].at != NULL && at >= pinned[i].at && at + size <= pinned[i].at + pinned[i].size) return &pinned[i];
  }
  return NULL;
}

int cuMemHostRegister_v2(void *at, size_t size, unsigned flags) {
  (void)flags;
  held(HOLD_PINS);
  CHECKED({
    if (control[BREAK_PINS]) {
      result = current->broken = control[BREAK_PINS];
    } else if (control[NO_REGISTER]) {
      result = 801;
    } else if (pinned_at(at, 1) != NULL) {
      result = 712;
    } else {
      result = pin(at, size, 0);
      if (result == OK) add(REGISTERED, 1);
    }
  });
}

int cuMemHostUnregister(void *at) {
  CHECKED({
    Pinned *found = pinned_at(at, 1);
    if (found == NULL || found->allocated) {
      result = 713;
    } else {
      found->at = NULL;
      add(REGISTERED, -1);
    }
  });
}

int cuMemAllocHost_v2(void **at, size_t size) {
  CHECKED({
    *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    result = *at == MAP_FAILED ? NO_MEMORY : pin(*at, size, 1);
  });
}

int cuMemFreeHost(void *at) {
  CHECKED({
    Pinned *found = pinned_at(at, 1);
    if (found == NULL || !found->allocated) {
      result = INVALID;
    } else {
      munmap(found->at, found->size);
      found->at = NULL;
    }
  });
}

int cuStreamCreate(Stream **stream, unsigned flags) {
  (void)flags;
  CHECKED({
    *stream = calloc(1, sizeof(Stream));
    (*stream)->context = current;
    (*stream)->next = current->streams;
    current->streams = *stream;
  });
}

int cuStreamDestroy_v2(Stream *stream) { CHECKED(drop(stream, 1)); }

static int copy(Stream *stream, char *to, char *from, size_t size, int to_host) {
  Range *device = range_at(to_host ? from : to, size);
  if (pinned_at(to_host ? to : from, size) == NULL) return INVALID;
  if (device == NULL || !device->access) return current->broken = ILLEGAL;
  if (control[FAIL_CODE] != 0 && control[COPIES_LEFT]-- <= 0) {
    int code = control[FAIL_CODE];
    if (code != NO_MEMORY) current->broken = code;
    return code;
  }
  Copy *made = calloc(1, sizeof *made);
  *made = (Copy){NULL, to, from, size, to_host};
  if (stream->last == NULL) stream->first = made; else stream->last->next = made;
  stream->last = made;
  return OK;
}

int cuMemcpyHtoDAsync_v2(char *to, char *from, size_t size, Stream *stream) { CHECKED(result = copy(stream, to, from, size, 0)); }
int cuMemcpyDtoHAsync_v2(char *to, char *from, size_t size, Stream *stream) { CHECKED(result = copy(stream, to, from, size, 1)); }

int cuEventCreate(Event **event, unsigned flags) {
  (void)flags;
  CHECKED({ *event = calloc(1, sizeof(Event)); (*event)->context = current; });
}

int cuEventDestroy_v2(Event *event) { LOCKED(free(event)); }

int cuEventRecord(Event *event, Stream *stream) {
  CHECKED({
    event->stream = stream;
    event->up_to = stream->last;
    event->recorded = 1;
    event->asked = 0;
  });
}

static void work(Stream *stream, Copy *up_to) {
  while (stream->first != NULL) {
    Copy *done = stream->first;
    memcpy(done->to, done->from, done->size);
    if (done->to_host && control[CORRUPT] > 0) {
      add(CORRUPT, -1);
      done->to[0] ^= 1;
    }
    add(COPIES, 1);
    stream->first = done->next;
    if (stream->first == NULL) stream->last = NULL;
    int last = done == up_to;
    free(done);
    if (last) return;
  }
}

int cuEventQuery(Event *event) {
  CHECKED({
    if (control[NOT_READY] < 0 || event->asked++ < control[NOT_READY]) {
      result = NOT_READY_YET;
    } else if (event->recorded && event->up_to != NULL) {
      work(event->stream, event->up_to);
      event->up_to = NULL;
    }
  });
}
