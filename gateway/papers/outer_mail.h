/* The mail around an armored letter: fixed outer headers that say a reference and no more. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_OUTER_MAIL_H
#define PAPERS_OUTER_MAIL_H

#include "base/arena.h"
#include "base/failure.h"

struct outer_mail {
	const char *from, *to;  /* bare addresses: address_is_plain() */
	const char *subject;    /* ASCII, at most 200 bytes: "Secure referral W26-7KQ4M-K" */
	const char *message_id; /* "<...@...>" */
	int64_t date;           /* seconds since 1970; the same as inside, for HP-Outer */
};

/*
 * The whole RFC 3156 mail: From, To, Subject, Date, Message-ID, Auto-Submitted: auto-generated
 * (RFC 3834 5), MIME-Version, multipart/encrypted with its "Version: 1" part and the armor as
 * octet-stream "encrypted.asc", inline. 7 bit, CRLF. The armor is copied as it is: armor_read()
 * has judged it before. The mail lives in the arena, one NUL behind it.
 *
 * fails   STOP  outer.header   an address, subject or Message-ID that could not stand in a header
 */
MUST_CHECK bool outer_mail_write(const struct outer_mail *outer, const char *armor,
    size_t armor_length, struct arena *arena, const char **bytes, size_t *length,
    struct failure *why);

#endif
