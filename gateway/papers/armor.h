/* The grammar of an armored OpenPGP message, and the keys it names. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_ARMOR_H
#define PAPERS_ARMOR_H

#include "base/failure.h"

enum { ARMOR_RECIPIENTS_MAX = 16 };

struct armor_keys {
	uint64_t ids[ARMOR_RECIPIENTS_MAX]; /* of the PKESK packets, in order */
	size_t count;
};

/*
 * Checks that this is exactly one ASCII-armored OpenPGP message, as our own seal makes it, and
 * nothing else: BEGIN line, empty line (armor headers would travel in the clear), base64 lines of
 * at most 76 characters, an optional checksum (which must fit), END line; LF or CRLF. Then reads the public-key encrypted session
 * key packets (RFC 4880 5.1) in front, and demands one integrity-protected packet behind them
 * (tag 18, RFC 4880 5.13) and nothing after it; partial lengths are walked.
 *
 * fails   DESK  armor.grammar      not exactly one armored message
 *         DESK  armor.packets      its packets are not those of an encrypted message
 */
MUST_CHECK bool armor_read(
    const char *text, size_t length, struct armor_keys *out, struct failure *why);

/* True when the ids are a subset of the allowed ones, and not empty. */
bool armor_keys_within(
    const struct armor_keys *keys, const uint64_t *allowed, size_t allowed_count);

#endif
