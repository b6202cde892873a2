/* Reads armor leniently in its surroundings and strictly in its letters. */
/* SPDX-License-Identifier: MIT */
#include "openpgp/armor_find.h"

#include <string.h>

static const char BEGIN[] = "-----BEGIN PGP MESSAGE-----";
static const char END[] = "-----END PGP MESSAGE-----";
static const char BEGIN_SIGNED[] = "-----BEGIN PGP SIGNED MESSAGE-----";
static const char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

enum { LINE_MAX_BYTES = 1000 };

enum place { BEFORE, HEADERS, BODY, BEHIND, BROKEN };

struct search {
	struct armor_found found;
	enum place place;
	char *start, *to;
};

struct line {
	const char *words;
	size_t length;
};

/* Bytes of white space at the start (or end) of the words: ASCII, or U+00A0. */
static size_t
space_at_start(struct line line)
{
	if (line.length && strchr(" \t\r\n\v\f", line.words[0]))
		return 1;
	return line.length >= 2 && memcmp(line.words, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

static size_t
space_at_end(struct line line)
{
	if (line.length && strchr(" \t\r\n\v\f", line.words[line.length - 1]))
		return 1;
	return line.length >= 2 && memcmp(line.words + line.length - 2, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

static struct line
trim(struct line line)
{
	size_t space;

	while ((space = space_at_start(line))) {
		line.words += space;
		line.length -= space;
	}
	while ((space = space_at_end(line)))
		line.length -= space;
	return line;
}

static bool
is_line(struct line line, const char *words)
{
	return line.length == strlen(words) && memcmp(line.words, words, line.length) == 0;
}

static bool
is_base64(struct line line)
{
	for (size_t at = 0; at < line.length; at++)
		if (!line.words[at] || !strchr(BASE64, line.words[at]))
			return false;
	return line.length > 0 && line.length <= LINE_MAX_BYTES;
}

static void
put_line(struct search *search, const char *words, size_t length)
{
	memcpy(search->to, words, length);
	search->to += length;
	*search->to++ = '\n';
}

static void
begin_armor(struct search *search)
{
	put_line(search, BEGIN, strlen(BEGIN));
	put_line(search, "", 0);
	search->place = HEADERS;
}

static void
end_armor(struct search *search)
{
	put_line(search, END, strlen(END));
	search->found.armor =
	    (struct plain){.words = search->start, .length = (size_t)(search->to - search->start)};
	search->place = BEHIND;
}

static void
read_armor_line(struct search *search, struct line line)
{
	if (!line.length || (search->place == HEADERS && memchr(line.words, ':', line.length)))
		return;
	if (is_line(line, END) && search->place == BODY) {
		end_armor(search);
		return;
	}
	search->place = is_base64(line) ? BODY : BROKEN;
	put_line(search, line.words, line.length);
}

static void
read_line(struct search *search, struct line line)
{
	search->found.is_signed_text |= is_line(line, BEGIN_SIGNED);
	if (is_line(line, BEGIN) && ++search->found.count == 1)
		begin_armor(search);
	else if (search->place == HEADERS || search->place == BODY)
		read_armor_line(search, line);
	else if (line.length)
		search->found.is_alone = false;
}

struct armor_found
armor_find(struct plain text, struct arena *arena)
{
	struct search search = {.found.is_alone = true};
	const char *at = text.words, *end = text.words + text.length;

	if (!memmem(text.words, text.length, "-----BEGIN PGP ", strlen("-----BEGIN PGP ")))
		return (struct armor_found){.count = 0};
	/* an empty line more than there was, and a line end behind the last */
	search.start = search.to = arena_take(arena, text.length + 3);
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;
		read_line(&search, trim((struct line){at, (size_t)(stop - at)}));
		at = newline ? newline + 1 : end;
	}
	if (search.place != BEHIND || search.found.count != 1)
		search.found.armor.length = 0;
	return search.found;
}
