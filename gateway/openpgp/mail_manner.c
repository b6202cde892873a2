/* Reads the signs that machines leave in a header. */
/* SPDX-License-Identifier: MIT */
#include "openpgp/mail_manner.h"

#include <string.h>
#include <strings.h>

#include "mime/mime_field.h"

enum { MESSAGE_ID_MAX_BYTES = 250 };

/* The first word of a field, without parameters and comments: "auto-replied; x=y" is auto-replied.
 */
static bool
field_is(const struct mime_part *part, const char *name, const char *word, struct arena *arena)
{
	struct plain text = mime_field_text(part, name, arena);
	size_t length = strcspn(text.words, " \t;(");

	return length == strlen(word) && strncasecmp(text.words, word, length) == 0;
}

static bool
has_field(const struct mime_part *part, const char *name)
{
	return mime_field_count(part, name) > 0;
}

static bool
is_report_of(const struct mime_part *root, const char *kind)
{
	const char *type = mime_parameter(root, "report-type");

	return mime_is(root, "multipart", "report") && type && strcasecmp(type, kind) == 0;
}

/* Delivery agents write what the envelope said: "<>" is nobody. */
static bool
has_empty_return_path(const struct mime_part *root, struct arena *arena)
{
	return plain_equals(mime_field_text(root, "Return-Path", arena), "<>");
}

static bool
is_from_daemon(const struct mime_part *root, bool is_nobody, struct arena *arena)
{
	struct plain from = mime_field_mailbox(root, "From", arena);

	return strncmp(from.words, "mailer-daemon@", strlen("mailer-daemon@")) == 0 ||
	    (is_nobody && strncmp(from.words, "postmaster@", strlen("postmaster@")) == 0);
}

enum mail_manner
mail_manner_find(const struct mime_part *root, struct arena *arena)
{
	bool is_nobody = has_empty_return_path(root, arena);

	if (is_report_of(root, "delivery-status") || is_from_daemon(root, is_nobody, arena))
		return MAIL_BOUNCE;
	if (is_nobody || is_report_of(root, "disposition-notification") ||
	    mime_is(root, "multipart", "report") ||
	    field_is(root, "Precedence", "auto_reply", arena) ||
	    (has_field(root, "Auto-Submitted") && !field_is(root, "Auto-Submitted", "no", arena)))
		return MAIL_AUTO_REPLY;
	if (has_field(root, "List-Id") || field_is(root, "Precedence", "bulk", arena) ||
	    field_is(root, "Precedence", "list", arena) ||
	    field_is(root, "Precedence", "junk", arena))
		return MAIL_LIST;
	return MAIL_LETTER;
}

/* The first "<...>" of a line; empty when there is none or it is no Message-ID. */
static struct plain
take_id(const char *line, size_t length, struct arena *arena)
{
	const char *open = memchr(line, '<', length);
	const char *close = open ? memchr(open, '>', length - (size_t)(open - line)) : NULL;
	size_t size = close ? (size_t)(close - open) + 1 : 0;

	if (size < 5 || size > MESSAGE_ID_MAX_BYTES || !memchr(open, '@', size))
		return plain_copy(arena, "", 0);
	for (size_t at = 0; at < size; at++)
		if (open[at] <= ' ' || open[at] > '~')
			return plain_copy(arena, "", 0);
	return plain_copy(arena, open, size);
}

/* Looks for `name: <...>` at the start of a line; the id may stand on the line that continues it.
 */
static struct plain
find_id_line(const struct mime_part *part, const char *name, struct arena *arena)
{
	const char *at = (const char *)part->bytes, *end = at + part->length;
	size_t size = strlen(name);

	while (at && at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		if ((size_t)(end - at) > size && strncasecmp(at, name, size) == 0 &&
		    at[size] == ':') {
			if (stop && stop + 1 < end && (stop[1] == ' ' || stop[1] == '\t'))
				stop = memchr(stop + 1, '\n', (size_t)(end - stop - 1));
			return take_id(at, (size_t)((stop ? stop : end) - at), arena);
		}
		at = stop ? stop + 1 : NULL;
	}
	return plain_copy(arena, "", 0);
}

/* In a report: the returned mail or its header, else what the machine-readable part says. */
static struct plain
find_id(const struct mime_part *part, struct arena *arena)
{
	struct plain id = {.words = ""};

	if (mime_is(part, "message", "rfc822") && part->part_count == 1) {
		struct plain field = mime_field_text(&part->parts[0], "Message-ID", arena);
		return take_id(field.words, field.length, arena);
	}
	if (!part->part_count) {
		id = find_id_line(part, "Original-Message-ID", arena);
		return id.length ? id : find_id_line(part, "Message-ID", arena);
	}
	for (size_t at = part->part_count; at-- > 0 && !id.length;)
		id = find_id(&part->parts[at], arena);
	return id;
}

struct plain
mail_manner_about(const struct mime_part *root, struct arena *arena)
{
	struct plain answered = mime_field_text(root, "In-Reply-To", arena);
	struct plain id = take_id(answered.words, answered.length, arena);

	return id.length ? id : find_id(root, arena);
}
