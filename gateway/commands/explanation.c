/* Tells a decision record: outcome, agencies, near misses, then every rule child by child. */
/* SPDX-License-Identifier: MIT */
#include "commands/explanation.h"

#include <glib.h>
#include <string.h>

#include "commands/explanation_parts.h"
#include "commands/telling.h"
#include "papers/near_miss.h"

static const char *
name_answer(unsigned number)
{
	return answer_name((enum answer)number);
}

static const char *
name_kind(unsigned number)
{
	return condition_kind_name((enum condition_kind)number);
}

/* --- rules ----------------------------------------------------------------------------------- */

/* An older record has no kind: there the words say it. */
static enum condition_kind
kind_of(const json_t *condition)
{
	const char *words = record_word(condition, "condition");
	unsigned kind = record_number(record_word(condition, "kind"), name_kind, CONDITION_NOT + 1);

	if (kind <= CONDITION_NOT)
		return (enum condition_kind)kind;
	return strcmp(words, "all of") == 0 ? CONDITION_ALL
	    : strcmp(words, "any of") == 0  ? CONDITION_ANY
	    : strcmp(words, "not") == 0     ? CONDITION_NOT
					    : CONDITION_TEST;
}

static enum answer
answer_of(const json_t *object)
{
	unsigned answer = record_number(record_word(object, "answer"), name_answer, ANSWER_COUNT);

	return answer < ANSWER_COUNT ? (enum answer)answer : ANSWER_CANNOT_TELL;
}

/* A line of the record as it was before it was written down; the texts stay the record's. */
static struct rule_seen
read_rule(const json_t *rule, struct arena *arena)
{
	const json_t *conditions = json_object_get(rule, "conditions");
	size_t count = json_array_size(conditions);
	struct condition_seen *seen = arena_take_many(arena, count, sizeof *seen);

	for (size_t at = 0; at < count; at++) {
		const json_t *one = json_array_get(conditions, at);
		const json_t *value = json_object_get(one, "seen");
		seen[at] = (struct condition_seen){.kind = kind_of(one),
		    .depth = (unsigned)json_integer_value(json_object_get(one, "depth")),
		    .words = record_word(one, "condition"),
		    .answer = answer_of(one),
		    .seen = {
			.words = record_word(one, "seen"), .length = json_string_length(value)}};
	}
	const char *agency = record_word(rule, "agency");
	return (struct rule_seen){.list = record_word(rule, "list"),
	    .rule = record_word(rule, "rule"),
	    .mode = record_word(rule, "mode"),
	    .child = (int)json_integer_value(json_object_get(rule, "child")) - 1,
	    .agency = *agency ? agency : NULL,
	    .answer = answer_of(rule),
	    .decided = json_is_true(json_object_get(rule, "decided")),
	    .conditions = seen,
	    .condition_count = count};
}

/* One line of the near misses: agencies for which a rule failed alike stand together. */
struct miss {
	const char *list, *rule, *words;
	int child;
	GString *agencies;
};

static void
free_miss(void *miss)
{
	(void)g_string_free(((struct miss *)miss)->agencies, TRUE);
	g_free(miss);
}

static void
add_miss(GPtrArray *misses, const struct rule_seen *seen, const char *words)
{
	struct miss *miss = NULL;

	for (guint at = 0; at < misses->len && !miss; at++) {
		struct miss *other = misses->pdata[at];
		if (other->child == seen->child && strcmp(other->rule, seen->rule) == 0 &&
		    strcmp(other->words, words) == 0)
			miss = other;
	}
	if (!miss) {
		miss = g_new0(struct miss, 1);
		*miss = (struct miss){.list = seen->list,
		    .rule = seen->rule,
		    .words = words,
		    .child = seen->child,
		    .agencies = g_string_new(NULL)};
		g_ptr_array_add(misses, miss);
	}
	if (seen->agency)
		g_string_append_printf(
		    miss->agencies, "%s%s", miss->agencies->len ? ", " : " for ", seen->agency);
}

/* Of every list. */
static void
find_misses(const json_t *rules, struct arena *arena, GPtrArray *misses)
{
	const json_t *rule;
	size_t number;

	json_array_foreach(rules, number, rule)
	{
		struct rule_seen seen = read_rule(rule, arena);
		for (size_t at = 0; at < seen.condition_count; at++)
			if (is_near_miss(&seen, at))
				add_miss(misses, &seen, seen.conditions[at].words);
	}
}

static void
tell_near_misses(FILE *out, const json_t *record, struct arena *arena)
{
	g_autoptr(GPtrArray) misses = g_ptr_array_new_with_free_func(free_miss);

	find_misses(json_object_get(record, "seen"), arena, misses);
	if (misses->len)
		(void)fprintf(out, "\nNear misses: failed by one condition only\n");
	for (guint at = 0; at < misses->len; at++) {
		const struct miss *miss = misses->pdata[at];
		g_autofree char *child =
		    miss->child < 0 ? g_strdup("") : g_strdup_printf(", child %d", miss->child + 1);
		tell(out, 2, 4, "%s %s%s%s: %s is no", miss->list, miss->rule, miss->agencies->str,
		    child, miss->words);
	}
}

/* Each under its child; the heading is `what` for child 1 `more_words`. */
static void
tell_rules(
    FILE *out, const json_t *rules, const char *what, const char *more_words, struct arena *arena)
{
	const json_t *rule;
	bool told[64] = {false};
	size_t number, more;

	json_array_foreach(rules, number, rule)
	{
		size_t child = (size_t)json_integer_value(json_object_get(rule, "child")) % 64;
		if (told[child])
			continue;
		told[child] = true;
		if (child)
			(void)fprintf(out, "\n%s for child %zu%s\n", what, child, more_words);
		else
			(void)fprintf(out, "\n%s%s\n", what, more_words);
		const json_t *one;
		json_array_foreach(rules, more, one)
		{
			if ((size_t)json_integer_value(json_object_get(one, "child")) % 64 != child)
				continue;
			struct rule_seen seen = read_rule(one, arena);
			tell_rule(out, &seen);
		}
	}
}

/* Records of before these rules were judged too have no more than their names. */
static bool
has_answers(const json_t *rules)
{
	return json_object_get(json_array_get(rules, 0), "answer") != NULL;
}

static void
tell_not_asked(FILE *out, const json_t *record, struct arena *arena)
{
	const json_t *rules = json_object_get(record, "not_asked"), *rule;
	g_autoptr(GString) names = g_string_new(NULL);
	size_t number;

	if (has_answers(rules)) {
		tell_rules(out, rules, "Not asked", ", since nothing depended on it", arena);
		return;
	}
	json_array_foreach(rules, number, rule)
	{
		const char *list = record_word(rule, "list"), *id = record_word(rule, "rule");
		g_string_append_printf(names, "%s%s%s%s", names->len ? ", " : "", list,
		    strcmp(list, id) == 0 ? "" : " ", strcmp(list, id) == 0 ? "" : id);
	}
	if (!names->len)
		return;
	(void)fprintf(out, "\nNot asked, since nothing depended on it\n");
	tell_text(out, 2, 4, names->str);
}

/* --- the whole --------------------------------------------------------------------------------- */

/* Which children end so, where they are not all of the case. */
static bool
tell_children_of(FILE *out, const json_t *record, const char *key, const char *how)
{
	g_autofree char *numbers = record_children(json_object_get(record, key), "child ");

	if (*numbers)
		tell(out, 0, WORDS_AT, "%s: %s", numbers, how);
	return *numbers;
}

/* What goes to nobody: all of the case, or which children. */
static void
tell_nobodys(FILE *out, const json_t *record)
{
	bool is_some = tell_children_of(out, record, "nobody_numbers",
	    "NOBODY: no rule sends it, or what does is forbidden; it waits at the desk");

	if (!is_some && json_is_true(json_object_get(record, "nobody")))
		tell_text(out, 0, WORDS_AT, "nobody: no rule sends it; it waits at the desk");
	if (json_is_true(json_object_get(record, "kept")))
		tell_text(out, 0, WORDS_AT,
		    "kept: nobody gets it, as the rules say; it is recorded and counted");
	else
		(void)tell_children_of(out, record, "kept_numbers",
		    "kept: nobody gets it, as the rules say; it is recorded and counted");
	(void)tell_children_of(out, record, "needs_nobody_numbers",
	    "needs nobody beside the others, as a never rule says");
}

static void
tell_outcome(FILE *out, const json_t *record)
{
	const json_t *route;
	size_t at;

	(void)fprintf(out, "urgency    %s (rule %s)\n", record_word(record, "urgency"),
	    record_word(record, "urgency_rule"));
	json_array_foreach(json_object_get(record, "routes"), at, route)
	    explanation_tell_agency(out, route);
	tell_nobodys(out, record);
	if (json_is_true(json_object_get(record, "alarm_unmet"))) {
		if (!tell_children_of(out, record, "unmet_numbers",
			"ALARM: red, and everybody who should have it is forbidden or missing"))
			tell_text(out, 0, WORDS_AT,
			    "ALARM: red, and everybody who should have it is forbidden or missing");
	} else if (*record_word(record, "alarm"))
		tell(out, 0, WORDS_AT, "alarm: %s", record_word(record, "alarm"));
}

static void
tell_faults(FILE *out, const json_t *record)
{
	const json_t *faults = json_object_get(record, "form_faults"), *fault;
	size_t at;

	if (!json_array_size(faults))
		return;
	(void)fprintf(out, "\nThe officer is asked\n");
	json_array_foreach(faults, at, fault)
	{
		const char *text = record_word(fault, "text");
		if (*text)
			tell(out, 2, 4, "%zu. %s", at + 1, text);
		else
			tell(out, 2, 4, "%zu. %s %s", at + 1, record_word(fault, "code"),
			    record_word(fault, "field"));
	}
}

void
explanation_tell(FILE *out, const json_t *record)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)512 * 1024 * 1024);

	if (!json_object_get(record, "urgency")) {
		tell(out, 0, 2, "Nothing was decided by rules: %s", record_word(record, "code"));
		return;
	}
	tell_outcome(out, record);
	tell_faults(out, record);
	tell_near_misses(out, record, arena);
	tell_rules(
	    out, json_object_get(record, "seen"), "Every rule", " (* changed the outcome)", arena);
	tell_not_asked(out, record, arena);
}
