/* Writes down what cannot be asked for again, however long the disk refuses it. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_WRITE_DOWN_H
#define MAILROOM_WRITE_DOWN_H

#include "ledger/ledger.h"
#include "papers/settings.h"

struct scribe {
	struct ledger **ledger; /* opened anew after damage; NULL while that fails */
	const struct settings *settings;
	bool is_brief;    /* nobody waits for the disk */
	bool was_damaged; /* the handle before this one was: nothing more may be claimed */
};

typedef bool write_down_call(struct ledger *ledger, void *context, struct failure *why);

/*
 * To be asked before anything is claimed. Where is_brief, nobody waits until its end can be written
 * down: a claim that took the last room on the disk would count as an attempt, and a letter that
 * had left would leave again, each time that somebody looks. fails STOP ledger.full
 */
MUST_CHECK bool write_down_has_room(const struct scribe *scribe, struct failure *why);

/* Whether it failed of the disk, and of nothing else. */
bool write_down_later(const struct failure *why);

/*
 * Calls `call` until it succeeds: at once again while the ledger is busy, after a pause while the
 * disk is full, and with a ledger opened anew after damage. What had lasted in spite of an error
 * counts as written. The operator is called. When asked to stop, or where is_brief, the disk has a
 * moment more, then it fails as `call` did. Whoever holds a lease keeps it by living.
 */
MUST_CHECK bool write_down(
    struct scribe *scribe, write_down_call *call, void *context, struct failure *why);

#endif
