#ifndef FLOORPLAN_CTERMINAL_H
#define FLOORPLAN_CTERMINAL_H
// What the terminal driver needs of the system and Swift's Glibc does not show, and the handler that
// puts the terminal right when the program crashes.
#include <signal.h>
#include <stddef.h>
#include <termios.h>

/// A descriptor that becomes readable when a signal of `set` is pending; -1 with errno.
int ct_signalfd(const sigset_t *set);
/// Takes the next pending signal from a descriptor of ct_signalfd; 0 if there is none.
int ct_next_signal(int descriptor);
/// A counter that a thread can raise to wake another one out of poll(2); -1 with errno.
int ct_eventfd(void);
/// A file in memory without a name; -1 with errno.
int ct_memfd(void);

/// From here on a crash writes `leave` to `tty`, sets `original` there, and goes on to the handler
/// that was there before. One guard at a time. Call it after the Swift runtime has started, so that
/// the handler before is its backtracer.
void ct_guard_install(int tty, const struct termios *original, const char *leave, size_t count);
/// A crash also gives standard error back: `real` becomes descriptor 2 and the text in `file` is
/// written there. -1 and -1: standard error is not captured.
void ct_guard_captured_stderr(int real, int file);
/// Puts the earlier handlers back.
void ct_guard_remove(void);
#endif
