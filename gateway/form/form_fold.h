/* Labels and words brought to one spelling, so that they can be looked up. */
/* SPDX-License-Identifier: MIT */
#ifndef FORM_FORM_FOLD_H
#define FORM_FORM_FOLD_H

#include "base/base.h"

/* Longer than any label with its hint; what is longer is no label. */
enum { FOLD_MAX_BYTES = 256, FOLD_INPUT_MAX_BYTES = 200 };

struct fold {
	char key[FOLD_MAX_BYTES]; /* lower-case letters and digits, words parted by one space */
	size_t length;
};

/*
 * Folds at most FOLD_INPUT_MAX_BYTES of UTF-8: compatibility forms and accents are taken off
 * (NFKD without marks), case is folded, apostrophes vanish, every other sign parts words. A
 * longer text folds to nothing.
 */
void fold_words(const char *text, size_t length, struct fold *out);

/*
 * The same for what may be a label: first a numbering or bullet in front ("3.", "b)", "o ") and
 * what stands in round brackets are dropped. *is_open tells that a bracket was not closed; may
 * be NULL.
 */
void fold_label(const char *text, size_t length, struct fold *out, bool *is_open);

/*
 * A key of the same words in any order, without small words and endings, so that "misuse of
 * alcohol by the child" is "child alcohol misuse".
 */
void fold_bag(const struct fold *words, struct fold *out);

/* True when the words stand in the folded text as whole words. */
bool fold_has_words(const char *folded, const char *words);

#endif
