/* A referral for the agency's own system. */
/* SPDX-License-Identifier: MIT */
#ifndef LETTERS_REFERRAL_JSON_H
#define LETTERS_REFERRAL_JSON_H

#include "letters/disclosure.h"

/*
 * referral.json: reference, urgency, from, to, received, report{}, children[], adults[], each
 * answer under its field's name without "child." or "involved_adults.":
 *
 *   "birth": {"known": "given", "words": "14 March 2015 (aged 11)", "from_day": "2015-03-14",
 *             "to_day": "2015-03-14"}
 *
 * known is given, unknown, refused, not-applicable or unclear; words are as in the letter. Beside
 * them stand, where they fit: choices (names and codes), yes, from_day and to_day, unborn,
 * estimated, moment (UTC), number, postcode, no_fixed_abode. A child or adult has its "number" in
 * the form where there are several. Exactly the answers of the letter.
 */
struct plain referral_json(
    const struct letter_order *order, const struct disclosure *disclosure, struct arena *arena);

#endif
