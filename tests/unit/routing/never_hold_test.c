/* What never and hold rules make of a concern: each promise of the rule language by name. */
/* SPDX-License-Identifier: MIT */
#include "decide_rules.h"

/* --- never --- */

static void
test_never__this_agency_by_its_name_and_what_it_is_called(void **state)
{
	static const struct {
		const char *works_for, *routes;
	} ROWS[] = {
	    {"Merton MASH", "hub:forbidden phoenix:send"},
	    {"she is at the M\xc3\xa1sh, part time", "hub:forbidden phoenix:send"},
	    {"merton children\xe2\x80\x99s services", "hub:forbidden phoenix:send"},
	    {"Phoenix", "hub:send phoenix:forbidden"},
	    {"Mashed Potato Ltd", "hub:send phoenix:send"},
	    {"Smash", "hub:send phoenix:send"},
	    {"Tesco", "hub:send phoenix:send"},
	    {"-", "hub:send phoenix:send"},
	};
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	for (size_t at = 0; at < COUNT_OF(ROWS); at++) {
		answer(world, "involved_adults.works_for", 0, ROWS[at].works_for);
		(void)decide(world, URGENCY_GREEN_LIST
		    "send: [{id: all, why: All, to: [hub, phoenix]}]\n" NEVER("send"));
		assert_string_equal(routes_line(world), ROWS[at].routes);
	}
}

static void
test_never__beats_everything_and_says_why(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	answer(world, "immediate_danger", 0, "yes");
	answer(world, "involved_adults.works_for", 0, "MASH");
	(void)decide(world, DANGER RED SEND_HUB NEVER("send"));
	const struct route *route = route_to(world, "hub");
	assert_int_equal(route->fate, ROUTE_FORBIDDEN);
	assert_string_equal(route->code, "route.never");
	assert_string_equal(route->rules, "all, red, works");
	assert_string_equal(route->why, "Works there");
	assert_true(seen_rule(world, "works", 0, "hub")->decided);
}

static void
test_never__in_doubt_send_or_wait(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	answer(world, "involved_adults.works_for", 0, "");
	(void)decide(world, URGENCY_GREEN_LIST SEND_HUB NEVER("send"));
	assert_string_equal(routes_line(world), "hub:send");
	(void)decide(world, URGENCY_GREEN_LIST SEND_HUB NEVER("wait"));
	assert_string_equal(routes_line(world), "hub:wait");
	assert_string_equal(route_to(world, "hub")->code, "route.cannot-tell");
	assert_string_equal(route_to(world, "hub")->question,
	    "Does \"Works for\" include this agency? \"Works for\" was left blank.");
	assert_string_equal(route_to(world, "hub")->rules, "all, works");
}

/* What is certain forbids; what is in doubt besides is not named as the reason. */
static void
test_never__the_certain_rule_is_the_reason(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	answer(world, "level_of_need", 0, "2");
	(void)decide(world, URGENCY_GREEN_LIST SEND_HUB
	    "never:\n"
	    "  - {id: perhaps, why: Perhaps, not_to: [hub], when: {agreement: refused}}\n"
	    "  - {id: low, why: Low, not_to: [hub], when: {level_of_need: 2}}\n");
	assert_string_equal(routes_line(world), "hub:forbidden");
	assert_string_equal(route_to(world, "hub")->rules, "all, low");
	assert_string_equal(route_to(world, "hub")->why, "Low");
	assert_null(route_to(world, "hub")->question);
}

static void
test_never__named_agencies_only(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	answer(world, "level_of_need", 0, "2");
	(void)decide(world, URGENCY_GREEN_LIST "send: [{id: all, why: All, to: [hub, phoenix]}]\n"
	    "never: [{id: low, why: Low, not_to: [hub], when: {level_of_need: 2}}]\n");
	assert_string_equal(routes_line(world), "hub:forbidden phoenix:send");
}

/* Forbidden for one child, sent for the other. */
static void
test_never__for_each_child(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	give_child(world, 1, "2024-01-01");
	(void)decide(world, URGENCY_GREEN_LIST SEND_HUB
	    "never: [{id: small, why: Small, not_to: [hub], when: {child.age: {under: 5}}}]\n");
	assert_string_equal(routes_line(world), "hub:send");
	assert_int_equal(route_to(world, "hub")->children, 1);
	assert_int_equal(route_to(world, "hub")->waiting_children, 0);
	assert_string_equal(route_to(world, "hub")->rules, "all");
}

/* --- hold --- */

static void
test_hold__concerns_its_own_referral_only(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	answer(world, "agreement", 0, "refused");
	(void)decide(world, URGENCY_GREEN_LIST "send: [{id: all, why: All, to: [hub, phoenix]}]\n" HOLD("wait"));
	assert_string_equal(routes_line(world), "hub:send phoenix:wait");
	const struct route *route = route_to(world, "phoenix");
	assert_string_equal(route->code, "route.hold");
	assert_string_equal(route->rules, "all, agreed");
	assert_string_equal(route->why, "All");
	assert_string_equal(route->question, "Agreement is needed. Shall it go to Phoenix all the same?");
}

static void
test_hold__in_doubt_wait_or_pass(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	answer(world, "agreement", 0, "!");
	(void)decide(world, URGENCY_GREEN_LIST SEND_PHOENIX("") HOLD("wait"));
	assert_string_equal(routes_line(world), "phoenix:wait");
	assert_string_equal(route_to(world, "phoenix")->question,
	    "Is \"Agreement\" other than Given? \"Agreement\" was refused.");
	(void)decide(world, URGENCY_GREEN_LIST SEND_PHOENIX("") HOLD("pass"));
	assert_string_equal(routes_line(world), "phoenix:send");
}

/* One letter, several questions: the rule's own and what stands against it. */
static void
test_hold__asks_with_the_rule_in_doubt(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2017-01-01..2017-12-31");
	answer(world, "agreement", 0, "refused");
	(void)decide(world, URGENCY_GREEN_LIST SEND_PHOENIX("") HOLD("wait"));
	assert_string_equal(routes_line(world), "phoenix:wait");
	assert_string_equal(route_to(world, "phoenix")->code, "route.cannot-tell");
	assert_string_equal(route_to(world, "phoenix")->question,
	    "Is the age from 9 and under 19? \"Date of birth\" is not exact enough. "
	    "Agreement is needed. Shall it go to Phoenix all the same?");
}

static void
test_hold__a_proposal_waits_too(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	answer(world, "agreement", 0, "refused");
	(void)decide(world, URGENCY_GREEN_LIST SEND_PHOENIX(", mode: propose") HOLD("wait"));
	assert_string_equal(routes_line(world), "phoenix:wait");
}

static void
test_hold__a_rule_without_only_concerns_every_agency(void **state)
{
	struct small_world *world = *state;

	give_child(world, 0, "2014-01-01");
	answer(world, "level_of_need", 0, "2");
	(void)decide(world, URGENCY_GREEN_LIST "send: [{id: all, why: All, to: [hub, phoenix]}]\n"
	    "hold: [{id: low, why: Low, when: {level_of_need: 2}}]\n");
	assert_string_equal(routes_line(world), "hub:wait phoenix:wait");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, small_world_open, small_world_close)
	static const struct CMUnitTest TESTS[] = {
	    TEST(test_never__this_agency_by_its_name_and_what_it_is_called),
	    TEST(test_never__beats_everything_and_says_why),
	    TEST(test_never__in_doubt_send_or_wait),
	    TEST(test_never__the_certain_rule_is_the_reason),
	    TEST(test_never__named_agencies_only),
	    TEST(test_never__for_each_child),
	    TEST(test_hold__concerns_its_own_referral_only),
	    TEST(test_hold__in_doubt_wait_or_pass),
	    TEST(test_hold__asks_with_the_rule_in_doubt),
	    TEST(test_hold__a_proposal_waits_too),
	    TEST(test_hold__a_rule_without_only_concerns_every_agency),
	};

	return cmocka_run_group_tests(TESTS, NULL, NULL);
}
