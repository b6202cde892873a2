/* The form as form.yaml defines it, with the tables that reading goes by. */
/* SPDX-License-Identifier: MIT */
#ifndef FORM_FORM_DEFINITION_H
#define FORM_FORM_DEFINITION_H

#include <glib.h>

#include "papers/field.h"
#include "yaml/yaml.h"

enum choices_shown { SHOWN_HERE, SHOWN_END, SHOWN_NO };

/* What the blank form and reading need of a field beyond the paper. */
struct field_extra {
	const struct field *field;
	const struct yaml_node *place; /* its map in form.yaml */
	unsigned section;
	bool is_marked, in_blank;
	enum choices_shown shown;
	GHashTable *words; /* folded label, synonym, name or code -> number of the choice + 1 */
	GHashTable *bags;  /* the same as word bags; CHOICE_AMBIGUOUS where two choices share one */
};

enum { CHOICE_AMBIGUOUS = CHOICES_MAX + 1 };

struct form_section {
	const char *heading;
	const char *const *synonyms; /* NULL-terminated, may be NULL */
	const char *note;            /* may be NULL */
	enum field_group about;
	unsigned copies; /* blocks in the blank form; 1 for the report */
	size_t first_field, field_count;
};

/* One field that a label may mean; the same label may stand in several sections. */
struct label_use {
	const struct field *field;
	bool is_own; /* the label itself and no synonym */
	const struct label_use *next;
};

struct form {
	struct yaml_document *document; /* keeps every text alive */
	struct arena *arena;            /* keeps every array alive */
	const char *title, *opening, *end;
	struct form_section *sections;
	size_t section_count;
	struct field *fields;
	struct field_extra *extras; /* one a field, by its place in `list` */
	struct field_list list;
	GHashTable *labels;     /* folded label -> const struct label_use * */
	GHashTable *headings;   /* folded heading -> number of the section + 1 */
	GHashTable *beginnings; /* first words of labels, to know a label that a line end cuts */
	char *boilerplate;      /* the blank form's own sentences, folded */
	char *end_key;          /* `end`, folded */
};

/* NULL and faults, or the whole form without its tables. */
struct form *form_definition_load(const char *path, struct faults *faults);
void form_definition_free(struct form *form); /* accepts NULL */

/* Reads sections and fields; the room for them is taken beforehand. */
void form_sections_load(struct form *form, const struct yaml_node *root, struct faults *faults);
/* Finds the blocks that have a purpose; one that no block has is a fault. */
void form_purposes_load(struct form *form, const struct yaml_node *root, struct faults *faults);
/*
 * Whether a field holds names of people: as `names` says, and where it is left out by the field's
 * own name, so that what is called a name is one. Its kind and name are known by then.
 */
void form_names_load(const struct yaml_node *node, struct field *field, struct faults *faults);
/* A fault where children are asked about and nothing of them would be known as a name. */
void form_names_check(const struct form *form, const struct yaml_node *root, struct faults *faults);
/* Reads the choices of a field into it and its extra. */
void form_choices_load(struct form *form, const struct yaml_node *choices, struct field *field,
    struct field_extra *extra, struct faults *faults);
/* A fault for a sentence of the blank form with a line that mail programs would break. */
void form_check_width(const struct yaml_node *node, const char *text, struct faults *faults);
/* Gives a yes-no field its two words: 0 no, 1 yes. */
void form_yes_no_load(struct field_extra *extra);
/* A list of texts, or one text, as a NULL-terminated array; NULL where node is NULL. */
const char *const *form_texts(
    struct form *form, const struct yaml_node *node, const char *what, struct faults *faults);

/* Fills the tables; words that would mean two things are faults. */
void form_words_build(struct form *form, struct faults *faults);

static inline const struct field_extra *
form_extra(const struct form *form, const struct field *field)
{
	return &form->extras[field - form->list.fields];
}

#endif
