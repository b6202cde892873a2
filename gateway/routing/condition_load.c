/* Reads the tree of conditions of one rule. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "routing/loading.h"
#include "routing/rule_words.h"
#include "routing/vocabulary.h"

static bool load_map(struct loading *loading, const struct yaml_node *map, struct condition *out);

static bool
find_operator(struct loading *loading, const struct operand *operand, const struct yaml_node *key,
    enum test_operator *out)
{
	unsigned number;

	/* The first, equals, is written as a bare value. */
	if (!yaml_word(
		key, operand->name, OPERATOR_NAMES + 1, OPERATORS - 1, &number, loading->faults))
		return false;
	*out = number + 1;
	return true;
}

/* {from: 19, under: 9} is never so. */
static void
check_range(
    struct loading *loading, const struct condition *condition, const struct yaml_node *node)
{
	enum operand_kind kind = condition->operand->kind;
	int64_t low = INT64_MIN, high = INT64_MAX;

	if (kind != OPERAND_AGE && kind != OPERAND_COUNT && kind != OPERAND_DAY)
		return;
	for (size_t at = 0; at < condition->test_count; at++) {
		const struct test *test = &condition->tests[at];
		if (test->how == OPERATOR_IS_NOT || test->how == OPERATOR_WITHIN ||
		    test->how == OPERATOR_IS_KNOWN)
			continue;
		low = MAX(low, test->low);
		high = MIN(high, test->high);
	}
	if (low > high)
		yaml_fault(loading->faults, node, "%s: no value is all of this at once",
		    condition->operand->name);
}

static bool
load_tests(
    struct loading *loading, const struct yaml_node *map, struct condition *out, struct test *tests)
{
	bool is_read = true;

	for (size_t at = 0; at < map->count; at++) {
		enum test_operator how;
		is_read = find_operator(loading, out->operand, &map->keys[at], &how) &&
		    test_load(loading, out->operand, how, &map->items[at], &tests[at]) && is_read;
	}
	if (!map->count)
		yaml_fault(loading->faults, map,
		    "%s: expected a value or an operator, here stands nothing", out->operand->name);
	return is_read && map->count;
}

static const struct operand *
find_operand(struct loading *loading, const struct yaml_node *key)
{
	const struct operand *operand = vocabulary_find(loading->rules->vocabulary, key->text);

	if (operand)
		return operand;
	const char *near = vocabulary_near(loading->rules->vocabulary, key->text);
	yaml_fault(loading->faults, key,
	    near ? "the form has no field \"%s\": did you mean \"%s\"?"
		 : "the form has no field \"%s\", and it is not any, all or not",
	    key->text, near);
	return NULL;
}

static bool
load_field(struct loading *loading, const struct yaml_node *key, const struct yaml_node *value,
    struct condition *out)
{
	struct arena *arena = loading->rules->arena;
	bool is_map = value->kind == YAML_MAP, is_read;

	out->kind = CONDITION_TEST;
	out->operand = find_operand(loading, key);
	if (!out->operand)
		return false;
	struct test *tests = arena_take_many(arena, is_map ? value->count : 1, sizeof *tests);
	if (is_map)
		is_read = load_tests(loading, value, out, tests);
	else
		is_read = test_load(loading, out->operand, OPERATOR_EQUALS, value, tests);
	if (!is_read)
		return false;
	out->tests = tests;
	out->test_count = is_map ? value->count : 1;
	check_range(loading, out, value);
	out->words = condition_words(out, arena);
	out->question = condition_question(out, arena);
	return true;
}

/* any and all: a list of maps. */
static bool
load_list(struct loading *loading, const struct yaml_node *key, const struct yaml_node *value,
    struct condition *out)
{
	bool is_all = strcmp(key->text, "all") == 0, is_read = true;

	out->kind = is_all ? CONDITION_ALL : CONDITION_ANY;
	out->words = is_all ? "all of" : "any of";
	if (!yaml_is_list(value, key->text, loading->faults))
		return false;
	if (!value->count) {
		yaml_fault(loading->faults, value, "%s: the list is empty", key->text);
		return false;
	}
	struct condition *parts =
	    arena_take_many(loading->rules->arena, value->count, sizeof *parts);
	for (size_t at = 0; at < value->count; at++)
		is_read = load_map(loading, &value->items[at], &parts[at]) && is_read;
	out->parts = parts;
	out->part_count = value->count;
	return is_read;
}

static bool
load_entry(struct loading *loading, const struct yaml_node *key, const struct yaml_node *value,
    struct condition *out)
{
	out->line = key->line;
	loading->condition_count++;
	if (strcmp(key->text, "any") == 0 || strcmp(key->text, "all") == 0)
		return load_list(loading, key, value, out);
	if (strcmp(key->text, "not") != 0)
		return load_field(loading, key, value, out);
	struct condition *part = arena_take(loading->rules->arena, sizeof *part);
	out->kind = CONDITION_NOT;
	out->words = "not";
	out->parts = part;
	out->part_count = 1;
	return load_map(loading, value, part);
}

/* All entries of a map must hold; one alone stands for itself. */
static bool
load_map(struct loading *loading, const struct yaml_node *map, struct condition *out)
{
	bool is_read = true;

	if (!yaml_is_map(map, "conditions", loading->faults))
		return false;
	if (!map->count) {
		yaml_fault(loading->faults, map,
		    "conditions are missing here; for \"always\" leave `when` out");
		return false;
	}
	if (map->count == 1)
		return load_entry(loading, &map->keys[0], &map->items[0], out);
	struct condition *parts = arena_take_many(loading->rules->arena, map->count, sizeof *parts);
	*out = (struct condition){.kind = CONDITION_ALL,
	    .words = "all of",
	    .parts = parts,
	    .part_count = map->count,
	    .line = map->line};
	loading->condition_count++;
	for (size_t at = 0; at < map->count; at++)
		is_read =
		    load_entry(loading, &map->keys[at], &map->items[at], &parts[at]) && is_read;
	return is_read;
}

const struct condition *
condition_load(struct loading *loading, const struct yaml_node *node)
{
	struct condition *condition = arena_take(loading->rules->arena, sizeof *condition);

	loading->condition_count = 0;
	return load_map(loading, node, condition) ? condition : NULL;
}

bool
condition_names_agency(const struct condition *condition)
{
	for (size_t at = 0; at < condition->test_count; at++)
		if (condition->tests[at].this_agency)
			return true;
	for (size_t at = 0; at < condition->part_count; at++)
		if (condition_names_agency(&condition->parts[at]))
			return true;
	return false;
}

bool
rule_names_agency(const struct rule *rule)
{
	return rule->when && condition_names_agency(rule->when);
}

bool
rule_forbids_any(const struct ruleset *rules, const struct rule *rule)
{
	return rule->list == LIST_NEVER && !rule->needs_nobody && rules->red.names_desk;
}
