/* Builds what rules make of every concern, step by step as decide.c does for one. */
/* SPDX-License-Identifier: MIT */
#include "routing/rule_outcome.h"

#include <string.h>

static const uint8_t FATE_OF_MODE[MODES] = {FATE_SEND, FATE_PROPOSED, FATE_WATCHED};

/* --- urgency --------------------------------------------------------------------------------- */

/* What the rule sets where it says yes, and what came of the rules after it elsewhere. */
static diagram
set_where_yes(struct diagrams *diagrams, diagram says, diagram after, enum urgency set)
{
	struct diagram_table table;

	for (unsigned answer = 0; answer < DIAGRAM_RESULTS; answer++)
		for (unsigned later = 0; later < DIAGRAM_RESULTS; later++)
			table.cells[answer][later] =
			    (uint8_t)(answer == SPACE_YES ? set : (enum urgency)later);
	return diagrams_join(diagrams, &table, says, after);
}

/* What the rule asks for at least where it cannot be told, by what the rules after it are certain
 * of. */
static diagram
least_in_doubt(struct diagrams *diagrams, const struct rule *rule, diagram says, diagram certain)
{
	struct diagram_table table = {0};

	for (unsigned sure = 0; sure < DIAGRAM_RESULTS; sure++)
		table.cells[SPACE_CANNOT_TELL][sure] =
		    (uint8_t)(rule->floor != URGENCY_NONE ? rule->floor
			    : sure < (unsigned)rule->set  ? sure + 1
							  : sure);
	return diagrams_join(diagrams, &table, says, certain);
}

/* From the last rule to the first: what is certain, and what it is raised to. */
static diagram
find_urgency(const struct outcome *outcome)
{
	const struct rule_table *table = &outcome->rules->lists[LIST_URGENCY];
	struct diagrams *diagrams = outcome->space->diagrams;
	diagram certain = URGENCY_NONE, urgency = URGENCY_NONE;

	for (size_t at = table->count; at-- > 0;) {
		const struct rule *rule = &table->rules[at];
		if (rule == outcome->without)
			continue;
		diagram says = space_rule(outcome->space, rule, NULL);
		diagram least = least_in_doubt(diagrams, rule, says, certain);
		urgency = set_where_yes(
		    diagrams, says, diagrams_greatest(diagrams, urgency, least), rule->set);
		certain = set_where_yes(diagrams, says, certain, rule->set);
	}
	return urgency;
}

/* --- send, never, hold ----------------------------------------------------------------------- */

diagram
outcome_wish(struct rule_space *space, const struct rule *rule)
{
	uint8_t map[DIAGRAM_RESULTS] = {0};
	uint8_t fate = FATE_OF_MODE[rule->mode];

	map[SPACE_YES] = fate;
	if (rule->in_doubt != DOUBT_SKIP)
		map[SPACE_CANNOT_TELL] =
		    rule->in_doubt == DOUBT_WAIT && fate != FATE_WATCHED ? FATE_WAIT : fate;
	return diagrams_map(space->diagrams, map, space_rule(space, rule, NULL));
}

/* Halves are joined first, so that no diagram is carried through all rules. */
static diagram
wishes_of(const struct outcome *outcome, uint64_t agency, size_t from, size_t to)
{
	const struct rule *rules = outcome->rules->lists[LIST_SEND].rules;

	if (to - from > 1) {
		size_t middle = from + (to - from) / 2;
		return diagrams_greatest(outcome->space->diagrams,
		    wishes_of(outcome, agency, from, middle),
		    wishes_of(outcome, agency, middle, to));
	}
	if (from == to || &rules[from] == outcome->without || !(rules[from].agencies & agency))
		return FATE_NONE;
	return outcome_wish(outcome->space, &rules[from]);
}

static diagram
find_never(const struct outcome *outcome, size_t agency)
{
	const struct rule_table *table = &outcome->rules->lists[LIST_NEVER];
	struct diagrams *diagrams = outcome->space->diagrams;
	diagram whole = AGAINST_NOTHING;

	for (size_t at = 0; at < table->count; at++) {
		const struct rule *rule = &table->rules[at];
		uint8_t map[DIAGRAM_RESULTS] = {[SPACE_YES] = AGAINST_FORBIDDEN};
		if (rule == outcome->without || !(rule->agencies >> agency & 1))
			continue;
		if (rule->in_doubt == DOUBT_WAIT)
			map[SPACE_CANNOT_TELL] = AGAINST_DOUBTED;
		whole = diagrams_greatest(diagrams, whole,
		    diagrams_map(diagrams, map,
			space_rule(outcome->space, rule, &outcome->rules->agencies[agency])));
	}
	return whole;
}

static diagram
find_held(const struct outcome *outcome, size_t agency)
{
	const struct rule_table *table = &outcome->rules->lists[LIST_HOLD];
	struct diagrams *diagrams = outcome->space->diagrams;
	diagram whole = 0;

	for (size_t at = 0; at < table->count; at++) {
		const struct rule *rule = &table->rules[at];
		if (rule == outcome->without || !(rule->agencies >> agency & 1))
			continue;
		whole = diagrams_greatest(diagrams, whole,
		    diagrams_between(diagrams,
			space_rule(outcome->space, rule, &outcome->rules->agencies[agency]),
			rule->in_doubt == DOUBT_PASS ? SPACE_YES : SPACE_CANNOT_TELL, SPACE_YES));
	}
	return whole;
}

/* --- red ------------------------------------------------------------------------------------- */

uint64_t
outcome_out_of_hours(const struct ruleset *rules, size_t closed)
{
	const char *id = rules->agencies[closed].entry->out_of_hours;

	if (rules->red.out_of_hours || !id)
		return rules->red.out_of_hours;
	for (size_t at = 0; at < rules->agency_count; at++)
		if (strcmp(rules->agencies[at].entry->id, id) == 0)
			return (uint64_t)1 << at;
	return 0;
}

static diagram
red_target(const struct outcome *outcome, size_t agency)
{
	const struct ruleset *rules = outcome->rules;
	diagram whole = rules->red.to >> agency & 1;

	for (size_t at = 0; at < rules->agency_count; at++)
		if (rules->red.to >> at & 1 && outcome_out_of_hours(rules, at) >> agency & 1)
			whole = diagrams_greatest(outcome->space->diagrams, whole,
			    space_closed(outcome->space, (unsigned)at));
	return whole;
}

static void
find_red(struct outcome *outcome)
{
	const struct red_list *red = &outcome->rules->red;
	struct diagrams *diagrams = outcome->space->diagrams;
	diagram is_red = red->is_given
	    ? diagrams_between(diagrams, outcome->urgency, URGENCY_RED, URGENCY_RED)
	    : 0;
	diagram barred = 0;

	for (size_t at = 0; at < outcome->rules->agency_count; at++) {
		struct agency_outcome *agency = &outcome->agencies[at];
		agency->red = diagrams_least(diagrams, is_red, red_target(outcome, at));
		barred = diagrams_greatest(diagrams, barred,
		    diagrams_least(diagrams, agency->red,
			diagrams_between(
			    diagrams, agency->never, AGAINST_DOUBTED, AGAINST_FORBIDDEN)));
	}
	for (size_t at = 0; at < outcome->rules->agency_count; at++)
		if (red->if_forbidden >> at & 1)
			outcome->agencies[at].red =
			    diagrams_greatest(diagrams, outcome->agencies[at].red, barred);
}

/* --- together -------------------------------------------------------------------------------- */

static diagram
wanted_of(const struct outcome *outcome, size_t agency, diagram sent)
{
	uint8_t map[DIAGRAM_RESULTS] = {0, FATE_OF_MODE[outcome->rules->mode]};

	return diagrams_greatest(outcome->space->diagrams, sent,
	    diagrams_map(outcome->space->diagrams, map, outcome->agencies[agency].red));
}

static uint8_t
fate_of(unsigned wanted, unsigned against, enum rule_mode mode)
{
	if (wanted == FATE_NONE || wanted == FATE_WATCHED)
		return (uint8_t)wanted;
	switch (against) {
	case AGAINST_FORBIDDEN:
		return FATE_FORBIDDEN;
	case AGAINST_DOUBTED:
	case AGAINST_HELD:
		return FATE_WAIT;
	case AGAINST_RED:
		return FATE_OF_MODE[mode];
	default:
		return (uint8_t)wanted;
	}
}

diagram
outcome_fate(const struct outcome *outcome, size_t agency, diagram sent)
{
	static const uint8_t RED[DIAGRAM_RESULTS] = {AGAINST_NOTHING, AGAINST_RED};
	const struct agency_outcome *of = &outcome->agencies[agency];
	struct diagrams *diagrams = outcome->space->diagrams;
	struct diagram_table table;

	for (unsigned wanted = 0; wanted < DIAGRAM_RESULTS; wanted++)
		for (unsigned against = 0; against < DIAGRAM_RESULTS; against++)
			table.cells[wanted][against] =
			    fate_of(wanted, against, outcome->rules->mode);
	diagram against =
	    diagrams_greatest(diagrams, of->held, diagrams_map(diagrams, RED, of->red));
	against = diagrams_greatest(diagrams, against, of->never);
	return diagrams_join(diagrams, &table, wanted_of(outcome, agency, sent), against);
}

bool
rule_shows(const struct rule *rule, const char *block)
{
	return !rule->blocks || g_strv_contains(rule->blocks, block);
}

diagram
outcome_shows(const struct outcome *outcome, size_t agency, diagram sent, diagram showing)
{
	struct diagrams *diagrams = outcome->space->diagrams;
	diagram fate = outcome_fate(outcome, agency, sent);
	diagram hidden = diagrams_differ(
	    diagrams, wanted_of(outcome, agency, sent), wanted_of(outcome, agency, showing));

	return diagrams_least(diagrams, diagrams_between(diagrams, fate, FATE_WAIT, FATE_SEND),
	    diagrams_between(diagrams, hidden, 0, 0));
}

void
outcome_find(struct rule_space *space, const struct ruleset *rules, struct outcome *out)
{
	*out = (struct outcome){.space = space, .rules = rules};
	out->urgency = find_urgency(out);
	for (size_t at = 0; at < rules->agency_count; at++) {
		struct agency_outcome *agency = &out->agencies[at];
		diagrams_rest(space->diagrams); /* all else leans on this one */
		agency->sent = wishes_of(out, (uint64_t)1 << at, 0, rules->lists[LIST_SEND].count);
		agency->never = find_never(out, at);
		agency->held = find_held(out, at);
	}
	find_red(out);
	for (size_t at = 0; at < rules->agency_count; at++) {
		struct agency_outcome *agency = &out->agencies[at];
		agency->fate = outcome_fate(out, at, agency->sent);
	}
}

void
outcome_without(const struct outcome *whole, const struct rule *rule, struct outcome *out)
{
	*out = *whole;
	out->without = rule;
	if (rule->list == LIST_URGENCY)
		out->urgency = find_urgency(out);
	for (size_t at = 0; at < whole->rules->agency_count; at++) {
		if (rule->list == LIST_NEVER && rule->agencies >> at & 1)
			out->agencies[at].never = find_never(out, at);
		if (rule->list == LIST_HOLD && rule->agencies >> at & 1)
			out->agencies[at].held = find_held(out, at);
	}
	if (rule->list != LIST_HOLD)
		find_red(out);
}

/* Red referrals first, of the agencies that are given the case whatever send rules say: where a case
 * is red they leave little for the others to be looked at in. */
diagram
outcome_at_most(const struct outcome *outcome, diagram where, unsigned fate)
{
	struct diagrams *diagrams = outcome->space->diagrams;

	for (unsigned is_red = 2; is_red-- > 0;)
		for (size_t at = 0; at < outcome->rules->agency_count && where; at++)
			if ((outcome->agencies[at].red != 0) == is_red) {
				where = diagrams_least(diagrams, where,
				    diagrams_between(
					diagrams, outcome->agencies[at].fate, FATE_NONE, fate));
				if (outcome->is_stepwise)
					where = space_smallest(outcome->space, where);
			}
	return where;
}

diagram
outcome_untaken(const struct outcome *outcome, diagram where)
{
	return outcome_at_most(outcome, where, FATE_WATCHED);
}

void
outcome_of_doubt(const struct outcome *whole, size_t doubt, struct outcome *out)
{
	struct diagrams *diagrams = whole->space->diagrams;
	unsigned level = whole->space->doubt_level, value = (unsigned)doubt;

	*out = *whole;
	out->urgency = diagrams_pick(diagrams, whole->urgency, level, value);
	for (size_t at = 0; at < whole->rules->agency_count; at++) {
		const struct agency_outcome *agency = &whole->agencies[at];
		out->agencies[at] = (struct agency_outcome){
		    .sent = diagrams_pick(diagrams, agency->sent, level, value),
		    .never = diagrams_pick(diagrams, agency->never, level, value),
		    .held = diagrams_pick(diagrams, agency->held, level, value),
		    .red = diagrams_pick(diagrams, agency->red, level, value),
		    .fate = diagrams_pick(diagrams, agency->fate, level, value),
		};
	}
}

diagram
outcome_needs_nobody(const struct outcome *outcome)
{
	const struct rule_table *table = &outcome->rules->lists[LIST_NEVER];
	struct diagrams *diagrams = outcome->space->diagrams;
	diagram whole = 0;

	for (size_t at = 0; at < table->count; at++)
		if (table->rules[at].needs_nobody && &table->rules[at] != outcome->without)
			whole = diagrams_greatest(diagrams, whole,
			    diagrams_between(diagrams,
				space_rule(outcome->space, &table->rules[at], NULL), SPACE_YES,
				SPACE_YES));
	return whole;
}
