/* One test of rules put to them: what was expected beside what came of it. */
/* SPDX-License-Identifier: MIT */
#ifndef COMMANDS_TRIAL_H
#define COMMANDS_TRIAL_H

#include <stdio.h>

#include "mailroom/mailroom.h"

enum trial_about { ABOUT_CASE, ABOUT_URGENCY /* and the alarm */, ABOUT_AGENCY, ABOUT_FIELD };

/* One thing that was expected, or that nobody expected. */
struct trial_line {
	enum trial_about about;
	const char *what; /* "urgency", an agency, a field of what it gets */
	const char *expected, *actual;
	const struct entry *agency;          /* ABOUT_AGENCY, ABOUT_FIELD */
	const struct expected_route *wanted; /* the same, where the test names it; NULL */
	bool differs;
};

struct trial {
	const struct rule_test *test;
	struct decision decision;
	struct shares *shares; /* by route */
	struct trial_line *lines;
	size_t line_count;
	bool has_passed;
};

/* Decides the test's concern at its moment, without a letter, and compares. In the arena. */
void trial_run(const struct equipment *equipment, const struct rule_test *test, struct arena *arena,
    struct trial *out);

/* Expected and actual side by side, and the rules and conditions that made the difference. */
void trial_tell(FILE *out, const struct trial *trial, const struct rules_outline *outline);

#endif
