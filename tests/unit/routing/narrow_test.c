/* What rules narrow is narrowed for each child, and never is asked of what the desk sends too. */
/* SPDX-License-Identifier: MIT */
#include "small_world.h"

static const char NARROW[] = URGENCY_GREEN_LIST
    "send:\n"
    "  - {id: girls, why: Girls, to: [hub], when: {child.sex: f}, disclose: [report]}\n"
    "  - {id: drugs, why: Drugs, to: [hub], when: {child.concerns: {includes: child-drugs}}, disclose: [health]}\n"
    "  - {id: boys, why: Boys, to: [hub], when: {child.sex: m}}\n"
    "hold:\n"
    "  - {id: wait, when: {child.name: {includes: waits}}}\n";

static void
give(struct small_world *world, size_t child, const char *sex, const char *concerns, const char *name)
{
	answer(world, "child.sex", child, sex);
	answer(world, "child.concerns", child, concerns);
	answer(world, "child.name", child, name);
}

/* The blocks as one line, "-" for the agency's own. */
static const char *
line_of(struct small_world *world, const char *const *blocks)
{
	const char *line = "";

	for (const char *const *at = blocks; at && *at; at++)
		line = arena_print(world->arena, "%s%s%s", line, *line ? " " : "", *at);
	return blocks ? line : "-";
}

static void
test_narrow__each_child_by_its_own_rules(void **state)
{
	struct small_world *world = *state;

	give(world, 0, "f", "neglect", "Ada");
	give(world, 1, "m", "neglect", "Bo");
	give(world, 2, "f", "child-drugs", "Cy");
	(void)decide(world, NARROW);
	const struct route *route = route_to(world, "hub");
	assert_string_equal(line_of(world, route->child_blocks[0]), "report");
	assert_string_equal(line_of(world, route->child_blocks[1]), "-");
	assert_string_equal(line_of(world, route->child_blocks[2]), "report health");
	assert_string_equal(line_of(world, route->blocks), "-");
}

/* What the desk lets go later is narrowed by the rules of the child that waited. */
static void
test_narrow__a_child_that_waits_keeps_its_own(void **state)
{
	struct small_world *world = *state;

	give(world, 0, "m", "neglect", "Ada");
	give(world, 1, "f", "neglect", "Bo who waits");
	(void)decide(world, NARROW);
	const struct route *route = route_to(world, "hub");
	assert_int_equal(route->children, 1);
	assert_int_equal(route->waiting_children, 2);
	assert_string_equal(line_of(world, route_blocks(route, 1, world->arena)), "-");
	assert_string_equal(line_of(world, route_blocks(route, 2, world->arena)), "report");
	assert_string_equal(line_of(world, route_blocks(route, 3, world->arena)), "-");
}

static void
test_forbids__an_agency_that_no_rule_sends_to(void **state)
{
	struct small_world *world = *state;
	const struct entry *phoenix = directory_find(&world->directory, ENTRY_AGENCY, "phoenix");
	const struct entry *hub = directory_find(&world->directory, ENTRY_AGENCY, "hub");
	const char *by = NULL;

	give(world, 0, "f", "neglect", "Ada");
	give(world, 1, "m", "neglect", "Bo");
	(void)decide(world, URGENCY_GREEN_LIST NOTHING_SENT
	    "never:\n"
	    "  - {id: no-boys, when: {child.sex: m}, not_to: phoenix}\n"
	    "  - {id: works-there, when: {involved_adults.works_for: {includes: this-agency}}, not_to: this-agency}\n");
	assert_null(route_to(world, "phoenix"));
	assert_int_equal(
	    routing_forbids(world->routing, &world->concern, phoenix, world->arena, &by), 2);
	assert_string_equal(by, "no-boys");
	assert_int_equal(routing_forbids(world->routing, &world->concern, hub, world->arena, &by), 0);
	answer(world, "involved_adults.works_for", 0, "the MASH");
	assert_int_equal(routing_forbids(world->routing, &world->concern, hub, world->arena, &by), 3);
	assert_string_equal(by, "works-there");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, small_world_open, small_world_close)

int
main(void)
{
	static const struct CMUnitTest TESTS[] = {
	    TEST(test_narrow__each_child_by_its_own_rules),
	    TEST(test_narrow__a_child_that_waits_keeps_its_own),
	    TEST(test_forbids__an_agency_that_no_rule_sends_to),
	};

	return cmocka_run_group_tests(TESTS, NULL, NULL);
}
