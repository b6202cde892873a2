/* What was decided and why, for explaining and replaying. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_RECORD_H
#define MAILROOM_RECORD_H

#include "base/arena.h"
#include "base/plain.h"

struct work;

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
