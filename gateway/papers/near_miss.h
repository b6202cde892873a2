/* The one condition by which a rule failed. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_NEAR_MISS_H
#define PAPERS_NEAR_MISS_H

#include "papers/decision.h"

/*
 * Whether a rule that said no would have said yes, had this one test of it (its number among the
 * rule's conditions) been answered the other way.
 */
bool is_near_miss(const struct rule_seen *seen, size_t condition);

/* Whether there is such a test. */
bool has_near_miss(const struct rule_seen *seen);

#endif
