#include "Watchdog.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *watch(void *unused) {
  (void)unused;
  const char *text = getenv("FLOORPLAN_TEST_SECONDS");
  unsigned left = text ? (unsigned)atoi(text) : 600;
  while (left) left = sleep(left);
  fputs("watchdog: the tests did not end in time; a test hangs\n", stderr);
  abort();
}

__attribute__((constructor)) static void start(void) {
  pthread_t thread;
  if (!pthread_create(&thread, NULL, watch, NULL)) pthread_detach(thread);
}
