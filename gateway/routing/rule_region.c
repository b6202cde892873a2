/* Widens one concern to all that share what matters of it. */
/* SPDX-License-Identifier: MIT */
#include "routing/rule_region.h"

#include <string.h>

#include "routing/space_doubt.h"

enum { VALUES_SHOWN = 4 };

/* Of every variable the values that lie in the region. */
struct region {
	struct rule_space *space;
	bool **allowed; /* by level and value */
};

static unsigned
values_at(const struct region *region, size_t level)
{
	return diagrams_values_at(region->space->diagrams, (unsigned)level);
}

static bool
is_free(const struct region *region, size_t level)
{
	for (unsigned at = 0; at < values_at(region, level); at++)
		if (!region->allowed[level][at])
			return false;
	return true;
}

/* 1 inside the region, whatever this one variable is. */
static diagram
inside(const struct region *region, size_t except)
{
	struct diagrams *diagrams = region->space->diagrams;
	diagram whole = 1;

	for (size_t level = diagrams_level_count(diagrams); level-- > 0;) {
		if (level == except || is_free(region, level))
			continue;
		g_autofree diagram *branches = g_new0(diagram, values_at(region, level));
		for (unsigned at = 0; at < values_at(region, level); at++)
			branches[at] = region->allowed[level][at] ? whole : 0;
		whole = diagrams_node(diagrams, (unsigned)level, branches);
	}
	return whole;
}

/* Allows this variable every value with which the region still lies where it should. */
static void
widen(struct region *region, size_t level, diagram outside)
{
	struct diagrams *diagrams = region->space->diagrams;
	diagram wrong = diagrams_least(diagrams, inside(region, level), outside);

	for (unsigned at = 0; at < values_at(region, level); at++)
		if (!region->allowed[level][at])
			region->allowed[level][at] =
			    diagrams_pick(diagrams, wrong, (unsigned)level, at) == 0;
}

/* --- in words -------------------------------------------------------------------------------- */

static void
add_line(GPtrArray *lines, struct arena *arena, const char *line)
{
	if (*line)
		g_ptr_array_add(lines, arena_text(arena, line));
}

/* "child.age: from 9 to 17 or unborn", or what it is not where that is shorter. */
static void
say_values(const struct region *region, const struct space_field *field, GPtrArray *lines)
{
	const bool *allowed = region->allowed[field->level];
	unsigned in = 0, said = 0;

	for (unsigned at = 0; at < field->givens->len; at++)
		in += allowed[at];
	bool is_not = in > field->givens->len / 2;
	unsigned wanted = is_not ? field->givens->len - in : in;
	g_autoptr(GString) line = g_string_new(is_not ? "not " : "");
	for (unsigned at = 0; at < field->givens->len && said < VALUES_SHOWN; at++) {
		const struct given *given = field->givens->pdata[at];
		if (allowed[at] == is_not)
			continue;
		const char *label = given->is_loose
		    ? arena_print(region->space->arena, "%s given%s", field->field->name,
			  g_str_has_suffix(given->words, "unclear]") ? " in part" : "")
		    : *given->label
		    ? given->label
		    : arena_print(region->space->arena, "%s: blank", field->field->name);
		g_string_append_printf(
		    line, "%s%s", said++ ? is_not ? ", nor " : ", or " : "", label);
	}
	if (wanted > said)
		g_string_append_printf(line, ", and %u more", wanted - said);
	if (!is_free(region, field->level))
		add_line(lines, region->space->arena, line->str);
}

static void
say_parts(const struct region *region, const struct space_field *field, GPtrArray *lines)
{
	for (size_t at = 0; at < field->part_count; at++) {
		unsigned level = field->part_levels[at];
		if (is_free(region, level))
			continue;
		bool has = region->allowed[level][1];
		g_autofree char *line = g_strdup_printf("%s: %s \"%s\"", field->field->name,
		    has ? "with" : "without", (char *)field->parts->pdata[at]);
		add_line(lines, region->space->arena, line);
	}
}

/* Of whom the day in doubt is told apart by how old they were. */
static void
say_since(const struct region *region, const struct space_field *field, GPtrArray *lines)
{
	if (field->since_level == UINT_MAX || is_free(region, field->since_level))
		return;
	g_autoptr(GString) line = g_string_new(NULL);
	for (unsigned at = 0; at < values_at(region, field->since_level); at++)
		if (region->allowed[field->since_level][at])
			g_string_append_printf(line, "%s%s", line->len ? ", or " : "",
			    doubt_since_words(region->space, field, at));
	g_autofree char *whole = g_strdup_printf("%s: %s", field->field->name, line->str);
	add_line(lines, region->space->arena, whole);
}

/* One of the days that can be told apart stands for itself and those that are taken alike. */
static void
say_doubt(const struct region *region, GPtrArray *lines)
{
	const struct rule_space *space = region->space;
	const bool *allowed = region->allowed[space->doubt_level];
	unsigned in = 0, days = space->doubted_days->len;

	if (is_free(region, space->doubt_level))
		return;
	for (unsigned day = 0; day < days; day++)
		in += allowed[day + 1];
	g_autoptr(GString) line = g_string_new("the day of the report is in ");
	g_string_append_printf(line, "%s%s%s", allowed[0] ? "no doubt" : "",
	    allowed[0] && in ? ", or in " : "", in ? "doubt" : "");
	const char *between = ", as ";
	for (unsigned day = 0; in && in < days && day < days; day++)
		if (allowed[day + 1]) {
			g_autofree char *text =
			    space_day_text(g_array_index(space->doubted_days, int32_t, day));
			g_string_append_printf(line, "%s%s", between, text);
			between = " or ";
		}
	add_line(lines, space->arena, line->str);
}

/* By what may be said of all adults: SPACE_NO, SPACE_CANNOT_TELL and SPACE_YES as bits. */
static const char *const OF_ADULTS[] = {
    [1 << SPACE_NO] = "no adult with ",
    [1 << SPACE_CANNOT_TELL] = "unclear whether an adult with ",
    [1 << SPACE_YES] = "an adult with ",
    [1 << SPACE_NO | 1 << SPACE_CANNOT_TELL] = "no adult, or unclear whether one, with ",
    [1 << SPACE_NO | 1 << SPACE_YES] = "clear whether an adult with ",
    [1 << SPACE_CANNOT_TELL | 1 << SPACE_YES] = "an adult, or unclear whether one, with ",
};

static void
say_conditions(const struct region *region, const struct space_field *field, GPtrArray *lines)
{
	for (size_t at = 0; at < field->conditions->len; at++) {
		const struct adult_condition *condition = field->conditions->pdata[at];
		unsigned may_be = 0;
		if (is_free(region, condition->level))
			continue;
		for (unsigned answer = SPACE_NO; answer <= SPACE_YES; answer++)
			may_be |= (unsigned)region->allowed[condition->level][answer] << answer;
		g_autofree char *line = g_strconcat(OF_ADULTS[may_be], condition->words, NULL);
		add_line(lines, region->space->arena, line);
	}
}

static void
say_switch(
    const struct region *region, unsigned level, const char *off, const char *on, GPtrArray *lines)
{
	if (level != UINT_MAX && !is_free(region, level))
		add_line(lines, region->space->arena, region->allowed[level][1] ? on : off);
}

static void
say(const struct region *region, struct rule_region *out)
{
	struct rule_space *space = region->space;
	g_autoptr(GPtrArray) lines = g_ptr_array_new();

	say_switch(region, space->child_level, "a child is named", "no child is named", lines);
	say_switch(region, space->adults_level, "no adult is named", "an adult is named", lines);
	say_doubt(region, lines);
	for (size_t at = 0; at < space->fields->len; at++) {
		const struct space_field *field = space->fields->pdata[at];
		if (field->field->group == GROUP_ADULT)
			say_conditions(region, field, lines);
		else {
			say_values(region, field, lines);
			say_parts(region, field, lines);
			say_since(region, field, lines);
		}
	}
	for (size_t at = 0; at < space->rules[0]->agency_count; at++) {
		const char *id = space->rules[0]->agencies[at].entry->id;
		g_autofree char *open = g_strdup_printf("open: %s", id);
		g_autofree char *closed = g_strdup_printf("closed: %s", id);
		say_switch(region, space->open_levels[at], open, closed, lines);
	}
	const char **texts = arena_take_many(space->arena, lines->len, sizeof *texts);
	for (size_t at = 0; at < lines->len; at++)
		texts[at] = lines->pdata[at];
	*out = (struct rule_region){texts, lines->len};
}

bool
region_take(struct rule_space *space, diagram *where, struct rule_region *out)
{
	struct diagrams *diagrams = space->diagrams;
	size_t levels = diagrams_level_count(diagrams);
	g_autofree int *values = g_new(int, levels + 1);
	struct region region = {space, arena_take_many(space->arena, levels, sizeof(bool *))};
	diagram outside =
	    diagrams_least(diagrams, space->possible, diagrams_between(diagrams, *where, 0, 0));

	if (!diagrams_path(diagrams, diagrams_least(diagrams, *where, space->possible),
		(const unsigned *const *)space->costs->pdata, values))
		return false;
	for (size_t level = 0; level < levels; level++) {
		region.allowed[level] =
		    arena_take_many(space->arena, values_at(&region, level), sizeof(bool));
		if (values[level] >= 0)
			region.allowed[level][values[level]] = true;
		else
			memset(region.allowed[level], true, values_at(&region, level));
	}
	for (size_t level = levels; level-- > 0;)
		if (!is_free(&region, level))
			widen(&region, level, outside);
	say(&region, out);
	*where = diagrams_least(
	    diagrams, *where, diagrams_between(diagrams, inside(&region, levels), 0, 0));
	return !diagrams_are_full(diagrams);
}
