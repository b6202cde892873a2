/* Where two sets of rules end a case differently, with an example of each. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_RULE_DIFFERENCE_H
#define PAPERS_RULE_DIFFERENCE_H

#include "papers/rule_finding.h"

/* Concerns that go another way in the same manner. */
struct rule_region {
	const char *const *where; /* what they have in common, a line each; none: all of them */
	size_t where_count;
};

/* One thing that becomes another. */
struct rule_difference {
	const struct entry *agency; /* NULL: the case itself */
	const char
	    *what; /* "urgency", "merton-mash", "recorded only", "beside others needs nobody" */
	const char *from, *to;    /* "none", "send", "amber"; blocks: "shown", "not shown" */
	struct concern concern;   /* the smallest example */
	const bool *is_open;      /* as in struct routing_moment */
	const char *const *given; /* the example in the notation of rule tests, a line each */
	size_t given_count;
	const char *closed; /* agencies that are closed in it, "a, b"; NULL: none */
	const struct rule_region *regions;
	size_t region_count;
	bool has_more; /* regions than these */
};

struct rule_differences {
	struct rule_days days;
	struct rule_difference
	    *differences; /* none: the two are equivalent, but for the undecided */
	size_t count;
	const char *const *undecided; /* what could not be compared for its size */
	size_t undecided_count;
};

#endif
