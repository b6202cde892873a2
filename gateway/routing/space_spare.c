/* Leaves out each word of each list in turn, so that those can be found that change nothing. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "routing/rule_space.h"

enum { SPARE_WORDS_MAX = 4000 };

static bool
is_list(const struct condition *condition, const struct test *test)
{
	switch (test->how) {
	case OPERATOR_ANY_OF:
	case OPERATOR_ALL_OF:
	case OPERATOR_NONE_OF:
	case OPERATOR_MENTIONS:
		return test->value_count > 1;
	case OPERATOR_WITHIN:
		return condition->operand->kind == OPERAND_POSTCODE && test->value_count > 1;
	default:
		return false;
	}
}

static void
leave_out_choice(const struct condition *condition, size_t value, struct test *test)
{
	const struct field *field = condition->operand->field;

	test->choices = (struct choice_set){0};
	for (size_t at = 0; at < test->value_count; at++) {
		int choice = choice_find(field, test->values[at]);
		if (at != value && choice >= 0)
			choice_set_add(&test->choices, (unsigned)choice);
	}
}

static void
leave_out_area(struct rule_space *space, size_t value, struct test *test)
{
	unsigned *areas = arena_take_many(space->arena, test->area_count, sizeof *areas);

	memcpy(areas, test->areas, test->area_count * sizeof *areas);
	test->area_count--;
	memmove(&areas[value], &areas[value + 1], (test->area_count - value) * sizeof *areas);
	test->areas = areas;
}

/* this-agency is no phrase: it stands somewhere between them, and once. */
static bool
leave_out_phrase(struct rule_space *space, size_t value, struct test *test)
{
	const char **phrases = arena_take_many(space->arena, test->phrase_count, sizeof *phrases);
	size_t names = 0, kept = 0, phrase = 0;

	for (size_t at = 0; test->this_agency && at < test->value_count; at++)
		names += strcmp(test->values[at], "this-agency") == 0;
	if (names + test->phrase_count != test->value_count || names > 1)
		return false;
	for (size_t at = 0; at < test->value_count; at++) {
		bool is_name = names && strcmp(test->values[at], "this-agency") == 0;
		if (!is_name && at != value)
			phrases[kept++] = test->phrases[phrase];
		phrase += !is_name;
		if (is_name && at == value)
			test->this_agency = false;
	}
	test->phrases = phrases;
	test->phrase_count = kept;
	return true;
}

static bool
leave_out(
    struct rule_space *space, const struct condition *condition, size_t value, struct test *test)
{
	if (test->area_count == test->value_count)
		leave_out_area(space, value, test);
	else if (test->phrase_count || test->this_agency)
		return leave_out_phrase(space, value, test);
	else
		leave_out_choice(condition, value, test);
	return true;
}

/* Of a word that stands there twice the last one is to spare. */
static bool
stands_again(const struct test *test, size_t value)
{
	for (size_t at = value + 1; at < test->value_count; at++)
		if (strcmp(test->values[at], test->values[value]) == 0)
			return true;
	return false;
}

static void
ask_without(struct rule_space *space, const struct spare_word *spare)
{
	const struct ruleset *rules = space->rules[0];

	if (!spare->without.this_agency)
		(void)space_asking(space, spare->condition->operand, &spare->without, NULL);
	for (size_t at = 0; spare->without.this_agency && at < rules->agency_count; at++)
		if (spare->rule->agencies >> at & 1)
			(void)space_asking(space, spare->condition->operand, &spare->without,
			    &rules->agencies[at]);
}

void
space_collect_words(struct rule_space *space, const struct rule *rule,
    const struct condition *condition, const struct test *test)
{
	for (size_t at = 0; is_list(condition, test) && at < test->value_count; at++) {
		struct test without = *test;
		if (stands_again(test, at) || !leave_out(space, condition, at, &without))
			continue;
		if (space->spare_words->len >= SPARE_WORDS_MAX) {
			if (!space->words_left_out++)
				space->first_left_out = rule;
			continue;
		}
		struct spare_word *spare = arena_take(space->arena, sizeof *spare);
		memcpy(spare,
		    &(struct spare_word){rule, condition, test, without, test->values[at]},
		    sizeof *spare);
		ask_without(space, spare);
		g_ptr_array_add(space->spare_words, spare);
	}
}
