/* The files that decide and the letters that say so, as one thing with one hash. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_RULE_SET_H
#define MAILROOM_RULE_SET_H

#include "base/failure.h"
#include "base/faults.h"
#include "ledger/ledger.h"
#include "papers/letter.h"
#include "papers/settings.h"

enum { RULE_FILES = 7, SET_FILES_MAX = RULE_FILES + LETTER_KINDS };

struct rule_set {
	/* the rules, and then the letters as "templates/NAME.txt", each in the order of their names */
	struct rule_file files[SET_FILES_MAX];
	size_t count;
	char hash[HASH_HEX_BYTES]; /* SHA-256 over names, lengths and bytes */
};

/*
 * Where the letters of a folder of rules lie, newly allocated (g_free): in its own folder
 * "templates"; where it has none, where the settings say. NULL for a stored set without letters,
 * as they were stored before letters belonged to them.
 */
char *rule_set_letters(const struct settings *settings, const char *folder);

/*
 * Reads the files of a folder whole, with its letters. A missing file of the rules is a fault; a
 * missing letter is not in the set. End it with rule_set_forget().
 */
MUST_CHECK bool rule_set_read(const struct settings *settings, const char *folder,
    struct rule_set *out, struct faults *faults);
void rule_set_forget(struct rule_set *set);

/* The file of this name, or NULL. */
const struct rule_file *rule_set_file(const struct rule_set *set, const char *name);
/* Whether a file of a set is a letter, and no rule. */
bool rule_file_is_letter(const struct rule_file *file);

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
