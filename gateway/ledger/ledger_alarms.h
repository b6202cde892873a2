/* The part of the ledger's door for what the operator is to hear. */
/* SPDX-License-Identifier: MIT */
#ifndef LEDGER_LEDGER_ALARMS_H
#define LEDGER_LEDGER_ALARMS_H

#include "base/arena.h"
#include "base/failure.h"
#include "ledger/ledger_types.h"

/* Transactions and failures are those at the head of ledger.h. */
struct ledger;

/*
 * Alarms that are due, with numbers over `after`, oldest first: an outcome's, and that of
 * differences that are news. Each was committed with what it tells, and stays until the operator
 * has heard it.
 */
MUST_CHECK bool ledger_due_alarms(struct ledger *ledger, int64_t after, size_t room,
    struct arena *arena, struct due_alarm **out, size_t *count, struct failure *why);
/* The operator has heard of those with these numbers. */
MUST_CHECK bool ledger_alarms_heard(
    struct ledger *ledger, int64_t first, int64_t last, struct failure *why);

#endif
