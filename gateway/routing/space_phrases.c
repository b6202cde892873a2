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

/* The districts that tests name, by themselves or in a postcode; texts. */
static GPtrArray *
asked_districts(const struct space_field *field)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);

	for (size_t at = 0; at < field->askings->len; at++) {
		const struct asking *asking = field->askings->pdata[at];
		for (size_t phrase = 0; phrase < asking->test->phrase_count; phrase++) {
			const char *asked = asking->test->phrases[phrase];
			if (asking->operand->kind == OPERAND_POSTCODE)
				g_ptr_array_add(out, g_strndup(asked, strcspn(asked, " ")));
		}
	}
	return out;
}

static void
add_asked(struct rule_space *space, GPtrArray *out, const struct asking *asking)
{
	for (size_t at = 0; at < asking->test->phrase_count; at++)
		if (asking->operand->kind == OPERAND_POSTCODE)
			add_once(out, asking->test->phrases[at], space->arena);
}

/* A postcode of the area, and its district alone. */
static void
add_example(struct rule_space *space, GPtrArray *out, const char *postcode)
{
	g_autofree char *district = g_strndup(postcode, strcspn(postcode, " "));

	add_once(out, postcode, space->arena);
	add_once(out, district, space->arena);
}

GPtrArray *
space_postcodes(struct rule_space *space, const struct space_field *field)
{
	const struct area_table *areas = space->rules[0]->areas;
	g_autoptr(GPtrArray) districts = asked_districts(field);
	GPtrArray *out = g_ptr_array_new();
	size_t count;
	char postcode[9];

	for (size_t at = 0; at < field->askings->len; at++)
		add_asked(space, out, field->askings->pdata[at]);
	for (size_t at = 0; at < districts->len; at++)
		add_district(space, out, districts->pdata[at], districts->len + 1);
	(void)area_names(areas, &count);
	for (unsigned at = 0; at < count; at++) {
		if (area_example(areas, at, postcode))
			add_example(space, out, postcode);
		if (area_example_beyond(areas, at, districts, postcode))
			add_example(space, out, postcode);
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
