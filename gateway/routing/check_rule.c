/* Finds rules that never match, never change anything or come too late, and words to spare. */
/* SPDX-License-Identifier: MIT */
#include "routing/checking.h"

static const char *const LIST_NAMES[LISTS] = {"urgency", "send", "never", "hold"};

/* What a rule says at best, of any of its agencies. */
static diagram
says(struct checking *checking, const struct rule *rule)
{
	diagram whole = SPACE_NO;

	if (!rule_names_agency(rule))
		return space_rule(checking->space, rule, NULL);
	for (size_t at = 0; at < checking->rules->agency_count; at++)
		if (rule->agencies >> at & 1)
			whole = diagrams_greatest(checking->space->diagrams, whole,
			    space_rule(checking->space, rule, &checking->rules->agencies[at]));
	return whole;
}

static diagram
says_yes(struct checking *checking, const struct rule *rule)
{
	return diagrams_between(
	    checking->space->diagrams, says(checking, rule), SPACE_YES, SPACE_YES);
}

static bool
is_dead(const struct checking *checking, const struct rule *rule)
{
	return g_hash_table_contains(checking->dead, rule);
}

static void
check_dead(struct checking *checking, const struct rule *rule)
{
	bool dead = !finding_is_possible(checking, says_yes(checking, rule));
	bool in_doubt = dead && finding_is_possible(checking, says(checking, rule));
	bool decided = finding_decided(checking, rule->id);

	if (dead || !decided)
		g_hash_table_add(checking->dead, (void *)(uintptr_t)rule);
	if (dead && decided)
		finding_tell(checking,
		    (struct about){.kind = FINDING_DEAD, .level = FINDING_WARNING, .rule = rule},
		    "%s: %s can never match%s%s", LIST_NAMES[rule->list], rule->id,
		    rule_is_dated(rule) ? " in a report of this day"
					: ": its conditions exclude each other",
		    in_doubt ? ", though it may be in doubt" : "");
}

/* --- shadowed -------------------------------------------------------------------------------- */

static void
check_shadowed(struct checking *checking)
{
	const struct rule_table *table = &checking->rules->lists[LIST_URGENCY];
	struct diagrams *diagrams = checking->space->diagrams;
	diagram before = 0;

	for (size_t at = 0; at < table->count; at++) {
		const struct rule *rule = &table->rules[at];
		diagram yes = says_yes(checking, rule);
		diagram first =
		    diagrams_least(diagrams, yes, diagrams_between(diagrams, before, 0, 0));
		bool shadowed =
		    finding_is_possible(checking, yes) && !finding_is_possible(checking, first);
		before = diagrams_greatest(diagrams, before, yes);
		if (diagrams_are_full(diagrams))
			break;
		if (shadowed)
			(void)finding_show(checking,
			    (struct about){
				.kind = FINDING_SHADOWED, .level = FINDING_WARNING, .rule = rule},
			    yes,
			    "urgency: %s never decides: wherever it matches, a rule before it has "
			    "matched already",
			    rule->id);
	}
	(void)finding_decided(checking, "urgency");
	finding_say_left_out(checking, "whether urgency rules come too late");
}

/* --- idle ------------------------------------------------------------------------------------ */

/* 1 where the rule changes what its agency would be shown. */
static diagram
shows_otherwise(struct checking *checking, const struct rule *rule, size_t agency,
    const char *block, diagram sent_without)
{
	const struct rule_table *table = &checking->rules->lists[LIST_SEND];
	const struct outcome *outcome = &checking->outcome;
	struct diagrams *diagrams = checking->space->diagrams;
	diagram showing = 0, showing_without = 0;

	for (size_t at = 0; at < table->count; at++) {
		const struct rule *other = &table->rules[at];
		if (!(other->agencies >> agency & 1) || !rule_shows(other, block))
			continue;
		diagram wish = outcome_wish(checking->space, other);
		showing = diagrams_greatest(diagrams, showing, wish);
		if (other != rule)
			showing_without = diagrams_greatest(diagrams, showing_without, wish);
	}
	return diagrams_differ(diagrams,
	    outcome_shows(outcome, agency, outcome->agencies[agency].sent, showing),
	    outcome_shows(outcome, agency, sent_without, showing_without));
}

static bool
is_narrowed(const struct ruleset *rules, size_t agency)
{
	const struct rule_table *table = &rules->lists[LIST_SEND];

	for (size_t at = 0; at < table->count; at++)
		if (table->rules[at].agencies >> agency & 1 && table->rules[at].blocks)
			return true;
	return false;
}

/* 1 where the rule changes the fate at an agency, or what it is shown. */
static diagram
changes_at(struct checking *checking, const struct rule *rule, size_t agency, diagram others)
{
	const struct field_list *fields = checking->rules->fields;
	struct diagrams *diagrams = checking->space->diagrams;
	const struct outcome *outcome = &checking->outcome;
	diagram changed = diagrams_differ(
	    diagrams, outcome->agencies[agency].fate, outcome_fate(outcome, agency, others));

	for (size_t at = 0; is_narrowed(checking->rules, agency) && at < fields->block_count; at++)
		changed = diagrams_greatest(diagrams, changed,
		    shows_otherwise(checking, rule, agency, fields->blocks[at], others));
	return changed;
}

static void
say_idle(struct checking *checking, const struct rule *rule)
{
	static const char WORDS[] =
	    "%s: %s never changes anything: without it every case would end in the same way%s";
	struct about about = {.kind = FINDING_IDLE, .level = FINDING_WARNING, .rule = rule};
	const char *but = rule->list == LIST_NEVER ? ", but for what the desk may send" : "";

	if (!finding_show(checking, about, says_yes(checking, rule), WORDS, LIST_NAMES[rule->list],
		rule->id, but))
		finding_tell(checking, about, WORDS, LIST_NAMES[rule->list], rule->id, but);
}

/* By agency: what the send rules before and after each of its rules wish. */
struct neighbours {
	GPtrArray *rules;
	GArray *before, *after; /* diagram */
};

static void
find_neighbours(struct checking *checking, size_t agency, struct neighbours *out)
{
	const struct rule_table *table = &checking->rules->lists[LIST_SEND];
	struct diagrams *diagrams = checking->space->diagrams;
	diagram whole = 0;

	out->rules = g_ptr_array_new();
	out->before = g_array_new(FALSE, TRUE, sizeof(diagram));
	out->after = g_array_new(FALSE, TRUE, sizeof(diagram));
	for (size_t at = 0; at < table->count; at++)
		if (table->rules[at].agencies >> agency & 1)
			g_ptr_array_add(out->rules, &table->rules[at]);
	g_array_set_size(out->after, out->rules->len);
	for (size_t at = 0; at < out->rules->len; at++) {
		g_array_append_val(out->before, whole);
		whole = diagrams_greatest(
		    diagrams, whole, outcome_wish(checking->space, out->rules->pdata[at]));
	}
	whole = 0;
	for (size_t at = out->rules->len; at-- > 0;) {
		g_array_index(out->after, diagram, at) = whole;
		whole = diagrams_greatest(
		    diagrams, whole, outcome_wish(checking->space, out->rules->pdata[at]));
	}
}

/* Marks the send rules that change something at this agency; false when it cannot be decided. */
static bool
mark_busy(struct checking *checking, size_t agency, GHashTable *busy)
{
	struct diagrams *diagrams = checking->space->diagrams;
	struct neighbours neighbours;

	find_neighbours(checking, agency, &neighbours);
	for (size_t at = 0; at < neighbours.rules->len && !diagrams_are_full(diagrams); at++) {
		const struct rule *rule = neighbours.rules->pdata[at];
		if (g_hash_table_contains(busy, rule))
			continue;
		diagram others =
		    diagrams_greatest(diagrams, g_array_index(neighbours.before, diagram, at),
			g_array_index(neighbours.after, diagram, at));
		if (finding_is_possible(checking, changes_at(checking, rule, agency, others)))
			g_hash_table_add(busy, (void *)(uintptr_t)rule);
	}
	g_ptr_array_unref(neighbours.rules);
	g_array_unref(neighbours.before);
	g_array_unref(neighbours.after);
	return !diagrams_are_full(diagrams);
}

static void
check_idle_sends(struct checking *checking)
{
	const struct rule_table *table = &checking->rules->lists[LIST_SEND];
	g_autoptr(GHashTable) busy = g_hash_table_new(NULL, NULL);
	uint64_t undecided = 0;

	for (size_t at = 0; at < checking->rules->agency_count; at++) {
		if (!mark_busy(checking, at, busy))
			undecided |= (uint64_t)1 << at;
		(void)finding_decided(checking, checking->rules->agencies[at].entry->id);
	}
	finding_say_left_out(checking, "whether send rules ever change anything");
	for (size_t at = 0; at < table->count; at++) {
		const struct rule *rule = &table->rules[at];
		if (rule->mode != MODE_WATCH && !(rule->agencies & undecided) &&
		    !g_hash_table_contains(busy, rule) && !is_dead(checking, rule))
			say_idle(checking, rule);
	}
}

/*
 * 1 where a child of several would need nobody, and does not without this rule, or the other way
 * round: a case is never about nobody at all, so that a sibling counts who needs somebody, or who
 * still needs nobody.
 */
static diagram
excuses_otherwise(struct checking *checking, const struct outcome *without)
{
	struct diagrams *diagrams = checking->space->diagrams;
	diagram excused = outcome_needs_nobody(&checking->outcome);
	diagram still = outcome_needs_nobody(without);
	diagram sibling =
	    diagrams_greatest(diagrams, diagrams_between(diagrams, excused, 0, 0), still);

	return diagrams_least(diagrams, diagrams_differ(diagrams, excused, still),
	    space_of_sibling(checking->space, sibling));
}

/* Whether a case ends otherwise without this rule. One will do, so no more is looked at. */
static bool
ends_otherwise(struct checking *checking, const struct rule *rule)
{
	const struct outcome *with = &checking->outcome;
	struct diagrams *diagrams = checking->space->diagrams;
	g_autofree struct outcome *without = g_new(struct outcome, 1);

	outcome_without(with, rule, without);
	if (rule->needs_nobody &&
	    finding_is_possible(checking, excuses_otherwise(checking, without)))
		return true;
	if (finding_is_possible(
		checking, diagrams_differ(diagrams, with->urgency, without->urgency)))
		return true;
	for (size_t at = 0; at < checking->rules->agency_count; at++) {
		diagram fate = outcome_fate(without, at, with->agencies[at].sent);
		if (finding_is_possible(
			checking, diagrams_differ(diagrams, with->agencies[at].fate, fate)))
			return true;
	}
	return false;
}

static void
check_idle(struct checking *checking, enum rule_list list)
{
	const struct rule_table *table = &checking->rules->lists[list];

	for (size_t at = 0; at < table->count; at++) {
		const struct rule *rule = &table->rules[at];
		/* The last urgency rule is what makes the list whole. */
		if (list == LIST_URGENCY && at + 1 == table->count)
			continue;
		bool changes = ends_otherwise(checking, rule);
		if (finding_decided(checking, rule->id) && !changes && !is_dead(checking, rule))
			say_idle(checking, rule);
	}
	finding_say_left_out(checking, "whether rules ever change anything");
}

/* --- words ----------------------------------------------------------------------------------- */

/* Whether the rule says anything else without the word, of any of its agencies. */
static bool
word_matters(struct checking *checking, const struct spare_word *spare)
{
	const struct ruleset *rules = checking->rules;
	struct rule_space *space = checking->space;
	bool names_agency = rule_names_agency(spare->rule), matters = false;

	for (size_t at = 0; !matters && at < (names_agency ? rules->agency_count : 1); at++) {
		const struct rule_agency *agency = names_agency ? &rules->agencies[at] : NULL;
		if (agency && !(spare->rule->agencies >> at & 1))
			continue;
		diagram without =
		    space_rule_with(space, spare->rule, agency, spare->test, &spare->without);
		diagram changes = diagrams_differ(
		    space->diagrams, space_rule(space, spare->rule, agency), without);
		matters = diagrams_least(space->diagrams, changes,
			      space_possible_with(space, spare, agency)) != 0;
	}
	return matters;
}

static void
check_words(struct checking *checking)
{
	struct rule_space *space = checking->space;

	for (size_t at = 0; at < space->spare_words->len; at++) {
		const struct spare_word *spare = space->spare_words->pdata[at];
		bool changes = word_matters(checking, spare);
		if (finding_decided(checking, spare->rule->id) && !changes &&
		    !is_dead(checking, spare->rule))
			finding_tell(checking,
			    (struct about){.kind = FINDING_SPARE_WORD,
				.level = FINDING_WARNING,
				.rule = spare->rule,
				.field = spare->condition->operand->field},
			    "%s: in %s the word \"%s\" of %s changes nothing",
			    LIST_NAMES[spare->rule->list], spare->rule->id, spare->word,
			    spare->condition->operand->name);
	}
	finding_say_left_out(checking, "which words change nothing");
	if (space->words_left_out)
		finding_tell(checking,
		    (struct about){.kind = FINDING_UNDECIDED,
			.level = FINDING_WARNING,
			.rule = space->first_left_out},
		    "undecided: whether %zu words of lists change anything, the first of them in %s: no "
		    "more than %zu words are looked at",
		    space->words_left_out, space->first_left_out->id,
		    (size_t)space->spare_words->len);
}

void
check_each_rule(struct checking *checking)
{
	for (unsigned list = 0; list < LISTS; list++)
		for (size_t at = 0; at < checking->rules->lists[list].count; at++)
			check_dead(checking, &checking->rules->lists[list].rules[at]);
	finding_say_left_out(checking, "whether rules can match");
	check_shadowed(checking);
	check_words(checking);
	outcome_find(checking->space, checking->rules, &checking->outcome);
	checking->has_outcome = !diagrams_are_full(checking->space->diagrams);
	if (checking->has_outcome) /* all else leans on it, and so it is kept however large it is */
		checking->mark = diagrams_mark(checking->space->diagrams);
	(void)finding_decided(checking, "all cases");
	finding_say_left_out(checking, "what becomes of cases");
}

void
check_idle_rules(struct checking *checking)
{
	check_idle_sends(checking);
	check_idle(checking, LIST_URGENCY);
	check_idle(checking, LIST_NEVER);
	check_idle(checking, LIST_HOLD);
}
