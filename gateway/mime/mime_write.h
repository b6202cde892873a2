/* Writes the MIME entity of a letter, with its headers protected inside. */
/* SPDX-License-Identifier: MIT */
#ifndef MIME_MIME_WRITE_H
#define MIME_MIME_WRITE_H

#include "base/plain.h"
#include "mime/mime_header.h"

/*
 * A further part of a letter, always base64 and Content-Disposition: attachment. The name is
 * cleaned: ASCII letters, digits, '.', '_' and '-', at most MIME_NAME_MAX_BYTES, its extension
 * kept. A type that is no plain `type/subtype`, and message/... and multipart/... (which base64
 * must not hold, RFC 2045 6.4), is written as application/octet-stream: an untouched mail goes
 * so, under a name that ends in .eml.
 */
struct mime_attachment {
	const char *type;
	struct plain name;
	const uint8_t *bytes;
	size_t length;
};

struct mime_letter {
	const char *from_name;    /* display names, UTF-8; NULL or "": none */
	const char *from_address; /* addresses are plain ones: address_is_plain() */
	const char *to_name;
	const char *to_address;
	struct plain subject;      /* inside, may hold words of a case */
	const char *outer_subject; /* what stands outside, ASCII, none of them */
	const char *message_id;    /* "<...@...>", the same inside and outside */
	int64_t date;              /* seconds since 1970, the same inside and outside */
	struct plain text;         /* UTF-8; line ends LF or CRLF */
	const struct mime_attachment *parts;
	size_t part_count;
};

/*
 * The entity to be sealed: multipart/mixed; hp="cipher"; protected-headers="v1", with From, To,
 * Subject, Date, Message-ID and Auto-Submitted inside and an HP-Outer field for each header that
 * outer_mail_write() puts outside (RFC 9788 2.2); the text as text/plain, UTF-8,
 * quoted-printable, then the parts. CRLF, 7 bit, lines of at most 998 bytes. It lives in the
 * arena and is never anywhere else. Control characters in header values come out as spaces.
 */
struct plain mime_write_letter(const struct mime_letter *letter, struct arena *arena);

#endif
