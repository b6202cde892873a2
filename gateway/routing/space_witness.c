/* Picks the smallest concern that shows something, and writes it down. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "routing/given.h"
#include "routing/space_adults.h"
#include "routing/space_doubt.h"

static bool
is_chosen(const int *values, unsigned level)
{
	return values[level] > 0;
}

/* The answers of adults to each field that is theirs: struct rule_space's fields, arrays of texts. */
static GPtrArray *
find_adults(struct rule_space *space, const int *values, unsigned *most)
{
	GPtrArray *said = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);

	*most = 1;
	for (size_t at = 0; at < space->fields->len; at++) {
		const struct space_field *field = space->fields->pdata[at];
		if (field->field->group != GROUP_ADULT)
			continue;
		g_ptr_array_add(said, adults_words(space, field, values));
		*most = MAX(*most, ((GPtrArray *)said->pdata[said->len - 1])->len);
	}
	return said;
}

/* The answer of adult number `adult`: one each, and the last again where there are no more. */
static const char *
adult_words(const GPtrArray *said, unsigned adult)
{
	const char *words = said->len ? said->pdata[MIN(adult, said->len - 1)] : "";

	return g_str_has_prefix(words, "involved_adults.") ? words + strlen("involved_adults.")
							   : words;
}

static const char *
write_adults(struct rule_space *space, const int *values)
{
	g_autoptr(GString) line = g_string_new("adults: [");
	unsigned count;
	g_autoptr(GPtrArray) said = find_adults(space, values, &count);

	for (unsigned adult = 0; adult < count; adult++) {
		const char *between = "";
		g_string_append(line, adult ? ", {" : "{");
		for (size_t at = 0; at < said->len; at++) {
			const char *words = adult_words(said->pdata[at], adult);
			g_string_append_printf(line, "%s%s", *words ? between : "", words);
			between = *words ? ", " : between;
		}
		g_string_append_c(line, '}');
	}
	g_string_append_c(line, ']');
	return arena_text(space->arena, line->str);
}

static int
compare_fields(const void *left, const void *right)
{
	const struct space_field *a = *(struct space_field *const *)left;
	const struct space_field *b = *(struct space_field *const *)right;

	if (a->field->group != b->field->group)
		return (int)a->field->group - (int)b->field->group;
	return (int)a->field->index - (int)b->field->index;
}

/* Adds the pairs of an answer, a line each: two where the quality of a date is said besides. */
static size_t
add_pairs(struct rule_space *space, const struct space_field *field, const char *words,
    const char **lines)
{
	g_autofree char *second =
	    field->quality ? g_strdup_printf(", %s: ", field->quality->name) : NULL;
	const char *comma = second ? strstr(words, second) : NULL;

	lines[0] = comma ? arena_print(space->arena, "%.*s", (int)(comma - words), words) : words;
	if (comma)
		lines[1] = comma + strlen(", ");
	return comma ? 2 : 1;
}

/* Whether an answer was chosen that only a mail can have that is later than its report. */
static bool
has_late_day(const struct rule_space *space, const int *values)
{
	const struct field *report_day = space_report_day(space);
	bool is_late = false;

	for (size_t at = 0; at < space->fields->len; at++) {
		const struct space_field *field = space->fields->pdata[at];
		int value = values[field->level];
		if (field->field == report_day)
			return false; /* it says so itself */
		is_late = is_late || ((struct given *)field->givens->pdata[MAX(value, 0)])->is_late;
	}
	return is_late;
}

/* In the order of the form: the report, the child, the adults. */
static void
write_lines(struct rule_space *space, const int *values, struct witness *out)
{
	g_autoptr(GPtrArray) fields = g_ptr_array_copy(space->fields, NULL, NULL);
	bool has_child = !is_chosen(values, space->child_level);
	const char **lines =
	    arena_take_many(space->arena, space->fields->len * 2 + 4, sizeof *lines);

	bool is_doubted = is_chosen(values, space->doubt_level);

	if (is_doubted)
		lines[out->line_count++] = doubt_day_words(space, values);
	if (!is_doubted && has_late_day(space, values)) {
		g_autofree char *today = space_day_text(space_today(space));
		lines[out->line_count++] =
		    arena_print(space->arena, "%s: %s", space_report_day(space)->name, today);
	}
	g_ptr_array_sort(fields, compare_fields);
	for (size_t at = 0; at < fields->len; at++) {
		const struct space_field *field = fields->pdata[at];
		if (field->field->group == GROUP_ADULT ||
		    (field->field->group == GROUP_CHILD && !has_child) ||
		    (is_doubted && field->field == space_report_day(space)))
			continue;
		const char *words = space_given_words(space, field, values);
		if (*words)
			out->line_count += add_pairs(space, field, words, &lines[out->line_count]);
	}
	if (!has_child)
		lines[out->line_count++] = "children: []";
	if (is_chosen(values, space->adults_level))
		lines[out->line_count++] = write_adults(space, values);
	out->lines = lines;
}

static void
close_agencies(struct rule_space *space, const int *values, struct witness *out)
{
	const struct ruleset *rules = space->rules[0];
	size_t entries = 0;

	for (size_t at = 0; at < rules->agency_count; at++)
		entries = MAX(entries, rules->agencies[at].entry_number + 1);
	out->is_open = arena_take_many(space->arena, entries, sizeof *out->is_open);
	memset(out->is_open, true, entries * sizeof *out->is_open);
	for (size_t at = 0; at < rules->agency_count; at++)
		if (space->open_levels[at] != UINT_MAX &&
		    is_chosen(values, space->open_levels[at])) {
			const char *id = rules->agencies[at].entry->id;
			out->is_open[rules->agencies[at].entry_number] = false;
			out->closed =
			    out->closed ? arena_print(space->arena, "%s, %s", out->closed, id) : id;
		}
}

/* The values of the cheapest way to a result that is not 0, of what is possible. */
static bool
find_values(struct rule_space *space, diagram whole, int *values)
{
	whole = diagrams_least(space->diagrams, whole, space->possible);
	return diagrams_path(
	    space->diagrams, whole, (const unsigned *const *)space->costs->pdata, values);
}

static bool
write_witness(struct rule_space *space, const int *values, struct witness *out)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	g_autoptr(GString) map = g_string_new("{");

	*out = (struct witness){0};
	write_lines(space, values, out);
	close_agencies(space, values, out);
	for (size_t at = 0; at < out->line_count; at++)
		g_string_append_printf(map, "%s%s", at ? ", " : "", out->lines[at]);
	g_string_append_c(map, '}');
	CLEANUP(yaml_freep)
	struct yaml_document *document = yaml_parse("witness", map->str, map->len, faults);
	return document &&
	    given_read(space->rules[0], yaml_root(document), space->now, space->arena,
		&out->concern, faults);
}

/* By level: what it is where nothing is answered. */
static unsigned *
blank_values(const struct rule_space *space)
{
	unsigned *blank = g_new0(unsigned, diagrams_level_count(space->diagrams));

	for (size_t number = 0; number < space->fields->len; number++) {
		const struct space_field *field = space->fields->pdata[number];
		for (size_t at = 0; at < field->conditions->len; at++) {
			const struct adult_condition *condition = field->conditions->pdata[at];
			blank[condition->level] = condition->blank;
		}
	}
	return blank;
}

static bool
is_level_of(const struct space_field *field, size_t level)
{
	bool is_own = level == field->level || level == field->since_level;

	for (size_t at = 0; at < field->part_count; at++)
		is_own = is_own || level == field->part_levels[at];
	for (size_t at = 0; at < field->conditions->len; at++)
		is_own = is_own ||
		    level == ((struct adult_condition *)field->conditions->pdata[at])->level;
	return is_own;
}

/* What is said of the same adults is not the same where the day of the report is in no doubt. */
static bool
is_of_report_day(const struct rule_space *space, const struct space_field *field)
{
	return field->field == space_report_day(space) ||
	    (field->field->group == GROUP_ADULT && field->is_doubtful);
}

/* Whether this variable is what is asked about, and so is left as it is. */
static bool
is_left_open(const struct rule_space *space, const struct space_field *except, size_t level)
{
	bool is_open = !except && level == space->doubt_level;

	for (size_t at = 0; at < space->fields->len; at++) {
		const struct space_field *field = space->fields->pdata[at];
		bool is_asked = except ? field == except : is_of_report_day(space, field);
		is_open = is_open || (is_asked && is_level_of(field, level)) ||
		    adults_is_undoubted_level(field, level);
	}
	return is_open;
}

/* 1 where each variable is blank, or what it is in these values. */
static diagram
near_values(struct rule_space *space, const int *values, const struct space_field *except)
{
	g_autofree unsigned *blank = blank_values(space);
	diagram whole = 1;

	for (size_t level = diagrams_level_count(space->diagrams); level-- > 0;) {
		unsigned count = diagrams_values_at(space->diagrams, (unsigned)level);
		g_autofree diagram *branches = g_new0(diagram, count);
		if (is_left_open(space, except, level))
			continue;
		branches[blank[level]] = whole;
		if (values[level] >= 0)
			branches[values[level]] = whole;
		whole = diagrams_node(space->diagrams, (unsigned)level, branches);
	}
	return whole;
}

diagram
space_smallest(struct rule_space *space, diagram whole)
{
	g_autofree int *values = g_new(int, diagrams_level_count(space->diagrams) + 1);

	if (!find_values(space, whole, values))
		return 0;
	whole = 1;
	for (size_t level = diagrams_level_count(space->diagrams); level-- > 0;) {
		unsigned count = diagrams_values_at(space->diagrams, (unsigned)level);
		g_autofree diagram *branches = g_new0(diagram, count);
		if (values[level] < 0)
			continue;
		branches[values[level]] = whole;
		whole = diagrams_node(space->diagrams, (unsigned)level, branches);
	}
	return whole;
}

bool
space_near(struct rule_space *space, diagram whole, const struct space_field *except, diagram *near)
{
	g_autofree int *values = g_new(int, diagrams_level_count(space->diagrams) + 1);

	if (!find_values(space, whole, values))
		return false;
	*near = near_values(space, values, except);
	return true;
}

bool
space_witness(struct rule_space *space, diagram whole, struct witness *out)
{
	g_autofree int *values = g_new(int, diagrams_level_count(space->diagrams) + 1);

	/* who the adults are is found out on the way, for which there may be no room */
	return find_values(space, whole, values) && write_witness(space, values, out) &&
	    !diagrams_are_full(space->diagrams);
}
