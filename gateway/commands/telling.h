/* How rules and what they saw are told to a person, on eighty columns. */
/* SPDX-License-Identifier: MIT */
#ifndef COMMANDS_TELLING_H
#define COMMANDS_TELLING_H

#include <stdio.h>

#include "papers/decision.h"

enum { TELLING_COLUMNS = 80 };

/*
 * Prints one line, or several, broken between words: the first begins at column `first`, the
 * others at column `rest`. Control characters are left out.
 */
void tell_text(FILE *out, unsigned first, unsigned rest, const char *text);

/* Goes on in a line whose first columns are taken. */
void tell_on(FILE *out, unsigned column, unsigned rest, const char *text);

/* As tell_text(), printed by a format. */
void tell(FILE *out, unsigned first, unsigned rest, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* How many columns the first `length` bytes of a text take. */
unsigned tell_width(const char *text, size_t length);

/*
 * A rule, its answer, and each condition with its answer and the value it saw; of a rule that
 * failed by one condition only, which. * stands before a rule that changed the outcome.
 */
void tell_rule(FILE *out, const struct rule_seen *seen);

/* " child 1", " children 1, 3"; "" for none. Newly allocated (g_free). */
char *tell_children(uint64_t children);

#endif
