/* Walks the lines of a mail once and counts what could become headers and parts. */
/* SPDX-License-Identifier: MIT */
#include "mime/mime_scan.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"

/*
 * A header block may begin at the first line, after each line that begins with "--" (it may be a
 * delimiter), and after the blank line of a block whose Content-Type says message or digest.
 * This is more than any parser will take for one: nothing may slip through, and a text that is
 * taken for a header by mistake passes unless it is monstrous.
 */
struct scan {
	bool in_block;
	bool block_follows; /* behind the block being read begins a message's own */
	bool has_digest;    /* every part of a digest is a message: RFC 2046 5.1.5 */
	size_t block_bytes, field_bytes, fields;
	bool is_type_field; /* the field being read is a Content-Type */
	size_t dash_lines, composites;
	struct failure *why;
};

static bool
refuse(struct scan *scan, const char *what)
{
	return fail(scan->why, REMEDY_DESK, "mime.limits", "%s", what);
}

static bool
contains(const char *line, size_t length, const char *word)
{
	size_t size = strlen(word);

	for (size_t at = 0; at + size <= length; at++)
		if (strncasecmp(line + at, word, size) == 0)
			return true;
	return false;
}

static bool
begins(const char *line, size_t length, const char *word)
{
	return length >= strlen(word) && strncasecmp(line, word, strlen(word)) == 0;
}

static void
begin_block(struct scan *scan)
{
	scan->in_block = true;
	scan->block_follows = scan->is_type_field = false;
	scan->block_bytes = scan->field_bytes = scan->fields = 0;
}

static bool
end_block(struct scan *scan)
{
	if (scan->block_follows || scan->has_digest)
		begin_block(scan);
	else
		scan->in_block = false;
	return true;
}

static bool
read_header_line(struct scan *scan, const char *line, size_t length)
{
	bool continues = line[0] == ' ' || line[0] == '\t';

	scan->block_bytes += length;
	if (scan->block_bytes > MIME_HEADER_MAX_BYTES)
		return refuse(scan, "a header block is too long");
	if (!continues) {
		scan->field_bytes = 0;
		scan->fields += memchr(line, ':', length) != NULL;
		scan->is_type_field = begins(line, length, "content-type");
	}
	scan->field_bytes += length;
	if (scan->field_bytes > MIME_FIELD_MAX_BYTES)
		return refuse(scan, "a header field is too long");
	if (scan->fields > MIME_FIELDS_MAX)
		return refuse(scan, "a header block has too many fields");
	if (!scan->is_type_field)
		return true;
	bool is_message = contains(line, length, "message");
	scan->block_follows |= is_message;
	scan->has_digest |= contains(line, length, "digest");
	scan->composites += is_message || contains(line, length, "multipart");
	return scan->composites <= MIME_MAX_PARTS || refuse(scan, "too many nested parts");
}

static bool
is_blank(const char *line, size_t length)
{
	return line[0] == '\n' || (length == 2 && line[0] == '\r' && line[1] == '\n');
}

static bool
read_line(struct scan *scan, const char *line, size_t length)
{
	if (length >= 2 && line[0] == '-' && line[1] == '-') {
		begin_block(scan);
		return ++scan->dash_lines <= MIME_DASH_LINES_MAX || refuse(scan, "too many parts");
	}
	if (!scan->in_block)
		return true;
	if (is_blank(line, length))
		return end_block(scan);
	return read_header_line(scan, line, length);
}

static bool
check_bytes(const char *text, size_t length, struct failure *why)
{
	if (memchr(text, 0, length))
		return fail(why, REMEDY_DESK, "mime.shape", "there is a NUL byte in it");
	for (const char *at = text; (at = memchr(at, '\r', length - (size_t)(at - text))); at++)
		if (at + 1 == text + length || at[1] != '\n')
			return fail(why, REMEDY_DESK, "mime.shape",
			    "there is a bare carriage return in it");
	return true;
}

bool
mime_scan(const uint8_t *raw, size_t length, struct failure *why)
{
	const char *text = (const char *)raw, *end = text + length;
	struct scan scan = {.why = why};

	if (!check_bytes(text, length, why))
		return false;
	begin_block(&scan);
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t size = newline ? (size_t)(newline - text) + 1 : (size_t)(end - text);
		if (!read_line(&scan, text, size))
			return false;
		text += size;
	}
	return true;
}
