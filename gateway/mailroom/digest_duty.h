/* When a digest is due, and what it tells. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_DIGEST_DUTY_H
#define MAILROOM_DIGEST_DUTY_H

#include "ledger/ledger.h"
#include "mailroom/equipment.h"
#include "papers/digest.h"

/* What a worker remembers, so that it need not ask the ledger each time. */
struct digest_watch {
	int64_t asked;    /* the end that was asked about last; 0: none yet */
	int64_t again_at; /* on the steady clock, after a failure */
};

/*
 * Where a digest is due by the settings, has it written: once, however many workers look, and one
 * for all the time that nobody looked. A failure is logged, and tried again a minute later.
 */
void digest_when_due(
    struct digest_watch *watch, struct ledger *ledger, const struct settings *settings);

/*
 * What there is to tell of this span, in the arena: counts, references, names of agencies and rules.
 * needs   clock_open_zone()
 */
MUST_CHECK bool digest_tell(struct ledger *ledger, const struct equipment *equipment,
    const struct digest_span *span, struct arena *arena, struct digest *out, struct failure *why);

#endif
