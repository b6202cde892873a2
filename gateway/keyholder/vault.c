/* One mapping that plaintext is written to, and wiped from. */
/* SPDX-License-Identifier: MIT */
#include "keyholder/vault.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { LOCK_STEP_BYTES = 256 * 1024 };

void
vault_open(struct vault *vault, size_t ceiling)
{
	void *room = mmap(NULL, ceiling, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (room == MAP_FAILED)
		abort();
	(void)madvise(room, ceiling, MADV_DONTDUMP);
	(void)madvise(room, ceiling, MADV_DONTFORK);
	*vault = (struct vault){.bytes = room, .ceiling = ceiling};
}

void
vault_close(struct vault *vault)
{
	if (!vault->bytes)
		return;
	vault_wipe(vault);
	(void)munmap(vault->bytes, vault->ceiling);
	*vault = (struct vault){0};
}

/* A step at a time: a small mail must not need the right to lock room for the longest. */
static void
lock_pages(struct vault *vault, size_t needed)
{
	while (vault->locked < needed) {
		size_t step = vault->ceiling - vault->locked;
		if (step > LOCK_STEP_BYTES)
			step = LOCK_STEP_BYTES;
		(void)mlock(vault->bytes + vault->locked, step);
		vault->locked += step;
	}
}

ssize_t
vault_write(void *place, const void *bytes, size_t count)
{
	struct vault *vault = place;

	if (vault->has_overflowed || count > vault->ceiling - vault->used) {
		vault->has_overflowed = true;
		errno = EFBIG;
		return -1;
	}
	lock_pages(vault, vault->used + count);
	memcpy(vault->bytes + vault->used, bytes, count);
	vault->used += count;
	return (ssize_t)count;
}

void
vault_wipe(struct vault *vault)
{
	if (vault->locked) {
		explicit_bzero(vault->bytes, vault->used);
		(void)munlock(vault->bytes, vault->locked);
		(void)madvise(vault->bytes, vault->locked, MADV_DONTNEED);
	}
	vault->used = 0;
	vault->locked = 0;
	vault->has_overflowed = false;
}
