/* A change of rules that is looked at: the set that decides, and the one that would. */
/* SPDX-License-Identifier: MIT */
#ifndef COMMANDS_RULES_CHANGE_H
#define COMMANDS_RULES_CHANGE_H

#include "commands/words.h"

struct rules_change {
	struct arena *arena;
	struct setup *setup;
	const struct settings *settings;
	struct activation newest; /* which set decides; number 0: none */
	struct rule_set set;      /* the bytes of the new one */
	char *folder;             /* where the new one lies */
	struct equipment fresh;   /* it, loaded and checked */
	struct equipment active;  /* the set that decides, where it can be loaded */
	bool has_active;
};

/*
 * Opens both sets. `word` is a folder, or the beginning of the hash of a set that the ledger keeps;
 * NULL: the folder of wandle.yaml. The ledger is closed again: a child may be forked. On false
 * everything wrong was said and *status is what to return with. Close it in either case.
 */
bool rules_change_open(const char *config, const char *word, struct rules_change *out, int *status);
/* The same for the set that decided before the newest one. */
bool rules_change_back(const char *config, struct rules_change *out, int *status);
/* The ledger, made where no rules are active yet; where some are, one that is not there was lost. */
MUST_CHECK bool rules_change_ledger(
    const struct settings *settings, struct ledger **out, struct failure *why);
/* Whether `rules check` has an error against these rules; prints those that there are. */
bool rules_have_errors(const struct equipment *equipment);
/* Prints for which reports something was found. */
void rules_print_days(const struct rule_days *days);
/* Prints which concerns would end differently, of all that there can be. */
void rules_print_comparison(const struct rules_change *change);
/* Prints what would go another way; a sysexits code. The ledger must not be open. */
int rules_print_diff(const struct rules_change *change);
void rules_change_close(struct rules_change *change);

#endif
