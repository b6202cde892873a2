/* A process that holds no secret, and forks a child for each job. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_NURSERY_H
#define MAILROOM_NURSERY_H

#include <sys/types.h>

#include "mailroom/equipment.h"
#include "mailroom/keyholder_line.h"

/* Zero it, with line = -1, to begin. */
struct nursery {
	pid_t pid;
	int line;
};

/* What a child does with its two lines; returns to end. */
typedef void nursery_work(const struct equipment *equipment, int sort_line, int key_line);

/*
 * Forks the nursery. Call it before the ledger or anything secret is open: a child that is forked
 * from a process with SQLite open shares its memory with it. `away` are descriptors it closes.
 */
MUST_CHECK bool nursery_open(const struct equipment *equipment, nursery_work *work, const int *away,
    size_t away_count, struct nursery *out, struct failure *why);

/* Whether it is still there; costs next to nothing. One that is not cannot be opened again here. */
bool nursery_lives(const struct nursery *nursery);

/* Has a child started on these two lines; the caller closes its copies. One child at a time. */
MUST_CHECK bool nursery_start(
    struct nursery *nursery, int sort_line, int key_line, struct failure *why);

/* The two lines of one job, each with an end for the child. */
struct job_lines {
	int ours, child;     /* to the child */
	int keyholder, keys; /* from the keyholder to the child */
};
MUST_CHECK bool job_lines_open(struct job_lines *out, struct failure *why);
/* Closes the ends that were handed out; ours goes to *line, or is closed where nothing was started. */
void job_lines_done(struct job_lines *lines, bool started, int *line);

/* nursery_start() with lines made for one job: *line is ours to the child, its other one is the keyholder's. */
MUST_CHECK bool nursery_start_job(
    struct nursery *nursery, struct keyholder *keyholder, int *line, struct failure *why);

/* Ends the child, if it still lives, and learns how it ended: a wait status. */
MUST_CHECK bool nursery_end_child(struct nursery *nursery, int *status, struct failure *why);

/* Ends the nursery with its child. Safe on one that never opened. */
void nursery_close(struct nursery *nursery);

#endif
