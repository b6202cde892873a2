/* Hears the doubt in an answer: words and signs that take back what stands beside them. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "form/form_values.h"

/* "now", "flat 2" and a town take nothing back, so only words that do are here. */
static const char *const DOUBTS[] = {"allegedly", "apparently", "assumed", "believe", "believed",
    "changed", "could", "doubtful", "estimated", "former", "formerly", "guess", "homeless", "if",
    "incorrect", "isnt", "last", "may be", "maybe", "might", "moved", "never", "nfa", "no fixed",
    "no longer", "not", "or", "perhaps", "poss", "possible", "possibly", "presumably", "presumed",
    "previous", "previously", "prob", "probable", "probably", "reportedly", "rough sleeping",
    "said to", "seems", "sleeping rough", "tbc", "think", "thinks", "thought", "till",
    "to be confirmed", "uncertain", "unclear", "unconfirmed", "unknown", "unless", "unsure",
    "until", "unverified", "used to", "was", "wasnt", "were", "wrong"};
/* Just before a figure or code only: "near SW19 1AA", and not "SW19 1AA, near the station". */
static const char *const DOUBTS_BEFORE[] = {"about", "approx", "approximately", "around", "circa",
    "close to", "ex", "near", "nearby", "opposite"};

static bool
stands_before_figure(const char *folded, const char *words)
{
	size_t length = strlen(words);

	for (const char *at = strstr(folded, words); at; at = strstr(at + 1, words)) {
		const char *next = at + length + 1;
		if ((at == folded || at[-1] == ' ') && at[length] == ' ' &&
		    strcspn(next, "0123456789") < strcspn(next, " "))
			return true;
	}
	return false;
}

bool
says_doubt(struct plain text)
{
	struct fold words;
	bool found = false;

	/* What is too long to be folded is too long to be sure of. */
	if (text.length > FOLD_INPUT_MAX_BYTES)
		return true;
	fold_words(text.words, text.length, &words);
	for (size_t at = 0; at < COUNT_OF(DOUBTS) && !found; at++)
		found = fold_has_words(words.key, DOUBTS[at]);
	for (size_t at = 0; at < COUNT_OF(DOUBTS_BEFORE) && !found; at++)
		found = stands_before_figure(words.key, DOUBTS_BEFORE[at]);
	return found;
}

bool
has_question_mark(struct plain text)
{
	return text.length && memchr(text.words, '?', text.length);
}
