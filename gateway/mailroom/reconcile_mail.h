/* One mail of the mailbox or of the Handled folder, held against the ledger. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_RECONCILE_MAIL_H
#define MAILROOM_RECONCILE_MAIL_H

#include <glib.h>

#include "mailroom/reconcile.h"

/* How far all has been looked at; where there is much it takes several calls. */
struct reconcile_place {
	int64_t began_at;
	uint32_t uid_validity, last; /* in the Handled folder */
	struct audit_place audit;
	size_t looked_at, flaws, differences, news;
	GHashTable *lying; /* ids of the mails that lie there */
};

struct review {
	const struct reconciler *reconciler;
	struct reconcile_place *place;
	struct inbox *mailbox, *handled;
	GArray *found;         /* of struct difference */
	size_t looks, fetches; /* of this call */
	int64_t now;
	struct reconciliation *out;
};

void review_add(struct review *review, const char *kind, int64_t subject);

/*
 * A mail of the Handled folder: known by its place, by its bytes, or taken in, to be held. Looks at
 * the bytes of each once, and counts that in review->fetches. Fails as inbox and ledger do.
 */
MUST_CHECK bool review_handled(
    struct review *review, struct mail_label *label, struct failure *why);

/*
 * A mail of the mailbox: known, taken in (above `newest` receive does it), or filed again. Fails as
 * inbox and ledger do.
 */
MUST_CHECK bool review_waiting(
    struct review *review, struct mail_label *label, uint32_t newest, struct failure *why);

#endif
