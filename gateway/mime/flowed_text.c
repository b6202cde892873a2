/* Reads format=flowed text line by line. */
/* SPDX-License-Identifier: MIT */
#include "mime/flowed_text.h"

#include <string.h>

struct flow {
	char *start, *to;
	bool is_open; /* the last line written ended softly */
	size_t depth; /* its quote depth */
};

/* One line of the source, taken apart: RFC 3676 4.5 reads quote marks first, then stuffing. */
struct line {
	size_t depth;
	const char *words;
	size_t length;
	bool is_signature, is_soft;
};

static struct line
take_apart(const char *words, size_t length)
{
	struct line line = {0};

	while (line.depth < length && words[line.depth] == '>')
		line.depth++;
	words += line.depth;
	length -= line.depth;
	if (length && *words == ' ') {
		words++;
		length--;
	}
	line.words = words;
	line.length = length;
	line.is_signature = length == 3 && memcmp(words, "-- ", 3) == 0;
	line.is_soft = length && words[length - 1] == ' ' && !line.is_signature;
	return line;
}

static void
put(struct flow *flow, const char *words, size_t length)
{
	memcpy(flow->to, words, length);
	flow->to += length;
}

static void
put_line(struct flow *flow, const struct line *line, bool deletes_space)
{
	bool joins = flow->is_open && flow->depth == line->depth && !line->is_signature;

	if (flow->is_open && !joins)
		put(flow, "\n", 1);
	if (!joins && line->depth) {
		memset(flow->to, '>', line->depth);
		flow->to += line->depth;
		put(flow, " ", 1);
	}
	put(flow, line->words, line->length - (line->is_soft && deletes_space));
	if (!line->is_soft)
		put(flow, "\n", 1);
	flow->is_open = line->is_soft;
	flow->depth = line->depth;
}

struct plain
flowed_to_text(struct plain text, bool deletes_space, struct arena *arena)
{
	struct flow flow = {.start = arena_take(arena, text.length * 2 + 2)};
	const char *at = text.words, *end = text.words + text.length;

	flow.to = flow.start;
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;
		struct line line = take_apart(at, (size_t)(stop - at));
		put_line(&flow, &line, deletes_space);
		at = newline ? newline + 1 : end;
	}
	return (struct plain){.words = flow.start, .length = (size_t)(flow.to - flow.start)};
}
