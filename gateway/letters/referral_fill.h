/* The blanks of a referral. */
/* SPDX-License-Identifier: MIT */
#ifndef LETTERS_REFERRAL_FILL_H
#define LETTERS_REFERRAL_FILL_H

#include "letters/disclosure.h"
#include "letters/letter_blanks.h"

/* Fills what only a referral has. */
void referral_fill(const struct letter_order *order, const struct disclosure *disclosure,
    struct fill *fills, struct arena *arena);

/*
 * The name a file of the mail goes out under: "attachment-1.pdf", nothing of its own but the kind.
 */
const char *referral_file_name(
    const struct attachment *attachment, size_t number, struct arena *arena);

#endif
