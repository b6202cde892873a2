/* Signs and seals for an entry of the directory, and for nobody else. */
/* SPDX-License-Identifier: MIT */
#ifndef KEYHOLDER_SEAL_H
#define KEYHOLDER_SEAL_H

#include "base/arena.h"
#include "keyholder/keyring.h"

/*
 * Signs bytes with our own key and encrypts them to every usable key of one directory entry.
 *
 * gives   *armor, with CRLF line ends, in the arena
 * fails   DESK   key.stranger    there is no such entry
 *         DESK   key.unusable    it has no usable key now
 *         DESK   key.too-large   the armor would be longer than LETTER_MAX_BYTES
 *         STOP   key.own         our own key can no longer sign
 *         RETRY  key.agent
 * once    safe to call again; the armor differs each time
 */
MUST_CHECK bool seal_for(struct engine *engine, const struct keyring *keyring, enum entry_kind kind,
    const char *id, const uint8_t *bytes, size_t length, struct arena *arena, const char **armor,
    size_t *armor_length, struct failure *why);

#endif
