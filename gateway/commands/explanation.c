/* Tells a decision record: outcome, agencies, near misses, then every rule child by child. */
/* SPDX-License-Identifier: MIT */
#include "commands/explanation.h"

#include <glib.h>
#include <string.h>

#include "commands/telling.h"
#include "papers/near_miss.h"
#include "papers/share.h"

enum { WORDS_AT = 11, FIELDS_AT = 13 };

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* The number of a name among those of a function; `count` where there is none. */
static unsigned
number_of(const char *name, const char *(*name_of)(unsigned), unsigned count)
{
	unsigned number = 0;

	while (number < count && strcmp(name_of(number), name) != 0)
		number++;
	return number;
}

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

static const char *
name_share(unsigned number)
{
	return share_why_name((enum share_why)number);
}

/* --- rules ----------------------------------------------------------------------------------- */

/* An older record has no kind: there the words say it. */
static enum condition_kind
kind_of(const json_t *condition)
{
	const char *words = text_of(condition, "condition");
	unsigned kind = number_of(text_of(condition, "kind"), name_kind, CONDITION_NOT + 1);

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
	unsigned answer = number_of(text_of(object, "answer"), name_answer, ANSWER_COUNT);

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
		    .words = text_of(one, "condition"),
		    .answer = answer_of(one),
		    .seen = {.words = text_of(one, "seen"), .length = json_string_length(value)}};
	}
	const char *agency = text_of(rule, "agency");
	return (struct rule_seen){.list = text_of(rule, "list"),
	    .rule = text_of(rule, "rule"),
	    .mode = text_of(rule, "mode"),
	    .child = (int)json_integer_value(json_object_get(rule, "child")) - 1,
	    .agency = *agency ? agency : NULL,
	    .answer = answer_of(rule),
	    .decided = json_is_true(json_object_get(rule, "decided")),
	    .conditions = seen,
	    .condition_count = count};
}

static void
tell_near_misses(FILE *out, const json_t *record, struct arena *arena)
{
	const json_t *rule;
	size_t number;
	bool has_any = false;

	json_array_foreach(json_object_get(record, "seen"), number, rule)
	{
		struct rule_seen seen = read_rule(rule, arena);
		for (size_t at = 0; at < seen.condition_count; at++) {
			if (strcmp(seen.list, "send") != 0 || seen.condition_count < 2 ||
			    !is_near_miss(&seen, at))
				continue;
			if (!has_any)
				(void)fprintf(out, "\nNear misses: failed by one condition only\n");
			has_any = true;
			g_autofree char *child = seen.child < 0
			    ? g_strdup("")
			    : g_strdup_printf(", child %d", seen.child + 1);
			tell(out, 2, 4, "%s%s: %s is no", seen.rule, child,
			    seen.conditions[at].words);
		}
	}
}

/* A new heading where the child changes; the record has each list child by child. */
static void
tell_rules(FILE *out, const json_t *record, struct arena *arena)
{
	const json_t *rules = json_object_get(record, "seen"), *rule;
	bool told[64] = {false};
	size_t number, more;

	json_array_foreach(rules, number, rule)
	{
		size_t child = (size_t)json_integer_value(json_object_get(rule, "child")) % 64;
		if (told[child])
			continue;
		told[child] = true;
		if (child)
			(void)fprintf(
			    out, "\nEvery rule for child %zu (* changed the outcome)\n", child);
		else
			(void)fprintf(out, "\nEvery rule (* changed the outcome)\n");
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

static void
tell_not_asked(FILE *out, const json_t *record)
{
	g_autoptr(GString) names = g_string_new(NULL);
	const json_t *rule;
	size_t number;

	json_array_foreach(json_object_get(record, "not_asked"), number, rule)
	{
		const char *list = text_of(rule, "list"), *id = text_of(rule, "rule");
		g_string_append_printf(names, "%s%s%s%s", names->len ? ", " : "", list,
		    strcmp(list, id) == 0 ? "" : " ", strcmp(list, id) == 0 ? "" : id);
	}
	if (!names->len)
		return;
	(void)fprintf(out, "\nNot asked, since nothing depended on it\n");
	tell_text(out, 2, 4, names->str);
}

/* --- agencies -------------------------------------------------------------------------------- */

enum { PERSON_BYTES = 40 };

/* "report", "child 2", "adult 1": whom an answer is about. */
static void
name_person(const json_t *share, char out[PERSON_BYTES])
{
	const json_t *child = json_object_get(share, "child");
	const json_t *adult = json_object_get(share, "adult");

	if (child || adult)
		(void)g_snprintf(out, PERSON_BYTES, "%s %d", child ? "child" : "adult",
		    (int)json_integer_value(child ? child : adult));
	else
		(void)g_strlcpy(out, "report", PERSON_BYTES);
}

static bool
has_fate(const json_t *share, const char *why, const char *block)
{
	return strcmp(text_of(share, "share"), why) == 0 &&
	    (!block || strcmp(text_of(share, "block"), block) == 0);
}

/* "child 2: a, b" for one person. */
static void
append_person(
    GString *line, const json_t *shares, const char *why, const char *block, const char *whose)
{
	const char *before = ": ";
	const json_t *share;
	size_t at;

	g_string_append_printf(line, "%s%s", line->len ? "; " : "", whose);
	json_array_foreach(shares, at, share)
	{
		char person[PERSON_BYTES];
		name_person(share, person);
		if (!has_fate(share, why, block) || strcmp(person, whose) != 0)
			continue;
		g_string_append_printf(line, "%s%s", before, text_of(share, "field"));
		before = ", ";
	}
}

/* The fields that share a fate, person by person, and of those that stay one block. */
static void
tell_shares(FILE *out, const json_t *shares, const char *why, const char *block)
{
	g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GString) line = g_string_new(NULL);
	unsigned number = number_of(why, name_share, SHARE_WHYS);
	const json_t *share;
	size_t at;

	json_array_foreach(shares, at, share)
	{
		char person[PERSON_BYTES];
		name_person(share, person);
		if (has_fate(share, why, block) && g_hash_table_add(told, g_strdup(person)))
			append_person(line, shares, why, block, person);
	}
	if (!line->len)
		return;
	if (number == SHARE_GOES)
		tell(out, WORDS_AT, FIELDS_AT, "gets %s", line->str);
	else
		tell(out, WORDS_AT, FIELDS_AT, "not %s (%s: %s)", line->str, block,
		    share_words((enum share_why)number));
}

/* What goes, then what does not, by reason and block. */
static void
tell_disclosure(FILE *out, const json_t *shares)
{
	g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const json_t *share;
	size_t at;

	tell_shares(out, shares, share_why_name(SHARE_GOES), NULL);
	json_array_foreach(shares, at, share)
	{
		const char *why = text_of(share, "share"), *block = text_of(share, "block");
		if (number_of(why, name_share, SHARE_WHYS) % SHARE_WHYS == SHARE_GOES)
			continue;
		if (g_hash_table_add(told, g_strdup_printf("%s %s", why, block)))
			tell_shares(out, shares, why, block);
	}
}

static char *
numbers_of(const json_t *list, const char *before)
{
	GString *words = g_string_new(NULL);
	const json_t *number;
	size_t at;

	json_array_foreach(list, at, number) g_string_append_printf(
	    words, "%s%d", at ? ", " : before, (int)json_integer_value(number));
	return g_string_free(words, FALSE);
}

static void
tell_route(FILE *out, const json_t *route)
{
	const char *fate = text_of(route, "fate"), *rules = text_of(route, "rules");
	const json_t *numbers = json_object_get(route, "child_numbers");
	const json_t *waiting = json_object_get(route, "waiting_numbers");
	g_autofree char *children =
	    numbers_of(numbers, json_array_size(numbers) > 1 ? ", children " : ", child ");
	g_autofree char *later = numbers_of(waiting, "child ");
	g_autofree char *forbidden =
	    numbers_of(json_object_get(route, "forbidden_numbers"), "child ");

	g_autofree char *head = g_strdup_printf("%s%s%s", text_of(route, "agency"), children,
	    strcmp(fate, "watch") == 0 ? " (MODE WATCH: nothing is sent)" : "");
	(void)fprintf(out, "%-10s ", fate);
	tell_on(out, WORDS_AT, FIELDS_AT, head);
	tell(out, WORDS_AT, FIELDS_AT, "because of %s (%s)", *rules ? rules : "-",
	    text_of(route, "code"));
	if (*text_of(route, "why"))
		tell_text(out, WORDS_AT, WORDS_AT, text_of(route, "why"));
	if (*later)
		tell(out, WORDS_AT, FIELDS_AT, "%s waits for the desk", later);
	if (*forbidden)
		tell(out, WORDS_AT, FIELDS_AT, "%s is forbidden (%s)", forbidden,
		    text_of(route, "forbidden_by"));
	if (*text_of(route, "question"))
		tell(out, WORDS_AT, FIELDS_AT, "to settle it: %s", text_of(route, "question"));
	tell_disclosure(out, json_object_get(route, "shares"));
}

/* Which children end so, where they are not all of the case. */
static bool
tell_children_of(FILE *out, const json_t *record, const char *key, const char *how)
{
	g_autofree char *numbers = numbers_of(json_object_get(record, key), "child ");

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

	(void)fprintf(out, "urgency    %s (rule %s)\n", text_of(record, "urgency"),
	    text_of(record, "urgency_rule"));
	json_array_foreach(json_object_get(record, "routes"), at, route) tell_route(out, route);
	tell_nobodys(out, record);
	if (json_is_true(json_object_get(record, "alarm_unmet"))) {
		if (!tell_children_of(out, record, "unmet_numbers",
			"ALARM: red, and everybody who should have it is forbidden or missing"))
			tell_text(out, 0, WORDS_AT,
			    "ALARM: red, and everybody who should have it is forbidden or missing");
	} else if (*text_of(record, "alarm"))
		tell(out, 0, WORDS_AT, "alarm: %s", text_of(record, "alarm"));
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
		const char *text = text_of(fault, "text");
		if (*text)
			tell(out, 2, 4, "%zu. %s", at + 1, text);
		else
			tell(out, 2, 4, "%zu. %s %s", at + 1, text_of(fault, "code"),
			    text_of(fault, "field"));
	}
}

void
explanation_tell(FILE *out, const json_t *record)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)512 * 1024 * 1024);

	if (!json_object_get(record, "urgency")) {
		tell(out, 0, 2, "Nothing was decided by rules: %s", text_of(record, "code"));
		return;
	}
	tell_outcome(out, record);
	tell_faults(out, record);
	tell_near_misses(out, record, arena);
	tell_rules(out, record, arena);
	tell_not_asked(out, record);
}
