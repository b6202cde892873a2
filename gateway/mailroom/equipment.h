/* All that the duties need, opened in order and closed in reverse. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_EQUIPMENT_H
#define MAILROOM_EQUIPMENT_H

#include "base/faults.h"
#include "clocks/clocks.h"
#include "form/form.h"
#include "letters/letters.h"
#include "papers/seal_box.h"
#include "routing/routing.h"
#include "setup/setup.h"

/* Settings, rules, directories and templates: what a job needs, and nothing that is secret. */
struct equipment {
	struct setup *setup;
	const struct settings *settings;
	struct address_book *book;
	struct directory *directory;
	struct form *form;
	struct routing *routing;
	struct clocks *clocks;
	struct letters *letters;
	char rules_hash[HASH_HEX_BYTES];
	/* Anybody may seal for the keyholder. Zeros after equipment_open_to_decide(). */
	uint8_t sealing_public[SEAL_KEY_BYTES];
};

/*
 * Opens everything, collecting every fault of every file. rules_folder NULL: the active rules, and it is a
 * fault when there are none. On false what could be opened is open; equipment_close() takes it all.
 */
MUST_CHECK bool equipment_open(const char *settings_path, const char *rules_folder,
    struct faults *faults, struct equipment *out);
/* The same without the sealing key: for looking at rules where the gateway itself is not. */
MUST_CHECK bool equipment_open_to_decide(const char *settings_path, const char *rules_folder,
    struct faults *faults, struct equipment *out);
void equipment_close(struct equipment *equipment);

/* What the world is like for deciding now: which agencies are at work. In the arena. */
struct routing_moment equipment_moment(
    const struct equipment *equipment, int64_t now, struct arena *arena);

/* Where the active rules are: a folder, newly allocated (g_free). */
char *equipment_active_folder(const struct settings *settings);

#endif
