/* Builds the diagram of what a rule says of every concern. */
/* SPDX-License-Identifier: MIT */
#include "routing/space_adults.h"

/* A rule on its way into a diagram, for one agency, perhaps with one test in the place of another. */
struct building {
	struct rule_space *space;
	const struct rule_agency *agency;
	const struct test *instead_of, *test;
};

static struct asking *
asking_of(const struct building *building, const struct operand *operand, const struct test *test)
{
	return space_asking(building->space, operand,
	    test == building->instead_of ? building->test : test, building->agency);
}

static diagram
of_tests(const struct building *building, const struct condition *condition)
{
	diagram whole = SPACE_YES;

	if (condition->operand->field->group == GROUP_ADULT)
		return adults_say(building->space, condition, building->agency,
		    building->instead_of, building->test);
	for (size_t at = 0; at < condition->test_count; at++)
		whole = diagrams_least(building->space->diagrams, whole,
		    asking_of(building, condition->operand, &condition->tests[at])->whole);
	return whole;
}

static diagram
build(const struct building *building, const struct condition *condition)
{
	static const uint8_t OPPOSITE[DIAGRAM_RESULTS] = {SPACE_YES, SPACE_CANNOT_TELL, SPACE_NO};
	struct diagrams *diagrams = building->space->diagrams;
	diagram whole = condition->kind == CONDITION_ANY ? SPACE_NO : SPACE_YES;

	if (condition->kind == CONDITION_TEST)
		return of_tests(building, condition);
	if (condition->kind == CONDITION_NOT)
		return diagrams_map(diagrams, OPPOSITE, build(building, condition->parts));
	for (size_t at = 0; at < condition->part_count; at++) {
		diagram part = build(building, &condition->parts[at]);
		whole = condition->kind == CONDITION_ANY ? diagrams_greatest(diagrams, whole, part)
							 : diagrams_least(diagrams, whole, part);
	}
	return whole;
}

diagram
space_rule_with(struct rule_space *space, const struct rule *rule, const struct rule_agency *agency,
    const struct test *instead_of, const struct test *test)
{
	struct building building = {space, agency, instead_of, test};

	return rule->when ? build(&building, rule->when) : SPACE_YES;
}

diagram
space_rule(struct rule_space *space, const struct rule *rule, const struct rule_agency *agency)
{
	return space_rule_with(space, rule, agency, NULL, NULL);
}

diagram
space_doubted(struct rule_space *space, bool is_doubted)
{
	g_autofree diagram *branches = g_new(diagram, space->doubted_days->len + 1);

	branches[0] = !is_doubted;
	for (size_t at = 1; at <= space->doubted_days->len; at++)
		branches[at] = is_doubted;
	return diagrams_node(space->diagrams, space->doubt_level, branches);
}

diagram
space_closed(struct rule_space *space, unsigned agency)
{
	diagram branches[] = {0, 1};

	if (space->open_levels[agency] == UINT_MAX)
		return 0;
	return diagrams_node(space->diagrams, space->open_levels[agency], branches);
}

diagram
space_over_since(struct rule_space *space, const struct space_field *field, diagram whole)
{
	return field->since_level == UINT_MAX
	    ? whole
	    : diagrams_over(space->diagrams, whole, field->since_level);
}

diagram
space_blank(struct rule_space *space, const struct space_field *field, diagram whole)
{
	for (size_t at = 0; at < field->conditions->len; at++) {
		const struct adult_condition *condition = field->conditions->pdata[at];
		whole = diagrams_pick(space->diagrams, whole, condition->level, condition->blank);
	}
	if (field->field->group == GROUP_ADULT)
		return diagrams_pick(space->diagrams, whole, space->adults_level, 1);
	whole = diagrams_pick(space->diagrams, whole, field->level, 0);
	for (size_t at = 0; at < field->part_count; at++)
		whole = diagrams_pick(space->diagrams, whole, field->part_levels[at], 0);
	return space_over_since(space, field, whole);
}

diagram
space_not_blank(struct rule_space *space, const struct space_field *field, diagram whole)
{
	struct diagrams *diagrams = space->diagrams;
	diagram found = 0;

	if (field->field->group == GROUP_ADULT) {
		whole = diagrams_least(diagrams, whole, field->not_blank);
		for (size_t at = field->conditions->len; at-- > 0;)
			whole = diagrams_over(diagrams, whole,
			    ((struct adult_condition *)field->conditions->pdata[at])->level);
		return diagrams_pick(diagrams, whole, space->adults_level, 1);
	}
	for (size_t at = field->part_count; at-- > 0;)
		whole = diagrams_over(diagrams, whole, field->part_levels[at]);
	whole = space_over_since(space, field, whole);
	for (unsigned at = 1; at < field->givens->len; at++)
		found = diagrams_greatest(
		    diagrams, found, diagrams_pick(diagrams, whole, field->level, at));
	return found;
}

/* 1 where this variable has this value. */
static diagram
where_is(struct rule_space *space, unsigned level, unsigned value)
{
	g_autofree diagram *branches = g_new0(diagram, diagrams_values_at(space->diagrams, level));

	branches[value] = 1;
	return diagrams_node(space->diagrams, level, branches);
}

diagram
space_doubted_day(struct rule_space *space, size_t day)
{
	return where_is(space, space->doubt_level, (unsigned)day + 1);
}

diagram
space_where_blank(struct rule_space *space, const struct space_field *field)
{
	diagram whole = 1;

	for (size_t at = field->conditions->len; at-- > 0;) {
		const struct adult_condition *condition = field->conditions->pdata[at];
		whole = diagrams_least(
		    space->diagrams, whole, where_is(space, condition->level, condition->blank));
	}
	if (field->field->group == GROUP_ADULT)
		return diagrams_least(
		    space->diagrams, whole, where_is(space, space->adults_level, 1));
	for (size_t at = field->part_count; at-- > 0;)
		whole = diagrams_least(
		    space->diagrams, whole, where_is(space, field->part_levels[at], 0));
	return diagrams_least(space->diagrams, whole, where_is(space, field->level, 0));
}

diagram
space_where_certain(struct rule_space *space, const struct space_field *field)
{
	return field->field->group == GROUP_ADULT ? adults_where(space, field->certain)
						  : field->one_certain;
}

diagram
space_of_sibling(struct rule_space *space, diagram whole)
{
	struct diagrams *diagrams = space->diagrams;

	whole = diagrams_least(diagrams, whole, space->possible);
	for (size_t number = space->fields->len; number-- > 0;) {
		const struct space_field *field = space->fields->pdata[number];
		if (field->field->group != GROUP_CHILD)
			continue;
		for (size_t at = field->part_count; at-- > 0;)
			whole = diagrams_over(diagrams, whole, field->part_levels[at]);
		whole = space_over_since(space, field, whole);
		whole = diagrams_over(diagrams, whole, field->level);
	}
	return diagrams_least(diagrams, diagrams_pick(diagrams, whole, space->child_level, 0),
	    where_is(space, space->child_level, 0));
}
