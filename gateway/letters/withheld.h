/* Values an agency may not have, looked for in free text it would get. */
/* SPDX-License-Identifier: MIT */
#ifndef LETTERS_WITHHELD_H
#define LETTERS_WITHHELD_H

#include "papers/concern.h"

/* What must not be named. */
struct withheld;

struct withheld *withheld_new(struct arena *arena);

/* What is allowed must be told before what is not. */

/* A line that it has anyway, such as an address that two people share. */
void withheld_allow_text(struct withheld *withheld, struct plain text);
/* Words of names that the agency has anyway, such as a family name that siblings share. */
void withheld_allow_names(struct withheld *withheld, struct plain names);
/* Postcodes, telephone numbers and mail addresses that it has anyway. */
void withheld_allow_value(
    struct withheld *withheld, const struct field *field, const struct value *value);

/*
 * All names of one person: each word of three letters or more is looked for; one of two, and one
 * that is a common word too ("Van"), where it has a capital, or "He" and "Baby" where the capital is
 * not that of a sentence; one letter and a title beside another of the same names.
 */
void withheld_add_names(struct withheld *withheld, const struct plain *names, size_t count);
/* A text that begins with a name and may go on in words: "Mrs Jones, neighbour, 020 ...". */
void withheld_add_source(struct withheld *withheld, struct plain text);
/*
 * A confidential address: its lines of two words or more, also without their last word, and its
 * postcode. It is looked for even where the same stands in an answer that the agency may have: there
 * it was written by mistake.
 */
void withheld_add_address(struct withheld *withheld, struct plain text);
/*
 * Any other text: what stands between commas, where it is two words or more, and the only word of
 * a line; of a long one all of it, and its sentences of four words or more; postcodes, also
 * misspelt ones, and long numbers in it.
 */
void withheld_add_text(struct withheld *withheld, struct plain text, bool is_long);
/* A full postcode, a telephone number or a mail address; other kinds of field are passed over. */
void withheld_add_value(
    struct withheld *withheld, const struct field *field, const struct value *value);

/*
 * Whether a text names any of it: whole words, without case and accents, however it is spaced and
 * hyphenated. It does not find a name that is misspelled or left to a nickname.
 */
bool withheld_is_named(const struct withheld *withheld, struct plain text);

#endif
