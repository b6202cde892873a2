/* Finds what a single field does when it is not known: which referrals wait, and which are lost. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "routing/checking.h"
#include "routing/space_adults.h"

/* 1 where a child is named, and of every other field nothing is open; without one, of all but the
 * day of the report. */
static diagram
others_certain(struct checking *checking, const struct space_field *except)
{
	struct rule_space *space = checking->space;
	const struct space_field *left_out = except ? except : space_report_field(space);
	diagram child[] = {1, 0};
	diagram whole = diagrams_node(space->diagrams, space->child_level, child);

	if (except)
		whole = diagrams_least(space->diagrams, whole, space_doubted(space, false));
	for (size_t at = 0; at < space->fields->len; at++)
		if (space->fields->pdata[at] != left_out)
			whole = diagrams_least(space->diagrams, whole,
			    space_where_certain(space, space->fields->pdata[at]));
	return whole;
}

/* What is looked for: a referral to this agency that waits, or NOBODY: a case that is only kept. */
struct waiting_for {
	const struct space_field *field; /* NULL: the day of the report, which is in doubt */
	size_t agency;
	bool is_red;
};
enum { NOBODY = AGENCIES_MAX };

/* What is so of reports whose day is in no doubt, or is this one in doubt: 0, or 1 and its number. */
static diagram
of_reports(struct checking *checking, size_t doubt, diagram whole)
{
	return diagrams_pick(
	    checking->space->diagrams, whole, checking->space->doubt_level, (unsigned)doubt);
}

/* Of where this is 1: where a fate is one of these, none of which is 0. What lies elsewhere is not
 * looked at, which is most of it. */
static diagram
with_fate(struct checking *checking, size_t agency, size_t doubt, uint8_t low, uint8_t high,
    diagram where)
{
	struct diagrams *diagrams = checking->space->diagrams;
	static const uint8_t MOST[DIAGRAM_RESULTS] = {[1] = DIAGRAM_RESULTS - 1};
	diagram fate = of_reports(checking, doubt, checking->outcome.agencies[agency].fate);

	return diagrams_between(diagrams,
	    diagrams_least(diagrams, fate, diagrams_map(diagrams, MOST, where)), low, high);
}

/* Of where this is 1: where it waits, or is kept. */
static diagram
waiting(struct checking *checking, const struct waiting_for *of, size_t doubt, diagram where)
{
	struct diagrams *diagrams = checking->space->diagrams;
	uint8_t keeps[DIAGRAM_RESULTS] = {0};

	if (of->agency == NOBODY) {
		struct outcome outcome;
		outcome_of_doubt(&checking->outcome, doubt, &outcome);
		for (unsigned at = 0; at <= URGENCY_RED; at++)
			keeps[at] = checking->rules->keeps[at];
		where =
		    diagrams_least(diagrams, where, diagrams_map(diagrams, keeps, outcome.urgency));
		return outcome_untaken(&outcome, where);
	}
	const struct agency_outcome *agency = &checking->outcome.agencies[of->agency];
	where = diagrams_least(diagrams, where,
	    diagrams_between(
		diagrams, of_reports(checking, doubt, agency->red), of->is_red, of->is_red));
	return with_fate(checking, of->agency, doubt, FATE_WAIT, FATE_WAIT, where);
}

/* Of where this is 1: where it is sent, of reports whose day is in no doubt. */
static diagram
sending(struct checking *checking, const struct waiting_for *of, diagram where)
{
	struct diagrams *diagrams = checking->space->diagrams;

	if (of->agency == NOBODY) {
		struct outcome outcome;
		outcome_of_doubt(&checking->outcome, 0, &outcome);
		return diagrams_least(diagrams, where,
		    diagrams_between(diagrams, outcome_at_most(&outcome, where, FATE_WAIT), 0, 0));
	}
	return with_fate(checking, of->agency, 0, FATE_PROPOSED, FATE_SEND, where);
}

/* The same of one day that a report may name: where it does, and it waits, and would be sent if this
 * were in no doubt. */
static diagram
doubtful_of_day(struct checking *checking, const struct waiting_for *of, size_t day, diagram where)
{
	struct rule_space *space = checking->space;
	struct diagrams *diagrams = space->diagrams;
	const struct space_field *field = space_report_field(space);
	diagram waits = waiting(checking, of, day + 1, of_reports(checking, day + 1, where));
	diagram sent = sending(checking, of, of_reports(checking, 0, where));

	for (size_t at = 0; at < space->fields->len; at++) {
		const struct space_field *asked = space->fields->pdata[at];
		if (asked->is_doubtful && asked->field->group == GROUP_ADULT)
			sent = adults_in_doubt(space, asked, day, sent);
	}
	if (field) {
		waits = diagrams_over(diagrams, waits, field->level);
		sent = space_not_blank(space, field, sent);
	}
	return diagrams_least(
	    diagrams, diagrams_least(diagrams, waits, sent), space_doubted_day(space, day));
}

static diagram
doubtful_of_days(struct checking *checking, const struct waiting_for *of, diagram where)
{
	struct rule_space *space = checking->space;
	diagram whole = 0;

	for (size_t day = 0; day < space->doubted_days->len; day++)
		whole = diagrams_greatest(
		    space->diagrams, whole, doubtful_of_day(checking, of, day, where));
	return whole;
}

/*
 * Of where this is 1, which says nothing of the field: where the field is blank, and it waits, and
 * would be sent if the field were not.
 */
static diagram
doubtful(struct checking *checking, const struct waiting_for *of, diagram where)
{
	struct rule_space *space = checking->space;

	where = diagrams_least(space->diagrams, where, space->possible);
	if (!of->field)
		return doubtful_of_days(checking, of, where);
	diagram whole = space_blank(space, of->field, waiting(checking, of, 0, where));
	whole = diagrams_least(space->diagrams, whole,
	    space_not_blank(space, of->field, sending(checking, of, where)));
	return diagrams_least(space->diagrams, whole, space_where_blank(space, of->field));
}

static const enum rule_list ORDER[] = {LIST_SEND, LIST_URGENCY, LIST_NEVER, LIST_HOLD};

static bool
asks_about(const struct condition *condition, const struct space_field *field)
{
	if (condition->kind == CONDITION_TEST)
		return condition->operand->field == field->field ||
		    condition->operand->field == field->quality;
	for (size_t at = 0; at < condition->part_count; at++)
		if (asks_about(&condition->parts[at], field))
			return true;
	return false;
}

/* The place of what is found about a field: the first rule that asks about it. */
static const struct rule *
first_asking(const struct ruleset *rules, const struct space_field *field)
{
	for (size_t list = 0; list < COUNT_OF(ORDER); list++) {
		const struct rule_table *table = &rules->lists[ORDER[list]];
		for (size_t at = 0; at < table->count; at++)
			if (table->rules[at].when && asks_about(table->rules[at].when, field))
				return &table->rules[at];
	}
	return NULL;
}

/* Those concerns of which to show the smallest; 0 where there is none with all else `certain`. What
 * is shown leaves out all of its answers that do not matter. */
static diagram
found(struct checking *checking, const struct waiting_for *doubt, diagram certain)
{
	diagram near;

	if (!space_near(checking->space, doubtful(checking, doubt, certain), doubt->field, &near))
		return 0;
	return doubtful(checking, doubt, near);
}

static struct about
about_field(struct checking *checking, const struct space_field *field)
{
	const struct rule *asking = first_asking(checking->rules, field);

	return (struct about){.level = FINDING_NOTE,
	    .field = field->field,
	    .line = asking ? asking->line : 0,
	    .column = asking ? asking->column : 0};
}

static void
show_doubt(struct checking *checking, const struct waiting_for *doubt, diagram certain)
{
	const struct field *field = doubt->field->field;
	const struct entry *entry = checking->rules->agencies[doubt->agency].entry;
	struct about about = about_field(checking, doubt->field);
	bool is_trap = !field->asked;

	about.kind = is_trap ? FINDING_TRAP : FINDING_DOUBT;
	about.level = doubt->is_red || is_trap ? FINDING_WARNING : FINDING_NOTE;
	about.agency = entry;
	(void)finding_show(checking, about, found(checking, doubt, certain),
	    "when %s is not known, and all else is, the %sreferral to %s waits%s", field->name,
	    doubt->is_red ? "red " : "", entry->id,
	    is_trap ? "; the form does not ask for it" : "");
}

/* A case that is recorded and no more, and would be sent if the field were known. */
static void
show_unsent(struct checking *checking, const struct space_field *field, diagram certain)
{
	struct waiting_for doubt = {.field = field, .agency = NOBODY};
	struct about about = about_field(checking, field);

	about.kind = FINDING_UNSENT;
	(void)finding_show(checking, about, found(checking, &doubt, certain),
	    "when %s is not known, and all else is, this case is only recorded, and it might be "
	    "sent if it were",
	    field->field->name);
}

static void
check_doubts_of(struct checking *checking, const struct space_field *field)
{
	for (size_t agency = 0; agency < checking->rules->agency_count; agency++) {
		/* found anew, since what was found for the last one may have been forgotten */
		diagram certain = others_certain(checking, field);
		show_doubt(checking, &(struct waiting_for){field, agency, false}, certain);
		show_doubt(checking, &(struct waiting_for){field, agency, true}, certain);
		(void)finding_decided(checking, field->field->name);
	}
	show_unsent(checking, field, others_certain(checking, field));
	(void)finding_decided(checking, field->field->name);
}

/* --- the day of the report ------------------------------------------------------------------- */

static bool
asks_about_days(const struct rule_space *space, const struct condition *condition)
{
	if (condition->kind == CONDITION_TEST) {
		const struct space_field *field =
		    g_hash_table_lookup(space->by_field, condition->operand->field);
		return field && field->is_doubtful;
	}
	for (size_t at = 0; at < condition->part_count; at++)
		if (asks_about_days(space, &condition->parts[at]))
			return true;
	return false;
}

/* The first rule that may say something else where the day of the report is in doubt, or NULL. */
static const struct rule *
first_of_days(const struct checking *checking)
{
	for (size_t list = 0; list < COUNT_OF(ORDER); list++) {
		const struct rule_table *table = &checking->rules->lists[ORDER[list]];
		for (size_t at = 0; at < table->count; at++)
			if (table->rules[at].when &&
			    asks_about_days(checking->space, table->rules[at].when))
				return &table->rules[at];
	}
	return NULL;
}

static void
show_report_doubt(struct checking *checking, struct about about, size_t agency, bool is_red)
{
	diagram certain = others_certain(checking, NULL);
	struct waiting_for doubt = {NULL, agency, is_red};

	about.agency = checking->rules->agencies[agency].entry;
	about.level = is_red ? FINDING_WARNING : FINDING_NOTE;
	(void)finding_show(checking, about, found(checking, &doubt, certain),
	    "when the day of the report is in doubt, and all else is known, the %sreferral to %s "
	    "waits",
	    is_red ? "red " : "", about.agency->id);
}

static void
check_report_doubt(struct checking *checking)
{
	const struct rule *first = first_of_days(checking);
	struct waiting_for kept = {NULL, NOBODY, false};

	if (!first)
		return;
	struct about about = {.kind = FINDING_DOUBT,
	    .level = FINDING_NOTE,
	    .field = space_report_day(checking->space),
	    .line = first->line,
	    .column = first->column};
	for (size_t agency = 0; agency < checking->rules->agency_count; agency++) {
		show_report_doubt(checking, about, agency, false);
		show_report_doubt(checking, about, agency, true);
		(void)finding_decided(checking, about.field->name);
	}
	about.kind = FINDING_UNSENT;
	(void)finding_show(checking, about, found(checking, &kept, others_certain(checking, NULL)),
	    "when the day of the report is in doubt, and all else is known, this case is only "
	    "recorded, and it might be sent if it were not");
	(void)finding_decided(checking, about.field->name);
}

void
check_doubts(struct checking *checking)
{
	check_report_doubt(checking);
	for (size_t at = 0; at < checking->space->fields->len; at++) {
		const struct space_field *field = checking->space->fields->pdata[at];
		const struct given *blank = field->givens->pdata[0];
		/* Of some it is only asked whether they are known. */
		if (memchr(blank->answers, SPACE_CANNOT_TELL, field->askings->len))
			check_doubts_of(checking, field);
	}
	finding_say_left_out(checking, "what waits for a field that is not known");
}
