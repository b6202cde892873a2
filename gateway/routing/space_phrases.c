/* Finds the postcodes and the phrases that tests look for, and some that they do not. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "routing/space_days.h"

static void
add_once(GPtrArray *texts, const char *text, struct arena *arena)
{
	if (!g_ptr_array_find_with_equal_func(texts, text, g_str_equal, NULL))
		g_ptr_array_add(texts, arena_text(arena, text));
}

/* --- postcodes ------------------------------------------------------------------------------- */

/* A district alone, and in each area that it lies in a postcode of it, and one the table has not.
 */
static void
add_district(struct rule_space *space, GPtrArray *out, const char *district, unsigned each)
{
	static const char *const INWARD[] = {"0AA", "9ZZ", "5QQ", "1VV"};
	g_autoptr(GPtrArray) of_district = area_postcodes(space->rules[0]->areas, district, each);

	add_once(out, district, space->arena);
	for (size_t at = 0; at < of_district->len; at++)
		add_once(out, of_district->pdata[at], space->arena);
	for (size_t at = 0; at < COUNT_OF(INWARD); at++) {
		g_autofree char *postcode = g_strdup_printf("%s %s", district, INWARD[at]);
		add_once(out, postcode, space->arena);
	}
}

static void
add_asked(struct rule_space *space, GPtrArray *out, const struct asking *asking, unsigned each)
{
	for (size_t at = 0; at < asking->test->phrase_count; at++) {
		const char *phrase = asking->test->phrases[at];
		g_autofree char *district = g_strndup(phrase, strcspn(phrase, " "));
		if (asking->operand->kind != OPERAND_POSTCODE)
			continue;
		add_once(out, phrase, space->arena);
		add_district(space, out, district, each);
	}
}

GPtrArray *
space_postcodes(struct rule_space *space, const struct space_field *field)
{
	GPtrArray *out = g_ptr_array_new();
	unsigned named = 1;
	size_t count;
	char postcode[9];

	for (size_t at = 0; at < field->askings->len; at++)
		named += (unsigned)((struct asking *)field->askings->pdata[at])->test->phrase_count;
	for (size_t at = 0; at < field->askings->len; at++)
		add_asked(space, out, field->askings->pdata[at], named);
	(void)area_names(space->rules[0]->areas, &count);
	for (unsigned at = 0; at < count; at++)
		if (area_example(space->rules[0]->areas, at, postcode)) {
			g_autofree char *district = g_strndup(postcode, strcspn(postcode, " "));
			add_once(out, postcode, space->arena);
			add_once(out, district, space->arena);
		}
	add_once(out, "no fixed abode", space->arena);
	return out;
}

/* --- phrases --------------------------------------------------------------------------------- */

static void
add_phrase(struct rule_space *space, struct space_field *field, const char *folded)
{
	g_autofree char *text = g_strstrip(g_strdup(folded));

	add_once(field->parts, text, space->arena);
}

bool
space_phrases(struct rule_space *space, struct space_field *field)
{
	bool has_whole = false;

	for (size_t at = 0; at < field->askings->len; at++) {
		const struct asking *asking = field->askings->pdata[at];
		enum test_operator how = asking->test->how;
		for (size_t number = 0; number < asking->test->phrase_count; number++)
			add_phrase(space, field, asking->test->phrases[number]);
		for (size_t number = 0; asking->agency && number < asking->agency->name_count;
		     number++)
			add_phrase(space, field, asking->agency->names[number]);
		has_whole = has_whole ||
		    (how != OPERATOR_INCLUDES && how != OPERATOR_MENTIONS &&
			how != OPERATOR_IS_KNOWN);
	}
	return has_whole;
}

static bool
has_word(const struct space_field *field, const char *word)
{
	for (size_t at = 0; at < field->parts->len; at++) {
		g_auto(GStrv) words = g_strsplit(field->parts->pdata[at], " ", -1);
		if (g_strv_contains((const char *const *)words, word))
			return true;
	}
	return false;
}

const char *
space_filler(struct rule_space *space, const struct space_field *field)
{
	char *word = arena_text(space->arena, "something");

	for (unsigned number = 2; has_word(field, word); number++)
		word = arena_print(space->arena, "something%u", number);
	return word;
}
