/* Finds what a single field does when it is not known: which referrals wait, and which are lost. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "routing/checking.h"

/* 1 where a child is named, and of every other field nothing is open. */
static diagram
others_certain(struct checking *checking, const struct space_field *except)
{
	struct rule_space *space = checking->space;
	diagram child[] = {1, 0};
	diagram whole = diagrams_node(space->diagrams, space->child_level, child);

	for (size_t at = 0; at < space->fields->len; at++)
		if (space->fields->pdata[at] != except)
			whole = diagrams_least(space->diagrams, whole,
			    space_where_certain(space, space->fields->pdata[at]));
	return whole;
}

/* 1 where this field, blank, is all that is not known, and there would be `sent` if it were. */
static diagram
lacking(struct checking *checking, const struct space_field *field, diagram blank, diagram sent)
{
	struct rule_space *space = checking->space;

	sent = diagrams_least(space->diagrams, sent, space->possible);
	blank = diagrams_least(space->diagrams, blank, space->possible);
	return diagrams_least(
	    space->diagrams, space_blank(space, field, blank), space_not_blank(space, field, sent));
}

/* The concerns themselves: with the field blank. */
static diagram
where_blank(struct checking *checking, const struct space_field *field, diagram whole)
{
	return diagrams_least(
	    checking->space->diagrams, whole, space_where_blank(checking->space, field));
}

static bool
asks_about(const struct condition *condition, const struct field *field)
{
	if (condition->kind == CONDITION_TEST)
		return condition->operand->field == field;
	for (size_t at = 0; at < condition->part_count; at++)
		if (asks_about(&condition->parts[at], field))
			return true;
	return false;
}

/* The place of what is found about a field: the first rule that asks about it. */
static const struct rule *
first_asking(const struct ruleset *rules, const struct field *field)
{
	static const enum rule_list ORDER[] = {LIST_SEND, LIST_URGENCY, LIST_NEVER, LIST_HOLD};

	for (size_t list = 0; list < COUNT_OF(ORDER); list++) {
		const struct rule_table *table = &rules->lists[ORDER[list]];
		for (size_t at = 0; at < table->count; at++)
			if (table->rules[at].when && asks_about(table->rules[at].when, field))
				return &table->rules[at];
	}
	return NULL;
}

static bool
show_doubt(struct checking *checking, const struct space_field *field, size_t agency, bool red)
{
	struct diagrams *diagrams = checking->space->diagrams;
	diagram fate = checking->outcome.agencies[agency].fate;
	diagram is_red = checking->outcome.agencies[agency].red;
	diagram waits =
	    diagrams_least(diagrams, diagrams_between(diagrams, fate, FATE_WAIT, FATE_WAIT),
		red ? is_red : diagrams_between(diagrams, is_red, 0, 0));
	diagram sent = diagrams_between(diagrams, fate, FATE_PROPOSED, FATE_SEND);
	bool is_trap = !field->field->asked;
	const struct rule *asking = first_asking(checking->rules, field->field);
	const struct entry *entry = checking->rules->agencies[agency].entry;

	return finding_show_near(checking,
	    (struct about){.kind = is_trap ? FINDING_TRAP : FINDING_DOUBT,
		.level = red || is_trap ? FINDING_WARNING : FINDING_NOTE,
		.agency = entry,
		.field = field->field,
		.line = asking ? asking->line : 0,
		.column = asking ? asking->column : 0},
	    where_blank(checking, field, lacking(checking, field, waits, sent)),
	    others_certain(checking, field),
	    "when %s is not known, and all else is, the %sreferral to %s waits%s",
	    field->field->name, red ? "red " : "", entry->id,
	    is_trap ? "; the form does not ask for it" : "");
}

/* A case that is recorded and no more, and would be sent if the field were known. */
static void
show_unsent(struct checking *checking, const struct space_field *field)
{
	struct diagrams *diagrams = checking->space->diagrams;
	diagram kept = outcome_untaken(&checking->outcome);
	diagram sent =
	    diagrams_between(diagrams, outcome_at_most(&checking->outcome, FATE_WAIT), 0, 0);
	uint8_t keeps[DIAGRAM_RESULTS] = {0};
	const struct rule *asking = first_asking(checking->rules, field->field);

	for (unsigned at = 0; at <= URGENCY_RED; at++)
		keeps[at] = checking->rules->keeps[at];
	kept = diagrams_least(
	    diagrams, kept, diagrams_map(diagrams, keeps, checking->outcome.urgency));
	(void)finding_show_near(checking,
	    (struct about){.kind = FINDING_UNSENT,
		.level = FINDING_NOTE,
		.field = field->field,
		.line = asking ? asking->line : 0,
		.column = asking ? asking->column : 0},
	    where_blank(checking, field, lacking(checking, field, kept, sent)),
	    others_certain(checking, field),
	    "when %s is not known, and all else is, this case is only recorded, and it might be "
	    "sent if it were",
	    field->field->name);
}

void
check_doubts(struct checking *checking)
{
	for (size_t at = 0; at < checking->space->fields->len; at++) {
		const struct space_field *field = checking->space->fields->pdata[at];
		const struct given *blank = field->givens->pdata[0];
		if (!memchr(blank->answers, SPACE_CANNOT_TELL, field->askings->len))
			continue; /* it is only asked whether it is known */
		for (size_t agency = 0; agency < checking->rules->agency_count; agency++) {
			(void)show_doubt(checking, field, agency, false);
			(void)show_doubt(checking, field, agency, true);
			(void)finding_decided(checking, field->field->name);
		}
		show_unsent(checking, field);
		(void)finding_decided(checking, field->field->name);
	}
	finding_say_left_out(checking, "what waits for a field that is not known");
}
