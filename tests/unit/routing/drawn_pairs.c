/* Decides forms of two children, and holds what becomes of them against each alone. */
/* SPDX-License-Identifier: MIT */
#include "drawn_pairs.h"

bool
needs_nobody(const struct run *run, size_t place, size_t without)
{
	for (size_t rule = 0; rule < run->set->rule_count; rule++)
		if (rule != without && run->set->rules[rule].needs_nobody &&
		    run->says[rule][place] == ANSWER_YES)
			return true;
	return false;
}

/* The same report and adults, at the same hour. */
static bool
is_same_form(const struct run *run, const struct place *one, const struct place *other)
{
	bool is_same =
	    one->has_child && other->has_child && one->closed == other->closed &&
	    one->doubted == other->doubted;

	for (size_t at = 0; at < run->set->field_count; at++)
		is_same = is_same &&
		    (drawn_is_of_child(run->set->fields[at]) || one->answers[at] == other->answers[at]);
	return is_same;
}

bool
has_sibling(const struct run *run, size_t place, sibling_test *is_so, size_t rule)
{
	for (size_t at = 0; at < run->count; at++)
		if (is_same_form(run, &run->places[place], &run->places[at]) && is_so(run, at, rule))
			return true;
	return false;
}

static bool
needs_somebody(const struct run *run, size_t place, size_t rule)
{
	(void)rule;
	return !needs_nobody(run, place, DRAWN_RULES);
}

bool
is_excused(const struct run *run, size_t place)
{
	return needs_nobody(run, place, DRAWN_RULES) &&
	    has_sibling(run, place, needs_somebody, DRAWN_RULES);
}

bool
excuses_otherwise(const struct run *run, size_t rule)
{
	for (size_t at = 0; run->set->rules[rule].needs_nobody && at < run->count; at++)
		if (run->places[at].has_child && needs_nobody(run, at, DRAWN_RULES) &&
		    !needs_nobody(run, at, rule) &&
		    (has_sibling(run, at, needs_somebody, rule) ||
			has_sibling(run, at, needs_nobody, rule)))
			return true;
	return false;
}

/* --- pairs ----------------------------------------------------------------------------------- */

static size_t
another(const struct run *run, GRand *rand, size_t place)
{
	struct place other = run->places[place];

	for (size_t at = 0; at < run->set->field_count; at++)
		if (drawn_is_of_child(run->set->fields[at]))
			other.answers[at] = (unsigned)g_rand_int_range(
			    rand, 0, (int)strlen(run->set->fields[at]->exact));
	size_t found = place_of(run, &other);
	return found < run->count ? found : place; /* no form can have every one of these */
}

/* The fate that a route says of one child; F_NONE too where a rule only watches beside others. */
static unsigned
fate_said(const struct route *route, unsigned child)
{
	static const unsigned FATES[] = {[ROUTE_SEND] = F_SEND, [ROUTE_WAIT] = F_WAIT,
	    [ROUTE_PROPOSED] = F_PROPOSED, [ROUTE_FORBIDDEN] = F_FORBIDDEN, [ROUTE_WATCHED] = F_WATCHED};

	if (route->children >> child & 1)
		return FATES[route->fate];
	if (route->waiting_children >> child & 1)
		return F_WAIT;
	return route->forbidden_children >> child & 1 ? F_FORBIDDEN : F_NONE;
}

/* A child that waits beside one that is sent may be proposed, and what is watched may not be told. */
static bool
is_fate(const struct route *route, unsigned child, unsigned alone)
{
	unsigned said = fate_said(route, child);

	return said == alone || (said == F_NONE && alone == F_WATCHED) ||
	    (said == F_WAIT && alone == F_PROPOSED && route->waiting_children >> child & 1);
}

static void
hold_fates(const struct decision *decision, unsigned child, const struct ending *alone)
{
	bool is_seen[DRAWN_AGENCIES] = {false};

	assert_int_equal(decision->child_urgency[child], alone->urgency);
	for (size_t at = 0; at < decision->route_count; at++) {
		const struct route *route = &decision->routes[at];
		unsigned agency = agency_number(route->agency->id);
		is_seen[agency] = true;
		assert_true(is_fate(route, child, alone->fates[agency]));
		if (alone->fates[agency] >= F_WAIT)
			assert_int_equal(shown_by(route, child), alone->shows[agency]);
	}
	for (unsigned agency = 0; agency < DRAWN_AGENCIES; agency++)
		assert_true(is_seen[agency] || alone->fates[agency] == F_NONE);
}

static bool
is_met(const struct ending *alone)
{
	for (unsigned at = 0; at < DRAWN_AGENCIES; at++)
		if (alone->red[at] && alone->fates[at] == F_SEND)
			return true;
	return false;
}

static void
hold_ends(struct run *run, const struct decision *decision, const size_t places[2])
{
	uint64_t excused = 0, nobody = 0, kept = 0, unmet = 0;

	for (unsigned child = 0; child < 2; child++)
		if (run->endings[places[child]].best < F_WAIT &&
		    needs_nobody(run, places[child], DRAWN_RULES))
			excused |= 1u << child;
	excused = excused == 3 ? 0 : excused;
	for (unsigned child = 0; child < 2; child++) {
		const struct ending *alone = &run->endings[places[child]];
		uint64_t bit = 1u << child;
		if (excused & bit)
			continue;
		if (alone->best <= F_WATCHED && is_kept(run->set, alone->urgency))
			kept |= bit;
		else if (alone->best <= F_FORBIDDEN)
			nobody |= bit;
		if (alone->urgency == URGENCY_RED && !is_met(alone))
			unmet |= bit;
	}
	assert_int_equal(decision->excused_children, excused);
	assert_int_equal(decision->nobody_children, nobody);
	assert_int_equal(decision->kept_children, kept);
	assert_int_equal(decision->unmet_children, unmet);
	assert_int_equal(decision->nobody, nobody != 0);
}

void
judge_pairs(struct run *run, GRand *rand, unsigned count)
{
	while (count--) {
		size_t one = (size_t)g_rand_int_range(rand, 0, (int)run->count);
		if (!run->places[one].has_child)
			continue;
		size_t places[] = {one, another(run, rand, one)};
		const struct decision *decision =
		    decide_pair(run, &run->places[one], &run->places[places[1]]);
		for (unsigned child = 0; child < 2; child++)
			hold_fates(decision, child, &run->endings[places[child]]);
		hold_ends(run, decision, places);
		run->pairs++;
		run->split_pairs += memcmp(run->endings[one].fates, run->endings[places[1]].fates,
					sizeof run->endings[one].fates) != 0;
		run->excused_pairs += decision->excused_children != 0;
	}
}
