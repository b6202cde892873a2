/* A letter sealed: armor for one recipient, ready to leave. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_SEALED_LETTER_H
#define PAPERS_SEALED_LETTER_H

#include "papers/directory.h"

struct sealed_letter {
	const char *kind; /* letter_kind_name() */
	enum entry_kind to_kind;
	const char *to;         /* the directory entry's id */
	const char *message_id; /* "<32 hex digits@domain>" */
	const char *armor;      /* one OpenPGP message, 7-bit, CRLF, nothing before or after */
	size_t armor_length;
};

#endif
