/* Finds cases that nobody receives, that wait, or that go to two who exclude each other. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "routing/checking.h"

/* 1 where a case has this urgency and can be. */
static diagram
of_urgency(struct checking *checking, unsigned urgency)
{
	struct diagrams *diagrams = checking->space->diagrams;

	return diagrams_least(diagrams, checking->space->possible,
	    diagrams_between(diagrams, checking->outcome.urgency, urgency, urgency));
}

/* --- gaps ------------------------------------------------------------------------------------ */

static void
check_gaps(struct checking *checking)
{
	const struct rule_table *send = &checking->rules->lists[LIST_SEND];
	struct about about = {.kind = FINDING_GAP,
	    .level = FINDING_ERROR,
	    .line = send->line,
	    .column = send->column};

	for (unsigned urgency = URGENCY_BLUE; urgency <= URGENCY_RED; urgency++) {
		if (checking->rules->keeps[urgency])
			continue;
		bool is_meant = checking->rules->to_desk[urgency];
		about.level = is_meant ? FINDING_NOTE : FINDING_ERROR;
		bool found;
		do
			found = finding_show(checking, about,
			    outcome_untaken(&checking->outcome, of_urgency(checking, urgency)),
			    "no rule gives this %s case to anybody, so it waits at the desk%s",
			    urgency_name(urgency), is_meant ? ", as to_desk says" : "");
		while (finding_again(checking, found));
		(void)finding_decided(checking, urgency_name(urgency));
	}
	finding_say_left_out(checking, "whether cases are given to nobody");
}

/* --- contradictions -------------------------------------------------------------------------- */

/* Of where an agency is forbidden a case, where nobody receives it. */
static diagram
all_forbidden(struct checking *checking, diagram forbidden)
{
	forbidden = diagrams_least(checking->space->diagrams, forbidden, checking->space->possible);
	return outcome_at_most(&checking->outcome, forbidden, FATE_FORBIDDEN);
}

/* Wherever the rule matches, its agency is forbidden. */
static void
check_contradiction(struct checking *checking, const struct rule *rule, size_t agency)
{
	struct diagrams *diagrams = checking->space->diagrams;
	const struct entry *entry = checking->rules->agencies[agency].entry;
	diagram never = checking->outcome.agencies[agency].never;
	diagram yes = diagrams_between(
	    diagrams, space_rule(checking->space, rule, NULL), SPACE_YES, SPACE_YES);
	diagram free = diagrams_least(
	    diagrams, yes, diagrams_between(diagrams, never, AGAINST_NOTHING, AGAINST_DOUBTED));
	struct about about = {
	    .kind = FINDING_CONTRADICTION, .level = FINDING_ERROR, .rule = rule, .agency = entry};

	if (finding_is_possible(checking, free) || diagrams_are_full(diagrams))
		return;
	if (finding_show(checking, about, all_forbidden(checking, yes),
		"send: %s sends to %s, but wherever it matches a never rule forbids that, and here "
		"nobody receives the case",
		rule->id, entry->id))
		return;
	about.level = FINDING_WARNING;
	(void)finding_show(checking, about, yes,
	    "send: %s sends to %s, but wherever it matches a never rule forbids that", rule->id,
	    entry->id);
}

static void
check_contradictions(struct checking *checking)
{
	const struct rule_table *send = &checking->rules->lists[LIST_SEND];

	for (size_t at = 0; at < send->count; at++) {
		const struct rule *rule = &send->rules[at];
		if (rule->mode == MODE_WATCH || g_hash_table_contains(checking->dead, rule))
			continue;
		for (size_t agency = 0; agency < checking->rules->agency_count; agency++)
			if (rule->agencies >> agency & 1) {
				check_contradiction(checking, rule, agency);
				(void)finding_decided(checking, rule->id);
			}
	}
	finding_say_left_out(checking, "whether send rules are always forbidden");
}

/* Not wherever the rule matches, but of all that it sends where `nobody` receives the case. */
static void
check_partly_forbidden(
    struct checking *checking, const struct rule *rule, size_t agency, diagram nobody)
{
	struct diagrams *diagrams = checking->space->diagrams;
	const struct entry *entry = checking->rules->agencies[agency].entry;
	diagram never = checking->outcome.agencies[agency].never;
	diagram yes = diagrams_between(
	    diagrams, space_rule(checking->space, rule, NULL), SPACE_YES, SPACE_YES);
	diagram free = diagrams_least(
	    diagrams, yes, diagrams_between(diagrams, never, AGAINST_NOTHING, AGAINST_DOUBTED));
	diagram forbidden = diagrams_least(
	    diagrams, yes, diagrams_between(diagrams, never, AGAINST_FORBIDDEN, AGAINST_FORBIDDEN));
	struct about about = {
	    .kind = FINDING_CONTRADICTION, .level = FINDING_NOTE, .rule = rule, .agency = entry};

	if (finding_is_possible(checking, free))
		(void)finding_show(checking, about, diagrams_least(diagrams, forbidden, nobody),
		    "send: %s sends to %s, but here a never rule forbids that, and nobody else "
		    "receives the case",
		    rule->id, entry->id);
	(void)finding_decided(checking, rule->id);
}

void
check_sent_to_nobody(struct checking *checking)
{
	const struct rule_table *send = &checking->rules->lists[LIST_SEND];
	size_t mark = checking->mark;
	diagram nobody = all_forbidden(checking, 1);

	/* The diagrams of where nobody does are kept for all rules. */
	if (!diagrams_are_full(checking->space->diagrams))
		checking->mark = diagrams_mark(checking->space->diagrams);
	bool is_known = finding_decided(checking, "all cases");
	for (size_t at = 0; is_known && at < send->count; at++) {
		const struct rule *rule = &send->rules[at];
		for (size_t agency = 0; agency < checking->rules->agency_count; agency++)
			if (rule->agencies >> agency & 1 && rule->mode != MODE_WATCH &&
			    !g_hash_table_contains(checking->dead, rule))
				check_partly_forbidden(checking, rule, agency, nobody);
	}
	checking->mark = mark;
	finding_say_left_out(
	    checking, "which send rules are forbidden where nobody else has the case");
}

/* 1 where this never rule forbids an agency a case that it would be given. */
static diagram
takes_away(struct checking *checking, const struct rule *rule, size_t agency)
{
	struct diagrams *diagrams = checking->space->diagrams;

	if (!(rule->agencies >> agency & 1))
		return 0;
	return diagrams_least(diagrams,
	    diagrams_between(diagrams,
		space_rule(checking->space, rule, &checking->rules->agencies[agency]), SPACE_YES,
		SPACE_YES),
	    diagrams_between(
		diagrams, checking->outcome.agencies[agency].fate, FATE_FORBIDDEN, FATE_FORBIDDEN));
}

/* A never rule that leaves nobody: by design the desk has the case then, and it is good to know.
 * Stepwise one agency is looked at after the other, and the first will do. */
static bool
show_taken_away(struct checking *checking, const struct rule *rule)
{
	struct about about = {.kind = FINDING_TAKEN_AWAY, .level = FINDING_NOTE, .rule = rule};
	struct diagrams *diagrams = checking->space->diagrams;
	size_t count = checking->rules->agency_count;
	bool is_stepwise = checking->outcome.is_stepwise, found = false;
	diagram here = 0;

	for (size_t at = 0; at < count && !found; at++) {
		diagram one = takes_away(checking, rule, at);
		here = is_stepwise ? one : diagrams_greatest(diagrams, here, one);
		if (is_stepwise || at + 1 == count)
			found = finding_show(checking, about, all_forbidden(checking, here),
			    "never: %s takes the last agency away, so that only the desk has the "
			    "case",
			    rule->id);
		if (is_stepwise)
			diagrams_rewind(diagrams, checking->mark);
	}
	return found;
}

static void
check_taken_away(struct checking *checking)
{
	const struct rule_table *table = &checking->rules->lists[LIST_NEVER];

	for (size_t at = 0; at < table->count; at++) {
		bool found;
		do
			found = show_taken_away(checking, &table->rules[at]);
		while (finding_again(checking, found));
		(void)finding_decided(checking, table->rules[at].id);
	}
	finding_say_left_out(checking, "which never rules leave nobody");
}

/* --- red ------------------------------------------------------------------------------------- */

/* 1 where a never rule that cannot be told stands against a red referral. */
static diagram
red_in_doubt(struct checking *checking)
{
	struct diagrams *diagrams = checking->space->diagrams;
	diagram whole = 0;

	for (size_t at = 0; at < checking->rules->agency_count; at++) {
		const struct agency_outcome *agency = &checking->outcome.agencies[at];
		whole = diagrams_greatest(diagrams, whole,
		    diagrams_least(diagrams, agency->red,
			diagrams_between(
			    diagrams, agency->never, AGAINST_DOUBTED, AGAINST_DOUBTED)));
	}
	return whole;
}

/* 1 where never rules forbid this agency a case whichever agency it is. */
static diagram
forbidden_to_any(struct checking *checking, size_t agency)
{
	const struct rule_table *table = &checking->rules->lists[LIST_NEVER];
	struct diagrams *diagrams = checking->space->diagrams;
	diagram whole = 0;

	for (size_t at = 0; at < table->count; at++) {
		const struct rule *rule = &table->rules[at];
		if (rule_forbids_any(checking->rules, rule) && rule->agencies >> agency & 1)
			whole = diagrams_greatest(diagrams, whole,
			    diagrams_between(diagrams, space_rule(checking->space, rule, NULL),
				SPACE_YES, SPACE_YES));
	}
	return whole;
}

/* Why only the desk has a red case; the worse is the greater. */
enum { ONLY_DESK, ONLY_DESK_NEEDS_NOBODY, ONLY_DESK_FORBIDDEN_TO_ALL };

/*
 * if_forbidden: [desk] is said of agencies that must not have a case for who they are, as where a
 * parent works there. It cannot have been meant of every never rule that somebody adds later, and
 * that leaves a whole kind of red cases to the desk.
 */
static diagram
why_only_desk(struct checking *checking)
{
	static const uint8_t TO_ALL[DIAGRAM_RESULTS] = {0, ONLY_DESK_FORBIDDEN_TO_ALL};
	struct diagrams *diagrams = checking->space->diagrams;
	diagram to_all = 1;

	for (size_t at = 0; at < checking->rules->agency_count; at++) {
		diagram red = checking->outcome.agencies[at].red;
		if (red)
			to_all = diagrams_least(diagrams, to_all,
			    diagrams_greatest(diagrams, diagrams_between(diagrams, red, 0, 0),
				forbidden_to_any(checking, at)));
	}
	return diagrams_greatest(diagrams, diagrams_map(diagrams, TO_ALL, to_all),
	    outcome_needs_nobody(&checking->outcome));
}

/* A red case that nobody receives at once, where this is 1. */
static bool
show_red_case(struct checking *checking, struct about about, diagram where, const char *text)
{
	where = diagrams_least(checking->space->diagrams, where, of_urgency(checking, URGENCY_RED));
	return finding_show(
	    checking, about, outcome_at_most(&checking->outcome, where, FATE_WAIT), "%s", text);
}

static diagram
red_not_in_doubt(struct checking *checking)
{
	return diagrams_between(checking->space->diagrams, red_in_doubt(checking), 0, 0);
}

/* It is said that the desk has it, and asked whether that can have been meant. */
static void
check_red_to_desk(struct checking *checking, struct about about)
{
	static const char *const TEXTS[] = {
	    [ONLY_DESK] = "red: nobody receives this red case at once; the desk has it, as "
			  "if_forbidden says",
	    [ONLY_DESK_NEEDS_NOBODY] = "red: nobody receives this red case at once; the desk has "
				       "it, since its one child needs nobody",
	    [ONLY_DESK_FORBIDDEN_TO_ALL] =
		"red: nobody receives this red case at once, only the desk: never rules forbid it "
		"to all, and not for who they are, which is what if_forbidden: [desk] is for"};
	struct diagrams *diagrams = checking->space->diagrams;
	bool found;

	for (unsigned why = ONLY_DESK; why <= ONLY_DESK_FORBIDDEN_TO_ALL; why++) {
		about.level = why == ONLY_DESK_FORBIDDEN_TO_ALL ? FINDING_WARNING : FINDING_NOTE;
		do
			found = show_red_case(checking, about,
			    diagrams_least(diagrams, red_not_in_doubt(checking),
				diagrams_between(diagrams, why_only_desk(checking), why, why)),
			    TEXTS[why]);
		while (finding_again(checking, found));
		(void)finding_decided(checking, "red cases");
	}
}

static void
check_red_to_nobody(struct checking *checking, struct about about)
{
	bool found;

	about.level = FINDING_ERROR;
	do
		found = show_red_case(checking, about, red_not_in_doubt(checking),
		    checking->rules->red.if_forbidden
			? "red: nobody receives this red case at once, and if_forbidden names "
			  "nobody who may"
			: "red: nobody receives this red case at once, and if_forbidden names "
			  "nobody, not even the desk");
	while (finding_again(checking, found));
	(void)finding_decided(checking, "red cases");
}

static void
check_red_waits(struct checking *checking, struct about about)
{
	bool found;

	about.kind = FINDING_RED_WAITS;
	about.level = FINDING_WARNING;
	do
		found = show_red_case(checking, about, red_in_doubt(checking),
		    "red: nobody receives this red case before the desk has answered whether a "
		    "never rule is against it");
	while (finding_again(checking, found));
	(void)finding_decided(checking, "red cases");
}

static void
check_red_cases(struct checking *checking)
{
	const struct red_list *red = &checking->rules->red;
	struct about about = {.kind = FINDING_RED_NOBODY, .line = red->line, .column = red->column};

	if (red->names_desk && checking->rules->mode != MODE_WATCH)
		check_red_to_desk(checking, about);
	else
		check_red_to_nobody(checking, about);
	check_red_waits(checking, about);
	finding_say_left_out(checking, "whether red cases are received");
}

static bool
is_always_open(const struct ruleset *rules, uint64_t agencies)
{
	for (size_t at = 0; at < rules->agency_count; at++)
		if (agencies >> at & 1 && rules->agencies[at].entry->hours.is_always_open)
			return true;
	return false;
}

/* When all that may be closed are closed, somebody who is not must be among the recipients. */
static void
check_red_closed(struct checking *checking)
{
	const struct ruleset *rules = checking->rules;
	uint64_t targets = rules->red.to;
	diagram closed = 1;

	if (!rules->red.is_given)
		return;
	for (size_t at = 0; at < rules->agency_count; at++)
		if (rules->red.to >> at & 1 && !rules->agencies[at].entry->hours.is_always_open) {
			targets |= outcome_out_of_hours(rules, at);
			closed = diagrams_least(checking->space->diagrams, closed,
			    space_closed(checking->space, (unsigned)at));
		}
	if (is_always_open(rules, targets))
		return;
	(void)finding_show(checking,
	    (struct about){.kind = FINDING_RED_CLOSED,
		.level = FINDING_ERROR,
		.line = rules->red.line,
		.column = rules->red.column},
	    diagrams_least(checking->space->diagrams, closed, of_urgency(checking, URGENCY_RED)),
	    "red: when its recipients are closed this red case goes to nobody who is open: name "
	    "one in out_of_hours who always is");
	(void)finding_decided(checking, "red cases");
	finding_say_left_out(checking, "whether red cases reach somebody who is open");
}

/* --- overlap --------------------------------------------------------------------------------- */

static bool
excludes(const struct entry *one, const struct entry *other)
{
	return (one->never_with && g_strv_contains(one->never_with, other->id)) ||
	    (other->never_with && g_strv_contains(other->never_with, one->id));
}

static void
check_overlap(struct checking *checking, size_t one, size_t other)
{
	struct diagrams *diagrams = checking->space->diagrams;
	const struct agency_outcome *agencies = checking->outcome.agencies;
	const struct entry *first = checking->rules->agencies[one].entry;
	const struct entry *second = checking->rules->agencies[other].entry;

	(void)finding_show(checking,
	    (struct about){.kind = FINDING_OVERLAP,
		.level = FINDING_WARNING,
		.agency = first,
		.line = checking->rules->lists[LIST_SEND].line,
		.column = checking->rules->lists[LIST_SEND].column},
	    diagrams_least(diagrams,
		diagrams_between(diagrams, agencies[one].fate, FATE_PROPOSED, FATE_SEND),
		diagrams_between(diagrams, agencies[other].fate, FATE_PROPOSED, FATE_SEND)),
	    "%s and %s both receive this child, and agencies.yaml says never_with", first->id,
	    second->id);
	(void)finding_decided(checking, first->id);
}

static void
check_overlaps(struct checking *checking)
{
	const struct ruleset *rules = checking->rules;

	for (size_t one = 0; one < rules->agency_count; one++)
		for (size_t other = one + 1; other < rules->agency_count; other++)
			if (excludes(rules->agencies[one].entry, rules->agencies[other].entry))
				check_overlap(checking, one, other);
	finding_say_left_out(checking, "whether agencies that exclude each other meet");
}

void
check_cases(struct checking *checking)
{
	check_gaps(checking);
	check_contradictions(checking);
	check_taken_away(checking);
	check_red_cases(checking);
	check_red_closed(checking);
	check_overlaps(checking);
}
