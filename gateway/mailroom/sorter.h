/* What a sort worker has at hand, and how it gives a job to a child. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_SORTER_H
#define MAILROOM_SORTER_H

#include "ledger/ledger.h"
#include "mailroom/digest_duty.h"
#include "mailroom/duties.h"
#include "mailroom/equipment.h"
#include "mailroom/job.h"
#include "mailroom/keyholder_line.h"
#include "mailroom/nursery.h"
#include "mailroom/owner.h"
#include "mailroom/write_down.h"

struct sorter {
	const struct duty_orders *orders;
	struct equipment equipment;
	struct keyholder keyholder;
	struct nursery nursery;
	struct ledger *ledger;
	struct scribe scribe;
	char owner[OWNER_BYTES];
	int64_t leases_at;        /* by the steady clock: when to look whose owner is gone */
	int32_t day;              /* keys are looked up anew each day */
	unsigned keyholder_falls; /* in a row */
	unsigned failures;        /* of the world, in a row */
	char hindrance[64];       /* its code, "" none */
	struct digest_watch digests;
	bool lost_nursery; /* only a fresh process can fork another */
};

MUST_CHECK bool sorter_start_keyholder(struct sorter *sorter, struct failure *why);

/* A keyholder that fell or hangs is killed with its group and started anew. */
MUST_CHECK bool sorter_renew_keyholder(struct sorter *sorter, struct failure *why);

/*
 * One child's work on a job, from its order to an outcome that was checked. What the child says
 * it failed of, and besides:
 * fails   RETRY  job.crashed     the child ended by a signal
 *         RETRY  job.keyholder   the keyholder hung or fell, and a fresh one works
 *         RETRY  key.line        the same, and no fresh one works
 *         RETRY  job.nursery, key.program   nobody was there to do it
 */
MUST_CHECK bool sorter_ask_child(struct sorter *sorter, const struct job_order *order,
    struct arena *arena, struct finding *finding, struct outcome *outcome, struct failure *why);

#endif
