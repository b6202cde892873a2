/* The rules that are shipped, with the form and the directory that are shipped. */
/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "form/form.h"
#include "setup/setup.h"

#include "small_world.h"

/* The shipped files, opened once for all tests. */
static struct form *form;
static struct address_book *book;
static struct routing *routing;
static char *areas_path;

static char *
rules_file(const char *name)
{
	return g_build_filename(g_getenv("WANDLE_SOURCE"), "rules", name, NULL);
}

static int
open_shipped(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	g_autofree char *form_path = rules_file("form.yaml"), *folder = rules_file("");
	g_autofree char *routing_path = rules_file("routing.yaml");

	(void)state;
	assert_true(clock_open_zone());
	areas_path = rules_file("areas.csv");
	form = form_load(form_path, faults);
	assert_non_null(form);
	const struct field_list *fields = form_fields(form);
	book = setup_load_directory(folder, fields->blocks, fields->block_count, faults);
	assert_non_null(book);
	routing = routing_load(routing_path, areas_path, fields, setup_directory(book), faults);
	faults_print(faults, stderr);
	assert_int_equal(faults_total(faults), 0); /* not even a warning */
	assert_non_null(routing);
	return 0;
}

static int
close_shipped(void **state)
{
	(void)state;
	routing_free(routing);
	setup_free_directory(book);
	form_free(form);
	g_free(areas_path);
	return 0;
}

/* A concern of the shipped form, about a Tuesday at noon. */
static int
open_world(void **state)
{
	(void)small_world_open(state);
	small_world_take(*state, form_fields(form), setup_directory(book));
	return 0;
}

struct written {
	const char *field;
	unsigned person;
	const char *text;
};

enum { WRITTEN_MAX = 16 };

struct story {
	const char *name;
	const char *closed;              /* agencies that are closed, with spaces */
	struct written form[WRITTEN_MAX];
	const char *routes;
	enum urgency urgency;
	bool nobody, kept, alarm_unmet;
};

#define MERTON "SW19 1AG"
#define SUTTON "SM1 1AA"
#define WANDSWORTH "SW19 5LG"

static const struct story STORIES[] = {
    {.name = "a Merton twelve-year-old with drugs, level 3, agreed",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "3"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "2014-01-05"}, {"child.home.postcode", 0, MERTON},
	    {"child.concerns", 0, "child-drugs"}},
	.routes = "merton-mash:send phoenix:propose", .urgency = URGENCY_AMBER},
    {.name = "the same, refused",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "3"}, {"agreement", 0, "refused"},
	    {"child.birth", 0, "2014-01-05"}, {"child.home.postcode", 0, MERTON},
	    {"child.concerns", 0, "child-drugs"}},
	.routes = "merton-mash:send phoenix:wait", .urgency = URGENCY_AMBER},
    {.name = "the same, refused with a recorded reason",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "3"}, {"agreement", 0, "refused"},
	    {"override_reason", 0, "significant-harm"}, {"child.birth", 0, "2014-01-05"},
	    {"child.home.postcode", 0, MERTON}, {"child.concerns", 0, "child-drugs"}},
	.routes = "merton-mash:send phoenix:propose", .urgency = URGENCY_AMBER},
    {.name = "the same with no date of birth: certain for nobody, and the hub is told",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "3"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "?"}, {"child.home.postcode", 0, MERTON},
	    {"child.concerns", 0, "child-drugs"}},
	.routes = "merton-mash:send phoenix:wait", .urgency = URGENCY_AMBER},
    {.name = "one day short of nine",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "3"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "2017-03-11"}, {"child.home.postcode", 0, MERTON},
	    {"child.concerns", 0, "child-alcohol"}},
	.routes = "merton-mash:send", .urgency = URGENCY_AMBER},
    {.name = "eighteen: Phoenix has it, children's services do not",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "3"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "2008-01-05"}, {"child.home.postcode", 0, MERTON},
	    {"child.concerns", 0, "child-alcohol"}},
	.routes = "phoenix:propose", .urgency = URGENCY_AMBER},
    {.name = "a Sutton child, level 2",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "2"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "2014-01-05"}, {"child.home.postcode", 0, SUTTON},
	    {"child.concerns", 0, "neglect"}},
	.routes = "sutton-mash:send", .urgency = URGENCY_GREEN},
    {.name = "a Sutton child found in Merton",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "3"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "2014-01-05"}, {"child.home.postcode", 0, SUTTON},
	    {"child.now.postcode", 0, MERTON}, {"child.concerns", 0, "missing"}},
	.routes = "merton-mash:send sutton-mash:send", .urgency = URGENCY_AMBER},
    {.name = "a Sutton child, level 3, who may be anywhere now: both are told",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "3"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "2014-01-05"}, {"child.home.postcode", 0, SUTTON},
	    {"child.concerns", 0, "neglect"}},
	.routes = "merton-mash:send sutton-mash:send", .urgency = URGENCY_AMBER},
    {.name = "a Sutton child, level 3, at home in Sutton: one is told",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "3"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "2014-01-05"}, {"child.home.postcode", 0, SUTTON},
	    {"child.now.postcode", 0, SUTTON}, {"child.concerns", 0, "neglect"}},
	.routes = "sutton-mash:send", .urgency = URGENCY_AMBER},
    {.name = "SW19, and yet Wandsworth",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "2"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "2014-01-05"}, {"child.home.postcode", 0, WANDSWORTH},
	    {"child.concerns", 0, "neglect"}},
	.routes = "wandsworth-mash:send", .urgency = URGENCY_GREEN},
    {.name = "a district is no postcode: the desk is asked",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "2"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "2014-01-05"}, {"child.home.postcode", 0, "SW19"},
	    {"child.concerns", 0, "neglect"}},
	.routes = "early-help:wait sutton-mash:wait wandsworth-mash:wait", .urgency = URGENCY_GREEN},
    {.name = "looked after by Sutton, placed in Merton",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "3"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "2014-01-05"}, {"child.home.postcode", 0, MERTON},
	    {"child.placing_authority", 0, "London Borough of Sutton"}, {"child.concerns", 0, "missing"}},
	.routes = "merton-mash:send sutton-mash:send", .urgency = URGENCY_AMBER},
    {.name = "red by day",
	.form = {{"immediate_danger", 0, "yes"}, {"level_of_need", 0, "4"}, {"agreement", 0, "refused"},
	    {"child.birth", 0, "2014-01-05"}, {"child.home.postcode", 0, MERTON},
	    {"child.concerns", 0, "neglect"}},
	.routes = "merton-mash:send", .urgency = URGENCY_RED},
    {.name = "red at night",
	.closed = "merton-mash phoenix merton-camhs",
	.form = {{"immediate_danger", 0, "yes"}, {"child.birth", 0, "2014-01-05"},
	    {"child.home.postcode", 0, MERTON}, {"child.concerns", 0, "neglect"},
	    {"agreement", 0, "given"}, {"level_of_need", 0, "3"}},
	.routes = "merton-mash:send merton-edt:send", .urgency = URGENCY_RED},
    {.name = "red, for information only, with a child that has died: the hub hears at once",
	.form = {{"immediate_danger", 0, "yes"}, {"level_of_need", 0, "4"}, {"nature", 0, "information-only"},
	    {"child.birth", 0, "2014-01-05"}, {"child.home.postcode", 0, MERTON},
	    {"child.date_of_death", 0, "2026-03-09"}, {"child.concerns", 0, "neglect"}},
	.routes = "merton-mash:send", .urgency = URGENCY_RED},
    {.name = "a parent works at the hub",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "3"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "2014-01-05"}, {"child.home.postcode", 0, MERTON},
	    {"child.concerns", 0, "neglect"}, {"involved_adults.works_for", 0, "Merton MASH, front door"}},
	.routes = "merton-mash:forbidden", .urgency = URGENCY_AMBER, .nobody = true},
    {.name = "the same, red: nobody is left, and somebody is rung up",
	.form = {{"immediate_danger", 0, "yes"}, {"level_of_need", 0, "4"},
	    {"child.birth", 0, "2014-01-05"}, {"child.home.postcode", 0, MERTON},
	    {"child.concerns", 0, "neglect"}, {"involved_adults.works_for", 0, "Merton MASH, front door"}},
	.routes = "merton-mash:forbidden", .urgency = URGENCY_RED, .nobody = true, .alarm_unmet = true},
    {.name = "in a refuge",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "3"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "2014-01-05"}, {"child.home.postcode", 0, MERTON},
	    {"child.confidential_address", 0, "14 Somewhere Road"},
	    {"child.concerns", 0, "domestic-abuse-parent"}},
	.routes = "merton-mash:send merton-domestic-abuse:wait", .urgency = URGENCY_AMBER},
    {.name = "a parent suffers domestic abuse",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "2"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "2020-01-05"}, {"child.home.postcode", 0, MERTON},
	    {"child.concerns", 0, "domestic-abuse-parent"}},
	.routes = "early-help:send merton-domestic-abuse:send", .urgency = URGENCY_GREEN},
    {.name = "sixteen, in a relationship that harms",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "3"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "2010-01-05"}, {"child.home.postcode", 0, MERTON},
	    {"child.concerns", 0, "domestic-abuse-child"}},
	.routes = "merton-mash:send merton-domestic-abuse:send", .urgency = URGENCY_AMBER},
    {.name = "self-harm at a Merton school",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "2"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "2012-01-05"}, {"child.home.postcode", 0, MERTON},
	    {"child.school.postcode", 0, MERTON}, {"child.concerns", 0, "self-harm"}},
	.routes = "merton-camhs:send merton-school-nursing:send early-help:send", .urgency = URGENCY_GREEN},
    {.name = "gangs at ten",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "2"}, {"agreement", 0, "refused"},
	    {"child.birth", 0, "2016-03-10"}, {"child.home.postcode", 0, MERTON},
	    {"child.concerns", 0, "gangs"}},
	.routes = "early-help:wait merton-youth-justice:send", .urgency = URGENCY_GREEN},
    {.name = "gangs at nine",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "2"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "2016-03-11"}, {"child.home.postcode", 0, MERTON},
	    {"child.concerns", 0, "gangs"}},
	.routes = "early-help:send", .urgency = URGENCY_GREEN},
    {.name = "unborn, level 3",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "3"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "unborn"}, {"child.home.postcode", 0, MERTON},
	    {"child.concerns", 0, "parent-drugs"}},
	.routes = "merton-mash:send", .urgency = URGENCY_AMBER},
    {.name = "level 1: recorded and counted",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "1"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "2014-01-05"}, {"child.home.postcode", 0, MERTON},
	    {"child.concerns", 0, "other"}},
	.routes = "", .urgency = URGENCY_BLUE, .kept = true},
    {.name = "level 3 far away: nobody would receive it",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "3"}, {"agreement", 0, "given"},
	    {"child.birth", 0, "2014-01-05"}, {"child.home.postcode", 0, "M1 1AA"},
	    {"child.now.postcode", 0, "M1 1AA"}, {"child.concerns", 0, "neglect"}},
	.routes = "", .urgency = URGENCY_AMBER, .nobody = true},
    {.name = "for information only",
	.form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "3"}, {"agreement", 0, "given"},
	    {"nature", 0, "information-only"}, {"child.birth", 0, "2014-01-05"},
	    {"child.home.postcode", 0, MERTON}, {"child.concerns", 0, "neglect"}},
	.routes = "merton-mash:wait", .urgency = URGENCY_AMBER},
    {.name = "a form without a child: the hub is told, the rest is asked",
	.form = {{"immediate_danger", 0, "?"}, {"level_of_need", 0, "3"}},
	.routes = "merton-mash:send phoenix:wait merton-camhs:wait merton-youth-justice:wait "
		  "sutton-mash:wait wandsworth-mash:wait",
	.urgency = URGENCY_AMBER},
};

static const char *
decide_story(struct small_world *world, const struct story *story)
{
	const struct directory *directory = setup_directory(book);
	struct routing_moment moment = {world->concern.reported_at, world->is_open};

	for (size_t at = 0; at < WRITTEN_MAX && story->form[at].field; at++)
		answer(world, story->form[at].field, story->form[at].person, story->form[at].text);
	for (size_t at = 0; at < directory->count; at++)
		world->is_open[at] = !story->closed || !strstr(story->closed, directory->entries[at].id);
	routing_decide(routing, &world->concern, &moment, world->arena, &world->decision);
	return routes_line(world);
}

static void
test_shipped_rules__stories(void **state)
{
	(void)state;
	for (size_t at = 0; at < COUNT_OF(STORIES); at++) {
		void *opened = NULL;
		(void)open_world(&opened);
		struct small_world *world = opened;
		const char *routes = decide_story(world, &STORIES[at]);
		const struct decision *decision = &world->decision;
		if (!same_routes(routes, STORIES[at].routes) || decision->urgency != STORIES[at].urgency ||
		    decision->nobody != STORIES[at].nobody || decision->kept != STORIES[at].kept ||
		    decision->alarm_unmet != STORIES[at].alarm_unmet)
			fail_msg("%s: %s, %s%s%s%s", STORIES[at].name, urgency_name(decision->urgency), routes,
			    decision->nobody ? ", nobody" : "", decision->kept ? ", kept" : "",
			    decision->alarm_unmet ? ", alarm unmet" : "");
		(void)small_world_close(&opened);
	}
}

/* Every agency of the directory is somebody's recipient in one of the stories. */
static void
test_shipped_rules__stories_reach_every_agency(void **state)
{
	const struct directory *directory = setup_directory(book);

	(void)state;
	for (size_t at = 0; at < directory->count; at++) {
		bool found = directory->entries[at].kind != ENTRY_AGENCY;
		g_autofree char *sent = g_strdup_printf("%s:", directory->entries[at].id);
		for (size_t story = 0; story < COUNT_OF(STORIES); story++)
			found = found || strstr(STORIES[story].routes, sent);
		if (!found)
			fail_msg("no story for %s", directory->entries[at].id);
	}
}

/* Two children of one form, each to its own borough, and a third that only lives there. */
static void
test_shipped_rules__two_children_and_one_that_is_not_referred(void **state)
{
	static const struct story STORY = {
	    .form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "3"}, {"agreement", 0, "given"},
		{"child.birth", 0, "2014-01-05"}, {"child.home.postcode", 0, MERTON},
		{"child.concerns", 0, "child-drugs"}, {"child.birth", 1, "2020-01-05"},
		{"child.home.postcode", 1, SUTTON}, {"child.now.postcode", 1, SUTTON},
		{"child.concerns", 1, "neglect"}, {"child.birth", 2, "2019-01-05"},
		{"child.home.postcode", 2, MERTON}, {"child.concerns", 2, "no-concern"},
		{"child.role", 2, "household-not-referred"}}};
	struct small_world *world = *state;

	assert_true(same_routes(decide_story(world, &STORY),
	    "merton-mash:send phoenix:propose sutton-mash:send"));
	assert_int_equal(route_to(world, "merton-mash")->children, 1);
	assert_int_equal(route_to(world, "sutton-mash")->children, 2);
	assert_int_equal(route_to(world, "phoenix")->children, 1);
	assert_false(world->decision.nobody);
	assert_int_equal(world->decision.excused_children, 4);
}

/* A sibling of another area is the desk's, though the first child is sent; red rings besides. */
static void
test_shipped_rules__a_child_of_no_area_is_not_lost_beside_its_sibling(void **state)
{
	static const struct story STORY = {
	    .form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "3"}, {"agreement", 0, "given"},
		{"child.birth", 0, "2014-01-05"}, {"child.concerns", 0, "neglect"},
		{"child.concerns", 1, "neglect"}, {"child.home.postcode", 0, MERTON},
		{"child.birth", 1, "2020-01-05"}, {"child.home.postcode", 1, "M1 1AE"},
		{"child.now.postcode", 1, "M1 1AE"}}};
	struct small_world *world = *state;

	assert_true(same_routes(decide_story(world, &STORY), "merton-mash:send"));
	assert_true(world->decision.nobody);
	assert_int_equal(world->decision.nobody_children, 2);
}

/* The service for adults learns who they are and not who the child is. */
static void
test_shipped_rules__domestic_abuse_service_is_told_less(void **state)
{
	static const struct story STORY = {
	    .form = {{"immediate_danger", 0, "no"}, {"level_of_need", 0, "2"}, {"agreement", 0, "given"},
		{"child.birth", 0, "2020-01-05"}, {"child.home.postcode", 0, MERTON},
		{"child.concerns", 0, "domestic-abuse-parent"}}};
	struct small_world *world = *state;

	(void)decide_story(world, &STORY);
	const char *const *blocks = route_to(world, "merton-domestic-abuse")->blocks;
	assert_non_null(blocks);
	for (; *blocks; blocks++)
		assert_string_not_equal(*blocks, "child-identity");
	assert_null(route_to(world, "early-help")->blocks);
}

static void
test_shipped_rules__the_question_says_what_would_settle_it(void **state)
{
	struct small_world *world = *state;

	(void)decide_story(world, &STORIES[3]);
	assert_string_equal(route_to(world, "phoenix")->question,
	    "Is the age from 9 and under 19? \"Date of birth\" is not known.");
	assert_string_equal(route_to(world, "phoenix")->why, "Phoenix works with nine to eighteen year olds");
}

/* Every row of the shipped table, looked up by the door and by reading the file anew. */
static void
test_shipped_areas__every_postcode(void **state)
{
	g_autofree char *text = NULL;
	size_t checked = 0;

	(void)state;
	assert_true(g_file_get_contents(areas_path, &text, NULL, NULL));
	for (char *end, *line = text; (end = strchr(line, '\n')); line = end + 1) {
		struct value value = {.known = KNOWN_GIVEN, .is_full_postcode = true};
		char *comma = memchr(line, ',', (size_t)(end - line));
		*end = '\0';
		if (*line == '#' || !comma || strcmp(line, "postcode,area") == 0)
			continue;
		*comma = '\0';
		g_strlcpy(value.postcode, line, sizeof value.postcode);
		const char *area = routing_area(routing, &value);
		if (!area || strcmp(area, comma + 1) != 0)
			fail_msg("%s is %s and not %s", line, area ? area : "unknown", comma + 1);
		checked++;
	}
	assert_true(checked > 78000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, small_world_close)

/* `wandle rules check` has nothing to say of them that must be mended or looked at. */
static void
test_shipped_rules__nothing_is_wrong_with_them(void **state)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(512 * 1024 * 1024);
	struct rule_findings found;

	(void)state;
	routing_check(routing, 1773144000, arena, &found);
	for (size_t at = 0; at < found.count; at++)
		if (found.findings[at].level != FINDING_NOTE)
			fprintf(stderr, "%u: %s\n", found.findings[at].line, found.findings[at].text);
	assert_int_equal(found.counts[FINDING_ERROR], 0);
	assert_int_equal(found.counts[FINDING_WARNING], 0);
	assert_true(found.counts[FINDING_NOTE] > 0);
}

int
main(void)
{
	static const struct CMUnitTest TESTS[] = {
	    cmocka_unit_test(test_shipped_rules__stories),
	    cmocka_unit_test(test_shipped_rules__stories_reach_every_agency),
	    TEST(test_shipped_rules__two_children_and_one_that_is_not_referred),
	    TEST(test_shipped_rules__a_child_of_no_area_is_not_lost_beside_its_sibling),
	    TEST(test_shipped_rules__domestic_abuse_service_is_told_less),
	    TEST(test_shipped_rules__the_question_says_what_would_settle_it),
	    cmocka_unit_test(test_shipped_rules__nothing_is_wrong_with_them),
	    cmocka_unit_test(test_shipped_areas__every_postcode),
	};

	return cmocka_run_group_tests(TESTS, open_shipped, close_shipped);
}
