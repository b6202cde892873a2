/* Where a part ends in the source. */
/* SPDX-License-Identifier: MIT */
#ifndef MIME_MIME_SLICE_H
#define MIME_MIME_SLICE_H

#include "base/base.h"
#include "base/limits.h"

/* The boundaries of the multiparts around a part, outermost first. */
struct mime_enclosing {
	const char *boundaries[MIME_MAX_DEPTH + 1];
	size_t count;
};

/*
 * The offset behind the last byte of the part that begins at start: before the line break of the
 * first line that delimits one of the enclosing multiparts (RFC 2046 5.1.1), or the end.
 */
size_t mime_slice_end(
    const uint8_t *raw, size_t length, size_t start, const struct mime_enclosing *enclosing);

#endif
