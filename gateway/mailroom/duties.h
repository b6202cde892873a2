/* The three duties, each a loop of its own in a process of its own. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_DUTIES_H
#define MAILROOM_DUTIES_H

#include <sys/types.h>

#include "base/failure.h"

enum duty { DUTY_RECEIVE, DUTY_SORT, DUTY_DELIVER, DUTIES };
const char *duty_name(enum duty duty); /* "receive", "sort", "deliver" */

struct duty_orders {
	const char *settings_path;
	bool once;        /* do what is there, then end */
	unsigned worker;  /* sort: which of several, from 0 */
	pid_t supervisor; /* whose end is its own; 0: nobody's */
	int pulse;        /* the page where it hears that we live (base/pulse.h); 0: nobody does */
};

/*
 * Each runs until it is asked to stop, or until all is done with `once`. Returns a sysexits code:
 * 0 done, EX_CONFIG or EX_UNAVAILABLE when it cannot work, EX_TEMPFAIL or EX_IOERR when it should be
 * started again.
 */
int receive_run(const struct duty_orders *orders);
int sort_run(const struct duty_orders *orders);
int deliver_run(const struct duty_orders *orders);

/*
 * What a duty that failed so ends with. A disk that is full, that did not keep what was written, or
 * that has no ledger any more may be well again: only a new process can tell (EX_IOERR).
 */
int duty_end_code(const struct failure *why);

#endif
