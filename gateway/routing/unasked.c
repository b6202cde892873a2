/* Judges for explaining what nothing depended on: after the first urgency, or of nobody's agencies. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "routing/decide.h"

struct unasked {
	const struct ruleset *rules;
	struct judging judging;
	struct arena *arena;
	GHashTable *asked; /* ids of the rules that were judged for this child */
	GArray *lines;     /* struct rule_seen */
};

static void
judge(struct unasked *unasked, const struct rule *rule, const struct rule_agency *agency)
{
	struct condition_seen *conditions;

	unasked->judging.agency = agency;
	enum answer answer = rule_judge(&unasked->judging, rule, unasked->arena, &conditions);
	struct rule_seen line = {.list = rule_list_name(rule->list),
	    .rule = rule->id,
	    .mode = rule_mode_name(rule->mode),
	    .child = unasked->judging.child,
	    .agency = agency ? agency->entry->id : NULL,
	    .answer = answer,
	    .conditions = conditions,
	    .condition_count = rule->condition_count};
	g_array_append_val(unasked->lines, line);
}

/* Once, or for each agency where the rule asks about it. */
static void
judge_rule(struct unasked *unasked, const struct rule *rule)
{
	const struct ruleset *rules = unasked->rules;

	if (g_hash_table_contains(unasked->asked, rule->id))
		return;
	if (!rule_names_agency(rule)) {
		judge(unasked, rule, NULL);
		return;
	}
	for (size_t at = 0; at < rules->agency_count; at++)
		if (rule->agencies >> at & 1)
			judge(unasked, rule, &rules->agencies[at]);
}

/* The red list has no conditions: it is asked of red children alone. */
static void
add_red(struct unasked *unasked)
{
	struct rule_seen line = {.list = "red",
	    .rule = "red",
	    .mode = rule_mode_name(unasked->rules->mode),
	    .child = unasked->judging.child,
	    .answer = ANSWER_NO};

	if (unasked->rules->red.is_given && !g_hash_table_contains(unasked->asked, "red"))
		g_array_append_val(unasked->lines, line);
}

static void
judge_child(struct unasked *unasked, const struct decision *decision, int child)
{
	g_hash_table_remove_all(unasked->asked);
	unasked->judging.child = child;
	for (size_t at = 0; at < decision->seen_count; at++)
		if (decision->seen[at].child == child)
			g_hash_table_add(
			    unasked->asked, (void *)(uintptr_t)decision->seen[at].rule);
	for (unsigned list = 0; list < LISTS; list++) {
		for (size_t at = 0; at < unasked->rules->lists[list].count; at++)
			judge_rule(unasked, &unasked->rules->lists[list].rules[at]);
		if (list == LIST_URGENCY)
			add_red(unasked);
	}
}

void
decision_judge_unasked(const struct ruleset *rules, const struct concern *concern,
    struct arena *arena, struct decision *decision)
{
	g_autoptr(GArray) lines = g_array_new(FALSE, TRUE, sizeof(struct rule_seen));
	g_autoptr(GHashTable) asked = g_hash_table_new(g_str_hash, g_str_equal);
	struct unasked unasked = {.rules = rules,
	    .arena = arena,
	    .asked = asked,
	    .lines = lines,
	    .judging = {.facts = facts_open(rules, concern, arena),
		.concern = concern,
		.because = arena_take_many(arena, longest_rule(rules), sizeof(char *))}};
	int first = concern->child_count ? 0 : -1;

	for (int child = first; child < (int)concern->child_count; child++)
		judge_child(&unasked, decision, child);
	struct rule_seen *kept = arena_take_many(arena, lines->len, sizeof *kept);
	if (lines->len)
		memcpy(kept, lines->data, lines->len * sizeof *kept);
	decision->unasked = kept;
	decision->unasked_count = lines->len;
}
