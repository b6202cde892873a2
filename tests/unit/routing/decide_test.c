/* What urgency and send rules make of a concern: each promise of the rule language by name. */
/* SPDX-License-Identifier: MIT */
#include "decide_rules.h"

/* --- urgency --- */

static void
test_urgency__first_yes_decides(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2015-01-01");
	answer(world, "immediate_danger", 0, "no");
	answer(world, "level_of_need", 0, "3");
	const struct decision *decision = decide(world, DANGER RED SEND_HUB);
	assert_int_equal(decision->urgency, URGENCY_AMBER);
	assert_string_equal(decision->urgency_rule, "complex");
	assert_true(seen_rule(world, "complex", 0, NULL)->decided);
	assert_false(seen_rule(world, "danger", 0, NULL)->decided);
	assert_false(decision->is_red);
	assert_null(decision->alarm);
}

static void
test_urgency__in_doubt_is_a_floor_and_goes_on(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2015-01-01");
	answer(world, "immediate_danger", 0, "?");
	answer(world, "level_of_need", 0, "2");
	const struct decision *decision = decide(world, DANGER RED SEND_HUB);
	assert_int_equal(decision->urgency, URGENCY_AMBER); /* danger's floor; otherwise it were blue */
	assert_string_equal(decision->urgency_rule, "danger");
	answer(world, "level_of_need", 0, "3");
	decision = decide(world, DANGER RED SEND_HUB);
	assert_string_equal(decision->urgency_rule, "complex"); /* certain; the floor adds nothing */
	assert_false(seen_rule(world, "danger", 0, NULL)->decided);
	answer(world, "immediate_danger", 0, "no");
	answer(world, "level_of_need", 0, "");
	decision = decide(world, DANGER RED SEND_HUB);
	assert_int_equal(decision->urgency, URGENCY_GREEN);
}

/* The floor of an unclear rule never lowers what a later rule says for certain. */
static void
test_urgency__a_floor_never_lowers(void **state)
{
	static const char RULES[] =
	    "urgency:\n"
	    "  - {id: maybe, set: amber, in_doubt: blue, when: {agreement: refused}}\n"
	    "  - {id: level, set: red, when: {level_of_need: 4}}\n"
	    "  - {id: rest, set: green}\n" RED SEND_HUB;
	struct small_world *world = *state;

	answer(world, "level_of_need", 0, "4");
	assert_int_equal(decide(world, RULES)->urgency, URGENCY_RED);
	assert_string_equal(world->decision.urgency_rule, "level");
}

/* Left out, in_doubt is one step above what is certain, and never above the rule itself. */
static void
test_urgency__in_doubt_left_out_is_the_next_higher(void **state)
{
	static const char RULES[] = "urgency:\n"
				    "  - {id: danger, set: red, when: {immediate_danger: yes}}\n"
				    "  - {id: two, set: green, when: {agreement: refused}}\n"
				    "  - {id: three, set: amber, when: {level_of_need: 3}}\n"
				    "  - {id: rest, set: blue}\n" RED SEND_HUB;
	static const struct {
		const char *danger, *agreement, *level;
		enum urgency expected;
	} ROWS[] = {
	    {"no", "given", "2", URGENCY_BLUE}, {"?", "given", "2", URGENCY_GREEN},
	    {"?", "given", "3", URGENCY_RED}, {"?", "given", "?", URGENCY_GREEN},
	    {"?", "refused", "2", URGENCY_AMBER}, {"no", "?", "2", URGENCY_GREEN},
	    {"no", "?", "3", URGENCY_AMBER}, {"no", "given", "?", URGENCY_GREEN},
	    {"yes", "?", "?", URGENCY_RED},
	};
	struct small_world *world = *state;

	for (size_t at = 0; at < COUNT_OF(ROWS); at++) {
		answer(world, "immediate_danger", 0, ROWS[at].danger);
		answer(world, "agreement", 0, ROWS[at].agreement);
		answer(world, "level_of_need", 0, ROWS[at].level);
		if (decide(world, RULES)->urgency != ROWS[at].expected)
			fail_msg("row %zu: %s", at, urgency_name(world->decision.urgency));
	}
}

static void
test_urgency__of_the_most_urgent_child(void **state)
{
	static const char RULES[] = "urgency:\n"
				    "  - {id: small, set: amber, when: {child.age: {under: 5}}}\n"
				    "  - {id: rest, set: green}\n" SEND_HUB;
	struct small_world *world = *state;

	give_child(world, 0, "2010-01-01");
	give_child(world, 1, "2024-01-01");
	const struct decision *decision = decide(world, RULES);
	assert_int_equal(decision->urgency, URGENCY_AMBER);
	assert_int_equal(decision->child_urgency[0], URGENCY_GREEN);
	assert_int_equal(decision->child_urgency[1], URGENCY_AMBER);
	assert_string_equal(decision->urgency_rule, "small");
}

/* --- send --- */

static void
test_send__every_rule_that_matches_adds_its_agencies(void **state)
{
	static const char RULES[] = URGENCY_GREEN_LIST
	    "send:\n"
	    "  - {id: one, why: One, to: [hub, edt]}\n"
	    "  - {id: two, why: Two, to: [sutton]}\n"
	    "  - {id: three, why: Three, to: [hub]}\n"
	    "  - {id: four, why: Four, to: [phoenix], when: {level_of_need: 4}}\n";
	struct small_world *world = *state;

	give_child(world, 0, "2015-01-01");
	answer(world, "level_of_need", 0, "1");
	(void)decide(world, RULES);
	assert_string_equal(routes_line(world), "hub:send edt:send sutton:send");
	assert_string_equal(route_to(world, "hub")->rules, "one, three");
	assert_string_equal(route_to(world, "hub")->why, "One; Three");
	assert_string_equal(route_to(world, "hub")->code, "route.rule");
	assert_null(route_to(world, "hub")->question);
	assert_int_equal(route_to(world, "hub")->children, 1);
	assert_true(seen_rule(world, "three", 0, NULL)->decided);
	assert_false(seen_rule(world, "four", 0, NULL)->decided);
}

/* The twelve-year-old and the five-year-old of one form go to different agencies. */
static void
test_send__each_child_is_judged_by_itself(void **state)
{
	static const char RULES[] = URGENCY_GREEN_LIST
	    "send:\n"
	    "  - {id: all, why: All, to: [hub]}\n"
	    "  - {id: young, why: Young, to: [phoenix], when: {child.age: {from: 9, under: 19}}}\n";
	struct small_world *world = *state;

	give_child(world, 0, "2021-01-01");
	give_child(world, 1, "2014-01-01");
	(void)decide(world, RULES);
	assert_string_equal(routes_line(world), "hub:send phoenix:send");
	assert_int_equal(route_to(world, "hub")->children, 3);
	assert_int_equal(route_to(world, "phoenix")->children, 2);
}

static void
test_send__in_doubt_send_wait_skip(void **state)
{
	static const struct {
		const char *rules, *routes, *code;
	} ROWS[] = {
	    {URGENCY_GREEN_LIST SEND_PHOENIX(", in_doubt: send"), "phoenix:send", "route.rule"},
	    {URGENCY_GREEN_LIST SEND_PHOENIX(", in_doubt: wait"), "phoenix:wait", "route.cannot-tell"},
	    {URGENCY_GREEN_LIST SEND_PHOENIX(""), "phoenix:wait", "route.cannot-tell"},
	    {URGENCY_GREEN_LIST SEND_PHOENIX(", in_doubt: skip"), "", NULL},
	    {URGENCY_GREEN_LIST SEND_PHOENIX(", mode: propose, in_doubt: send"), "phoenix:propose", "route.propose"},
	    {URGENCY_GREEN_LIST SEND_PHOENIX(", mode: propose"), "phoenix:wait", "route.cannot-tell"},
	    {URGENCY_GREEN_LIST SEND_PHOENIX(", mode: watch"), "phoenix:watch", "route.watch"},
	};
	struct small_world *world = *state;

	give_child(world, 0, "?");
	for (size_t at = 0; at < COUNT_OF(ROWS); at++) {
		(void)decide(world, ROWS[at].rules);
		assert_string_equal(routes_line(world), ROWS[at].routes);
		if (ROWS[at].code)
			assert_string_equal(route_to(world, "phoenix")->code, ROWS[at].code);
	}
}

static void
test_send__certain_agencies_get_theirs_while_others_wait(void **state)
{
	static const char RULES[] = URGENCY_GREEN_LIST
	    "send:\n"
	    "  - {id: all, why: All, to: [hub]}\n"
	    "  - {id: young, why: Young, to: [phoenix, hub], when: {child.age: {from: 9, under: 19}}}\n";
	struct small_world *world = *state;

	give_child(world, 0, "?");
	(void)decide(world, RULES);
	assert_string_equal(routes_line(world), "hub:send phoenix:wait");
	assert_string_equal(route_to(world, "hub")->rules, "all");
	assert_null(route_to(world, "hub")->question);
}

/* One child certain, one in doubt: the letter goes with the first, the desk is asked of the second. */
static void
test_send__one_route_an_agency_with_the_children_that_wait(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "?");
	give_child(world, 1, "2014-01-01");
	give_child(world, 2, "2022-01-01");
	(void)decide(world, URGENCY_GREEN_LIST SEND_PHOENIX(""));
	assert_string_equal(routes_line(world), "phoenix:send");
	const struct route *route = route_to(world, "phoenix");
	assert_int_equal(route->children, 2);
	assert_int_equal(route->waiting_children, 1);
	assert_string_equal(route->question,
	    "Child 1: Is the age from 9 and under 19? \"Date of birth\" is not known.");
}

static void
test_send__propose_waits_for_one_word(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	(void)decide(world, URGENCY_GREEN_LIST SEND_PHOENIX(", mode: propose"));
	assert_string_equal(routes_line(world), "phoenix:propose");
	assert_string_equal(route_to(world, "phoenix")->question, "Shall it go to Phoenix? Nine to eighteen.");
	assert_false(world->decision.nobody);
}

static void
test_send__the_file_can_be_set_to_propose_or_watch(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	(void)decide(world, "mode: propose\n" URGENCY_GREEN_LIST SEND_PHOENIX(", mode: send"));
	assert_string_equal(routes_line(world), "phoenix:propose");
	(void)decide(world, "mode: propose\n" URGENCY_GREEN_LIST SEND_PHOENIX(", mode: watch"));
	assert_string_equal(routes_line(world), "phoenix:watch");
	(void)decide(world, "mode: watch\nkeep: []\n" URGENCY_GREEN_LIST SEND_PHOENIX(", mode: propose"));
	assert_string_equal(routes_line(world), "phoenix:watch");
	assert_true(world->decision.nobody);
}

static void
test_send__without_a_child_the_report_is_judged_once(void **state)
{
	static const char RULES[] = URGENCY_GREEN_LIST
	    "send:\n"
	    "  - {id: level, why: Level, to: [hub], when: {level_of_need: 3}}\n"
	    "  - {id: young, why: Young, to: [phoenix], when: {child.age: {under: 19}}}\n";
	struct small_world *world = *state;

	answer(world, "level_of_need", 0, "3");
	(void)decide(world, RULES);
	assert_string_equal(routes_line(world), "hub:send phoenix:wait");
	assert_int_equal(route_to(world, "hub")->children, 0);
	assert_int_equal(route_to(world, "phoenix")->waiting_children, 0);
	assert_string_equal(route_to(world, "phoenix")->question,
	    "Is the age under 19? The form names no child.");
	assert_int_equal(seen_rule(world, "level", -1, NULL)->answer, ANSWER_YES);
}

static void
test_send__disclose_narrows_and_a_rule_without_it_does_not(void **state)
{
	static const char RULES[] = URGENCY_GREEN_LIST
	    "send:\n"
	    "  - {id: a, why: A, to: [hub], disclose: [report, concern]}\n"
	    "  - {id: b, why: B, to: [hub, phoenix], disclose: [concern, child-identity], when: {level_of_need: 2}}\n"
	    "  - {id: c, why: C, to: [hub], when: {agreement: given}}\n"
	    "  - {id: d, why: D, to: [hub], when: {override_reason: harm}}\n";
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	answer(world, "level_of_need", 0, "2");
	answer(world, "agreement", 0, "refused");
	(void)decide(world, RULES); /* d waits, and says nothing of what a and b send */
	const char *const *blocks = route_to(world, "hub")->blocks;
	assert_string_equal(blocks[0], "report");
	assert_string_equal(blocks[1], "concern");
	assert_string_equal(blocks[2], "child-identity");
	assert_null(blocks[3]);
	assert_string_equal(route_to(world, "phoenix")->blocks[1], "child-identity");
	answer(world, "agreement", 0, "given");
	(void)decide(world, RULES);
	assert_null(route_to(world, "hub")->blocks);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, small_world_open, small_world_close)
	static const struct CMUnitTest TESTS[] = {
	    TEST(test_urgency__first_yes_decides),
	    TEST(test_urgency__in_doubt_is_a_floor_and_goes_on),
	    TEST(test_urgency__a_floor_never_lowers),
	    TEST(test_urgency__in_doubt_left_out_is_the_next_higher),
	    TEST(test_urgency__of_the_most_urgent_child),
	    TEST(test_send__every_rule_that_matches_adds_its_agencies),
	    TEST(test_send__each_child_is_judged_by_itself),
	    TEST(test_send__in_doubt_send_wait_skip),
	    TEST(test_send__certain_agencies_get_theirs_while_others_wait),
	    TEST(test_send__one_route_an_agency_with_the_children_that_wait),
	    TEST(test_send__propose_waits_for_one_word),
	    TEST(test_send__the_file_can_be_set_to_propose_or_watch),
	    TEST(test_send__without_a_child_the_report_is_judged_once),
	    TEST(test_send__disclose_narrows_and_a_rule_without_it_does_not),
	};

	return cmocka_run_group_tests(TESTS, NULL, NULL);
}
