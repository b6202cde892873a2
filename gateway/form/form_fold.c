/* Brings a label or a word to the spelling it is looked up by. */
/* SPDX-License-Identifier: MIT */
#include "form/form_fold.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

static void
put_byte(struct fold *out, char one)
{
	if (out->length + 1 < sizeof out->key)
		out->key[out->length++] = one;
}

static void
put_space(struct fold *out)
{
	if (out->length && out->key[out->length - 1] != ' ')
		put_byte(out, ' ');
}

static void
end_fold(struct fold *out)
{
	if (out->length && out->key[out->length - 1] == ' ')
		out->length--;
	/* A fold that filled the room may be cut short: it must match nothing. */
	if (out->length + 1 >= sizeof out->key)
		out->length = 0;
	out->key[out->length] = 0;
}

static bool
is_apostrophe(gunichar one)
{
	return one == '\'' || one == '`' || one == 0x2018 || one == 0x2019 || one == 0x02BC ||
	    one == 0x00B4;
}

static void
put_character(struct fold *out, gunichar one)
{
	char bytes[6];

	if (is_apostrophe(one) || g_unichar_ismark(one))
		return;
	if (one == '&') {
		put_space(out);
		put_byte(out, 'a');
		put_byte(out, 'n');
		put_byte(out, 'd');
		put_space(out);
	} else if (g_unichar_isalnum(one)) {
		int length = g_unichar_to_utf8(g_unichar_tolower(one), bytes);
		for (int at = 0; at < length; at++)
			put_byte(out, bytes[at]);
	} else {
		put_space(out);
	}
}

static bool
is_ascii(const char *text, size_t length)
{
	for (size_t at = 0; at < length; at++)
		if ((unsigned char)text[at] >= 0x80)
			return false;
	return true;
}

void
fold_words(const char *text, size_t length, struct fold *out)
{
	out->length = 0;
	if (length > FOLD_INPUT_MAX_BYTES)
		length = 0;
	if (is_ascii(text, length)) {
		for (size_t at = 0; at < length; at++)
			put_character(out, (gunichar)text[at]);
	} else {
		const char *end; /* a cut may have gone through a character */
		(void)g_utf8_validate_len(text, length, &end);
		g_autofree char *plain = g_utf8_normalize(text, end - text, G_NORMALIZE_ALL);
		for (const char *at = plain; at && *at; at = g_utf8_next_char(at))
			put_character(out, g_utf8_get_char(at));
		if (plain)
			explicit_bzero(plain, strlen(plain));
	}
	end_fold(out);
}

/* The bytes of a bullet or numbering at the start: "3.", "12)", "b)", "(4)" or Outlook's "o ". */
static size_t
numbering_length(const char *text, size_t length)
{
	size_t at = 0, digits;

	while (at < length && strchr(" \t*-_", text[at]))
		at++;
	size_t start = at;
	if (at < length && text[at] == '(')
		at++;
	digits = at;
	while (at < length && at - digits < 2 && g_ascii_isdigit(text[at]))
		at++;
	if (at == digits && at < length && g_ascii_isalpha(text[at]))
		at++;
	if (at == digits || at >= length)
		return 0;
	if (text[at] == ')' || (text[at] == '.' && g_ascii_isdigit(text[digits])))
		return at + 1;
	return at == start + 1 && text[start] == 'o' && text[at] == ' ' ? at : 0;
}

void
fold_label(const char *text, size_t length, struct fold *out, bool *is_open)
{
	char bare[FOLD_INPUT_MAX_BYTES];
	size_t used = 0, depth = 0;

	if (length > sizeof bare)
		length = 0;
	for (size_t at = numbering_length(text, length); at < length; at++) {
		if (text[at] == '(') {
			depth++;
			bare[used++] = ' ';
		} else if (text[at] == ')' && depth) {
			depth--;
		} else if (!depth) {
			bare[used++] = text[at];
		}
	}
	if (is_open)
		*is_open = depth > 0;
	fold_words(bare, used, out);
}

static bool
is_small_word(const char *word)
{
	static const char *const SMALL[] = {"a", "an", "the", "of", "by", "in", "on", "to", "and",
	    "or", "at", "with", "for", "from", "his", "her", "their", "is", "concern", "issue"};

	for (size_t at = 0; at < COUNT_OF(SMALL); at++)
		if (strcmp(word, SMALL[at]) == 0)
			return true;
	return false;
}

static int
compare_words(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

void
fold_bag(const struct fold *words, struct fold *out)
{
	char text[FOLD_MAX_BYTES];
	char *found[FOLD_MAX_BYTES / 2];
	size_t count = 0;
	char *rest = text, *word;

	memcpy(text, words->key, words->length + 1);
	while ((word = strsep(&rest, " "))) {
		size_t length = strlen(word);
		if (length > 3 && word[length - 1] == 's')
			word[length - 1] = 0;
		if (*word && !is_small_word(word))
			found[count++] = word;
	}
	qsort(found, count, sizeof found[0], compare_words);
	out->length = 0;
	for (size_t at = 0; at < count; at++) {
		put_space(out);
		for (const char *one = found[at]; *one; one++)
			put_byte(out, *one);
	}
	end_fold(out);
}

bool
fold_has_words(const char *folded, const char *words)
{
	size_t length = strlen(words);

	for (const char *at = folded; length && (at = strstr(at, words)); at++)
		if ((at == folded || at[-1] == ' ') && (!at[length] || at[length] == ' '))
			return true;
	return false;
}
