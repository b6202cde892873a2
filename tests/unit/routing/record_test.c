/* What a decision says of itself: ages as they were counted, every condition, and what it asks. */
/* SPDX-License-Identifier: MIT */
#include "decide_rules.h"

/* --- age on the London calendar --- */

static const char NINE[] = "{child.age: {from: 9}}";

static void
test_age__is_attained_at_the_start_of_the_birthday(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2017-03-10");
	report_at(world, 2026, 3, 10, 0, 0);
	assert_int_equal(ask(world, NINE), ANSWER_YES);
	world->concern.reported_at--;
	assert_int_equal(ask(world, NINE), ANSWER_NO);
}

/* 23:30 UTC in summer is half past midnight of the next day in London. */
static void
test_age__by_the_london_day_and_not_the_utc_one(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2017-07-02");
	world->concern.reported_at = 1782862200; /* 2026-06-30T23:30:00Z */
	assert_int_equal(ask(world, NINE), ANSWER_NO);
	world->concern.reported_at += 24 * 3600; /* 2026-07-01T23:30:00Z, 2 July in London */
	assert_int_equal(ask(world, NINE), ANSWER_YES);
}

static void
test_age__29_february_is_1_march_in_common_years(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2016-02-29");
	report_at(world, 2025, 2, 28, 23, 59);
	assert_int_equal(ask(world, NINE), ANSWER_NO);
	report_at(world, 2025, 3, 1, 0, 0);
	assert_int_equal(ask(world, NINE), ANSWER_YES);
	report_at(world, 2028, 2, 29, 0, 0);
	assert_int_equal(ask(world, "{child.age: 12}"), ANSWER_YES);
}

/* The night of 29 March 2026 has no hour from one to two, that of 25 October has it twice. */
static void
test_age__on_the_nights_the_clocks_change(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2017-03-29");
	world->concern.reported_at = 1774742399; /* 2026-03-28T23:59:59Z */
	assert_int_equal(ask(world, NINE), ANSWER_NO);
	world->concern.reported_at = 1774742400; /* midnight; summer time begins an hour later */
	assert_int_equal(ask(world, NINE), ANSWER_YES);
	give_child(world, 0, "2017-10-26");
	world->concern.reported_at = 1792972799; /* 2026-10-25T23:59:59Z, winter again */
	assert_int_equal(ask(world, NINE), ANSWER_NO);
	world->concern.reported_at = 1792972800;
	assert_int_equal(ask(world, NINE), ANSWER_YES);
	give_child(world, 0, "2017-10-25");
	world->concern.reported_at = 1792882800; /* 2026-10-24T23:00:00Z is midnight in summer time */
	assert_int_equal(ask(world, NINE), ANSWER_YES);
	world->concern.reported_at--;
	assert_int_equal(ask(world, NINE), ANSWER_NO);
}

/* --- the record --- */

static void
test_record__every_condition_with_its_answer_and_what_was_seen(void **state)
{
	static const char RULES[] = URGENCY_GREEN_LIST
	    "send:\n"
	    "  - id: young\n"
	    "    why: Young\n"
	    "    to: [phoenix]\n"
	    "    when:\n"
	    "      child.age: {from: 9, under: 19}\n"
	    "      any:\n"
	    "        - child.home.area: Merton\n"
	    "        - not: {agreement: {none_of: [refused, not-sought]}}\n"
	    "      narrative: {mentions: [knife, blade]}\n"
	    "      immediate_danger: {is_known: no}\n";
	static const struct {
		unsigned depth;
		const char *words;
		enum answer answer;
		const char *seen;
	} EXPECTED[] = {
	    {0, "all of", ANSWER_NO, ""},
	    {1, "child.age: from 9, under 19", ANSWER_YES, "12"},
	    {1, "any of", ANSWER_CANNOT_TELL, ""},
	    {2, "child.home.area: Merton", ANSWER_CANNOT_TELL, "SW19: Merton or Wandsworth"},
	    {2, "not", ANSWER_NO, ""},
	    {3, "agreement: none of refused, not-sought", ANSWER_YES, "given"},
	    {1, "narrative: mentions knife, blade", ANSWER_NO, "nothing"},
	    {1, "immediate_danger: is known: no", ANSWER_YES, ""},
	};
	struct small_world *world = *state;

	give_child(world, 0, "2013-05-01");
	answer(world, "child.home.postcode", 0, "SW19");
	answer(world, "agreement", 0, "given");
	answer(world, "narrative", 0, "nothing");
	(void)decide(world, RULES);
	const struct rule_seen *seen = seen_rule(world, "young", 0, NULL);
	assert_string_equal(seen->list, "send");
	assert_string_equal(seen->mode, "send");
	assert_int_equal(seen->answer, ANSWER_NO);
	assert_int_equal(seen->condition_count, COUNT_OF(EXPECTED));
	for (size_t at = 0; at < COUNT_OF(EXPECTED); at++) {
		const struct condition_seen *condition = &seen->conditions[at];
		assert_int_equal(condition->depth, EXPECTED[at].depth);
		assert_string_equal(condition->words, EXPECTED[at].words);
		assert_int_equal(condition->answer, EXPECTED[at].answer);
		if (*EXPECTED[at].seen)
			assert_string_equal(condition->seen.words, EXPECTED[at].seen);
	}
}

/* The question names labels of the form; what the officer wrote is in the record alone. */
static void
test_record__a_question_has_no_words_of_the_mail(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "~SECRET WORDS");
	(void)decide(world, URGENCY_GREEN_LIST SEND_PHOENIX(""));
	assert_string_equal(route_to(world, "phoenix")->question,
	    "Is the age from 9 and under 19? \"Date of birth\" could not be read.");
	assert_string_equal(seen_rule(world, "young", 0, NULL)->conditions[0].seen.words, "~SECRET WORDS");
}

static void
test_record__an_area_is_asked_for_by_its_postcode(void **state)
{
	static const struct {
		const char *postcode, *question;
	} ROWS[] = {
	    {"SW19", "Is the area of \"Home postcode\" Merton or Sutton? \"Home postcode\" names a district and no full postcode: it may be Merton or Wandsworth."},
	    {"nfa", "Is the area of \"Home postcode\" Merton or Sutton? \"Home postcode\" is no fixed abode."},
	    {"*SW19 1AA", "Is the area of \"Home postcode\" Merton or Sutton? \"Home postcode\" was misspelt, so that it is not certain: it may be Merton."},
	    {"SW19 9ZZ", "Is the area of \"Home postcode\" Merton or Sutton? \"Home postcode\" is not in the table of postcodes: it may be Merton or Wandsworth."},
	    {"", "Is the area of \"Home postcode\" Merton or Sutton? \"Home postcode\" was left blank."},
	};
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	for (size_t at = 0; at < COUNT_OF(ROWS); at++) {
		answer(world, "child.home.postcode", 0, ROWS[at].postcode);
		(void)decide(world, URGENCY_GREEN_LIST
		    "send: [{id: here, why: Here, to: [hub], when: {child.home.area: {any_of: [Merton, Sutton]}}}]\n");
		assert_string_equal(route_to(world, "hub")->question, ROWS[at].question);
	}
}

/* Only what leaves the rule open is asked. */
static void
test_record__what_is_settled_is_not_asked(void **state)
{
	static const char RULES[] = URGENCY_GREEN_LIST
	    "send:\n"
	    "  - id: both\n"
	    "    why: Both\n"
	    "    to: [hub]\n"
	    "    when:\n"
	    "      all:\n"
	    "        - any: [{level_of_need: 3}, {agreement: given}]\n"
	    "        - not: {child.concerns: {any_of: [neglect, self-harm]}}\n"
	    "        - any: [{immediate_danger: yes}, {override_reason: harm}]\n";
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	answer(world, "level_of_need", 0, "3"); /* settles the first, so agreement does not matter */
	(void)decide(world, RULES);
	assert_string_equal(route_to(world, "hub")->question,
	    "Does \"Concerns\" include Neglect or Self-harm? \"Concerns\" was left blank. "
	    "Is \"Immediate danger\" yes? \"Immediate danger\" was left blank. "
	    "Is \"Reason to go without\" Risk of significant harm? \"Reason to go without\" was left blank.");
}

static void
test_routing_area__by_full_postcode(void **state)
{
	struct small_world *world = *state;
	struct value value = {.known = KNOWN_GIVEN, .postcode = "SW19 2AA", .is_full_postcode = true};

	load(world, URGENCY_GREEN_LIST SEND_HUB);
	assert_string_equal(routing_area(world->routing, &value), "Wandsworth");
	g_strlcpy(value.postcode, "M1 1AA", sizeof value.postcode);
	assert_string_equal(routing_area(world->routing, &value), "outside");
	g_strlcpy(value.postcode, "SW19", sizeof value.postcode);
	value.is_full_postcode = false;
	assert_null(routing_area(world->routing, &value));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, small_world_open, small_world_close)

int
main(void)
{
	static const struct CMUnitTest TESTS[] = {
	    TEST(test_age__is_attained_at_the_start_of_the_birthday),
	    TEST(test_age__by_the_london_day_and_not_the_utc_one),
	    TEST(test_age__29_february_is_1_march_in_common_years),
	    TEST(test_age__on_the_nights_the_clocks_change),
	    TEST(test_record__every_condition_with_its_answer_and_what_was_seen),
	    TEST(test_record__a_question_has_no_words_of_the_mail),
	    TEST(test_record__an_area_is_asked_for_by_its_postcode),
	    TEST(test_record__what_is_settled_is_not_asked),
	    TEST(test_routing_area__by_full_postcode),
	};

	return cmocka_run_group_tests(TESTS, NULL, NULL);
}
