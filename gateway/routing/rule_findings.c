/* Looks through the rules for what nobody may have meant, and shows each by an example. */
/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <string.h>

#include "routing/checking.h"

static void
add_finding(struct checking *checking, const struct about *about, const struct witness *witness,
    const char *text)
{
	struct rule_finding finding = {.kind = about->kind,
	    .level = about->level,
	    .file = checking->rules->file,
	    .line = about->rule ? about->rule->line : about->line,
	    .column = about->rule ? about->rule->column : about->column,
	    .text = text,
	    .rule = about->rule ? about->rule->id : NULL,
	    .agency = about->agency,
	    .field = about->field};

	if (witness) {
		finding.has_concern = true;
		finding.concern = witness->concern;
		finding.is_open = witness->is_open;
		finding.given = witness->lines;
		finding.given_count = witness->line_count;
		finding.closed = witness->closed;
	}
	g_array_append_val(checking->findings, finding);
}

bool
finding_show(struct checking *checking, struct about about, diagram shown, const char *format, ...)
{
	struct witness witness;
	va_list words;

	if (!space_witness(checking->space, shown, &witness))
		return false;
	va_start(words, format);
	g_autofree char *text = g_strdup_vprintf(format, words);
	va_end(words);
	add_finding(checking, &about, &witness, arena_text(checking->arena, text));
	return true;
}

bool
finding_show_near(struct checking *checking, struct about about, diagram shown, diagram strictly,
    const char *format, ...)
{
	struct witness witness;
	va_list words;

	strictly = diagrams_least(checking->space->diagrams, shown, strictly);
	if (!space_witness_within(checking->space, shown, strictly, &witness))
		return false;
	va_start(words, format);
	g_autofree char *text = g_strdup_vprintf(format, words);
	va_end(words);
	add_finding(checking, &about, &witness, arena_text(checking->arena, text));
	return true;
}

void
finding_tell(struct checking *checking, struct about about, const char *format, ...)
{
	va_list words;

	va_start(words, format);
	g_autofree char *text = g_strdup_vprintf(format, words);
	va_end(words);
	add_finding(checking, &about, NULL, arena_text(checking->arena, text));
}

bool
finding_is_possible(struct checking *checking, diagram shown)
{
	return diagrams_least(checking->space->diagrams, shown, checking->space->possible) != 0;
}

bool
finding_decided(struct checking *checking, const char *of)
{
	bool decided = !diagrams_are_full(checking->space->diagrams) && !checking->space->too_wide;

	if (!decided && !checking->left_out++)
		checking->first_left_out = of;
	diagrams_rest(checking->space->diagrams);
	if (!decided || diagrams_are_half_full(checking->space->diagrams))
		diagrams_rewind(checking->space->diagrams, checking->mark);
	return decided;
}

void
finding_say_left_out(struct checking *checking, const char *what)
{
	struct about about = {.kind = FINDING_UNDECIDED, .level = FINDING_WARNING};

	if (checking->left_out > 1)
		finding_tell(checking, about,
		    "undecided: %s, of %s and %zu more: the rules tell too many concerns apart",
		    what, checking->first_left_out, checking->left_out - 1);
	else if (checking->left_out)
		finding_tell(checking, about,
		    "undecided: %s, of %s: the rules tell too many concerns apart", what,
		    checking->first_left_out);
	checking->left_out = 0;
}

/* Blocks of the form that nobody reads, which is as it should be of some. */
static void
check_blocks(struct checking *checking)
{
	const struct field_list *fields = checking->rules->fields;
	struct about about = {.kind = FINDING_UNREAD_BLOCK, .level = FINDING_NOTE};

	for (size_t block = 0; block < fields->block_count; block++) {
		bool is_read = false;
		for (size_t at = 0; at < checking->rules->agency_count; at++) {
			const struct entry *agency = checking->rules->agencies[at].entry;
			is_read = is_read ||
			    (agency->blocks &&
				g_strv_contains(agency->blocks, fields->blocks[block]));
		}
		if (!is_read)
			finding_tell(checking, about, "no agency receives the block \"%s\"",
			    fields->blocks[block]);
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
	checking.space = space_open(&rules, 1, now, arena);
	check_blocks(&checking);
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
		}
	}
	space_close(checking.space);
	hand_over(&checking, out);
}
