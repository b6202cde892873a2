/* Builds the small world that letters are written in. */
/* SPDX-License-Identifier: MIT */
#include "letters_world.h"

#include <string.h>

#include "base/clock.h"
#include "mime/mime_read.h"

/* cmocka calls a macro fail, so it comes last */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const struct choice LEVELS[] = {
    {.name = "1", .label = "Level 1 (universal)"},
    {.name = "4", .label = "Level 4 (acute)"},
};
static const struct choice PLANS[] = {
    {.name = "child-protection-plan", .label = "child protection plan"},
};
static const struct choice CONCERNS[] = {
    {.name = "child-drugs", .label = "child drug misuse", .code = "2A"},
    {.name = "neglect", .label = "neglect", .code = "16A"},
    {.name = "county-lines", .label = "county lines"},
};
static const struct choice AGREEMENTS[] = {
    {.name = "given", .label = "given"},
    {.name = "refused", .label = "refused"},
};

#define CHOICES(list) .choices = (list), .choice_count = COUNT_OF(list)

static const struct field FIELDS[WORLD_FIELDS] = {
    [WORLD_DANGER] = {.name = "immediate_danger",
	.label = "Immediate danger",
	.section = "HOW URGENT",
	.block = "concern",
	.kind = FIELD_YES_NO,
	.index = 0},
    [WORLD_LEVEL] = {.name = "level_of_need",
	.label = "Level of need",
	.section = "HOW URGENT",
	.block = "concern",
	.kind = FIELD_CHOICE,
	CHOICES(LEVELS),
	.index = 1},
    [WORLD_YOUR_NAME] = {.name = "reporter.name",
	.holds_names = true,
	.label = "Your name",
	.section = "ABOUT YOU",
	.block = "reporter",
	.kind = FIELD_TEXT,
	.index = 2},
    [WORLD_REFERENCE] = {.name = "form_ref",
	.label = "Your reference",
	.section = "ABOUT YOU",
	.block = "report",
	.kind = FIELD_TEXT,
	.index = 3},
    [WORLD_FAMILY_NAME] = {.name = "child.family_name",
	.holds_names = true,
	.label = "Family name",
	.section = "CHILD",
	.block = "child-identity",
	.kind = FIELD_TEXT,
	.group = GROUP_CHILD,
	.index = 0},
    [WORLD_GIVEN_NAMES] = {.name = "child.given_names",
	.holds_names = true,
	.label = "First names",
	.section = "CHILD",
	.block = "child-identity",
	.kind = FIELD_TEXT,
	.group = GROUP_CHILD,
	.index = 1},
    [WORLD_BIRTH] = {.name = "child.birth",
	.label = "Date of birth",
	.section = "CHILD",
	.block = "child-identity",
	.kind = FIELD_BIRTH,
	.group = GROUP_CHILD,
	.index = 2},
    [WORLD_ADDRESS] = {.name = "child.home.address",
	.label = "Home address",
	.section = "CHILD",
	.block = "child-address",
	.kind = FIELD_TEXT,
	.group = GROUP_CHILD,
	.index = 3},
    [WORLD_POSTCODE] = {.name = "child.home.postcode",
	.label = "Home postcode",
	.section = "CHILD",
	.block = "child-address",
	.kind = FIELD_POSTCODE,
	.group = GROUP_CHILD,
	.index = 4},
    [WORLD_TELEPHONE] = {.name = "child.telephone",
	.label = "Telephone of the child",
	.section = "CHILD",
	.block = "child-address",
	.kind = FIELD_TELEPHONE,
	.group = GROUP_CHILD,
	.index = 5},
    [WORLD_REFUGE] = {.name = "child.confidential_address",
	.label = "Refuge or foster address",
	.section = "CHILD",
	.block = "confidential-address",
	.kind = FIELD_TEXT,
	.group = GROUP_CHILD,
	.index = 6},
    [WORLD_REFUGE_POSTCODE] = {.name = "child.confidential_postcode",
	.label = "Refuge postcode",
	.section = "CHILD",
	.block = "confidential-address",
	.kind = FIELD_POSTCODE,
	.group = GROUP_CHILD,
	.index = 7},
    [WORLD_WHEREABOUTS] = {.name = "child.now.whereabouts",
	.label = "Where the child is now",
	.section = "CHILD",
	.block = "child-whereabouts",
	.kind = FIELD_TEXT,
	.group = GROUP_CHILD,
	.index = 8},
    [WORLD_SCHOOL] = {.name = "child.school.name",
	.label = "School or nursery",
	.section = "CHILD",
	.block = "school",
	.kind = FIELD_TEXT,
	.group = GROUP_CHILD,
	.index = 9},
    [WORLD_GP] = {.name = "child.gp",
	.label = "GP",
	.section = "CHILD",
	.block = "health",
	.kind = FIELD_TEXT,
	.group = GROUP_CHILD,
	.index = 10},
    [WORLD_LANGUAGE] = {.name = "child.language",
	.label = "First language",
	.section = "CHILD",
	.block = "background",
	.kind = FIELD_TEXT,
	.group = GROUP_CHILD,
	.index = 11},
    [WORLD_PLAN] = {.name = "child.legal_status",
	.label = "Plans and orders",
	.section = "CHILD",
	.block = "legal-status",
	.kind = FIELD_CHOICES,
	CHOICES(PLANS),
	.group = GROUP_CHILD,
	.index = 12},
    [WORLD_CONCERNS] = {.name = "child.concerns",
	.label = "Concerns",
	.section = "CHILD",
	.block = "concern",
	.kind = FIELD_CHOICES,
	CHOICES(CONCERNS),
	.group = GROUP_CHILD,
	.index = 13},
    [WORLD_ADULT_NAME] = {.name = "involved_adults.given_names",
	.holds_names = true,
	.label = "First names",
	.section = "ADULT",
	.block = "family",
	.kind = FIELD_TEXT,
	.group = GROUP_ADULT,
	.index = 0},
    [WORLD_RELATIONSHIP] = {.name = "involved_adults.relationship",
	.label = "Relationship to the child",
	.section = "ADULT",
	.block = "family",
	.kind = FIELD_TEXT,
	.group = GROUP_ADULT,
	.index = 1},
    [WORLD_ADULT_EMAIL] = {.name = "involved_adults.email",
	.label = "Email",
	.section = "ADULT",
	.block = "adult-contact",
	.kind = FIELD_EMAIL,
	.group = GROUP_ADULT,
	.index = 2},
    [WORLD_HAPPENED] = {.name = "what_happened",
	.label = "What happened",
	.section = "WHAT HAPPENED AND WHERE",
	.block = "narrative",
	.kind = FIELD_LONG_TEXT,
	.index = 4},
    [WORLD_PLACE] = {.name = "incident.address",
	.label = "Where it happened",
	.section = "WHAT HAPPENED AND WHERE",
	.block = "narrative",
	.kind = FIELD_TEXT,
	.index = 5},
    [WORLD_SAID] = {.name = "child_words",
	.label = "What you think is needed",
	.section = "WHAT HAPPENED AND WHERE",
	.block = "narrative",
	.kind = FIELD_LONG_TEXT,
	.index = 6},
    [WORLD_WHEN] = {.name = "incident.at",
	.label = "When it happened",
	.section = "WHAT HAPPENED AND WHERE",
	.block = "narrative",
	.kind = FIELD_MOMENT,
	.index = 7},
    [WORLD_OTHERS] = {.name = "household.other_children",
	.label = "Other children in the home",
	.section = "WHAT HAPPENED AND WHERE",
	.block = "family",
	.kind = FIELD_COUNT,
	.index = 8},
    [WORLD_OTHER_NAMES] = {.name = "household.names",
	.label = "Their names",
	.section = "WHAT HAPPENED AND WHERE",
	.block = "other-children",
	.kind = FIELD_TEXT,
	.index = 9},
    [WORLD_AGREEMENT] = {.name = "agreement",
	.label = "Agreement to help",
	.section = "AGREEMENT AND SHARING",
	.block = "agreement",
	.kind = FIELD_CHOICE,
	CHOICES(AGREEMENTS),
	.index = 10},
    [WORLD_SOURCE] = {.name = "source.identity",
	.label = "Name of the source",
	.section = "AGREEMENT AND SHARING",
	.block = "source-identity",
	.kind = FIELD_TEXT,
	.index = 11},
    [WORLD_INTELLIGENCE] = {.name = "intelligence",
	.label = "Intelligence for the desk only",
	.section = "AGREEMENT AND SHARING",
	.block = "intelligence",
	.kind = FIELD_LONG_TEXT,
	.index = 12},
};

static const struct field_list FORM = {
    .fields = FIELDS, .count = WORLD_FIELDS, .group_counts = {13, 14, 3},
    .purposes = {"narrative", "attachments", "other-children", "source-identity",
	"confidential-address"}};

static const char *const ALL_BUT_SECRETS[] = {"report", "reporter", "child-identity",
    "child-address", "child-whereabouts", "school", "health", "background", "legal-status",
    "family", "adult-contact", "concern", "narrative", "agreement", "attachments", NULL};

const struct field *
world_field(enum world_field field)
{
	return &FIELDS[field];
}

struct value *
world_value(struct letters_world *world, enum world_field field, size_t person)
{
	unsigned index = FIELDS[field].index;

	if (FIELDS[field].group == GROUP_CHILD)
		return &world->concern.children[person].values[index];
	if (FIELDS[field].group == GROUP_ADULT)
		return &world->concern.adults[person].values[index];
	return &world->concern.values[index];
}

void
world_write(struct letters_world *world, enum world_field field, size_t person, const char *words)
{
	struct value *value = world_value(world, field, person);

	*value = (struct value){
	    .known = KNOWN_GIVEN, .text = plain_copy(world->arena, words, strlen(words))};
	if (FIELDS[field].kind == FIELD_POSTCODE) {
		value->is_full_postcode = true;
		(void)g_strlcpy(value->postcode, words, sizeof value->postcode);
	}
	if (FIELDS[field].kind == FIELD_COUNT)
		value->number = g_ascii_strtoll(words, NULL, 10);
}

static void
make_people(struct letters_world *world)
{
	static const struct entry AGENCY = {.id = "hub",
	    .name = "The Hub",
	    .address = "hub@agency.example",
	    .kind = ENTRY_AGENCY,
	    .telephone = "020 7946 0111",
	    .purpose = "To protect",
	    .agreement = "The sharing agreement",
	    .blocks = ALL_BUT_SECRETS,
	    .clock_minutes = {0, 0, 24 * 60, 6 * 60, 90}};

	world->agency = AGENCY;
	world->night = (struct entry){.id = "night",
	    .name = "Night team",
	    .kind = ENTRY_AGENCY,
	    .address = "night@agency.example",
	    .blocks = ALL_BUT_SECRETS};
	world->officer = (struct entry){.id = "pc-one",
	    .name = "PC One",
	    .kind = ENTRY_OFFICER,
	    .address = "one@police.example"};
	world->desk = (struct entry){.id = "sgt-two",
	    .name = "Sgt Two",
	    .kind = ENTRY_DESK,
	    .address = "two@desk.example",
	    .gets_reviews = true};
	world->directory.entries =
	    arena_take_many(world->arena, 4, sizeof *world->directory.entries);
	world->directory.entries[0] = world->agency;
	world->directory.entries[1] = world->night;
	world->directory.entries[2] = world->officer;
	world->directory.entries[3] = world->desk;
	world->directory.count = 4;
	world->settings.identity.address = "referrals@desk.example";
	world->settings.identity.name = "The desk";
	world->settings.identity.telephone = "020 7946 0100";
}

static void
make_concern(struct letters_world *world)
{
	struct concern *concern = &world->concern;

	concern->form = &FORM;
	concern->values = arena_take_many(world->arena, 13, sizeof *concern->values);
	concern->child_count = 2;
	concern->adult_count = 1;
	for (size_t child = 0; child < CHILDREN_MAX; child++)
		concern->children[child].values =
		    arena_take_many(world->arena, 14, sizeof(struct value));
	for (size_t adult = 0; adult < ADULTS_MAX; adult++)
		concern->adults[adult].values =
		    arena_take_many(world->arena, 3, sizeof(struct value));
	world_write(world, WORLD_FAMILY_NAME, 0, "Quillfeather");
	world_write(world, WORLD_GIVEN_NAMES, 0, "Tilda");
	world_write(world, WORLD_FAMILY_NAME, 1, "Quillfeather");
	world_write(world, WORLD_GIVEN_NAMES, 1, "Odo");
	world_write(world, WORLD_ADULT_NAME, 0, "Rowan");
	world_write(world, WORLD_HAPPENED, 0, "She spoke of marmalade skies.");
	world_write(world, WORLD_YOUR_NAME, 0, "PC One");
}

int
letters_world_begin(void **state)
{
	struct letters_world *world = g_new0(struct letters_world, 1);
	const char *source = g_getenv("WANDLE_SOURCE");
	g_autofree char *folder = g_build_filename(source ? source : ".", "templates", NULL);
	CLEANUP(faults_closep) struct faults *faults = faults_open();

	assert_true(clock_open_zone());
	assert_true(mime_init());
	world->arena = arena_open(256 << 20);
	world->letters = letters_load(folder, folder, faults);
	faults_print(faults, stderr);
	assert_non_null(world->letters);
	make_people(world);
	make_concern(world);
	world->route = (struct route){.agency = &world->agency,
	    .children = 3,
	    .fate = ROUTE_SEND,
	    .code = "route.rule",
	    .rules = "mash",
	    .why = "Level 4, living in Merton"};
	world->decision =
	    (struct decision){.urgency = URGENCY_AMBER, .routes = &world->route, .route_count = 1};
	world->order = (struct letter_order){.kind = LETTER_REFERRAL,
	    .to = &world->agency,
	    .settings = &world->settings,
	    .reference = "W26-7KQ4M-3",
	    .message_id = "<0123@desk.example>",
	    .now = clock_moment(2026, 11, 23, 9, 0),
	    .received_at = clock_moment(2026, 11, 23, 8, 31),
	    .concern = &world->concern,
	    .decision = &world->decision,
	    .route = &world->route};
	*state = world;
	return 0;
}

int
letters_world_end(void **state)
{
	struct letters_world *world = *state;

	letters_free(world->letters);
	arena_close(world->arena);
	g_free(world);
	return 0;
}

/* --- reading -----------------------------------------------------------------------------------
 */

static void
append_squeezed(GString *to, const char *bytes, size_t length)
{
	for (size_t at = 0; at < length; at++) {
		bool is_space = strchr(" \t\r\n", bytes[at]) != NULL;
		if (!is_space)
			g_string_append_c(to, bytes[at]);
		else if (to->len && to->str[to->len - 1] != ' ')
			g_string_append_c(to, ' ');
	}
	g_string_append_c(to, '\n');
}

static char *
without_returns(const uint8_t *bytes, size_t length)
{
	g_autoptr(GString) text = g_string_new_len((const char *)bytes, (gssize)length);

	g_string_replace(text, "\r\n", "\n", 0);
	return g_strdup(text->str);
}

static void
read_part(const struct mime_part *part, struct read_letter *letter)
{
	bool is_json = g_strcmp0(part->file_name.words, "referral.json") == 0;

	letter->names[letter->part_count++] = part->file_name.length ? part->file_name.words : NULL;
	append_squeezed(letter->everything, part->file_name.words, part->file_name.length);
	append_squeezed(letter->everything, (const char *)part->bytes, part->length);
	if (is_json)
		letter->json = g_strndup((const char *)part->bytes, part->length);
	if (!letter->text)
		letter->text = without_returns(part->bytes, part->length);
}

struct read_letter
world_letter(struct letters_world *world)
{
	struct read_letter read = {.everything = g_string_new(NULL)};
	struct letter letter;
	struct mime_part root;
	struct failure why;

	if (!letters_write(world->letters, &world->order, world->arena, &letter, &why))
		fail_msg("%s: %s", why.code, why.reason);
	assert_int_equal(letter.kind, world->order.kind);
	assert_ptr_equal(letter.to, world->order.to);
	assert_string_equal(letter.message_id, world->order.message_id);
	if (!mime_read((const uint8_t *)letter.entity.words, letter.entity.length, world->arena,
		&root, &why))
		fail_msg("%s: %s", why.code, why.reason);
	for (size_t at = 0; at < root.field_count; at++)
		if (g_ascii_strcasecmp(root.fields[at].name, "Subject") == 0)
			read.subject = g_strstrip(arena_text(world->arena, root.fields[at].value));
	append_squeezed(read.everything, letter.entity.words, letter.entity.length);
	for (size_t at = 0; at < root.part_count; at++)
		read_part(&root.parts[at], &read);
	g_autoptr(GString) squeezed = g_string_new(NULL);
	append_squeezed(squeezed, read.text, strlen(read.text));
	read.squeezed = g_strdup(squeezed->str);
	return read;
}

void
read_letter_done(struct read_letter *letter)
{
	g_free(letter->text);
	g_free(letter->squeezed);
	g_free(letter->json);
	g_string_free(letter->everything, TRUE);
}
