/* Which states there are, and the one way from each to the next. */
/* SPDX-License-Identifier: MIT */
#ifndef LEDGER_LEDGER_STATES_H
#define LEDGER_LEDGER_STATES_H

#include "ledger/ledger_work.h"

struct state_move {
	const char *thing; /* the table: "mail", "cases", "referral", "letter" */
	const char *from;  /* "" for a new row */
	const char *to;
	const char *by;   /* the function that makes it, and no other can */
	const char *when; /* what is on the disk once it has happened */
};
extern const struct state_move STATE_MOVES[];
extern const size_t STATE_MOVE_COUNT;

/* The states of one thing, NULL-terminated; NULL for a thing that has none. */
const char *const *states_of(const char *thing);

/* What moves, and what the history of its case says of that. */
struct subject {
	const char *thing;
	int64_t id;       /* of its row; a new one's is written here */
	int64_t mail;     /* whose history this belongs to; of a new mail 0 */
	const char *name; /* "merton-mash", "receipt to pc-day"; NULL for a mail or case */
	const char *code; /* why; NULL leaves the row's code as it is */
	int64_t at;
};

/*
 * The only two functions that write a state. `by` is the name of the caller: through the macros
 * it cannot be another's. fails STOP ledger.state when the table has no such move by it.
 */
MUST_CHECK bool state_enter(struct work *work, const char *by, struct subject *subject,
    const char *to, const struct cell *cells, size_t count, struct failure *why);
MUST_CHECK bool state_move(struct work *work, const char *by, const struct subject *subject,
    const char *to, const struct cell *cells, size_t count, struct failure *why);
#define STATE_ENTER(work, subject, to, ...) state_enter(work, __func__, subject, to, __VA_ARGS__)
#define STATE_MOVE(work, subject, to, ...) state_move(work, __func__, subject, to, __VA_ARGS__)

/* Adds one line to the history of a mail and its case. code may be NULL. */
MUST_CHECK bool event_add(struct work *work, int64_t mail, int64_t at, const char *what,
    const char *code, struct failure *why);

#endif
