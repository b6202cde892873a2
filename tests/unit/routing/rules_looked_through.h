/* What is found in rules of a small world, and what its examples show. */
/* SPDX-License-Identifier: MIT */
#ifndef RULES_LOOKED_THROUGH_H
#define RULES_LOOKED_THROUGH_H

#include "small_world.h"

#define REPORTED 1773144000 /* 2026-03-10 at noon */

static struct rule_findings found;

static inline void
look_through(struct small_world *world, const char *yaml)
{
	load(world, yaml);
	routing_check(world->routing, REPORTED, world->arena, &found);
}

static inline const struct rule_finding *
first_of(enum finding_kind kind)
{
	for (size_t at = 0; at < found.count; at++)
		if (found.findings[at].kind == kind)
			return &found.findings[at];
	return NULL;
}

static inline size_t
count_of(enum finding_kind kind)
{
	size_t count = 0;

	for (size_t at = 0; at < found.count; at++)
		count += found.findings[at].kind == kind;
	return count;
}

static inline size_t
count_at(enum finding_kind kind, enum finding_level level)
{
	size_t count = 0;

	for (size_t at = 0; at < found.count; at++)
		count += found.findings[at].kind == kind && found.findings[at].level == level;
	return count;
}

/* The example of the first finding of a kind, decided by the rules themselves. */
static inline const struct decision *
shown(struct small_world *world, enum finding_kind kind)
{
	const struct rule_finding *finding = first_of(kind);

	assert_non_null(finding);
	assert_true(finding->has_concern);
	struct routing_moment moment = {REPORTED, finding->is_open};
	routing_decide(
	    world->routing, &finding->concern, &moment, world->arena, &world->decision);
	return &world->decision;
}

static inline const char *
given_line(const struct rule_finding *finding)
{
	static char line[400];

	g_autofree char *joined = finding->given_count ? g_strjoinv("; ", (char **)(uintptr_t)finding->given) : NULL;
	g_strlcpy(line, joined ? joined : "", sizeof line);
	return line;
}

#endif
