/* Every word of a rule file is checked, and each fault has its place and the near word. */
/* SPDX-License-Identifier: MIT */
#include "small_world.h"

#include <glib/gstdio.h>

/* A send rule with these conditions: they begin in line 6, column 11. */
#define WHEN(conditions)                                                                           \
	URGENCY_GREEN_LIST "send:\n  - id: a\n    why: A\n    to: [hub]\n    when: " conditions "\n"
#define SEND(rule) URGENCY_GREEN_LIST "send:\n  - " rule "\n"

struct row {
	const char *yaml, *fault;
};

static void
check_rows(struct small_world *world, const struct row *rows, size_t count)
{
	size_t found = 0;

	for (size_t at = 0; at < count; at++)
		found += load_gives_fault(world, rows[at].yaml, rows[at].fault);
	assert_int_equal(found, count);
}

static void
test_rule_load__conditions(void **state)
{
	static const struct row ROWS[] = {
	    {WHEN("{child.agee: {under: 18}}"), "6:12: the form has no field \"child.agee\": did you mean \"child.age\"?"},
	    {WHEN("{xyzzy: 3}"), "6:12: the form has no field \"xyzzy\", and it is not any, all or not"},
	    {WHEN("{level_of_need: {any: [3]}}"), "6:28: level_of_need: unknown word \"any\": expected one of is_not, any_of, all_of, none_of, includes, from, under, at_least, at_most, within, mentions, is_known"},
	    {WHEN("{level_of_need: {equals: 3}}"), "6:28: level_of_need: unknown word \"equals\": expected one of is_not, any_of, all_of, none_of, includes, from, under, at_least, at_most, within, mentions, is_known"},
	    {WHEN("{level_of_need: 5}"), "6:27: level_of_need: unknown word \"5\": did you mean \"1\"?"},
	    {WHEN("{level_of_need: yes}"), "6:27: level_of_need: \"yes\" is an answer of yes/no fields, and this is one choice"},
	    {WHEN("{agreement: No}"), "6:23: agreement: \"No\" is an answer of yes/no fields, and this is one choice"},
	    {WHEN("{immediate_danger: maybe}"), "6:30: immediate_danger: expected yes or no, here stands \"maybe\""},
	    {WHEN("{child.unborn: 1}"), "6:26: child.unborn: expected yes or no, here stands \"1\""},
	    {WHEN("{level_of_need: [3, 4]}"), "6:27: level_of_need: a list needs an operator that takes one, as in level_of_need: {any_of: [..., ...]}"},
	    {WHEN("{level_of_need: {is_not: [3]}}"), "6:36: level_of_need: a list needs an operator that takes one, as in level_of_need: {any_of: [..., ...]}"},
	    {WHEN("{level_of_need: {any_of: []}}"), "6:36: level_of_need: the list is empty"},
	    {WHEN("{level_of_need: {}}"), "6:27: level_of_need: expected a value or an operator, here stands nothing"},
	    {WHEN("{level_of_need: {mentions: 3}}"), "6:38: level_of_need is one choice: mentions does not fit it; a bare value, is_not, any_of, none_of, at_least, at_most, is_known do"},
	    {WHEN("{agreement: {at_least: given}}"), "6:34: agreement is one choice: at_least does not fit it; a bare value, is_not, any_of, none_of, is_known do"},
	    {WHEN("{child.concerns: neglect}"), "6:28: child.concerns is a field of several choices: a bare value does not fit it; any_of, all_of, none_of, includes, is_known do"},
	    {WHEN("{child.concerns: {includes: 2a}}"), "6:39: child.concerns: unknown word \"2a\": did you mean \"child-drugs\"?"},
	    {WHEN("{child.concerns: {includes: drug use by a parent}}"), "6:39: child.concerns: unknown word \"drug use by a parent\": did you mean \"parent-drugs\"?"},
	    {WHEN("{child.concerns: {any_of: [neglect, child-drug]}}"), "6:47: child.concerns: unknown word \"child-drug\": did you mean \"child-drugs\"?"},
	    {WHEN("{child.home.area: Mertn}"), "6:29: child.home.area: unknown word \"Mertn\": did you mean \"Merton\"?"},
	    {WHEN("{child.home.area: {within: Merton}}"), "6:38: child.home.area is an area: within does not fit it; a bare value, is_not, any_of, none_of, is_known do"},
	    {WHEN("{child.home.postcode: Merton}"), "6:33: child.home.postcode: expected a full postcode as \"SW19 1AA\", here stands \"Merton\""},
	    {WHEN("{child.home.postcode: {within: Merton}}"), "6:42: child.home.postcode: expected a postcode district as SW19, here stands \"Merton\""},
	    {WHEN("{child.age: {from: nine}}"), "6:30: child.age: expected a whole number from 0 to 150, here stands \"nine\""},
	    {WHEN("{child.age: {from: 19, under: 9}}"), "6:23: child.age: no value is all of this at once"},
	    {WHEN("{incident.at: {from: 1 March}}"), "6:32: incident.at: expected a date as 2026-03-29, here stands \"1 March\""},
	    {WHEN("{incident.at: {within: a week}}"), "6:34: incident.at: within expects \"7 days\" or \"2 weeks\", here stands \"a week\""},
	    {WHEN("{incident.at: {within: 99999999999999999999 weeks}}"), "6:34: incident.at: within expects \"7 days\" or \"2 weeks\", here stands \"99999999999999999999 weeks\""},
	    {WHEN("{narrative: {mentions: \"!!\"}}"), "6:34: narrative: \"!!\" has no letter and no digit"},
	    {WHEN("{narrative: {mentions: this-agency}}"), "6:34: narrative: this-agency has a meaning in never and hold rules only"},
	    {WHEN("{narrative: {mentions: no}}"), "6:34: narrative: \"no\" is an answer of yes/no fields, and this is a text"},
	    {WHEN("{narrative: {is_known: 1}}"), "6:34: is_known: expected yes or no, here stands \"1\""},
	    {WHEN("{any: {level_of_need: 3}}"), "6:17: any: expected a list, here stands a map"},
	    {WHEN("{any: []}"), "6:17: any: the list is empty"},
	    {WHEN("{any: [level_of_need]}"), "6:18: conditions: expected a map of \"key: value\", here stands a text"},
	    {WHEN("{not: [{level_of_need: 3}]}"), "6:17: conditions: expected a map of \"key: value\", here stands a list"},
	    {WHEN("{}"), "6:11: conditions are missing here; for \"always\" leave `when` out"},
	    {WHEN("[]"), "6:11: conditions: expected a map of \"key: value\", here stands a list"},
	};

	check_rows(*state, ROWS, COUNT_OF(ROWS));
}

static void
test_rule_load__keys_and_words_of_a_rule(void **state)
{
	static const struct row ROWS[] = {
	    {SEND("{why: A, to: [hub]}"), "3:5: rule: \"id\" is missing"},
	    {SEND("{id: A_b, why: A, to: [hub]}"), "3:10: id: expected at most 48 small letters, digits and hyphens, here stands \"A_b\""},
	    {SEND("{id: red, why: A, to: [hub]}"), "3:10: id: \"red\" is the red list's own"},
	    {SEND("{id: otherwise, why: A, to: [hub]}"), "3:10: id: \"otherwise\" is already the rule in line 1"},
	    {SEND("{id: a, why: A}"), "3:5: rule: \"to\" is missing"},
	    {SEND("{id: a, why: A, to: []}"), "3:25: to: the list is empty"},
	    {SEND("{id: a, why: A, to: [hubb]}"), "3:26: to: unknown word \"hubb\": did you mean \"hub\"?"},
	    {SEND("{id: a, why: A, to: [sgt]}"), "3:26: to: unknown word \"sgt\": did you mean \"edt\"?"},
	    {SEND("{id: a, why: A, to: [constable]}"), "3:26: to: unknown word \"constable\": expected one of hub, edt, phoenix, sutton"},
	    {SEND("{id: a, why: A, to: {hub: 1}}"), "3:25: to: expected a list, here stands a map"},
	    {SEND("{id: a, why: A, too: [hub]}"), "3:21: rule: unknown key \"too\": did you mean \"to\"?"},
	    {SEND("{id: a, why: A, to: [hub], mode: suggest}"), "3:38: mode: unknown word \"suggest\": expected one of send, propose, watch"},
	    {SEND("{id: a, why: A, to: [hub], in_doubt: pass}"), "3:42: in_doubt: unknown word \"pass\": expected one of wait, send, skip"},
	    {SEND("{id: a, why: \"two\\nlines\", to: [hub]}"), "3:18: why: expected one line of at most 300 bytes"},
	    {SEND("{id: a, why: A, to: [hub], disclose: [reprot]}"), "3:43: disclose: unknown word \"reprot\": did you mean \"report\"?"},
	    {SEND("{id: a, why: A, to: [hub], disclose: []}"), "3:42: disclose: the list is empty"},
	    {SEND("{id: a, why: A, to: [phoenix], disclose: [health]}"), "3:47: disclose: phoenix does not receive \"health\", and a rule may narrow that, never widen it"},
	    {SEND("yes"), "3:5: rule: expected a map of \"key: value\", here stands a text"},
	    {URGENCY_GREEN_LIST NOTHING_SENT "to_desk: [amber, red]\n", "3:18: to_desk: unknown word \"red\": expected one of blue, green, amber"},
    {URGENCY_GREEN_LIST NOTHING_SENT "never: [{id: n, not_to: that-agency}]\n", "3:25: not_to: unknown word \"that-agency\": did you mean \"this-agency\"?"},
	    {URGENCY_GREEN_LIST NOTHING_SENT "never: [{id: n, in_doubt: skip, not_to: [hub]}]\n", "3:27: in_doubt: unknown word \"skip\": expected one of wait, send"},
	    {URGENCY_GREEN_LIST NOTHING_SENT "never: [{id: n, to: [hub]}]\n", "3:17: rule: unknown key \"to\": expected one of id, why, when, in_doubt, not_to, needs_nobody"},
    {URGENCY_GREEN_LIST NOTHING_SENT "never: [{id: n, not_to: [hub], needs_nobody: yes}]\n", "3:46: needs_nobody: expected not_to: this-agency"},
    {URGENCY_GREEN_LIST NOTHING_SENT "never: [{id: n, not_to: this-agency, needs_nobody: maybe}]\n", "3:52: needs_nobody: expected yes or no, here stands \"maybe\""},
    {URGENCY_GREEN_LIST NOTHING_SENT "never: [{id: n, when: {involved_adults.works_for: {includes: this-agency}}, not_to: this-agency, needs_nobody: yes}]\n", "3:112: needs_nobody: the conditions ask about this-agency, and a child that needs nobody needs none of them"},
	    {URGENCY_GREEN_LIST NOTHING_SENT "hold: [{id: h, only: [this-agency]}]\n", "3:23: only: unknown word \"this-agency\": expected one of hub, edt, phoenix, sutton"},
	    {URGENCY_GREEN_LIST NOTHING_SENT "hold: [{id: h, mode: watch}]\n", "3:16: rule: unknown key \"mode\": expected one of id, why, when, in_doubt, only"},
	};

	check_rows(*state, ROWS, COUNT_OF(ROWS));
}

static void
test_rule_load__the_file(void **state)
{
	static const struct row ROWS[] = {
	    {"", "1:1: routing: \"urgency\" is missing"},
	    {URGENCY_GREEN_LIST, "1:1: routing: \"send\" is missing"},
	    {"urgency: []\n" NOTHING_SENT, "1:10: urgency: there is no rule"},
	    {URGENCY_GREEN_LIST "send: {id: a}\n", "2:7: send: expected a list, here stands a map"},
	    {URGENCY_GREEN_LIST NOTHING_SENT "nevr: []\n", "3:1: routing: unknown key \"nevr\": did you mean \"never\"?"},
	    {"mode: on\n" URGENCY_GREEN_LIST NOTHING_SENT, "1:7: mode: unknown word \"on\": expected one of send, propose, watch"},
	    {"keep: [blue, red]\n" URGENCY_GREEN_LIST NOTHING_SENT, "1:14: keep: unknown word \"red\": expected one of blue, green"},
	    {"keep: blue\n" URGENCY_GREEN_LIST NOTHING_SENT, "1:7: keep: expected a list, here stands a text"},
	    {"urgency: [{id: a, set: grren}]\n" NOTHING_SENT, "1:24: set: unknown word \"grren\": did you mean \"green\"?"},
	    {"urgency: [{id: a, set: green, in_doubt: wait}]\n" NOTHING_SENT, "1:41: in_doubt: unknown word \"wait\": expected one of blue, green, amber, red"},
	    {"- urgency\n", "1:1: routing: expected a map of \"key: value\", here stands a list"},
	};

	check_rows(*state, ROWS, COUNT_OF(ROWS));
}

static void
test_rule_check__urgency_and_red(void **state)
{
	static const struct row ROWS[] = {
	    {"urgency: [{id: a, set: green, when: {level_of_need: 2}}]\n" NOTHING_SENT,
		"1:11: urgency: the last rule, a, must have no conditions, so that every case has an urgency"},
	    {"urgency: [{id: a, set: green}, {id: b, set: blue}]\n" NOTHING_SENT,
		"1:11: urgency: a has no conditions, so no rule after it is ever reached"},
	    {"urgency: [{id: a, set: red}]\n" NOTHING_SENT,
		"1:11: urgency: a can make a case red, and no `red` list says who receives it"},
	    {"urgency: [{id: a, set: amber, in_doubt: red, when: {level_of_need: 3}}, {id: b, set: green}]\n" NOTHING_SENT,
		"1:11: urgency: a can make a case red, and no `red` list says who receives it"},
	    {"urgency: [{id: a, set: red}]\nred: {alarm: phone}\n" NOTHING_SENT, "2:6: red: \"to\" is missing"},
	    {"urgency: [{id: a, set: red}]\nred: {to: []}\n" NOTHING_SENT, "2:11: to: the list is empty"},
	    {"urgency: [{id: a, set: red}]\nred: {to: [desk]}\n" NOTHING_SENT, "2:12: to: unknown word \"desk\": expected one of hub, edt, phoenix, sutton"},
	    {"urgency: [{id: a, set: red}]\nred: {to: [hub], if_forbiden: [desk]}\n" NOTHING_SENT,
		"2:18: red: unknown key \"if_forbiden\": did you mean \"if_forbidden\"?"},
	    {"urgency: [{id: a, set: red}]\nred: [hub]\n" NOTHING_SENT, "2:6: red: expected a map of \"key: value\", here stands a list"},
	};

	check_rows(*state, ROWS, COUNT_OF(ROWS));
}

static bool
has_warning(const struct small_world *world, const char *text)
{
	for (size_t at = 0; at < faults_total(world->faults); at++)
		if (faults_at(world->faults, at)->warning && strcmp(faults_at(world->faults, at)->text, text) == 0)
			return true;
	return false;
}

static void
test_rule_check__warnings(void **state)
{
	struct small_world *world = *state;

	load(world,
	    "urgency: [{id: a, set: green, in_doubt: amber, when: {level_of_need: 3}}, {id: b, set: red}]\n"
	    "red: {to: [sutton, edt]}\n"
	    "send: [{id: c, to: [hub]}]\n");
	assert_true(has_warning(world, "urgency: a is amber in doubt and only green when it is certain"));
	assert_true(has_warning(world, "red: sutton is not always open, and nobody is named for out_of_hours"));
	assert_false(has_warning(world, "red: edt is not always open, and nobody is named for out_of_hours"));
	assert_true(has_warning(world, "rule c: without `why` its letters can only say \"By the rule c\""));
}

static void
test_rule_load__a_word_that_stands_twice_in_a_list(void **state)
{
	struct small_world *world = *state;

	load(world,
	    "keep: [blue, blue]\nurgency: [{id: a, set: red}]\nred: {to: [edt, hub, edt]}\n"
	    "send: [{id: c, why: W, to: [hub, hub], disclose: [report, report]}]\nnever: [{id: d, why: W, not_to: [hub, this-agency, this-agency]}]\n");
	assert_true(has_warning(world, "keep: \"blue\" stands here a second time"));
	assert_true(has_warning(world, "to: \"edt\" stands here a second time"));
	assert_true(has_warning(world, "to: \"hub\" stands here a second time"));
	assert_true(has_warning(world, "disclose: \"report\" stands here a second time"));
	assert_true(has_warning(world, "not_to: \"this-agency\" stands here a second time"));
	assert_false(has_warning(world, "not_to: \"hub\" stands here a second time"));
}

static void
test_rule_check__who_answers_out_of_hours_is_enough(void **state)
{
	struct small_world *world = *state;

	load(world, "urgency: [{id: a, set: red}]\nred: {to: [sutton], out_of_hours: [edt]}\nsend: []\n");
	assert_int_equal(faults_total(world->faults), 0);
	load(world, "urgency: [{id: a, set: red}]\nred: {to: [hub]}\nsend: []\n");
	assert_false(has_warning(world, "red: hub is not always open, and nobody is named for out_of_hours"));
}

/* All that is wrong is said at once. */
static void
test_rule_load__every_fault_at_once(void **state)
{
	struct small_world *world = *state;

	load_with_fault(world,
	    SEND("{id: a, to: [hubb], in_doubt: never, when: {level_of_need: 5, child.agee: 3, any: [{agreement: gven}]}}"),
	    "3:18: to: unknown word \"hubb\": did you mean \"hub\"?");
	assert_int_equal(faults_count(world->faults), 5);
}

static void
test_rule_load__a_quoted_yes_is_a_text(void **state)
{
	struct small_world *world = *state;

	answer(world, "child.name", 0, "A");
	answer(world, "narrative", 0, "she said yes");
	assert_int_equal(ask(world, "{narrative: {mentions: \"yes\"}}"), ANSWER_YES);
}

static void
test_rule_load__one_agency_needs_no_list(void **state)
{
	struct small_world *world = *state;

	answer(world, "child.name", 0, "A");
	(void)decide(world, SEND("{id: a, why: A, to: hub}"));
	assert_string_equal(routes_line(world), "hub:send");
}

static void
test_routing_load__files_that_are_not_there(void **state)
{
	struct small_world *world = *state;

	assert_null(routing_load("/nowhere/routing.yaml", "/nowhere/areas.csv", &world->fields,
	    &world->directory, world->faults));
	assert_int_equal(faults_count(world->faults), 2);
	routing_free(NULL);
}

/* The form has faults of its own: the rest of the rules is looked at all the same, and nothing decides. */
static void
test_routing_load__without_fields_what_needs_none_is_checked(void **state)
{
	static const char RULES[] = "urgency: [{id: u, set: grene}]\n"
				    "send: [{id: a, why: A, to: hubb, when: {no_such_field: 1}, disclose: [x]}]\n";
	struct small_world *world = *state;
	bool has_set = false, has_to = false;

	assert_true(g_file_set_contents(world->routing_path, RULES, -1, NULL));
	assert_null(routing_load(world->routing_path, world->areas_path, NULL, &world->directory,
	    world->faults));
	for (size_t at = 0; at < faults_total(world->faults); at++) {
		has_set = has_set || strstr(faults_at(world->faults, at)->text, "green");
		has_to = has_to || strstr(faults_at(world->faults, at)->text, "\"hub\"");
	}
	assert_true(has_set && has_to);
	assert_int_equal(faults_count(world->faults), 2);
	assert_true(g_file_set_contents(world->routing_path,
	    "urgency: [{id: u, set: green}]\nsend: [{id: a, why: A, to: hub}]\n", -1, NULL));
	assert_null(routing_load(world->routing_path, world->areas_path, NULL, &world->directory,
	    world->faults));
	assert_int_equal(faults_count(world->faults), 2);
}

/* One fault in agencies.yaml is not one more for each place that names an agency. */
static void
test_routing_load__without_agencies_no_word_for_one_is_a_fault(void **state)
{
	static const char RULES[] = "urgency: [{id: u, set: green}]\nsend: [{id: a, why: A, to: hub}]\n";
	static const struct directory NOBODY;
	struct small_world *world = *state;

	assert_true(g_file_set_contents(world->routing_path, RULES, -1, NULL));
	assert_null(routing_load(
	    world->routing_path, world->areas_path, &world->fields, &NOBODY, world->faults));
	assert_int_equal(faults_count(world->faults), 1);
	faults_close(world->faults);
	world->faults = faults_open();
	faults_add(world->faults, "agencies.yaml", 1, 1, "something is wrong with it");
	routing_free(routing_load(
	    world->routing_path, world->areas_path, &world->fields, &NOBODY, world->faults));
	assert_int_equal(faults_count(world->faults), 1);
}

static void
load_areas(struct small_world *world, const char *csv, const char *fault)
{
	assert_true(g_file_set_contents(world->areas_path, csv, -1, NULL));
	load_with_fault(world, WHEN("{child.home.area: Merton}"), fault);
}

static void
test_area_load__faults(void **state)
{
	static const char EXPECTED[] = "expected a full postcode, a comma and an area, as in \"SW19 1AA,Merton\"";
	static const char *const LINES[] = {"SW19,Merton", "SW19 1AA", "SW19 1AA,", "sw19 1aa,Merton",
	    "SW19  1AA,Merton", "SW19 1A,Merton", "SW19 1AA,outside", ",Merton", "S 1AA,Merton",
	    "SW199 1AA,Merton", "SW19 1AA,\xff"};
	struct small_world *world = *state;

	for (size_t at = 0; at < COUNT_OF(LINES); at++) {
		g_autofree char *csv = g_strdup_printf("postcode,area\n%s\n", LINES[at]);
		g_autofree char *fault = g_strdup_printf("2:1: %s", EXPECTED);
		load_areas(world, csv, fault);
	}
	load_areas(world, "postcode,area\n", "0:0: the table has no postcode");
	load_areas(world, "SW19 1AA,Merton\nSW19 1AA,Sutton\n", "0:0: 1 postcodes stand in the table twice");
}

/* A wrong file has a fault on each line; the first few say it. */
static void
test_area_load__a_wrong_file_is_not_a_thousand_faults(void **state)
{
	struct small_world *world = *state;
	g_autoptr(GString) csv = g_string_new(NULL);

	for (int at = 0; at < 1000; at++)
		g_string_append(csv, "what is this\n");
	load_areas(world, csv->str, "20:1: expected a full postcode, a comma and an area, as in \"SW19 1AA,Merton\"");
	assert_int_equal(faults_count(world->faults), 21);
}

static void
test_area_load__any_order_and_the_last_line_without_an_end(void **state)
{
	struct small_world *world = *state;

	assert_true(g_file_set_contents(world->areas_path,
	    "SW19 1AB,Merton\nCR4 1AA,Sutton\n\n# note\nSW19 1AA,Wandsworth", -1, NULL));
	answer(world, "child.home.postcode", 0, "SW19 1AA");
	assert_int_equal(ask(world, "{child.home.area: Wandsworth}"), ANSWER_YES);
	answer(world, "child.home.postcode", 0, "CR4 1AA");
	assert_int_equal(ask(world, "{child.home.area: Sutton}"), ANSWER_YES);
}

/* Ten thousand rules load and decide in well under the time that one job has. */
static void
test_routing_load__ten_thousand_rules(void **state)
{
	struct small_world *world = *state;
	g_autoptr(GString) yaml = g_string_new(URGENCY_GREEN_LIST "send:\n");

	for (int at = 0; at < 10000; at++)
		g_string_append_printf(yaml,
		    "  - {id: rule-%d, why: Rule %d, to: [hub, phoenix], in_doubt: skip, when: {child.age: {from: %d, under: 19}, level_of_need: {any_of: [2, 3]}, child.home.area: Merton}}\n",
		    at, at, at % 19);
	answer(world, "child.birth", 0, "2014-01-01");
	answer(world, "child.home.postcode", 0, "SW19 1AA");
	answer(world, "level_of_need", 0, "3");
	gint64 start = g_get_monotonic_time();
	(void)decide(world, yaml->str);
	assert_true(g_get_monotonic_time() - start < 30 * G_USEC_PER_SEC);
	assert_string_equal(routes_line(world), "hub:send phoenix:send");
	assert_true(g_str_has_suffix(route_to(world, "hub")->rules, ", and more"));
	g_string_append(yaml, "  - {id: one-more, why: One, to: [hub]}\n");
	load_with_fault(world, yaml->str, "3:3: send: more than 10000 rules");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, small_world_open, small_world_close)

int
main(void)
{
	static const struct CMUnitTest TESTS[] = {
	    TEST(test_rule_load__conditions),
	    TEST(test_rule_load__keys_and_words_of_a_rule),
	    TEST(test_rule_load__the_file),
	    TEST(test_rule_check__urgency_and_red),
	    TEST(test_rule_check__warnings),
	    TEST(test_rule_load__a_word_that_stands_twice_in_a_list),
	    TEST(test_rule_check__who_answers_out_of_hours_is_enough),
	    TEST(test_rule_load__every_fault_at_once),
	    TEST(test_rule_load__a_quoted_yes_is_a_text),
	    TEST(test_rule_load__one_agency_needs_no_list),
	    TEST(test_routing_load__files_that_are_not_there),
	    TEST(test_routing_load__without_fields_what_needs_none_is_checked),
	    TEST(test_routing_load__without_agencies_no_word_for_one_is_a_fault),
	    TEST(test_area_load__faults),
	    TEST(test_area_load__a_wrong_file_is_not_a_thousand_faults),
	    TEST(test_area_load__any_order_and_the_last_line_without_an_end),
	    TEST(test_routing_load__ten_thousand_rules),
	};

	return cmocka_run_group_tests(TESTS, NULL, NULL);
}
