/* Fills the fixed template of an outgoing mail. */
/* SPDX-License-Identifier: MIT */
#include "papers/outer_mail.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "papers/papers.h"

enum { SUBJECT_MAX_BYTES = 200, MESSAGE_ID_MAX_BYTES = 250, TEMPLATE_ROOM = 4096 };

/*
 * The names Thunderbird, GPGTools and K-9 know the ciphertext by are encrypted.asc, inline. The
 * armor ends its last line itself, so the closing delimiter has a line break in front.
 */
static const char HEAD[] =
    "From: %s\r\n"
    "To: %s\r\n"
    "Subject: %s\r\n"
    "Date: %s\r\n"
    "Message-ID: %s\r\n"
    "Auto-Submitted: auto-generated\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\";\r\n"
    " boundary=\"%s\"\r\n"
    "\r\n"
    "This is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)\r\n"
    "--%s\r\n"
    "Content-Type: application/pgp-encrypted\r\n"
    "Content-Description: PGP/MIME version identification\r\n"
    "\r\n"
    "Version: 1\r\n"
    "\r\n"
    "--%s\r\n"
    "Content-Type: application/octet-stream; name=\"encrypted.asc\"\r\n"
    "Content-Description: OpenPGP encrypted message\r\n"
    "Content-Disposition: inline; filename=\"encrypted.asc\"\r\n"
    "\r\n";

static bool
is_printable(const char *text, size_t max)
{
	size_t length = strlen(text);

	for (size_t at = 0; at < length; at++)
		if (text[at] < 32 || text[at] > 126)
			return false;
	return length > 0 && length <= max;
}

static bool
is_message_id(const char *text)
{
	size_t length = strlen(text);

	if (!is_printable(text, MESSAGE_ID_MAX_BYTES) || length < 5 ||
	    strcspn(text, " \t\"()") != length)
		return false;
	return text[0] == '<' && text[length - 1] == '>' && strcspn(text + 1, "<>") == length - 2 &&
	    strchr(text, '@');
}

static void
make_boundary(char out[32 + 3])
{
	uint8_t random[16];

	randombytes_buf(random, sizeof random);
	memcpy(out, "=_", 2);
	(void)sodium_bin2hex(out + 2, 33, random, sizeof random);
}

bool
outer_mail_write(const struct outer_mail *outer, const char *armor, size_t armor_length,
    struct arena *arena, const char **bytes, size_t *length, struct failure *why)
{
	char date[MAIL_DATE_BYTES], boundary[32 + 3];

	if (!address_is_plain(outer->from) || !address_is_plain(outer->to) ||
	    !is_printable(outer->subject, SUBJECT_MAX_BYTES) || !is_message_id(outer->message_id))
		return fail(why, REMEDY_STOP, "outer.header",
		    "an address, subject or Message-ID does not fit into a header");
	clock_mail_date(outer->date, date);
	make_boundary(boundary);
	char *mail = arena_take(arena, TEMPLATE_ROOM + armor_length);
	int head = snprintf(mail, TEMPLATE_ROOM, HEAD, outer->from, outer->to, outer->subject, date,
	    outer->message_id, boundary, boundary, boundary);
	memcpy(mail + head, armor, armor_length);
	size_t used = (size_t)head + armor_length;
	used += (size_t)snprintf(mail + used, 64, "\r\n--%s--\r\n", boundary);
	*bytes = mail;
	*length = used;
	return true;
}
