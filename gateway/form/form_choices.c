/* Reads the choices of a field and the words that stand for each. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/arena.h"
#include "form/form_definition.h"
#include "form/form_fold.h"

/* Puts a word for a choice into the tables; one that another choice has is a fault. */
static void
add_word(const struct field *field, struct field_extra *extra, const char *word, unsigned number,
    const struct yaml_node *place, struct faults *faults)
{
	struct fold fold, bag;

	fold_words(word, strlen(word), &fold);
	if (!fold.length) {
		yaml_fault(faults, place, "\"%s\" has no letter or digit, or is too long", word);
		return;
	}
	unsigned other = GPOINTER_TO_UINT(g_hash_table_lookup(extra->words, fold.key));
	if (other && other != number + 1)
		yaml_fault(faults, place, "\"%s\" already stands for the choice \"%s\"", word,
		    field->choices[other - 1].name);
	g_hash_table_insert(extra->words, g_strdup(fold.key), GUINT_TO_POINTER(number + 1));
	fold_bag(&fold, &bag);
	other = GPOINTER_TO_UINT(g_hash_table_lookup(extra->bags, bag.key));
	if (bag.length)
		g_hash_table_insert(extra->bags, g_strdup(bag.key),
		    GUINT_TO_POINTER(
			!other || other == number + 1 ? number + 1 : CHOICE_AMBIGUOUS));
}

static void
add_words(const struct field *field, struct field_extra *extra, unsigned number,
    const struct yaml_node *place, struct faults *faults)
{
	const struct choice *choice = &field->choices[number];

	add_word(field, extra, choice->name, number, place, faults);
	add_word(field, extra, choice->label, number, place, faults);
	if (choice->code)
		add_word(field, extra, choice->code, number, place, faults);
	for (size_t at = 0; choice->synonyms && choice->synonyms[at]; at++)
		add_word(field, extra, choice->synonyms[at], number, place, faults);
}

/* Commas, semicolons and line ends part the answers to a field of choices. */
static void
check_separators(const char *words, const struct yaml_node *place, struct faults *faults)
{
	if (strpbrk(words, ",;\n"))
		yaml_fault(faults, place,
		    "\"%s\" may have no comma or semicolon: they part answers", words);
}

static bool
read_choice(
    struct form *form, const struct yaml_node *map, struct choice *choice, struct faults *faults)
{
	static const char *const KEYS[] = {"name", "label", "code", "synonyms", "alone"};
	const struct yaml_node *code = yaml_get(map, "code");

	if (!yaml_is_map(map, "choice", faults))
		return false;
	yaml_only_keys(map, "choice", KEYS, COUNT_OF(KEYS), faults);
	if (!yaml_text(yaml_need(map, "choice", "name", faults), "name", &choice->name, faults) ||
	    !yaml_text(
		yaml_need(map, "choice", "label", faults), "label", &choice->label, faults) ||
	    (code && !yaml_text(code, "code", &choice->code, faults)))
		return false;
	choice->synonyms = form_texts(form, yaml_get(map, "synonyms"), "synonyms", faults);
	(void)yaml_yes_no(yaml_get(map, "alone"), "alone", &choice->is_alone, faults);
	check_separators(choice->label, map, faults);
	for (size_t at = 0; choice->synonyms && choice->synonyms[at]; at++)
		check_separators(choice->synonyms[at], map, faults);
	return true;
}

static void
check_unique(
    const struct field *field, size_t number, const struct yaml_node *place, struct faults *faults)
{
	for (size_t at = 0; at < number; at++)
		if (strcmp(field->choices[at].name, field->choices[number].name) == 0)
			yaml_fault(faults, place, "name: \"%s\" is already the name of a choice",
			    field->choices[number].name);
}

static void
open_tables(struct field_extra *extra)
{
	extra->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	extra->bags = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void
form_yes_no_load(struct field_extra *extra)
{
	static const char *const WORDS[] = {"no", "yes", "n", "y"};

	open_tables(extra);
	for (unsigned at = 0; at < COUNT_OF(WORDS); at++)
		g_hash_table_insert(
		    extra->words, g_strdup(WORDS[at]), GUINT_TO_POINTER(at % 2 + 1));
}

void
form_choices_load(struct form *form, const struct yaml_node *list, struct field *field,
    struct field_extra *extra, struct faults *faults)
{
	if (!yaml_is_list(list, "choices", faults))
		return;
	if (list->count == 0 || list->count > CHOICES_MAX) {
		yaml_fault(faults, list, "choices: from 1 to %d are possible", CHOICES_MAX);
		return;
	}
	struct choice *choices = arena_take_many(form->arena, list->count, sizeof *choices);
	field->choices = choices;
	open_tables(extra);
	for (size_t at = 0; at < list->count; at++) {
		struct choice *choice = &choices[field->choice_count];
		if (!read_choice(form, &list->items[at], choice, faults))
			continue;
		unsigned number = (unsigned)field->choice_count++;
		check_unique(field, number, &list->items[at], faults);
		add_words(field, extra, number, &list->items[at], faults);
	}
}
