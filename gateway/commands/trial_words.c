/* Tells a failed test: both sides, and what made the difference. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "commands/telling.h"
#include "commands/trial.h"
#include "papers/near_miss.h"

/* "! merton-mash          send                     wait; by mash" */
enum { WHAT_AT = 2, EXPECTED_AT = 24, ACTUAL_AT = 52 };

/* The next line of a cell: as many words as it has room for, at least one. */
static size_t
cut_line(const char *text, unsigned room)
{
	size_t end = strlen(text);

	if (tell_width(text, end) <= room)
		return end;
	for (size_t at = end; at; at--)
		if (text[at] == ' ' && tell_width(text, at) <= room)
			return at;
	size_t cut = strcspn(text, " ");
	while (cut && tell_width(text, cut) > room)
		cut--;
	return cut ? cut : end;
}

static void
tell_cell(FILE *out, const char **text, unsigned width)
{
	size_t length = cut_line(*text, width - 2);
	unsigned taken = tell_width(*text, length);

	(void)fprintf(out, "%.*s%*s", (int)length, *text, (int)(width - taken), "");
	*text += length;
	*text += strspn(*text, " ");
}

static void
tell_line(FILE *out, const struct trial_line *line)
{
	const char *what = line->what, *expected = line->expected, *actual = line->actual;
	bool is_field = line->about == ABOUT_FIELD;
	char mark = line->differs ? '!' : ' ';

	do {
		(void)fprintf(out, "%c %*s", mark, is_field ? 2 : 0, "");
		tell_cell(out, &what, EXPECTED_AT - WHAT_AT - (is_field ? 2 : 0));
		tell_cell(out, &expected, ACTUAL_AT - EXPECTED_AT);
		size_t length = cut_line(actual, TELLING_COLUMNS - ACTUAL_AT);
		(void)fprintf(out, "%.*s\n", (int)length, actual);
		actual += length;
		actual += strspn(actual, " ");
		mark = ' ';
	} while (*what || *expected || *actual);
}

static const struct rule_outline *
find_outline(const struct rules_outline *outline, const char *rule)
{
	for (size_t at = 0; at < outline->count; at++)
		if (strcmp(outline->rules[at].rule, rule) == 0)
			return &outline->rules[at];
	return NULL;
}

static bool
is_of(const struct rule_outline *rule, const struct entry *agency)
{
	for (size_t at = 0; rule && at < rule->agency_count; at++)
		if (rule->agencies[at] == agency)
			return true;
	return false;
}

static bool
is_wanted_by(const struct trial_line *line, const char *rule)
{
	const struct expected_route *wanted = line->wanted;

	return wanted && wanted->because && g_strv_contains(wanted->because, rule);
}

/* Whether what a rule saw has to do with a difference. */
static bool
explains(const struct trial_line *line, const struct rule_seen *seen,
    const struct rules_outline *outline)
{
	bool is_urgency = strcmp(seen->list, "urgency") == 0;

	if (line->about == ABOUT_URGENCY)
		return is_urgency;
	if (line->about == ABOUT_CASE)
		return !is_urgency && (seen->decided || has_near_miss(seen));
	if (is_urgency || line->about == ABOUT_FIELD)
		return false;
	if (seen->agency)
		return strcmp(seen->agency, line->agency->id) == 0 &&
		    (seen->answer != ANSWER_NO || is_wanted_by(line, seen->rule));
	return is_of(find_outline(outline, seen->rule), line->agency);
}

static void
tell_differences(FILE *out, const struct trial *trial, const struct rules_outline *outline)
{
	bool has_begun = false;

	for (size_t at = 0; at < trial->decision.seen_count; at++) {
		const struct rule_seen *seen = &trial->decision.seen[at];
		bool explained = false;
		for (size_t line = 0; line < trial->line_count; line++)
			explained = explained ||
			    (trial->lines[line].differs &&
				explains(&trial->lines[line], seen, outline));
		if (!explained)
			continue;
		if (!has_begun)
			(void)fprintf(out, "  What made the difference (* changed the outcome):\n");
		has_begun = true;
		tell_rule(out, seen);
	}
}

/* A rule that a test counts on and that was never judged says why nothing of it is to be seen. */
static void
tell_unjudged(FILE *out, const struct trial *trial)
{
	for (size_t at = 0; at < trial->line_count; at++) {
		const struct trial_line *line = &trial->lines[at];
		if (!line->differs || line->about != ABOUT_AGENCY || !line->wanted)
			continue;
		for (const char *const *id = line->wanted->because; id && *id; id++) {
			bool is_judged = false;
			for (size_t seen = 0; seen < trial->decision.seen_count; seen++)
				is_judged =
				    is_judged || strcmp(trial->decision.seen[seen].rule, *id) == 0;
			if (!is_judged)
				tell(out, 2, 4, "%s was not judged: nothing asks for it here", *id);
		}
	}
}

void
trial_tell(FILE *out, const struct trial *trial, const struct rules_outline *outline)
{
	(void)fprintf(out, "  %-*s%-*s%s\n", EXPECTED_AT - WHAT_AT, "", ACTUAL_AT - EXPECTED_AT,
	    "expected", "actual");
	for (size_t at = 0; at < trial->line_count; at++)
		tell_line(out, &trial->lines[at]);
	tell_differences(out, trial, outline);
	tell_unjudged(out, trial);
}
