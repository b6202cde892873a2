/* Text with blanks: read once, checked against the blanks there are, filled for each letter. */
/* SPDX-License-Identifier: MIT */
#ifndef LETTERS_TEMPLATE_H
#define LETTERS_TEMPLATE_H

#include "base/failure.h"
#include "base/faults.h"
#include "base/plain.h"

/*
 * A subset of mustache (mustache.5): {{name}}, {{#name}}...{{/name}}, {{^name}}...{{/name}} and
 * {{! a comment }}. A tag of the last three kinds that stands alone on its line takes the line
 * with it. Nothing is escaped: letters are plain text. A value of several lines keeps the
 * indentation of the line it begins on, quotation marks ('>' and '|') included, so that no
 * value can write at the left margin where only the template does.
 */
enum blank_kind { BLANK_TEXT, BLANK_TRUTH, BLANK_LIST };

/* One name that a template may use. */
struct blank {
	const char *name;
	enum blank_kind kind;
	unsigned number;            /* its place among the fills */
	const struct blank *inside; /* BLANK_LIST: the names inside, beside all those outside */
	size_t inside_count;
};

/* What is written in a blank. */
struct fill {
	struct plain text; /* BLANK_TEXT: true when not empty */
	bool is_true;      /* BLANK_TRUTH */
	const struct fill *const
	    *rows; /* BLANK_LIST: for each entry the fills of the names inside */
	size_t row_count;
};

struct template;

enum { TEMPLATE_MAX_BYTES = 64 * 1024, TEMPLATE_MAX_DEPTH = 8, TEMPLATE_MAX_TAGS = 2000 };

/*
 * Reads a template; `file` stands for it in faults. A name that is none of the blanks is a fault
 * with its place and the near word, as is all of mustache that is not in the subset. NULL on a
 * fault. The blanks must outlive the template.
 */
struct template *template_parse(const char *file, const char *bytes, size_t length,
    const struct blank *blanks, size_t count, struct faults *faults);
void template_free(struct template *template); /* accepts NULL */
void template_freep(struct template **template);

/*
 * Fills the blanks: fills[blank.number] is a blank's.
 * fails   DESK  letter.too-large   past max_bytes
 */
MUST_CHECK bool template_fill(const struct template *template, const struct fill *fills,
    size_t max_bytes, struct arena *arena, struct plain *out, struct failure *why);

#endif
