/* Makes the small world by hand, so that routing is tested by its door and without a form. */
/* SPDX-License-Identifier: MIT */
#include "small_world.h"

#include <glib/gstdio.h>
#include <stdlib.h>

static const struct choice LEVELS[] = {{.name = "1", .label = "Level 1"},
    {.name = "2", .label = "Level 2"}, {.name = "3", .label = "Level 3"},
    {.name = "4", .label = "Level 4"}};
static const struct choice AGREEMENTS[] = {{.name = "given", .label = "Given"},
    {.name = "refused", .label = "Refused"}, {.name = "not-sought", .label = "Not sought"}};
static const struct choice REASONS[] = {{.name = "harm", .label = "Risk of significant harm"},
    {.name = "delay", .label = "Undue delay"}};
static const struct choice CONCERNS[] = {
    {.name = "child-drugs", .label = "Drug use by the child", .code = "2A"},
    {.name = "parent-drugs", .label = "Drug use by a parent", .code = "2B"},
    {.name = "self-harm", .label = "Self-harm", .code = "15A"},
    {.name = "neglect", .label = "Neglect", .code = "16A"}};
static const struct choice SEXES[] = {{.name = "f", .label = "Female"}, {.name = "m", .label = "Male"}};

static const struct choice QUALITIES[] = {{.name = "verified", .label = "Verified"},
    {.name = "stated", .label = "Stated"}, {.name = "estimated", .label = "Estimated"},
    {.name = "disputed", .label = "Disputed"}};
static const struct choice NEEDS[] = {{.name = "none", .label = "No needs", .is_alone = true},
    {.name = "hearing", .label = "Hearing"}, {.name = "sight", .label = "Sight"},
    {.name = "speech", .label = "Speech"}};
static const struct choice ORDERS[] = {{.name = "o0", .label = "Order 0"}, {.name = "o1", .label = "Order 1"},
    {.name = "o2", .label = "Order 2"}, {.name = "o3", .label = "Order 3"},
    {.name = "o4", .label = "Order 4"}, {.name = "o5", .label = "Order 5"},
    {.name = "o6", .label = "Order 6"}, {.name = "o7", .label = "Order 7"},
    {.name = "o8", .label = "Order 8"}, {.name = "o9", .label = "Order 9"},
    {.name = "o10", .label = "Order 10"}, {.name = "o11", .label = "Order 11"},
    {.name = "none", .label = "No orders", .is_alone = true}};

#define FIELD(word, words, of, whose) {.name = word, .label = words, .kind = of, .group = whose, .block = "report"}
#define CHOICE(word, words, of, whose, list)                                                       \
	{.name = word, .label = words, .kind = of, .group = whose, .block = "concern",             \
	    .choices = list, .choice_count = COUNT_OF(list)}

static const struct field FIELDS[] = {
    FIELD("immediate_danger", "Immediate danger", FIELD_YES_NO, GROUP_REPORT),
    CHOICE("level_of_need", "Level of need", FIELD_CHOICE, GROUP_REPORT, LEVELS),
    CHOICE("agreement", "Agreement", FIELD_CHOICE, GROUP_REPORT, AGREEMENTS),
    CHOICE("override_reason", "Reason to go without", FIELD_CHOICE, GROUP_REPORT, REASONS),
    FIELD("incident.postcode", "Postcode of the incident", FIELD_POSTCODE, GROUP_REPORT),
    FIELD("incident.at", "Time of the incident", FIELD_MOMENT, GROUP_REPORT),
    FIELD("earlier_reports", "Earlier reports", FIELD_COUNT, GROUP_REPORT),
    FIELD("narrative", "What happened", FIELD_LONG_TEXT, GROUP_REPORT),
    FIELD("reported_at", "Time of this report", FIELD_MOMENT, GROUP_REPORT),
    FIELD("child.name", "Name", FIELD_TEXT, GROUP_CHILD),
    FIELD("child.birth", "Date of birth", FIELD_BIRTH, GROUP_CHILD),
    CHOICE("child.sex", "Sex", FIELD_CHOICE, GROUP_CHILD, SEXES),
    FIELD("child.home.postcode", "Home postcode", FIELD_POSTCODE, GROUP_CHILD),
    FIELD("child.now.postcode", "Postcode now", FIELD_POSTCODE, GROUP_CHILD),
    FIELD("child.placing_authority", "Placing authority", FIELD_TEXT, GROUP_CHILD),
    CHOICE("child.concerns", "Concerns", FIELD_CHOICES, GROUP_CHILD, CONCERNS),
    FIELD("involved_adults.works_for", "Works for", FIELD_TEXT, GROUP_ADULT),
    FIELD("involved_adults.harmer", "Alleged harmer", FIELD_YES_NO, GROUP_ADULT),
    FIELD("involved_adults.birth", "Date of birth", FIELD_BIRTH, GROUP_ADULT),
    FIELD("child.died", "Date of death", FIELD_DAY, GROUP_CHILD),
    CHOICE("child.needs", "Needs", FIELD_CHOICES, GROUP_CHILD, NEEDS),
    CHOICE("child.orders", "Orders", FIELD_CHOICES, GROUP_CHILD, ORDERS),
    CHOICE("involved_adults.orders", "Orders", FIELD_CHOICES, GROUP_ADULT, ORDERS),
    CHOICE("involved_adults.needs", "Needs", FIELD_CHOICES, GROUP_ADULT, NEEDS),
    CHOICE("child.birth_quality", "Date of birth is", FIELD_CHOICE, GROUP_CHILD, QUALITIES),
};

static const char *const BLOCKS[] = {"report", "child-identity", "concern", "health", "narrative"};
static const struct block_place BLOCK_PLACES[] = {{2, 5}, {3, 5}, {4, 5}, {5, 5}, {6, 5}};
static const char *const HUB_BLOCKS[] = {"report", "child-identity", "concern", "health", NULL};
static const char *const PHOENIX_BLOCKS[] = {"report", "child-identity", "concern", NULL};
static const char *const HUB_NAMES[] = {"MASH", "Merton children's services", NULL};

static const char AREAS[] = "# made up\npostcode,area\nCR0 1AA,Croydon\nCR4 1AA,Merton\r\nCR4 1AB,Sutton\n"
			    "SM1 1AA,Sutton\nSW19 1AA,Merton\nSW19 1AB,Merton\nSW19 2AA,Wandsworth\n";

#define IN_LINE(number) .file = "agencies.yaml", .line = number, .column = 5
/* Officers and the desk stand among the agencies, so entry numbers are not agency numbers. */
static struct entry ENTRIES[] = {
    {.id = "sgt", .name = "Sergeant", .kind = ENTRY_DESK},
    {.id = "hub", .name = "Merton MASH", .kind = ENTRY_AGENCY, IN_LINE(2), .blocks = HUB_BLOCKS,
	.also_called = HUB_NAMES, .out_of_hours = "edt"},
    {.id = "pc", .name = "Constable", .kind = ENTRY_OFFICER},
    {.id = "edt", .name = "Emergency team", .kind = ENTRY_AGENCY, IN_LINE(7), .blocks = HUB_BLOCKS,
	.hours.is_always_open = true},
    {.id = "phoenix", .name = "Phoenix", .kind = ENTRY_AGENCY, IN_LINE(12), .blocks = PHOENIX_BLOCKS},
    {.id = "sutton", .name = "Sutton MASH", .kind = ENTRY_AGENCY, IN_LINE(17), .blocks = HUB_BLOCKS},
};

static void
make_fields(struct small_world *world)
{
	struct field *fields = arena_take(world->arena, sizeof FIELDS);

	memcpy(fields, FIELDS, sizeof FIELDS);
	world->fields = (struct field_list){.fields = fields, .count = COUNT_OF(FIELDS),
	    .blocks = BLOCKS, .block_count = COUNT_OF(BLOCKS), .block_places = BLOCK_PLACES,
	    .file = "form.yaml"};
	for (size_t at = 0; at < COUNT_OF(FIELDS); at++)
		fields[at].index = (unsigned)world->fields.group_counts[fields[at].group]++;
}

int
small_world_open(void **state)
{
	struct small_world *world = g_new0(struct small_world, 1);

	assert_true(clock_open_zone());
	world->arena = arena_open(512 * 1024 * 1024);
	world->faults = faults_open();
	make_fields(world);
	world->directory = (struct directory){ENTRIES, COUNT_OF(ENTRIES)};
	memset(world->is_open, true, sizeof world->is_open);
	world->concern.form = &world->fields;
	world->concern.values =
	    arena_take_many(world->arena, world->fields.group_counts[GROUP_REPORT], sizeof(struct value));
	world->folder = g_dir_make_tmp("routing-XXXXXX", NULL);
	world->routing_path = g_build_filename(world->folder, "routing.yaml", NULL);
	world->areas_path = g_build_filename(world->folder, "areas.csv", NULL);
	assert_true(g_file_set_contents_full(
	    world->areas_path, AREAS, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
	report_at(world, 2026, 3, 10, 12, 0);
	*state = world;
	return 0;
}

int
small_world_close(void **state)
{
	struct small_world *world = *state;

	routing_free(world->routing);
	arena_close(world->arena);
	faults_close(world->faults);
	(void)g_remove(world->routing_path);
	(void)g_remove(world->areas_path);
	(void)g_rmdir(world->folder);
	g_free(world->folder);
	g_free(world->routing_path);
	g_free(world->areas_path);
	g_free(world);
	return 0;
}

void
small_world_take(
    struct small_world *world, const struct field_list *fields, const struct directory *directory)
{
	world->fields = *fields;
	world->directory = *directory;
	assert_true(directory->count <= COUNT_OF(world->is_open));
	world->concern.values =
	    arena_take_many(world->arena, fields->group_counts[GROUP_REPORT], sizeof(struct value));
}

void
report_at(struct small_world *world, int year, int month, int day, int hour, int minute)
{
	world->concern.reported_at = clock_moment(year, month, day, hour, minute);
}

static void
add_persons(struct small_world *world, struct person *persons, size_t *count, size_t person,
    enum field_group group)
{
	for (; *count <= person; ++*count)
		persons[*count].values = arena_take_many(
		    world->arena, world->fields.group_counts[group], sizeof(struct value));
}

static struct value *
value_of(struct small_world *world, const struct field *field, size_t person)
{
	struct concern *concern = &world->concern;

	if (field->group == GROUP_REPORT)
		return &concern->values[field->index];
	if (field->group == GROUP_CHILD) {
		add_persons(world, concern->children, &concern->child_count, person, GROUP_CHILD);
		return &concern->children[person].values[field->index];
	}
	add_persons(world, concern->adults, &concern->adult_count, person, GROUP_ADULT);
	return &concern->adults[person].values[field->index];
}

static void
give_choices(const struct field *field, struct value *value, const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);

	for (size_t at = 0; words[at]; at++)
		if (choice_find(field, words[at]) >= 0)
			choice_set_add(&value->choices, (unsigned)choice_find(field, words[at]));
}

static void
give_days(struct value *value, const char *text)
{
	const char *last = strstr(text, "..");
	g_autofree char *first = g_strndup(text, 10);

	value->is_unborn = strcmp(text, "unborn") == 0;
	if (value->is_unborn)
		return;
	assert_true(day_read(first, &value->first_day));
	assert_true(day_read(last ? last + 2 : first, &value->last_day));
}

static void
give_postcode(struct value *value, const char *text)
{
	value->no_fixed_abode = strcmp(text, "nfa") == 0;
	value->is_estimated = *text == '*';
	if (!value->no_fixed_abode)
		g_strlcpy(value->postcode, text + value->is_estimated, sizeof value->postcode);
	value->is_full_postcode = strchr(value->postcode, ' ') != NULL;
}

static void
give(const struct field *field, struct value *value, const char *text)
{
	switch (field->kind) {
	case FIELD_YES_NO:
		choice_set_add(&value->choices, strcmp(text, "yes") == 0);
		break;
	case FIELD_CHOICE:
	case FIELD_CHOICES:
		give_choices(field, value, text);
		break;
	case FIELD_BIRTH:
	case FIELD_DAY:
	case FIELD_MOMENT:
		give_days(value, text);
		break;
	case FIELD_POSTCODE:
		give_postcode(value, text);
		break;
	case FIELD_COUNT:
		value->number = atoi(text);
		break;
	default:
		break;
	}
}

void
answer(struct small_world *world, const char *name, size_t person, const char *text)
{
	static const char MARKS[] = "?!-~";
	static const enum known KNOWN[] = {KNOWN_UNKNOWN, KNOWN_REFUSED, KNOWN_NOT_APPLICABLE, KNOWN_UNCLEAR};
	const struct field *field = field_find(&world->fields, name);
	struct value *value = value_of(world, field, person);
	const char *mark = *text ? strchr(MARKS, *text) : NULL;

	*value = (struct value){.text = plain_copy(world->arena, text, strlen(text))};
	if (mark)
		value->known = KNOWN[mark - MARKS];
	else if (*text)
		value->known = KNOWN_GIVEN;
	if (value->known == KNOWN_GIVEN)
		give(field, value, text);
	else if (value->known == KNOWN_UNCLEAR)
		give_choices(field, value, text + 1);
}

static void
try_load(struct small_world *world, const char *yaml)
{
	routing_free(world->routing);
	/* Nothing needs to be on the disk, and GLib 2.74 leaves what is longer. */
	(void)g_remove(world->routing_path);
	assert_true(g_file_set_contents_full(
	    world->routing_path, yaml, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
	world->routing = routing_load(world->routing_path, world->areas_path, &world->fields,
	    &world->directory, world->faults);
}

void
load(struct small_world *world, const char *yaml)
{
	try_load(world, yaml);
	if (!world->routing)
		faults_print(world->faults, stderr);
	assert_non_null(world->routing);
}

bool
load_gives_fault(struct small_world *world, const char *yaml, const char *fault)
{
	bool found = false;

	faults_close(world->faults);
	world->faults = faults_open();
	try_load(world, yaml);
	for (size_t at = 0; at < faults_total(world->faults); at++) {
		const struct fault *said = faults_at(world->faults, at);
		g_autofree char *line = g_strdup_printf("%u:%u: %s", said->line, said->column, said->text);
		found = found || (!said->warning && strcmp(line, fault) == 0);
	}
	if (!found) {
		fprintf(stderr, "expected %s, found\n", fault);
		faults_print(world->faults, stderr);
	}
	return found && !world->routing;
}

void
load_with_fault(struct small_world *world, const char *yaml, const char *fault)
{
	assert_true(load_gives_fault(world, yaml, fault));
}

const struct decision *
decide(struct small_world *world, const char *yaml)
{
	struct routing_moment moment = {world->concern.reported_at, world->is_open};

	load(world, yaml);
	routing_decide(world->routing, &world->concern, &moment, world->arena, &world->decision);
	return &world->decision;
}

enum answer
ask(struct small_world *world, const char *when)
{
	g_autofree char *yaml = g_strdup_printf(URGENCY_GREEN_LIST
	    "send:\n  - id: asked\n    why: Asked\n    to: [hub]\n    when: %s\n", when);

	(void)decide(world, yaml);
	return seen_rule(world, "asked", world->concern.child_count ? 0 : -1, NULL)->answer;
}

const struct route *
route_to(const struct small_world *world, const char *agency)
{
	for (size_t at = 0; at < world->decision.route_count; at++)
		if (strcmp(world->decision.routes[at].agency->id, agency) == 0)
			return &world->decision.routes[at];
	return NULL;
}

const char *
routes_line(const struct small_world *world)
{
	const char *line = "";

	for (size_t at = 0; at < world->decision.route_count; at++)
		line = arena_print(world->arena, "%s%s%s:%s", line, at ? " " : "",
		    world->decision.routes[at].agency->id,
		    route_fate_name(world->decision.routes[at].fate));
	return line;
}

bool
same_routes(const char *one, const char *other)
{
	g_auto(GStrv) words = g_strsplit(one, " ", -1), others = g_strsplit(other, " ", -1);
	bool same = g_strv_length(words) == g_strv_length(others);

	for (size_t at = 0; words[at] && same; at++)
		same = g_strv_contains((const char *const *)others, words[at]);
	return same;
}

const struct rule_seen *
seen_rule(const struct small_world *world, const char *rule, int child, const char *agency)
{
	for (size_t at = 0; at < world->decision.seen_count; at++) {
		const struct rule_seen *seen = &world->decision.seen[at];
		if (strcmp(seen->rule, rule) == 0 && seen->child == child &&
		    g_strcmp0(seen->agency, agency) == 0)
			return seen;
	}
	fail_msg("no line for rule %s, child %d, agency %s", rule, child, agency ? agency : "-");
	return NULL;
}
