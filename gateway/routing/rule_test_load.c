/* Reads the tests of rules, each word checked against rules, form and directory. */
/* SPDX-License-Identifier: MIT */
#include "routing/rule_test_load.h"

#include <glib.h>
#include <string.h>

#include "base/clock.h"
#include "routing/given.h"

static const char *const FATE_KEYS[ROUTE_FATES] = {
    [ROUTE_SEND] = "send",
    [ROUTE_WAIT] = "wait",
    [ROUTE_PROPOSED] = "propose",
    [ROUTE_FORBIDDEN] = "forbidden",
    [ROUTE_WATCHED] = "watch",
};

/* A Tuesday in working hours, so that a test says the same on every day it is run. */
static const char WITHOUT_AT[] = "2026-03-03 11:00";

struct test_reading {
	const struct ruleset *rules;
	struct arena *arena;
	struct faults *faults;
};

/* One item of a list into `out`; false with a fault. */
typedef bool item_reader(
    const struct test_reading *reading, const struct yaml_node *item, const void **out);

/* A list of words, or one word, as a NULL-terminated array; NULL where there is none. */
static bool
read_words(const struct test_reading *reading, const struct yaml_node *node, const char *what,
    item_reader *read, const void *const **out)
{
	const char *text;

	*out = NULL;
	if (!node)
		return true;
	bool is_list = node->kind == YAML_LIST;
	size_t count = is_list ? node->count : 1;
	const void **words = arena_take_many(reading->arena, count + 1, sizeof *words);
	for (size_t at = 0; at < count; at++) {
		const struct yaml_node *item = is_list ? &node->items[at] : node;
		if (!yaml_text(item, what, &text, reading->faults) ||
		    !read(reading, item, &words[at]))
			return false;
	}
	*out = words;
	return true;
}

static bool
fault_near(const struct test_reading *reading, const struct yaml_node *node, const char *what,
    GPtrArray *words)
{
	const char *near = near_word(node->text, (const char *const *)words->pdata, words->len);

	yaml_fault(reading->faults, node,
	    near ? "there is no %s \"%s\": did you mean \"%s\"?" : "there is no %s \"%s\"", what,
	    node->text, near);
	return false;
}

static bool
read_rule_id(const struct test_reading *reading, const struct yaml_node *item, const void **out)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new();

	g_ptr_array_add(ids, (void *)"red");
	g_ptr_array_add(ids, (void *)"letter.withheld");
	for (unsigned list = 0; list < LISTS; list++)
		for (size_t at = 0; at < reading->rules->lists[list].count; at++)
			g_ptr_array_add(ids, (void *)reading->rules->lists[list].rules[at].id);
	*out = arena_text(reading->arena, item->text);
	return g_ptr_array_find_with_equal_func(ids, item->text, g_str_equal, NULL) ||
	    fault_near(reading, item, "rule", ids);
}

static bool
read_field(const struct test_reading *reading, const struct yaml_node *item, const void **out)
{
	const struct field_list *fields = reading->rules->fields;
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	*out = field_find(fields, item->text);
	if (*out)
		return true;
	for (size_t at = 0; at < fields->count; at++)
		g_ptr_array_add(names, (void *)fields->fields[at].name);
	return fault_near(reading, item, "field of the form", names);
}

static bool
read_agency(
    const struct test_reading *reading, const struct yaml_node *node, const struct entry **out)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	const char *id;

	if (!yaml_text(node, "agency", &id, reading->faults))
		return false;
	for (size_t at = 0; at < reading->rules->agency_count; at++) {
		*out = reading->rules->agencies[at].entry;
		if (strcmp((*out)->id, id) == 0)
			return true;
		g_ptr_array_add(ids, (void *)(*out)->id);
	}
	return fault_near(reading, node, "agency", ids);
}

/* Numbers of children, from 1, as bits. */
static bool
read_children(const struct test_reading *reading, const struct yaml_node *node, const char *what,
    uint64_t *out)
{
	bool is_list = node->kind == YAML_LIST;
	size_t count = is_list ? node->count : 1;
	int64_t number;

	for (size_t at = 0; at < count; at++) {
		if (!yaml_number(is_list ? &node->items[at] : node, what, 1, CHILDREN_MAX, &number,
			reading->faults))
			return false;
		*out |= (uint64_t)1 << (number - 1);
	}
	return true;
}

/* An agency, or a map that says more of it. */
static bool
read_route(
    const struct test_reading *reading, const struct yaml_node *node, struct expected_route *out)
{
	static const char *const KEYS[] = {
	    "agency", "children", "waiting", "because", "gets", "gets_not"};
	struct faults *faults = reading->faults;
	const struct yaml_node *children, *waiting;

	out->line = node->line;
	out->column = node->column;
	if (node->kind == YAML_TEXT)
		return read_agency(reading, node, &out->agency);
	if (!yaml_is_map(node, "agency", faults))
		return false;
	yaml_only_keys(node, "agency", KEYS, COUNT_OF(KEYS), faults);
	children = yaml_get(node, "children");
	waiting = yaml_get(node, "waiting");
	out->has_children = children != NULL;
	return read_agency(reading, yaml_need(node, "agency", "agency", faults), &out->agency) &&
	    (!children || read_children(reading, children, "children", &out->children)) &&
	    (!waiting || read_children(reading, waiting, "waiting", &out->waiting)) &&
	    read_words(reading, yaml_get(node, "because"), "because", read_rule_id,
		(const void *const **)&out->because) &&
	    read_words(reading, yaml_get(node, "gets"), "gets", read_field,
		(const void *const **)&out->gets) &&
	    read_words(reading, yaml_get(node, "gets_not"), "gets_not", read_field,
		(const void *const **)&out->gets_not);
}

static bool
read_routes(const struct test_reading *reading, const struct yaml_node *node, const char *what,
    struct expected_routes *out)
{
	if (!node)
		return true;
	out->is_named = true;
	if (!yaml_is_list(node, what, reading->faults))
		return false;
	out->count = node->count;
	out->routes = arena_take_many(reading->arena, node->count, sizeof *out->routes);
	for (size_t at = 0; at < node->count; at++)
		if (!read_route(reading, &node->items[at], &out->routes[at]))
			return false;
	return true;
}

/* Yes or no, or a list of children. */
static bool
read_end(const struct test_reading *reading, const struct yaml_node *node, const char *what,
    struct expected_end *out)
{
	if (!node)
		return true;
	out->is_named = true;
	out->has_children = node->kind == YAML_LIST;
	return out->has_children ? read_children(reading, node, what, &out->children)
				 : yaml_yes_no(node, what, &out->is_so, reading->faults);
}

static bool
read_outcome(
    const struct test_reading *reading, const struct yaml_node *map, struct expectation *out)
{
	static const char *const URGENCIES[] = {"blue", "green", "amber", "red"};
	static const char *const ALARMS[] = {"none", "raised", "unmet"};
	const struct yaml_node *urgency = yaml_get(map, "urgency"), *alarm = yaml_get(map, "alarm");
	unsigned number;

	out->has_urgency = urgency != NULL;
	if (urgency) {
		if (!yaml_word(urgency, "urgency", URGENCIES, COUNT_OF(URGENCIES), &number,
			reading->faults))
			return false;
		out->urgency = URGENCY_BLUE + number;
	}
	if (alarm) {
		if (!yaml_word(alarm, "alarm", ALARMS, COUNT_OF(ALARMS), &number, reading->faults))
			return false;
		out->alarm = ALARM_NONE + number;
	}
	return read_end(reading, yaml_get(map, "nobody"), "nobody", &out->nobody) &&
	    read_end(reading, yaml_get(map, "kept"), "kept", &out->kept);
}

static bool
read_expectation(
    const struct test_reading *reading, const struct yaml_node *map, struct expectation *out)
{
	static const char *const KEYS[] = {
	    "urgency", "send", "propose", "wait", "forbidden", "watch", "nobody", "kept", "alarm"};
	bool all;

	if (!map || !yaml_is_map(map, "expect", reading->faults))
		return false;
	yaml_only_keys(map, "expect", KEYS, COUNT_OF(KEYS), reading->faults);
	if (!map->count)
		yaml_fault(reading->faults, map, "expect: the test expects nothing");
	all = read_outcome(reading, map, out);
	for (unsigned fate = 0; fate < ROUTE_FATES; fate++)
		all = read_routes(reading, yaml_get(map, FATE_KEYS[fate]), FATE_KEYS[fate],
			  &out->routes[fate]) &&
		    all;
	out->is_whole = out->routes[ROUTE_SEND].is_named || out->routes[ROUTE_PROPOSED].is_named ||
	    out->routes[ROUTE_WAIT].is_named || out->nobody.is_named || out->kept.is_named;
	return all;
}

static bool
read_at(const struct test_reading *reading, const struct yaml_node *node, int64_t *out)
{
	const char *text = WITHOUT_AT;
	int32_t day;
	bool has_time;

	if (node && !yaml_text(node, "at", &text, reading->faults))
		return false;
	if (given_moment(text, out, &day, &has_time) && has_time)
		return true;
	yaml_fault(reading->faults, node,
	    "at: expected a moment in London as %s, here stands \"%s\"", WITHOUT_AT, text);
	return false;
}

static bool
read_test(const struct test_reading *reading, const struct yaml_node *map, struct rule_test *out)
{
	static const char *const KEYS[] = {"name", "at", "given", "expect"};
	struct faults *faults = reading->faults;
	const char *name;

	if (!yaml_is_map(map, "test", faults))
		return false;
	yaml_only_keys(map, "test", KEYS, COUNT_OF(KEYS), faults);
	*out = (struct rule_test){.file = arena_text(reading->arena, map->file),
	    .line = map->line,
	    .column = map->column};
	if (!yaml_text(yaml_need(map, "test", "name", faults), "name", &name, faults) ||
	    !read_at(reading, yaml_get(map, "at"), &out->at))
		return false;
	out->name = arena_text(reading->arena, name);
	bool is_given = given_read(reading->rules, yaml_need(map, "test", "given", faults), out->at,
	    reading->arena, &out->concern, faults);
	return read_expectation(
		   reading, yaml_need(map, "test", "expect", faults), &out->expected) &&
	    is_given;
}

bool
rule_tests_load(const struct ruleset *rules, const char *path, struct arena *arena,
    struct rule_tests *out, struct faults *faults)
{
	static const char *const KEYS[] = {"tests"};
	CLEANUP(yaml_freep) struct yaml_document *document = yaml_load(path, faults);
	struct test_reading reading = {.rules = rules, .arena = arena, .faults = faults};
	size_t before = faults_count(faults);

	*out = (struct rule_tests){0};
	if (!document || !yaml_is_map(yaml_root(document), "tests", faults))
		return false;
	yaml_only_keys(yaml_root(document), "tests", KEYS, COUNT_OF(KEYS), faults);
	const struct yaml_node *list = yaml_need(yaml_root(document), "file", "tests", faults);
	if (!list || !yaml_is_list(list, "tests", faults))
		return false;
	out->tests = arena_take_many(arena, list->count, sizeof *out->tests);
	out->count = list->count;
	for (size_t at = 0; at < list->count; at++)
		(void)read_test(&reading, &list->items[at], &out->tests[at]);
	return faults_count(faults) == before;
}
