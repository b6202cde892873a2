/* Counts in a shared word, and puts the seconds beside the count. */
/* SPDX-License-Identifier: MIT */
#include "base/pulse.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SECONDS_BITS = 32, SLICE_MS = 10000 };

static _Atomic uint64_t *page;

void
pulse_begin(int fd)
{
	void *at = mmap(NULL, PULSE_PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	(void)close(fd);
	if (at == MAP_FAILED)
		return;
	/* A child that reads hostile mail must not be able to speak for us. */
	if (madvise(at, PULSE_PAGE_BYTES, MADV_DONTFORK) != 0) {
		(void)munmap(at, PULSE_PAGE_BYTES);
		return;
	}
	page = at;
	pulse_within(PULSE_START_SECONDS);
}

void
pulse_end(void)
{
	page = NULL;
}

void
pulse_within(int64_t seconds)
{
	if (!page)
		return;
	if (seconds < 0)
		seconds = 0;
	if (seconds > UINT32_MAX)
		seconds = UINT32_MAX;
	uint64_t count = (atomic_load(page) >> SECONDS_BITS) + 1;
	atomic_store(page, count << SECONDS_BITS | (uint64_t)seconds);
}

int64_t
pulse_seconds(uint64_t word)
{
	return (int64_t)(word & UINT32_MAX);
}

int
pulse_poll(struct pollfd *fds, nfds_t count, int milliseconds)
{
	for (;;) {
		int slice = milliseconds < SLICE_MS ? milliseconds : SLICE_MS;
		pulse_within(SLICE_MS / 1000);
		int answer = poll(fds, count, slice);
		milliseconds -= slice;
		if (answer != 0 || milliseconds <= 0)
			return answer;
	}
}
