/* Puts the parts of a letter one behind the other, into one piece of the arena. */
/* SPDX-License-Identifier: MIT */
#include "mime/mime_write.h"

#include <assert.h>
#include <glib.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "mime/mime_header.h"

enum {
	BASE64_IN_LINE = 57, /* bytes that make a line of 76 characters */
	BASE64_LINE = 76 + 2,
	QUOTED_LINE_MAX = 76, /* RFC 2045 6.7 rule 5 */
	BOUNDARY_BYTES = 2 + 32 + 1,
	HEADERS_BYTES = 16 * 1024, /* far more than all headers and delimiters of a part */
};

/* One piece of the arena, sized before, filled from the front: the words never move. */
struct writer {
	char *start;
	size_t used, room;
};

static void
put(struct writer *writer, const char *bytes, size_t length)
{
	assert(length <= writer->room - writer->used);
	memcpy(writer->start + writer->used, bytes, length);
	writer->used += length;
}

static void __attribute__((format(printf, 2, 3)))
put_line(struct writer *writer, const char *format, ...)
{
	va_list words;
	size_t left = writer->room - writer->used;

	va_start(words, format);
	int length = vsnprintf(writer->start + writer->used, left, format, words);
	va_end(words);
	assert(length >= 0 && (size_t)length < left);
	writer->used += (size_t)length;
	put(writer, "\r\n", 2);
}

static bool
ends_line(const char *words, size_t length, size_t at)
{
	return at == length || words[at] == '\n' || words[at] == '\r';
}

/* RFC 2045 6.7: what must be written as =XX. White space only before the end of a line. */
static bool
must_be_quoted(struct plain text, size_t at)
{
	unsigned char one = (unsigned char)text.words[at];

	if (one == ' ' || one == '\t')
		return ends_line(text.words, text.length, at + 1);
	return one < 32 || one > 126 || one == '=';
}

static void
put_quoted(struct writer *writer, struct plain text)
{
	size_t column = 0;

	for (size_t at = 0; at < text.length; at++) {
		char one = text.words[at], quoted[4];
		if (one == '\r' && at + 1 < text.length && text.words[at + 1] == '\n')
			continue;
		if (one == '\n' || one == '\r') {
			put(writer, "\r\n", 2);
			column = 0;
			continue;
		}
		size_t width = must_be_quoted(text, at) ? 3 : 1;
		if (column + width > QUOTED_LINE_MAX - 1) {
			put(writer, "=\r\n", 3);
			column = 0;
		}
		(void)snprintf(quoted, sizeof quoted, "=%02X", (unsigned)(unsigned char)one);
		put(writer, width == 3 ? quoted : &one, width);
		column += width;
	}
	/* this one belongs to the delimiter that follows (RFC 2046 5.1.1) */
	put(writer, "\r\n", 2);
}

static void
put_base64(struct writer *writer, const uint8_t *bytes, size_t length)
{
	char line[BASE64_LINE];

	for (size_t at = 0; at < length; at += BASE64_IN_LINE) {
		size_t piece = length - at < BASE64_IN_LINE ? length - at : BASE64_IN_LINE;
		(void)sodium_bin2base64(
		    line, sizeof line, bytes + at, piece, sodium_base64_VARIANT_ORIGINAL);
		put_line(writer, "%s", line);
	}
	sodium_memzero(line, sizeof line);
}

static void
put_headers(struct writer *writer, const struct mime_letter *letter, const char *boundary,
    struct arena *arena)
{
	char date[MAIL_DATE_BYTES];

	clock_mail_date(letter->date, date);
	put_line(writer, "From: %s",
	    mime_header_mailbox(letter->from_name, letter->from_address, arena));
	put_line(writer, "To: %s", mime_header_mailbox(letter->to_name, letter->to_address, arena));
	put_line(writer, "Subject: %s", mime_header_text(letter->subject, arena));
	put_line(writer, "Date: %s", date);
	put_line(writer, "Message-ID: %s", letter->message_id);
	put_line(writer, "Auto-Submitted: auto-generated");
	put_line(writer, "HP-Outer: From: %s", letter->from_address);
	put_line(writer, "HP-Outer: To: %s", letter->to_address);
	put_line(writer, "HP-Outer: Subject: %s", letter->outer_subject);
	put_line(writer, "HP-Outer: Date: %s", date);
	put_line(writer, "HP-Outer: Message-ID: %s", letter->message_id);
	put_line(writer, "HP-Outer: Auto-Submitted: auto-generated");
	put_line(writer, "Content-Type: multipart/mixed; hp=\"cipher\"; protected-headers=\"v1\";");
	put_line(writer, " boundary=\"%s\"", boundary);
	put_line(writer, "%s", "");
}

static void
put_text(struct writer *writer, struct plain text, const char *boundary)
{
	put_line(writer, "--%s", boundary);
	put_line(writer, "Content-Type: text/plain; charset=\"utf-8\"");
	put_line(writer, "Content-Transfer-Encoding: quoted-printable");
	put_line(writer, "%s", "");
	put_quoted(writer, text);
}

static void
put_attachment(struct writer *writer, const struct mime_attachment *part, const char *boundary)
{
	char name[MIME_NAME_MAX_BYTES + 1];

	mime_header_file_name(part->name, name);
	put_line(writer, "--%s", boundary);
	put_line(writer, "Content-Type: %s;", mime_header_type(part->type));
	put_line(writer, " name=\"%s\"", name);
	put_line(writer, "Content-Transfer-Encoding: base64");
	put_line(writer, "Content-Disposition: attachment;");
	put_line(writer, " filename=\"%s\"", name);
	put_line(writer, "%s", "");
	put_base64(writer, part->bytes, part->length);
}

/* An upper bound: quoted-printable makes three of one at the worst, and a soft break each 25. */
static size_t
room_for(const struct mime_letter *letter)
{
	size_t room = HEADERS_BYTES + letter->text.length * 4;

	for (size_t at = 0; at < letter->part_count; at++)
		room +=
		    HEADERS_BYTES + (letter->parts[at].length / BASE64_IN_LINE + 1) * BASE64_LINE;
	return room;
}

/* Not GMime's: behind walls its boundaries were constant. "=_" is in no quoted-printable and no
 * base64. */
static void
make_boundary(char out[BOUNDARY_BYTES])
{
	uint8_t random[16];

	randombytes_buf(random, sizeof random);
	memcpy(out, "=_", 2);
	(void)sodium_bin2hex(out + 2, BOUNDARY_BYTES - 2, random, sizeof random);
}

struct plain
mime_write_letter(const struct mime_letter *letter, struct arena *arena)
{
	struct writer writer = {.room = room_for(letter)};
	char boundary[BOUNDARY_BYTES];

	writer.start = arena_take(arena, writer.room + 1);
	make_boundary(boundary);
	put_headers(&writer, letter, boundary, arena);
	put_text(&writer, letter->text, boundary);
	for (size_t at = 0; at < letter->part_count; at++)
		put_attachment(&writer, &letter->parts[at], boundary);
	put_line(&writer, "--%s--", boundary);
	/* vsnprintf wrote its NUL behind the last line; what follows is still the arena's zeros */
	return (struct plain){.words = writer.start, .length = writer.used};
}
