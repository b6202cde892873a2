/* Concern, route and template become letters. */
/* SPDX-License-Identifier: MIT */
#ifndef LETTERS_LETTERS_H
#define LETTERS_LETTERS_H

#include "base/faults.h"
#include "base/failure.h"
#include "papers/letter.h"

struct letters;

/* Loads every template of the folder; a placeholder that nobody fills is a fault. NULL on a fault. */
struct letters *letters_load(const char *folder, struct faults *faults);
void letters_free(struct letters *letters); /* accepts NULL */
void letters_freep(struct letters **letters);

/*
 * Writes one letter: the MIME entity to be sealed, with protected headers (RFC 9788 and the older
 * protected-headers="v1"), first part text/plain, then referral.json, then attachments where the
 * agency may have them. Only fields of the route's disclosure blocks, of the route's children,
 * are in it anywhere.
 *
 * fails   DESK  letter.withheld   free text contains a value this agency may not have
 *                                 (not with order->without_free_text)
 *         DESK  letter.too-large  past LETTER_MAX_BYTES
 */
MUST_CHECK bool letters_write(const struct letters *letters, const struct letter_order *order,
    struct arena *arena, struct letter *out, struct failure *why);

/* True when this route's letter would carry the field (for explaining and for tests). */
bool letters_discloses(const struct route *route, const struct field *field);

#endif
