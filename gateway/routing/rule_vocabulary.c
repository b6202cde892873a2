/* Lists the words of rules, so that others can say which there are. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "routing/rule_vocabulary.h"
#include "routing/rule.h"
#include "routing/vocabulary.h"
#include "yaml/yaml.h"

static struct operand_words
operators_of(const struct operand *operand)
{
	struct operand_words words = {
	    .operand = operand, .may_be_bare = operator_fits(OPERATOR_EQUALS, operand)};

	for (unsigned how = OPERATOR_EQUALS + 1; how < OPERATORS; how++) {
		if (!operator_fits(how, operand))
			continue;
		words.takes_list[words.count] = operator_takes_list(how, operand);
		words.operators[words.count++] = OPERATOR_NAMES[how];
	}
	return words;
}

static void
list_operands(const struct field_list *fields, struct arena *arena, struct rule_vocabulary *out)
{
	struct vocabulary *vocabulary = vocabulary_open(fields, arena);
	struct operand_words *words;

	out->count = vocabulary_count(vocabulary);
	out->operands = words = arena_take_many(arena, out->count, sizeof *words);
	for (size_t at = 0; at < out->count; at++)
		words[at] = operators_of(vocabulary_at(vocabulary, at));
	vocabulary_free(vocabulary);
}

static void
list_areas(const struct area_table *table, struct arena *arena, struct rule_vocabulary *out)
{
	const char *const *names = area_names(table, &out->area_count);
	const char **areas = arena_take_many(arena, out->area_count, sizeof *areas);

	for (size_t at = 0; at < out->area_count; at++)
		areas[at] = arena_text(arena, names[at]);
	out->areas = areas;
}

/* What the rules of one list are called, whatever else may be wrong with them. */
static void
add_ids(const struct yaml_node *list, struct arena *arena, GPtrArray *ids)
{
	for (size_t at = 0; list && list->kind == YAML_LIST && at < list->count; at++) {
		const struct yaml_node *rule = &list->items[at];
		const struct yaml_node *id = rule->kind == YAML_MAP ? yaml_get(rule, "id") : NULL;
		if (id && id->kind == YAML_TEXT)
			g_ptr_array_add(ids, arena_text(arena, id->text));
	}
}

static void
list_rules(const struct yaml_node *root, struct arena *arena, struct rule_vocabulary *out)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new();

	for (unsigned list = 0; root->kind == YAML_MAP && list < LISTS; list++)
		add_ids(yaml_get(root, rule_list_name(list)), arena, ids);
	const char **rules = arena_take_many(arena, ids->len + 1, sizeof *rules);
	for (guint at = 0; at < ids->len; at++)
		rules[out->rule_count++] = g_ptr_array_index(ids, at);
	out->rules = rules;
}

bool
vocabulary_list(const char *routing_path, const char *areas_path, const struct field_list *fields,
    struct arena *arena, struct rule_vocabulary *out, struct faults *faults)
{
	CLEANUP(yaml_freep) struct yaml_document *document = yaml_load(routing_path, faults);
	struct area_table *areas = area_load(areas_path, faults);
	bool is_read = document && areas;

	*out = (struct rule_vocabulary){0};
	if (is_read) {
		list_operands(fields, arena, out);
		list_areas(areas, arena, out);
		list_rules(yaml_root(document), arena, out);
	}
	area_free(areas);
	return is_read;
}
