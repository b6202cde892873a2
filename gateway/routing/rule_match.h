/* One condition against one concern: yes, no or cannot tell. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_RULE_MATCH_H
#define ROUTING_RULE_MATCH_H

#include "papers/decision.h"
#include "routing/fact.h"

/* For whom and for which agency a rule is judged. */
struct judging {
	struct facts *facts;
	const struct concern *concern;
	int child;                        /* -1: the form names no child */
	const struct rule_agency *agency; /* never and hold rules; else NULL */
	/* By condition, in the order of the tree: why a test cannot be told, until the next
	 * judgement. */
	const char **because;
};

/* Stands in `because` where the form names no child. */
#define RULE_NO_CHILD "-"

/*
 * Judges every condition of a rule, also where the answer is certain early: an explanation shows
 * them all. The logic is Kleene's: an unknown part leaves the whole unknown only where it matters.
 *
 * Of involved_adults a test holds when it holds of any adult; it cannot be told when it holds of
 * none and of some cannot be told; where no adult is listed the answer is no. Where no child is
 * listed, nothing about a child can be told.
 *
 * gives   *out_seen, a line for each of the rule's conditions in the order of its tree
 */
enum answer rule_judge(const struct judging *judging, const struct rule *rule, struct arena *arena,
    struct condition_seen **out_seen);

/*
 * One operator of one test against one fact.
 *
 * What is not applicable equals nothing: equals, any_of, includes and the like are no of it, and
 * is_not and none_of, which say the opposite, are yes. is_known is never cannot tell.
 */
enum answer test_match(const struct test *test, const struct operand *operand,
    const struct fact *fact, int32_t today, const struct rule_agency *agency);

/* The same in a concern; of a date so many days from a report whose own day is in doubt nothing can
 * be told. */
enum answer test_judge(const struct test *test, const struct operand *operand,
    const struct fact *fact, const struct facts *facts, const struct rule_agency *agency);

#endif
