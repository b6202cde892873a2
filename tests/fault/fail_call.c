/* Preloaded into Wandle: lets the n-th call of one kind fail, below the libraries' edge. */
/* SPDX-License-Identifier: MIT */
/*
 * FAIL_PROGRAM  whose calls count: "receive", "sort", "deliver" (of `wandle run --duty`, with its
 *               forked children), or the name of another program
 * FAIL_CALL     which: "write", "fsync", "malloc" ...; see CALLS
 * FAIL_AT       from 1; 0: only count
 * FAIL_ERRNO    the error as a number
 * FAIL_EVER     set: from then on, every time
 * FAIL_COUNT    a file of two numbers, which outlives the processes: calls so far, faults so far
 *
 * The count is in a mapping, since a program may close every descriptor and forbid itself files.
 */
/* So that open() and open64() are two functions here, as they are to the libraries. */
#undef _FILE_OFFSET_BITS
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define SHOWN __attribute__((visibility("default")))

enum call {
	CALL_OPEN,
	CALL_READ,
	CALL_WRITE,
	CALL_FSYNC,
	CALL_RENAME,
	CALL_MALLOC,
	CALL_FORK,
	CALL_PIPE,
	CALL_SOCKETPAIR,
	CALL_CONNECT,
	CALL_RECV,
	CALL_SEND,
	CALLS,
};

static const char *const NAMES[CALLS] = {"open", "read", "write", "fsync", "rename", "malloc",
    "fork", "pipe", "socketpair", "connect", "recv", "send"};

struct count {
	_Atomic uint64_t calls, faults;
};

static struct {
	bool is_on, for_ever;
	enum call call;
	uint64_t at;
	int error;
	struct count *count;
} plan;

/* "receive" of "wandle --config F run --duty receive ..."; else the program's own name. */
static bool
is_program(const char *wanted)
{
	char words[4096];
	int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t length = file < 0 ? 0 : read(file, words, sizeof words - 1);

	if (file >= 0)
		(void)close(file);
	words[length > 0 ? length : 0] = 0;
	for (char *word = words; word < words + length; word += strlen(word) + 1)
		if (strcmp(word, "--duty") == 0 && word + 7 < words + length)
			return strcmp(word + 7, wanted) == 0;
	return strcmp(program_invocation_short_name, wanted) == 0;
}

__attribute__((constructor)) static void
begin(void)
{
	const char *program = getenv("FAIL_PROGRAM"), *call = getenv("FAIL_CALL");
	const char *at = getenv("FAIL_AT"), *error = getenv("FAIL_ERRNO");
	const char *path = getenv("FAIL_COUNT");
	enum call found = 0;

	if (!program || !call || !at || !error || !path || !is_program(program))
		return;
	while (found < CALLS && strcmp(NAMES[found], call) != 0)
		found++;
	int file = open(path, O_RDWR | O_CLOEXEC);
	if (found == CALLS || file < 0)
		abort();
	plan.count = mmap(NULL, sizeof *plan.count, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	(void)close(file);
	if (plan.count == MAP_FAILED)
		abort();
	plan.call = found;
	plan.at = strtoull(at, NULL, 10);
	plan.error = (int)strtol(error, NULL, 10);
	plan.for_ever = getenv("FAIL_EVER") != NULL;
	plan.is_on = true;
}

static bool
fails(enum call call)
{
	if (!plan.is_on || plan.call != call)
		return false;
	uint64_t number = atomic_fetch_add(&plan.count->calls, 1) + 1;
	if (!plan.at || (plan.for_ever ? number < plan.at : number != plan.at))
		return false;
	(void)atomic_fetch_add(&plan.count->faults, 1);
	errno = plan.error;
	return true;
}

/* The function behind ours; looked up once. */
#define REAL(name)                                     \
	static __typeof__(&name) real;                 \
	if (!real) {                                   \
		void *found = dlsym(RTLD_NEXT, #name); \
		memcpy(&real, &found, sizeof real);    \
	}

#define FAILING(type, name, kind, failed, parameters, arguments) \
	SHOWN type name parameters                               \
	{                                                        \
		REAL(name)                                       \
		return fails(kind) ? failed : real arguments;    \
	}

FAILING(ssize_t, read, CALL_READ, -1, (int fd, void *bytes, size_t length), (fd, bytes, length))
FAILING(ssize_t, pread64, CALL_READ, -1, (int fd, void *bytes, size_t length, off64_t place),
    (fd, bytes, length, place))
FAILING(
    ssize_t, write, CALL_WRITE, -1, (int fd, const void *bytes, size_t length), (fd, bytes, length))
FAILING(ssize_t, writev, CALL_WRITE, -1, (int fd, const struct iovec *parts, int count),
    (fd, parts, count))
FAILING(ssize_t, pwrite64, CALL_WRITE, -1,
    (int fd, const void *bytes, size_t length, off64_t place), (fd, bytes, length, place))
FAILING(int, ftruncate64, CALL_WRITE, -1, (int fd, off64_t length), (fd, length))
FAILING(int, fallocate64, CALL_WRITE, -1, (int fd, int mode, off64_t place, off64_t length),
    (fd, mode, place, length))
FAILING(int, fsync, CALL_FSYNC, -1, (int fd), (fd))
FAILING(int, fdatasync, CALL_FSYNC, -1, (int fd), (fd))
FAILING(int, rename, CALL_RENAME, -1, (const char *from, const char *to), (from, to))
FAILING(int, renameat2, CALL_RENAME, -1,
    (int from_folder, const char *from, int to_folder, const char *to, unsigned how),
    (from_folder, from, to_folder, to, how))
FAILING(void *, malloc, CALL_MALLOC, NULL, (size_t size), (size))
FAILING(void *, realloc, CALL_MALLOC, NULL, (void *old, size_t size), (old, size))
FAILING(int, pipe, CALL_PIPE, -1, (int two[2]), (two))
FAILING(int, pipe2, CALL_PIPE, -1, (int two[2], int how), (two, how))
FAILING(int, socketpair, CALL_SOCKETPAIR, -1, (int domain, int type, int protocol, int two[2]),
    (domain, type, protocol, two))
FAILING(int, connect, CALL_CONNECT, -1, (int fd, const struct sockaddr *to, socklen_t length),
    (fd, to, length))
FAILING(ssize_t, recv, CALL_RECV, -1, (int fd, void *bytes, size_t length, int how),
    (fd, bytes, length, how))
FAILING(ssize_t, recvmsg, CALL_RECV, -1, (int fd, struct msghdr *frame, int how), (fd, frame, how))
FAILING(ssize_t, send, CALL_SEND, -1, (int fd, const void *bytes, size_t length, int how),
    (fd, bytes, length, how))
FAILING(ssize_t, sendmsg, CALL_SEND, -1, (int fd, const struct msghdr *frame, int how),
    (fd, frame, how))
FAILING(pid_t, fork, CALL_FORK, -1, (void), ())
FAILING(int, posix_spawn, CALL_FORK, plan.error,
    (pid_t * pid, const char *path, const posix_spawn_file_actions_t *files,
	const posix_spawnattr_t *how, char *const words[], char *const environment[]),
    (pid, path, files, how, words, environment))
FAILING(int, posix_spawnp, CALL_FORK, plan.error,
    (pid_t * pid, const char *path, const posix_spawn_file_actions_t *files,
	const posix_spawnattr_t *how, char *const words[], char *const environment[]),
    (pid, path, files, how, words, environment))

/* calloc() may be asked for by dlsym() itself; glibc then does without. */
SHOWN void *
calloc(size_t count, size_t size)
{
	static bool is_looking;
	static __typeof__(&calloc) real;

	if (!real) {
		if (is_looking)
			return NULL;
		is_looking = true;
		void *found = dlsym(RTLD_NEXT, "calloc");
		memcpy(&real, &found, sizeof real);
		is_looking = false;
	}
	return fails(CALL_MALLOC) ? NULL : real(count, size);
}

#define OPENING(name, parameters, arguments_without, arguments_with) \
	SHOWN int name parameters                                    \
	{                                                            \
		REAL(name)                                           \
		if (fails(CALL_OPEN))                                \
			return -1;                                   \
		if (!(how & (O_CREAT | __O_TMPFILE)))                \
			return real arguments_without;               \
		va_list more;                                        \
		va_start(more, how);                                 \
		mode_t mode = va_arg(more, mode_t);                  \
		va_end(more);                                        \
		return real arguments_with;                          \
	}

OPENING(open, (const char *path, int how, ...), (path, how), (path, how, mode))
OPENING(open64, (const char *path, int how, ...), (path, how), (path, how, mode))
OPENING(openat, (int folder, const char *path, int how, ...), (folder, path, how),
    (folder, path, how, mode))
OPENING(openat64, (int folder, const char *path, int how, ...), (folder, path, how),
    (folder, path, how, mode))
