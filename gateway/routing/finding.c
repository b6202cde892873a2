/* Writes down what was found, with the smallest concern that shows it, and what was left out. */
/* SPDX-License-Identifier: MIT */
#include <stdarg.h>

#include "routing/checking.h"

static void
add_finding(struct checking *checking, const struct about *about, const struct witness *witness,
    const char *text)
{
	struct rule_finding finding = {.kind = about->kind,
	    .level = about->level,
	    .file = about->file ? about->file : checking->rules->file,
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

	/* what was made when there was no room left means nothing */
	if (diagrams_are_full(checking->space->diagrams) ||
	    !space_witness(checking->space, shown, &witness))
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
finding_again(struct checking *checking, bool found)
{
	bool was_stepwise = checking->outcome.is_stepwise;

	checking->outcome.is_stepwise =
	    !was_stepwise && diagrams_are_full(checking->space->diagrams);
	if (checking->outcome.is_stepwise)
		diagrams_rewind(checking->space->diagrams, checking->mark);
	checking->is_open = checking->is_open || (was_stepwise && !found);
	return checking->outcome.is_stepwise;
}

bool
finding_decided(struct checking *checking, const char *of)
{
	bool decided = !diagrams_are_full(checking->space->diagrams) &&
	    !checking->space->too_wide && !checking->is_open;

	if (!decided && !checking->left_out++)
		checking->first_left_out = of;
	checking->is_open = false;
	diagrams_rest(checking->space->diagrams);
	if (!decided || diagrams_are_half_full(checking->space->diagrams))
		diagrams_rewind(checking->space->diagrams, checking->mark);
	return decided;
}

void
finding_say_left_out(struct checking *checking, const char *what)
{
	/* of the rules as a whole */
	struct about about = {
	    .kind = FINDING_UNDECIDED, .level = FINDING_WARNING, .line = 1, .column = 1};

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
