/* Tells which rules there are, and which answers each of their conditions may give. */
/* SPDX-License-Identifier: MIT */
#include "routing/outline.h"

#include <string.h>

struct outlining {
	const struct ruleset *rules;
	struct arena *arena;
	struct condition_outline *conditions;
	size_t next;
};

/* Whether something is known is always known, unless the form names no child to ask about. */
static void
may_test(const struct condition *condition, bool may[ANSWER_COUNT])
{
	may[ANSWER_YES] = may[ANSWER_NO] = true;
	may[ANSWER_CANNOT_TELL] = condition->operand->field->group == GROUP_CHILD;
	for (size_t at = 0; at < condition->test_count; at++)
		if (condition->tests[at].how != OPERATOR_IS_KNOWN)
			may[ANSWER_CANNOT_TELL] = true;
}

static void
turn_round(bool may[ANSWER_COUNT])
{
	bool yes = may[ANSWER_YES];

	may[ANSWER_YES] = may[ANSWER_NO];
	may[ANSWER_NO] = yes;
}

/* Both together, where each may be anything that it may be alone. */
static void
may_both(bool whole[ANSWER_COUNT], const bool part[ANSWER_COUNT])
{
	bool both[ANSWER_COUNT] = {false};

	for (unsigned left = 0; left < ANSWER_COUNT; left++)
		for (unsigned right = 0; right < ANSWER_COUNT; right++)
			if (whole[left] && part[right])
				both[answer_both(left, right)] = true;
	memcpy(whole, both, sizeof both);
}

static void outline_condition(
    struct outlining *outlining, const struct condition *condition, unsigned depth);

static void
outline_parts(struct outlining *outlining, const struct condition *condition, unsigned depth,
    bool may[ANSWER_COUNT])
{
	bool is_any = condition->kind == CONDITION_ANY;

	may[ANSWER_YES] = true;
	for (size_t at = 0; at < condition->part_count; at++) {
		struct condition_outline *part = &outlining->conditions[outlining->next];
		outline_condition(outlining, &condition->parts[at], depth + 1);
		bool part_may[ANSWER_COUNT] = {part->may[0], part->may[1], part->may[2]};
		if (is_any)
			turn_round(part_may);
		may_both(may, part_may);
	}
	if (is_any || condition->kind == CONDITION_NOT)
		turn_round(may);
}

static void
outline_condition(struct outlining *outlining, const struct condition *condition, unsigned depth)
{
	struct condition_outline *out = &outlining->conditions[outlining->next++];

	*out = (struct condition_outline){.kind = condition->kind,
	    .depth = depth,
	    .line = condition->line,
	    .words = condition->words};
	if (condition->kind == CONDITION_TEST)
		may_test(condition, out->may);
	else
		outline_parts(outlining, condition, depth, out->may);
}

static void
outline_agencies(
    const struct ruleset *rules, uint64_t agencies, struct arena *arena, struct rule_outline *out)
{
	out->agencies = arena_take_many(arena, rules->agency_count, sizeof(struct entry *));
	for (size_t at = 0; at < rules->agency_count; at++)
		if (agencies >> at & 1)
			out->agencies[out->agency_count++] = rules->agencies[at].entry;
}

static void
outline_rule(struct outlining *outlining, const struct rule *rule, struct rule_outline *out)
{
	*out = (struct rule_outline){.list = rule_list_name(rule->list),
	    .rule = rule->id,
	    .mode = rule_mode_name(rule->mode),
	    .why = rule->why,
	    .line = rule->line,
	    .column = rule->column,
	    .may[ANSWER_YES] = true,
	    .condition_count = rule->condition_count};
	outline_agencies(outlining->rules, rule->agencies, outlining->arena, out);
	if (!rule->when)
		return;
	out->conditions =
	    arena_take_many(outlining->arena, rule->condition_count, sizeof *out->conditions);
	outlining->conditions = out->conditions;
	outlining->next = 0;
	outline_condition(outlining, rule->when, 0);
	memcpy(out->may, out->conditions[0].may, sizeof out->may);
}

static void
outline_red(struct outlining *outlining, struct rule_outline *out)
{
	const struct red_list *red = &outlining->rules->red;

	*out = (struct rule_outline){.list = "red",
	    .rule = "red",
	    .mode = rule_mode_name(outlining->rules->mode),
	    .why = red->why,
	    .line = red->line,
	    .column = red->column,
	    .may = {[ANSWER_NO] = true, [ANSWER_YES] = true}};
	outline_agencies(outlining->rules, red->to | red->out_of_hours | red->if_forbidden,
	    outlining->arena, out);
}

void
outline_make(const struct ruleset *rules, struct arena *arena, struct rules_outline *out)
{
	struct outlining outlining = {.rules = rules, .arena = arena};
	size_t most = 1;

	for (unsigned list = 0; list < LISTS; list++)
		most += rules->lists[list].count;
	*out = (struct rules_outline){.rules = arena_take_many(arena, most, sizeof *out->rules)};
	for (unsigned list = 0; list < LISTS; list++) {
		for (size_t at = 0; at < rules->lists[list].count; at++)
			outline_rule(
			    &outlining, &rules->lists[list].rules[at], &out->rules[out->count++]);
		if (list == LIST_URGENCY && rules->red.is_given)
			outline_red(&outlining, &out->rules[out->count++]);
	}
}
