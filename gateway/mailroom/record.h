/* What was decided and why, for explaining and replaying. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_RECORD_H
#define MAILROOM_RECORD_H

struct work;

/*
 * Writes the decision record into the outcome twice: in clear with rules, conditions and answers,
 * and sealed with the concern's text and the values that each condition saw.
 */
void record_write(struct work *work);

#endif
