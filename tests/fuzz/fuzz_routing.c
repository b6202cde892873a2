/* Any bytes are rules or a fault with its place, and rules decide every concern. */
/* SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "fuzz_file.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "routing/routing.h"

static const struct choice LEVELS[] = {{.name = "1", .label = "One"}, {.name = "2", .label = "Two"}, {.name = "3", .label = "Three"}};
static const struct choice CONCERNS[] = {{.name = "neglect", .label = "Neglect", .code = "16A"}, {.name = "gangs", .label = "Gangs"}};
static const char *const BLOCKS[] = {"report", "concern", NULL};

static const struct field FIELDS[] = {
    {.name = "level", .label = "Level", .kind = FIELD_CHOICE, .choices = LEVELS, .choice_count = 3, .index = 0},
    {.name = "danger", .label = "Danger", .kind = FIELD_YES_NO, .index = 1},
    {.name = "story", .label = "Story", .kind = FIELD_LONG_TEXT, .index = 2},
    {.name = "count", .label = "Count", .kind = FIELD_COUNT, .index = 3},
    {.name = "at", .label = "At", .kind = FIELD_MOMENT, .index = 4},
    {.name = "child.birth", .label = "Birth", .kind = FIELD_BIRTH, .group = GROUP_CHILD, .index = 0},
    {.name = "child.home.postcode", .label = "Home", .kind = FIELD_POSTCODE, .group = GROUP_CHILD, .index = 1},
    {.name = "child.concerns", .label = "Concerns", .kind = FIELD_CHOICES, .group = GROUP_CHILD, .choices = CONCERNS, .choice_count = 2, .index = 2},
    {.name = "involved_adults.works_for", .label = "Works for", .kind = FIELD_TEXT, .group = GROUP_ADULT, .index = 0},
};

static const struct field_list LIST = {.fields = FIELDS, .count = COUNT_OF(FIELDS),
    .group_counts = {5, 3, 1}, .blocks = BLOCKS, .block_count = 2};

static struct entry ENTRIES[] = {
    {.id = "hub", .name = "Hub", .kind = ENTRY_AGENCY, .blocks = BLOCKS, .out_of_hours = "edt"},
    {.id = "edt", .name = "Night", .kind = ENTRY_AGENCY, .blocks = BLOCKS},
    {.id = "pc", .name = "Officer", .kind = ENTRY_OFFICER},
};
static const struct directory DIRECTORY = {ENTRIES, COUNT_OF(ENTRIES)};

static const char AREAS[] = "SW19 1AA,Merton\nSM1 1AA,Sutton\n";

/* One answer, of each way it can be known and some of what it can be. */
static void
fill(GRand *rand, struct value *value, struct arena *arena)
{
	static const char *const POSTCODES[] = {"SW19 1AA", "SM1 1AA", "SW19", "M1 1AA", ""};
	static const char *const TEXTS[] = {"", "the hub", "\xff\xfe", "neglect \xcc\x81 gangs", "..."};
	const char *text = TEXTS[g_rand_int_range(rand, 0, COUNT_OF(TEXTS))];

	value->known = (enum known)g_rand_int_range(rand, 0, KNOWN_GIVEN + 4);
	if (value->known > KNOWN_GIVEN)
		value->known = KNOWN_GIVEN;
	value->text = plain_copy(arena, text, strlen(text));
	value->choices.bits[0] = g_rand_int(rand) & 3;
	value->first_day = (int32_t)g_rand_int_range(rand, -40000, 40000);
	value->last_day = value->first_day + g_rand_int_range(rand, 0, 9000);
	value->number = g_rand_int_range(rand, -5, 5);
	g_strlcpy(value->postcode, POSTCODES[g_rand_int_range(rand, 0, COUNT_OF(POSTCODES))], sizeof value->postcode);
	value->is_full_postcode = strchr(value->postcode, ' ') != NULL;
	value->is_unborn = g_rand_int_range(rand, 0, 6) == 0;
	value->is_estimated = g_rand_int_range(rand, 0, 6) == 0;
}

static struct value *
fill_group(GRand *rand, enum field_group group, struct arena *arena)
{
	size_t count = LIST.group_counts[group];
	struct value *values = arena_take_many(arena, count, sizeof *values);

	for (size_t at = 0; at < count; at++)
		fill(rand, &values[at], arena);
	return values;
}

static void
make_concern(GRand *rand, struct concern *concern, struct arena *arena)
{
	memset(concern, 0, sizeof *concern);
	concern->form = &LIST;
	concern->reported_at = 1773144000;
	concern->values = fill_group(rand, GROUP_REPORT, arena);
	concern->child_count = (size_t)g_rand_int_range(rand, 0, 4);
	concern->adult_count = (size_t)g_rand_int_range(rand, 0, 3);
	for (size_t at = 0; at < concern->child_count; at++)
		concern->children[at].values = fill_group(rand, GROUP_CHILD, arena);
	for (size_t at = 0; at < concern->adult_count; at++)
		concern->adults[at].values = fill_group(rand, GROUP_ADULT, arena);
}

static void
check_decision(const struct concern *concern, const struct decision *decision)
{
	uint64_t all = ((uint64_t)1 << concern->child_count) - 1;

	for (size_t at = 0; at < decision->route_count; at++) {
		const struct route *route = &decision->routes[at];
		for (size_t before = 0; before < at; before++)
			if (decision->routes[before].agency == route->agency)
				abort();
		if ((route->children | route->waiting_children) & ~all || !route->rules || !route->why ||
		    !route->code || (route->fate == ROUTE_WAIT && !route->question))
			abort();
	}
	if (decision->urgency == URGENCY_NONE || !decision->urgency_rule ||
	    (decision->nobody && decision->kept) || (decision->alarm_unmet && !decision->is_red))
		abort();
	for (size_t at = 0; at < decision->seen_count; at++)
		for (size_t line = 0; line < decision->seen[at].condition_count; line++)
			if (!decision->seen[at].conditions[line].words)
				abort();
}

static void
decide_some(const struct routing *routing, const uint8_t *bytes, size_t length)
{
	static const bool IS_OPEN[] = {false, true, true};
	const struct routing_moment moment = {.is_open = IS_OPEN};
	g_autoptr(GBytes) kept = g_bytes_new_static(bytes, length);
	g_autoptr(GRand) rand = g_rand_new_with_seed(g_bytes_hash(kept));

	for (int turn = 0; turn < 4; turn++) {
		struct arena *arena = arena_open((size_t)1 << 30);
		struct concern concern;
		struct decision decision;
		make_concern(rand, &concern, arena);
		routing_decide(routing, &concern, &moment, arena, &decision);
		check_decision(&concern, &decision);
		arena_close(arena);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	char rules[32], areas[32];
	int rules_file = keep_bytes(bytes, length, rules);
	int areas_file = keep_bytes(AREAS, strlen(AREAS), areas);

	if (!clock_open_zone())
		abort();
	struct routing *routing = routing_load(rules, areas, &LIST, &DIRECTORY, faults);
	if (!routing != (faults_count(faults) > 0))
		abort();
	if (routing)
		decide_some(routing, bytes, length);
	routing_free(routing);
	(void)close(rules_file);
	(void)close(areas_file);
	return 0;
}
