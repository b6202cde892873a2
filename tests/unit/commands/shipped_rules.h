/* The shipped form, directory and calendar, with the shipped rules or changed ones. */
/* SPDX-License-Identifier: MIT */
#ifndef SHIPPED_RULES_H
#define SHIPPED_RULES_H

#include <glib.h>

#include "commands/coverage.h"
#include "commands/trial.h"

/* cmocka calls a macro fail, so it comes last */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct shipped {
	struct equipment equipment; /* what deciding needs; no settings, no keys */
	struct arena *arena;
	struct faults *faults;
	char *folder;               /* for files of a test */
	struct rule_tests tests;    /* the latest read */
};

/* As cmocka wants them; the shipped rules are loaded. */
int shipped_open(void **state);
int shipped_close(void **state);

/* A file of the shipped rules, whole. */
char *shipped_text(const char *name);

/* Loads other rules in their place; they must be without a fault. */
void shipped_load(struct shipped *shipped, const char *routing);

/* Reads tests as a file has them; they must be without a fault. */
void shipped_read(struct shipped *shipped, const char *tests);

/* Reads "tests:" with one test, and runs it. */
struct trial *shipped_try(struct shipped *shipped, const char *given, const char *expect);

/* Runs every shipped test; the names of those that fail, in the arena. */
GPtrArray *shipped_failures(struct shipped *shipped, struct coverage *coverage);

#endif
