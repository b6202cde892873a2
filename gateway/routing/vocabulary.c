/* Finds operands by name, and knows which operators suit them. */
/* SPDX-License-Identifier: MIT */
#include "routing/vocabulary.h"

#include <glib.h>
#include <string.h>

struct vocabulary {
	struct operand *operands;
	const char **names;
	size_t count;
	GHashTable *by_name;
};

const char *const OPERATOR_NAMES[OPERATORS] = {"equals", "is_not", "any_of", "all_of", "none_of",
    "includes", "from", "under", "at_least", "at_most", "within", "mentions", "is_known"};

const char *const OPERAND_KIND_NAMES[OPERAND_KINDS] = {"a text", "one choice",
    "a field of several choices", "a yes/no field", "a number", "a date", "a postcode", "an age",
    "yes or no", "an area"};

/* By operator: the kinds of operand it can be asked of, a bit each. */
enum {
	FITS_TEXT = 1 << OPERAND_TEXT,
	FITS_CHOICE = 1 << OPERAND_CHOICE,
	FITS_CHOICES = 1 << OPERAND_CHOICES,
	FITS_TRUTH = 1 << OPERAND_YES_NO | 1 << OPERAND_UNBORN,
	FITS_NUMBER = 1 << OPERAND_COUNT | 1 << OPERAND_DAY | 1 << OPERAND_AGE,
	FITS_DAY = 1 << OPERAND_DAY,
	FITS_POSTCODE = 1 << OPERAND_POSTCODE,
	FITS_AREA = 1 << OPERAND_AREA,
	FITS_SINGLE =
	    FITS_TEXT | FITS_CHOICE | FITS_TRUTH | FITS_NUMBER | FITS_POSTCODE | FITS_AREA,
	FITS_LISTS = FITS_TEXT | FITS_CHOICE | FITS_CHOICES | FITS_POSTCODE | FITS_AREA,
};

static const unsigned FITS[OPERATORS] = {
    [OPERATOR_EQUALS] = FITS_SINGLE,
    [OPERATOR_IS_NOT] = FITS_SINGLE,
    [OPERATOR_ANY_OF] = FITS_LISTS,
    [OPERATOR_ALL_OF] = FITS_CHOICES,
    [OPERATOR_NONE_OF] = FITS_LISTS,
    [OPERATOR_INCLUDES] = FITS_TEXT | FITS_CHOICES,
    [OPERATOR_FROM] = FITS_NUMBER,
    [OPERATOR_UNDER] = FITS_NUMBER,
    [OPERATOR_AT_LEAST] = FITS_NUMBER | FITS_CHOICE,
    [OPERATOR_AT_MOST] = FITS_NUMBER | FITS_CHOICE,
    [OPERATOR_WITHIN] = FITS_DAY | FITS_POSTCODE,
    [OPERATOR_MENTIONS] = FITS_TEXT,
    [OPERATOR_IS_KNOWN] = (1u << OPERAND_KINDS) - 1,
};

bool
field_is_scale(const struct field *field)
{
	for (size_t at = 0; at < field->choice_count; at++) {
		const char *name = field->choices[at].name;
		if (!*name || strlen(name) > 4 || strspn(name, "0123456789") != strlen(name))
			return false;
	}
	return field->choice_count > 0;
}

bool
operator_fits(enum test_operator how, const struct operand *operand)
{
	if (!(FITS[how] >> operand->kind & 1))
		return false;
	if (operand->kind == OPERAND_CHOICE &&
	    (how == OPERATOR_AT_LEAST || how == OPERATOR_AT_MOST))
		return field_is_scale(operand->field);
	return true;
}

bool
operator_takes_list(enum test_operator how, const struct operand *operand)
{
	return how == OPERATOR_ANY_OF || how == OPERATOR_ALL_OF || how == OPERATOR_NONE_OF ||
	    how == OPERATOR_MENTIONS ||
	    (how == OPERATOR_WITHIN && operand->kind == OPERAND_POSTCODE);
}

static enum operand_kind
kind_of(const struct field *field)
{
	switch (field->kind) {
	case FIELD_TEXT:
	case FIELD_LONG_TEXT:
	case FIELD_TELEPHONE:
	case FIELD_EMAIL:
		return OPERAND_TEXT;
	case FIELD_MOMENT:
	case FIELD_DAY:
	case FIELD_BIRTH:
		return OPERAND_DAY;
	case FIELD_CHOICE:
		return OPERAND_CHOICE;
	case FIELD_CHOICES:
		return OPERAND_CHOICES;
	case FIELD_YES_NO:
		return OPERAND_YES_NO;
	case FIELD_POSTCODE:
		return OPERAND_POSTCODE;
	case FIELD_COUNT:
		return OPERAND_COUNT;
	}
	return OPERAND_TEXT;
}

/* What is worked out from a field, by the last word of its name. */
struct derived {
	enum field_kind from;
	const char *last_word, *instead;
	enum operand_kind kind;
};

static const struct derived DERIVED[] = {
    {FIELD_BIRTH, "birth", "age", OPERAND_AGE},
    {FIELD_BIRTH, "birth", "unborn", OPERAND_UNBORN},
    {FIELD_POSTCODE, "postcode", "area", OPERAND_AREA},
};

static void
add_operand(struct vocabulary *vocabulary, const char *name, const struct field *field,
    enum operand_kind kind)
{
	struct operand *operand = &vocabulary->operands[vocabulary->count];

	*operand = (struct operand){
	    .name = name, .field = field, .kind = kind, .number = (unsigned)vocabulary->count};
	vocabulary->names[vocabulary->count++] = name;
	g_hash_table_insert(vocabulary->by_name, (void *)name, operand);
}

static void
add_derived(struct vocabulary *vocabulary, const struct field *field, struct arena *arena)
{
	const char *dot = strrchr(field->name, '.');
	int stem = dot ? (int)(dot - field->name) + 1 : 0;

	for (size_t at = 0; at < COUNT_OF(DERIVED); at++)
		if (DERIVED[at].from == field->kind &&
		    strcmp(field->name + stem, DERIVED[at].last_word) == 0)
			add_operand(vocabulary,
			    arena_print(arena, "%.*s%s", stem, field->name, DERIVED[at].instead),
			    field, DERIVED[at].kind);
}

struct vocabulary *
vocabulary_open(const struct field_list *fields, struct arena *arena)
{
	struct vocabulary *vocabulary = arena_take(arena, sizeof *vocabulary);
	size_t most = fields->count * 3;

	vocabulary->operands = arena_take_many(arena, most, sizeof *vocabulary->operands);
	vocabulary->names = arena_take_many(arena, most, sizeof *vocabulary->names);
	vocabulary->by_name = g_hash_table_new(g_str_hash, g_str_equal);
	for (size_t at = 0; at < fields->count; at++)
		add_operand(vocabulary, fields->fields[at].name, &fields->fields[at],
		    kind_of(&fields->fields[at]));
	for (size_t at = 0; at < fields->count; at++)
		add_derived(vocabulary, &fields->fields[at], arena);
	return vocabulary;
}

void
vocabulary_free(struct vocabulary *vocabulary)
{
	if (vocabulary)
		g_hash_table_destroy(vocabulary->by_name);
}

const struct operand *
vocabulary_find(const struct vocabulary *vocabulary, const char *name)
{
	return g_hash_table_lookup(vocabulary->by_name, name);
}

const struct operand *
vocabulary_at(const struct vocabulary *vocabulary, size_t number)
{
	return &vocabulary->operands[number];
}

size_t
vocabulary_count(const struct vocabulary *vocabulary)
{
	return vocabulary->count;
}

const char *
vocabulary_near(const struct vocabulary *vocabulary, const char *name)
{
	return near_word(name, vocabulary->names, vocabulary->count);
}
