/* Each thing that a look through the rules finds, and that its example shows it. */
/* SPDX-License-Identifier: MIT */
#include "rules_looked_through.h"

static void
a_gap_is_shown_by_the_smallest_concern(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    "keep: [blue]\nurgency: [{id: high, set: amber, in_doubt: green, when: {level_of_need: 4}}, {id: rest, set: green}]\n"
	    "send:\n  - {id: low, why: W, to: [hub], in_doubt: skip, when: {level_of_need: {any_of: [1, 2, 3]}}}\n");
	assert_int_equal(count_of(FINDING_GAP), 2);
	const struct decision *decision = shown(world, FINDING_GAP);
	assert_true(decision->nobody);
	assert_int_equal(found.counts[FINDING_ERROR], 2);
}

static void
what_is_kept_or_meant_for_the_desk_is_no_gap(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    "keep: [green]\nto_desk: [amber]\n"
	    "urgency: [{id: high, set: amber, when: {level_of_need: 4}}, {id: rest, set: green}]\n"
	    "send:\n  - {id: low, why: W, to: [hub], in_doubt: skip, when: {level_of_need: {any_of: [1, 2, 3]}}}\n");
	assert_int_equal(found.counts[FINDING_ERROR], 0);
	assert_int_equal(count_of(FINDING_GAP), 1);
	assert_int_equal(first_of(FINDING_GAP)->level, FINDING_NOTE);
}

static void
a_rule_that_watches_fills_no_gap(void **state)
{
	struct small_world *world = *state;

	look_through(world, "keep: []\n" URGENCY_GREEN_LIST "send: [{id: all, why: W, to: [hub], mode: watch}]\n");
	assert_int_equal(count_of(FINDING_GAP), 1);
	assert_int_equal(count_of(FINDING_WATCH), 1);
	assert_true(shown(world, FINDING_GAP)->nobody);
}

static void
assert_place(const struct rule_finding *finding, const char *file, unsigned line)
{
	assert_non_null(finding);
	assert_string_equal(finding->file, file);
	assert_int_equal(finding->line, line);
	assert_int_equal(finding->column, 5);
}

/* Told where the agency stands, and where the block does: the rules have no line for them. */
static void
an_agency_that_no_rule_names_and_a_block_that_no_agency_receives(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    "urgency: [{id: rest, set: red}]\nred: {to: [hub], out_of_hours: [edt], if_forbidden: [desk]}\n"
	    "send: [{id: all, why: W, to: [hub]}]\nnever: [{id: n, why: W, not_to: [phoenix], when: {child.sex: f}}]\n");
	assert_int_equal(count_of(FINDING_UNNAMED_AGENCY), 2);
	assert_place(first_of(FINDING_UNNAMED_AGENCY), "agencies.yaml", 12);
	assert_string_equal(first_of(FINDING_UNNAMED_AGENCY)->agency->id, "phoenix");
	assert_string_equal(first_of(FINDING_UNNAMED_AGENCY)->text, "no rule sends anything to phoenix");
	assert_int_equal(first_of(FINDING_UNNAMED_AGENCY)->level, FINDING_WARNING);
	assert_int_equal(count_of(FINDING_UNREAD_BLOCK), 1);
	assert_place(first_of(FINDING_UNREAD_BLOCK), "form.yaml", 6);
	look_through(world, URGENCY_GREEN_LIST "send: [{id: all, why: W, to: [hub, edt, phoenix, sutton]}]\n");
	assert_int_equal(count_of(FINDING_UNNAMED_AGENCY), 0);
}

static void
a_rule_whose_conditions_exclude_each_other_is_dead(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    URGENCY_GREEN_LIST "send:\n  - {id: all, why: W, to: [hub]}\n"
	    "  - {id: odd, why: W, to: [sutton], when: {child.age: {under: 5}, any: [{child.age: {from: 9}}, {child.birth: 2009-01-01}]}}\n"
	    "  - {id: unborn, why: W, to: [sutton], when: {child.age: {from: 0}, child.unborn: yes}}\n"
	    "  - {id: two, why: W, to: [sutton], when: {all: [{level_of_need: 1}, {level_of_need: 2}]}}\n"
	    "  - {id: areas, why: W, to: [sutton], when: {child.home.area: Merton, child.home.postcode: SM1 1AA}}\n"
	    "  - {id: fine, why: W, to: [sutton], when: {child.home.area: Merton, child.home.postcode: CR4 1AA}}\n");
	assert_int_equal(count_of(FINDING_DEAD), 4);
}

/* A form may say of a date of birth that it left out, or that does not apply, how good it is. */
static void
what_is_said_of_a_date_of_birth_may_stand_without_it(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    URGENCY_GREEN_LIST "send:\n  - {id: all, why: W, to: [hub]}\n"
	    "  - {id: alone, why: W, to: [sutton], when: {child.birth: {is_known: no}, child.birth_quality: disputed}}\n"
	    "  - {id: unborn, why: W, to: [edt], when: {child.unborn: yes, not: {child.age: {from: 0}}, child.birth_quality: {none_of: [verified, stated, estimated, disputed]}}}\n");
	assert_int_equal(count_of(FINDING_DEAD), 0);
}

static void
two_tests_of_an_adult_are_of_one_person_and_two_conditions_are_not(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    URGENCY_GREEN_LIST "send:\n  - {id: all, why: W, to: [hub]}\n"
	    "  - {id: both, why: W, to: [sutton], when: {all: [{involved_adults.birth: {from: 2010-01-01}}, {involved_adults.birth: {under: 1990-01-01}}]}}\n"
	    "  - {id: one, why: W, to: [edt], when: {involved_adults.works_for: {includes: tesco, none_of: [tesco]}}}\n"
	    "  - {id: none, why: W, to: [phoenix], when: {involved_adults.works_for: {any_of: [tesco], none_of: [tesco]}}}\n");
	assert_int_equal(count_of(FINDING_DEAD), 1);
	assert_string_equal(first_of(FINDING_DEAD)->rule, "none");
}

static void
an_urgency_rule_behind_a_wider_one_is_shadowed(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    "urgency:\n  - {id: wide, set: amber, when: {level_of_need: {any_of: [3, 4]}}}\n"
	    "  - {id: late, set: green, when: {level_of_need: 3}}\n  - {id: rest, set: blue}\n"
	    "send: [{id: all, why: W, to: [hub]}]\n");
	assert_int_equal(count_of(FINDING_SHADOWED), 1);
	assert_string_equal(first_of(FINDING_SHADOWED)->rule, "late");
	(void)shown(world, FINDING_SHADOWED);
	assert_string_equal(world->decision.urgency_rule, "wide");
}

static void
a_rule_that_others_make_needless_is_idle(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    URGENCY_GREEN_LIST "send:\n  - {id: wide, why: W, to: [hub], when: {level_of_need: {at_least: 2}}}\n"
	    "  - {id: narrow, why: W, to: [hub], when: {level_of_need: {any_of: [3, 4]}}}\n");
	assert_int_equal(count_of(FINDING_IDLE), 1);
	assert_string_equal(first_of(FINDING_IDLE)->rule, "narrow");
}

static void
a_rule_that_only_shows_more_is_not_idle(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    URGENCY_GREEN_LIST "send:\n  - {id: wide, why: W, to: [hub], disclose: [report], when: {level_of_need: {at_least: 2}}}\n"
	    "  - {id: narrow, why: W, to: [hub], disclose: [concern], when: {level_of_need: {any_of: [3, 4]}}}\n");
	assert_int_equal(count_of(FINDING_IDLE), 0);
}

static void
sent_by_one_rule_and_always_forbidden_by_another(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    URGENCY_GREEN_LIST "send: [{id: girls, why: W, to: [hub], when: {child.sex: f, level_of_need: 3}}]\n"
	    "never: [{id: not-girls, why: W, not_to: [hub], when: {child.sex: {is_not: m}}}]\n");
	assert_int_equal(count_of(FINDING_CONTRADICTION), 1);
	const struct decision *decision = shown(world, FINDING_CONTRADICTION);
	assert_true(decision->nobody);
	assert_int_equal(route_to(world, "hub")->fate, ROUTE_FORBIDDEN);
	assert_int_equal(first_of(FINDING_CONTRADICTION)->level, FINDING_ERROR);
}

static void
sent_by_one_rule_and_forbidden_where_nobody_else_has_it(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    URGENCY_GREEN_LIST "keep: []\nsend: [{id: all, why: W, to: [hub]}, {id: girls, why: W, to: [edt], when: {child.sex: f}}]\n"
	    "never: [{id: high, why: W, not_to: [hub], in_doubt: send, when: {level_of_need: 4}}]\n");
	assert_int_equal(count_of(FINDING_CONTRADICTION), 1);
	assert_int_equal(first_of(FINDING_CONTRADICTION)->level, FINDING_NOTE);
	assert_string_equal(first_of(FINDING_CONTRADICTION)->rule, "all");
	const struct decision *decision = shown(world, FINDING_CONTRADICTION);
	assert_true(decision->nobody);
	assert_int_equal(route_to(world, "hub")->fate, ROUTE_FORBIDDEN);
	/* and none where somebody else has it always */
	look_through(world,
	    URGENCY_GREEN_LIST "send: [{id: all, why: W, to: [hub]}, {id: too, why: W, to: [edt]}]\n"
	    "never: [{id: high, why: W, not_to: [hub], in_doubt: send, when: {level_of_need: 4}}]\n");
	assert_int_equal(count_of(FINDING_CONTRADICTION), 0);
}

#define RED_LIST "urgency: [{id: danger, set: red, in_doubt: green, when: {immediate_danger: yes}}, {id: rest, set: green}]\n"

static void
a_red_case_for_nobody(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    RED_LIST "red: {to: [hub], out_of_hours: [edt]}\nsend: [{id: all, why: W, to: [hub]}]\n"
	    "never: [{id: works, why: W, in_doubt: send, not_to: this-agency, when: {involved_adults.works_for: {includes: this-agency}}}]\n");
	assert_int_equal(count_of(FINDING_RED_NOBODY), 1);
	assert_int_equal(first_of(FINDING_RED_NOBODY)->level, FINDING_ERROR);
	assert_true(shown(world, FINDING_RED_NOBODY)->alarm_unmet);
}

static void
the_desk_may_be_named_for_it(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    RED_LIST "red: {to: [hub], out_of_hours: [edt], if_forbidden: [desk]}\nsend: [{id: all, why: W, to: [hub]}]\n"
	    "never: [{id: works, why: W, in_doubt: send, not_to: this-agency, when: {involved_adults.works_for: {includes: this-agency}}}]\n");
	assert_int_equal(first_of(FINDING_RED_NOBODY)->level, FINDING_NOTE);
	assert_int_equal(found.counts[FINDING_ERROR], 0);
}

/* if_forbidden: [desk] says who has a case whose agencies are in it themselves; that a whole class of
 * red cases goes to nobody is another thing, whoever wrote [desk] for the first. */
static void
red_cases_that_are_forbidden_whoever_the_agency_is_are_no_mere_note(void **state)
{
	static const struct {
		const char *never;
		size_t warnings, notes;
	} CASES[] = {
	    {"{id: n, why: W, in_doubt: send, not_to: [hub, edt], when: {child.sex: f}}", 1, 0},
	    {"{id: n, why: W, not_to: this-agency, when: {immediate_danger: yes}}", 1, 0},
	    {"{id: n, why: W, not_to: this-agency, when: {any: [{involved_adults.works_for: {includes: this-agency}}, {immediate_danger: yes}]}}", 1, 0},
	    {"{id: n, why: W, in_doubt: send, not_to: this-agency, when: {any: [{involved_adults.works_for: {includes: this-agency}}, {involved_adults.works_for: {includes: police}}]}}", 1, 1},
	    {"{id: n, why: W, in_doubt: send, not_to: this-agency, when: {involved_adults.works_for: {includes: this-agency}}}", 0, 1},
	    {"{id: n, why: W, in_doubt: send, not_to: this-agency, needs_nobody: yes, when: {child.sex: f}}", 0, 1},
	    {"{id: m, why: W, in_doubt: send, not_to: this-agency, when: {involved_adults.works_for: {includes: this-agency}}}, "
	     "{id: n, why: W, in_doubt: send, not_to: this-agency, needs_nobody: yes, when: {child.sex: f}}", 0, 2},
	    {"{id: n, why: W, in_doubt: send, not_to: [hub], when: {child.sex: f}}", 0, 0}}; /* edt has it */
	struct small_world *world = *state;

	for (size_t at = 0; at < COUNT_OF(CASES); at++) {
		g_autofree char *yaml = g_strdup_printf(
		    RED_LIST "red: {to: [hub], out_of_hours: [edt], if_forbidden: [desk]}\n"
			     "send: [{id: all, why: W, to: [hub, edt]}]\nnever: [%s]\n", CASES[at].never);
		look_through(world, yaml);
		assert_int_equal(count_at(FINDING_RED_NOBODY, FINDING_WARNING), CASES[at].warnings);
		assert_int_equal(count_at(FINDING_RED_NOBODY, FINDING_NOTE), CASES[at].notes);
		assert_int_equal(count_at(FINDING_RED_NOBODY, FINDING_ERROR), 0);
		if (first_of(FINDING_RED_NOBODY))
			assert_true(shown(world, FINDING_RED_NOBODY)->alarm_unmet);
	}
}

/* The agency that steps in is in it itself: that is what the desk is named for. */
static void
who_steps_in_may_be_forbidden_for_who_it_is(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    RED_LIST "red: {to: [hub], out_of_hours: [edt], if_forbidden: [sutton, desk]}\nsend: [{id: all, why: W, to: [hub]}]\n"
	    "never:\n  - {id: girls, why: W, in_doubt: send, not_to: [hub, edt], when: {child.sex: f}}\n"
	    "  - {id: works, why: W, in_doubt: send, not_to: this-agency, when: {involved_adults.works_for: {includes: this-agency}}}\n");
	assert_int_equal(count_at(FINDING_RED_NOBODY, FINDING_WARNING), 0);
	assert_int_equal(count_at(FINDING_RED_NOBODY, FINDING_NOTE), 1);
}

static void
a_red_case_at_night(void **state)
{
	struct small_world *world = *state;

	look_through(world, RED_LIST "red: {to: [phoenix]}\nsend: [{id: all, why: W, to: [hub]}]\n");
	assert_int_equal(count_of(FINDING_RED_CLOSED), 1);
	assert_true(shown(world, FINDING_RED_CLOSED)->is_red);
	assert_string_equal(first_of(FINDING_RED_CLOSED)->closed, "phoenix");
	look_through(world, RED_LIST "red: {to: [hub]}\nsend: [{id: all, why: W, to: [hub]}]\n");
	assert_int_equal(count_of(FINDING_RED_CLOSED), 0);
}

static void
a_red_case_that_waits_for_a_never_rule_in_doubt(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    RED_LIST "red: {to: [hub], out_of_hours: [edt], if_forbidden: [desk]}\nsend: [{id: all, why: W, to: [hub]}]\n"
	    "never: [{id: girls, why: W, not_to: [hub, edt], when: {child.sex: f}}]\n");
	assert_int_equal(count_of(FINDING_RED_WAITS), 1);
	assert_true(shown(world, FINDING_RED_WAITS)->alarm_unmet);
	assert_int_equal(route_to(world, "hub")->fate, ROUTE_WAIT);
}

static void
one_unknown_field_makes_a_referral_wait(void **state)
{
	struct small_world *world = *state;

	look_through(world,
	    URGENCY_GREEN_LIST "send:\n  - {id: young, why: W, to: [hub], when: {child.age: {under: 18}, level_of_need: 3}}\n"
	    "  - {id: skip, why: W, to: [edt], in_doubt: skip, when: {child.sex: f}}\n");
	assert_int_equal(count_of(FINDING_TRAP), 2); /* the small form asks for nothing */
	assert_int_equal(count_of(FINDING_UNSENT), 1);
	const struct decision *decision = shown(world, FINDING_TRAP);
	assert_int_equal(decision->route_count, 1);
	assert_int_equal(route_to(world, "hub")->fate, ROUTE_WAIT);
	assert_true(shown(world, FINDING_UNSENT)->kept);
	/* told where the first rule asks for the field */
	for (size_t at = 0; at < found.count; at++)
		if (found.findings[at].kind == FINDING_TRAP)
			assert_int_equal(found.findings[at].line, 3);
}

static void
a_report_in_doubt_of_its_day_makes_a_referral_wait(void **state)
{
	struct small_world *world = *state;

	look_through(world, URGENCY_GREEN_LIST
	    "send:\n"
	    "  - {id: young, why: W, to: [phoenix], in_doubt: wait, when: {child.age: {from: 9, under: 18}}}\n"
	    "  - {id: any, why: W, to: [hub], when: {level_of_need: 3}}\n");
	assert_int_equal(count_of(FINDING_DOUBT), 1);
	assert_string_equal(first_of(FINDING_DOUBT)->text,
	    "when the day of the report is in doubt, and all else is known, the referral to phoenix waits");
	assert_string_equal(first_of(FINDING_DOUBT)->field->name, "reported_at");
	assert_true(first_of(FINDING_DOUBT)->concern.is_report_doubted);
}

/* Such a day may be a few weeks back or many years, and the child has been as old as it was then. */
static void
how_long_ago_the_day_in_doubt_is_matters(void **state)
{
	struct small_world *world = *state;
	const struct rule_finding *red = NULL;

	look_through(world,
	    "red: {to: [hub], if_forbidden: [desk]}\n"
	    "urgency: [{id: teen, set: red, in_doubt: blue, when: {child.age: {from: 9, under: 18}}}, {id: rest, set: blue}]\n"
	    "send: [{id: all, why: W, to: [phoenix]}]\n"
	    "never: [{id: new, why: W, not_to: [hub], in_doubt: wait, when: {incident.at: {within: 7 days}}}]\n");
	for (size_t at = 0; at < found.count; at++)
		if (found.findings[at].kind == FINDING_DOUBT && strstr(found.findings[at].text, "red referral to hub"))
			red = &found.findings[at];
	assert_non_null(red);
	assert_string_equal(given_line(red),
	    "reported_at: 2017-03-11; incident.at: 2025-08-14; child.birth: 2008-03-11");
}

/* Of two adults one is 18 and the other 17 or 18: of the last no more is known than of a blank, and all
 * the same both have answered, and the referral is sent. */
static void
an_adult_who_answered_nothing_that_helps_has_answered(void **state)
{
	struct small_world *world = *state;

	look_through(world, URGENCY_GREEN_LIST
	    "send: [{id: s, why: W, to: [edt], in_doubt: send, when: {involved_adults.age: {under: 18}}}]\n"
	    "never: [{id: n, why: W, not_to: [edt], in_doubt: wait, when: {not: {any: [{involved_adults.age: {at_least: 18}}, {involved_adults.age: {under: 18}}]}}}]\n"
	    "hold: [{id: h, why: W, in_doubt: pass, when: {any: [{involved_adults.age: {under: 18}}, {not: {involved_adults.age: {under: 18}}}]}}]\n");
	assert_int_equal(count_of(FINDING_TRAP), 1);
	assert_string_equal(given_line(first_of(FINDING_TRAP)), "adults: [{}]");
}

/* Both are as old as they were on one and the same day. */
static void
the_day_in_doubt_is_one_for_all(void **state)
{
	struct small_world *world = *state;

	look_through(world, URGENCY_GREEN_LIST
	    "send:\n"
	    "  - {id: grown, why: W, to: [hub], in_doubt: wait, when: {involved_adults.age: {at_least: 18}}}\n"
	    "never:\n"
	    "  - {id: teen, why: W, not_to: [hub], in_doubt: wait, when: {not: {child.age: {from: 9, under: 18}}}}\n");
	assert_int_equal(count_of(FINDING_DOUBT), 1);
	assert_string_equal(given_line(first_of(FINDING_DOUBT)),
	    "reported_at: 2026-02-06; child.birth: 2017-03-10; adults: [{birth: 2008-03-10}]");
	(void)shown(world, FINDING_DOUBT);
	assert_int_equal(route_to(world, "hub")->fate, ROUTE_WAIT);
}

/* The date and what is said of it are one question, told where a rule asks either. */
static void
what_is_said_of_a_date_of_birth_is_told_where_a_rule_asks_it(void **state)
{
	struct small_world *world = *state;

	look_through(world, URGENCY_GREEN_LIST
	    "send:\n"
	    "  - {id: need, why: W, to: [hub], when: {level_of_need: 3}}\n"
	    "  - {id: guess, why: W, to: [edt], in_doubt: wait, when: {child.birth_quality: estimated}}\n");
	size_t told = 0;
	for (size_t at = 0; at < found.count; at++)
		if (found.findings[at].field && strcmp(found.findings[at].field->name, "child.birth") == 0) {
			assert_int_equal(found.findings[at].line, 4);
			told++;
		}
	assert_true(told);
}

static void
agencies_that_exclude_each_other_meet(void **state)
{
	static const char *const WITH[] = {"sutton", NULL};
	struct small_world *world = *state;
	struct entry *copies = arena_take_many(world->arena, world->directory.count, sizeof *copies);

	memcpy(copies, world->directory.entries, world->directory.count * sizeof *copies);
	world->directory.entries = copies;
	copies[1].never_with = WITH;
	look_through(world,
	    URGENCY_GREEN_LIST "send:\n  - {id: a, why: W, to: [hub], when: {level_of_need: {any_of: [2, 3]}}}\n"
	    "  - {id: b, why: W, to: [sutton], when: {level_of_need: {any_of: [3, 4]}}}\n");
	assert_int_equal(count_of(FINDING_OVERLAP), 1);
	assert_string_equal(given_line(first_of(FINDING_OVERLAP)), "level_of_need: 3");
	(void)shown(world, FINDING_OVERLAP);
	assert_true(same_routes(routes_line(world), "hub:send sutton:send"));
}

int
main(void)
{
#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, small_world_open, small_world_close)
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(a_gap_is_shown_by_the_smallest_concern),
	    WORLD_TEST(what_is_kept_or_meant_for_the_desk_is_no_gap),
	    WORLD_TEST(a_rule_that_watches_fills_no_gap),
	    WORLD_TEST(an_agency_that_no_rule_names_and_a_block_that_no_agency_receives),
	    WORLD_TEST(a_rule_whose_conditions_exclude_each_other_is_dead),
	    WORLD_TEST(how_long_ago_the_day_in_doubt_is_matters),
	    WORLD_TEST(an_adult_who_answered_nothing_that_helps_has_answered),
	    WORLD_TEST(the_day_in_doubt_is_one_for_all),
	    WORLD_TEST(what_is_said_of_a_date_of_birth_may_stand_without_it),
	    WORLD_TEST(two_tests_of_an_adult_are_of_one_person_and_two_conditions_are_not),
	    WORLD_TEST(an_urgency_rule_behind_a_wider_one_is_shadowed),
	    WORLD_TEST(a_rule_that_others_make_needless_is_idle),
	    WORLD_TEST(a_rule_that_only_shows_more_is_not_idle),
	    WORLD_TEST(sent_by_one_rule_and_always_forbidden_by_another),
	    WORLD_TEST(sent_by_one_rule_and_forbidden_where_nobody_else_has_it),
	    WORLD_TEST(a_red_case_for_nobody),
	    WORLD_TEST(the_desk_may_be_named_for_it),
	    WORLD_TEST(red_cases_that_are_forbidden_whoever_the_agency_is_are_no_mere_note),
	    WORLD_TEST(who_steps_in_may_be_forbidden_for_who_it_is),
	    WORLD_TEST(a_red_case_at_night),
	    WORLD_TEST(a_red_case_that_waits_for_a_never_rule_in_doubt),
	    WORLD_TEST(one_unknown_field_makes_a_referral_wait),
	    WORLD_TEST(a_report_in_doubt_of_its_day_makes_a_referral_wait),
	    WORLD_TEST(what_is_said_of_a_date_of_birth_is_told_where_a_rule_asks_it),
	    WORLD_TEST(agencies_that_exclude_each_other_meet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
