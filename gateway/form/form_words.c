/* The tables that say which field or section a line of a form means. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/arena.h"
#include "form/form_definition.h"
#include "form/form_fold.h"

/* Remembers every beginning of a label in whole words, for labels that a line end cuts. */
static void
add_beginnings(struct form *form, const char *key)
{
	for (const char *at = strchr(key, ' '); at; at = strchr(at + 1, ' '))
		g_hash_table_add(form->beginnings, g_strndup(key, (gsize)(at - key)));
}

static void
add_label(struct form *form, const struct field *field, const char *label, bool is_own,
    struct faults *faults)
{
	const struct field_extra *extra = form_extra(form, field);
	struct label_use *use = arena_take(form->arena, sizeof *use);
	struct fold fold;

	fold_label(label, strlen(label), &fold, NULL);
	if (!fold.length) {
		yaml_fault(faults, extra->place,
		    "label: \"%s\" has no letter or digit, or is too long", label);
		return;
	}
	const struct label_use *first = g_hash_table_lookup(form->labels, fold.key);
	for (const struct label_use *at = first; at; at = at->next) {
		if (at->field == field)
			return;
		if (at->field->group == field->group)
			yaml_fault(faults, extra->place,
			    "label: \"%s\" already stands for the field in line %u", label,
			    at->field->line);
	}
	*use = (struct label_use){.field = field, .is_own = is_own, .next = first};
	g_hash_table_insert(form->labels, g_strdup(fold.key), use);
	add_beginnings(form, fold.key);
}

static void
add_labels(struct form *form, const struct field *field, struct faults *faults)
{
	add_label(form, field, field->label, true, faults);
	for (size_t at = 0; field->synonyms && field->synonyms[at]; at++)
		add_label(form, field, field->synonyms[at], false, faults);
}

static void
add_heading(struct form *form, size_t number, const char *heading, struct faults *faults)
{
	const struct yaml_node *sections = yaml_get(yaml_root(form->document), "sections");
	const struct yaml_node *place = &sections->items[number];
	struct fold fold;

	fold_label(heading, strlen(heading), &fold, NULL);
	if (!fold.length)
		yaml_fault(faults, place, "heading: \"%s\" has no letter or digit", heading);
	if (g_hash_table_lookup(form->labels, fold.key))
		yaml_fault(faults, place, "heading: \"%s\" is also the label of a field", heading);
	unsigned other = GPOINTER_TO_UINT(g_hash_table_lookup(form->headings, fold.key));
	if (other && other != number + 1)
		yaml_fault(faults, place, "heading: \"%s\" stands for two sections", heading);
	g_hash_table_insert(
	    form->headings, g_strdup(fold.key), GUINT_TO_POINTER((unsigned)number + 1));
}

/* Sentences of the blank form, so that they are not taken for answers when a mail program moves
 * them. */
static void
add_boilerplate(GString *folded, const char *text)
{
	struct fold fold;

	for (const char *at = text; at && *at;) {
		size_t length = strcspn(at, "\n");
		fold_words(at, length, &fold);
		if (fold.length)
			g_string_append_printf(folded, "%s%s", folded->len ? " " : "", fold.key);
		at += length + (at[length] == '\n');
	}
}

void
form_words_build(struct form *form, struct faults *faults)
{
	g_autoptr(GString) folded = g_string_new(NULL);
	struct fold end;

	form->labels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	form->headings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	form->beginnings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (size_t at = 0; at < form->list.count; at++)
		add_labels(form, &form->list.fields[at], faults);
	add_boilerplate(folded, form->opening);
	for (size_t at = 0; at < form->section_count; at++) {
		const struct form_section *section = &form->sections[at];
		add_heading(form, at, section->heading, faults);
		for (size_t word = 0; section->synonyms && section->synonyms[word]; word++)
			add_heading(form, at, section->synonyms[word], faults);
		add_boilerplate(folded, section->note);
	}
	form->boilerplate = g_strdup(folded->str);
	fold_label(form->end, strlen(form->end), &end, NULL);
	form->end_key = g_strdup(end.key);
}
