#ifndef FLOORPLAN_CPTY_H
#define FLOORPLAN_CPTY_H
// The system calls that a terminal harness needs and Swift's Glibc does not show.
#include <stddef.h>
#include <sys/types.h>

/// Opens a pseudo-terminal, stores its slave's path and returns the master; -1 with errno.
int cpty_open(char *slave, size_t capacity);
/// Sets the window's size; the kernel tells the foreground group.
int cpty_set_size(int descriptor, int rows, int columns);
/// A descriptor that becomes readable when the process ends; -1 with errno.
int cpty_pidfd(pid_t process);
/// A counter to wake poll(2) with; -1 with errno.
int cpty_eventfd(void);
/// A file in memory without a name; -1 with errno.
int cpty_memfd(void);
/// The spawn attribute that makes the child the leader of a new session.
short cpty_spawn_setsid(void);
/// The file that holds this code: the test bundle.
const char *cpty_image_path(void);
/// The exit code, or -1 if a signal ended the process.
int cpty_exit_code(int status);
/// The signal that ended the process, or 0.
int cpty_ending_signal(int status);
#endif
