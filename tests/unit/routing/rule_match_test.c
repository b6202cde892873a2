/* What each operator answers: yes, no or cannot tell. */
/* SPDX-License-Identifier: MIT */
#include "small_world.h"

#define NO ANSWER_NO
#define YES ANSWER_YES
#define UNSURE ANSWER_CANNOT_TELL

struct row {
	const char *when, *field, *text;
	enum answer expected;
};

static void
check_rows(struct small_world *world, const struct row *rows, size_t count)
{
	for (size_t at = 0; at < count; at++) {
		answer(world, "child.name", 0, "A");
		answer(world, rows[at].field, 0, rows[at].text);
		enum answer got = ask(world, rows[at].when);
		if (got != rows[at].expected)
			fail_msg("%s of %s \"%s\": %d and not %d", rows[at].when, rows[at].field,
			    rows[at].text, (int)got, (int)rows[at].expected);
	}
}

static void
test_rule_match__choice(void **state)
{
	static const struct row ROWS[] = {
	    {"{level_of_need: 3}", "level_of_need", "3", YES},
	    {"{level_of_need: \"3\"}", "level_of_need", "3", YES},
	    {"{level_of_need: 3}", "level_of_need", "2", NO},
	    {"{level_of_need: 3}", "level_of_need", "", UNSURE},
	    {"{level_of_need: 3}", "level_of_need", "?", UNSURE},
	    {"{level_of_need: 3}", "level_of_need", "!", UNSURE},
	    {"{level_of_need: 3}", "level_of_need", "~high", UNSURE},
	    {"{level_of_need: 3}", "level_of_need", "-", NO},
	    {"{level_of_need: {is_not: 3}}", "level_of_need", "3", NO},
	    {"{level_of_need: {is_not: 3}}", "level_of_need", "2", YES},
	    {"{level_of_need: {is_not: 3}}", "level_of_need", "?", UNSURE},
	    {"{level_of_need: {is_not: 3}}", "level_of_need", "-", YES},
	    {"{level_of_need: {any_of: [3, 4]}}", "level_of_need", "4", YES},
	    {"{level_of_need: {any_of: [3, 4]}}", "level_of_need", "2", NO},
	    {"{level_of_need: {any_of: [3, 4]}}", "level_of_need", "", UNSURE},
	    {"{level_of_need: {any_of: [3, 4]}}", "level_of_need", "-", NO},
	    {"{level_of_need: {none_of: [3, 4]}}", "level_of_need", "2", YES},
	    {"{level_of_need: {none_of: [3, 4]}}", "level_of_need", "4", NO},
	    {"{level_of_need: {none_of: [3, 4]}}", "level_of_need", "?", UNSURE},
	    {"{level_of_need: {none_of: [3, 4]}}", "level_of_need", "-", YES},
	    {"{level_of_need: {at_least: 3}}", "level_of_need", "4", YES},
	    {"{level_of_need: {at_least: 3}}", "level_of_need", "3", YES},
	    {"{level_of_need: {at_least: 3}}", "level_of_need", "2", NO},
	    {"{level_of_need: {at_least: 3}}", "level_of_need", "?", UNSURE},
	    {"{level_of_need: {at_most: 2}}", "level_of_need", "2", YES},
	    {"{level_of_need: {at_most: 2}}", "level_of_need", "3", NO},
	    {"{level_of_need: {at_least: 2, at_most: 3}}", "level_of_need", "2", YES},
	    {"{level_of_need: {at_least: 2, at_most: 3}}", "level_of_need", "4", NO},
	};

	check_rows(*state, ROWS, COUNT_OF(ROWS));
}

/* The form's word "refused" is an answer; refusing to answer is none. */
static void
test_rule_match__a_choice_named_refused_is_an_answer(void **state)
{
	static const struct row ROWS[] = {
	    {"{agreement: refused}", "agreement", "refused", YES},
	    {"{agreement: {is_not: given}}", "agreement", "refused", YES},
	    {"{agreement: refused}", "agreement", "!", UNSURE},
	    {"{agreement: {is_not: given}}", "agreement", "!", UNSURE},
	};

	check_rows(*state, ROWS, COUNT_OF(ROWS));
}

static void
test_rule_match__choices(void **state)
{
	static const struct row ROWS[] = {
	    {"{child.concerns: {includes: neglect}}", "child.concerns", "self-harm neglect", YES},
	    {"{child.concerns: {includes: neglect}}", "child.concerns", "self-harm", NO},
	    {"{child.concerns: {includes: neglect}}", "child.concerns", "?", UNSURE},
	    {"{child.concerns: {includes: neglect}}", "child.concerns", "-", NO},
	    {"{child.concerns: {any_of: [neglect, child-drugs]}}", "child.concerns", "child-drugs", YES},
	    {"{child.concerns: {any_of: [neglect, child-drugs]}}", "child.concerns", "self-harm", NO},
	    {"{child.concerns: {any_of: [neglect, child-drugs]}}", "child.concerns", "", UNSURE},
	    {"{child.concerns: {all_of: [neglect, child-drugs]}}", "child.concerns", "child-drugs neglect self-harm", YES},
	    {"{child.concerns: {all_of: [neglect, child-drugs]}}", "child.concerns", "child-drugs", NO},
	    {"{child.concerns: {all_of: [neglect, child-drugs]}}", "child.concerns", "?", UNSURE},
	    {"{child.concerns: {all_of: [neglect, child-drugs]}}", "child.concerns", "-", NO},
	    {"{child.concerns: {none_of: [neglect, child-drugs]}}", "child.concerns", "self-harm", YES},
	    {"{child.concerns: {none_of: [neglect, child-drugs]}}", "child.concerns", "neglect", NO},
	    {"{child.concerns: {none_of: [neglect, child-drugs]}}", "child.concerns", "-", YES},
	    /* some could be read, some not: those are certain, the rest is open */
	    {"{child.concerns: {includes: neglect}}", "child.concerns", "~neglect and hm", YES},
	    {"{child.concerns: {includes: self-harm}}", "child.concerns", "~neglect and hm", UNSURE},
	    {"{child.concerns: {none_of: [neglect]}}", "child.concerns", "~neglect and hm", NO},
	    {"{child.concerns: {none_of: [self-harm]}}", "child.concerns", "~neglect and hm", UNSURE},
	    {"{child.concerns: {all_of: [neglect, self-harm]}}", "child.concerns", "~neglect and hm", UNSURE},
	    {"{child.concerns: {is_known: yes}}", "child.concerns", "~neglect and hm", NO},
	};

	check_rows(*state, ROWS, COUNT_OF(ROWS));
}

static void
test_rule_match__yes_no(void **state)
{
	static const struct row ROWS[] = {
	    {"{immediate_danger: yes}", "immediate_danger", "yes", YES},
	    {"{immediate_danger: yes}", "immediate_danger", "no", NO},
	    {"{immediate_danger: no}", "immediate_danger", "no", YES},
	    {"{immediate_danger: yes}", "immediate_danger", "?", UNSURE},
	    {"{immediate_danger: yes}", "immediate_danger", "", UNSURE},
	    {"{immediate_danger: yes}", "immediate_danger", "-", NO},
	    {"{immediate_danger: no}", "immediate_danger", "-", NO},
	    {"{immediate_danger: {is_not: yes}}", "immediate_danger", "no", YES},
	    {"{immediate_danger: {is_not: yes}}", "immediate_danger", "?", UNSURE},
	};

	check_rows(*state, ROWS, COUNT_OF(ROWS));
}

static void
test_rule_match__is_known_is_never_cannot_tell(void **state)
{
	static const struct row ROWS[] = {
	    {"{override_reason: {is_known: no}}", "override_reason", "", YES},
	    {"{override_reason: {is_known: no}}", "override_reason", "?", YES},
	    {"{override_reason: {is_known: no}}", "override_reason", "!", YES},
	    {"{override_reason: {is_known: no}}", "override_reason", "~hm", YES},
	    {"{override_reason: {is_known: no}}", "override_reason", "-", YES},
	    {"{override_reason: {is_known: no}}", "override_reason", "harm", NO},
	    {"{override_reason: {is_known: yes}}", "override_reason", "harm", YES},
	    {"{override_reason: {is_known: yes}}", "override_reason", "?", NO},
	    {"{child.home.area: {is_known: yes}}", "child.home.postcode", "SW19 1AA", YES},
	    {"{child.home.area: {is_known: yes}}", "child.home.postcode", "SW19", NO},
	    {"{child.home.postcode: {is_known: yes}}", "child.home.postcode", "SW19", YES},
	    {"{child.age: {is_known: yes}}", "child.birth", "2015-03-14", YES},
	    {"{child.age: {is_known: yes}}", "child.birth", "2015-01-01..2015-12-31", NO},
	    {"{child.age: {is_known: yes}}", "child.birth", "unborn", YES},
	    {"{involved_adults.works_for: {is_known: no}}", "involved_adults.works_for", "?", YES},
	};

	check_rows(*state, ROWS, COUNT_OF(ROWS));
}

static void
test_rule_match__age(void **state)
{
	static const struct row ROWS[] = {
	    /* the report is of 2026-03-10 */
	    {"{child.age: {from: 9, under: 19}}", "child.birth", "2017-03-10", YES},
	    {"{child.age: {from: 9, under: 19}}", "child.birth", "2017-03-11", NO},
	    {"{child.age: {from: 9, under: 19}}", "child.birth", "2007-03-11", YES},
	    {"{child.age: {from: 9, under: 19}}", "child.birth", "2007-03-10", NO},
	    {"{child.age: {from: 9, under: 19}}", "child.birth", "?", UNSURE},
	    {"{child.age: {from: 9, under: 19}}", "child.birth", "", UNSURE},
	    {"{child.age: {from: 9, under: 19}}", "child.birth", "-", NO},
	    {"{child.age: {from: 9, under: 19}}", "child.birth", "2016-01-01..2016-12-31", YES},
	    {"{child.age: {from: 9, under: 19}}", "child.birth", "2017-01-01..2017-12-31", UNSURE},
	    {"{child.age: {from: 9, under: 19}}", "child.birth", "2018-01-01..2018-12-31", NO},
	    {"{child.age: {from: 9, under: 19}}", "child.birth", "2000-01-01..2020-12-31", UNSURE},
	    {"{child.age: {under: 18}}", "child.birth", "unborn", YES},
	    {"{child.age: {at_most: 0}}", "child.birth", "unborn", YES},
	    {"{child.age: {from: 9}}", "child.birth", "unborn", NO},
	    {"{child.age: {from: 0, under: 18}}", "child.birth", "unborn", NO},
	    {"{child.age: 0}", "child.birth", "unborn", NO},
	    {"{child.age: 9}", "child.birth", "2017-03-10", YES},
	    {"{child.age: {is_not: 9}}", "child.birth", "2017-03-10", NO},
	    {"{child.age: {is_not: 9}}", "child.birth", "2017-01-01..2017-12-31", UNSURE},
	    {"{child.age: {at_least: 9}}", "child.birth", "2017-03-10", YES},
	    {"{child.age: {at_most: 8}}", "child.birth", "2017-03-10", NO},
	    /* a date to come is wrong; one that may be past is taken as past */
	    {"{child.age: {under: 18}}", "child.birth", "2026-03-11", UNSURE},
	    {"{child.age: {from: 0}}", "child.birth", "2026-01-01..2026-12-31", YES},
	    {"{child.unborn: yes}", "child.birth", "unborn", YES},
	    {"{child.unborn: yes}", "child.birth", "2017-03-10", NO},
	    {"{child.unborn: no}", "child.birth", "2017-03-10", YES},
	    {"{child.unborn: yes}", "child.birth", "?", UNSURE},
	};

	check_rows(*state, ROWS, COUNT_OF(ROWS));
}

static void
test_rule_match__area(void **state)
{
	static const struct row ROWS[] = {
	    {"{child.home.area: Merton}", "child.home.postcode", "SW19 1AA", YES},
	    {"{child.home.area: Merton}", "child.home.postcode", "SW19 2AA", NO},
	    {"{child.home.area: Merton}", "child.home.postcode", "CR4 1AA", YES},
	    {"{child.home.area: Merton}", "child.home.postcode", "CR4 1AB", NO},
	    {"{child.home.area: Merton}", "child.home.postcode", "SW19", UNSURE},
	    {"{child.home.area: Merton}", "child.home.postcode", "M1", NO},
	    {"{child.home.area: Merton}", "child.home.postcode", "M1 1AA", NO},
	    {"{child.home.area: outside}", "child.home.postcode", "M1 1AA", YES},
	    {"{child.home.area: outside}", "child.home.postcode", "SW1 1AA", YES},
	    {"{child.home.area: outside}", "child.home.postcode", "SW19 9ZZ", UNSURE},
	    {"{child.home.area: Merton}", "child.home.postcode", "*SW19 1AA", UNSURE},
	    {"{child.home.area: Merton}", "child.home.postcode", "nfa", UNSURE},
	    {"{child.home.area: Merton}", "child.home.postcode", "ZZ99 3VZ", UNSURE},
	    {"{child.home.area: Merton}", "child.home.postcode", "?", UNSURE},
	    {"{child.home.area: Merton}", "child.home.postcode", "-", NO},
	    {"{child.home.area: {any_of: [Merton, Sutton]}}", "child.home.postcode", "SM1 1AA", YES},
	    {"{child.home.area: {none_of: [Merton, Sutton]}}", "child.home.postcode", "SM1 1AA", NO},
	    {"{child.home.area: {is_not: Merton}}", "child.home.postcode", "SM1 1AA", YES},
	    {"{incident.area: Sutton}", "incident.postcode", "SM1 1AA", YES},
	    {"{incident.area: Sutton}", "incident.postcode", "", UNSURE},
	};

	check_rows(*state, ROWS, COUNT_OF(ROWS));
}

static void
test_rule_match__postcode(void **state)
{
	static const struct row ROWS[] = {
	    {"{child.home.postcode: SW19 1AA}", "child.home.postcode", "SW19 1AA", YES},
	    {"{child.home.postcode: SW19 1AA}", "child.home.postcode", "SW19 1AB", NO},
	    {"{child.home.postcode: SW19 1AA}", "child.home.postcode", "SW19", UNSURE},
	    {"{child.home.postcode: SW19 1AA}", "child.home.postcode", "SW1", NO},
	    {"{child.home.postcode: SW19 1AA}", "child.home.postcode", "*SW19 1AA", UNSURE},
	    {"{child.home.postcode: {any_of: [CR0 1AA, SW19 1AA]}}", "child.home.postcode", "SW19 1AA", YES},
	    {"{child.home.postcode: {within: SW19}}", "child.home.postcode", "SW19 1AA", YES},
	    {"{child.home.postcode: {within: SW19}}", "child.home.postcode", "SW19", YES},
	    {"{child.home.postcode: {within: SW1}}", "child.home.postcode", "SW19 1AA", NO},
	    {"{child.home.postcode: {within: [CR4, SW19]}}", "child.home.postcode", "CR4 1AA", YES},
	    {"{child.home.postcode: {within: SW19}}", "child.home.postcode", "nfa", UNSURE},
	    {"{child.home.postcode: {within: SW19}}", "child.home.postcode", "-", NO},
	};

	check_rows(*state, ROWS, COUNT_OF(ROWS));
}

static void
test_rule_match__text(void **state)
{
	static const struct row ROWS[] = {
	    {"{child.placing_authority: Croydon}", "child.placing_authority", "CROYDON", YES},
	    {"{child.placing_authority: Croydon}", "child.placing_authority", "London Borough of Croydon", NO},
	    {"{child.placing_authority: {includes: Croydon}}", "child.placing_authority", "London Borough of Croydon.", YES},
	    {"{child.placing_authority: {is_not: Croydon}}", "child.placing_authority", "Sutton", YES},
	    {"{child.placing_authority: {is_not: Croydon}}", "child.placing_authority", "?", UNSURE},
	    {"{child.placing_authority: {any_of: [Croydon, Sutton]}}", "child.placing_authority", " sutton ", YES},
	    {"{child.placing_authority: {none_of: [Croydon, Sutton]}}", "child.placing_authority", "Bromley", YES},
	    {"{narrative: {mentions: knife}}", "narrative", "He had a KNIFE, she said.", YES},
	    {"{narrative: {mentions: knife}}", "narrative", "He had knives.", NO},
	    {"{narrative: {mentions: knife}}", "narrative", "jackknife", NO},
	    {"{narrative: {mentions: [knife, blade]}}", "narrative", "a blade", YES},
	    {"{narrative: {mentions: county lines}}", "narrative", "It is about county-lines again", YES},
	    {"{narrative: {mentions: county lines}}", "narrative", "county\n  lines", YES},
	    {"{narrative: {mentions: county lines}}", "narrative", "lines of the county", NO},
	    {"{narrative: {mentions: zoe}}", "narrative", "Zo\xc3\xab was there", YES},
	    {"{narrative: {mentions: Zo\xc3\xab}}", "narrative", "ZOE was there", YES},
	    {"{narrative: {mentions: strasse}}", "narrative", "Hauptstra\xc3\x9f" "e, Stra\xc3\x9f" "e", YES},
	    {"{narrative: {mentions: o'brien}}", "narrative", "Mr O\xe2\x80\x99" "Brien", YES},
	    {"{narrative: {mentions: knife}}", "narrative", "kni\xc2\xad" "fe", YES},
	    {"{narrative: {mentions: knife}}", "narrative", "\xff\xfe knife", YES},
	    {"{narrative: {mentions: knife}}", "narrative", "...", NO},
	    {"{narrative: {mentions: knife}}", "narrative", "", UNSURE},
	    {"{narrative: {mentions: knife}}", "narrative", "?", UNSURE},
	    {"{narrative: {mentions: knife}}", "narrative", "-", NO},
	};

	check_rows(*state, ROWS, COUNT_OF(ROWS));
}

static void
test_rule_match__numbers_and_dates(void **state)
{
	static const struct row ROWS[] = {
	    {"{earlier_reports: {at_least: 3}}", "earlier_reports", "3", YES},
	    {"{earlier_reports: {at_least: 3}}", "earlier_reports", "2", NO},
	    {"{earlier_reports: {at_least: 3}}", "earlier_reports", "?", UNSURE},
	    {"{earlier_reports: 0}", "earlier_reports", "0", YES},
	    {"{earlier_reports: {is_not: 0}}", "earlier_reports", "0", NO},
	    {"{earlier_reports: {from: 1, under: 3}}", "earlier_reports", "2", YES},
	    {"{earlier_reports: {from: 1, under: 3}}", "earlier_reports", "3", NO},
	    {"{incident.at: {within: 7 days}}", "incident.at", "2026-03-03", YES},
	    {"{incident.at: {within: 7 days}}", "incident.at", "2026-03-02", NO},
	    {"{incident.at: {within: 1 week}}", "incident.at", "2026-03-17", YES},
	    {"{incident.at: {within: 1 week}}", "incident.at", "2026-03-18", NO},
	    {"{incident.at: {within: 7 days}}", "incident.at", "2026-03-01..2026-03-05", UNSURE},
	    {"{incident.at: {from: 2026-03-01}}", "incident.at", "2026-03-01", YES},
	    {"{incident.at: {under: 2026-03-01}}", "incident.at", "2026-03-01", NO},
	    {"{incident.at: 2026-03-01}", "incident.at", "2026-03-01", YES},
	    {"{child.birth: {at_least: 2020-01-01}}", "child.birth", "2020-01-01", YES},
	};

	check_rows(*state, ROWS, COUNT_OF(ROWS));
}

/* Kleene's tables, by one yes, one no and one unknown condition. */
static void
test_rule_match__all_any_not(void **state)
{
#define Y "{level_of_need: 3}"
#define N "{level_of_need: 2}"
#define U "{agreement: given}"
	static const struct {
		const char *when;
		enum answer expected;
	} ROWS[] = {
	    {"{all: [" Y "," Y "]}", YES}, {"{all: [" Y "," N "]}", NO}, {"{all: [" Y "," U "]}", UNSURE},
	    {"{all: [" N "," U "]}", NO}, {"{all: [" U "," N "]}", NO}, {"{all: [" U "," U "]}", UNSURE},
	    {"{any: [" N "," N "]}", NO}, {"{any: [" Y "," N "]}", YES}, {"{any: [" N "," U "]}", UNSURE},
	    {"{any: [" Y "," U "]}", YES}, {"{any: [" U "," Y "]}", YES}, {"{any: [" U "," U "]}", UNSURE},
	    {"{not: " Y "}", NO}, {"{not: " N "}", YES}, {"{not: " U "}", UNSURE},
	    {"{level_of_need: 3, agreement: given}", UNSURE}, {"{level_of_need: 2, agreement: given}", NO},
	    {"{not: {level_of_need: 3, agreement: given}}", UNSURE},
	    {"{all: [{any: [" N "," Y "]}, {not: {any: [" N "]}}]}", YES},
	};
#undef Y
#undef N
#undef U
	struct small_world *world = *state;

	answer(world, "child.name", 0, "A");
	answer(world, "level_of_need", 0, "3");
	for (size_t at = 0; at < COUNT_OF(ROWS); at++)
		if (ask(world, ROWS[at].when) != ROWS[at].expected)
			fail_msg("%s is not %d", ROWS[at].when, (int)ROWS[at].expected);
}

static void
test_rule_match__adults_yes_if_any_adults_is(void **state)
{
	static const char WHEN[] = "{involved_adults.works_for: {includes: tesco}}";
	struct small_world *world = *state;

	answer(world, "child.name", 0, "A");
	assert_int_equal(ask(world, WHEN), NO); /* no adult is listed */
	answer(world, "involved_adults.works_for", 0, "Asda");
	answer(world, "involved_adults.works_for", 1, "Aldi");
	assert_int_equal(ask(world, WHEN), NO);
	answer(world, "involved_adults.works_for", 1, "?");
	assert_int_equal(ask(world, WHEN), UNSURE);
	answer(world, "involved_adults.works_for", 2, "Tesco Extra");
	assert_int_equal(ask(world, WHEN), YES);
	assert_int_equal(ask(world, "{not: {involved_adults.works_for: {includes: tesco}}}"), NO);
}

/* All operators of one field are asked of one adult, not each of another. */
static void
test_rule_match__one_adult_must_be_all_of_it(void **state)
{
	struct small_world *world = *state;

	answer(world, "child.name", 0, "A");
	answer(world, "involved_adults.birth", 0, "2016-01-01");
	answer(world, "involved_adults.birth", 1, "1980-01-01");
	assert_int_equal(ask(world, "{involved_adults.age: {from: 16, under: 18}}"), NO);
	answer(world, "involved_adults.birth", 2, "2009-01-01");
	assert_int_equal(ask(world, "{involved_adults.age: {from: 16, under: 18}}"), YES);
}

static void
test_rule_match__without_a_child_nothing_about_children_can_be_told(void **state)
{
	struct small_world *world = *state;

	answer(world, "level_of_need", 0, "3");
	assert_int_equal(ask(world, "{child.age: {under: 18}}"), UNSURE);
	assert_int_equal(ask(world, "{child.name: {is_known: no}}"), UNSURE);
	assert_int_equal(ask(world, "{level_of_need: 3}"), YES);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, small_world_open, small_world_close)

int
main(void)
{
	static const struct CMUnitTest TESTS[] = {
	    TEST(test_rule_match__choice),
	    TEST(test_rule_match__a_choice_named_refused_is_an_answer),
	    TEST(test_rule_match__choices),
	    TEST(test_rule_match__yes_no),
	    TEST(test_rule_match__is_known_is_never_cannot_tell),
	    TEST(test_rule_match__age),
	    TEST(test_rule_match__area),
	    TEST(test_rule_match__postcode),
	    TEST(test_rule_match__text),
	    TEST(test_rule_match__numbers_and_dates),
	    TEST(test_rule_match__all_any_not),
	    TEST(test_rule_match__adults_yes_if_any_adults_is),
	    TEST(test_rule_match__one_adult_must_be_all_of_it),
	    TEST(test_rule_match__without_a_child_nothing_about_children_can_be_told),
	};

	return cmocka_run_group_tests(TESTS, NULL, NULL);
}
