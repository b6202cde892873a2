/* Red cases, and those that nobody receives: each promise of the rule language by name. */
/* SPDX-License-Identifier: MIT */
#include "decide_rules.h"

/* --- red --- */

static void
test_red__goes_at_once_whatever_the_hold_rules_say(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	answer(world, "immediate_danger", 0, "yes");
	(void)decide(world, DANGER RED "send: [{id: all, why: All, to: [hub, phoenix]}]\n"
	    "hold: [{id: everything, why: Everything}]\n");
	assert_string_equal(routes_line(world), "hub:send phoenix:wait");
	assert_string_equal(route_to(world, "hub")->code, "route.red");
	assert_string_equal(route_to(world, "hub")->rules, "all, red");
	assert_true(world->decision.is_red);
	assert_string_equal(world->decision.alarm, "phone");
	assert_false(world->decision.alarm_unmet);
	assert_true(seen_rule(world, "red", 0, "hub")->decided);
	for (size_t at = 0; at < world->decision.seen_count; at++) /* hold rules are not asked */
		assert_false(strcmp(world->decision.seen[at].rule, "everything") == 0 &&
		    strcmp(world->decision.seen[at].agency, "hub") == 0);
}

static void
test_red__out_of_hours_answers_as_well(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	answer(world, "immediate_danger", 0, "yes");
	answer(world, "level_of_need", 0, "1");
	(void)decide(world, DANGER RED NOTHING_SENT);
	assert_string_equal(routes_line(world), "hub:send");
	world->is_open[1] = false;
	(void)decide(world, DANGER RED NOTHING_SENT);
	assert_string_equal(routes_line(world), "hub:send edt:send");
	/* the directory's own, where the list names nobody */
	(void)decide(world, DANGER "red: {to: [hub]}\n" NOTHING_SENT);
	assert_string_equal(routes_line(world), "hub:send edt:send");
	assert_null(world->decision.alarm);
}

static void
test_red__hours_that_nobody_knows_count_as_closed(void **state)
{
	struct small_world *world = *state;
	struct routing_moment moment = {0};

	give_child(world, 0, "2014-01-01");
	answer(world, "immediate_danger", 0, "yes");
	load(world, DANGER RED SEND_HUB);
	routing_decide(world->routing, &world->concern, &moment, world->arena, &world->decision);
	assert_string_equal(routes_line(world), "hub:send edt:send");
}

static void
test_red__only_the_red_children(void **state)
{
	static const char RULES[] = "urgency:\n"
				    "  - {id: small, set: red, when: {child.age: {under: 5}}}\n"
				    "  - {id: rest, set: green}\n" RED NOTHING_SENT;
	struct small_world *world = *state;

	give_child(world, 0, "2010-01-01");
	give_child(world, 1, "2024-01-01");
	answer(world, "level_of_need", 0, "2");
	(void)decide(world, RULES);
	assert_string_equal(routes_line(world), "hub:send");
	assert_int_equal(route_to(world, "hub")->children, 2);
}

static void
test_red__if_forbidden_steps_in(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	answer(world, "immediate_danger", 0, "yes");
	answer(world, "level_of_need", 0, "2");
	answer(world, "involved_adults.works_for", 0, "MASH");
	(void)decide(world, DANGER "red: {to: [hub], if_forbidden: [sutton, desk]}\n" NOTHING_SENT NEVER("send"));
	assert_string_equal(routes_line(world), "hub:forbidden sutton:send");
	assert_false(world->decision.alarm_unmet);
}

static void
test_red__nobody_left_is_an_alarm_unmet_and_the_desks(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	answer(world, "immediate_danger", 0, "yes");
	answer(world, "level_of_need", 0, "2");
	answer(world, "involved_adults.works_for", 0, "MASH");
	(void)decide(world, DANGER RED NOTHING_SENT NEVER("send"));
	assert_string_equal(routes_line(world), "hub:forbidden");
	assert_true(world->decision.alarm_unmet);
	assert_true(world->decision.nobody);
	assert_false(world->decision.kept);
}

/* Each red child must have somebody at once, whatever its sibling has. */
static void
test_red__a_child_that_nobody_has_at_once_is_an_alarm_unmet(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	give_child(world, 1, "2014-01-01");
	answer(world, "immediate_danger", 0, "yes");
	answer(world, "child.concerns", 0, "self-harm");
	answer(world, "child.concerns", 1, "self-harm");
	assert_false(decide(world, DANGER RED NOTHING_SENT NEVER_NEGLECT(""))->alarm_unmet);
	answer(world, "child.concerns", 1, "neglect");
	const struct decision *decision = decide(world, DANGER RED NOTHING_SENT NEVER_NEGLECT(""));
	assert_string_equal(routes_line(world), "hub:send");
	assert_true(decision->alarm_unmet);
	assert_int_equal(decision->unmet_children, 2);
	assert_int_equal(decision->nobody_children, 2);
}

/* A never rule in doubt that says wait lets even red wait; then somebody is rung up. */
static void
test_red__a_never_rule_in_doubt_is_an_alarm_unmet(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	answer(world, "immediate_danger", 0, "yes");
	answer(world, "involved_adults.works_for", 0, "?");
	(void)decide(world, DANGER RED SEND_HUB NEVER("wait"));
	assert_string_equal(routes_line(world), "hub:wait");
	assert_true(world->decision.alarm_unmet);
}

static void
test_red__a_file_that_proposes_proposes_red_and_rings(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	answer(world, "immediate_danger", 0, "yes");
	answer(world, "level_of_need", 0, "2");
	(void)decide(world, "mode: propose\n" DANGER RED NOTHING_SENT);
	assert_string_equal(routes_line(world), "hub:propose");
	assert_string_equal(world->decision.alarm, "phone");
	assert_true(world->decision.alarm_unmet);
}

/* --- nobody --- */

static void
test_nobody__waits_at_the_desk_but_for_what_may_be_kept(void **state)
{
	static const struct {
		const char *keep, *level;
		bool nobody, kept;
	} ROWS[] = {
	    {"", "2", false, true}, {"", "3", true, false}, {"keep: []\n", "2", true, false},
	    {"keep: [blue]\n", "2", false, true}, {"keep: [green]\n", "2", true, false},
	};
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	answer(world, "immediate_danger", 0, "no");
	for (size_t at = 0; at < COUNT_OF(ROWS); at++) {
		g_autofree char *rules = g_strconcat(ROWS[at].keep, DANGER RED NOTHING_SENT, NULL);
		answer(world, "level_of_need", 0, ROWS[at].level);
		const struct decision *decision = decide(world, rules);
		assert_int_equal(decision->route_count, 0);
		assert_int_equal(decision->nobody, ROWS[at].nobody);
		assert_int_equal(decision->kept, ROWS[at].kept);
	}
}

static void
test_nobody__a_forbidden_recipient_is_not_kept_quiet(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	answer(world, "involved_adults.works_for", 0, "MASH");
	(void)decide(world, URGENCY_GREEN_LIST SEND_HUB NEVER("send"));
	assert_true(world->decision.nobody);
	assert_false(world->decision.kept);
}

static void
test_nobody__a_watching_rule_does_not_count(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	(void)decide(world, URGENCY_GREEN_LIST SEND_PHOENIX(", mode: watch") "never: [{id: x, why: X, not_to: [phoenix]}]\n");
	assert_string_equal(routes_line(world), "phoenix:watch");
	assert_true(world->decision.kept);
	assert_false(seen_rule(world, "young", 0, NULL)->decided);
	assert_false(seen_rule(world, "x", 0, "phoenix")->decided);
}

/* What the rules let go to nobody is judged for each child, by its own urgency. */
static void
test_nobody__each_child_has_a_fate_of_its_own(void **state)
{
	struct small_world *world = *state;
	const struct decision *decision;

	give_child(world, 0, "2014-01-01");
	give_child(world, 1, "2024-01-01");
	give_child(world, 2, "2015-01-01");
	answer(world, "immediate_danger", 0, "no");
	answer(world, "level_of_need", 0, "3");
	decision = decide(world, DANGER RED SEND_PHOENIX(""));
	assert_string_equal(routes_line(world), "phoenix:send"); /* at once, whatever becomes of the other */
	assert_int_equal(route_to(world, "phoenix")->children, 5);
	assert_true(decision->nobody);
	assert_int_equal(decision->nobody_children, 2);
	assert_int_equal(decision->kept_children, 0);
	answer(world, "level_of_need", 0, "2");
	decision = decide(world, DANGER RED SEND_PHOENIX(""));
	assert_false(decision->nobody || decision->kept);
	assert_int_equal(decision->kept_children, 2);
	decision = decide(world, "keep: []\n" DANGER RED SEND_PHOENIX(""));
	assert_int_equal(decision->nobody_children, 2);
}

/* The amber sibling's urgency says nothing of a blue child, nor the other way round. */
static void
test_nobody__is_kept_by_its_own_urgency(void **state)
{
	static const char RULES[] = "urgency:\n"
				    "  - {id: small, set: amber, when: {child.age: {under: 5}}}\n"
				    "  - {id: rest, set: blue}\n" NOTHING_SENT;
	struct small_world *world = *state;

	give_child(world, 0, "2010-01-01");
	give_child(world, 1, "2024-01-01");
	answer(world, "level_of_need", 0, "2");
	const struct decision *decision = decide(world, RULES);
	assert_true(decision->nobody);
	assert_false(decision->kept);
	assert_int_equal(decision->nobody_children, 2);
	assert_int_equal(decision->kept_children, 1);
}

static void
test_nobody__a_child_that_is_forbidden_or_watched_beside_a_sent_one(void **state)
{
	struct small_world *world = *state;
	const struct decision *decision;

	give_child(world, 0, "2014-01-01");
	give_child(world, 1, "2014-01-01");
	answer(world, "child.concerns", 0, "self-harm");
	answer(world, "child.concerns", 1, "neglect");
	decision = decide(world, URGENCY_GREEN_LIST SEND_HUB NEVER_NEGLECT(""));
	assert_string_equal(routes_line(world), "hub:send");
	assert_int_equal(route_to(world, "hub")->forbidden_children, 2);
	assert_string_equal(route_to(world, "hub")->forbidden_by, "neglected");
	assert_int_equal(decision->nobody_children, 2);
	decision = decide(world, "keep: []\n" URGENCY_GREEN_LIST
	    "send:\n"
	    "  - {id: one, why: One, to: [hub], when: {child.concerns: {includes: self-harm}}}\n"
	    "  - {id: two, why: Two, to: [hub], mode: watch}\n");
	assert_string_equal(routes_line(world), "hub:send");
	assert_int_equal(decision->nobody_children, 2);
}

/* A rule says that a child needs nobody: no review, no alarm, so long as another child is there. */
static void
test_nobody__a_never_rule_may_say_that_the_child_needs_nobody(void **state)
{
	static const char RULES[] = DANGER RED SEND_PHOENIX("") NEVER_NEGLECT(", needs_nobody: yes");
	struct small_world *world = *state;
	const struct decision *decision;

	give_child(world, 0, "2014-01-01");
	give_child(world, 1, "2014-01-01");
	answer(world, "immediate_danger", 0, "yes");
	answer(world, "child.concerns", 0, "self-harm");
	answer(world, "child.concerns", 1, "neglect");
	decision = decide(world, RULES);
	assert_string_equal(routes_line(world), "hub:send phoenix:send");
	assert_false(decision->nobody || decision->alarm_unmet);
	assert_int_equal(decision->excused_children, 2);
	answer(world, "immediate_danger", 0, "no"); /* nobody would have had the child anyway */
	answer(world, "level_of_need", 0, "3");
	give_child(world, 1, "2024-01-01");
	decision = decide(world, RULES);
	assert_false(decision->nobody);
	assert_int_equal(decision->excused_children, 2);
	assert_true(seen_rule(world, "neglected", 1, NULL)->decided);
	answer(world, "child.concerns", 1, "?"); /* in doubt nobody is excused */
	assert_int_equal(decide(world, RULES)->nobody_children, 2);
	answer(world, "child.concerns", 0, "neglect"); /* nor when no other child is left */
	answer(world, "child.concerns", 1, "neglect");
	decision = decide(world, RULES);
	assert_int_equal(decision->excused_children, 0);
	assert_int_equal(decision->nobody_children, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, small_world_open, small_world_close)

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, small_world_open, small_world_close)
	static const struct CMUnitTest TESTS[] = {
	    TEST(test_red__goes_at_once_whatever_the_hold_rules_say),
	    TEST(test_red__out_of_hours_answers_as_well),
	    TEST(test_red__hours_that_nobody_knows_count_as_closed),
	    TEST(test_red__only_the_red_children),
	    TEST(test_red__if_forbidden_steps_in),
	    TEST(test_red__nobody_left_is_an_alarm_unmet_and_the_desks),
	    TEST(test_red__a_child_that_nobody_has_at_once_is_an_alarm_unmet),
	    TEST(test_red__a_never_rule_in_doubt_is_an_alarm_unmet),
	    TEST(test_red__a_file_that_proposes_proposes_red_and_rings),
	    TEST(test_nobody__waits_at_the_desk_but_for_what_may_be_kept),
	    TEST(test_nobody__a_forbidden_recipient_is_not_kept_quiet),
	    TEST(test_nobody__a_watching_rule_does_not_count),
	    TEST(test_nobody__each_child_has_a_fate_of_its_own),
	    TEST(test_nobody__is_kept_by_its_own_urgency),
	    TEST(test_nobody__a_child_that_is_forbidden_or_watched_beside_a_sent_one),
	    TEST(test_nobody__a_never_rule_may_say_that_the_child_needs_nobody),
	};

	return cmocka_run_group_tests(TESTS, NULL, NULL);
}
