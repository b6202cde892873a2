/* The blanks of the letters to officer and desk. */
/* SPDX-License-Identifier: MIT */
#ifndef LETTERS_CASE_FILL_H
#define LETTERS_CASE_FILL_H

#include "letters/letter_blanks.h"

/* Fills what receipts and asks have: who has it, what waits, what is asked. */
void officer_fill(const struct letter_order *order, struct fill *fills, struct arena *arena);

/* Fills what reviews and notices have: the points, the rules' view, the mail. */
void desk_fill(const struct letter_order *order, struct fill *fills, struct arena *arena);

/* Fills what digests have: their span, and the lines of each part. */
void digest_fill(const struct digest *digest, struct fill *fills, struct arena *arena);

#endif
