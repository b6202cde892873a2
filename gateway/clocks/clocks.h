/* By when: working hours and bank holidays. */
/* SPDX-License-Identifier: MIT */
#ifndef CLOCKS_CLOCKS_H
#define CLOCKS_CLOCKS_H

#include "base/faults.h"
#include "papers/directory.h"

struct clocks;

/* Loads bank-holidays.yaml (days of England and Wales, with a last day it is known for). NULL on a fault. */
struct clocks *clocks_load(const char *path, struct faults *faults);
void clocks_free(struct clocks *clocks);
void clocks_freep(struct clocks **clocks);

/* Whether these hours are working time at this moment, on the London calendar. */
bool clocks_is_open(const struct clocks *clocks, const struct working_hours *hours, int64_t at);

/*
 * The moment a clock of so many minutes ends that starts at `from`: working time of these hours,
 * or elapsed time when the urgency is red.
 */
int64_t clocks_due(const struct clocks *clocks, const struct working_hours *hours,
    enum urgency urgency, int32_t minutes, int64_t from);

/* The last day the table knows. */
int32_t clocks_horizon(const struct clocks *clocks);

#endif
