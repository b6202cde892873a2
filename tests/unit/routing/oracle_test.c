/* Random rules and concerns, decided a second time by something much simpler. */
/* SPDX-License-Identifier: MIT */
/*
 * The oracle shares nothing with the room: it works on the words that were written into the form,
 * counts truth as -1, 0 and 1 (and is the least, or the greatest, not the opposite), tries every
 * day that a birth may have been on, and asks of each agency and child anew who wants it and what
 * stands against it.
 */
#include "oracle.h"

/* --- the oracle: what follows --- */

enum fate { F_NONE, F_WATCH, F_FORBIDDEN, F_WAIT, F_PROPOSE, F_SEND };

static int
urgency_of_child(const struct said *said, const struct made *made, int child)
{
	int certain = 0, raised = 0, at = 0;

	while (!certain) {
		if (judge(said, &made->urgency[at].when, 0, child, 0) == YES)
			certain = made->urgency[at].set;
		at++;
	}
	for (int before = 0; before < at; before++) {
		const struct made_rule *rule = &made->urgency[before];
		if (judge(said, &rule->when, 0, child, 0) == UNSURE)
			raised = MAX(raised, rule->floor ? rule->floor : MIN(rule->set, certain + 1));
	}
	return MAX(certain, raised);
}

/* YES: forbidden, UNSURE: must wait, NO: free. */
static int
barred(const struct said *said, const struct made *made, int child, unsigned agency)
{
	int worst = NO;

	for (int at = 0; at < made->nevers; at++)
		if (made->never[at].agencies >> agency & 1) {
			int is = judge(said, &made->never[at].when, 0, child, agency);
			worst = MAX(worst, is == UNSURE && made->never[at].doubt == 1 ? NO : is);
		}
	return worst;
}

static bool
held(const struct said *said, const struct made *made, int child, unsigned agency)
{
	for (int at = 0; at < made->holds; at++)
		if (made->hold[at].agencies >> agency & 1) {
			int is = judge(said, &made->hold[at].when, 0, child, agency);
			if (is == YES || (is == UNSURE && made->hold[at].doubt == 0))
				return true;
		}
	return false;
}

static bool
red_wants(const struct said *said, const struct made *made, int child, unsigned agency)
{
	unsigned first = made->to;
	bool is_barred = false;

	for (unsigned at = 0; at < AGENCIES; at++)
		if (made->to >> at & 1 && !said->open[at]) {
			first |= made->out_of_hours;
			if (!made->out_of_hours && at == 0)
				first |= 1 << 1; /* the directory: edt answers for hub */
		}
	for (unsigned at = 0; at < AGENCIES; at++)
		if (first >> at & 1 && barred(said, made, child, at) != NO)
			is_barred = true;
	return (first | (is_barred ? made->if_forbidden : 0)) >> agency & 1;
}

static enum fate
wanted(const struct said *said, const struct made *made, int child, unsigned agency)
{
	static const enum fate BY_MODE[] = {F_SEND, F_PROPOSE, F_WATCH};
	enum fate best = F_NONE;

	for (int at = 0; at < made->sends; at++) {
		const struct made_rule *rule = &made->send[at];
		enum fate fate = BY_MODE[MAX(rule->mode, made->mode)];
		if (!(rule->agencies >> agency & 1))
			continue;
		int is = judge(said, &rule->when, 0, child, 0);
		if (is == NO || (is == UNSURE && rule->doubt == 2))
			continue;
		if (is == UNSURE && rule->doubt == 0 && fate != F_WATCH)
			fate = F_WAIT;
		best = MAX(best, fate);
	}
	return best;
}

static enum fate
fate_of(const struct said *said, const struct made *made, int child, unsigned agency, bool *by_red)
{
	static const enum fate BY_MODE[] = {F_SEND, F_PROPOSE, F_WATCH};
	enum fate fate = wanted(said, made, child, agency);
	bool is_red = urgency_of_child(said, made, child) == 4 && red_wants(said, made, child, agency);

	*by_red = is_red;
	if (is_red)
		fate = MAX(fate, BY_MODE[made->mode]);
	if (fate == F_NONE || fate == F_WATCH)
		return fate;
	if (barred(said, made, child, agency) == YES)
		return F_FORBIDDEN;
	if (barred(said, made, child, agency) == UNSURE)
		return F_WAIT;
	if (is_red)
		return BY_MODE[made->mode];
	return held(said, made, child, agency) ? F_WAIT : fate;
}

/* --- the comparison --- */

/* The best that becomes of each child at any agency. */
struct end {
	enum fate best;
	bool is_met; /* a red referral goes at once */
};

struct ends {
	struct end of[CHILDREN];
};

static void
check_agency(const struct small_world *world, const struct said *said, const struct made *made,
    unsigned agency, struct ends *ends)
{
	static const enum fate FATES[] = {[ROUTE_SEND] = F_SEND, [ROUTE_WAIT] = F_WAIT,
	    [ROUTE_PROPOSED] = F_PROPOSE, [ROUTE_FORBIDDEN] = F_FORBIDDEN, [ROUTE_WATCHED] = F_WATCH};
	const struct route *route = route_to(world, IDS[agency]);
	uint64_t by_fate[F_SEND + 1] = {0};
	enum fate best = F_NONE;
	int first = said->children ? 0 : -1;

	for (int child = first; child < (int)said->children; child++) {
		struct end *end = &ends->of[child - first];
		bool by_red;
		enum fate fate = fate_of(said, made, child, agency, &by_red);
		best = MAX(best, fate);
		by_fate[fate] |= child < 0 ? 0 : (uint64_t)1 << child;
		end->best = MAX(end->best, fate);
		end->is_met = end->is_met || (by_red && fate == F_SEND);
	}
	assert_int_equal(route ? FATES[route->fate] : F_NONE, best);
	if (!route)
		return;
	assert_int_equal(route->children, by_fate[best]);
	assert_int_equal(route->waiting_children,
	    (by_fate[F_WAIT] | by_fate[F_PROPOSE]) & ~by_fate[best]);
	assert_int_equal(route->forbidden_children, by_fate[F_FORBIDDEN] & ~by_fate[best]);
	assert_int_equal(route->forbidden_by != NULL, route->forbidden_children != 0);
	assert_int_equal(route->question != NULL,
	    route->waiting_children || best == F_WAIT || best == F_PROPOSE);
	assert_true(!route->question || *route->question);
	assert_true(*route->rules && *route->why);
}

/* Nothing is judged twice of the same child for the same agency. */
static void
check_record(const struct decision *decision)
{
	for (size_t at = 0; at < decision->seen_count; at++)
		for (size_t before = 0; before < at; before++) {
			const struct rule_seen *one = &decision->seen[at], *other = &decision->seen[before];
			assert_false(one->child == other->child && strcmp(one->rule, other->rule) == 0 &&
			    g_strcmp0(one->agency, other->agency) == 0);
		}
}

/* Whether some never rule says for certain that the child needs nobody. */
static bool
needs_nobody(const struct said *said, const struct made *made, int child)
{
	for (int at = 0; at < made->nevers; at++)
		if (made->never[at].is_excuse && judge(said, &made->never[at].when, 0, child, 0) == YES)
			return true;
	return false;
}

/* Cases in which a sibling fares better. */
static struct {
	unsigned nobody, unmet, excused;
} beside;

/* One child after the other, as if it were alone, but for those that need nobody beside others. */
static void
check_children(const struct decision *decision, const struct said *said, const struct made *made,
    const struct ends *ends, int urgency)
{
	int first = said->children ? 0 : -1;
	bool any_taken = false, any_nobody = false, any_unmet = false, any_needs = false;
	uint64_t nobody = 0, kept = 0, unmet = 0, excused = 0;

	for (int child = first; child < (int)said->children; child++)
		any_needs = any_needs || !needs_nobody(said, made, child);
	for (int child = first; child < (int)said->children; child++) {
		const struct end *end = &ends->of[child - first];
		int of = urgency_of_child(said, made, child);
		uint64_t bit = child < 0 ? 0 : (uint64_t)1 << child;
		bool is_excused = any_needs && end->best <= F_FORBIDDEN && needs_nobody(said, made, child);
		bool may_keep = end->best != F_FORBIDDEN &&
		    ((of == 1 && made->keep & 1) || (of == 2 && made->keep & 2));
		any_taken = any_taken || end->best > F_FORBIDDEN;
		if (is_excused)
			excused |= bit;
		else if (end->best <= F_FORBIDDEN) {
			kept |= may_keep ? bit : 0;
			nobody |= may_keep ? 0 : bit;
			any_nobody = any_nobody || !may_keep;
		}
		if (of == 4 && !end->is_met && !is_excused) {
			unmet |= bit;
			any_unmet = true;
		}
	}
	beside.nobody += nobody && any_taken;
	beside.unmet += unmet && any_taken;
	beside.excused += excused != 0;
	assert_int_equal(decision->nobody_children, nobody);
	assert_int_equal(decision->kept_children, kept);
	assert_int_equal(decision->unmet_children, unmet);
	assert_int_equal(decision->excused_children, excused);
	assert_int_equal(decision->alarm_unmet, urgency == 4 && any_unmet);
	assert_int_equal(decision->nobody, any_nobody);
	assert_int_equal(decision->kept, !any_nobody && !any_taken);
}

static void
check_case(const struct small_world *world, const struct said *said, const struct made *made)
{
	const struct decision *decision = &world->decision;
	int urgency = 0, first = said->children ? 0 : -1;
	struct ends ends = {0};

	for (int child = first; child < (int)said->children; child++)
		urgency = MAX(urgency, urgency_of_child(said, made, child));
	assert_int_equal(decision->urgency, urgency);
	assert_int_equal(decision->is_red, urgency == 4);
	for (unsigned agency = 0; agency < AGENCIES; agency++)
		check_agency(world, said, made, agency, &ends);
	check_children(decision, said, made, &ends, urgency);
}

/* The tree that went wrong is printed, since an assertion leaves at once. */
static char *latest;

static int
print_latest(void **state)
{
	if (latest)
		fprintf(stderr, "%s\n", latest);
	g_clear_pointer(&latest, g_free);
	return small_world_close(state);
}

static void
test_routing_decide__agrees_with_the_oracle(void **state)
{
	struct small_world *world = *state;
	g_autoptr(GRand) rand = g_rand_new_with_seed(20260310);
	struct said *said = arena_take(world->arena, sizeof *said);
	struct made *made = arena_take(world->arena, sizeof *made);
	unsigned seen[F_SEND + 1] = {0};

	for (int at = 0; at < CASES; at++) {
		say(rand, said);
		make(rand, made);
		g_free(latest);
		latest = spell_file(made);
		write_down(world, said);
		(void)decide(world, latest);
		check_case(world, said, made);
		check_record(&world->decision);
		for (size_t route = 0; route < world->decision.route_count; route++)
			seen[world->decision.routes[route].fate]++;
	}
	g_clear_pointer(&latest, g_free);
	for (unsigned fate = ROUTE_SEND; fate <= ROUTE_WATCHED; fate++)
		assert_true(seen[fate] > CASES / 40); /* the cases are worth something */
	assert_true(beside.nobody > CASES / 40 && beside.unmet > CASES / 40);
	assert_true(beside.excused > CASES / 80);
}

int
main(void)
{
	static const struct CMUnitTest TESTS[] = {
	    cmocka_unit_test_setup_teardown(
		test_routing_decide__agrees_with_the_oracle, small_world_open, print_latest),
	};

	return cmocka_run_group_tests(TESTS, NULL, NULL);
}
