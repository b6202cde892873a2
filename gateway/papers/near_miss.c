/* Judges a rule again from the answers of its tests, with one of them turned round. */
/* SPDX-License-Identifier: MIT */
#include "papers/near_miss.h"

/* The way through the flat list of a tree of conditions. */
struct again {
	const struct rule_seen *seen;
	size_t next, turned;
};

static enum answer
turned_round(enum answer answer)
{
	return answer == ANSWER_YES ? ANSWER_NO : ANSWER_YES;
}

static enum answer judge_again(struct again *again);

/* All parts, or for any: all parts turned round, and the whole as well. */
static enum answer
judge_parts(struct again *again, unsigned depth, bool is_any)
{
	const struct rule_seen *seen = again->seen;
	enum answer whole = ANSWER_YES;

	while (again->next < seen->condition_count && seen->conditions[again->next].depth > depth)
		whole = answer_both(
		    whole, is_any ? answer_not(judge_again(again)) : judge_again(again));
	return is_any ? answer_not(whole) : whole;
}

static enum answer
judge_again(struct again *again)
{
	size_t at = again->next++;
	const struct condition_seen *one = &again->seen->conditions[at];

	switch (one->kind) {
	case CONDITION_ALL:
		return judge_parts(again, one->depth, false);
	case CONDITION_ANY:
		return judge_parts(again, one->depth, true);
	case CONDITION_NOT:
		return answer_not(judge_parts(again, one->depth, false));
	case CONDITION_TEST:
		break;
	}
	return at == again->turned ? turned_round(one->answer) : one->answer;
}

bool
is_near_miss(const struct rule_seen *seen, size_t condition)
{
	struct again again = {.seen = seen, .turned = condition};

	return seen->answer == ANSWER_NO && seen->condition_count &&
	    seen->conditions[condition].kind == CONDITION_TEST && judge_again(&again) == ANSWER_YES;
}

bool
has_near_miss(const struct rule_seen *seen)
{
	for (size_t at = 0; at < seen->condition_count; at++)
		if (is_near_miss(seen, at))
			return true;
	return false;
}
