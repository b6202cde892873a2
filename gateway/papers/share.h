/* What one agency gets of each answer, or why it does not. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_SHARE_H
#define PAPERS_SHARE_H

#include "base/base.h"

enum share_why {
	SHARE_GOES,
	SHARE_BLOCK,       /* the agency receives no answer of this block */
	SHARE_NARROWED,    /* it does, but the rules that send here narrow it to other blocks */
	SHARE_OTHER_CHILD, /* about a child that is not sent there */
	SHARE_NAMES,       /* a text that names what the agency may not have */
	SHARE_FREE_TEXT,   /* left out together with such a text: the case is red */
	SHARE_WOULD_GO,    /* if the desk said so: until then nothing is sent */
	SHARE_UNSENT,      /* nothing is sent there: it is forbidden, or a rule only watches */
	SHARE_WHYS,
};
const char *share_why_name(enum share_why why); /* "goes", "block", ... */
const char *share_words(enum share_why why);    /* "it receives nothing of this block" */

/* One answer that the form has. */
struct share {
	const char *field, *block;
	int person; /* child or adult by its place in the form, from 0; -1: the report */
	enum share_why why;
};

struct shares {
	struct share *shares; /* in the form's order */
	size_t count;
	bool waits;             /* for the desk, since a text names what the agency may not have */
	bool without_free_text; /* the same, but the case is red: it goes, and the text stays */
};

#endif
