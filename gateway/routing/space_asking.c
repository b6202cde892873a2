/* What rules ask, each thing once, and the field and the levels that it is of. */
/* SPDX-License-Identifier: MIT */
#include "routing/rule_space.h"

#include <inttypes.h>
#include <string.h>

/* "child.birth" of "child.birth_quality", or NULL: what one says the other bears on. */
static const struct field *
birth_of(const struct rule_space *space, const struct field *quality)
{
	if (quality->kind != FIELD_CHOICE || !g_str_has_suffix(quality->name, "_quality"))
		return NULL;
	g_autofree char *name =
	    g_strndup(quality->name, strlen(quality->name) - strlen("_quality"));
	const struct field *birth = field_find(space->rules[0]->fields, name);
	return birth && birth->kind == FIELD_BIRTH && birth->group == quality->group ? birth : NULL;
}

static const struct field *
quality_of(const struct rule_space *space, const struct field *birth)
{
	g_autofree char *name = g_strconcat(birth->name, "_quality", NULL);
	const struct field *quality = field_find(space->rules[0]->fields, name);

	return birth->kind == FIELD_BIRTH && quality && birth_of(space, quality) ? quality : NULL;
}

struct space_field *
space_field_asked(struct rule_space *space, const struct field *of)
{
	const struct field *field = birth_of(space, of);

	field = field ? field : of;
	struct space_field *asked = g_hash_table_lookup(space->by_field, field);
	if (asked)
		return asked;
	asked = arena_take(space->arena, sizeof *asked);
	asked->field = field;
	asked->quality = quality_of(space, field);
	asked->askings = g_ptr_array_new();
	asked->givens = g_ptr_array_new();
	asked->parts = g_ptr_array_new();
	asked->conditions = g_ptr_array_new();
	g_hash_table_insert(space->by_field, (void *)(uintptr_t)field, asked);
	g_ptr_array_add(space->fields, asked);
	return asked;
}

/* What two tests have in common that ask the same. */
static char *
asking_key(const struct operand *operand, const struct test *test, const struct rule_agency *agency)
{
	GString *key = g_string_new(operand->name);

	g_string_append_printf(key, "|%d|%s|%d|%d|%" PRId64 "|%" PRId64, test->how,
	    agency ? agency->entry->id : "", test->this_agency, test->wants_known, test->low,
	    test->high);
	for (size_t at = 0; at < COUNT_OF(test->choices.bits); at++)
		g_string_append_printf(key, "|%" PRIx64, test->choices.bits[at]);
	for (size_t at = 0; at < test->area_count; at++)
		g_string_append_printf(key, "|%u", test->areas[at]);
	for (size_t at = 0; at < test->phrase_count; at++)
		g_string_append_printf(key, "|%s", test->phrases[at]);
	return g_string_free(key, FALSE);
}

struct asking *
space_asking(struct rule_space *space, const struct operand *operand, const struct test *test,
    const struct rule_agency *agency)
{
	g_autofree char *key = asking_key(operand, test, test->this_agency ? agency : NULL);
	struct asking *asking = g_hash_table_lookup(space->askings, key);

	if (asking)
		return asking;
	asking = arena_take(space->arena, sizeof *asking);
	asking->operand = operand;
	asking->test = arena_take(space->arena, sizeof *test);
	memcpy((void *)(uintptr_t)asking->test, test, sizeof *test);
	asking->agency = test->this_agency ? agency : NULL;
	asking->field = space_field_asked(space, operand->field);
	asking->number = asking->field->askings->len;
	g_ptr_array_add(asking->field->askings, asking);
	g_hash_table_insert(space->askings, g_steal_pointer(&key), asking);
	return asking;
}

unsigned
space_add_level(struct rule_space *space, unsigned values)
{
	unsigned *costs = arena_take_many(space->arena, values, sizeof *costs);
	unsigned level = diagrams_add_level(space->diagrams, values);

	if (level == space->costs->len)
		g_ptr_array_add(space->costs, costs);
	return level;
}
