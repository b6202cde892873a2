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
 * The same from files that the ledger kept.
 * fails   STOP  rules.kept   they are not what their hash says
 */
MUST_CHECK bool rule_set_of(
    const struct rule_files *kept, struct rule_set *out, struct failure *why);

/*
 * Lays a rule set into the folder of active rules under its hash, durably, and whole or not at
 * all; one that lies there and was edited is put right. Nothing decides by it yet. Safe to repeat.
 * fails   STOP  rules.write
 */
MUST_CHECK bool rule_set_store(
    const struct rule_set *set, const struct settings *settings, struct failure *why);

/* Where a stored set lies: a folder, newly allocated (g_free). */
char *rule_set_folder(const struct settings *settings, const char *hash);

/* Makes a stored set the current one, by one rename. fails STOP rules.write */
MUST_CHECK bool rule_set_switch(
    const char *hash, const struct settings *settings, struct failure *why);

/* The hash of the current set as its link has it, "" where there is none. */
void rule_set_current(const struct settings *settings, char out[HASH_HEX_BYTES]);

#endif
