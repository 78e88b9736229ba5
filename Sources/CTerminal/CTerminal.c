#define _GNU_SOURCE
#include "CTerminal.h"
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <unistd.h>

int ct_signalfd(const sigset_t *set) {
  return signalfd(-1, set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int ct_next_signal(int descriptor) {
  struct signalfd_siginfo info;
  return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

int ct_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int ct_memfd(void) { return memfd_create("floorplan-stderr", MFD_CLOEXEC); }

// --- The crash guard. Everything the handler touches is set before it is armed; the handler itself
// calls only what is safe in a signal handler.

static const int crash_signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
enum { crash_signal_count = sizeof crash_signals / sizeof *crash_signals };

static struct {
  int tty;
  struct termios original;
  char leave[512];
  size_t leave_count;
  _Atomic int real_stderr;
  _Atomic int captured_stderr;
} guard;
// Two threads may crash at once: only the first restores.
static atomic_int armed;
static struct sigaction previous[crash_signal_count];
static char handler_stack[65536];

static void write_all(int descriptor, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(descriptor, bytes, count);
    if (written <= 0) return;
    bytes += written;
    count -= (size_t)written;
  }
}

static void give_stderr_back(void) {
  int real = guard.real_stderr, file = guard.captured_stderr;
  if (real < 0) return;
  dup2(real, STDERR_FILENO);
  char buffer[1024];
  off_t offset = 0;
  for (ssize_t count; (count = pread(file, buffer, sizeof buffer, offset)) > 0; offset += count)
    write_all(STDERR_FILENO, buffer, (size_t)count);
}

static void on_crash(int signal, siginfo_t *info, void *context) {
  (void)context;
  if (atomic_exchange(&armed, 0)) {
    write_all(guard.tty, guard.leave, guard.leave_count);
    tcsetattr(guard.tty, TCSANOW, &guard.original);
    give_stderr_back();
  }
  for (int i = 0; i < crash_signal_count; i++)
    if (crash_signals[i] == signal) sigaction(signal, &previous[i], NULL);
  // A fault happens again when the instruction is repeated, now into the earlier handler. A signal
  // that was sent, and a trap whose instruction is behind us, would not: send it again.
  if (info->si_code <= 0 || signal == SIGTRAP || signal == SIGABRT) raise(signal);
}

void ct_guard_install(int tty, const struct termios *original, const char *leave, size_t count) {
  guard.tty = tty;
  guard.original = *original;
  guard.leave_count = count < sizeof guard.leave ? count : sizeof guard.leave;
  memcpy(guard.leave, leave, guard.leave_count);
  guard.real_stderr = guard.captured_stderr = -1;

  // A stack overflow leaves no room to run on; threads other than this one bring their own.
  stack_t stack;
  if (sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_DISABLE)) {
    stack = (stack_t){.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
    sigaltstack(&stack, NULL);
  }
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_crash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  // Else a crash in the background would stop in tcsetattr.
  sigaddset(&action.sa_mask, SIGTTOU);
  armed = 1;
  for (int i = 0; i < crash_signal_count; i++)
    sigaction(crash_signals[i], &action, &previous[i]);
}

void ct_guard_captured_stderr(int real, int file) {
  guard.captured_stderr = file;
  guard.real_stderr = real;
}

void ct_guard_remove(void) {
  if (!atomic_exchange(&armed, 0)) return;
  for (int i = 0; i < crash_signal_count; i++)
    sigaction(crash_signals[i], &previous[i], NULL);
}
