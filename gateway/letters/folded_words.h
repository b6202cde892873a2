/* Text as it is compared: words without case, accents and marks between letters. */
/* SPDX-License-Identifier: MIT */
#ifndef LETTERS_FOLDED_WORDS_H
#define LETTERS_FOLDED_WORDS_H

#include "base/plain.h"

/* One word: a run of letters and digits. */
struct folded_word {
	const char *text; /* NUL-terminated */
	size_t letters;   /* characters */
	bool is_glued;    /* only a mark, no space, stands between it and the word before */
	/* began with a capital letter as it was written, or with one of a script that has none */
	bool is_capital;
	bool is_upper; /* all its letters are capital */
	bool
	    begins_sentence; /* it, or only signs before it, begins the text, a line or a sentence */
	bool is_number;      /* digits only */
	bool is_unspaced;    /* of a script that writes no spaces, where a word has no ends */
};

struct folded_words {
	struct folded_word *words;
	size_t count;
	bool has_capitals; /* some word of it is_capital */
};

/*
 * Folds a text: compatibility forms apart (NFKD), accents, marks and invisible characters gone,
 * small letters, the few letters without a decomposition as people type them (ł l, ø o, ß ss).
 */
struct folded_words folded_words(struct plain text, struct arena *arena);

/*
 * How many words from number `at` spell this text when written together, 0 when none do. With
 * only_glued just words that no space parts: "O'Brien" spells "obrien", "Rob Rien" not "robrien".
 */
size_t folded_words_spell(
    const struct folded_words *words, size_t at, const char *text, bool only_glued);

#endif
