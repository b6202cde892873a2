/* Hears the doubt in an answer: words and signs that take back what stands beside them. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "form/form_values.h"

/* "now", "flat 2" and a town take nothing back, so only words that do are here. */
static const char *const DOUBTS[] = {"about", "allegedly", "apparently", "approx", "approximately",
    "around", "assumed", "believe", "believed", "changed", "circa", "close to", "could", "doubtful",
    "estimated", "ex", "former", "formerly", "guess", "homeless", "if", "incorrect", "isnt", "last",
    "may be", "maybe", "might", "moved", "near", "nearby", "never", "nfa", "no fixed", "no longer",
    "not", "or", "perhaps", "poss", "possible", "possibly", "presumably", "presumed", "previous",
    "previously", "prob", "probable", "probably", "reportedly", "rough", "said to", "seems", "tbc",
    "think", "thinks", "thought", "till", "to be confirmed", "uncertain", "unclear", "unconfirmed",
    "unknown", "unless", "unsure", "until", "unverified", "used to", "was", "wasnt", "were",
    "wrong"};

bool
says_doubt(struct plain text)
{
	struct fold words;

	/* What is too long to be folded is too long to be sure of. */
	if (text.length > FOLD_INPUT_MAX_BYTES)
		return true;
	fold_words(text.words, text.length, &words);
	for (size_t at = 0; at < COUNT_OF(DOUBTS); at++)
		if (fold_has_words(words.key, DOUBTS[at]))
			return true;
	return false;
}

bool
has_question_mark(struct plain text)
{
	return text.length && memchr(text.words, '?', text.length);
}
