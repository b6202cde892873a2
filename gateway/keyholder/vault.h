/* A capped place for what gpg gives out, wiped after each use. */
/* SPDX-License-Identifier: MIT */
#ifndef KEYHOLDER_VAULT_H
#define KEYHOLDER_VAULT_H

#include <sys/types.h>

#include "base/base.h"

/*
 * One mapping of a fixed size, so that bytes never move and no copy stays behind. It is not in
 * core files, not inherited by fork, and locked in memory as far as RLIMIT_MEMLOCK allows (give
 * the unit 64 MiB for the longest mails). Pages are given back when it is wiped: gpgme forks, and a
 * fork costs what its parent holds.
 */
struct vault {
	uint8_t *bytes;
	size_t used, ceiling, locked;
	bool has_overflowed; /* more was to be written than the ceiling allows */
};

void vault_open(struct vault *vault, size_t ceiling); /* abort() without memory */
void vault_close(struct vault *vault);

/* As a gpgme write callback: all of it, or -1 with errno EFBIG and nothing. */
ssize_t vault_write(void *vault, const void *bytes, size_t count);

/* Forgets what it holds. */
void vault_wipe(struct vault *vault);

#endif
