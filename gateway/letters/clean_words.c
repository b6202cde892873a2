/* Cleans words of a mail, and wraps lines for any mail program. */
/* SPDX-License-Identifier: MIT */
#include "letters/clean_words.h"

#include <glib.h>
#include <string.h>

/* Takes the next character off the words; a wrong byte is U+FFFD and one byte long. */
static gunichar
next_character(const struct plain *words, size_t *at)
{
	const char *start = words->words + *at;
	gunichar one = g_utf8_get_char_validated(start, (gssize)(words->length - *at));

	if (one == (gunichar)-1 || one == (gunichar)-2 || !*start) {
		(*at)++;
		return *start ? 0xfffd : ' ';
	}
	*at += (size_t)(g_utf8_next_char(start) - start);
	return one;
}

static bool
turns_direction(gunichar one)
{
	return one == 0x200e || one == 0x200f || one == 0x061c ||
	    (one >= 0x202a && one <= 0x202e) || (one >= 0x2066 && one <= 0x2069);
}

/* Line and paragraph separators are line ends, a carriage return goes with its line feed. */
static gunichar
clean_character(gunichar one)
{
	if (one == '\n' || one == 0x2028 || one == 0x2029)
		return '\n';
	if (turns_direction(one) || g_unichar_iscntrl(one))
		return ' ';
	return one;
}

struct plain
clean_words(struct plain words, struct arena *arena)
{
	/* U+FFFD takes three bytes for one */
	char *to = arena_take(arena, words.length * 3 + 1);
	size_t used = 0;

	for (size_t at = 0; at < words.length;) {
		gunichar one = clean_character(next_character(&words, &at));
		if (one == '\n' && used && to[used - 1] == ' ' && at > 1 &&
		    words.words[at - 2] == '\r')
			used--;
		used += (size_t)g_unichar_to_utf8(one, to + used);
	}
	size_t start = 0;
	while (start < used && (to[start] == ' ' || to[start] == '\n'))
		start++;
	while (used > start && (to[used - 1] == ' ' || to[used - 1] == '\n'))
		used--;
	to[used] = 0;
	return (struct plain){.words = to + start, .length = used - start};
}

/* --- wrapping ------------------------------------------------------------------------------- */

/* Counts first with `to` NULL, then writes. */
struct wrapping {
	char *to;
	size_t used;
};

enum { HANGING_COLUMN = 6, MARKS_MAX = 24 };

static void
put(struct wrapping *wrapping, const char *bytes, size_t length)
{
	if (wrapping->to)
		memcpy(wrapping->to + wrapping->used, bytes, length);
	wrapping->used += length;
}

static size_t
columns_of(const char *words, size_t length)
{
	size_t columns = 0;

	for (const char *at = words; at < words + length; at = g_utf8_next_char(at)) {
		gunichar one = g_utf8_get_char(at);
		if (!g_unichar_iszerowidth(one))
			columns += g_unichar_iswide(one) ? 2 : 1;
	}
	return columns;
}

/* The bullet or number a line begins with, its space included. */
static size_t
bullet_length(const char *line, size_t length)
{
	size_t digits = 0;

	if (length > 2 && strchr("-*", line[0]) && line[1] == ' ')
		return 2;
	while (digits < length && g_ascii_isdigit(line[digits]))
		digits++;
	if (digits && digits < 4 && digits + 2 < length && line[digits] == '.' &&
	    line[digits + 1] == ' ')
		return digits + 2;
	return 0;
}

/* What a long line goes on behind. */
struct margin {
	size_t marks;  /* bytes of the line itself: spaces, '>' and '|' */
	size_t spaces; /* behind them */
};

static struct margin
margin_of(const char *line, size_t length)
{
	size_t marks = 0;
	bool is_quoted = false;

	while (marks < length && marks < MARKS_MAX && strchr(" >|", line[marks]))
		is_quoted = line[marks++] != ' ' || is_quoted;
	size_t spaces = bullet_length(line + marks, length - marks);
	if (!spaces && !is_quoted && marks && marks < HANGING_COLUMN)
		spaces = HANGING_COLUMN - marks;
	return (struct margin){.marks = marks, .spaces = spaces};
}

/* How many bytes fit: up to the last space that does, or the first word at least. */
static size_t
fitting_length(const char *words, size_t length, size_t columns)
{
	size_t fits = 0, end = 0, used = 0;

	while (end < length) {
		size_t start = end;
		while (end < length && words[end] == ' ')
			end++;
		while (end < length && words[end] != ' ')
			end++;
		used += columns_of(words + start, end - start);
		if (fits && used > columns)
			break;
		fits = end;
	}
	return fits;
}

static size_t
trim_end(const char *line, size_t length)
{
	while (length && line[length - 1] == ' ')
		length--;
	return length;
}

static void
put_line(struct wrapping *wrapping, const char *line, size_t length)
{
	struct margin margin = margin_of(line, length);
	size_t taken = margin.marks, spaces = 0;
	put(wrapping, line, taken);
	while (taken < length) {
		size_t fits = fitting_length(
		    line + taken, length - taken, LETTER_COLUMNS - margin.marks - spaces);
		put(wrapping, line + taken, fits);
		taken += fits;
		if (taken == length)
			break;
		while (taken < length && line[taken] == ' ')
			taken++;
		put(wrapping, "\n", 1);
		put(wrapping, line, margin.marks);
		for (spaces = 0; spaces < margin.spaces; spaces++)
			put(wrapping, " ", 1);
	}
}

/* Sections that are left out leave their blank lines behind: one is kept. */
static void
put_lines(struct wrapping *wrapping, struct plain words)
{
	size_t blank_lines = 0;

	for (size_t at = 0; at < words.length;) {
		const char *end = memchr(words.words + at, '\n', words.length - at);
		size_t length = end ? (size_t)(end - words.words) - at : words.length - at;
		size_t before = wrapping->used;
		put_line(wrapping, words.words + at, trim_end(words.words + at, length));
		blank_lines = wrapping->used == before ? blank_lines + 1 : 0;
		if (end && blank_lines < 2)
			put(wrapping, "\n", 1);
		at += length + 1;
	}
}

struct plain
wrap_words(struct plain words, struct arena *arena)
{
	struct wrapping wrapping = {0};

	put_lines(&wrapping, words);
	wrapping.to = arena_take(arena, wrapping.used + 1);
	wrapping.used = 0;
	put_lines(&wrapping, words);
	return (struct plain){.words = wrapping.to, .length = wrapping.used};
}
