/* Numbers the agencies of the directory and reads the sets of them that rules name. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "routing/folded.h"
#include "routing/loading.h"

/* What a form may call an agency as somebody's employer. */
static void
fold_names(struct rule_agency *agency, struct arena *arena)
{
	const char *const *called = agency->entry->also_called;
	size_t count = 1;

	while (called && called[count - 1])
		count++;
	const char **names = arena_take_many(arena, count, sizeof *names);
	for (size_t at = 0; at < count; at++) {
		const char *name = at ? called[at - 1] : agency->entry->name;
		name = name ? folded_text(arena, name, strlen(name)) : "";
		if (*name)
			names[agency->name_count++] = name;
	}
	agency->names = names;
}

void
agencies_load(struct loading *loading)
{
	const struct directory *directory = loading->directory;
	struct ruleset *rules = loading->rules;

	for (size_t at = 0; at < directory->count; at++) {
		if (directory->entries[at].kind != ENTRY_AGENCY)
			continue;
		if (rules->agency_count == AGENCIES_MAX) {
			faults_add(loading->faults, rules->file, 0, 0,
			    "the directory has more than %d agencies", AGENCIES_MAX);
			return;
		}
		struct rule_agency *agency = &rules->agencies[rules->agency_count++];
		agency->entry = &directory->entries[at];
		agency->entry_number = at;
		fold_names(agency, rules->arena);
	}
}

static bool
read_agency(struct loading *loading, const struct yaml_node *node, const char *what,
    const char *also, bool *has_also, uint64_t *set)
{
	const char *ids[AGENCIES_MAX + 1];
	size_t count = loading->rules->agency_count;
	unsigned number;

	/* agencies.yaml has a fault of its own and names nobody: no word here can be judged by it */
	if (!count && faults_count(loading->faults))
		return false;
	for (size_t at = 0; at < count; at++)
		ids[at] = loading->rules->agencies[at].entry->id;
	if (also)
		ids[count] = also;
	if (!yaml_word(node, what, ids, count + (also != NULL), &number, loading->faults))
		return false;
	if (number == count)
		*has_also = true;
	else
		*set |= (uint64_t)1 << number;
	return true;
}

void
words_twice(struct loading *loading, const struct yaml_node *list, const char *what)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (size_t at = 0; at < list->count; at++) {
		const struct yaml_node *word = &list->items[at];
		if (word->kind == YAML_TEXT &&
		    !g_hash_table_add(seen, (void *)(uintptr_t)word->text))
			faults_warn(loading->faults, word->file, word->line, word->column,
			    "%s: \"%s\" stands here a second time", what, word->text);
	}
}

bool
agencies_read(struct loading *loading, const struct yaml_node *node, const char *what,
    const char *also, bool *has_also, uint64_t *out)
{
	bool is_read = true;
	uint64_t set = 0;

	if (has_also)
		*has_also = false;
	*out = 0;
	if (!node)
		return false;
	if (node->kind == YAML_TEXT)
		return read_agency(loading, node, what, also, has_also, out);
	if (!yaml_is_list(node, what, loading->faults))
		return false;
	if (!node->count)
		yaml_fault(loading->faults, node, "%s: the list is empty", what);
	for (size_t at = 0; at < node->count; at++)
		is_read =
		    read_agency(loading, &node->items[at], what, also, has_also, &set) && is_read;
	words_twice(loading, node, what);
	*out = set;
	return is_read && node->count;
}
