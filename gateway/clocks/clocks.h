/* By when: working hours and bank holidays. */
/* SPDX-License-Identifier: MIT */
#ifndef CLOCKS_CLOCKS_H
#define CLOCKS_CLOCKS_H

#include "base/faults.h"
#include "papers/directory.h"

struct clocks;

/* Loads bank-holidays.yaml: days, and the last one it is known for. NULL on a fault. */
struct clocks *clocks_load(const char *path, struct faults *faults);
void clocks_free(struct clocks *clocks); /* accepts NULL */
void clocks_freep(struct clocks **clocks);

/*
 * Whether these hours are working time at this moment, on the London calendar: from the minute
 * they open until just before the minute they close.
 */
bool clocks_is_open(const struct clocks *clocks, const struct working_hours *hours, int64_t at);

/*
 * The moment a clock of so many minutes ends that starts at `from`: working time of these hours,
 * or elapsed time when the urgency is red or the hours never open. A clock that starts while they
 * are closed begins to run when they open; one that ends as they close is due at that minute.
 */
int64_t clocks_due(const struct clocks *clocks, const struct working_hours *hours,
    enum urgency urgency, int32_t minutes, int64_t from);

/*
 * The latest moment, `now` included, at which it was this minute of the day in London, on this
 * weekday (1 Monday .. 7 Sunday; 0: on any). A minute that the clocks skip is the moment after, one
 * that they repeat the first of the two.
 */
int64_t clocks_latest(unsigned weekday, unsigned minute, int64_t now);

/* The last day the table knows; after it every weekday is a working day. */
int32_t clocks_horizon(const struct clocks *clocks);

#endif
