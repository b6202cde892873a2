/* The rules as they stand in their file: what each asks, and what it may answer. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_RULE_OUTLINE_H
#define PAPERS_RULE_OUTLINE_H

#include "papers/decision.h"

struct condition_outline {
	enum condition_kind kind;
	unsigned depth, line;
	const char *words;
	bool may[ANSWER_COUNT]; /* which answers it can give at all */
};

struct rule_outline {
	const char *list, *rule, *mode,
	    *why;                      /* as struct rule_seen has them; the red list is red */
	const struct entry **agencies; /* to, not_to, only; NULL for urgency rules */
	size_t agency_count;
	unsigned line, column;
	bool may[ANSWER_COUNT];
	struct condition_outline *conditions; /* in the order of the tree, as condition_seen */
	size_t condition_count;
};

struct rules_outline {
	struct rule_outline
	    *rules; /* in the order in which they are judged: urgency, red, send, ... */
	size_t count;
};

#endif
