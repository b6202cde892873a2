/* What an IMAP server may say in answer to one command, held to bounds before it is parsed. */
/* SPDX-License-Identifier: MIT */
#ifndef INBOX_IMAP_GUARD_H
#define INBOX_IMAP_GUARD_H

#include "base/base.h"

enum {
	IMAP_HEAD_BYTES = 160, /* of a line's beginning, enough for tag, status and some text */
	IMAP_PARENS_MAX = 64,  /* in one line: what we ask for needs four */
};

enum imap_status { IMAP_NONE, IMAP_OK, IMAP_NO, IMAP_BAD };

/*
 * libetpan allocates what a literal announces, reads lines without end, recurses for every
 * parenthesis of an ENVELOPE or BODYSTRUCTURE nobody asked for, and reports a FETCH that the
 * server refused as done. So every byte passes here first.
 */
struct imap_guard {
	uint64_t bytes_left;   /* of the whole answer */
	uint64_t literal_left; /* of the literal we are in */
	uint64_t literal;      /* the number after an open brace */
	enum { BRACE_NONE, BRACE_OPEN, BRACE_DIGITS, BRACE_CLOSED } brace;
	unsigned parens; /* opened in this line */
	char head[IMAP_HEAD_BYTES];
	size_t head_used;
	enum imap_status status;    /* of the tagged line, which ends the answer */
	char text[IMAP_HEAD_BYTES]; /* its text: printable ASCII */
	bool is_too_large;          /* a literal went past the bound */
	const char *fault;          /* what was wrong; NULL: nothing yet */
};

/* Begins a command: its answer may have so many bytes, with literals. Zero the guard at first. */
void imap_guard_begin(struct imap_guard *guard, uint64_t max_bytes);

/* Lets bytes pass; false when they must not, and then guard->fault says why, for good. */
MUST_CHECK bool imap_guard_pass(struct imap_guard *guard, const char *bytes, size_t length);

#endif
