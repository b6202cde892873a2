/* Folds text to its bare words, so that "Órla" and "ORLA" are the same. */
/* SPDX-License-Identifier: MIT */
#include "routing/folded.h"

#include <glib.h>
#include <string.h>

/* What a person does not see, or writes now and then: no part of a word and no end of one. */
static bool
is_silent(gunichar letter)
{
	return letter == '\'' || letter == 0x2019 || letter == 0x02bc || g_unichar_ismark(letter) ||
	    g_unichar_type(letter) == G_UNICODE_FORMAT;
}

char *
folded_text(struct arena *arena, const char *text, size_t length)
{
	g_autofree char *valid = g_utf8_make_valid(text, (gssize)length);
	g_autofree char *apart = g_utf8_normalize(valid, -1, G_NORMALIZE_NFKD);
	g_autofree char *lower = g_utf8_casefold(apart, -1);
	char *folded = arena_take(arena, 2 * strlen(lower) + 3), *end = folded;
	bool in_word = false;

	for (const char *at = lower; *at; at = g_utf8_next_char(at)) {
		gunichar letter = g_utf8_get_char(at);
		if (is_silent(letter))
			continue;
		if (!g_unichar_isalnum(letter)) {
			in_word = false;
			continue;
		}
		if (!in_word)
			*end++ = ' ';
		end += g_unichar_to_utf8(letter, end);
		in_word = true;
	}
	if (end > folded)
		*end++ = ' ';
	*end = '\0';
	return folded;
}

bool
folded_has(const char *text, const char *phrase)
{
	return *phrase && strstr(text, phrase) != NULL;
}
