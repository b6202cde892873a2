/* The files that decide, as one thing with one hash. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_RULE_SET_H
#define MAILROOM_RULE_SET_H

#include "base/failure.h"
#include "base/faults.h"
#include "ledger/ledger.h"
#include "papers/settings.h"

enum { RULE_FILES = 7 };

struct rule_set {
	struct rule_file files[RULE_FILES]; /* in the order of their names */
	char hash[HASH_HEX_BYTES];          /* SHA-256 over names, lengths and bytes */
};

/* Reads the files of a folder whole; a missing one is a fault. End it with rule_set_forget(). */
MUST_CHECK bool rule_set_read(const char *folder, struct rule_set *out, struct faults *faults);
void rule_set_forget(struct rule_set *set);

/*
 * Copies a rule set into the folder of active rules under its hash, durably, and makes it the
 * current one by one rename. Safe to repeat.
 * fails   STOP  rules.write
 */
MUST_CHECK bool rule_set_activate(
    const struct rule_set *set, const struct settings *settings, struct failure *why);

#endif
