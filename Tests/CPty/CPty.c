#define _GNU_SOURCE
#include "CPty.h"
#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

int cpty_open(char *slave, size_t capacity) {
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0) return -1;
  if (grantpt(master) || unlockpt(master) || ptsname_r(master, slave, capacity)) {
    close(master);
    return -1;
  }
  return master;
}

int cpty_set_size(int descriptor, int rows, int columns) {
  struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
  return ioctl(descriptor, TIOCSWINSZ, &size);
}

int cpty_pidfd(pid_t process) { return pidfd_open(process, 0); }

int cpty_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int cpty_memfd(void) { return memfd_create("output", MFD_CLOEXEC); }

short cpty_spawn_setsid(void) { return POSIX_SPAWN_SETSID; }

const char *cpty_image_path(void) {
  Dl_info info;
  return dladdr((void *)cpty_image_path, &info) ? info.dli_fname : "";
}

int cpty_exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }
int cpty_ending_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }
