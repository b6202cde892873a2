/* Holds mailbox, Handled folder and ledger against each other, and takes in what was missed. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_RECONCILE_H
#define MAILROOM_RECONCILE_H

#include "inbox/inbox.h"
#include "ledger/ledger.h"
#include "mailroom/pages_check.h"

struct reconciler {
	const char *settings_path; /* for who looks at the pages beside us; NULL: nobody does */
	const struct settings *settings;
	const uint8_t *sealing_public;
	struct ledger *ledger;
	int64_t due_at;                /* 0: not known yet */
	uint32_t asked_to;             /* for mails that could not be fetched: up to this UID */
	struct reconcile_place *place; /* where the look goes on; NULL: anew */
	struct pages_check pages;
};
void reconciler_done(struct reconciler *reconciler); /* forgets the place */
void reconciler_end(struct reconciler *reconciler);  /* and ends who looks at the pages */

struct reconciliation {
	size_t in_mailbox, in_handled; /* mails that were looked at */
	bool is_partial;               /* the next call goes on with it */
	/* All since the first of the calls that belong together, and those that are new. */
	size_t differences, news;
};

/*
 * Every mail in the mailbox and in the Handled folder against the ledger, by UID; what lies in the
 * Handled folder for the first time also by the hash of its bytes and by its outer Message-ID.
 * Then the ledger's rows against each other, letters against the servers' replies. A mail that the
 * ledger does not have is taken in: out of the Handled folder it is held for the desk, because what
 * it led to may have been sent before.
 *
 * Looks at a bounded number of mails and rows: call again while it is_partial. What
 * differs is in the ledger (ledger_differences()); news raise the alarm "reconcile.differences".
 * inbox: the mailbox, open. Fails as inbox and ledger do.
 */
MUST_CHECK bool reconcile(struct reconciler *reconciler, struct inbox *inbox,
    struct reconciliation *out, struct failure *why);

/*
 * Once a day, for as long as it takes, and again an hour after a failure, which is written down
 * with the duty "reconcile". Then has the ledger's pages looked at, beside other work; where they are
 * damaged the alarm "ledger.damaged" says so. True: it is not done yet, come again soon.
 */
bool reconcile_when_due(struct reconciler *reconciler, struct inbox *inbox);

/*
 * All of it at once, on a connection of its own, and the pages with it.
 * fails also   STOP  ledger.damaged   a page, an index or a reference between rows is broken
 */
MUST_CHECK bool reconcile_now(
    struct reconciler *reconciler, struct reconciliation *out, struct failure *why);

#endif
