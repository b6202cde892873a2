/* Tells which rules there are. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_OUTLINE_H
#define ROUTING_OUTLINE_H

#include "papers/rule_outline.h"
#include "routing/rule.h"

void outline_make(const struct ruleset *rules, struct arena *arena, struct rules_outline *out);

#endif
