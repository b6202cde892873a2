/* What concerns have in common, in words. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_RULE_REGION_H
#define ROUTING_RULE_REGION_H

#include "papers/rule_difference.h"
#include "routing/rule_space.h"

/*
 * Takes a region out of those concerns where the result is not 0: around the smallest of them, as
 * wide as all of it lies in there. False when there is none left.
 */
bool region_take(struct rule_space *space, diagram *where, struct rule_region *out);

#endif
