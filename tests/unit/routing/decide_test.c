/* What the five questions make of a concern: each promise of the rule language by name. */
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
