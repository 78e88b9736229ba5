#define _GNU_SOURCE
#include "CKernel.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int ck_socket_pair(int sockets[2]) {
  return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) ? errno : 0;
}

static int prepare(posix_spawn_file_actions_t *actions, const int inherited[3]) {
  for (int i = 0; i < 3; i++) {
    int error = posix_spawn_file_actions_addopen(actions, i, "/dev/null", i ? O_WRONLY : O_RDONLY, 0);
    if (error) return error;
  }
  // All get out of the way first: one may have the number that another is to get.
  int free = 6;
  for (int i = 0; i < 3; i++) {
    if (inherited[i] >= free) free = inherited[i] + 1;
  }
  int error = 0;
  for (int i = 0; i < 3 && !error; i++) {
    error = posix_spawn_file_actions_adddup2(actions, inherited[i], free + i);
  }
  for (int i = 0; i < 3 && !error; i++) {
    error = posix_spawn_file_actions_adddup2(actions, free + i, 3 + i);
  }
  if (!error) error = posix_spawn_file_actions_addclosefrom_np(actions, 6);
  return error;
}

int ck_spawn(const char *path, char *const arguments[], int socket, int memory, int bell, int *pid) {
  const int inherited[3] = {socket, memory, bell};
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  // Whoever starts it may have signals blocked or ignored: the child begins with none of that.
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  // A group of its own: a key pressed at the terminal is the parent's alone.
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  int error = prepare(&actions, inherited);
  if (!error) error = posix_spawn(pid, path, &actions, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

int ck_process_descriptor(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

void ck_kill(int pid) { kill(pid, SIGKILL); }

void ck_reap(int pid) {
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
  }
}

int ck_die_with(int parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // It may have ended before the line above.
  return getppid() == parent;
}

int ck_wake_descriptor(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void ck_wake(int descriptor) {
  uint64_t one = 1;
  (void)!write(descriptor, &one, sizeof one);
}

void ck_close(int descriptor) { close(descriptor); }

int ck_send(int socket, const void *bytes, size_t count, int waits) {
  while (send(socket, bytes, count, MSG_NOSIGNAL | (waits ? 0 : MSG_DONTWAIT)) < 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

int ck_send_parts(int socket, const void *head, size_t head_count, const void *bytes, size_t count,
                  int waits) {
  char whole[1024];
  // A copy costs less than parts do.
  if (head_count + count <= sizeof whole) {
    memcpy(whole, head, head_count);
    if (count) memcpy(whole + head_count, bytes, count);
    return ck_send(socket, whole, head_count + count, waits);
  }
  struct iovec parts[2] = {{(void *)head, head_count}, {(void *)bytes, count}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  while (sendmsg(socket, &message, MSG_NOSIGNAL | (waits ? 0 : MSG_DONTWAIT)) < 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

long ck_receive(int socket, void *buffer, size_t count, int waits) {
  while (1) {
    ssize_t length = recv(socket, buffer, count, MSG_TRUNC | (waits ? 0 : MSG_DONTWAIT));
    if (length >= 0) return (size_t)length > count ? -EMSGSIZE : length;
    if (errno != EINTR) return -errno;
  }
}

int ck_receive_many(int socket, void *buffer, size_t capacity, long *lengths, int most) {
  struct mmsghdr messages[8];
  struct iovec parts[8];
  int count;
  if (most == 1) {
    // An end that closed with something unread says so once; what it had sent is still here.
    do lengths[0] = ck_receive(socket, buffer, capacity, 0);
    while (lengths[0] == -ECONNRESET);
    return lengths[0] != -EAGAIN;
  }
  if (most > 8) most = 8;
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < most; i++) {
    parts[i] = (struct iovec){(char *)buffer + (size_t)i * capacity, capacity};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  do {
    count = recvmmsg(socket, messages, (unsigned)most, MSG_DONTWAIT, NULL);
  } while (count < 0 && (errno == EINTR || errno == ECONNRESET));
  if (count < 0) return 0;
  for (int i = 0; i < count; i++) {
    lengths[i] = messages[i].msg_hdr.msg_flags & MSG_TRUNC ? -EMSGSIZE : (long)messages[i].msg_len;
  }
  return count;
}

int ck_poll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static void control(int poll, int what, int descriptor, uint64_t key, uint32_t events) {
  struct epoll_event event = {.events = events, .data.u64 = key};
  if (epoll_ctl(poll, what, descriptor, &event)) abort();
}

void ck_poll_add(int poll, int descriptor, uint64_t key) {
  control(poll, EPOLL_CTL_ADD, descriptor, key, EPOLLIN);
}

void ck_poll_add_bell(int poll, int descriptor, uint64_t key) {
  control(poll, EPOLL_CTL_ADD, descriptor, key, EPOLLIN | EPOLLET);
}

void ck_poll_change(int poll, int descriptor, uint64_t key, int asks_to_read, int asks_to_write) {
  control(poll, EPOLL_CTL_MOD, descriptor, key,
          (asks_to_read ? EPOLLIN : 0) | (asks_to_write ? EPOLLOUT : 0));
}

int ck_poll_wait(int poll, ck_ready *ready, int most) {
  struct epoll_event events[16];
  int count;
  do {
    count = epoll_wait(poll, events, most < 16 ? most : 16, -1);
  } while (count < 0 && errno == EINTR);
  if (count < 0) abort();
  for (int i = 0; i < count; i++) {
    ready[i].key = events[i].data.u64;
    ready[i].reads = (events[i].events & EPOLLIN) != 0;
    ready[i].ends = (events[i].events & (EPOLLHUP | EPOLLERR)) != 0;
    ready[i].writes = (events[i].events & EPOLLOUT) != 0;
  }
  return count;
}

void ck_give_way(int does) {
  struct sched_param none = {0};
  (void)sched_setscheduler(0, does ? SCHED_BATCH : SCHED_OTHER, &none);
}

static void echo(int socket, int core) {
  char byte;
  ck_set_core(0, core);
  while (recv(socket, &byte, 1, 0) == 1 && send(socket, &byte, 1, MSG_NOSIGNAL) == 1) {
  }
  _exit(0);
}

uint64_t ck_socket_ping_pong(int n, int core) {
  int sockets[2];
  if (ck_socket_pair(sockets)) return 0;
  // Whatever asks the system for the cores does it before: the child may only make system calls.
  ck_set_core(0, core);
  pid_t pid = fork();
  if (pid < 0) return 0;
  if (!pid) {
    close(sockets[0]);
    echo(sockets[1], core);
  }
  close(sockets[1]);
  char byte = 1;
  uint64_t start = ck_now();
  for (int i = 0; i < n; i++) {
    if (send(sockets[0], &byte, 1, MSG_NOSIGNAL) != 1 || recv(sockets[0], &byte, 1, 0) != 1) break;
  }
  uint64_t end = ck_now();
  close(sockets[0]);
  ck_reap(pid);
  ck_set_core(0, -1);
  return end - start;
}
