/* Asks the never rules of an agency that no rule sent to. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "routing/decide.h"

static const struct rule_agency *
find_agency(const struct ruleset *rules, const struct entry *entry, unsigned *number)
{
	for (*number = 0; *number < rules->agency_count; ++*number)
		if (strcmp(rules->agencies[*number].entry->id, entry->id) == 0)
			return &rules->agencies[*number];
	return NULL;
}

static const struct rule *
forbidding_rule(
    const struct ruleset *rules, struct judging *judging, unsigned agency, struct arena *arena)
{
	const struct rule_table *table = &rules->lists[LIST_NEVER];
	struct condition_seen *unused;

	for (size_t at = 0; at < table->count; at++)
		if (table->rules[at].agencies >> agency & 1 &&
		    rule_judge(judging, &table->rules[at], arena, &unused) == ANSWER_YES)
			return &table->rules[at];
	return NULL;
}

uint64_t
decision_forbids(const struct ruleset *rules, const struct concern *concern,
    const struct entry *entry, struct arena *arena, const char **by)
{
	unsigned agency;
	struct judging judging = {.facts = facts_open(rules, concern, arena),
	    .concern = concern,
	    .agency = find_agency(rules, entry, &agency),
	    .because = arena_take_many(arena, longest_rule(rules), sizeof(char *))};
	unsigned slots = concern->child_count ? (unsigned)concern->child_count : 1;
	uint64_t forbidden = 0;

	for (unsigned slot = 0; slot < slots && judging.agency; slot++) {
		judging.child = concern->child_count ? (int)slot : -1;
		const struct rule *rule = forbidding_rule(rules, &judging, agency, arena);
		if (!rule)
			continue;
		*by = rule->id;
		forbidden |= (uint64_t)1 << slot;
	}
	return forbidden;
}
