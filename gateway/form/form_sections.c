/* Reads the sections and fields of form.yaml, and checks each word of them. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/arena.h"
#include "form/form_definition.h"

enum { COPIES_MAX = 6 };

static const char *const KINDS[] = {"text", "long-text", "moment", "date", "birth", "choice",
    "choices", "yes-no", "postcode", "telephone", "email", "count"};
static const enum field_kind KIND_VALUES[] = {FIELD_TEXT, FIELD_LONG_TEXT, FIELD_MOMENT, FIELD_DAY,
    FIELD_BIRTH, FIELD_CHOICE, FIELD_CHOICES, FIELD_YES_NO, FIELD_POSTCODE, FIELD_TELEPHONE,
    FIELD_EMAIL, FIELD_COUNT};
static const char *const ABOUTS[] = {"report", "child", "adult"};
static const char *const PREFIXES[] = {NULL, "child.", "involved_adults."};
static const char *const SHOWN[] = {"here", "end", "no"};

/* Letters, digits, dots, dashes and underlines: what routing.yaml can name without quotes. */
static bool
is_plain_name(const char *name)
{
	return *name && name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-")] == 0;
}

static void
check_name(const struct form *form, const struct field *field, const struct yaml_node *place,
    struct faults *faults)
{
	const char *prefix = PREFIXES[field->group];

	if (!is_plain_name(field->name))
		yaml_fault(faults, place,
		    "name: \"%s\" may have small letters, digits, \".\", \"_\" "
		    "and \"-\" only",
		    field->name);
	if (prefix && !g_str_has_prefix(field->name, prefix))
		yaml_fault(faults, place,
		    "name: \"%s\" is in a section about a%s, so it must begin "
		    "with \"%s\"",
		    field->name, field->group == GROUP_ADULT ? "n adult" : " child", prefix);
	for (size_t other = GROUP_CHILD; other < GROUPS; other++)
		if (other != field->group && g_str_has_prefix(field->name, PREFIXES[other]))
			yaml_fault(faults, place, "name: \"%s\" belongs in a section about %s",
			    field->name, ABOUTS[other]);
	const struct field *first = field_find(&form->list, field->name);
	if (first)
		yaml_fault(faults, place,
		    "name: \"%s\" is already the name of the field in line %u", field->name,
		    first->line);
}

/* Brackets hold the hint and a colon ends the label, so neither can be in it. */
static void
check_label(const char *label, const struct yaml_node *place, struct faults *faults)
{
	if (label[strcspn(label, ":()[]|\n")])
		yaml_fault(faults, place, "label: \"%s\" may have no colon, bracket or bar", label);
	if (strlen(label) > 60)
		yaml_fault(faults, place, "label: \"%s\" is longer than 60 characters", label);
}

static void
read_words(
    struct form *form, const struct yaml_node *map, struct field *field, struct faults *faults)
{
	const struct yaml_node *name = yaml_need(map, "field", "name", faults);
	const struct yaml_node *label = yaml_need(map, "field", "label", faults);
	const struct yaml_node *help = yaml_get(map, "help");
	const struct yaml_node *block = yaml_need(map, "field", "block", faults);
	unsigned number;

	field->name = field->label = "";
	if (yaml_text(name, "name", &field->name, faults))
		check_name(form, field, name, faults);
	if (yaml_text(label, "label", &field->label, faults))
		check_label(field->label, label, faults);
	field->synonyms = form_texts(form, yaml_get(map, "synonyms"), "synonyms", faults);
	if (yaml_text(help, "help", &field->help, faults) && strpbrk(field->help, ":()\n"))
		yaml_fault(faults, help, "help: a hint may have no colon and no bracket");
	if (form->list.blocks &&
	    yaml_word(block, "block", form->list.blocks, form->list.block_count, &number, faults))
		field->block = form->list.blocks[number];
}

static void
read_kind(struct form *form, const struct yaml_node *map, struct field *field,
    struct field_extra *extra, struct faults *faults)
{
	const struct yaml_node *choices = yaml_get(map, "choices");
	unsigned kind, shown;

	if (!yaml_word(yaml_need(map, "field", "kind", faults), "kind", KINDS, COUNT_OF(KINDS),
		&kind, faults))
		return;
	field->kind = KIND_VALUES[kind];
	bool has_choices = field->kind == FIELD_CHOICE || field->kind == FIELD_CHOICES;
	if (has_choices)
		choices = yaml_need(map, "field", "choices", faults);
	else if (choices)
		yaml_fault(
		    faults, choices, "choices: a field of the kind %s has none", KINDS[kind]);
	if (has_choices && choices)
		form_choices_load(form, choices, field, extra, faults);
	if (field->kind == FIELD_YES_NO)
		form_yes_no_load(extra);
	extra->shown = field->choice_count > 6 ? SHOWN_END : SHOWN_HERE;
	if (yaml_word(yaml_get(map, "choices_shown"), "choices_shown", SHOWN, COUNT_OF(SHOWN),
		&shown, faults))
		extra->shown = (enum choices_shown)shown;
}

static void
read_field(struct form *form, const struct yaml_node *map, unsigned section, struct faults *faults)
{
	static const char *const KEYS[] = {"name", "label", "synonyms", "kind", "block", "names",
	    "asked", "marked", "in_blank", "help", "choices_shown", "choices"};
	struct field *field = &form->fields[form->list.count];
	struct field_extra *extra = &form->extras[form->list.count];

	if (!yaml_is_map(map, "field", faults))
		return;
	yaml_only_keys(map, "field", KEYS, COUNT_OF(KEYS), faults);
	*field = (struct field){.section = form->sections[section].heading,
	    .group = form->sections[section].about,
	    .line = map->line};
	*extra = (struct field_extra){
	    .field = field, .place = map, .section = section, .in_blank = true};
	read_words(form, map, field, faults);
	read_kind(form, map, field, extra, faults);
	form_names_load(yaml_get(map, "names"), field, faults);
	(void)yaml_yes_no(yaml_get(map, "asked"), "asked", &field->asked, faults);
	(void)yaml_yes_no(yaml_get(map, "marked"), "marked", &extra->is_marked, faults);
	(void)yaml_yes_no(yaml_get(map, "in_blank"), "in_blank", &extra->in_blank, faults);
	field->index = (unsigned)form->list.group_counts[field->group]++;
	form->list.count++;
}

static void
read_fields(
    struct form *form, const struct yaml_node *fields, unsigned number, struct faults *faults)
{
	form->sections[number].first_field = form->list.count;
	for (size_t at = 0; at < fields->count; at++) {
		if (form->list.count == FIELDS_MAX) {
			yaml_fault(faults, &fields->items[at], "more than %d fields", FIELDS_MAX);
			return;
		}
		read_field(form, &fields->items[at], number, faults);
	}
	form->sections[number].field_count = form->list.count - form->sections[number].first_field;
}

static void
read_section(struct form *form, const struct yaml_node *map, struct faults *faults)
{
	static const char *const KEYS[] = {
	    "heading", "about", "copies", "synonyms", "note", "fields"};
	unsigned number = (unsigned)form->section_count++, about = GROUP_REPORT;
	struct form_section *section = &form->sections[number];
	int64_t copies = 1;

	section->heading = "";
	if (!yaml_is_map(map, "section", faults))
		return;
	yaml_only_keys(map, "section", KEYS, COUNT_OF(KEYS), faults);
	const struct yaml_node *heading = yaml_need(map, "section", "heading", faults);
	if (yaml_text(heading, "heading", &section->heading, faults))
		check_label(section->heading, heading, faults);
	(void)yaml_word(yaml_need(map, "section", "about", faults), "about", ABOUTS,
	    COUNT_OF(ABOUTS), &about, faults);
	section->about = (enum field_group)about;
	const struct yaml_node *node = yaml_get(map, "copies");
	if (node && section->about == GROUP_REPORT)
		yaml_fault(
		    faults, node, "copies: only a section about a child or an adult repeats");
	(void)yaml_number(node, "copies", 1, COPIES_MAX, &copies, faults);
	section->copies = (unsigned)copies;
	section->synonyms = form_texts(form, yaml_get(map, "synonyms"), "synonyms", faults);
	if (yaml_text(yaml_get(map, "note"), "note", &section->note, faults))
		form_check_width(yaml_get(map, "note"), section->note, faults);
	const struct yaml_node *fields = yaml_need(map, "section", "fields", faults);
	if (yaml_is_list(fields, "fields", faults))
		read_fields(form, fields, number, faults);
}

void
form_sections_load(struct form *form, const struct yaml_node *root, struct faults *faults)
{
	const struct yaml_node *sections = yaml_need(root, "form", "sections", faults);

	form->fields = arena_take_many(form->arena, FIELDS_MAX, sizeof *form->fields);
	form->extras = arena_take_many(form->arena, FIELDS_MAX, sizeof *form->extras);
	form->list.fields = form->fields;
	if (!yaml_is_list(sections, "sections", faults))
		return;
	/* Where a section about children stands twice, one repeated block would have two headings.
	 */
	unsigned repeated[GROUPS] = {0};
	form->sections = arena_take_many(form->arena, sections->count + 1, sizeof *form->sections);
	for (size_t at = 0; at < sections->count; at++) {
		read_section(form, &sections->items[at], faults);
		enum field_group about = form->sections[at].about;
		if (about != GROUP_REPORT && repeated[about]++)
			yaml_fault(faults, &sections->items[at],
			    "a second section about %s: put its fields into the first",
			    ABOUTS[about]);
	}
	if (!form->list.count && faults_count(faults) == 0)
		yaml_fault(faults, sections, "sections: no field at all");
}
