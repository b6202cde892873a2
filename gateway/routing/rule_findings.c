/* Looks through the rules for what nobody may have meant, and shows each by an example. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "routing/checking.h"

/* Blocks of the form that nobody reads, which is as it should be of some. */
static void
check_blocks(struct checking *checking)
{
	const struct field_list *fields = checking->rules->fields;
	struct about about = {
	    .kind = FINDING_UNREAD_BLOCK, .level = FINDING_NOTE, .file = fields->file};

	for (size_t block = 0; block < fields->block_count; block++) {
		bool is_read = false;
		for (size_t at = 0; at < checking->rules->agency_count; at++) {
			const struct entry *agency = checking->rules->agencies[at].entry;
			is_read = is_read ||
			    (agency->blocks &&
				g_strv_contains(agency->blocks, fields->blocks[block]));
		}
		about.line = fields->block_places[block].line;
		about.column = fields->block_places[block].column;
		if (!is_read)
			finding_tell(checking, about, "no agency receives the block \"%s\"",
			    fields->blocks[block]);
	}
}

/* Agencies that nobody would ever write to. */
static void
check_agencies(struct checking *checking)
{
	const struct ruleset *rules = checking->rules;
	const struct rule_table *send = &rules->lists[LIST_SEND];
	uint64_t named = rules->red.to | rules->red.out_of_hours | rules->red.if_forbidden;

	for (size_t at = 0; at < send->count; at++)
		named |= send->rules[at].agencies;
	for (size_t at = 0; at < rules->agency_count; at++) {
		const struct entry *agency = rules->agencies[at].entry;
		if (!(named >> at & 1))
			finding_tell(checking,
			    (struct about){.kind = FINDING_UNNAMED_AGENCY,
				.level = FINDING_WARNING,
				.agency = agency,
				.file = agency->file,
				.line = agency->line,
				.column = agency->column},
			    "no rule sends anything to %s", agency->id);
	}
}

static void
check_watchers(struct checking *checking)
{
	const struct rule_table *send = &checking->rules->lists[LIST_SEND];

	for (size_t at = 0; at < send->count; at++)
		if (send->rules[at].mode == MODE_WATCH)
			finding_tell(checking,
			    (struct about){.kind = FINDING_WATCH,
				.level = FINDING_WARNING,
				.rule = &send->rules[at]},
			    "WATCH: %s only records what it would have done: it sends nothing and "
			    "fills no gap",
			    send->rules[at].id);
}

static int
compare_findings(const void *left, const void *right)
{
	const struct rule_finding *a = left, *b = right;

	if (a->level != b->level)
		return (int)a->level - (int)b->level;
	if (strcmp(a->file, b->file) != 0)
		return strcmp(a->file, b->file);
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->kind != b->kind ? (int)a->kind - (int)b->kind : strcmp(a->text, b->text);
}

static void
hand_over(const struct checking *checking, struct rule_findings *out)
{
	g_array_sort(checking->findings, compare_findings);
	out->count = checking->findings->len;
	out->findings = arena_take_many(checking->arena, out->count, sizeof *out->findings);
	for (size_t at = 0; at < out->count; at++) {
		out->findings[at] = g_array_index(checking->findings, struct rule_finding, at);
		out->counts[out->findings[at].level]++;
	}
}

void
findings_find(
    const struct ruleset *rules, int64_t now, struct arena *arena, struct rule_findings *out)
{
	g_autoptr(GArray) findings = g_array_new(FALSE, TRUE, sizeof(struct rule_finding));
	g_autoptr(GHashTable) dead = g_hash_table_new(NULL, NULL);
	struct checking checking = {
	    .rules = rules, .arena = arena, .findings = findings, .dead = dead};

	*out = (struct rule_findings){0};
	rules_find_days(rules, now, &out->days);
	checking.space = space_open(&rules, 1, now, arena);
	check_blocks(&checking);
	check_agencies(&checking);
	check_watchers(&checking);
	if (checking.space->too_wide || diagrams_are_full(checking.space->diagrams)) {
		checking.left_out = 1;
		checking.first_left_out =
		    checking.space->too_wide ? checking.space->too_wide : "the whole form";
		finding_say_left_out(&checking, "everything");
	} else {
		checking.mark = diagrams_mark(checking.space->diagrams);
		check_each_rule(&checking);
		if (checking.has_outcome) {
			/* In this order, for there may not be steps for all: cases lost matter most. */
			check_cases(&checking);
			check_idle_rules(&checking);
			check_doubts(&checking);
			check_sent_to_nobody(&checking);
		}
	}
	space_close(checking.space);
	hand_over(&checking, out);
}
