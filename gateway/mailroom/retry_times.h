/* When to try again, and when to give up. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_RETRY_TIMES_H
#define MAILROOM_RETRY_TIMES_H

#include "papers/settings.h"

/*
 * Seconds to wait after the n-th failed try (from 1): doubling from the settings' first pause to
 * the longest, and up to a quarter more at random, so that many do not come back at once.
 */
int64_t retry_pause(const struct settings *settings, unsigned tries);

/* No pause is longer than this. */
int64_t retry_longest(const struct settings *settings);

/*
 * From when on there was time to send a letter: since it was ready, or since deliver went on
 * (ledger_resume(); 0: not noted) where that came later, or where the letter was ready by a
 * clock that has been set back since.
 */
int64_t retry_since(int64_t ready_at, int64_t resumed_at, int64_t now);

/* The moment after which a letter that was ready at `ready_at` is given up to the desk. */
int64_t retry_deadline(const struct settings *settings, enum urgency urgency, int64_t ready_at);

#endif
