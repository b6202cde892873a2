/* Looks for what must not be named. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "letters/withheld_secret.h"

static bool
is_name_of(const struct withheld *withheld, const char *text, unsigned person)
{
	for (const struct secret *name = withheld->names; name; name = name->next)
		if (name->person == person && strcmp(name->text, text) == 0)
			return true;
	return false;
}

static bool
has_company(const struct withheld *withheld, const struct folded_words *words, size_t at,
    const struct secret *secret)
{
	if (strcmp(words->words[at].text, secret->text) != 0)
		return false;
	return (at && is_name_of(withheld, words->words[at - 1].text, secret->person)) ||
	    (at + 1 < words->count &&
		is_name_of(withheld, words->words[at + 1].text, secret->person));
}

/*
 * By its capital, or beside another word of the names. A text without any capital has none for
 * names either.
 */
static bool
is_capital_name(const struct withheld *withheld, const struct folded_words *words, size_t at,
    const struct secret *secret)
{
	const struct folded_word *word = &words->words[at];
	bool may_begin = secret->kind == SECRET_CAPITAL;

	if (strcmp(word->text, secret->text) != 0)
		return false;
	if (word->is_capital && (may_begin || !word->begins_sentence))
		return true;
	return word->letters < NAME_MIN_LETTERS &&
	    ((may_begin && !words->has_capitals) || has_company(withheld, words, at, secret));
}

static bool
is_phrase_at(const struct folded_words *words, size_t at, const struct folded_words *phrase)
{
	if (phrase->count > words->count - at)
		return false;
	for (size_t next = 0; next < phrase->count; next++)
		if (strcmp(words->words[at + next].text, phrase->words[next].text) != 0)
			return false;
	return true;
}

static bool
is_postcode_at(const struct folded_words *words, size_t at, const char *postcode)
{
	char found[POSTCODE_MAX + 1] = "";

	for (; at < words->count && secret_append_postcode(found, words->words[at].text); at++)
		if (strcmp(found, postcode) == 0)
			return true;
	return false;
}

static bool
is_named_at(const struct withheld *withheld, const struct folded_words *words, size_t at,
    const struct secret *secret)
{
	char digits[DIGITS_MAX + 1];

	switch (secret->kind) {
	case SECRET_WORD:
		return folded_words_spell(words, at, secret->text, true) > 0;
	case SECRET_CAPITAL:
	case SECRET_WITHIN:
		return is_capital_name(withheld, words, at, secret);
	case SECRET_SHORT:
		return has_company(withheld, words, at, secret);
	case SECRET_UNSPACED:
		return strstr(words->words[at].text, secret->text) != NULL;
	case SECRET_PHRASE:
		return is_phrase_at(words, at, &secret->phrase);
	case SECRET_POSTCODE:
		return is_postcode_at(words, at, secret->text);
	case SECRET_DIGITS:
		return secret_join_numbers(words, at, digits) && strstr(digits, secret->text);
	}
	return false;
}

bool
withheld_is_named(const struct withheld *withheld, struct plain text)
{
	if (!withheld->secrets)
		return false;
	struct folded_words words = folded_words(text, withheld->arena);
	for (size_t at = 0; at < words.count; at++)
		for (const struct secret *secret = withheld->secrets; secret; secret = secret->next)
			if (is_named_at(withheld, &words, at, secret))
				return true;
	return false;
}
