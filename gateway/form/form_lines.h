/* A text as lines, each knowing how deep it is quoted. */
/* SPDX-License-Identifier: MIT */
#ifndef FORM_FORM_LINES_H
#define FORM_FORM_LINES_H

#include "base/plain.h"

enum {
	QUOTE_DEPTH_MAX = 15,
	LINES_MAX = 40000, /* a long form has a thousand */
};

struct form_line {
	/* without quote signs and white space at both ends; not NUL-terminated */
	const char *words;
	size_t length;
	unsigned depth;  /* 0: the sender's own; at most QUOTE_DEPTH_MAX */
	bool is_dropped; /* a mail header that a mail program wrote above quoted text */
};

struct form_lines {
	struct form_line *lines;
	size_t count;
	bool is_cut; /* there were more than LINES_MAX */
};

/* Splits a clean text. The lines point into it. */
struct form_lines form_lines_split(struct plain clean, struct arena *arena);

/*
 * Line `from` and up to `extra` lines after it of the same depth, with single spaces between
 * them, in `out` of `size` bytes; the number of bytes, cut where it does not fit.
 */
size_t form_lines_join(
    const struct form_lines *lines, size_t from, size_t extra, char *out, size_t size);

#endif
