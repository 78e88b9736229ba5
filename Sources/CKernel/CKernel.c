#define _GNU_SOURCE
#include "CKernel.h"

#include <dirent.h>
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int ck_futex_wait(const uint32_t *word, uint32_t expected, int64_t timeout_ns) {
  struct timespec timeout = {timeout_ns / 1000000000, timeout_ns % 1000000000};
  long result =
      syscall(SYS_futex, word, FUTEX_WAIT, expected, timeout_ns < 0 ? NULL : &timeout, NULL, 0);
  return result == 0 ? 0 : errno;
}

int ck_futex_wake(const uint32_t *word, int n) {
  return (int)syscall(SYS_futex, word, FUTEX_WAKE, n, NULL, NULL, 0);
}

void ck_set_thread_name(const char *name) {
  char kept[16];
  strncpy(kept, name, 15);
  kept[15] = 0;
  pthread_setname_np(pthread_self(), kept);
}

struct start {
  void (*body)(void *);
  void *argument;
};

static void *run(void *p) {
  struct start start = *(struct start *)p;
  free(p);
  start.body(start.argument);
  return NULL;
}

int ck_start_thread(size_t stack, void (*body)(void *), void *argument) {
  struct start *start = malloc(sizeof *start);
  if (!start) return ENOMEM;
  start->body = body;
  start->argument = argument;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  int result = pthread_create(&thread, &attributes, run, start);
  pthread_attr_destroy(&attributes);
  if (result) free(start);
  return result;
}

int ck_thread_number(void) { return gettid(); }

int ck_process_number(void) { return getpid(); }

static pthread_once_t allowed_once = PTHREAD_ONCE_INIT;
static cpu_set_t allowed;

// What the process was started with (taskset, a container), as its first thread has it.
static void find_allowed(void) {
  if (sched_getaffinity(getpid(), sizeof allowed, &allowed)) CPU_SET(0, &allowed);
}

int ck_core_count(void) {
  pthread_once(&allowed_once, find_allowed);
  return CPU_COUNT(&allowed);
}

void ck_processor(char *name, int size) {
  name[0] = 0;
  FILE *file = fopen("/proc/cpuinfo", "re");
  if (!file) return;
  char line[256];
  while (fgets(line, sizeof line, file)) {
    char *value = strchr(line, ':');
    if (strncmp(line, "model name", 10) || !value) continue;
    value += 1 + strspn(value + 1, " \t");
    value[strcspn(value, "\n")] = 0;
    snprintf(name, (size_t)size, "%s", value);
    break;
  }
  fclose(file);
}

int ck_set_core(int thread, int core) {
  pthread_once(&allowed_once, find_allowed);
  if (core < 0) return sched_setaffinity(thread, sizeof allowed, &allowed) ? errno : 0;
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int i = 0; i < CPU_SETSIZE; i++) {
    if (CPU_ISSET(i, &allowed) && core-- == 0) CPU_SET(i, &set);
  }
  return sched_setaffinity(thread, sizeof set, &set) ? errno : 0;
}

uint64_t ck_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

void *ck_shared_map(size_t bytes, int *descriptor) {
  *descriptor = memfd_create("floorplan", MFD_CLOEXEC);
  if (*descriptor < 0) return NULL;
  void *p = MAP_FAILED;
  if (!ftruncate(*descriptor, (off_t)bytes)) {
    p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, *descriptor, 0);
  }
  if (p != MAP_FAILED) return p;
  close(*descriptor);
  return NULL;
}

void *ck_shared_attach(size_t bytes, int descriptor) {
  struct stat stat;
  if (fstat(descriptor, &stat) || (size_t)stat.st_size != bytes) return NULL;
  void *p =
      mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, descriptor, 0);
  return p == MAP_FAILED ? NULL : p;
}

void ck_shared_unmap(void *address, size_t bytes, int descriptor) {
  munmap(address, bytes);
  close(descriptor);
}

int ck_process_threads(void) {
  DIR *tasks = opendir("/proc/self/task");
  if (!tasks) return -1;
  int count = 0;
  for (struct dirent *entry; (entry = readdir(tasks));) count += entry->d_name[0] != '.';
  closedir(tasks);
  return count;
}

struct ping_pong {
  _Atomic uint32_t there __attribute__((aligned(64)));
  _Atomic uint32_t back __attribute__((aligned(64)));
  int n, core;
};

static void post(_Atomic uint32_t *word, uint32_t value) {
  atomic_store_explicit(word, value, memory_order_release);
  ck_futex_wake((const uint32_t *)word, 1);
}

static void await(_Atomic uint32_t *word, uint32_t value) {
  while (atomic_load_explicit(word, memory_order_acquire) != value) {
    ck_futex_wait((const uint32_t *)word, value - 1, -1);
  }
}

static void *pong(void *p) {
  struct ping_pong *game = p;
  ck_set_core(0, game->core);
  for (uint32_t i = 1; i <= (uint32_t)game->n; i++) {
    await(&game->there, i);
    post(&game->back, i);
  }
  return NULL;
}

uint64_t ck_ping_pong(int n, int core, int other_core) {
  struct ping_pong game = {.n = n, .core = other_core};
  ck_set_core(0, core);
  pthread_t thread;
  if (pthread_create(&thread, NULL, pong, &game)) return 0;
  uint64_t start = ck_now();
  for (uint32_t i = 1; i <= (uint32_t)n; i++) {
    post(&game.there, i);
    await(&game.back, i);
  }
  uint64_t end = ck_now();
  pthread_join(thread, NULL);
  ck_set_core(0, -1);
  return end - start;
}

static __thread void *slot;

void *ck_slot(void) { return slot; }

void ck_set_slot(void *value) { slot = value; }
