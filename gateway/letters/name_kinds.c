/* Tells how a word of a name is looked for: as it stands, by its capital, or beside another. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "letters/withheld_secret.h"

/* They stand before names of anybody. */
static const char *const TITLES[] = {"aka", "doctor", "dr", "jr", "miss", "mr", "mrs", "ms", "mx",
    "pc", "prof", "professor", "sr", "st"};

/* What officers write where a name is missing, and what begins sentences of itself. */
static const char *const COMMON[] = {"adult", "am", "an", "and", "as", "at", "aunt", "baby", "be",
    "boy", "brother", "by", "child", "children", "daughter", "do", "father", "female", "girl", "go",
    "grandfather", "grandmother", "he", "hi", "if", "in", "infant", "is", "it", "known", "male",
    "me", "mother", "my", "neighbour", "newborn", "no", "none", "not", "of", "oh", "ok", "on", "or",
    "other", "sibling", "sister", "so", "street", "the", "to", "twin", "unborn", "uncle", "unk",
    "unknown", "unnamed", "up", "us", "we", "woman"};

/* Particles and others that are names of some and words of all. */
static const char *const NAMES_AND_WORDS[] = {"abu", "bin", "bint", "das", "del", "den", "der",
    "des", "dos", "ibn", "las", "los", "man", "son", "van", "von"};

static bool
is_among(const char *word, const char *const *words, size_t count)
{
	for (size_t at = 0; at < count; at++)
		if (strcmp(words[at], word) == 0)
			return true;
	return false;
}

bool
name_is_word(const char *text)
{
	return is_among(text, TITLES, COUNT_OF(TITLES)) ||
	    is_among(text, COMMON, COUNT_OF(COMMON)) ||
	    is_among(text, NAMES_AND_WORDS, COUNT_OF(NAMES_AND_WORDS));
}

enum secret_kind
name_kind(const struct folded_word *word)
{
	if (word->is_unspaced)
		return SECRET_UNSPACED;
	if (word->letters < 2 || is_among(word->text, TITLES, COUNT_OF(TITLES)))
		return SECRET_SHORT;
	if (is_among(word->text, COMMON, COUNT_OF(COMMON)))
		return SECRET_WITHIN;
	if (word->letters < NAME_MIN_LETTERS ||
	    is_among(word->text, NAMES_AND_WORDS, COUNT_OF(NAMES_AND_WORDS)))
		return SECRET_CAPITAL;
	return SECRET_WORD;
}
