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
int ck_process_number(void);
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
// The same pages in a child process that inherited the descriptor; NULL where it is not of that size.
void *ck_shared_attach(size_t bytes, int descriptor);

// MARK: Child processes (CChild.c)

// A pair of connected sockets that keep messages apart (unix(7), SOCK_SEQPACKET); 0, or an errno.
int ck_socket_pair(int sockets[2]);
// Starts a program with the socket as descriptor 3, the memory as 4 and the bell as 5, and nothing
// else but /dev/null as its three first; 0, or an errno.
int ck_spawn(const char *path, char *const arguments[], int socket, int memory, int bell, int *pid);
// A descriptor that becomes readable when the process has ended (pidfd_open(2)); below 0: none.
int ck_process_descriptor(int pid);
// Kills a child as kill -9 does.
void ck_kill(int pid);
// Waits for the end of a child and takes it out of the process table.
void ck_reap(int pid);
// Has the calling process killed when the one that started it ends; 0 where that has ended already.
int ck_die_with(int parent);
// A descriptor to wake a poll with (eventfd(2)), also for other processes.
int ck_wake_descriptor(void);
void ck_wake(int descriptor);
void ck_close(int descriptor);
// Sends one message; 0, or an errno: EAGAIN where it would have to wait and must not.
int ck_send(int socket, const void *bytes, size_t count, int waits);
// The same for one that lies in two parts.
int ck_send_parts(int socket, const void *head, size_t head_count, const void *bytes, size_t count,
                  int waits);
// Receives one message: its length; 0: the other end is closed; -EAGAIN, -EMSGSIZE for one that is
// longer than the buffer, or another errno below 0.
long ck_receive(int socket, void *buffer, size_t count, int waits);

// Receives the messages that are there, at most so many, one each `capacity` bytes of the buffer, and
// sets how long they are (-EMSGSIZE: longer than that; 0: the other end is closed); how many. It
// never waits.
int ck_receive_many(int socket, void *buffer, size_t capacity, long *lengths, int most);

// A set of descriptors to wait for (epoll(7)); each has a key. One that is closed leaves it.
int ck_poll_create(void);
void ck_poll_add(int poll, int descriptor, uint64_t key);
// Adds what ck_wake wakes: each time is reported once.
void ck_poll_add_bell(int poll, int descriptor, uint64_t key);
// What is asked of one that was added: that its other end is closed is reported in any case.
void ck_poll_change(int poll, int descriptor, uint64_t key, int asks_to_read, int asks_to_write);
// What is ready: to be read, to be written; its other end is closed.
typedef struct {
  uint64_t key;
  int reads, writes, ends;
} ck_ready;
// Waits until a descriptor is ready; how many are, at most 16.
int ck_poll_wait(int poll, ck_ready *ready, int most);
// Whether the calling thread lets those go on that run as it wakes (SCHED_BATCH).
void ck_give_way(int does);

// Nanoseconds that n round trips of two threads take which do nothing but wake each other by futex:
// what a call from thread to thread is measured against. One thread stays on each core.
uint64_t ck_ping_pong(int n, int core, int other_core);

// The same for two processes that send each other a message over a socket of ck_socket_pair, both on
// that core; 0 where there are none.
uint64_t ck_socket_ping_pong(int n, int core);

// How many threads the operating-system process has.
int ck_process_threads(void);

// The calling thread's slot.
void *ck_slot(void);
void ck_set_slot(void *value);

#endif
