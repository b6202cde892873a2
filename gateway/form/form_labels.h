/* What one line of a form is: a heading, the label of a field, or words. */
/* SPDX-License-Identifier: MIT */
#ifndef FORM_FORM_LABELS_H
#define FORM_FORM_LABELS_H

#include "form/form_definition.h"
#include "form/form_lines.h"

enum line_kind {
	LINE_WORDS, /* none of the others */
	LINE_BLANK,
	LINE_RULE,  /* "-----", "=====" */
	LINE_TITLE, /* the line that names the desk */
	LINE_HEADING,
	LINE_LABEL,
	LINE_END, /* the end of the form, or "-- " above a signature */
};

struct line_meaning {
	enum line_kind kind;
	const struct form_section *section; /* LINE_HEADING */
	unsigned number;                    /* LINE_HEADING: of "CHILD 2"; 0 where there is none */
	bool is_own;                        /* LINE_HEADING: the heading itself and no synonym */
	const struct label_use *uses;       /* LINE_LABEL */
	bool has_separator; /* LINE_LABEL: something parts the label from what follows */
	bool has_colon;     /* LINE_LABEL: and it is a colon, a tab or a table's bar */
	size_t extra_lines; /* LINE_LABEL: lines after this one that the label takes */
	const char *rest;   /* what stands behind label or heading, on the last line */
	size_t rest_length;
	const char *hint; /* what stands in brackets in the label; NULL where nothing */
	size_t hint_length;
};

/* The meaning of line `at`. A label that is cut by line ends is found whole. */
void line_recognise(
    const struct form *form, const struct form_lines *lines, size_t at, struct line_meaning *out);

/* True for words before a colon that are no label of ours but look as if they were to be one. */
bool line_looks_labelled(const struct form_line *line);

#endif
