/* The key pair that texts at rest are boxed to. */
/* SPDX-License-Identifier: MIT */
#ifndef KEYHOLDER_SEALING_KEY_H
#define KEYHOLDER_SEALING_KEY_H

#include "papers/seal_box.h"

struct sealing_key {
	uint8_t public_half[SEAL_KEY_BYTES];
	uint8_t *secret_half; /* locked, guarded memory of SEAL_KEY_BYTES; NULL when not loaded */
};

/*
 * Reads both halves: files of 64 hex digits and a newline. The secret one must be ours and closed
 * to everyone else (mode 0600 or 0400), and the two must fit together.
 *
 * fails   STOP  key.configuration
 */
MUST_CHECK bool sealing_key_load(
    struct sealing_key *key, const char *secret_path, const char *public_path, struct failure *why);
void sealing_key_free(struct sealing_key *key);

/*
 * Makes a new pair in two files that must not exist yet, modes 0600 and 0644.
 *
 * fails   STOP  key.configuration   nothing is left behind
 */
MUST_CHECK bool sealing_key_make(
    const char *secret_path, const char *public_path, struct failure *why);

/* The same for a pair that is known: one that comes back from a backup. */
MUST_CHECK bool sealing_key_write(const char *secret_path,
    const uint8_t secret_half[SEAL_KEY_BYTES], const char *public_path,
    const uint8_t public_half[SEAL_KEY_BYTES], struct failure *why);

#endif
