/* Sealing at rest: a fresh key per text, boxed to the keyholder. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_SEAL_BOX_H
#define PAPERS_SEAL_BOX_H

#include "base/arena.h"
#include "base/failure.h"
#include "papers/mail.h"

enum { SEAL_KEY_BYTES = 32 };

/*
 * Seals bytes for the keyholder: needs only the public half. Never fails but by abort() without
 * memory.
 */
void seal_box_close(const void *bytes, size_t length, const uint8_t public_key[SEAL_KEY_BYTES],
    struct arena *arena, struct sealed_bytes *out);

/*
 * Opens with the text's own key, which the keyholder took out of its box.
 * fails   DESK  seal.damaged   the bytes are not what was sealed under this id and key
 */
MUST_CHECK bool seal_box_open(const struct sealed_bytes *sealed, const uint8_t key[SEAL_KEY_BYTES],
    struct arena *arena, const uint8_t **bytes, size_t *length, struct failure *why);

/* The keyholder's part: takes a text's key out of its box. fails DESK seal.wrong-key */
MUST_CHECK bool seal_box_key(const struct sealed_bytes *sealed,
    const uint8_t public_key[SEAL_KEY_BYTES], const uint8_t secret_key[SEAL_KEY_BYTES],
    uint8_t key[SEAL_KEY_BYTES], struct failure *why);

#endif
