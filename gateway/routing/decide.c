/* Judges the rules for each child: urgency, send, red, never, hold. */
/* SPDX-License-Identifier: MIT */
#include "routing/decide.h"

#include <string.h>

#include "routing/rule_words.h"

static bool
has_children(const struct deciding *deciding)
{
	return deciding->concern->child_count > 0;
}

static int
child_of(const struct deciding *deciding, unsigned slot)
{
	return has_children(deciding) ? (int)slot : -1;
}

/* Writes a line into the decision's record; gives its number. */
static size_t
record(struct deciding *deciding, struct rule_seen seen)
{
	g_array_append_val(deciding->seen, seen);
	return deciding->seen->len - 1;
}

static struct rule_seen *
seen_at(const struct deciding *deciding, size_t number)
{
	return &g_array_index(deciding->seen, struct rule_seen, number);
}

enum answer
deciding_judge(struct deciding *deciding, const struct rule *rule, unsigned slot,
    const struct rule_agency *agency, size_t *seen)
{
	struct condition_seen *conditions;

	deciding->judging.child = child_of(deciding, slot);
	deciding->judging.agency = agency;
	enum answer answer = rule_judge(&deciding->judging, rule, deciding->arena, &conditions);
	*seen = record(deciding,
	    (struct rule_seen){.list = rule_list_name(rule->list),
		.rule = rule->id,
		.mode = rule_mode_name(rule->mode),
		.child = deciding->judging.child,
		.agency = agency ? agency->entry->id : NULL,
		.answer = answer,
		.conditions = conditions,
		.condition_count = rule->condition_count});
	return answer;
}

/* What would settle the rule that was judged just now. */
static const char *
question_of(const struct deciding *deciding, const struct rule *rule, size_t seen)
{
	return rule_question(
	    &deciding->judging, rule, seen_at(deciding, seen)->conditions, deciding->arena);
}

/*
 * What a rule in doubt asks for at least: what in_doubt says, or else one step more than the rules
 * that are certain, though never more than the rule itself would have set.
 */
static enum urgency
urgency_in_doubt(const struct rule *rule, enum urgency certain)
{
	if (rule->floor != URGENCY_NONE)
		return rule->floor;
	return certain < rule->set ? certain + 1 : certain;
}

/* The first yes decides; a cannot-tell on the way there may raise it, and never lowers it. */
static enum urgency
decide_urgency(struct deciding *deciding, unsigned slot, const struct rule **by)
{
	const struct rule_table *table = &deciding->rules->lists[LIST_URGENCY];
	enum urgency certain = URGENCY_NONE, urgency;
	size_t first = deciding->seen->len, seen = first, count = 0, deciding_line = first;

	while (count < table->count && certain == URGENCY_NONE) {
		*by = &table->rules[count++];
		if (deciding_judge(deciding, *by, slot, NULL, &seen) == ANSWER_YES)
			certain = (*by)->set;
	}
	deciding_line = seen;
	urgency = certain;
	for (size_t at = 0; at < count; at++) {
		const struct rule *rule = &table->rules[at];
		if (seen_at(deciding, first + at)->answer == ANSWER_CANNOT_TELL &&
		    urgency_in_doubt(rule, certain) > urgency) {
			urgency = urgency_in_doubt(rule, certain);
			*by = rule;
			deciding_line = first + at;
		}
	}
	if (count)
		seen_at(deciding, deciding_line)->decided = true;
	return urgency;
}

static void
decide_urgencies(struct deciding *deciding)
{
	struct decision *decision = deciding->decision;

	for (unsigned slot = 0; slot < deciding->slots; slot++) {
		const struct rule *by = NULL;
		enum urgency urgency = decide_urgency(deciding, slot, &by);
		decision->child_urgency[slot] = urgency;
		if (by && (!slot || urgency > decision->urgency)) {
			decision->urgency = urgency;
			decision->urgency_rule = by->id;
		}
	}
}

static void
add_wish(struct deciding *deciding, unsigned agency, struct wish wish)
{
	struct cell *cell = &deciding->cells[agency][wish.slot];
	struct wish *kept = arena_take(deciding->arena, sizeof *kept);

	*kept = wish;
	*deciding->next_wish[agency] = kept;
	deciding->next_wish[agency] = &kept->next;
	if (!cell->is_wanted || fate_is_stronger(wish.fate, cell->wanted))
		cell->wanted = wish.fate;
	cell->is_wanted = true;
}

/* A rule that watches wants nothing, whatever its answer. */
static bool
fate_wanted(const struct rule *rule, enum answer answer, enum route_fate *out)
{
	if (answer == ANSWER_NO || (answer == ANSWER_CANNOT_TELL && rule->in_doubt == DOUBT_SKIP))
		return false;
	*out = fate_of_mode(rule->mode);
	if (answer == ANSWER_CANNOT_TELL && rule->in_doubt == DOUBT_WAIT && *out != ROUTE_WATCHED)
		*out = ROUTE_WAIT;
	return true;
}

static void
decide_sends(struct deciding *deciding, unsigned slot)
{
	const struct rule_table *table = &deciding->rules->lists[LIST_SEND];

	for (size_t at = 0; at < table->count; at++) {
		struct wish wish = {.rule = &table->rules[at], .slot = slot};
		enum answer answer = deciding_judge(deciding, wish.rule, slot, NULL, &wish.seen);
		if (!fate_wanted(wish.rule, answer, &wish.fate))
			continue;
		if (answer == ANSWER_CANNOT_TELL)
			wish.question = question_of(deciding, wish.rule, wish.seen);
		for (unsigned agency = 0; agency < deciding->rules->agency_count; agency++)
			if (wish.rule->agencies >> agency & 1)
				add_wish(deciding, agency, wish);
	}
}

static void
object(struct deciding *deciding, struct cell *cell, const struct rule *rule, const char *question,
    size_t seen)
{
	struct objection *objection = arena_take(deciding->arena, sizeof *objection);
	struct objection **last = &cell->objections;

	while (*last)
		last = &(*last)->next;
	*objection = (struct objection){.rule = rule, .question = question};
	*last = objection;
	/* What a rule only watches is not changed by an objection. */
	seen_at(deciding, seen)->decided = cell->wanted != ROUTE_WATCHED;
}

static void
judge_never(struct deciding *deciding, unsigned agency, unsigned slot)
{
	const struct rule_table *table = &deciding->rules->lists[LIST_NEVER];
	struct cell *cell = &deciding->cells[agency][slot];
	size_t seen;

	cell->is_never_judged = true;
	for (size_t at = 0; at < table->count; at++) {
		const struct rule *rule = &table->rules[at];
		if (!(rule->agencies >> agency & 1))
			continue;
		enum answer answer =
		    deciding_judge(deciding, rule, slot, &deciding->rules->agencies[agency], &seen);
		if (answer == ANSWER_YES) {
			cell->is_forbidden = true;
			object(deciding, cell, rule, NULL, seen);
		} else if (answer == ANSWER_CANNOT_TELL && rule->in_doubt == DOUBT_WAIT) {
			cell->is_doubted = true;
			object(deciding, cell, rule, question_of(deciding, rule, seen), seen);
		}
	}
}

static void
judge_holds(struct deciding *deciding, unsigned agency, unsigned slot)
{
	const struct rule_table *table = &deciding->rules->lists[LIST_HOLD];
	const struct rule_agency *at_agency = &deciding->rules->agencies[agency];
	struct cell *cell = &deciding->cells[agency][slot];
	size_t seen;

	for (size_t at = 0; at < table->count; at++) {
		const struct rule *rule = &table->rules[at];
		if (!(rule->agencies >> agency & 1))
			continue;
		enum answer answer = deciding_judge(deciding, rule, slot, at_agency, &seen);
		if (answer == ANSWER_NO ||
		    (answer == ANSWER_CANNOT_TELL && rule->in_doubt == DOUBT_PASS))
			continue;
		cell->is_held = true;
		object(deciding, cell, rule,
		    answer == ANSWER_YES
			? arena_print(deciding->arena, "%s. Shall it go to %s all the same?",
			      rule->why, at_agency->entry->name)
			: question_of(deciding, rule, seen),
		    seen);
	}
}

/* The red list wants this agency for this child; false where a never rule is, or may be, against.
 */
static bool
wish_red(struct deciding *deciding, unsigned agency, unsigned slot)
{
	struct cell *cell = &deciding->cells[agency][slot];

	if (!cell->is_red) {
		cell->is_red = true;
		add_wish(deciding, agency,
		    (struct wish){.slot = slot,
			.fate = fate_of_mode(deciding->rules->mode),
			.seen = record(deciding,
			    (struct rule_seen){.list = "red",
				.rule = "red",
				.mode = rule_mode_name(deciding->rules->mode),
				.child = child_of(deciding, slot),
				.agency = deciding->rules->agencies[agency].entry->id,
				.answer = ANSWER_YES})});
		if (!cell->is_never_judged)
			judge_never(deciding, agency, slot);
	}
	return !cell->is_forbidden && !cell->is_doubted;
}

/* Who answers for an agency that is closed now, by the red list or else by the directory. */
static uint64_t
out_of_hours(const struct deciding *deciding, unsigned agency)
{
	const struct ruleset *rules = deciding->rules;
	const struct rule_agency *closed = &rules->agencies[agency];

	if (deciding->is_open && deciding->is_open[closed->entry_number])
		return 0;
	if (rules->red.out_of_hours || !closed->entry->out_of_hours)
		return rules->red.out_of_hours;
	for (unsigned at = 0; at < rules->agency_count; at++)
		if (strcmp(rules->agencies[at].entry->id, closed->entry->out_of_hours) == 0)
			return (uint64_t)1 << at;
	return 0;
}

/*
 * Red goes to all of `to`, and also to out_of_hours where one of them is closed, so that nothing
 * waits unseen till the morning. Where a never rule takes one of them away, if_forbidden steps in.
 */
static void
decide_red(struct deciding *deciding, unsigned slot)
{
	const struct red_list *red = &deciding->rules->red;
	uint64_t targets = red->to;
	bool is_barred = false;

	for (unsigned at = 0; at < deciding->rules->agency_count; at++)
		if (red->to >> at & 1)
			targets |= out_of_hours(deciding, at);
	for (unsigned at = 0; at < deciding->rules->agency_count; at++)
		if (targets >> at & 1 && !wish_red(deciding, at, slot))
			is_barred = true;
	for (unsigned at = 0; is_barred && at < deciding->rules->agency_count; at++)
		if (red->if_forbidden >> at & 1)
			(void)wish_red(deciding, at, slot);
}

static void
decide_reds(struct deciding *deciding)
{
	struct decision *decision = deciding->decision;

	decision->is_red = decision->urgency == URGENCY_RED && deciding->rules->red.is_given;
	if (!decision->is_red)
		return;
	decision->alarm = deciding->rules->red.alarm;
	for (unsigned slot = 0; slot < deciding->slots; slot++)
		if (decision->child_urgency[slot] == URGENCY_RED)
			decide_red(deciding, slot);
}

static void
judge_objections(struct deciding *deciding)
{
	for (unsigned agency = 0; agency < deciding->rules->agency_count; agency++)
		for (unsigned slot = 0; slot < deciding->slots; slot++) {
			struct cell *cell = &deciding->cells[agency][slot];
			if (!cell->is_wanted)
				continue;
			if (!cell->is_never_judged)
				judge_never(deciding, agency, slot);
			if (!cell->is_red)
				judge_holds(deciding, agency, slot);
		}
}

size_t
longest_rule(const struct ruleset *rules)
{
	size_t longest = 0;

	for (unsigned list = 0; list < LISTS; list++)
		for (size_t at = 0; at < rules->lists[list].count; at++)
			longest = MAX(longest, rules->lists[list].rules[at].condition_count);
	return longest;
}

void
decision_make(const struct ruleset *rules, const struct concern *concern, const bool *is_open,
    struct arena *arena, struct decision *out)
{
	g_autoptr(GArray) seen = g_array_new(FALSE, TRUE, sizeof(struct rule_seen));
	struct deciding *deciding = arena_take(arena, sizeof *deciding);

	*out = (struct decision){0};
	deciding->rules = rules;
	deciding->concern = concern;
	deciding->is_open = is_open;
	deciding->arena = arena;
	deciding->decision = out;
	deciding->seen = seen;
	deciding->slots = concern->child_count ? (unsigned)concern->child_count : 1;
	for (size_t at = 0; at < CHILDREN_MAX; at++)
		out->child_numbers[at] = concern_number(concern, GROUP_CHILD, at);
	deciding->judging = (struct judging){.facts = facts_open(rules, concern, arena),
	    .concern = concern,
	    .because = arena_take_many(arena, longest_rule(rules), sizeof(char *))};
	for (size_t at = 0; at < AGENCIES_MAX; at++)
		deciding->next_wish[at] = &deciding->wishes[at];
	decide_urgencies(deciding);
	for (unsigned slot = 0; slot < deciding->slots; slot++)
		decide_sends(deciding, slot);
	decide_reds(deciding);
	judge_objections(deciding);
	routes_gather(deciding);
	struct rule_seen *lines = arena_take_many(arena, seen->len, sizeof *lines);
	if (seen->len)
		memcpy(lines, seen->data, seen->len * sizeof *lines);
	out->seen = lines;
	out->seen_count = seen->len;
}
