/* Concern, route and template become letters. */
/* SPDX-License-Identifier: MIT */
#ifndef LETTERS_LETTERS_H
#define LETTERS_LETTERS_H

#include "base/faults.h"
#include "base/failure.h"
#include "papers/letter.h"
#include "papers/share.h"

struct letters;

/*
 * Loads referral.txt, receipt.txt, ask.txt, review.txt, notice.txt and digest.txt of the folder; one
 * that it has not is taken from the other folder, with a warning. A
 * name in them that this kind of letter does not have is a fault with its place and the near word; the
 * names stand in letter_blanks.c. NULL on a fault.
 */
struct letters *letters_load(const char *folder, const char *instead, struct faults *faults);
void letters_free(struct letters *letters); /* accepts NULL */
void letters_freep(struct letters **letters);

/*
 * Writes one letter: the MIME entity to be sealed, with protected headers (RFC 9788 and the older
 * protected-headers="v1"), first part text/plain. The inner subject names nobody.
 *
 * A referral carries the answers of the route's disclosure blocks and the route's children, as
 * text and as referral.json, and nothing of any other answer. Of each child it is what that child's
 * own rules give. What goes and stands as the officer wrote it is searched, folded and word by word,
 * for what this agency may not have: names of other children, of adults and of the reporter,
 * confidential addresses and the source even where they stand in an answer that goes, postcodes,
 * telephone numbers, mail addresses, and every other text as it stands, a long one by its sentences.
 * Dates, counts and choices are not searched for: nobody can tell whose they are. Files of the
 * mail cannot be searched: they go to an agency that has the block attachments, and only where
 * no answer at all is kept back, under names of ours. Reviews carry text and files as they came.
 *
 * needs   clock_open_zone(); order->route for a referral, order->digest for a digest
 * gives   out->entity in the arena
 * fails   DESK  letter.withheld   a text that would go names what this agency may not have. With
 *                                 order->without_free_text it is left out, all free text with
 *                                 it, and the letter says so
 *         DESK  letter.too-large  sealed, it would be past LETTER_MAX_BYTES; or its text past 8 MiB
 */
MUST_CHECK bool letters_write(const struct letters *letters, const struct letter_order *order,
    struct arena *arena, struct letter *out, struct failure *why);

/* True when this route's letter would carry the field (for explaining and for tests). */
bool letters_discloses(const struct route *route, const struct field *field);

/*
 * What a referral's agency would get of each answer of the form, and why not the others: chosen as
 * letters_write() chooses, without writing anything.
 *
 * needs   order->concern, order->route; order->decision, for whether it is red
 * gives   *out in the arena: an entry for each answer that is not blank
 */
void letters_tell_shares(const struct letter_order *order, struct arena *arena, struct shares *out);

#endif
