/* The words of a mail, as a type that no log, reason, ledger or outbox function takes. */
/* SPDX-License-Identifier: MIT */
#ifndef BASE_PLAIN_H
#define BASE_PLAIN_H

#include "base/arena.h"
#include "base/base.h"

/*
 * Plaintext of a case: it lives in an arena of the process that sorts one mail and ends with it.
 * `words` is never NULL once made by plain_copy(), and one NUL follows the last byte.
 */
struct plain {
	const char *words;
	size_t length; /* bytes, without the NUL */
};

/* Copies bytes into the arena. */
struct plain plain_copy(struct arena *arena, const char *bytes, size_t length);

/* True for no words at all, and for nothing but ASCII white space. */
bool plain_is_empty(struct plain plain);

/* True when the words are exactly these. */
bool plain_equals(struct plain plain, const char *other);

#endif
