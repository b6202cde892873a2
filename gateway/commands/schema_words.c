/* Words of a site as JSON Schema: what a condition asks, what a rule test answers. */
/* SPDX-License-Identifier: MIT */
#include "commands/schema_words.h"

#include <glib.h>
#include <string.h>

/* By kind: the schema of one value, where it is not the field's own choices. */
static const char *const VALUES[OPERAND_KINDS] = {
    [OPERAND_TEXT] = "phrase",
    [OPERAND_YES_NO] = "yes_no",
    [OPERAND_COUNT] = "count",
    [OPERAND_DAY] = "day",
    [OPERAND_POSTCODE] = "postcode",
    [OPERAND_AGE] = "age",
    [OPERAND_UNBORN] = "yes_no",
    [OPERAND_AREA] = "area",
};

/* --- words ----------------------------------------------------------------------------------- */

/* The number that an editor reads instead of the word, or NULL. */
static json_t *
number_of(const char *word)
{
	const char *digits = strspn(word, "+-") <= 1 ? word + strspn(word, "+-") : "";
	size_t whole = strspn(digits, "0123456789");
	char *end = NULL;

	if (whole && !digits[whole])
		return json_integer((json_int_t)g_ascii_strtoll(word, NULL, 10));
	if (!g_ascii_isdigit(*digits) && *digits != '.')
		return NULL;
	double number = g_ascii_strtod(word, &end);
	bool is_number = end && !*end && word[strspn(word, "+-.0123456789eE")] == '\0';
	return is_number ? json_real(number) : NULL;
}

void
schema_add_word(json_t *list, const char *word, bool truth)
{
	json_t *number = number_of(word);

	(void)json_array_append_new(list, json_string(word));
	if (number)
		(void)json_array_append_new(list, number);
	if (truth && strcmp(word, "true") == 0)
		(void)json_array_append_new(list, json_true());
	if (truth && strcmp(word, "false") == 0)
		(void)json_array_append_new(list, json_false());
}

json_t *
schema_one_of(const char *const *words, size_t count, bool truth)
{
	json_t *list = json_array();

	for (size_t at = 0; at < count; at++)
		schema_add_word(list, words[at], truth);
	return json_pack("{s: o}", "enum", list);
}

json_t *
schema_ref(const char *name)
{
	g_autofree char *pointer = g_strconcat("#/definitions/", name, NULL);

	return json_pack("{s: s}", "$ref", pointer);
}

static json_t *
choices_of(const struct field *field, bool truth)
{
	json_t *list = json_array();

	for (size_t at = 0; at < field->choice_count; at++)
		schema_add_word(list, field->choices[at].name, truth);
	return list;
}

/* --- conditions ------------------------------------------------------------------------------ */

static bool
has_choices(const struct operand *operand)
{
	return operand->kind == OPERAND_CHOICE || operand->kind == OPERAND_CHOICES;
}

/* What one operator compares with: `value` is the name of the operand's own values. */
static json_t *
compared_with(const struct operand_words *words, size_t number, const char *value)
{
	const char *name = words->operators[number];
	bool is_postcode = words->operand->kind == OPERAND_POSTCODE;

	if (strcmp(name, "is_known") == 0)
		return schema_ref("yes_no");
	if (strcmp(name, "within") == 0)
		value = is_postcode ? "district" : "span";
	if (!words->takes_list[number])
		return schema_ref(value);
	return json_pack("{s: [o, {s: s, s: i, s: o}]}", "anyOf", schema_ref(value), "type",
	    "array", "minItems", 1, "items", schema_ref(value));
}

/* A bare value where there may be one, or a map of operators. */
static json_t *
asked(const struct operand_words *words, const char *value)
{
	json_t *operators = json_object(), *ways = json_array();

	for (size_t at = 0; at < words->count; at++)
		(void)json_object_set_new(
		    operators, words->operators[at], compared_with(words, at, value));
	if (words->may_be_bare)
		(void)json_array_append_new(ways, schema_ref(value));
	(void)json_array_append_new(ways,
	    json_pack("{s: s, s: b, s: i, s: o}", "type", "object", "additionalProperties", 0,
		"minProperties", 1, "properties", operators));
	return json_pack("{s: o}", "anyOf", ways);
}

json_t *
schema_condition(const struct operand_words *words, json_t *definitions)
{
	const struct operand *operand = words->operand;
	g_autofree char *value = has_choices(operand)
	    ? g_strconcat("words_of_", operand->name, NULL)
	    : g_strdup(VALUES[operand->kind]);
	g_autofree char *asks = has_choices(operand) ? g_strconcat("asks_of_", operand->name, NULL)
						     : g_strconcat("asks_", value, NULL);

	if (has_choices(operand))
		(void)json_object_set_new(definitions, value,
		    json_pack("{s: o}", "enum", choices_of(operand->field, false)));
	if (!json_object_get(definitions, asks))
		(void)json_object_set_new(definitions, asks, asked(words, value));
	json_t *found = schema_ref(asks);
	(void)json_object_set_new(found, "description", json_string(operand->field->label));
	return found;
}

/* --- answers --------------------------------------------------------------------------------- */

/* By kind of operand: what a rule test may answer, where the field has no choices. */
static const char *
answer_name(const struct operand *operand)
{
	switch (operand->kind) {
	case OPERAND_YES_NO:
	case OPERAND_UNBORN:
		return "answer_yes_no";
	case OPERAND_COUNT:
		return "answer_count";
	case OPERAND_POSTCODE:
		return "answer_postcode";
	case OPERAND_AGE:
		return "answer_age";
	case OPERAND_AREA:
		return "answer_area";
	case OPERAND_DAY:
		return operand->field->kind == FIELD_BIRTH ? "answer_birth"
		    : operand->field->kind == FIELD_MOMENT ? "answer_moment"
							   : "answer_day";
	default:
		return "answer_text";
	}
}

/* Several choices: those that stand alone have nothing beside them. */
static json_t *
list_of_choices(const struct field *field)
{
	json_t *words = choices_of(field, true), *alone = json_array();

	schema_add_word(words, "unclear", false);
	for (size_t at = 0; at < field->choice_count; at++)
		if (field->choices[at].is_alone)
			schema_add_word(alone, field->choices[at].name, true);
	json_t *list = json_pack(
	    "{s: s, s: i, s: {s: o}}", "type", "array", "minItems", 1, "items", "enum", words);
	if (json_array_size(alone)) {
		(void)json_object_set_new(list, "if",
		    json_pack("{s: s, s: {s: O}}", "type", "array", "contains", "enum", alone));
		(void)json_object_set_new(list, "then", json_pack("{s: i}", "maxItems", 1));
	}
	json_decref(alone);
	return list;
}

json_t *
schema_answer(const struct operand *operand)
{
	const char *label = operand->field->label;

	if (!has_choices(operand)) {
		json_t *found = schema_ref(answer_name(operand));
		(void)json_object_set_new(found, "description", json_string(label));
		return found;
	}
	json_t *ways = json_pack("[{s: o}]", "enum", choices_of(operand->field, true));
	if (operand->kind == OPERAND_CHOICES)
		(void)json_array_append_new(ways, list_of_choices(operand->field));
	(void)json_array_append_new(ways, schema_ref("state"));
	(void)json_array_append_new(ways, schema_ref("state_map"));
	return json_pack("{s: s, s: o}", "description", label, "anyOf", ways);
}
