/* Leaves each word out of each list of drawn rules, and says which change nothing. */
/* SPDX-License-Identifier: MIT */
#include "drawn_words.h"

enum { NAME_MAX_BYTES = 64 };

/* A list in a rule's conditions: "child.concerns: {any_of: [neglect, self-harm]}". */
struct word_list {
	char field[NAME_MAX_BYTES];
	const char *begin, *end; /* between the brackets */
};

/* The next list of an operator from here on, or false. */
static bool
next_list(const char *from, const char *when, struct word_list *out)
{
	const char *bracket = strchr(from, '[');

	while (bracket && bracket - when > 5 &&
	    (strncmp(bracket - 5, "all: ", 5) == 0 || strncmp(bracket - 5, "any: ", 5) == 0))
		bracket = strchr(bracket + 1, '[');
	if (!bracket)
		return false;
	/* "{field: {" stands before it, and perhaps other operators */
	const char *name = bracket;
	for (unsigned braces = 0; name > when && braces < 2; name--)
		braces += name[-1] == '{';
	name++;
	const char *colon = strchr(name, ':');
	g_strlcpy(out->field, name, MIN((size_t)(colon - name) + 1, NAME_MAX_BYTES));
	out->begin = bracket + 1;
	out->end = strchr(bracket, ']');
	return true;
}

static char *
without_word(const char *when, const struct word_list *list, char **words, size_t word)
{
	GString *out = g_string_new_len(when, list->begin - when);
	const char *between = "";

	for (size_t at = 0; words[at]; at++)
		if (at != word) {
			g_string_append_printf(out, "%s%s", between, words[at]);
			between = ", ";
		}
	g_string_append(out, list->end);
	return g_string_free(out, FALSE);
}

static bool
changes_nothing(struct run *run, size_t rule, char *when)
{
	struct drawn_set changed = *run->set;

	changed.rules[rule].when = when;
	g_autofree char *yaml = drawn_alone(&changed, rule);
	g_autofree uint16_t *told = tell_alone(run, yaml, changed.rules[rule].id);
	return memcmp(told, run->told[rule], run->count * sizeof *told) == 0;
}

/* The same word may be to spare in two lists of a rule. */
static void
note_word(GHashTable *keys, const char *rule, const char *field, const char *word)
{
	for (unsigned times = 1; times < 20; times++) {
		char *key = g_strdup_printf("spare-word %s %s %s (%u)", rule, field, word, times);
		if (g_hash_table_contains(keys, key)) {
			g_free(key);
			continue;
		}
		g_hash_table_add(keys, key);
		return;
	}
}

/* Whether the answers to the field tell apart each word, and not only whole lists. */
static bool
tells_words(const struct drawn_set *set, const char *operand)
{
	for (size_t at = 0; at < set->field_count; at++)
		if (strcmp(set->fields[at]->name, operand) == 0)
			return !set->fields[at]->is_coarse;
	return true;
}

void
want_spare_words(struct run *run, size_t rule)
{
	const struct drawn_rule *drawn = &run->set->rules[rule];
	struct word_list list;

	for (const char *at = drawn->when; at && next_list(at, drawn->when, &list); at = list.end) {
		g_autofree char *inside = g_strndup(list.begin, (size_t)(list.end - list.begin));
		g_auto(GStrv) words = g_strsplit(inside, ", ", -1);
		if (!tells_words(run->set, list.field))
			continue;
		for (size_t word = 0; words[word] && words[1]; word++) {
			g_autofree char *when = without_word(drawn->when, &list, words, word);
			if (!g_strv_contains((const char *const *)&words[word + 1], words[word]) &&
			    changes_nothing(run, rule, when))
				note_word(run->wanted, drawn->id, list.field, words[word]);
		}
	}
}

void
find_spare_word(const struct drawn_set *set, const struct rule_finding *finding, GHashTable *keys)
{
	g_auto(GStrv) quoted = g_strsplit(finding->text, "\"", -1);
	const char *of = quoted[2] + strlen(" of ");
	g_autofree char *operand = g_strndup(of, strcspn(of, " "));

	if (tells_words(set, operand))
		note_word(keys, finding->rule, operand, quoted[1]);
}
