/* Sort believes nothing a child says: every part of an outcome is checked before it is committed. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_OUTCOME_CHECK_H
#define MAILROOM_OUTCOME_CHECK_H

#include "mailroom/job_talk.h"
#include "papers/directory.h"
#include "papers/settings.h"

/*
 * Checks codes, ids, states and letters against the job, the directory and each other, and then
 * writes envelope and outer headers of each letter into the outcome (in the arena).
 *
 * The directory's key states must be those of the keyholder that sealed the letters.
 * fails   RETRY  sort.outcome-refused   the child said something no child of ours says
 */
MUST_CHECK bool outcome_check(const struct job_order *order, const struct settings *settings,
    const struct directory *directory, struct arena *arena, struct outcome *outcome,
    struct failure *why);

#endif
