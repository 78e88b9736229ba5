// The system calls that Swift cannot name, as the thread kernel needs them (futex(2), memfd_create(2),
// sched_setaffinity(2)), and one thread-local slot.
#ifndef FLOORPLAN_CKERNEL_H
#define FLOORPLAN_CKERNEL_H

#include <stddef.h>
#include <stdint.h>

// Sleeps while *word is expected; timeout in nanoseconds, below 0: none. 0, or an errno.
// The word may lie in memory shared between processes.
int ck_futex_wait(const uint32_t *word, uint32_t expected, int64_t timeout_ns);
// Wakes up to n sleepers; how many there were.
int ck_futex_wake(const uint32_t *word, int n);

// Names the calling thread (15 bytes are kept).
void ck_set_thread_name(const char *name);
// Starts a detached thread with a stack of that many bytes; 0, or an errno.
int ck_start_thread(size_t stack, void (*body)(void *), void *argument);
int ck_thread_number(void);
// Lets a thread (0: the caller) run on one core only, counted from 0 among those that the process
// may use, or on all of them for core < 0; 0, or an errno.
int ck_set_core(int thread, int core);
int ck_core_count(void);

// The processor's name as the system has it, shortened to fit; empty where it has none.
void ck_processor(char *name, int size);

// Monotonic nanoseconds.
uint64_t ck_now(void);

// Zeroed pages of a file without a name, which a child process that inherits the descriptor can map
// too; NULL where there are none.
void *ck_shared_map(size_t bytes, int *descriptor);
void ck_shared_unmap(void *address, size_t bytes, int descriptor);

// Nanoseconds that n round trips of two threads take which do nothing but wake each other by futex:
// what a call from thread to thread is measured against. One thread stays on each core.
uint64_t ck_ping_pong(int n, int core, int other_core);

// How many threads the operating-system process has.
int ck_process_threads(void);

// The calling thread's slot.
void *ck_slot(void);
void ck_set_slot(void *value);

#endif
