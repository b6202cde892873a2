/* What must not be named, as it is kept for looking. */
/* SPDX-License-Identifier: MIT */
#ifndef LETTERS_WITHHELD_SECRET_H
#define LETTERS_WITHHELD_SECRET_H

#include "letters/folded_words.h"
#include "letters/withheld.h"

enum secret_kind {
	SECRET_WORD,     /* one word of a name; glued words may spell it */
	SECRET_CAPITAL,  /* two letters, or a common word: where it has a capital */
	SECRET_WITHIN,   /* what sentences begin with: where it has a capital and begins none */
	SECRET_SHORT,    /* a letter or a title: only beside another word of that person's names */
	SECRET_UNSPACED, /* found within a word: its script has no spaces */
	SECRET_PHRASE,   /* these words in this order */
	SECRET_POSTCODE, /* however it is spaced, O for 0 and I for 1 */
	SECRET_DIGITS,   /* the last nine digits of a telephone number */
};

struct secret {
	enum secret_kind kind;
	const char *text;           /* folded; of a phrase its words with one space between */
	struct folded_words phrase; /* SECRET_PHRASE */
	unsigned person;            /* whose name it is, 0 nobody's */
	struct secret *next;
};

struct withheld {
	struct arena *arena;
	struct secret *secrets;
	struct secret *allowed;
	struct secret *names; /* every word of the names of persons, allowed or not */
	unsigned persons;
};

enum {
	NAME_MIN_LETTERS = 3,
	SENTENCE_MIN_WORDS = 4, /* fewer are said by chance */
	TELEPHONE_DIGITS = 9,   /* a British number without its 0 or +44, but for one digit */
	DIGITS_MAX = 64,
	POSTCODE_MAX = 7,
};

/* How a word of a name is looked for. */
enum secret_kind name_kind(const struct folded_word *word);
/* Whether it is a word of the language too, or a title: no name where it stands for itself. */
bool name_is_word(const char *text);

/* Adds letters and digits as one sees them: O is 0, I and L are 1. False past POSTCODE_MAX. */
bool secret_append_postcode(char *to, const char *text);

/* Neighbouring numbers written together, from number `at` on; gives how many words they are. */
size_t secret_join_numbers(const struct folded_words *words, size_t at, char out[DIGITS_MAX + 1]);

#endif
