/* What an agency would get. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_FORESEE_H
#define MAILROOM_FORESEE_H

#include "papers/decision.h"
#include "papers/share.h"

/* What one route's agency would get of each answer. In the arena. */
void foresee_shares(const struct concern *concern, const struct decision *decision,
    const struct route *route, struct arena *arena, struct shares *out);

/*
 * What would become of a decision's routes if they were carried out at once, as a job does it:
 * what each agency would get, and a route that would wait for its text turned from SEND to WAIT
 * with the code "letter.withheld". Keys are not looked up; nothing is written or sealed.
 *
 * gives   *shares in the arena, one for each route
 */
void mailroom_foresee(const struct concern *concern, struct decision *decision, struct arena *arena,
    struct shares **shares);

#endif
