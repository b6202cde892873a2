/* Keeps which answers were seen, rule by rule and condition by condition. */
/* SPDX-License-Identifier: MIT */
#include "commands/coverage.h"

#include <glib.h>
#include <string.h>

#include "commands/telling.h"

enum { ANSWER_COLUMNS = 4, NAME_AT = 3 * ANSWER_COLUMNS + 4, NAME_INDENT = 2 };

/* The answers of one rule and of its conditions. */
struct covered {
	bool seen[ANSWER_COUNT];
	bool (*conditions)[ANSWER_COUNT];
};

struct coverage {
	struct rules_outline outline;
	struct covered *covered; /* by rule of the outline */
};

struct coverage *
coverage_open(const struct routing *routing, struct arena *arena)
{
	struct coverage *coverage = arena_take(arena, sizeof *coverage);

	routing_outline(routing, arena, &coverage->outline);
	coverage->covered =
	    arena_take_many(arena, coverage->outline.count, sizeof *coverage->covered);
	for (size_t at = 0; at < coverage->outline.count; at++)
		coverage->covered[at].conditions =
		    arena_take_many(arena, coverage->outline.rules[at].condition_count,
			sizeof *coverage->covered[at].conditions);
	return coverage;
}

/* Rules are judged in the order of the outline, so the next one is found near the last. */
static bool
find_rule(const struct coverage *coverage, const char *id, size_t *number)
{
	for (size_t step = 0; step < coverage->outline.count; step++) {
		size_t at = (*number + step) % coverage->outline.count;
		if (strcmp(coverage->outline.rules[at].rule, id) == 0) {
			*number = at;
			return true;
		}
	}
	return false;
}

void
coverage_add(struct coverage *coverage, const struct decision *decision)
{
	size_t number = 0;

	for (size_t at = 0; at < decision->seen_count; at++) {
		const struct rule_seen *seen = &decision->seen[at];
		if (!find_rule(coverage, seen->rule, &number))
			continue;
		struct covered *covered = &coverage->covered[number];
		covered->seen[seen->answer] = true;
		for (size_t one = 0; one < seen->condition_count &&
		     one < coverage->outline.rules[number].condition_count;
		     one++)
			covered->conditions[one][seen->conditions[one].answer] = true;
	}
	if (!decision->is_red && find_rule(coverage, "red", &number))
		coverage->covered[number].seen[ANSWER_NO] = true;
}

static bool
is_watching(const struct rule_outline *rule)
{
	return strcmp(rule->mode, "watch") == 0;
}

static bool
is_whole(const bool may[ANSWER_COUNT], const bool seen[ANSWER_COUNT])
{
	for (unsigned answer = 0; answer < ANSWER_COUNT; answer++)
		if (may[answer] && !seen[answer])
			return false;
	return true;
}

struct coverage_count
coverage_count(const struct coverage *coverage)
{
	struct coverage_count count = {0};

	for (size_t at = 0; at < coverage->outline.count; at++) {
		const struct rule_outline *rule = &coverage->outline.rules[at];
		const struct covered *covered = &coverage->covered[at];
		if (is_watching(rule)) {
			count.watching++;
			continue;
		}
		count.rules++;
		count.whole_rules += is_whole(rule->may, covered->seen);
		for (size_t one = 0; one < rule->condition_count; one++)
			if (rule->conditions[one].kind == CONDITION_TEST) {
				count.conditions++;
				count.whole_conditions +=
				    is_whole(rule->conditions[one].may, covered->conditions[one]);
			}
	}
	return count;
}

/* "x": a test brought it about, ".": none did, "-": it cannot be. */
static void
tell_answers(FILE *out, const bool may[ANSWER_COUNT], const bool seen[ANSWER_COUNT])
{
	static const enum answer ORDER[] = {ANSWER_YES, ANSWER_NO, ANSWER_CANNOT_TELL};

	for (size_t at = 0; at < COUNT_OF(ORDER); at++)
		(void)fprintf(out, "%*s", ANSWER_COLUMNS,
		    seen[ORDER[at]]      ? "x"
			: may[ORDER[at]] ? "."
					 : "-");
	(void)fprintf(out, "%*s", NAME_AT - 3 * ANSWER_COLUMNS, "");
}

static bool
misses_any(const struct rule_outline *rule, const struct covered *covered)
{
	bool misses = !is_whole(rule->may, covered->seen);

	for (size_t one = 0; one < rule->condition_count; one++)
		misses = misses ||
		    (rule->conditions[one].kind == CONDITION_TEST &&
			!is_whole(rule->conditions[one].may, covered->conditions[one]));
	return misses;
}

void
coverage_tell(FILE *out, const struct coverage *coverage, bool only_missing)
{
	(void)fprintf(out, "%*s%*s%*s%*srule, and its conditions\n", ANSWER_COLUMNS, "yes",
	    ANSWER_COLUMNS, "no", ANSWER_COLUMNS, "?", NAME_AT - 3 * ANSWER_COLUMNS, "");
	for (size_t at = 0; at < coverage->outline.count; at++) {
		const struct rule_outline *rule = &coverage->outline.rules[at];
		const struct covered *covered = &coverage->covered[at];
		if (only_missing && (is_watching(rule) || !misses_any(rule, covered)))
			continue;
		tell_answers(out, rule->may, covered->seen);
		bool is_red = strcmp(rule->list, "red") == 0;
		(void)fprintf(out, "%s%s%s%s\n", rule->list, is_red ? "" : " ",
		    is_red ? "" : rule->rule,
		    is_watching(rule) ? "  (MODE WATCH: covers no gap)" : "");
		for (size_t one = 0; one < rule->condition_count; one++) {
			const struct condition_outline *part = &rule->conditions[one];
			if (part->kind != CONDITION_TEST ||
			    (only_missing && is_whole(part->may, covered->conditions[one])))
				continue;
			tell_answers(out, part->may, covered->conditions[one]);
			(void)fprintf(out, "%*s", NAME_INDENT, "");
			tell_on(out, NAME_AT + NAME_INDENT, NAME_AT + 2 * NAME_INDENT, part->words);
		}
	}
}
