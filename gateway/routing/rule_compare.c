/* Finds the concerns that two sets of rules end differently. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "papers/rule_difference.h"
#include "routing/checking.h"
#include "routing/rule_region.h"

enum { REGIONS_SHOWN = 4 };

static const char *const FATE_WORDS[] = {"none", "watch", "forbidden", "wait", "propose", "send"};

struct comparing {
	struct rule_space *space;
	struct outcome *from, *to;
	GArray *differences; /* struct rule_difference */
	GPtrArray *undecided;
	size_t mark;
	struct arena *arena;
};

/* Ends the work on one thing; what was too large is told. */
static bool
is_decided(struct comparing *comparing, const char *what)
{
	bool decided = !diagrams_are_full(comparing->space->diagrams);

	diagrams_rest(comparing->space->diagrams);
	if (!decided &&
	    !g_ptr_array_find_with_equal_func(comparing->undecided, what, g_str_equal, NULL))
		g_ptr_array_add(comparing->undecided, (void *)(uintptr_t)what);
	if (!decided || diagrams_are_half_full(comparing->space->diagrams))
		diagrams_rewind(comparing->space->diagrams, comparing->mark);
	return decided;
}

static void
find_regions(struct comparing *comparing, diagram where, struct rule_difference *out)
{
	struct rule_region *regions =
	    arena_take_many(comparing->arena, REGIONS_SHOWN, sizeof *regions);

	while (out->region_count < REGIONS_SHOWN &&
	    region_take(comparing->space, &where, &regions[out->region_count]))
		out->region_count++;
	out->regions = regions;
	out->has_more =
	    diagrams_least(comparing->space->diagrams, where, comparing->space->possible) != 0;
}

/* Says where one thing becomes another, if it does anywhere. */
static void
compare_where(struct comparing *comparing, struct rule_difference difference, diagram where)
{
	struct witness witness;
	bool found = space_witness(comparing->space, where, &witness);

	if (found)
		find_regions(comparing, where, &difference);
	if (!is_decided(comparing, difference.what) || !found)
		return;
	difference.concern = witness.concern;
	difference.is_open = witness.is_open;
	difference.given = witness.lines;
	difference.given_count = witness.line_count;
	difference.closed = witness.closed;
	g_array_append_val(comparing->differences, difference);
}

/* Keeps the diagrams made so far until let_go() with what this gave, however often is rewound. */
static size_t
hold(struct comparing *comparing)
{
	size_t before = comparing->mark;

	if (!diagrams_are_full(comparing->space->diagrams))
		comparing->mark = diagrams_mark(comparing->space->diagrams);
	return before;
}

static void
let_go(struct comparing *comparing, size_t before)
{
	comparing->mark = before;
	if (diagrams_are_half_full(comparing->space->diagrams))
		diagrams_rewind(comparing->space->diagrams, before);
}

/* Each result that becomes another one. */
static void
compare_results(struct comparing *comparing, struct rule_difference difference, diagram from,
    diagram to, unsigned results, const char *(*name)(unsigned result))
{
	struct diagrams *diagrams = comparing->space->diagrams;

	if (diagrams_are_full(diagrams)) {
		(void)is_decided(comparing, difference.what); /* neither of them means anything */
		return;
	}
	if (from == to)
		return;
	size_t before = hold(comparing);
	for (unsigned one = 0; one < results; one++)
		for (unsigned other = 0; other < results; other++) {
			if (one == other)
				continue;
			difference.from = name(one);
			difference.to = name(other);
			compare_where(comparing, difference,
			    diagrams_least(diagrams, diagrams_between(diagrams, from, one, one),
				diagrams_between(diagrams, to, other, other)));
		}
	let_go(comparing, before);
}

static const char *
fate_word(unsigned fate)
{
	return FATE_WORDS[fate];
}

static const char *
urgency_word(unsigned urgency)
{
	return urgency_name(urgency);
}

static const char *
kept_word(unsigned kept)
{
	return kept ? "yes" : "no";
}

/* 1 where a case is recorded and no more. */
static diagram
kept_of(const struct outcome *outcome)
{
	struct diagrams *diagrams = outcome->space->diagrams;
	uint8_t keeps[DIAGRAM_RESULTS] = {0};

	for (unsigned at = 0; at <= URGENCY_RED; at++)
		keeps[at] = outcome->rules->keeps[at];
	return outcome_untaken(outcome, diagrams_map(diagrams, keeps, outcome->urgency));
}

/* 1 where a child needs nobody beside a sibling who needs somebody. */
static diagram
excused_of(const struct outcome *outcome)
{
	struct diagrams *diagrams = outcome->space->diagrams;
	diagram excused = outcome_needs_nobody(outcome);

	return diagrams_least(diagrams, excused,
	    space_of_sibling(outcome->space, diagrams_between(diagrams, excused, 0, 0)));
}

/* --- what an agency is shown ------------------------------------------------------------------ */

static diagram
shown_of(const struct outcome *outcome, size_t agency, const char *block)
{
	const struct rule_table *table = &outcome->rules->lists[LIST_SEND];
	struct diagrams *diagrams = outcome->space->diagrams;
	diagram showing = 0;

	for (size_t at = 0; at < table->count; at++)
		if (table->rules[at].agencies >> agency & 1 && rule_shows(&table->rules[at], block))
			showing = diagrams_greatest(
			    diagrams, showing, outcome_wish(outcome->space, &table->rules[at]));
	return outcome_shows(outcome, agency, outcome->agencies[agency].sent, showing);
}

static bool
narrows(const struct ruleset *rules, size_t agency)
{
	const struct rule_table *table = &rules->lists[LIST_SEND];

	for (size_t at = 0; at < table->count; at++)
		if (table->rules[at].agencies >> agency & 1 && table->rules[at].blocks)
			return true;
	return false;
}

/* Blocks that it is shown under one and not under the other, where it has the case under both. */
static void
compare_shown(struct comparing *comparing, size_t agency)
{
	const struct entry *entry = comparing->to->rules->agencies[agency].entry;
	struct diagrams *diagrams = comparing->space->diagrams;
	diagram both = diagrams_least(diagrams,
	    diagrams_between(
		diagrams, comparing->from->agencies[agency].fate, FATE_WAIT, FATE_SEND),
	    diagrams_between(diagrams, comparing->to->agencies[agency].fate, FATE_WAIT, FATE_SEND));

	if (!narrows(comparing->from->rules, agency) && !narrows(comparing->to->rules, agency))
		return;
	if (diagrams_are_full(diagrams)) {
		(void)is_decided(comparing, entry->id);
		return;
	}
	size_t before = hold(comparing);
	for (const char *const *block = entry->blocks; block && *block; block++) {
		diagram from = shown_of(comparing->from, agency, *block);
		diagram to = shown_of(comparing->to, agency, *block);
		struct rule_difference difference = {.agency = entry,
		    .what = arena_print(comparing->arena, "%s is shown %s", entry->id, *block)};
		compare_results(comparing, difference, diagrams_least(diagrams, both, from),
		    diagrams_least(diagrams, both, to), 2, kept_word);
	}
	let_go(comparing, before);
}

static void
compare_all(struct comparing *comparing)
{
	const struct outcome *from = comparing->from, *to = comparing->to;

	compare_results(comparing, (struct rule_difference){.what = "urgency"}, from->urgency,
	    to->urgency, URGENCY_RED + 1, urgency_word);
	compare_results(comparing, (struct rule_difference){.what = "recorded only"}, kept_of(from),
	    kept_of(to), 2, kept_word);
	compare_results(comparing, (struct rule_difference){.what = "beside others needs nobody"},
	    excused_of(from), excused_of(to), 2, kept_word);
	for (size_t at = 0; at < to->rules->agency_count; at++) {
		const struct entry *entry = to->rules->agencies[at].entry;
		struct rule_difference difference = {.agency = entry, .what = entry->id};
		compare_results(comparing, difference, from->agencies[at].fate,
		    to->agencies[at].fate, COUNT_OF(FATE_WORDS), fate_word);
		compare_shown(comparing, at);
	}
}

static void
give_up(struct comparing *comparing, const char *what)
{
	g_ptr_array_add(comparing->undecided, (void *)(uintptr_t)what);
}

void
rules_compare(const struct ruleset *active, const struct ruleset *fresh, int64_t now,
    struct arena *arena, struct rule_differences *out)
{
	const struct ruleset *both[] = {active, fresh};
	g_autoptr(GArray) differences = g_array_new(FALSE, TRUE, sizeof(struct rule_difference));
	g_autoptr(GPtrArray) undecided = g_ptr_array_new();
	struct comparing comparing = {.space = space_open(both, 2, now, arena),
	    .from = arena_take(arena, sizeof(struct outcome)),
	    .to = arena_take(arena, sizeof(struct outcome)),
	    .differences = differences,
	    .undecided = undecided,
	    .arena = arena};

	if (comparing.space->too_wide)
		give_up(&comparing, "everything");
	else {
		outcome_find(comparing.space, active, comparing.from);
		outcome_find(comparing.space, fresh, comparing.to);
		if (diagrams_are_full(comparing.space->diagrams))
			give_up(&comparing, "everything");
		else {
			comparing.mark = diagrams_mark(comparing.space->diagrams);
			diagrams_rest(comparing.space->diagrams);
			compare_all(&comparing);
		}
	}
	space_close(comparing.space);
	*out =
	    (struct rule_differences){.count = differences->len, .undecided_count = undecided->len};
	rules_find_days(active, now, &out->days);
	rules_find_days(fresh, now, &out->days);
	out->differences = arena_take_many(arena, out->count, sizeof *out->differences);
	if (out->count)
		memcpy(out->differences, differences->data, out->count * sizeof *out->differences);
	const char **texts = arena_take_many(arena, undecided->len, sizeof *texts);
	for (size_t at = 0; at < undecided->len; at++)
		texts[at] = undecided->pdata[at];
	out->undecided = texts;
}
