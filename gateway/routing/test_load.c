/* Reads what an operator compares with, each value checked against the form's own words. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/clock.h"
#include "routing/folded.h"
#include "routing/loading.h"
#include "routing/vocabulary.h"

enum { AGE_MAX_YEARS = 150, WITHIN_MAX_DAYS = 36600 };

static const char THIS_AGENCY[] = "this-agency";

/* One value of a test on its way in. */
struct reading {
	struct loading *loading;
	const struct operand *operand;
	struct test *test;
	const char **phrases; /* the test's lists, with room for every value */
	unsigned *areas;
};

/* yes, no, true and false are words that YAML programs take for truth: only a yes/no field has
 * them. */
static bool
refuse_truth(const struct reading *reading, const struct yaml_node *node)
{
	static const char *const TRUTHS[] = {"yes", "no", "true", "false"};

	for (size_t at = 0; at < COUNT_OF(TRUTHS); at++)
		if (!node->is_quoted && g_ascii_strcasecmp(node->text, TRUTHS[at]) == 0) {
			yaml_fault(reading->loading->faults, node,
			    "%s: \"%s\" is an answer of yes/no fields, and this is %s",
			    reading->operand->name, node->text,
			    OPERAND_KIND_NAMES[reading->operand->kind]);
			return false;
		}
	return true;
}

static void
add_phrase(const struct reading *reading, const char *phrase)
{
	reading->phrases[reading->test->phrase_count++] = phrase;
}

static bool
read_phrase(const struct reading *reading, const struct yaml_node *node)
{
	if (!node->is_quoted && strcmp(node->text, THIS_AGENCY) == 0) {
		reading->test->this_agency = true;
		if (reading->loading->list == LIST_NEVER || reading->loading->list == LIST_HOLD)
			return true;
		yaml_fault(reading->loading->faults, node,
		    "%s: this-agency has a meaning in never and hold rules only",
		    reading->operand->name);
		return false;
	}
	const char *folded =
	    folded_text(reading->loading->rules->arena, node->text, strlen(node->text));
	if (!*folded) {
		yaml_fault(reading->loading->faults, node, "%s: \"%s\" has no letter and no digit",
		    reading->operand->name, node->text);
		return false;
	}
	add_phrase(reading, folded);
	return true;
}

/* The word that was meant may be the label or the DfE code of a choice. */
static const char *
choice_meant(const struct field *field, const char *text)
{
	for (size_t at = 0; at < field->choice_count; at++) {
		const struct choice *choice = &field->choices[at];
		if (g_ascii_strcasecmp(choice->label, text) == 0 ||
		    (choice->code && g_ascii_strcasecmp(choice->code, text) == 0))
			return choice->name;
	}
	return NULL;
}

bool
choice_read(const struct operand *operand, const struct yaml_node *node, struct faults *faults,
    unsigned *out)
{
	const struct field *field = operand->field;
	const char *names[CHOICES_MAX];
	const char *meant = choice_meant(field, node->text);

	if (meant && choice_find(field, node->text) < 0) {
		yaml_fault(faults, node, "%s: unknown word \"%s\": did you mean \"%s\"?",
		    operand->name, node->text, meant);
		return false;
	}
	size_t count = field->choice_count < CHOICES_MAX ? field->choice_count : CHOICES_MAX;
	for (size_t at = 0; at < count; at++)
		names[at] = field->choices[at].name;
	return yaml_word(node, operand->name, names, count, out, faults);
}

/* On a scale at_least 3 is any of 3 and above, so a scale is compared like every choice. */
static bool
read_choice(const struct reading *reading, const struct yaml_node *node)
{
	const struct field *field = reading->operand->field;
	enum test_operator how = reading->test->how;
	unsigned number;

	if (!choice_read(reading->operand, node, reading->loading->faults, &number))
		return false;
	choice_set_add(&reading->test->choices, number);
	if (how != OPERATOR_AT_LEAST && how != OPERATOR_AT_MOST)
		return true;
	int64_t bound = g_ascii_strtoll(field->choices[number].name, NULL, 10);
	for (unsigned at = 0; at < field->choice_count; at++) {
		int64_t step = g_ascii_strtoll(field->choices[at].name, NULL, 10);
		if (how == OPERATOR_AT_LEAST ? step >= bound : step <= bound)
			choice_set_add(&reading->test->choices, at);
	}
	return true;
}

static bool
read_truth(const struct reading *reading, const struct yaml_node *node)
{
	bool truth;

	if (!yaml_yes_no(node, reading->operand->name, &truth, reading->loading->faults))
		return false;
	choice_set_add(&reading->test->choices, truth);
	return true;
}

/* "7 days", "2 weeks". */
static bool
read_span(const struct reading *reading, const struct yaml_node *node)
{
	char *unit = NULL;
	int64_t span = g_ascii_isdigit(*node->text) ? g_ascii_strtoll(node->text, &unit, 10) : 0;

	if (unit && span <= WITHIN_MAX_DAYS &&
	    (strcmp(unit, " weeks") == 0 || strcmp(unit, " week") == 0))
		span *= 7;
	else if (!unit || (strcmp(unit, " days") != 0 && strcmp(unit, " day") != 0))
		span = 0;
	if (span < 1 || span > WITHIN_MAX_DAYS) {
		yaml_fault(reading->loading->faults, node,
		    "%s: within expects \"7 days\" or \"2 weeks\", here stands \"%s\"",
		    reading->operand->name, node->text);
		return false;
	}
	reading->test->high = span;
	return true;
}

static bool
find_number(const struct reading *reading, const struct yaml_node *node, int64_t *out)
{
	struct faults *faults = reading->loading->faults;
	const char *what = reading->operand->name;
	int32_t day;

	if (reading->operand->kind == OPERAND_AGE)
		return yaml_number(node, what, 0, AGE_MAX_YEARS, out, faults);
	if (reading->operand->kind == OPERAND_COUNT)
		return yaml_number(node, what, INT32_MIN, INT32_MAX, out, faults);
	if (day_read(node->text, &day)) {
		*out = day;
		return true;
	}
	yaml_fault(faults, node, "%s: expected a date as 2026-03-29, here stands \"%s\"", what,
	    node->text);
	return false;
}

static bool
read_number(const struct reading *reading, const struct yaml_node *node)
{
	struct test *test = reading->test;
	int64_t number;

	if (test->how == OPERATOR_WITHIN)
		return read_span(reading, node);
	if (!find_number(reading, node, &number))
		return false;
	test->low = INT64_MIN;
	test->high = INT64_MAX;
	if (test->how != OPERATOR_UNDER && test->how != OPERATOR_AT_MOST)
		test->low = number;
	if (test->how == OPERATOR_UNDER)
		test->high = number - 1;
	else if (test->how != OPERATOR_FROM && test->how != OPERATOR_AT_LEAST)
		test->high = number;
	return true;
}

bool
postcode_is_district(const char *text, size_t length)
{
	size_t letters = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return length >= 2 && length <= 4 && letters >= 1 && letters <= 2 && letters < length &&
	    g_ascii_isdigit(text[letters]) &&
	    strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") >= length;
}

bool
postcode_is_full(const char *text)
{
	size_t outward = strcspn(text, " ");

	return postcode_is_district(text, outward) && strlen(text) == outward + 4 &&
	    g_ascii_isdigit(text[outward + 1]) && g_ascii_isupper(text[outward + 2]) &&
	    g_ascii_isupper(text[outward + 3]);
}

static bool
read_postcode(const struct reading *reading, const struct yaml_node *node)
{
	bool is_within = reading->test->how == OPERATOR_WITHIN;

	if (is_within ? !postcode_is_district(node->text, strlen(node->text))
		      : !postcode_is_full(node->text)) {
		yaml_fault(reading->loading->faults, node, "%s: expected %s, here stands \"%s\"",
		    reading->operand->name,
		    is_within ? "a postcode district as SW19" : "a full postcode as \"SW19 1AA\"",
		    node->text);
		return false;
	}
	add_phrase(reading, arena_text(reading->loading->rules->arena, node->text));
	return true;
}

static bool
read_area(const struct reading *reading, const struct yaml_node *node)
{
	size_t count;

	/* Without a table, which is a fault of its own, no area can be looked up. */
	if (!reading->loading->rules->areas)
		return true;
	const char *const *names = area_names(reading->loading->rules->areas, &count);
	return yaml_word(node, reading->operand->name, names, count,
	    &reading->areas[reading->test->area_count++], reading->loading->faults);
}

static bool
read_known(const struct reading *reading, const struct yaml_node *node)
{
	return yaml_yes_no(node, "is_known", &reading->test->wants_known, reading->loading->faults);
}

static bool
read_value(const struct reading *reading, const struct yaml_node *node)
{
	if (reading->test->how == OPERATOR_IS_KNOWN)
		return read_known(reading, node);
	if (reading->operand->kind == OPERAND_YES_NO || reading->operand->kind == OPERAND_UNBORN)
		return read_truth(reading, node);
	if (!refuse_truth(reading, node))
		return false;
	switch (reading->operand->kind) {
	case OPERAND_TEXT:
		return read_phrase(reading, node);
	case OPERAND_POSTCODE:
		return read_postcode(reading, node);
	case OPERAND_AREA:
		return read_area(reading, node);
	case OPERAND_CHOICE:
	case OPERAND_CHOICES:
		return read_choice(reading, node);
	default:
		return read_number(reading, node);
	}
}

static bool
refuse_operator(struct loading *loading, const struct operand *operand, enum test_operator how,
    const struct yaml_node *node)
{
	g_autoptr(GString) fitting = g_string_new(NULL);

	for (unsigned at = 0; at < OPERATORS; at++)
		if (operator_fits(at, operand))
			g_string_append_printf(fitting, "%s%s", fitting->len ? ", " : "",
			    at == OPERATOR_EQUALS ? "a bare value" : OPERATOR_NAMES[at]);
	yaml_fault(loading->faults, node, "%s is %s: %s does not fit it; %s do", operand->name,
	    OPERAND_KIND_NAMES[operand->kind],
	    how == OPERATOR_EQUALS ? "a bare value" : OPERATOR_NAMES[how], fitting->str);
	return false;
}

/* A text, or a list of texts where the operator takes one; *count of them at *items. */
static bool
find_values(struct loading *loading, const struct operand *operand, enum test_operator how,
    const struct yaml_node *node, const struct yaml_node **items, size_t *count)
{
	const char *unused;

	if (node->kind == YAML_LIST && !operator_takes_list(how, operand)) {
		yaml_fault(loading->faults, node,
		    "%s: a list needs an operator that takes one, as in %s: {any_of: [..., ...]}",
		    operand->name, operand->name);
		return false;
	}
	*items = node->kind == YAML_LIST ? node->items : node;
	*count = node->kind == YAML_LIST ? node->count : 1;
	if (!*count)
		yaml_fault(loading->faults, node, "%s: the list is empty", operand->name);
	for (size_t at = 0; at < *count; at++)
		if (!yaml_text(&(*items)[at], operand->name, &unused, loading->faults))
			return false;
	return *count > 0;
}

bool
test_load(struct loading *loading, const struct operand *operand, enum test_operator how,
    const struct yaml_node *node, struct test *out)
{
	struct test test = {.how = how};
	struct reading reading = {.loading = loading, .operand = operand, .test = &test};
	struct arena *arena = loading->rules->arena;
	const struct yaml_node *items;
	size_t count;
	bool is_read = true;

	if (!operator_fits(how, operand))
		return refuse_operator(loading, operand, how, node);
	if (!find_values(loading, operand, how, node, &items, &count))
		return false;
	const char **values = arena_take_many(arena, count, sizeof *values);
	test.phrases = reading.phrases = arena_take_many(arena, count, sizeof *test.phrases);
	test.areas = reading.areas = arena_take_many(arena, count, sizeof *test.areas);
	for (size_t at = 0; at < count; at++) {
		values[at] = arena_text(arena, items[at].text);
		is_read = read_value(&reading, &items[at]) && is_read;
	}
	test.values = values;
	test.value_count = count;
	*out = test;
	return is_read;
}
