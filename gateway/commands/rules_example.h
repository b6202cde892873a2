/* The concern that shows something of rules, told as a test of rules has it. */
/* SPDX-License-Identifier: MIT */
#ifndef COMMANDS_RULES_EXAMPLE_H
#define COMMANDS_RULES_EXAMPLE_H

#include "commands/words.h"

struct rules_example {
	const char *const *given; /* a line each */
	size_t given_count;
	const char *closed; /* agencies that are closed, "a, b"; NULL: none */
	const bool *is_open;
	bool is_report_doubted; /* so that it matters how long the day it names is ago */
};

/*
 * Prints `at:` and `given:` as they can stand in a test of rules, and as a comment which agencies are
 * closed. There is an `at` where it matters when the report is made: the day, where rules compare
 * with one or the form's own is in doubt, and a time at which those are closed.
 */
void rules_print_example(const struct equipment *equipment, const struct rules_example *example,
    const struct rule_days *days);
/* The `at` of it, "2026-11-26 03:00"; NULL: any will do, or none was found. Newly allocated. */
char *rules_example_at(const struct equipment *equipment, const struct rules_example *example,
    const struct rule_days *days);

#endif
