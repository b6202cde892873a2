/* Takes text apart into words as they are compared. */
/* SPDX-License-Identifier: MIT */
#include "letters/folded_words.h"

#include <glib.h>
#include <string.h>

/* Letters that Unicode does not decompose, as a British keyboard spells them. */
static const struct {
	gunichar letter;
	const char *spelled;
} SPELLED[] = {
    {0x00df, "ss"},
    {0x1e9e, "ss"},
    {0x00e6, "ae"},
    {0x0153, "oe"},
    {0x00f8, "o"},
    {0x0142, "l"},
    {0x0111, "d"},
    {0x00f0, "d"},
    {0x00fe, "th"},
    {0x0131, "i"},
    {0x0127, "h"},
    {0x03c2, "\xcf\x83"},
};

/* The text on its way: counted first with `to` NULL, then written. */
struct folding {
	char *to;
	struct folded_word *words;
	size_t used, count;
	bool in_word, has_space, is_amid; /* amid a sentence */
};

static void
put(struct folding *folding, const char *bytes, size_t length)
{
	if (folding->to)
		memcpy(folding->to + folding->used, bytes, length);
	folding->used += length;
}

static void
put_letter(struct folding *folding, gunichar letter)
{
	char bytes[6];

	for (size_t at = 0; at < COUNT_OF(SPELLED); at++)
		if (SPELLED[at].letter == letter) {
			put(folding, SPELLED[at].spelled, strlen(SPELLED[at].spelled));
			return;
		}
	if (g_unichar_isdigit(letter))
		letter = '0' + (gunichar)g_unichar_digit_value(letter);
	put(folding, bytes, (size_t)g_unichar_to_utf8(letter, bytes));
}

static bool
is_of_unspaced_script(gunichar letter)
{
	switch (g_unichar_get_script(letter)) {
	case G_UNICODE_SCRIPT_HAN:
	case G_UNICODE_SCRIPT_HIRAGANA:
	case G_UNICODE_SCRIPT_KATAKANA:
	case G_UNICODE_SCRIPT_THAI:
	case G_UNICODE_SCRIPT_LAO:
	case G_UNICODE_SCRIPT_KHMER:
	case G_UNICODE_SCRIPT_MYANMAR:
		return true;
	default:
		return false;
	}
}

static void
begin_word(struct folding *folding, gunichar letter)
{
	if (folding->words)
		folding->words[folding->count] =
		    (struct folded_word){.text = folding->to + folding->used,
			.is_glued = folding->count > 0 && !folding->has_space,
			.is_capital = g_unichar_isalpha(letter) && !g_unichar_islower(letter),
			.is_upper = true,
			.begins_sentence = !folding->is_amid,
			.is_number = true};
	folding->count++;
	folding->in_word = true;
	folding->has_space = false;
	folding->is_amid = true;
}

static void
end_word(struct folding *folding)
{
	if (folding->in_word)
		put(folding, "", 1);
	folding->in_word = false;
}

static void
take_character(struct folding *folding, gunichar one)
{
	if (g_unichar_ismark(one) || g_unichar_type(one) == G_UNICODE_FORMAT)
		return;
	if (!g_unichar_isalnum(one)) {
		end_word(folding);
		if (one == '\n' || (one < 0x80 && strchr(".!?:;\"", (int)one)) || one == 0x201c)
			folding->is_amid = false;
		if (g_unichar_isspace(one) || g_unichar_iscntrl(one))
			folding->has_space = true;
		return;
	}
	if (!folding->in_word)
		begin_word(folding, one);
	if (folding->words) {
		struct folded_word *word = &folding->words[folding->count - 1];
		word->letters++;
		word->is_upper = word->is_upper && !g_unichar_islower(one);
		word->is_number = word->is_number && g_unichar_isdigit(one);
		word->is_unspaced = word->is_unspaced || is_of_unspaced_script(one);
	}
	put_letter(folding, g_unichar_tolower(one));
}

static void
fold(struct folding *folding, struct plain text)
{
	gunichar apart[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];

	for (size_t at = 0; at < text.length;) {
		const char *start = text.words + at;
		gunichar one = g_utf8_get_char_validated(start, (gssize)(text.length - at));
		bool is_wrong = one == (gunichar)-1 || one == (gunichar)-2 || !*start;
		size_t parts =
		    is_wrong ? 0 : g_unichar_fully_decompose(one, TRUE, apart, COUNT_OF(apart));
		for (size_t part = 0; part < parts; part++)
			take_character(folding, apart[part]);
		if (is_wrong)
			take_character(folding, ' ');
		at += is_wrong ? 1 : (size_t)(g_utf8_next_char(start) - start);
	}
	end_word(folding);
}

struct folded_words
folded_words(struct plain text, struct arena *arena)
{
	struct folding counted = {0};

	fold(&counted, text);
	struct folding folding = {.to = arena_take(arena, counted.used + 1),
	    .words = arena_take_many(arena, counted.count + 1, sizeof(struct folded_word))};
	fold(&folding, text);
	struct folded_words folded = {.words = folding.words, .count = folding.count};
	for (size_t at = 0; at < folded.count; at++)
		folded.has_capitals = folded.has_capitals || folded.words[at].is_capital;
	return folded;
}

size_t
folded_words_spell(const struct folded_words *words, size_t at, const char *text, bool only_glued)
{
	size_t taken = 0;

	for (size_t next = at; next < words->count; next++) {
		const struct folded_word *word = &words->words[next];
		size_t length = strlen(word->text);
		if ((next > at && only_glued && !word->is_glued) ||
		    strncmp(text + taken, word->text, length) != 0)
			return 0;
		taken += length;
		if (!text[taken])
			return next - at + 1;
	}
	return 0;
}
