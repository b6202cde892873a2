/* What tests cover: answer by answer, and never by a rule that only watches. */
/* SPDX-License-Identifier: MIT */
#include "shipped_rules.h"

#include <stdio.h>
#include <string.h>

#define RULES(mode)                                                                                \
	"urgency: [{id: danger, set: red, when: {immediate_danger: yes}}, {id: rest, set: green}]\n" \
	"red: {to: [merton-mash]}\n"                                                               \
	"send:\n"                                                                                  \
	"  - {id: young, why: Young, to: [merton-mash], mode: " mode                               \
	", when: {child.age: {under: 18}}}\n"                                                      \
	"hold:\n"                                                                                  \
	"  - {id: unsaid, when: {agreement: {is_known: no}}}\n"

static void
cover(struct shipped *shipped, struct coverage *coverage, const char *given)
{
	coverage_add(coverage, &shipped_try(shipped, given, "{alarm: none}")->decision);
}

static char *
told(const struct coverage *coverage, bool only_missing)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	coverage_tell(out, coverage, only_missing);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void
says(const struct coverage *coverage, bool only_missing, const char *line, bool wanted)
{
	char *text = told(coverage, only_missing);

	if ((strstr(text, line) != NULL) != wanted)
		fail_msg("%s: %s\n%s", wanted ? "not said" : "said", line, text);
	free(text);
}

static void
test_answer_by_answer(void **state)
{
	struct shipped *shipped = *state;

	shipped_load(shipped, RULES("send"));
	struct coverage *coverage = coverage_open(shipped->equipment.routing, shipped->arena);
	struct coverage_count count = coverage_count(coverage);
	assert_int_equal(count.rules, 5);
	assert_int_equal(count.whole_rules, 0);
	assert_int_equal(count.conditions, 3);
	cover(shipped, coverage, "{immediate_danger: no, child.age: 12, agreement: given}");
	says(coverage, false, "   .   x   .    urgency danger\n", true);
	says(coverage, false, "   x   -   -    urgency rest\n", true);
	says(coverage, false, "   .   x   -    red\n", true);
	says(coverage, false, "   x   .   .    send young\n", true);
	says(coverage, false, "   x   .   .      child.age: under 18\n", true);
	says(coverage, false, "   .   x   -    hold unsaid\n", true);
	cover(shipped, coverage, "{immediate_danger: yes, child.age: 18}");
	cover(shipped, coverage, "{immediate_danger: unknown, child.age: unknown}");
	count = coverage_count(coverage);
	assert_int_equal(count.whole_rules, 5);
	assert_int_equal(count.whole_conditions, 3);
	says(coverage, true, "urgency", false);
}

static void
test_a_rule_that_watches_covers_nothing(void **state)
{
	struct shipped *shipped = *state;

	shipped_load(shipped, RULES("watch"));
	struct coverage *coverage = coverage_open(shipped->equipment.routing, shipped->arena);
	cover(shipped, coverage, "{immediate_danger: no, child.age: 12}");
	struct coverage_count count = coverage_count(coverage);
	assert_int_equal(count.rules, 4);
	assert_int_equal(count.watching, 1);
	assert_int_equal(count.conditions, 2);
	says(coverage, false, "send young  (MODE WATCH: covers no gap)\n", true);
	says(coverage, true, "young", false);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, shipped_open, shipped_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_answer_by_answer),
	    TEST(test_a_rule_that_watches_covers_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
