/* A bounded tree of the parts of a mail, read by GMime. */
/* SPDX-License-Identifier: MIT */
#ifndef MIME_MIME_READ_H
#define MIME_MIME_READ_H

#include "base/failure.h"
#include "base/plain.h"

struct mime_field {
	const char *name;  /* as in the source */
	const char *value; /* raw, folded as in the source */
};

struct mime_parameter {
	const char *name;  /* lower case */
	const char *value; /* RFC 2231 undone, UTF-8 */
};

/*
 * One part. Strings are never NULL unless said so. Everything lives in the arena, but bytes that
 * needed no decoding, and raw, are slices of the source: keep that as long.
 */
struct mime_part {
	const char *type, *subtype; /* lower case; "text" and "plain" where no header says */
	const char *disposition;    /* lower case, "" for none */
	/* from Content-Disposition or Content-Type; no controls; may be empty */
	struct plain file_name;
	const struct mime_parameter *parameters; /* of the content type */
	size_t parameter_count;
	/* of a message: its own and those of its content together */
	const struct mime_field *fields;
	size_t field_count;
	const uint8_t *raw; /* header and body as in the source, without the line break that
			       belongs to the delimiter; NULL where the part has no header */
	size_t raw_length;
	const uint8_t *bytes; /* a leaf's decoded content; NULL with children */
	size_t length;
	struct mime_part *parts; /* of a multipart; or the one message in a message/rfc822 */
	size_t part_count;
	unsigned depth; /* the root is 0 */
};

/*
 * Makes GMime ready and opens what cannot be opened behind walls: call it once, before any fork.
 * Returns false when the machine cannot convert the character sets of mime_charset.h.
 */
MUST_CHECK bool mime_init(void);

/*
 * Reads a mail, or an entity that begins with its header. What is ambiguous is refused and not
 * repaired: two programs that read one mail differently are how a signature comes to stand beside
 * words it never covered (RFC 7103 is about the repairs that we do not do).
 *
 * needs   length at most MAIL_MAX_BYTES or OPENED_MAX_BYTES, whatever the caller holds to
 * fails   DESK  mime.shape    duplicated or conflicting fields or parameters, no or a lying
 *                             structure, unknown transfer encodings, message/partial and
 *                             message/external-body (RFC 2046 5.2.2, 5.2.3), NUL, bare CR
 *         DESK  mime.limits   deeper, longer or more than base/limits.h allows
 */
MUST_CHECK bool mime_read(const uint8_t *raw, size_t length, struct arena *arena,
    struct mime_part *out, struct failure *why);

/* True for this type; a subtype of NULL stands for any. */
bool mime_is(const struct mime_part *part, const char *type, const char *subtype);

/* A parameter of the content type, NULL where it is not there. */
const char *mime_parameter(const struct mime_part *part, const char *name);

#endif
