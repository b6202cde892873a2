/* Finds what is wrong with rules that are each right by themselves. */
/* SPDX-License-Identifier: MIT */
#include "routing/loading.h"

/* The first yes decides, so there must be one, and only the last rule may always say it. */
static void
check_urgency(const struct loading *loading)
{
	const struct rule_table *table = &loading->rules->lists[LIST_URGENCY];

	for (size_t at = 0; at < table->count; at++) {
		const struct rule *rule = &table->rules[at];
		bool is_last = at + 1 == table->count;
		if (!is_last && !rule->condition_count)
			faults_add(loading->faults, loading->rules->file, rule->line, rule->column,
			    "urgency: %s has no conditions, so no rule after it is ever reached",
			    rule->id);
		if (is_last && rule->condition_count)
			faults_add(loading->faults, loading->rules->file, rule->line, rule->column,
			    "urgency: the last rule, %s, must have no conditions, "
			    "so that every case has an urgency",
			    rule->id);
		if (rule->floor > rule->set)
			faults_warn(loading->faults, loading->rules->file, rule->line, rule->column,
			    "urgency: %s is %s in doubt and only %s when it is certain", rule->id,
			    urgency_name(rule->floor), urgency_name(rule->set));
	}
}

static const struct rule *
first_red_rule(const struct rule_table *table)
{
	for (size_t at = 0; at < table->count; at++)
		if (table->rules[at].set == URGENCY_RED || table->rules[at].floor == URGENCY_RED)
			return &table->rules[at];
	return NULL;
}

static void
check_red(const struct loading *loading)
{
	const struct rule *rule = first_red_rule(&loading->rules->lists[LIST_URGENCY]);
	const struct red_list *red = &loading->rules->red;

	if (rule && !red->is_given)
		faults_add(loading->faults, loading->rules->file, rule->line, rule->column,
		    "urgency: %s can make a case red, and no `red` list says who receives it",
		    rule->id);
	for (size_t at = 0; at < loading->rules->agency_count; at++) {
		const struct entry *agency = loading->rules->agencies[at].entry;
		if (red->to >> at & 1 && !red->out_of_hours && !agency->out_of_hours &&
		    !agency->hours.is_always_open)
			faults_warn(loading->faults, loading->rules->file, red->line, red->column,
			    "red: %s is not always open, and nobody is named for out_of_hours",
			    agency->id);
	}
}

void
rules_fit(struct loading *loading)
{
	check_urgency(loading);
	check_red(loading);
}
