/* An eye on the rules being edited, so that a fault in them is told before it matters. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_RULES_WATCH_H
#define MAILROOM_RULES_WATCH_H

#include "papers/settings.h"

/* Zero it to begin. */
struct rules_watch {
	int64_t looked_at;
	uint64_t seen, checked; /* how the files looked the last time, and when they were checked */
	bool has_fault;
};

/*
 * Looks every few seconds whether a file of the rules or templates folder has changed, and once
 * nobody writes to them any more has `wandle check --report` run on them; at once where `now`. A
 * fault is logged; the ledger has it then, for status and the administrators' letter.
 */
void rules_watch_look(struct rules_watch *watch, const struct settings *settings,
    const char *settings_path, bool now);

#endif
