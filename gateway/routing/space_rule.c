/* Builds the diagram of what a rule says of every concern. */
/* SPDX-License-Identifier: MIT */
#include "routing/rule_space.h"

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

/* All tests of a condition, of one adult who is of this sort. */
static uint8_t
sort_answer(
    const struct building *building, const struct condition *condition, const struct sort *sort)
{
	uint8_t answer = SPACE_YES;

	for (size_t at = 0; at < condition->test_count; at++) {
		const struct asking *asking =
		    asking_of(building, condition->operand, &condition->tests[at]);
		answer = MIN(answer, sort->answers[asking->number]);
	}
	return answer;
}

/*
 * Yes where any sort that says yes is among the adults, else cannot tell where one is that may. From
 * the last sort to the first, for both cases of what the sorts before it have come to.
 */
static diagram
of_any_adult(const struct building *building, const struct condition *condition)
{
	const struct space_field *field =
	    asking_of(building, condition->operand, condition->tests)->field;
	struct diagrams *diagrams = building->space->diagrams;
	diagram when_no = SPACE_NO, when_unsure = SPACE_CANNOT_TELL;

	for (size_t at = field->sorts->len; at-- > 0;) {
		unsigned level = field->level + (unsigned)at;
		uint8_t answer = sort_answer(building, condition, field->sorts->pdata[at]);
		if (answer == SPACE_NO)
			continue;
		diagram yes = SPACE_YES;
		diagram no_branches[] = {when_no, answer == SPACE_YES ? yes : when_unsure};
		diagram unsure_branches[] = {when_unsure, answer == SPACE_YES ? yes : when_unsure};
		when_no = diagrams_node(diagrams, level, no_branches);
		when_unsure = diagrams_node(diagrams, level, unsure_branches);
	}
	diagram branches[] = {SPACE_NO, when_no};
	return diagrams_node(diagrams, building->space->adults_level, branches);
}

static diagram
of_tests(const struct building *building, const struct condition *condition)
{
	diagram whole = SPACE_YES;

	if (condition->operand->field->group == GROUP_ADULT)
		return of_any_adult(building, condition);
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
space_closed(struct rule_space *space, unsigned agency)
{
	diagram branches[] = {0, 1};

	if (space->open_levels[agency] == UINT_MAX)
		return 0;
	return diagrams_node(space->diagrams, space->open_levels[agency], branches);
}

diagram
space_blank(struct rule_space *space, const struct space_field *field, diagram whole)
{
	bool is_adult = field->field->group == GROUP_ADULT;

	whole = diagrams_pick(space->diagrams, whole, field->level, is_adult);
	for (unsigned at = 1; at < field->level_count; at++)
		whole = diagrams_pick(space->diagrams, whole, field->level + at, 0);
	return whole;
}

diagram
space_not_blank(struct rule_space *space, const struct space_field *field, diagram whole)
{
	struct diagrams *diagrams = space->diagrams;
	diagram found = 0;

	for (unsigned at = field->level_count - 1; at > 0; at--)
		whole = diagrams_over(diagrams, whole, field->level + at);
	if (field->field->group == GROUP_ADULT)
		return diagrams_pick(diagrams, whole, field->level, 0);
	for (unsigned at = 1; at < field->givens->len; at++)
		found = diagrams_greatest(
		    diagrams, found, diagrams_pick(diagrams, whole, field->level, at));
	return found;
}
