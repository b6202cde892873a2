/* Takes out of a text what mail programs and attackers put into it unseen. */
/* SPDX-License-Identifier: MIT */
#include "form/form_clean.h"

#include <glib.h>
#include <string.h>

enum { PIECE_BYTES = 512 };

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
	if (!*cleaning->at) {
		cleaning->at++;
		return 0; /* a control character like others; GLib would call it no UTF-8 */
	}
	gunichar one = g_utf8_get_char_validated(cleaning->at, cleaning->end - cleaning->at);
	if (one == (gunichar)-1 || one == (gunichar)-2) {
		cleaning->at++;
		return 0xFFFD;
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
	/* unseen, so that marks around it still count as one run */
	else
		return;
	cleaning->marks = 0;
}

/*
 * Where a piece of about PIECE_BYTES may end: before an ASCII character, with which nothing
 * composes, or at last before any letter.
 */
static const char *
piece_end(const char *at, const char *end)
{
	const char *stop = at;

	while (stop < end) {
		size_t length = (size_t)(stop - at);
		if (length >= PIECE_BYTES && (unsigned char)*stop < 0x80)
			break;
		if (length >= 8 * PIECE_BYTES && !g_unichar_ismark(g_utf8_get_char(stop)))
			break;
		stop = g_utf8_next_char(stop);
	}
	return stop;
}

/* NFC, piece by piece: GLib moves all that follows for every letter that it composes. */
static struct plain
compose(const char *text, size_t length, struct arena *arena)
{
	/* In UTF-8, NFC is never more than three times as long (UAX 15, section 14). */
	char *out = arena_take_many(arena, length + 1, 3);
	const char *end = text + length;
	size_t used = 0;

	for (const char *at = text; at < end;) {
		const char *stop = piece_end(at, end);
		char *composed = g_utf8_normalize(at, stop - at, G_NORMALIZE_DEFAULT_COMPOSE);
		size_t bytes = MIN(strlen(composed), 3 * length - used);
		memcpy(out + used, composed, bytes);
		used += bytes;
		explicit_bzero(composed, strlen(composed));
		g_free(composed);
		at = stop;
	}
	return (struct plain){.words = out, .length = used};
}

struct plain
clean_text(struct plain text, struct arena *arena)
{
	struct cleaning cleaning = {.at = text.words, .end = text.words + text.length};

	cleaning.out = arena_take_many(arena, text.length + 1, 3);
	while (cleaning.at < cleaning.end)
		clean_character(&cleaning, next_character(&cleaning));
	return compose(cleaning.out, cleaning.used, arena);
}
