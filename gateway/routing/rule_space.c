/* Lays out every concern that rules can tell apart, and what their conditions say of each. */
/* SPDX-License-Identifier: MIT */
#include "routing/space_adults.h"
#include "routing/space_doubt.h"

#include <string.h>

enum {
	COST_NO_CHILD = 8,
	COST_ADULT = 4,
	COST_DOUBT = 24,
	COST_CLOSED = 8,
	COST_PART = 1,
};

struct space_limits space_limits = {
    .branches = 24 * 1000 * 1000, /* 100 MB */
    .steps = 20 * 1000 * 1000,    /* a second or two */
};

/* --- what is asked --------------------------------------------------------------------------- */

static void
collect_adults(struct rule_space *space, const struct ruleset *rules, const struct rule *rule,
    const struct condition *condition)
{
	if (!condition_names_agency(condition)) {
		adults_collect(space, condition, NULL);
		return;
	}
	for (size_t agency = 0; agency < rules->agency_count; agency++)
		if (rule->agencies >> agency & 1)
			adults_collect(space, condition, &rules->agencies[agency]);
	if (rule_forbids_any(rules, rule))
		adults_collect(space, condition, NULL);
}

static void
collect(struct rule_space *space, const struct ruleset *rules, const struct rule *rule,
    const struct condition *condition)
{
	for (size_t at = 0; at < condition->test_count; at++) {
		const struct test *test = &condition->tests[at];
		for (size_t agency = 0; agency < rules->agency_count; agency++)
			if (test->this_agency && rule->agencies >> agency & 1)
				space_asking(
				    space, condition->operand, test, &rules->agencies[agency]);
		if (!test->this_agency || rule_forbids_any(rules, rule))
			space_asking(space, condition->operand, test, NULL);
		space_field_asked(space, condition->operand->field)->uses++;
		if (space->rules_count == 1)
			space_collect_words(space, rule, condition, test);
	}
	if (condition->kind == CONDITION_TEST && condition->operand->field->group == GROUP_ADULT)
		collect_adults(space, rules, rule, condition);
	for (size_t at = 0; at < condition->part_count; at++)
		collect(space, rules, rule, &condition->parts[at]);
}

static void
collect_rules(struct rule_space *space, const struct ruleset *rules)
{
	for (unsigned list = 0; list < LISTS; list++)
		for (size_t at = 0; at < rules->lists[list].count; at++) {
			const struct rule *rule = &rules->lists[list].rules[at];
			if (rule->when)
				collect(space, rules, rule, rule->when);
		}
}

/* --- its levels ------------------------------------------------------------------------------ */

static unsigned
add_switch(struct rule_space *space, unsigned cost)
{
	unsigned level = space_add_level(space, 2);

	((unsigned *)space->costs->pdata[level])[1] = cost;
	return level;
}

static void
add_doubt_level(struct rule_space *space)
{
	doubt_find_days(space);
	space->doubt_level = space_add_level(space, space->doubted_days->len + 1);
	for (size_t at = 1; at <= space->doubted_days->len; at++)
		((unsigned *)space->costs->pdata[space->doubt_level])[at] = COST_DOUBT;
}

/* How old they were at all is worth as little as it can be. */
static void
add_since_level(struct rule_space *space, struct space_field *field)
{
	unsigned years = field->years ? field->years->len : 0;

	field->since_level = years ? space_add_level(space, years + 1) : UINT_MAX;
	for (unsigned at = 1; at <= years; at++)
		((unsigned *)space->costs->pdata[field->since_level])[at] = COST_PART;
}

static void
add_field_levels(struct rule_space *space, struct space_field *field)
{
	bool is_adult = field->field->group == GROUP_ADULT, is_loose = false;

	field->level = space_add_level(space, field->givens->len);
	add_since_level(space, field);
	for (size_t at = 0; at < field->givens->len; at++) {
		const struct given *given = field->givens->pdata[at];
		((unsigned *)space->costs->pdata[field->level])[at] = given->cost;
		is_loose = is_loose || given->is_loose;
	}
	field->part_count = is_loose ? field->parts->len : 0;
	field->part_levels =
	    arena_take_many(space->arena, field->part_count, sizeof *field->part_levels);
	for (size_t at = 0; at <= field->part_count; at++) {
		if (at)
			field->part_levels[at - 1] = add_switch(space, COST_PART);
		if (is_adult)
			adults_add_levels(space, field, at);
	}
}

/* What has many parts comes below what has few answers, or every set of parts had to be told apart
 * before the answers that decide which of them matter. */
static int
rank_of(const struct space_field *field)
{
	if (field->field->group == GROUP_ADULT)
		return 2;
	return field->field->kind == FIELD_CHOICES || field->parts->len > 0;
}

static gint
compare_fields(gconstpointer left, gconstpointer right)
{
	const struct space_field *a = *(struct space_field *const *)left;
	const struct space_field *b = *(struct space_field *const *)right;

	if (rank_of(a) != rank_of(b))
		return rank_of(a) - rank_of(b);
	if (a->uses != b->uses)
		return a->uses < b->uses ? 1 : -1;
	return strcmp(a->field->name, b->field->name);
}

/* The hours of those whom a red case goes to decide who else receives it. */
static void
add_open_levels(struct rule_space *space)
{
	for (size_t agency = 0; agency < AGENCIES_MAX; agency++) {
		space->open_levels[agency] = UINT_MAX;
		for (size_t at = 0; at < space->rules_count; at++) {
			const struct ruleset *rules = space->rules[at];
			if (agency < rules->agency_count && rules->red.is_given &&
			    rules->red.to >> agency & 1 &&
			    !rules->agencies[agency].entry->hours.is_always_open &&
			    space->open_levels[agency] == UINT_MAX)
				space->open_levels[agency] = add_switch(space, COST_CLOSED);
		}
	}
}

/* --- what can be ----------------------------------------------------------------------------- */

/* Of a loose answer without a choice to spare, one must be chosen. */
static diagram
one_part_of(struct rule_space *space, const struct space_field *field)
{
	diagram found = 0;

	for (size_t at = field->parts->len; at-- > 0;) {
		diagram branches[] = {found, 1};
		found = diagrams_node(space->diagrams, field->part_levels[at], branches);
	}
	return found;
}

/* 1 where the form says of which day the report is, as far as that is asked. */
static diagram
names_report_day(struct rule_space *space)
{
	const struct space_field *field = space_report_field(space);

	if (!field)
		return 1;
	g_autofree diagram *branches = g_new(diagram, field->givens->len);
	for (size_t at = 0; at < field->givens->len; at++)
		branches[at] = ((struct given *)field->givens->pdata[at])->is_day;
	return diagrams_node(space->diagrams, field->level, branches);
}

/* Given its own answer; whatever it depends on lies on another level. */
static diagram
where_given(struct rule_space *space, const struct space_field *field, size_t number)
{
	g_autofree diagram *branches = g_new0(diagram, field->givens->len);

	branches[number] = 1;
	return diagrams_node(space->diagrams, field->level, branches);
}

static diagram
possible_given(struct rule_space *space, const struct space_field *field)
{
	size_t count = field->givens->len;
	g_autofree diagram *branches = g_new(diagram, count);

	for (size_t at = 0; at < count; at++) {
		const struct given *given = field->givens->pdata[at];
		branches[at] =
		    given->is_loose && !field->rest ? one_part_of(space, field) : !given->is_late;
	}
	diagram whole = diagrams_node(space->diagrams, field->level, branches);
	for (size_t at = 0; at < count; at++)
		if (((struct given *)field->givens->pdata[at])->is_late)
			whole = diagrams_greatest(space->diagrams, whole,
			    diagrams_least(space->diagrams, names_report_day(space),
				diagrams_least(space->diagrams, space_doubted(space, false),
				    where_given(space, field, at))));
	return diagrams_least(space->diagrams, whole, doubt_possible(space, field));
}

/* Whether an answer leaves nothing open, whatever the rules ask of it. */
static bool
is_certain(const struct space_field *field, const struct given *given)
{
	size_t count = field->askings->len;
	bool certain = !memchr(given->answers, SPACE_CANNOT_TELL, count);

	for (size_t at = 0; given->is_loose && at < field->parts->len; at++)
		certain = certain && !memchr(given->alone[at], SPACE_CANNOT_TELL, count);
	return certain;
}

static diagram
certain_given(struct rule_space *space, const struct space_field *field)
{
	g_autofree diagram *branches = g_new(diagram, field->givens->len);

	for (size_t at = 0; at < field->givens->len; at++)
		branches[at] = is_certain(field, field->givens->pdata[at]);
	return diagrams_node(space->diagrams, field->level, branches);
}

static void
find_possible(struct rule_space *space)
{
	space->possible = 1;
	for (size_t at = 0; at < space->fields->len; at++) {
		const struct space_field *field = space->fields->pdata[at];
		space->possible = diagrams_least(space->diagrams, space->possible,
		    field->field->group == GROUP_ADULT ? adults_where(space, field->possible)
						       : field->one_possible);
	}
}

/* --- askings --------------------------------------------------------------------------------- */

/* By parts: one that alone changes the answer decides, or else all must be there. */
static diagram
loose_answer(struct rule_space *space, const struct space_field *field, const struct given *given,
    unsigned asking)
{
	bool is_any = false;
	diagram whole = given->answers[asking];

	for (size_t at = 0; at < field->parts->len; at++)
		is_any = is_any || given->alone[at][asking] != given->answers[asking];
	if (!is_any)
		whole = field->parts->len ? given->all[asking] : whole;
	for (size_t at = field->parts->len; at-- > 0;) {
		uint8_t here = is_any ? given->alone[at][asking] : given->but[at][asking];
		uint8_t otherwise = is_any ? given->answers[asking] : given->all[asking];
		diagram branches[] = {is_any ? whole : here, is_any ? here : whole};
		if (here != otherwise)
			whole = diagrams_node(space->diagrams, field->part_levels[at], branches);
	}
	return whole;
}

static void
find_whole(struct rule_space *space, struct space_field *field, struct asking *asking)
{
	size_t count = field->givens->len;
	g_autofree diagram *branches = g_new(diagram, count);

	for (size_t at = 0; at < count; at++) {
		const struct given *given = field->givens->pdata[at];
		branches[at] = given->is_loose ? loose_answer(space, field, given, asking->number)
					       : given->answers[asking->number];
	}
	asking->whole = diagrams_node(space->diagrams, field->level, branches);
	asking->whole = doubt_asked(space, field, asking, asking->whole);
	if (field->field->group == GROUP_CHILD) {
		diagram child[] = {asking->whole, SPACE_CANNOT_TELL};
		asking->whole = diagrams_node(space->diagrams, space->child_level, child);
	}
}

struct rule_space *
space_open(const struct ruleset *const *rules, size_t count, int64_t now, struct arena *arena)
{
	struct rule_space *space = arena_take(arena, sizeof *space);

	space->rules = rules;
	space->rules_count = count;
	space->arena = arena;
	space->now = now;
	space->diagrams = diagrams_open(space_limits.branches, space_limits.steps);
	space->askings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	space->by_field = g_hash_table_new(NULL, NULL);
	space->adult_conditions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	space->fields = g_ptr_array_new();
	space->costs = g_ptr_array_new();
	space->spare_words = g_ptr_array_new();
	space->child_level = add_switch(space, COST_NO_CHILD);
	space->adults_level = add_switch(space, COST_ADULT);
	for (size_t at = 0; at < count; at++)
		collect_rules(space, rules[at]);
	add_doubt_level(space);
	for (size_t at = 0; at < space->fields->len; at++)
		givens_find(space, space->fields->pdata[at]);
	g_ptr_array_sort(space->fields, compare_fields);
	for (size_t at = 0; at < space->fields->len; at++)
		add_field_levels(space, space->fields->pdata[at]);
	add_open_levels(space);
	for (size_t at = 0; at < space->fields->len; at++) {
		struct space_field *field = space->fields->pdata[at];
		field->one_possible = possible_given(space, field);
		field->one_certain = certain_given(space, field);
		for (size_t number = 0; number < field->askings->len; number++)
			find_whole(space, field, field->askings->pdata[number]);
		if (field->field->group == GROUP_ADULT)
			adults_find(space, field);
	}
	find_possible(space);
	return space;
}

void
space_close(struct rule_space *space)
{
	if (!space)
		return;
	for (size_t at = 0; at < space->fields->len; at++) {
		struct space_field *field = space->fields->pdata[at];
		g_ptr_array_unref(field->askings);
		g_ptr_array_unref(field->givens);
		g_ptr_array_unref(field->parts);
		g_ptr_array_unref(field->conditions);
		if (field->years)
			g_array_unref(field->years);
	}
	g_array_unref(space->doubted_days);
	g_ptr_array_unref(space->fields);
	g_ptr_array_unref(space->costs);
	g_ptr_array_unref(space->spare_words);
	g_hash_table_unref(space->by_field);
	g_hash_table_unref(space->askings);
	g_hash_table_unref(space->adult_conditions);
	diagrams_close(space->diagrams);
}
