/* Reads a concern told in the words of rules: its report, its children, its adults. */
/* SPDX-License-Identifier: MIT */
#include "routing/given.h"

#include <glib.h>
#include <string.h>

#include "base/clock.h"
#include "routing/given_value.h"
#include "routing/vocabulary.h"

static const char CHILDREN[] = "children", ADULTS[] = "adults";

/* By group: what the names of its fields begin with where they stand under `children` or `adults`.
 */
static const char *const PREFIXES[GROUPS] = {"", "child.", "involved_adults."};

/* The pairs of one person, or of the report, by what they are about. */
struct pairs {
	const struct operand *operands[FIELDS_MAX * 3];
	const struct yaml_node *nodes[FIELDS_MAX * 3];
	size_t count;
};

static const struct operand *
find_operand(const struct giving *giving, const char *name, const char *prefix)
{
	const struct operand *operand = vocabulary_find(giving->rules->vocabulary, name);

	if (operand || !*prefix)
		return operand;
	g_autofree char *whole = g_strconcat(prefix, name, NULL);
	return vocabulary_find(giving->rules->vocabulary, whole);
}

static bool
fault_unknown(const struct giving *giving, const struct yaml_node *key, const char *prefix)
{
	g_autofree char *whole = g_strconcat(prefix, key->text, NULL);
	const char *near = vocabulary_near(giving->rules->vocabulary, whole);

	yaml_fault(giving->faults, key,
	    near ? "the form has no field \"%s\": did you mean \"%s\"?"
		 : "the form has no field \"%s\"",
	    key->text, near);
	return false;
}

static bool
fault_group(const struct giving *giving, const struct yaml_node *key)
{
	yaml_fault(
	    giving->faults, key, "\"%s\" is not about those that it stands under", key->text);
	return false;
}

static bool
is_people(const struct yaml_node *key)
{
	return strcmp(key->text, CHILDREN) == 0 || strcmp(key->text, ADULTS) == 0;
}

/* Whether a field is among the pairs already; what is worked out from it is the same answer. */
static bool
has_field(const struct pairs *pairs, size_t count, const struct field *field)
{
	for (size_t at = 0; at < count; at++)
		if (pairs->operands[at]->field == field)
			return true;
	return false;
}

static void
add_pair(struct pairs *pairs, const struct operand *operand, const struct yaml_node *node)
{
	if (pairs->count == COUNT_OF(pairs->operands))
		return; /* a map has each name once, so there are no more */
	pairs->operands[pairs->count] = operand;
	pairs->nodes[pairs->count++] = node;
}

/* Adds a map's pairs of a group, without those of fields that are among them already. */
static bool
add_pairs(const struct giving *giving, const struct yaml_node *map, enum field_group group,
    bool is_own, struct pairs *pairs)
{
	const char *prefix = is_own ? PREFIXES[group] : "";
	size_t before = pairs->count;
	bool all = true;

	if (!yaml_is_map(map, "given", giving->faults))
		return false;
	for (size_t at = 0; at < map->count; at++) {
		const struct yaml_node *key = &map->keys[at];
		const struct operand *operand = find_operand(giving, key->text, prefix);
		bool is_looked_at = is_own || (group == GROUP_REPORT && !is_people(key));
		if (!operand && is_looked_at)
			all = fault_unknown(giving, key, prefix);
		else if (operand && is_own && operand->field->group != group)
			all = fault_group(giving, key);
		else if (operand && operand->field->group == group &&
		    !has_field(pairs, before, operand->field))
			add_pair(pairs, operand, &map->items[at]);
	}
	return all;
}

/* The answers themselves come first, then ages and areas, then whether a child is born. */
static unsigned
turn_of(const struct operand *operand)
{
	switch (operand->kind) {
	case OPERAND_UNBORN:
		return 2;
	case OPERAND_AGE:
	case OPERAND_AREA:
		return 1;
	default:
		return 0;
	}
}

static bool
read_pairs(const struct giving *giving, const struct pairs *pairs, enum field_group group,
    struct value **out)
{
	size_t count = giving->rules->fields->group_counts[group] + 1;
	struct value *values = arena_take_many(giving->arena, count, sizeof *values);
	bool *is_read = arena_take_many(giving->arena, count, sizeof *is_read);
	bool all = true;

	for (size_t at = 0; at < count; at++)
		values[at].text.words = "";
	for (unsigned turn = 0; turn < 3; turn++)
		for (size_t at = 0; at < pairs->count; at++) {
			const struct operand *operand = pairs->operands[at];
			unsigned index = operand->field->index;
			if (turn_of(operand) != turn)
				continue;
			all = (turn ? given_derived_read(giving, operand, pairs->nodes[at],
					  is_read[index], &values[index])
				    : given_value_read(
					  giving, operand, pairs->nodes[at], &values[index])) &&
			    all;
			is_read[index] = true;
		}
	*out = values;
	return all;
}

/* One person: what is said of them, and what is said of all. */
static bool
read_person(const struct giving *giving, const struct yaml_node *own, const struct yaml_node *all,
    enum field_group group, struct person *out)
{
	struct pairs *pairs = arena_take(giving->arena, sizeof *pairs);

	return (!own || add_pairs(giving, own, group, true, pairs)) &&
	    add_pairs(giving, all, group, false, pairs) &&
	    read_pairs(giving, pairs, group, &out->values);
}

static bool
has_group(const struct giving *giving, const struct yaml_node *map, enum field_group group)
{
	for (size_t at = 0; at < map->count; at++) {
		const struct operand *operand = find_operand(giving, map->keys[at].text, "");
		if (operand && operand->field->group == group)
			return true;
	}
	return false;
}

/* Those that are listed; else one, where `alone` says so. What is said of all is read once more, for
 * those of whom something else is said, and where nobody is listed. */
static bool
read_people(const struct giving *giving, const struct yaml_node *map, const char *key,
    enum field_group group, bool alone, struct person *people, size_t most, size_t *count)
{
	const struct yaml_node *list = yaml_get(map, key);

	*count = 0;
	if (!list && !alone)
		return true;
	if (!list) {
		*count = 1;
		return read_person(giving, NULL, map, group, &people[0]);
	}
	if (!yaml_is_list(list, key, giving->faults))
		return false;
	if (list->count > most) {
		yaml_fault(giving->faults, list, "%s: at most %zu", key, most);
		return false;
	}
	struct person of_all;
	if (!read_person(giving, NULL, map, group, &of_all))
		return false;
	bool all = true;
	for (; *count < list->count; ++*count)
		all = read_person(giving, &list->items[*count], map, group, &people[*count]) && all;
	return all;
}

/* As the form has it: a day too long before the mail is doubted, and the mail's is today. */
static void
doubt_report(struct giving *giving, int64_t mail, int32_t mail_day)
{
	struct concern *concern = giving->concern;

	if (giving->today >= mail_day - REPORT_MAX_DAYS)
		return;
	concern->is_report_doubted = true;
	concern->doubted_report_day = giving->today;
	concern->reported_at = mail;
	concern->reported_at_is_from_mail = true;
	giving->today = mail_day;
}

/* The day of the report decides how old everybody is, so it is read before all else. */
static void
read_reported_at(struct giving *giving, const struct yaml_node *map)
{
	const struct field *field = field_find(giving->rules->fields, "reported_at");
	const struct yaml_node *node = yaml_get(map, "reported_at");
	int64_t mail = giving->concern->reported_at;
	struct civil civil = clock_civil(mail);
	int32_t mail_day = day_number(civil.year, civil.month, civil.day);
	bool has_time;

	giving->today = mail_day;
	if (!node || !field || field->kind != FIELD_MOMENT || node->kind != YAML_TEXT ||
	    !given_moment(node->text, &giving->concern->reported_at, &giving->today, &has_time))
		return; /* a state, or a fault that is told with the others */
	giving->concern->reported_at_is_from_mail = false;
	doubt_report(giving, mail, mail_day);
}

bool
given_read(const struct ruleset *rules, const struct yaml_node *map, int64_t at,
    struct arena *arena, struct concern *out, struct faults *faults)
{
	struct giving giving = {.rules = rules, .arena = arena, .faults = faults, .concern = out};
	struct person report;

	*out = (struct concern){
	    .form = rules->fields, .reported_at = at, .reported_at_is_from_mail = true};
	if (!map || !yaml_is_map(map, "given", faults))
		return false;
	read_reported_at(&giving, map);
	bool all = read_person(&giving, NULL, map, GROUP_REPORT, &report);
	all = read_people(&giving, map, CHILDREN, GROUP_CHILD, true, out->children, CHILDREN_MAX,
		  &out->child_count) &&
	    all;
	all = read_people(&giving, map, ADULTS, GROUP_ADULT, has_group(&giving, map, GROUP_ADULT),
		  out->adults, ADULTS_MAX, &out->adult_count) &&
	    all;
	out->values = report.values;
	if (out->is_report_doubted) {
		const struct field *field = field_find(rules->fields, "reported_at");
		out->values[field->index].is_doubted = out->values[field->index].is_estimated =
		    true;
	}
	return all;
}
