/* Takes out of a text what mail programs and attackers put into it unseen. */
/* SPDX-License-Identifier: MIT */
#include "form/form_clean.h"

#include <glib.h>
#include <string.h>

struct cleaning {
	const char *at, *end;
	char *out; /* at most three bytes for each byte that came in */
	size_t used;
	unsigned marks;
};

static void
put(struct cleaning *cleaning, gunichar one)
{
	cleaning->used += (size_t)g_unichar_to_utf8(one, cleaning->out + cleaning->used);
}

/* The next character; what is none gives U+FFFD for each byte. */
static gunichar
next_character(struct cleaning *cleaning)
{
	gunichar one = g_utf8_get_char_validated(cleaning->at, cleaning->end - cleaning->at);

	if (one == (gunichar)-1 || one == (gunichar)-2 || one == 0) {
		cleaning->at++;
		return one == 0 ? 0 : 0xFFFD;
	}
	cleaning->at = g_utf8_next_char(cleaning->at);
	return one;
}

static bool
is_line_end(gunichar one)
{
	return one == '\n' || one == '\r' || one == '\v' || one == '\f' || one == 0x85 ||
	       one == 0x2028 || one == 0x2029;
}

static void
clean_character(struct cleaning *cleaning, gunichar one)
{
	if (one == '\r' && cleaning->at < cleaning->end && *cleaning->at == '\n')
		return;
	if (g_unichar_ismark(one)) {
		if (cleaning->marks++ < CLEAN_MARKS_MAX)
			put(cleaning, one);
		return;
	}
	GUnicodeType type = g_unichar_type(one);
	if (is_line_end(one))
		put(cleaning, '\n');
	else if (one == '\t')
		put(cleaning, '\t');
	else if (type == G_UNICODE_SPACE_SEPARATOR)
		put(cleaning, ' ');
	else if (type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT)
		put(cleaning, one);
	else
		return; /* unseen, so that marks around it still count as one run */
	cleaning->marks = 0;
}

struct plain
clean_text(struct plain text, struct arena *arena)
{
	struct cleaning cleaning = {.at = text.words, .end = text.words + text.length};

	cleaning.out = arena_take_many(arena, text.length + 1, 3);
	while (cleaning.at < cleaning.end)
		clean_character(&cleaning, next_character(&cleaning));
	char *composed =
	    g_utf8_normalize(cleaning.out, (gssize)cleaning.used, G_NORMALIZE_DEFAULT_COMPOSE);
	size_t length = strlen(composed);
	struct plain clean = plain_copy(arena, composed, length);
	explicit_bzero(composed, length);
	g_free(composed);
	return clean;
}
