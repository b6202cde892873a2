/* Listens to one duty, and tells when it has been silent for too long. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_WATCHDOG_H
#define MAILROOM_WATCHDOG_H

#include <stdatomic.h>
#include <sys/types.h>

#include "base/base.h"

/*
 * GRACE: how much longer than it said a duty may take, for a machine that is busy with other things.
 * LATE: a supervisor that has not looked for so long was stopped itself, or the machine was, and
 * tells nobody's silence by that; a little more than the longest errand it waits for.
 * MOST: whatever a duty says, it is heard of after that.
 */
enum { WATCHDOG_GRACE_SECONDS = 60, WATCHDOG_LATE_SECONDS = 30, WATCHDOG_MOST_SECONDS = 4 * 3600 };

struct watchdog {
	int fd;                 /* what the duty is given; -1: it is not listened to */
	_Atomic uint64_t *word; /* what it says there */
	uint64_t heard;         /* the last that was new, */
	int64_t heard_at;       /* and when, by the steady clock */
	int64_t looked_at;
};

/* One that cannot be opened (no memory, no descriptor) never finds anybody silent. */
void watchdog_open(struct watchdog *dog);
void watchdog_close(struct watchdog *dog);

/* A new process begins. */
void watchdog_begin(struct watchdog *dog, int64_t now);

/*
 * Looks once; call it every second or so. True where nothing was heard for longer than the duty had
 * said, and the grace; the full time is given again after that. now: clock_steady().
 */
bool watchdog_finds_silent(struct watchdog *dog, int64_t now);

/* Kills a process and all that it started, and what those started. Waits for none of them. */
void watchdog_kill(pid_t pid);

#endif
