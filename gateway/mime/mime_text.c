/* From the bytes of a text part to its words. */
/* SPDX-License-Identifier: MIT */
#include "mime/mime_text.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "mime/flowed_text.h"
#include "mime/html_text.h"
#include "mime/mime_charset.h"

/* CRLF to LF, in place in the arena. */
static struct plain
end_lines_with_lf(struct plain text, struct arena *arena)
{
	char *copy = arena_take(arena, text.length + 1);
	size_t to = 0;

	for (size_t at = 0; at < text.length; at++)
		if (text.words[at] != '\r' || at + 1 == text.length || text.words[at + 1] != '\n')
			copy[to++] = text.words[at];
	return (struct plain){.words = copy, .length = to};
}

static struct plain
without_mark(struct plain text)
{
	if (text.length >= 3 && memcmp(text.words, "\xef\xbb\xbf", 3) == 0)
		return (struct plain){.words = text.words + 3, .length = text.length - 3};
	return text;
}

static bool
says(const struct mime_part *part, const char *parameter, const char *value)
{
	const char *found = mime_parameter(part, parameter);

	return found && strcasecmp(found, value) == 0;
}

bool
mime_read_text(const struct mime_part *part, struct arena *arena, struct plain *out, bool *lost,
    struct failure *why)
{
	if (part->length > MIME_TEXT_MAX_BYTES)
		return fail(why, REMEDY_DESK, "mime.limits", "a text is too long");
	struct plain text =
	    mime_to_utf8(part->bytes, part->length, mime_parameter(part, "charset"), arena, lost);
	text = end_lines_with_lf(without_mark(text), arena);
	if (mime_is(part, "text", "html"))
		text = html_to_text(text, arena);
	else if (says(part, "format", "flowed"))
		text = flowed_to_text(text, says(part, "delsp", "yes"), arena);
	*out = text;
	return true;
}
