/* Which answers of which rules and conditions some test has brought about. */
/* SPDX-License-Identifier: MIT */
#ifndef COMMANDS_COVERAGE_H
#define COMMANDS_COVERAGE_H

#include <stdio.h>

#include "routing/routing.h"

struct coverage;

/* In the arena, which must live as long, and with it the rules. */
struct coverage *coverage_open(const struct routing *routing, struct arena *arena);

/* What one test has brought about. */
void coverage_add(struct coverage *coverage, const struct decision *decision);

struct coverage_count {
	size_t rules, whole_rules;           /* whole: every answer that it can give was given */
	size_t conditions, whole_conditions; /* the tests in them; all, any and not are none */
	size_t watching;                     /* rules in mode watch: in none of the above */
};

/*
 * A rule in mode watch sends nothing, so a test of it covers no gap: it is counted by itself.
 * A rule without conditions can only say yes, and what can only be known or not is never in doubt.
 */
struct coverage_count coverage_count(const struct coverage *coverage);

/* A line for each rule and condition, or only for those that miss an answer. */
void coverage_tell(FILE *out, const struct coverage *coverage, bool only_missing);

#endif
