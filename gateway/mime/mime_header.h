/* Header values made fit to be written. */
/* SPDX-License-Identifier: MIT */
#ifndef MIME_MIME_HEADER_H
#define MIME_MIME_HEADER_H

#include "base/plain.h"

enum {
	HEADER_VALUE_MAX_BYTES =
	    600, /* of the words that go in: what is longer is cut between characters */
	MIME_NAME_MAX_BYTES = 60, /* Exchange and RFC 2231 do not get on with longer ones */
};

/*
 * An unstructured value (RFC 2047 5 (1)): short ASCII as it is, everything else as encoded words
 * of UTF-8, folded. Never a control character, never a line that is not a continuation.
 */
const char *mime_header_text(struct plain words, struct arena *arena);

/* `"Name" <address>`, or the bare address where there is no name. */
const char *mime_header_mailbox(const char *name, const char *address, struct arena *arena);

/* A file name of at most 60 ASCII characters that no system takes for a path. Never empty. */
void mime_header_file_name(struct plain name, char out[MIME_NAME_MAX_BYTES + 1]);

/* The type itself where base64 may hold it, else "application/octet-stream". */
const char *mime_header_type(const char *type);

#endif
