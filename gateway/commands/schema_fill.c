/* Puts a site's own words into the schemas that hold for every site. */
/* SPDX-License-Identifier: MIT */
#include "commands/schema_fill.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "commands/schema_words.h"
#include "form/form.h"
#include "routing/routing.h"
#include "setup/setup.h"

enum { SITE_MAX_BYTES = 256 * 1024 * 1024 };

struct schema_site {
	struct form *form;
	struct address_book *book;
	struct arena *arena;
	struct rule_vocabulary vocabulary;
	const char *agencies[AGENCIES_MAX];
	const struct entry *entries[AGENCIES_MAX];
	size_t agency_count;
};

/* By group of fields: what the names of a person's fields begin with. */
static const char *const PREFIXES[GROUPS] = {"", "child.", "involved_adults."};

/* --- the site -------------------------------------------------------------------------------- */

static void
list_agencies(struct schema_site *site)
{
	const struct directory *directory = setup_directory(site->book);

	for (size_t at = 0; at < directory->count && site->agency_count < AGENCIES_MAX; at++)
		if (directory->entries[at].kind == ENTRY_AGENCY) {
			site->entries[site->agency_count] = &directory->entries[at];
			site->agencies[site->agency_count++] = directory->entries[at].id;
		}
}

static bool
read_site(const char *folder, struct schema_site *site, struct faults *faults)
{
	g_autofree char *form = g_build_filename(folder, "form.yaml", NULL);
	g_autofree char *routing = g_build_filename(folder, "routing.yaml", NULL);
	g_autofree char *areas = g_build_filename(folder, "areas.csv", NULL);

	site->form = form_load(form, faults);
	if (!site->form)
		return false;
	const struct field_list *fields = form_fields(site->form);
	site->book = setup_load_directory(folder, fields->blocks, fields->block_count, faults);
	if (!routing_vocabulary(routing, areas, fields, site->arena, &site->vocabulary, faults) ||
	    !site->book)
		return false;
	list_agencies(site);
	return true;
}

struct schema_site *
schema_site_open(const char *folder, struct faults *faults)
{
	struct schema_site *site = g_new0(struct schema_site, 1);

	site->arena = arena_open(SITE_MAX_BYTES);
	if (read_site(folder, site, faults))
		return site;
	schema_site_close(site);
	return NULL;
}

void
schema_site_close(struct schema_site *site)
{
	if (!site)
		return;
	setup_free_directory(site->book);
	form_free(site->form);
	arena_close(site->arena);
	g_free(site);
}

void
schema_site_closep(struct schema_site **site)
{
	schema_site_close(*site);
	*site = NULL;
}

/* --- what all of them share ------------------------------------------------------------------ */

/* Makes a definition these words, and one more (NULL: none); what it says of itself stays. */
static void
define_words(
    json_t *definitions, const char *name, const char *const *words, size_t count, const char *also)
{
	json_t *defined = schema_one_of(words, count, true);
	json_t *said = json_object_get(json_object_get(definitions, name), "description");

	if (also)
		schema_add_word(json_object_get(defined, "enum"), also, true);
	if (said)
		(void)json_object_set(defined, "description", said);
	(void)json_object_set_new(definitions, name, defined);
}

/* Words of the file itself: shown to whoever writes, and others may be added. */
static void
show_words(json_t *definitions, const char *name, const char *const *words, size_t count)
{
	json_t *shown = schema_one_of(words, count, false);

	(void)json_object_set(
	    json_object_get(definitions, name), "examples", json_object_get(shown, "enum"));
	json_decref(shown);
}

static void
define_blocks(json_t *definitions, const struct schema_site *site)
{
	const struct field_list *fields = form_fields(site->form);

	define_words(definitions, "block", fields->blocks, fields->block_count, NULL);
}

/* Gives a map these keys, those that it had before as well, and no others. */
static void
close_map(json_t *map, json_t *keys)
{
	(void)json_object_update(keys, json_object_get(map, "properties"));
	(void)json_object_set_new(map, "properties", keys);
	(void)json_object_set_new(map, "additionalProperties", json_false());
	(void)json_object_del(map, "propertyNames");
}

/* --- form.yaml ------------------------------------------------------------------------------- */

static void
fill_form(json_t *root, const struct schema_site *site)
{
	const struct field_list *fields = form_fields(site->form);

	show_words(
	    json_object_get(root, "definitions"), "own_block", fields->blocks, fields->block_count);
}

/* --- agencies.yaml --------------------------------------------------------------------------- */

static void
fill_agencies(json_t *root, const struct schema_site *site)
{
	json_t *definitions = json_object_get(root, "definitions");

	define_blocks(definitions, site);
	show_words(definitions, "other_agency", site->agencies, site->agency_count);
}

/* --- routing.yaml ---------------------------------------------------------------------------- */

/* A rule may narrow what an agency receives, never widen it. */
static json_t *
narrowing(const struct entry *agency)
{
	size_t count = 0;

	while (agency->blocks && agency->blocks[count])
		count++;
	return json_pack("{s: {s: [s, s], s: {s: {s: [{s: s}, {s: s, s: {s: s}}]}}},"
			 " s: {s: {s: {s: o}}}}",
	    "if", "required", "to", "disclose", "properties", "to", "anyOf", "const", agency->id,
	    "type", "array", "contains", "const", agency->id, "then", "properties", "disclose",
	    "items", schema_one_of(agency->blocks, count, true));
}

static void
fill_send(json_t *root, const struct schema_site *site)
{
	json_t *send = json_object_get(json_object_get(root, "properties"), "send");
	json_t *narrow = json_array();

	for (size_t at = 0; at < site->agency_count; at++)
		(void)json_array_append_new(narrow, narrowing(site->entries[at]));
	if (json_array_size(narrow))
		(void)json_object_set(json_object_get(send, "items"), "allOf", narrow);
	json_decref(narrow);
}

static void
fill_routing(json_t *root, const struct schema_site *site)
{
	static const char *const OPEN[] = {"word", "operators", "bound"};
	json_t *definitions = json_object_get(root, "definitions"), *asked = json_object();
	const struct rule_vocabulary *vocabulary = &site->vocabulary;

	define_words(definitions, "agency", site->agencies, site->agency_count, NULL);
	define_words(definitions, "agency_or_desk", site->agencies, site->agency_count, "desk");
	define_words(definitions, "agency_or_this_agency", site->agencies, site->agency_count,
	    "this-agency");
	define_blocks(definitions, site);
	(void)json_object_set_new(
	    definitions, "area", schema_one_of(vocabulary->areas, vocabulary->area_count, false));
	for (size_t at = 0; at < vocabulary->count; at++)
		(void)json_object_set_new(asked, vocabulary->operands[at].operand->name,
		    schema_condition(&vocabulary->operands[at], definitions));
	close_map(json_object_get(definitions, "conditions"), asked);
	for (size_t at = 0; at < COUNT_OF(OPEN); at++)
		(void)json_object_del(definitions, OPEN[at]);
	fill_send(root, site);
}

/* --- tests/ ---------------------------------------------------------------------------------- */

static const struct operand *
find_operand(const struct rule_vocabulary *vocabulary, const char *name)
{
	for (size_t at = 0; at < vocabulary->count; at++)
		if (strcmp(vocabulary->operands[at].operand->name, name) == 0)
			return vocabulary->operands[at].operand;
	return NULL;
}

/* What may be said of one child or one adult, with or without "child." before it. */
static json_t *
person_answers(const struct rule_vocabulary *vocabulary, enum field_group group)
{
	json_t *answers = json_object();

	for (size_t at = 0; at < vocabulary->count; at++) {
		const struct operand *operand = vocabulary->operands[at].operand;
		const char *brief = operand->name + strlen(PREFIXES[group]);
		if (operand->field->group != group)
			continue;
		(void)json_object_set_new(answers, operand->name, schema_answer(operand));
		if (!find_operand(vocabulary, brief))
			(void)json_object_set_new(answers, brief, schema_answer(operand));
	}
	return answers;
}

static json_t *
all_answers(const struct rule_vocabulary *vocabulary)
{
	json_t *answers = json_object();

	for (size_t at = 0; at < vocabulary->count; at++) {
		const struct operand *operand = vocabulary->operands[at].operand;
		(void)json_object_set_new(answers, operand->name, schema_answer(operand));
	}
	return answers;
}

static void
define_rules(json_t *definitions, const struct rule_vocabulary *vocabulary)
{
	define_words(definitions, "rule", vocabulary->rules, vocabulary->rule_count, "red");
	schema_add_word(json_object_get(json_object_get(definitions, "rule"), "enum"),
	    "letter.withheld", false);
}

static void
define_fields(json_t *definitions, const struct field_list *fields)
{
	g_autofree const char **names = g_new0(const char *, fields->count + 1);

	for (size_t at = 0; at < fields->count; at++)
		names[at] = fields->fields[at].name;
	define_words(definitions, "field", names, fields->count, NULL);
}

static void
define_area(json_t *definitions, const struct rule_vocabulary *vocabulary)
{
	(void)json_object_set_new(definitions, "answer_area",
	    json_pack("{s: s, s: [o, o, o]}", "description", "an area of areas.csv, or outside",
		"anyOf", schema_one_of(vocabulary->areas, vocabulary->area_count, false),
		schema_ref("state"), schema_ref("state_map")));
}

static void
fill_rule_tests(json_t *root, const struct schema_site *site)
{
	json_t *definitions = json_object_get(root, "definitions");
	const struct rule_vocabulary *vocabulary = &site->vocabulary;

	define_words(definitions, "agency", site->agencies, site->agency_count, NULL);
	define_rules(definitions, vocabulary);
	define_fields(definitions, form_fields(site->form));
	define_area(definitions, vocabulary);
	close_map(json_object_get(definitions, "given"), all_answers(vocabulary));
	close_map(json_object_get(definitions, "child"), person_answers(vocabulary, GROUP_CHILD));
	close_map(json_object_get(definitions, "adult"), person_answers(vocabulary, GROUP_ADULT));
	(void)json_object_del(definitions, "answer_given");
}

/* --- any ------------------------------------------------------------------------------------- */

char *
schema_fill(const struct schema_site *site, enum schema schema)
{
	static void (*const FILL[SCHEMAS])(json_t * root, const struct schema_site *site) = {
	    [SCHEMA_AGENCIES] = fill_agencies,
	    [SCHEMA_FORM] = fill_form,
	    [SCHEMA_ROUTING] = fill_routing,
	    [SCHEMA_RULE_TESTS] = fill_rule_tests,
	};
	json_t *root = json_loads(SCHEMA_TEXTS[schema].json, 0, NULL);

	if (root && FILL[schema])
		FILL[schema](root, site);
	char *text = root ? json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(15)) : NULL;
	char *filled = g_strconcat(text ? text : "", "\n", NULL);
	free(text);
	json_decref(root);
	return filled;
}
