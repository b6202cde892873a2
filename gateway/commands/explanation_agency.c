/* Tells what one agency gets by a decision record, and why not the rest. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "commands/explanation_parts.h"
#include "commands/telling.h"
#include "papers/share.h"

const char *
record_word(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

unsigned
record_number(const char *name, const char *(*name_of)(unsigned), unsigned count)
{
	unsigned number = 0;

	while (number < count && strcmp(name_of(number), name) != 0)
		number++;
	return number;
}

static const char *
name_share(unsigned number)
{
	return share_why_name((enum share_why)number);
}

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
	return strcmp(record_word(share, "share"), why) == 0 &&
	    (!block || strcmp(record_word(share, "block"), block) == 0);
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
		g_string_append_printf(line, "%s%s", before, record_word(share, "field"));
		before = ", ";
	}
}

/* Whether nothing but the fate of the referral stands in the way. */
static bool
is_given(unsigned why)
{
	return why == SHARE_GOES || why == SHARE_WOULD_GO || why == SHARE_UNSENT;
}

/* The fields that share a fate, person by person, and of those that stay one block. */
static void
tell_shares(FILE *out, const json_t *shares, const char *why, const char *block, const char *gets)
{
	g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GString) line = g_string_new(NULL);
	unsigned number = record_number(why, name_share, SHARE_WHYS);
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
	if (is_given(number))
		tell(out, WORDS_AT, FIELDS_AT, "%s %s", gets, line->str);
	else
		tell(out, WORDS_AT, FIELDS_AT, "not %s (%s: %s)", line->str, block,
		    share_words((enum share_why)number));
}

/* What goes, or would, then what does not, by reason and block. */
static void
tell_disclosure(FILE *out, const json_t *shares, const char *fate)
{
	static const enum share_why GIVEN[] = {SHARE_GOES, SHARE_WOULD_GO, SHARE_UNSENT};
	g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const char *gets = strcmp(fate, "send") == 0 ? "gets" : "would get";
	const json_t *share;
	size_t at;

	if (strcmp(fate, "forbidden") == 0) {
		tell(out, WORDS_AT, FIELDS_AT, "gets nothing");
		return;
	}
	for (at = 0; at < COUNT_OF(GIVEN); at++)
		tell_shares(out, shares, share_why_name(GIVEN[at]), NULL, gets);
	json_array_foreach(shares, at, share)
	{
		const char *why = record_word(share, "share"), *block = record_word(share, "block");
		unsigned number = record_number(why, name_share, SHARE_WHYS);
		if (number == SHARE_WHYS || is_given(number))
			continue;
		if (g_hash_table_add(told, g_strdup_printf("%s %s", why, block)))
			tell_shares(out, shares, why, block, gets);
	}
}

char *
record_children(const json_t *list, const char *before)
{
	GString *words = g_string_new(NULL);
	const json_t *number;
	size_t at;

	json_array_foreach(list, at, number) g_string_append_printf(
	    words, "%s%d", at ? ", " : before, (int)json_integer_value(number));
	return g_string_free(words, FALSE);
}

void
explanation_tell_agency(FILE *out, const json_t *route)
{
	const char *fate = record_word(route, "fate"), *rules = record_word(route, "rules");
	const json_t *numbers = json_object_get(route, "child_numbers");
	const json_t *waiting = json_object_get(route, "waiting_numbers");
	g_autofree char *children =
	    record_children(numbers, json_array_size(numbers) > 1 ? ", children " : ", child ");
	g_autofree char *later = record_children(waiting, "child ");
	g_autofree char *forbidden =
	    record_children(json_object_get(route, "forbidden_numbers"), "child ");

	g_autofree char *head = g_strdup_printf("%s%s%s", record_word(route, "agency"), children,
	    strcmp(fate, "watch") == 0 ? " (MODE WATCH: nothing is sent)" : "");
	(void)fprintf(out, "%-10s ", fate);
	tell_on(out, WORDS_AT, FIELDS_AT, head);
	tell(out, WORDS_AT, FIELDS_AT, "because of %s (%s)", *rules ? rules : "-",
	    record_word(route, "code"));
	if (*record_word(route, "why"))
		tell_text(out, WORDS_AT, WORDS_AT, record_word(route, "why"));
	if (*later)
		tell(out, WORDS_AT, FIELDS_AT, "%s waits for the desk", later);
	if (*forbidden)
		tell(out, WORDS_AT, FIELDS_AT, "%s is forbidden (%s)", forbidden,
		    record_word(route, "forbidden_by"));
	if (*record_word(route, "question"))
		tell(out, WORDS_AT, FIELDS_AT, "to settle it: %s", record_word(route, "question"));
	tell_disclosure(out, json_object_get(route, "shares"), fate);
}
