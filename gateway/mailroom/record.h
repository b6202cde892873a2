/* What was decided and why, for explaining and replaying. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_RECORD_H
#define MAILROOM_RECORD_H

#include "papers/decision.h"
#include "papers/form_fault.h"

struct work;

/* What a record is of; decision and concern are NULL where none was decided. */
struct record_of {
	const char *rules_hash, *code, *arrived_as;
	const struct form_faults *faults;
	const struct concern *concern;
	const struct decision *decision;
	struct plain form; /* what the concern was read from, for a record with values; or none */
	struct plain text; /* of its mail, which differs where the form came as a file */
	int64_t form_date;
};

/*
 * A decision record as JSON, in the arena: rules with conditions and answers, and for each agency
 * what it gets and what not. With values it also has the form's text and what each condition saw;
 * without, no words of a mail.
 */
const char *record_text(
    const struct record_of *of, bool with_values, struct arena *arena, size_t *length);

/*
 * Writes the decision record into the outcome twice: in clear with rules, conditions and answers,
 * and sealed with the concern's text and the values that each condition saw.
 */
void record_write(struct work *work);

/*
 * Takes out of an opened sealed record what the concern was read from, so that it can be read
 * again; *date is what counts where the form names no time, and is left as it is by records of
 * before that was kept. False: there is no concern in it.
 */
bool record_form(
    const uint8_t *sealed, size_t length, struct arena *arena, struct plain *form, int64_t *date);

#endif
