/* What an explanation says: every rule with its values, near misses of all lists, who gets what. */
/* SPDX-License-Identifier: MIT */
#include "shipped_rules.h"

#include <stdio.h>
#include <string.h>

#include "commands/explanation.h"

static json_t *
record_of_case(struct shipped *shipped, const char *given)
{
	struct trial *trial = shipped_try(shipped, given, "{alarm: none}");
	const struct record_of of = {
	    .concern = &trial->test->concern, .decision = &trial->decision};
	size_t length;

	routing_judge_unasked(shipped->equipment.routing, &trial->test->concern, shipped->arena,
	    &trial->decision);
	const char *text = record_text(&of, true, shipped->arena, &length);
	json_t *record = json_loadb(text, length, 0, NULL);
	assert_non_null(record);
	return record;
}

static char *
told(struct shipped *shipped, const char *given)
{
	json_t *record = record_of_case(shipped, given);
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	explanation_tell(out, record);
	assert_int_equal(fclose(out), 0);
	json_decref(record);
	return text;
}

static void
says(const char *text, const char *words)
{
	if (!text || !strstr(text, words))
		fail_msg("\"%s\" is not in\n%s", words, text ? text : "nothing");
}

#define LEVEL_3                                                                                    \
	"{immediate_danger: no, level_of_need: 3, child.age: 12, child.home.area: Merton, "        \
	"child.concerns: [child-drugs], child.role: primary, agreement: given, "                   \
	"involved_adults.works_for: Phoenix}"

/* Rules that came too late, or that speak of nobody who is wanted, are shown like the others. */
static void
test_every_rule_is_shown_with_its_conditions(void **state)
{
	g_autofree char *text = told(*state, LEVEL_3);
	const char *rest = strstr(text, "Not asked for child 1, since nothing depended on it\n");

	assert_non_null(rest);
	says(rest, "urgency  universal, child 1: no\n");
	says(rest, "no          level_of_need: 1 [3]");
	says(rest, "red      red, child 1: no\n");
	says(rest, "urgency  otherwise, child 1: yes\n");
	says(text, "Every rule for child 1 (* changed the outcome)\n");
	struct shipped *shipped = *state;
	struct rules_outline outline;
	routing_outline(shipped->equipment.routing, shipped->arena, &outline);
	for (size_t at = 0; at < outline.count; at++) {
		g_autofree char *name = g_strdup_printf(
		    "%-8s %s", outline.rules[at].list, outline.rules[at].rule);
		says(text, name);
	}
}

/* A case that nobody wants leaves the rules of each agency unasked; then they are for all of it. */
static void
test_rules_about_an_agency_are_shown_though_nobody_is_wanted(void **state)
{
	g_autofree char *text = told(*state,
	    "{immediate_danger: no, level_of_need: 3, child.age: 30, child.home.area: outside, "
	    "child.now.area: outside, child.placing_authority: not applicable, "
	    "involved_adults.works_for: Phoenix}");

	says(text, "never    works-there for phoenix, child 1: yes\n");
	says(text, "never    works-there for early-help, child 1: no\n");
	says(text, "hold     has-died, child 1: no\n");
}

static void
test_near_misses_of_every_list(void **state)
{
	g_autofree char *text = told(*state, LEVEL_3);

	says(text, "  urgency danger, child 1: immediate_danger: yes is no\n");
	says(text, "  send early-help, child 1: level_of_need: 2 is no\n");
	says(text, "  never works-there for merton-mash, child 1: ");
	says(text, "  never not-referred for merton-mash, phoenix, child 1: ");
	says(text, "  hold no-agreement for phoenix, child 1: ");
}

/* Nothing goes where nothing is sent: neither in words nor in the record. */
static void
test_a_forbidden_or_waiting_agency_gets_nothing(void **state)
{
	g_autofree char *text = told(*state, LEVEL_3);
	json_t *record = record_of_case(*state, LEVEL_3), *route, *share;
	size_t at, one;
	unsigned sent = 0;

	const char *phoenix = strstr(text, "forbidden  phoenix");
	const char *mash = strstr(text, "send       merton-mash");
	assert_true(phoenix && mash);
	says(phoenix, "gets nothing\n");
	says(mash, "           gets ");
	json_array_foreach(json_object_get(record, "routes"), at, route)
		json_array_foreach(json_object_get(route, "shares"), one, share)
		{
			bool is_sent = strcmp(json_string_value(json_object_get(route, "fate")), "send") == 0;
			bool goes = strcmp(json_string_value(json_object_get(share, "share")), "goes") == 0;
			assert_true(is_sent || !goes);
			sent += goes;
		}
	assert_true(sent > 3);
	json_decref(record);
	g_autofree char *waits = told(*state,
	    "{immediate_danger: no, level_of_need: 2, child.age: 12, child.home.area: Merton, "
	    "child.concerns: [neglect], agreement: refused}");
	says(waits, "wait       early-help");
	says(waits, "           would get ");
}

/* Of several children each is told by its number. */
static void
test_a_child_of_nobody_is_told(void **state)
{
	g_autofree char *text = told(*state,
	    "{immediate_danger: no, level_of_need: 3, child.concerns: [neglect], children: "
	    "[{age: 12, home.area: Merton}, {age: 10, home.area: outside, now.area: outside}, "
	    "{age: 8, home.area: Merton, role: household-not-referred}]}");

	says(text, "send       merton-mash, child 1\n");
	says(text, "child 3 is forbidden (not-referred)");
	says(text, "child 2: NOBODY");
	says(text, "child 3: needs nobody beside the others");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_every_rule_is_shown_with_its_conditions, shipped_open, shipped_close),
	    cmocka_unit_test_setup_teardown(test_rules_about_an_agency_are_shown_though_nobody_is_wanted,
		shipped_open, shipped_close),
	    cmocka_unit_test_setup_teardown(
		test_near_misses_of_every_list, shipped_open, shipped_close),
	    cmocka_unit_test_setup_teardown(
		test_a_forbidden_or_waiting_agency_gets_nothing, shipped_open, shipped_close),
	    cmocka_unit_test_setup_teardown(
		test_a_child_of_nobody_is_told, shipped_open, shipped_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
