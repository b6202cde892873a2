/* Words of lists that change nothing, dates that no form has, and what is too large to look at. */
/* SPDX-License-Identifier: MIT */
#include "rules_looked_through.h"

static void
a_word_that_changes_nothing(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    URGENCY_GREEN_LIST "send:\n  - {id: a, why: W, to: [hub], when: {all: [{level_of_need: {any_of: [1, 3]}}, {level_of_need: {at_least: 2}}, {child.concerns: {any_of: [neglect, self-harm]}}]}}\n");
	assert_int_equal(count_of(FINDING_SPARE_WORD), 1);
	assert_non_null(strstr(first_of(FINDING_SPARE_WORD)->text, "\"1\""));
}

static size_t
spare_in(struct small_world *world, const char *when)
{
	g_autofree char *yaml = g_strdup_printf(
	    URGENCY_GREEN_LIST "send:\n  - {id: a, why: W, to: [hub], when: {%s}}\n", when);

	look_through(world, yaml);
	assert_int_equal(count_of(FINDING_UNDECIDED), 0);
	return count_of(FINDING_SPARE_WORD);
}

static void
a_word_that_is_there_twice_or_within_another(void **state)
{
	struct small_world *world = *state;

	assert_int_equal(spare_in(world, "child.concerns: {any_of: [neglect, neglect]}"), 1);
	assert_int_equal(spare_in(world, "narrative: {mentions: [knife, knife]}"), 1);
	assert_int_equal(spare_in(world, "narrative: {mentions: [knife, a knife, gun]}"), 1);
	assert_non_null(strstr(first_of(FINDING_SPARE_WORD)->text, "\"a knife\""));
	assert_int_equal(spare_in(world, "child.home.area: {any_of: [Merton, Sutton, Merton]}"), 1);
	assert_int_equal(spare_in(world, "child.home.postcode: {within: [SM1, SW19, SM1]}"), 1);
	assert_int_equal(spare_in(world, "narrative: {mentions: [knife, gun]}"), 0);
}

/* A borough may lie in a district that a rule names, and beyond it. */
static void
an_area_that_is_partly_in_a_district(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    "urgency: [{id: a, set: amber, when: {child.home.area: Sutton}}, {id: b, set: amber, when: {child.home.postcode: {within: [SW19, CR4]}}}, {id: c, set: green}]\n"
	    "send: [{id: all, why: W, to: [hub]}]\n");
	assert_int_equal(count_of(FINDING_IDLE), 0);
}

/* Of adults a list of any is taken choice by choice, and other lists as a whole; both may name their
 * agency elsewhere. */
static void
a_word_about_adults_that_changes_nothing(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    URGENCY_GREEN_LIST "send:\n  - {id: a, why: W, to: [hub]}\n"
	    "  - {id: any, why: W, to: [edt], when: {any: [{involved_adults.orders: {any_of: [o0, o1]}}, {involved_adults.orders: {includes: o1}}]}}\n"
	    "  - {id: none, why: W, to: [edt], when: {involved_adults.orders: {any_of: [none, o7], none_of: [o2, none]}}}\n"
	    "never:\n  - {id: n, why: W, not_to: [hub, sutton], when: {involved_adults.works_for: {includes: this-agency}, any: [{involved_adults.orders: {none_of: [o2, o3]}}, {involved_adults.orders: {none_of: [o2]}}]}}\n");
	assert_int_equal(count_of(FINDING_SPARE_WORD), 3);
	static const char *const WORDS[] = {"o1", "none", "o3"};
	size_t seen = 0;
	for (size_t at = 0; at < found.count; at++)
		if (found.findings[at].kind == FINDING_SPARE_WORD) {
			g_autofree char *word = g_strdup_printf("the word \"%s\"", WORDS[seen++]);
			assert_non_null(strstr(found.findings[at].text, word));
		}
	assert_int_equal(count_of(FINDING_UNDECIDED), 0);
}

static void
every_choice_of_an_adult_may_be_named(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    "keep: []\n" URGENCY_GREEN_LIST "send:\n  - {id: a, why: W, to: [hub], when: {involved_adults.orders: {all_of: [o0, o1, o2, o3, o4, o5, o6, o7, o8, o9, o10, o11]}}}\n"
	    "  - {id: b, why: W, to: [edt], when: {involved_adults.orders: {none_of: [o0, o1, o2, o3, o4, o5, o6, o7, o8, o9, o10, o11]}}}\n"
	    "  - {id: c, why: W, to: [edt], when: {involved_adults.orders: {any_of: [o9, o10, o11], none_of: [o9, o10, o11]}}}\n");
	assert_int_equal(count_of(FINDING_UNDECIDED), 0);
	assert_int_equal(count_of(FINDING_DEAD), 1);
	assert_string_equal(first_of(FINDING_DEAD)->rule, "c");
	assert_true(shown(world, FINDING_GAP)->nobody);
}

static void
a_fixed_date_binds_what_is_found_to_a_day(void **state)
{
	static const struct {
		const char *when;
		size_t dated;
	} CASES[] = {{"child.age: {from: 9}", 0}, {"incident.at: {within: 7 days}", 0},
	    {"incident.at: {is_known: no}", 0}, {"incident.at: {from: 2026-01-01}", 1},
	    {"not: {any: [{child.birth: {under: 2010-01-01}}, {child.age: {under: 9}}]}", 1}};
	struct small_world *world = *state;

	for (size_t at = 0; at < COUNT_OF(CASES); at++) {
		g_autofree char *yaml = g_strdup_printf(URGENCY_GREEN_LIST
		    "send: [{id: all, why: W, to: [hub]}, {id: one, why: W, to: [edt], when: {%s}}]\n",
		    CASES[at].when);
		look_through(world, yaml);
		assert_int_equal(found.days.day, day_number(2026, 3, 10));
		assert_int_equal(found.days.dated_count, CASES[at].dated);
		assert_true(!CASES[at].dated || strcmp(found.days.dated_rule, "one") == 0);
	}
}

/*
 * The report is of 10 March, and its mail may have come until 31 days later: a form reads a date until
 * the day after its mail, and from 1800 on. Where the form names no day of its own, its mail is of the
 * day of the report.
 */
static void
no_form_has_a_date_that_it_would_not_read(void **state)
{
	static const struct {
		const char *when;
		bool is_dead;
	} CASES[] = {{"incident.at: {from: 2026-04-11}", false}, {"incident.at: {from: 2026-04-12}", true},
	    {"child.died: {from: 2026-04-11}", false}, {"child.died: {from: 2026-04-12}", true},
	    {"incident.at: {from: 2026-04-01, under: 2026-05-01}", false}, /* in a span that may end later */
	    {"incident.at: {under: 1800-01-01}", true}, {"incident.at: {at_most: 1800-01-01}", false},
	    {"incident.at: {is_known: yes}, all: [{reported_at: {is_known: no}}]", false},
	    {"incident.at: {from: 2026-03-11}, reported_at: {is_known: no}", false},
	    {"incident.at: {from: 2026-03-12}, reported_at: {is_known: no}", true},
	    {"incident.at: {from: 2026-04-11}, reported_at: {is_known: yes}", false},
	    {"reported_at: {from: 2026-03-11}", true}, {"reported_at: {from: 2026-03-10}", false},
	    {"reported_at: {under: 2026-03-10}", true}, {"reported_at: {under: 2026-03-11}", false},
	    {"child.unborn: yes, child.birth: {under: 2026-02-10}", true},
	    {"child.unborn: yes, child.birth: {at_most: 2026-02-10}", false}, /* four weeks overdue */
	    {"child.unborn: yes, child.birth: {from: 2026-12-30}", true},
	    {"child.unborn: no, child.birth: {from: 2026-03-11}", true},
	    {"involved_adults.unborn: yes", true}, {"involved_adults.unborn: no", false}};
	struct small_world *world = *state;

	for (size_t at = 0; at < COUNT_OF(CASES); at++) {
		g_autofree char *yaml = g_strdup_printf(URGENCY_GREEN_LIST
		    "send: [{id: all, why: W, to: [hub]}, {id: one, why: W, to: [edt], in_doubt: skip, when: {%s}}]\n",
		    CASES[at].when);
		look_through(world, yaml);
		if (!!count_of(FINDING_DEAD) != CASES[at].is_dead)
			fail_msg("%s", CASES[at].when);
		assert_int_equal(count_of(FINDING_UNDECIDED), 0);
	}
}

/* On another day a fixed date may lie in the past: nothing excludes anything. */
static void
a_rule_that_no_report_of_the_day_meets_is_not_said_to_contradict_itself(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    URGENCY_GREEN_LIST "send: [{id: all, why: W, to: [hub]}, {id: one, why: W, to: [edt], when: {incident.at: {from: 2027-01-01}}}]\n");
	assert_int_equal(count_of(FINDING_DEAD), 1);
	assert_string_equal(first_of(FINDING_DEAD)->text,
	    "send: one can never match in a report of this day, though it may be in doubt");
}

/* Of the report's own day it is said, where that is not the day of the mail. */
static void
an_example_with_a_later_date_names_the_day_of_its_report(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    "keep: []\n" URGENCY_GREEN_LIST "send: [{id: all, why: W, to: [hub], in_doubt: send, when: {not: {incident.at: {from: 2026-04-01}}}}]\n");
	assert_int_equal(count_of(FINDING_GAP), 1);
	assert_string_equal(
	    given_line(first_of(FINDING_GAP)), "reported_at: 2026-03-10; incident.at: 2026-04-06");
	assert_true(shown(world, FINDING_GAP)->nobody);
	look_through(world,
	    "keep: []\n" URGENCY_GREEN_LIST "send: [{id: all, why: W, to: [hub], in_doubt: send, when: {not: {incident.at: {from: 2026-03-01, under: 2026-03-12}}}}]\n");
	assert_string_equal(given_line(first_of(FINDING_GAP)), "incident.at: 2026-03-06");
}

/* To the rules the same as no day at all, and yet the mail may have come later than the report. */
static void
a_report_of_several_days_names_them(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    "urgency:\n  - {id: dated, set: blue, in_doubt: amber, when: {reported_at: {within: 2 days}}}\n  - {id: rest, set: green}\n"
	    "send: [{id: all, why: W, to: [hub], in_doubt: send, when: {not: {incident.at: {from: 2026-03-12}}}}]\n");
	assert_int_equal(shown(world, FINDING_GAP)->urgency, URGENCY_AMBER);
	assert_non_null(strstr(first_of(FINDING_GAP)->text, "amber"));
}

/* That nothing happened is told apart from a day that only a later mail can name. */
static void
no_day_at_all_needs_no_later_mail(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    "keep: []\n" URGENCY_GREEN_LIST "send: [{id: all, why: W, to: [hub], in_doubt: send, when: {any: [{incident.at: {under: 2026-03-12}}, {incident.at: {from: 2026-03-20}}, {reported_at: {is_known: yes}}]}}]\n");
	assert_string_equal(given_line(first_of(FINDING_GAP)), "incident.at: {state: not applicable}");
}

/* There is room for four thousand words, and some more are looked at by nobody: that is told. */
static void
words_too_many_to_look_at_are_told_as_undecided(void **state)
{
	struct small_world *world = *state;
	GString *yaml = g_string_new(URGENCY_GREEN_LIST "send:\n");

	for (int at = 0; at < 2010; at++)
		g_string_append_printf(yaml,
		    "  - {id: r%d, why: W, to: [hub], when: {level_of_need: {any_of: [1, 3]}}}\n", at);
	look_through(world, yaml->str);
	g_string_free(yaml, TRUE);
	assert_int_equal(count_of(FINDING_UNDECIDED), 1);
	assert_non_null(strstr(first_of(FINDING_UNDECIDED)->text, "whether 20 words of lists change anything, the first of them in r2000: no more than 4000"));
}

int
main(void)
{
#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, small_world_open, small_world_close)
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(a_word_that_changes_nothing),
	    WORLD_TEST(a_word_that_is_there_twice_or_within_another),
	    WORLD_TEST(an_area_that_is_partly_in_a_district),
	    WORLD_TEST(a_word_about_adults_that_changes_nothing),
	    WORLD_TEST(every_choice_of_an_adult_may_be_named),
	    WORLD_TEST(a_fixed_date_binds_what_is_found_to_a_day),
	    WORLD_TEST(no_form_has_a_date_that_it_would_not_read),
	    WORLD_TEST(a_rule_that_no_report_of_the_day_meets_is_not_said_to_contradict_itself),
	    WORLD_TEST(an_example_with_a_later_date_names_the_day_of_its_report),
	    WORLD_TEST(a_report_of_several_days_names_them),
	    WORLD_TEST(no_day_at_all_needs_no_later_mail),
	    WORLD_TEST(words_too_many_to_look_at_are_told_as_undecided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
