/* Preloaded into Wandle: a job's child that reads a certain word takes all there is, or waits. */
/* SPDX-License-Identifier: MIT */
/*
 * "EXHAUST-MEMORY" in what it reads: it allocates until it gets no more, and goes on with what is
 * left. "EXHAUST-FILES": it takes descriptors by every call that makes one until it gets no
 * more, and aborts, as GLib does then. "WAIT-FOR-THE-END": it does nothing more, until somebody
 * ends it. EXHAUST_COUNT names a file of six numbers: how often and how much at most of memory, how
 * often and how many at most of descriptors, how often one waited and its number as a process.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHILD_DESCRIPTORS = 16, LARGEST = 1 << 20, SMALLEST = 16 };
enum { MEMORY, DESCRIPTORS, WAITING, KINDS };

static struct {
	_Atomic uint64_t times, most;
} * taken;

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("EXHAUST_COUNT");
	int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;

	if (file < 0)
		return;
	taken = mmap(NULL, KINDS * sizeof *taken, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	(void)close(file);
	if (taken == MAP_FAILED)
		abort();
}

/* Only a child behind its walls has so few. */
static bool
is_child(void)
{
	struct rlimit limit;

	return taken && getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
	    limit.rlim_cur == CHILD_DESCRIPTORS;
}

static void
note(size_t which, uint64_t amount)
{
	(void)atomic_fetch_add(&taken[which].times, 1);
	if (amount > taken[which].most)
		taken[which].most = amount;
}

static void
take_memory(void)
{
	uint64_t amount = 0;

	for (size_t size = LARGEST; size >= SMALLEST; size /= 2) {
		void *block;
		while ((block = malloc(size))) {
			memset(block, 1, size);
			amount += size;
		}
	}
	note(MEMORY, amount);
}

static void
take_descriptors(void)
{
	uint64_t amount = 0;
	int two[2];

	while (dup(0) >= 0 || open("/dev/null", O_RDONLY) >= 0 || eventfd(0, 0) >= 0 ||
	    socket(AF_UNIX, SOCK_STREAM, 0) >= 0 || pipe(two) == 0)
		amount++;
	note(DESCRIPTORS, amount);
	abort();
}

static void
wait_for_the_end(void)
{
	/* in this order: who sees that one more waits finds its number there */
	taken[WAITING].most = (uint64_t)getpid();
	(void)atomic_fetch_add(&taken[WAITING].times, 1);
	for (;;)
		(void)poll(NULL, 0, -1);
}

static bool
has(const struct msghdr *frame, ssize_t length, const char *word)
{
	return memmem(frame->msg_iov->iov_base, (size_t)length, word, strlen(word)) != NULL;
}

__attribute__((visibility("default"))) ssize_t
recvmsg(int fd, struct msghdr *frame, int how)
{
	static __typeof__(&recvmsg) real;

	if (!real) {
		void *found = dlsym(RTLD_NEXT, "recvmsg");
		memcpy(&real, &found, sizeof real);
	}
	ssize_t got = real(fd, frame, how);
	if (got <= 0 || !is_child())
		return got;
	if (has(frame, got, "EXHAUST-MEMORY"))
		take_memory();
	if (has(frame, got, "EXHAUST-FILES"))
		take_descriptors();
	if (has(frame, got, "WAIT-FOR-THE-END"))
		wait_for_the_end();
	return got;
}
