/* What conditions can say of several adults together, by what they say of one. */
/* SPDX-License-Identifier: MIT */
#include "routing/space_adults.h"

#include <string.h>

enum { COST_ANSWER = 17 }; /* of an adult of whom a condition says what it does not of a blank */

/* --- which conditions there are -------------------------------------------------------------- */

/*
 * A condition says of all adults the greatest of what it says of each. What all of them can make of
 * all conditions depends on every set of choices that one of them may have; but a test that wants
 * any of some choices says the greatest of what it would say of each of these choices, so that an
 * answer for each choice does for all such tests, however many there are.
 */
static bool
can_be_split(const struct condition *condition, const struct test *test)
{
	enum operand_kind kind = condition->operand->kind;
	bool wants_any = test->how != OPERATOR_IS_NOT && test->how != OPERATOR_NONE_OF &&
	    test->how != OPERATOR_ALL_OF && test->how != OPERATOR_IS_KNOWN;

	return condition->test_count == 1 && wants_any &&
	    (kind == OPERAND_CHOICE || kind == OPERAND_CHOICES);
}

static struct adult_condition *
condition_of(struct rule_space *space, const struct condition *condition,
    struct asking *const *askings, size_t count, const char *choice)
{
	struct space_field *field = askings[0]->field;
	g_autoptr(GString) key = g_string_new(field->field->name);

	for (size_t at = 0; at < count; at++)
		g_string_append_printf(key, "|%u", askings[at]->number);
	struct adult_condition *known = g_hash_table_lookup(space->adult_conditions, key->str);
	if (known)
		return known;
	known = arena_take(space->arena, sizeof *known);
	known->words = choice
	    ? arena_print(space->arena, "%s: %s", condition->operand->name, choice)
	    : condition->words;
	known->askings = arena_take_many(space->arena, count, sizeof(struct asking *));
	memcpy(known->askings, askings, count * sizeof(struct asking *));
	known->asking_count = count;
	g_ptr_array_add(field->conditions, known);
	g_hash_table_insert(space->adult_conditions, g_strdup(key->str), known);
	return known;
}

static struct adult_condition *
condition_of_choice(struct rule_space *space, const struct condition *condition, unsigned choice)
{
	const struct operand *operand = condition->operand;
	struct test test = {.how = OPERATOR_EQUALS};

	choice_set_add(&test.choices, choice);
	struct asking *asking = space_asking(space, operand, &test, NULL);
	return condition_of(space, condition, &asking, 1, operand->field->choices[choice].name);
}

/* The askings of its tests, one of which may have another in its place. */
static struct asking **
askings_of(struct rule_space *space, const struct condition *condition,
    const struct rule_agency *agency, const struct test *instead_of, const struct test *test)
{
	struct asking **askings = g_new(struct asking *, MAX(condition->test_count, 1));

	for (size_t at = 0; at < condition->test_count; at++)
		askings[at] = space_asking(space, condition->operand,
		    &condition->tests[at] == instead_of ? test : &condition->tests[at], agency);
	return askings;
}

void
adults_collect(
    struct rule_space *space, const struct condition *condition, const struct rule_agency *agency)
{
	if (can_be_split(condition, condition->tests)) {
		for (unsigned at = 0; at < condition->operand->field->choice_count; at++)
			if (choice_set_has(&condition->tests->choices, at))
				(void)condition_of_choice(space, condition, at);
		return;
	}
	g_autofree struct asking **askings = askings_of(space, condition, agency, NULL, NULL);
	(void)condition_of(space, condition, askings, condition->test_count, NULL);
}

/* --- their levels ---------------------------------------------------------------------------- */

static bool
asking_needs(const struct space_field *field, const struct asking *asking, size_t part)
{
	for (size_t at = 0; at < field->givens->len; at++) {
		const struct given *given = field->givens->pdata[at];
		if (given->is_loose &&
		    (given->alone[part][asking->number] != given->answers[asking->number] ||
			given->but[part][asking->number] != given->all[asking->number]))
			return true;
	}
	return false;
}

/* The part after which it is known what a condition says of one adult; 0: it needs none. */
static size_t
last_part(const struct space_field *field, const struct adult_condition *condition)
{
	for (size_t part = field->part_count; part-- > 0;)
		for (size_t at = 0; at < condition->asking_count; at++)
			if (asking_needs(field, condition->askings[at], part))
				return part + 1;
	return 0;
}

static void
add_condition_level(struct rule_space *space, struct adult_condition *condition)
{
	condition->level = space_add_level(space, SPACE_YES + 1);
}

static bool
is_of_dates(const struct space_field *field)
{
	return ((struct given *)field->givens->pdata[0])->doubted != NULL;
}

bool
adults_is_undoubted_level(const struct space_field *field, size_t level)
{
	for (size_t at = 0; is_of_dates(field) && at < field->conditions->len; at++)
		if (((struct adult_condition *)field->conditions->pdata[at])->undoubted_level ==
		    level)
			return true;
	return false;
}

void
adults_add_levels(struct rule_space *space, struct space_field *field, size_t after)
{
	for (size_t at = 0; at < field->conditions->len; at++)
		if (last_part(field, field->conditions->pdata[at]) == after)
			add_condition_level(space, field->conditions->pdata[at]);
	if (after != field->part_count)
		return;
	for (size_t at = 0; is_of_dates(field) && at < field->conditions->len; at++)
		((struct adult_condition *)field->conditions->pdata[at])->undoubted_level =
		    space_add_level(space, SPACE_YES + 1);
	field->spare = arena_take(space->arena, sizeof *field->spare);
	add_condition_level(space, field->spare);
}

/* --- what they say together ------------------------------------------------------------------ */

static diagram
answer_of_all(struct rule_space *space, const struct adult_condition *condition)
{
	diagram branches[] = {SPACE_NO, SPACE_CANNOT_TELL, SPACE_YES};

	return diagrams_node(space->diagrams, condition->level, branches);
}

static diagram
one_to_all(struct rule_space *space, const struct adult_condition *condition, bool is_equal)
{
	struct diagram_table table;

	for (unsigned one = 0; one < DIAGRAM_RESULTS; one++)
		for (unsigned all = 0; all < DIAGRAM_RESULTS; all++)
			table.cells[one][all] = is_equal ? one == all : one <= all;
	return diagrams_join(
	    space->diagrams, &table, condition->one, answer_of_all(space, condition));
}

/* 1 where there is such an adult, whoever it is. */
static diagram
over_one(struct rule_space *space, const struct space_field *field, diagram whole)
{
	for (size_t at = field->part_count; at-- > 0;)
		whole = diagrams_over(space->diagrams, whole, field->part_levels[at]);
	return diagrams_over(space->diagrams, space_over_since(space, field, whole), field->level);
}

/*
 * 1 where conditions can say this of some adults, each of these kinds: of none a condition says more,
 * and for each condition there is one of whom it says as much.
 */
static diagram
said_together(
    struct rule_space *space, const struct space_field *field, GPtrArray *conditions, diagram kinds)
{
	diagram together = over_one(space, field, kinds), each = kinds;

	for (size_t at = 0; at < conditions->len; at++)
		each = diagrams_least(
		    space->diagrams, each, one_to_all(space, conditions->pdata[at], false));
	for (size_t at = 0; at < conditions->len; at++)
		together = diagrams_least(space->diagrams, together,
		    over_one(space, field,
			diagrams_least(space->diagrams, each,
			    one_to_all(space, conditions->pdata[at], true))));
	return together;
}

static diagram
not_blank(struct rule_space *space, const struct space_field *field)
{
	g_autofree diagram *branches = g_new(diagram, field->givens->len);

	for (size_t at = 0; at < field->givens->len; at++)
		branches[at] = at > 0;
	return diagrams_least(space->diagrams, field->one_possible,
	    diagrams_node(space->diagrams, field->level, branches));
}

static void
find_one(struct rule_space *space, struct adult_condition *condition)
{
	condition->one = SPACE_YES;
	for (size_t at = 0; at < condition->asking_count; at++)
		condition->one =
		    diagrams_least(space->diagrams, condition->one, condition->askings[at]->whole);
}

void
adults_find(struct rule_space *space, struct space_field *field)
{
	for (size_t at = 0; at < field->conditions->len; at++) {
		struct adult_condition *condition = field->conditions->pdata[at];
		unsigned *costs = space->costs->pdata[condition->level];
		find_one(space, condition);
		condition->blank = diagrams_pick(space->diagrams, condition->one, field->level, 0);
		for (unsigned answer = SPACE_NO; answer <= SPACE_YES; answer++)
			costs[answer] = answer == condition->blank ? 0 : COST_ANSWER;
	}
	field->possible = said_together(space, field, field->conditions, field->one_possible);
	field->certain = said_together(space, field, field->conditions,
	    diagrams_least(space->diagrams, field->one_possible, field->one_certain));
	field->not_blank = said_together(space, field, field->conditions, not_blank(space, field));
	if (diagrams_are_full(space->diagrams))
		space->too_wide = field->field->name;
	diagrams_rest(space->diagrams);
}

/* --- in doubt and not ------------------------------------------------------------------------ */

/* The condition as it is where the day of the report is in doubt, or where it is not: 0. */
static struct adult_condition *
of_doubt(struct rule_space *space, const struct adult_condition *condition, size_t doubt)
{
	struct adult_condition *one = arena_take(space->arena, sizeof *one);

	one->one =
	    diagrams_pick(space->diagrams, condition->one, space->doubt_level, (unsigned)doubt);
	one->level = doubt ? condition->level : condition->undoubted_level;
	return one;
}

/* 1 where of all of them the same is said in doubt and not. */
static diagram
same_said(struct rule_space *space, const struct adult_condition *one,
    const struct adult_condition *other)
{
	struct diagram_table table = {0};

	for (unsigned said = SPACE_NO; said <= SPACE_YES; said++)
		table.cells[said][said] = 1;
	return diagrams_join(
	    space->diagrams, &table, answer_of_all(space, one), answer_of_all(space, other));
}

diagram
adults_in_doubt(
    struct rule_space *space, const struct space_field *field, size_t day, diagram whole)
{
	struct diagrams *diagrams = space->diagrams;
	g_autoptr(GPtrArray) both = g_ptr_array_new();
	size_t count = field->conditions->len;

	for (size_t at = 0; at < 2 * count; at++)
		g_ptr_array_add(both,
		    of_doubt(
			space, field->conditions->pdata[at % count], at < count ? day + 1 : 0));
	for (size_t at = 0; at < count; at++) {
		const struct adult_condition *in_doubt = both->pdata[at];
		whole = diagrams_least(
		    diagrams, whole, same_said(space, in_doubt, both->pdata[count + at]));
		whole = diagrams_over(diagrams, whole, in_doubt->level);
	}
	diagram certain = diagrams_pick(diagrams,
	    diagrams_least(diagrams, field->one_possible, field->one_certain), space->doubt_level,
	    (unsigned)day + 1);
	whole = diagrams_least(
	    diagrams, whole, adults_where(space, said_together(space, field, both, certain)));
	for (size_t at = count; at < 2 * count; at++)
		whole = diagrams_over(
		    diagrams, whole, ((struct adult_condition *)both->pdata[at])->level);
	return whole;
}

/* --- what a condition says ------------------------------------------------------------------- */

static diagram
where_any_adult(struct rule_space *space, diagram whole)
{
	diagram branches[] = {SPACE_NO, whole};

	return diagrams_node(space->diagrams, space->adults_level, branches);
}

static diagram
of_choices(struct rule_space *space, const struct condition *condition, const struct test *test)
{
	diagram whole = SPACE_NO;

	for (unsigned at = 0; at < condition->operand->field->choice_count; at++)
		if (choice_set_has(&test->choices, at))
			whole = diagrams_greatest(space->diagrams, whole,
			    answer_of_all(space, condition_of_choice(space, condition, at)));
	return whole;
}

diagram
adults_say(struct rule_space *space, const struct condition *condition,
    const struct rule_agency *agency, const struct test *instead_of, const struct test *test)
{
	bool is_other =
	    condition->tests <= instead_of && instead_of < condition->tests + condition->test_count;

	if (can_be_split(condition, condition->tests))
		return where_any_adult(
		    space, of_choices(space, condition, is_other ? test : condition->tests));
	g_autofree struct asking **askings = askings_of(space, condition, agency, instead_of, test);
	if (!is_other)
		return where_any_adult(space,
		    answer_of_all(space,
			condition_of(space, condition, askings, condition->test_count, NULL)));
	struct adult_condition *spare = askings[0]->field->spare;
	spare->askings =
	    arena_take_many(space->arena, condition->test_count, sizeof(struct asking *));
	memcpy(spare->askings, askings, condition->test_count * sizeof(struct asking *));
	spare->asking_count = condition->test_count;
	find_one(space, spare);
	return where_any_adult(space, answer_of_all(space, spare));
}

/* The conditions of a rule that ask about this field. */
static void
add_conditions(struct rule_space *space, const struct condition *condition,
    const struct rule_agency *agency, const struct space_field *field, GPtrArray *out)
{
	for (size_t at = 0; at < condition->part_count; at++)
		add_conditions(space, &condition->parts[at], agency, field, out);
	if (condition->kind != CONDITION_TEST)
		return;
	g_autofree struct asking **askings = askings_of(space, condition, agency, NULL, NULL);
	if (askings[0]->field != field)
		return;
	bool is_split = can_be_split(condition, condition->tests);
	for (unsigned at = 0; is_split && at < condition->operand->field->choice_count; at++)
		if (choice_set_has(&condition->tests->choices, at))
			g_ptr_array_add(out, condition_of_choice(space, condition, at));
	if (!is_split)
		g_ptr_array_add(
		    out, condition_of(space, condition, askings, condition->test_count, NULL));
}

diagram
space_possible_with(
    struct rule_space *space, const struct spare_word *spare, const struct rule_agency *agency)
{
	const struct space_field *field =
	    space_field_asked(space, spare->condition->operand->field);
	g_autoptr(GPtrArray) conditions = g_ptr_array_new();

	if (field->field->group != GROUP_ADULT ||
	    can_be_split(spare->condition, spare->condition->tests))
		return space->possible;
	add_conditions(space, spare->rule->when, agency, field, conditions);
	g_ptr_array_add(conditions, field->spare);
	return diagrams_least(space->diagrams, space->possible,
	    adults_where(space, said_together(space, field, conditions, field->one_possible)));
}

diagram
adults_where(struct rule_space *space, diagram of_them)
{
	diagram branches[] = {1, of_them};

	return diagrams_node(space->diagrams, space->adults_level, branches);
}
