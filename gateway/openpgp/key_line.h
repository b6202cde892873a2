/* One job's own line to the keyholder: a request, an answer. */
/* SPDX-License-Identifier: MIT */
#ifndef OPENPGP_KEY_LINE_H
#define OPENPGP_KEY_LINE_H

#include "base/plain.h"
#include "papers/key_talk.h"

/*
 * Each sends one request over `line` and waits at most KEYHOLDER_MAX_SECONDS for its answer.
 *
 * fails   what the keyholder answered (see papers/key_talk.h), or
 *         RETRY  wire.*       no answer, or not in time
 *         RETRY  key.answer   an answer that is none
 */
MUST_CHECK bool key_line_open(int line, struct plain message, struct arena *arena,
    struct key_opened *out, struct failure *why);
MUST_CHECK bool key_line_verify(int line, struct plain words, struct plain signature,
    struct arena *arena, struct key_opened *out, struct failure *why);
MUST_CHECK bool key_line_unbox(int line, const struct sealed_bytes *sealed, uint8_t *key,
    size_t key_length, struct failure *why);
MUST_CHECK bool key_line_seal(int line, enum entry_kind kind, const char *id, struct plain entity,
    struct arena *arena, const char **armor, size_t *armor_length, struct failure *why);

#endif
