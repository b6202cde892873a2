/* Splits a text into lines and finds what a mail program quoted. */
/* SPDX-License-Identifier: MIT */
#include "form/form_lines.h"

#include <glib.h>
#include <string.h>

#include "form/form_fold.h"

enum { HEADER_BLOCK_MAX = 8 };

static bool
is_space(char one)
{
	return one == ' ' || one == '\t';
}

/* Takes "> > " off the front and counts it. */
static struct form_line
read_line(const char *at, const char *end)
{
	struct form_line line = {0};

	for (;;) {
		while (at < end && is_space(*at))
			at++;
		if (at == end || *at != '>')
			break;
		line.depth += line.depth < QUOTE_DEPTH_MAX;
		at++;
	}
	while (end > at && is_space(end[-1]))
		end--;
	line.words = at;
	line.length = (size_t)(end - at);
	return line;
}

/* "From", "Sent" and their like, that stand above quoted text: 1 for From, 2 for another, 0 for
 * none. */
static int
header_kind(const struct form_line *line)
{
	static const char *const OTHERS[] = {
	    "sent", "date", "to", "cc", "subject", "importance", "reply to", "attachments"};
	const char *colon = memchr(line->words, ':', MIN(line->length, 20));
	struct fold fold;

	if (!colon)
		return 0;
	fold_words(line->words, (size_t)(colon - line->words), &fold);
	if (strcmp(fold.key, "from") == 0)
		return 1;
	for (size_t at = 0; at < COUNT_OF(OTHERS); at++)
		if (strcmp(fold.key, OTHERS[at]) == 0)
			return 2;
	return 0;
}

/* The number of lines of a header block that begins here, or 0: From, and two others near it. */
static size_t
header_block(const struct form_lines *lines, size_t from)
{
	size_t others = 0, last = from;

	if (header_kind(&lines->lines[from]) != 1)
		return 0;
	for (size_t at = from + 1; at < lines->count && at < from + HEADER_BLOCK_MAX; at++)
		if (header_kind(&lines->lines[at]) == 2) {
			others++;
			last = at;
		}
	return others >= 2 ? last - from + 1 : 0;
}

/* "On Monday, an officer wrote:" and "-----Original Message-----". */
static bool
is_attribution(const struct form_line *line)
{
	struct fold fold;

	if (line->length < 6 || line->length > FOLD_INPUT_MAX_BYTES)
		return false;
	if (line->words[0] == '-' && line->words[1] == '-') {
		fold_words(line->words, line->length, &fold);
		return strcmp(fold.key, "original message") == 0 ||
		    strcmp(fold.key, "forwarded message") == 0;
	}
	return memcmp(line->words + line->length - 6, "wrote:", 6) == 0;
}

/* What stands below a header block is older: it counts as quoted once more. */
static void
find_headers(struct form_lines *lines)
{
	unsigned deeper = 0;

	for (size_t at = 0; at < lines->count; at++) {
		size_t block = header_block(lines, at);
		if (block && at > 0)
			deeper++;
		for (size_t header = at; header < at + block; header++)
			lines->lines[header].is_dropped = true;
		if (is_attribution(&lines->lines[at]))
			lines->lines[at].is_dropped = true;
		if (block)
			at += block - 1;
		else
			lines->lines[at].depth =
			    MIN(lines->lines[at].depth + deeper, QUOTE_DEPTH_MAX);
	}
}

struct form_lines
form_lines_split(struct plain clean, struct arena *arena)
{
	const char *at = clean.words, *end = clean.words + clean.length;
	struct form_lines lines = {0};
	size_t count = 1;

	for (const char *one = at; (one = memchr(one, '\n', (size_t)(end - one))); one++)
		count++;
	lines.is_cut = count > LINES_MAX;
	count = MIN(count, LINES_MAX);
	lines.lines = arena_take_many(arena, count, sizeof *lines.lines);
	while (at < end && lines.count < count) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		if (!stop)
			stop = end;
		lines.lines[lines.count++] = read_line(at, stop);
		at = stop + (stop < end);
	}
	find_headers(&lines);
	return lines;
}

size_t
form_lines_join(const struct form_lines *lines, size_t from, size_t extra, char *out, size_t size)
{
	size_t used = 0;

	for (size_t at = from; at <= from + extra && at < lines->count; at++) {
		const struct form_line *line = &lines->lines[at];
		if (used && used < size)
			out[used++] = ' ';
		size_t length = MIN(line->length, size - used);
		memcpy(out + used, line->words, length);
		used += length;
	}
	return used;
}
