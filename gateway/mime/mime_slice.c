/* Finds delimiter lines, to the byte. */
/* SPDX-License-Identifier: MIT */
#include "mime/mime_slice.h"

#include <string.h>

static bool
delimits(const char *line, size_t length, const char *boundary)
{
	size_t size = strlen(boundary);

	while (length && strchr(" \t\r\n", line[length - 1]))
		length--;
	if (length < size + 2 || memcmp(line + 2, boundary, size) != 0)
		return false;
	return length == size + 2 ||
	    (length == size + 4 && line[length - 1] == '-' && line[length - 2] == '-');
}

static bool
delimits_any(const char *line, size_t length, const struct mime_enclosing *enclosing)
{
	if (length < 2 || line[0] != '-' || line[1] != '-')
		return false;
	for (size_t at = 0; at < enclosing->count; at++)
		if (delimits(line, length, enclosing->boundaries[at]))
			return true;
	return false;
}

/* The line break in front of a delimiter is the delimiter's. */
static size_t
without_break(const char *text, size_t start, size_t at)
{
	if (at > start && text[at - 1] == '\n')
		at--;
	if (at > start && text[at - 1] == '\r')
		at--;
	return at;
}

size_t
mime_slice_end(
    const uint8_t *raw, size_t length, size_t start, const struct mime_enclosing *enclosing)
{
	const char *text = (const char *)raw;

	for (size_t at = start; at < length && enclosing->count;) {
		const char *newline = memchr(text + at, '\n', length - at);
		size_t next = newline ? (size_t)(newline - text) + 1 : length;
		if (delimits_any(text + at, next - at, enclosing))
			return without_break(text, start, at);
		at = next;
	}
	return length;
}
