/* Leaves each word out of each list of drawn rules, and says which change nothing. */
/* SPDX-License-Identifier: MIT */
#include "drawn_choices.h"
#include "drawn_words.h"

enum { NAME_MAX_BYTES = 64 };

/* A list in a rule's conditions: "child.concerns: {any_of: [neglect, self-harm]}". */
struct word_list {
	char field[NAME_MAX_BYTES];
	const char *test, *begin, *end; /* where the field is named; between the brackets */
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
	out->test = name;
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

/* The place among the set's of a field whose answers stand for whole lists, and do not tell apart
 * their words; or the field count. */
static size_t
coarse_field(const struct drawn_set *set, const char *name)
{
	size_t at = 0;

	while (at < set->field_count &&
	    !(set->fields[at]->is_coarse && strcmp(set->fields[at]->name, name) == 0))
		at++;
	return at;
}

/* The same, by those answers that tell this word: of all others the list says what it said. */
static bool
changes_nothing_told(
    struct run *run, size_t rule, const char *when, size_t field, const struct drawn_field *told)
{
	const char *id = run->set->rules[rule].id;
	struct drawn_set set = *run->set;
	bool is_same = true;

	set.fields[field] = told;
	set.red_to = 0;
	struct run apart = {.world = run->world, .set = &set};
	g_autofree char *with = drawn_alone(&set, rule);
	set.rules[rule].when = (char *)(uintptr_t)when;
	g_autofree char *without = drawn_alone(&set, rule);
	apart.places = drawn_places(&set, 0, &apart.count);
	load(run->world, with);
	struct routing *routings[] = {run->world->routing, NULL};
	run->world->routing = NULL;
	load(run->world, without);
	routings[1] = run->world->routing;
	for (size_t at = 0; is_same && at < apart.count; at++) {
		uint16_t said[2];
		for (size_t by = 0; by < 2; by++) {
			run->world->routing = routings[by];
			said[by] = told_of(decide_place(&apart, &apart.places[at]), id);
		}
		is_same = said[0] == said[1];
	}
	routing_free(routings[0]);
	forget_alone(&apart);
	g_free(apart.places);
	return is_same;
}

static bool
is_to_spare(struct run *run, size_t rule, const struct word_list *list, char **words, size_t word)
{
	size_t field = coarse_field(run->set, list->field);
	g_autofree char *when = without_word(run->set->rules[rule].when, list, words, word);

	if (field == run->set->field_count)
		return changes_nothing(run, rule, when);
	return changes_nothing_told(run, rule, when, field,
	    drawn_choices_told(run->set->fields[field], list->test,
		(size_t)(list->begin - list->test), words[word]));
}

void
want_spare_words(struct run *run, size_t rule)
{
	const struct drawn_rule *drawn = &run->set->rules[rule];
	struct word_list list;

	for (const char *at = drawn->when; at && next_list(at, drawn->when, &list); at = list.end) {
		g_autofree char *inside = g_strndup(list.begin, (size_t)(list.end - list.begin));
		g_auto(GStrv) words = g_strsplit(inside, ", ", -1);
		for (size_t word = 0; words[word] && words[1]; word++)
			if (!g_strv_contains((const char *const *)&words[word + 1], words[word]) &&
			    is_to_spare(run, rule, &list, words, word))
				note_word(run->wanted, drawn->id, list.field, words[word]);
	}
}

void
find_spare_word(const struct rule_finding *finding, GHashTable *keys)
{
	g_auto(GStrv) quoted = g_strsplit(finding->text, "\"", -1);
	const char *of = quoted[2] + strlen(" of ");
	g_autofree char *operand = g_strndup(of, strcspn(of, " "));

	note_word(keys, finding->rule, operand, quoted[1]);
}
