/* A concern told in the words of rules: each kind of answer, people, and what is refused. */
/* SPDX-License-Identifier: MIT */
#include "small_world.h"

#include <glib/gstdio.h>

#define EXPECT_NOTHING "    expect: {urgency: green}\n"

static const char RULES[] = "urgency: [{id: otherwise, set: green}]\n"
			    "send: [{id: all, why: All, to: [hub]}]\n";

/* Loads tests beside rules that are loaded already; false with faults. */
static bool
read_tests(struct small_world *world, const char *yaml, struct rule_tests *out)
{
	g_autofree char *path = g_build_filename(world->folder, "tests.yaml", NULL);

	assert_true(g_file_set_contents(path, yaml, -1, NULL));
	bool is_read = routing_load_tests(world->routing, path, world->arena, out, world->faults);
	(void)g_remove(path);
	return is_read;
}

/* The concern of `given: ...`, of a report at noon on 2026-03-10. */
static const struct concern *
give(struct small_world *world, const char *given)
{
	struct rule_tests tests;
	g_autofree char *yaml = g_strdup_printf(
	    "tests:\n  - name: one\n    at: 2026-03-10 12:00\n    given: %s\n" EXPECT_NOTHING, given);

	if (!read_tests(world, yaml, &tests)) {
		faults_print(world->faults, stderr);
		fail_msg("not read: %s", given);
	}
	assert_int_equal(tests.count, 1);
	return &tests.tests[0].concern;
}

static enum answer
ask_given(struct small_world *world, const char *given, const char *when)
{
	g_autofree char *yaml = g_strdup_printf(
	    "%s  - {id: asked, why: Asked, to: [hub], when: {%s}}\n", URGENCY_GREEN_LIST "send:\n", when);
	struct routing_moment moment = {.is_open = world->is_open};

	load(world, yaml);
	const struct concern *concern = give(world, given);
	routing_decide(world->routing, concern, &moment, world->arena, &world->decision);
	return seen_rule(world, "asked", concern->child_count ? 0 : -1, NULL)->answer;
}

static const struct {
	const char *given, *when;
	enum answer answer;
} GIVEN[] = {
    {"{level_of_need: 3}", "level_of_need: 3", ANSWER_YES},
    {"{level_of_need: 3}", "level_of_need: {at_least: 4}", ANSWER_NO},
    {"{}", "level_of_need: 3", ANSWER_CANNOT_TELL},
    {"{level_of_need: unknown}", "level_of_need: 3", ANSWER_CANNOT_TELL},
    {"{level_of_need: not applicable}", "level_of_need: 3", ANSWER_NO},
    {"{level_of_need: {state: refused}}", "level_of_need: 3", ANSWER_CANNOT_TELL},
    {"{agreement: refused}", "agreement: refused", ANSWER_YES},
    {"{agreement: {state: refused}}", "agreement: refused", ANSWER_CANNOT_TELL},
    {"{immediate_danger: yes}", "immediate_danger: yes", ANSWER_YES},
    {"{immediate_danger: no}", "immediate_danger: yes", ANSWER_NO},
    {"{immediate_danger: refused}", "immediate_danger: yes", ANSWER_CANNOT_TELL},
    {"{earlier_reports: 2}", "earlier_reports: {at_least: 2}", ANSWER_YES},
    {"{earlier_reports: 1}", "earlier_reports: {at_least: 2}", ANSWER_NO},
    {"{incident.at: 2026-03-08}", "incident.at: {within: 2 days}", ANSWER_YES},
    {"{incident.at: 2026-03-07 23:59}", "incident.at: {within: 2 days}", ANSWER_NO},
    {"{incident.at: 2026-03-01 to 2026-03-09}", "incident.at: {within: 2 days}", ANSWER_CANNOT_TELL},
    {"{narrative: \"He has a knife\"}", "narrative: {mentions: [knife]}", ANSWER_YES},
    {"{narrative: \"unknown\"}", "narrative: {mentions: [unknown]}", ANSWER_YES},
    {"{narrative: unknown}", "narrative: {mentions: [unknown]}", ANSWER_CANNOT_TELL},
    {"{child.concerns: [neglect, self-harm]}", "child.concerns: {all_of: [neglect, self-harm]}", ANSWER_YES},
    {"{child.concerns: neglect}", "child.concerns: {all_of: [neglect, self-harm]}", ANSWER_NO},
    {"{child.concerns: [neglect, unclear]}", "child.concerns: {all_of: [neglect, self-harm]}", ANSWER_CANNOT_TELL},
    {"{child.concerns: [neglect, unclear]}", "child.concerns: {includes: neglect}", ANSWER_YES},
    {"{child.concerns: not applicable}", "child.concerns: {includes: neglect}", ANSWER_NO},
    {"{child.age: 12}", "child.age: 12", ANSWER_YES},
    {"{child.age: 0}", "child.age: 0", ANSWER_YES},
    {"{child.age: 9 to 11}", "child.age: {from: 9, under: 12}", ANSWER_YES},
    {"{child.age: 9 to 11}", "child.age: {from: 10}", ANSWER_CANNOT_TELL},
    {"{child.age: 9 to 11}", "child.age: {from: 9, under: 11}", ANSWER_CANNOT_TELL},
    {"{child.age: unborn}", "child.age: {under: 1}", ANSWER_YES},
    {"{child.age: unborn}", "child.unborn: yes", ANSWER_YES},
    {"{child.age: unknown}", "child.unborn: yes", ANSWER_CANNOT_TELL},
    {"{child.age: 12}", "child.unborn: no", ANSWER_YES},
    {"{child.unborn: no}", "child.unborn: no", ANSWER_YES},
    {"{child.unborn: no}", "child.age: {under: 18}", ANSWER_CANNOT_TELL},
    {"{child.unborn: no, child.age: unknown}", "child.unborn: no", ANSWER_YES},
    {"{child.unborn: yes}", "child.age: {under: 18}", ANSWER_YES},
    {"{child.unborn: no, child.age: 3}", "child.age: 3", ANSWER_YES},
    {"{child.birth: 2014-03-10}", "child.age: 12", ANSWER_YES},
    {"{child.birth: 2014-03-11}", "child.age: 11", ANSWER_YES},
    {"{child.birth: 2014-03-10, child.age: 12}", "child.age: 12", ANSWER_YES},
    {"{child.birth: 2014-01-01 to 2014-12-31}", "child.age: 12", ANSWER_CANNOT_TELL},
    {"{child.birth: unborn}", "child.unborn: yes", ANSWER_YES},
    {"{child.birth: unborn 2026-06-01}", "child.birth: 2026-06-01", ANSWER_YES},
    {"{child.home.area: Merton}", "child.home.area: Merton", ANSWER_YES},
    {"{child.home.area: Wandsworth}", "child.home.area: Merton", ANSWER_NO},
    {"{child.home.area: outside}", "child.home.area: outside", ANSWER_YES},
    {"{child.home.area: unknown}", "child.home.area: Merton", ANSWER_CANNOT_TELL},
    {"{child.home.area: not applicable}", "child.home.area: Merton", ANSWER_NO},
    {"{child.home.postcode: SW19 1AA}", "child.home.area: Merton", ANSWER_YES},
    {"{child.home.postcode: SW19 1AA, child.home.area: Merton}", "child.home.area: Merton", ANSWER_YES},
    {"{child.home.postcode: SW19}", "child.home.area: Merton", ANSWER_CANNOT_TELL},
    {"{child.home.postcode: SW19}", "child.home.postcode: {within: SW19}", ANSWER_YES},
    {"{child.home.postcode: SW19 1AA repaired}", "child.home.area: Merton", ANSWER_CANNOT_TELL},
    {"{child.home.postcode: no fixed abode}", "child.home.area: Merton", ANSWER_CANNOT_TELL},
    {"{child.placing_authority: London Borough of Sutton}", "child.placing_authority: {includes: Sutton}", ANSWER_YES},
    {"{involved_adults.works_for: MASH}", "involved_adults.works_for: MASH", ANSWER_YES},
    {"{level_of_need: 3}", "involved_adults.works_for: MASH", ANSWER_NO},
    {"{adults: [{works_for: unknown}, {harmer: yes}]}", "involved_adults.works_for: MASH", ANSWER_CANNOT_TELL},
    {"{adults: [{works_for: unknown}, {works_for: MASH}]}", "involved_adults.works_for: MASH", ANSWER_YES},
    {"{adults: [{involved_adults.age: 30}]}", "involved_adults.age: 30", ANSWER_YES},
    {"{adults: []}", "involved_adults.works_for: MASH", ANSWER_NO},
    {"{children: []}", "child.age: {under: 18}", ANSWER_CANNOT_TELL},
    {"{children: []}", "child.concerns: {includes: neglect}", ANSWER_CANNOT_TELL},
    {"{child.age: 12, children: [{}]}", "child.age: 12", ANSWER_YES},
};

static void
test_each_answer(void **state)
{
	struct small_world *world = *state;

	for (size_t at = 0; at < COUNT_OF(GIVEN); at++) {
		enum answer answer = ask_given(world, GIVEN[at].given, GIVEN[at].when);
		if (answer != GIVEN[at].answer)
			fail_msg("%s: %s is %s", GIVEN[at].given, GIVEN[at].when, answer_name(answer));
	}
}

static void
test_people(void **state)
{
	struct small_world *world = *state;
	const struct field *postcode, *name;

	load(world, RULES);
	const struct concern *concern = give(world,
	    "{child.home.area: Merton, children: [{name: One}, {child.home.area: Sutton}, {age: 4}]}");
	postcode = field_find(concern->form, "child.home.postcode");
	name = field_find(concern->form, "child.name");
	assert_int_equal(concern->child_count, 3);
	assert_int_equal(concern->adult_count, 0);
	assert_string_equal(routing_area(world->routing, concern_value(concern, postcode, 0)), "Merton");
	assert_string_equal(routing_area(world->routing, concern_value(concern, postcode, 1)), "Sutton");
	assert_string_equal(routing_area(world->routing, concern_value(concern, postcode, 2)), "Merton");
	assert_true(plain_equals(concern_value(concern, name, 0)->text, "One"));
	assert_int_equal(concern_value(concern, name, 1)->known, KNOWN_BLANK);
	assert_int_equal(give(world, "{level_of_need: 1}")->child_count, 1);
	assert_int_equal(give(world, "{involved_adults.harmer: yes}")->adult_count, 1);
}

/* Every age on every day of four years, alone and as a span, whatever the calendar does. */
static void
test_ages_on_every_day(void **state)
{
	struct small_world *world = *state;
	const int32_t first = day_number(2023, 12, 31), last = day_number(2028, 3, 2);
	struct rule_tests tests;

	load(world, RULES);
	for (int32_t day = first; day <= last; day += 1 + (day % 13 == 0) * 17) {
		int year, month, number;
		day_civil(day, &year, &month, &number);
		g_autofree char *yaml = g_strdup_printf(
		    "tests:\n  - name: one\n    at: %04d-%02d-%02d 00:00\n    given: {children: "
		    "[{age: 0}, {age: 17}, {age: 0 to 0}, {age: 3 to 9}]}\n" EXPECT_NOTHING,
		    year, month, number);
		assert_true(read_tests(world, yaml, &tests));
		static const int AGES[][2] = {{0, 0}, {17, 17}, {0, 0}, {3, 9}};
		const struct concern *concern = &tests.tests[0].concern;
		const struct field *birth = field_find(concern->form, "child.birth");
		for (size_t at = 0; at < COUNT_OF(AGES); at++) {
			const struct value *value = concern_value(concern, birth, at);
			assert_int_equal(age_on(value->last_day, day), AGES[at][0]);
			assert_int_equal(age_on(value->first_day, day), AGES[at][1]);
			assert_true(at == 3 ? age_on(value->first_day - 1, day) == 10 : true);
		}
	}
}

static void
test_the_moment(void **state)
{
	struct small_world *world = *state;
	struct rule_tests tests;

	load(world, RULES);
	assert_true(read_tests(world,
	    "tests:\n"
	    "  - {name: a, at: 2026-07-01 22:30, given: {}, expect: {urgency: green}}\n"
	    "  - {name: b, given: {}, expect: {urgency: green}}\n", &tests));
	assert_int_equal(tests.tests[0].at, clock_moment(2026, 7, 1, 22, 30));
	assert_int_equal(tests.tests[0].concern.reported_at, tests.tests[0].at);
	assert_int_equal(tests.tests[1].at, clock_moment(2026, 3, 3, 11, 0));
	assert_string_equal(tests.tests[1].name, "b");
	assert_int_equal(tests.tests[1].line, 3);
}

static void
test_a_report_whose_day_is_in_doubt(void **state)
{
	struct small_world *world = *state;
	struct rule_tests tests;

	load(world, RULES);
	assert_true(read_tests(world,
	    "tests:\n"
	    "  - {name: a, at: 2026-04-10 22:30, given: {reported_at: 2026-03-10}, expect: {urgency: green}}\n"
	    "  - {name: b, at: 2026-04-11 22:30, given: {reported_at: 2026-03-10, child.age: 3}, expect: {urgency: green}}\n",
	    &tests));
	const struct concern *certain = &tests.tests[0].concern, *doubted = &tests.tests[1].concern;
	assert_false(certain->is_report_doubted);
	assert_int_equal(certain->reported_at, clock_moment(2026, 3, 10, 0, 0));
	assert_true(doubted->is_report_doubted);
	assert_int_equal(doubted->doubted_report_day, day_number(2026, 3, 10));
	assert_int_equal(doubted->reported_at, tests.tests[1].at);
	assert_true(concern_value(doubted, field_find(doubted->form, "reported_at"), 0)->is_doubted);
	assert_false(concern_value(doubted, field_find(doubted->form, "child.birth"), 0)->is_doubted);
}

static void
test_what_is_expected(void **state)
{
	struct small_world *world = *state;
	struct rule_tests tests;

	load(world, RULES);
	assert_true(read_tests(world,
	    "tests:\n"
	    "  - name: a\n"
	    "    given: {}\n"
	    "    expect:\n"
	    "      urgency: red\n"
	    "      send: [hub, {agency: edt, children: [1, 3], waiting: 2, because: [all, red],"
	    " gets: child.name, gets_not: [child.sex]}]\n"
	    "      wait: []\n"
	    "      alarm: unmet\n", &tests));
	const struct expectation *expected = &tests.tests[0].expected;
	assert_int_equal(expected->urgency, URGENCY_RED);
	assert_int_equal(expected->alarm, ALARM_UNMET);
	assert_true(expected->is_whole && expected->routes[ROUTE_WAIT].is_named);
	assert_false(expected->routes[ROUTE_FORBIDDEN].is_named || expected->nobody.is_named);
	const struct expected_routes *send = &expected->routes[ROUTE_SEND];
	assert_int_equal(send->count, 2);
	assert_string_equal(send->routes[0].agency->id, "hub");
	assert_false(send->routes[0].has_children);
	assert_int_equal(send->routes[1].children, 5);
	assert_int_equal(send->routes[1].waiting, 2);
	assert_string_equal(send->routes[1].because[1], "red");
	assert_string_equal(send->routes[1].gets[0]->name, "child.name");
	assert_null(send->routes[1].gets[1]);
	assert_string_equal(send->routes[1].gets_not[0]->name, "child.sex");
}

/* What stands behind "given: " or "expect: ", and the fault of it by line and column. */
static const struct {
	const char *given, *expect, *fault;
} FAULTS[] = {
    {"{level: 3}", NULL, "3:13: the form has no field \"level\""},
    {"{level_of_ned: 3}", NULL, "3:13: the form has no field \"level_of_ned\": did you mean \"level_of_need\"?"},
    {"{level_of_need: Level 3}", NULL, "3:28: level_of_need: unknown word \"Level 3\": did you mean \"3\"?"},
    {"{level_of_need: [3]}", NULL, "3:28: level_of_need has one choice, not a list"},
    {"{child.concerns: []}", NULL, "3:29: child.concerns: the list is empty; where there is none write \"not applicable\""},
    {"{child.needs: [none, sight]}", NULL, "3:26: child.needs: \"none\" stands beside no other choice"},
    {"{child.needs: [none, unclear]}", NULL, "3:26: child.needs: \"none\" stands beside no other choice"},
    {"{child.age: old}", NULL, "3:24: child.age: expected an age as 12, or \"9 to 11\", or unborn, here stands \"old\""},
    {"{child.age: 11 to 9}", NULL, "3:24: child.age: expected an age as 12, or \"9 to 11\", or unborn, here stands \"11 to 9\""},
    {"{child.age: 13, child.birth: 2014-03-10}", NULL, "3:24: child.age: \"13\" does not agree with child.birth"},
    {"{child.age: 13, child.unborn: yes}", NULL, "3:42: child.unborn: \"yes\" does not agree with child.birth"},
    {"{child.home.area: Sutton, child.home.postcode: SW19 1AA}", NULL, "3:30: child.home.area: \"Sutton\" does not agree with child.home.postcode"},
    {"{child.home.area: Mertn}", NULL, "3:30: child.home.area: unknown word \"Mertn\": did you mean \"Merton\"?"},
    {"{child.home.postcode: Wimbledon}", NULL, "3:34: child.home.postcode: expected a postcode as SW19 1AA, a district as SW19, or \"no fixed abode\", here stands \"Wimbledon\""},
    {"{child.birth: 2014-02-30}", NULL, "3:26: child.birth: expected a day as 2014-03-29, \"2014-01-01 to 2014-12-31\" or unborn, here stands \"2014-02-30\""},
    {"{incident.at: \"2026-03-08 25:00\"}", NULL, "3:26: incident.at: expected a day as 2026-03-29, or \"2026-03-01 to 2026-03-29\", here stands \"2026-03-08 25:00\""},
    {"{immediate_danger: maybe}", NULL, "3:31: immediate_danger: expected yes or no, here stands \"maybe\""},
    {"{children: [{works_for: MASH}]}", NULL, "3:25: the form has no field \"works_for\""},
    {"{children: [{level_of_need: 3}]}", NULL, "3:25: \"level_of_need\" is not about those that it stands under"},
    {"{child.sex: mael, children: []}", NULL, "3:24: child.sex: unknown word \"mael\": expected one of f, m"},
    {"{child.age: old, children: [{age: 3}]}", NULL, "3:24: child.age: expected an age"},
    {"{}", "{}", "4:13: expect: the test expects nothing"},
    {"{}", "{send: [hubb]}", "4:21: there is no agency \"hubb\": did you mean \"hub\"?"},
    {"{}", "{send: [{agency: hub, because: [al]}]}", "4:45: there is no rule \"al\": did you mean \"all\"?"},
    {"{}", "{send: [{agency: hub, gets: [child.nam]}]}", "4:42: there is no field of the form \"child.nam\": did you mean \"child.name\"?"},
    {"{}", "{send: [{agency: hub, children: [0]}]}", "4:46: children: expected a whole number from 1 to 12, here stands \"0\""},
    {"{}", "{urgency: pink}", "4:23: urgency: unknown word \"pink\""},
};

static bool
has_fault(const struct faults *faults, const char *fault)
{
	for (size_t at = 0; at < faults_total(faults); at++) {
		const struct fault *said = faults_at(faults, at);
		g_autofree char *line = g_strdup_printf("%u:%u: %s", said->line, said->column, said->text);
		if (g_str_has_prefix(line, fault))
			return true;
	}
	return false;
}

static void
test_each_fault(void **state)
{
	struct small_world *world = *state;
	struct rule_tests tests;

	load(world, RULES);
	for (size_t at = 0; at < COUNT_OF(FAULTS); at++) {
		g_autofree char *yaml =
		    g_strdup_printf("tests:\n  - name: one\n    given: %s\n    expect: %s\n", FAULTS[at].given,
			FAULTS[at].expect ? FAULTS[at].expect : "{urgency: red}");
		faults_close(world->faults);
		world->faults = faults_open();
		assert_false(read_tests(world, yaml, &tests));
		if (!has_fault(world->faults, FAULTS[at].fault)) {
			faults_print(world->faults, stderr);
			fail_msg("expected %s", FAULTS[at].fault);
		}
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, small_world_open, small_world_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_each_answer),
	    TEST(test_people),
	    TEST(test_ages_on_every_day),
	    TEST(test_the_moment),
	    TEST(test_a_report_whose_day_is_in_doubt),
	    TEST(test_what_is_expected),
	    TEST(test_each_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
