/* Random rules and concerns, decided a second time by something much simpler. */
/* SPDX-License-Identifier: MIT */
/*
 * The oracle shares nothing with the room: it works on the words that were written into the form,
 * counts truth as -1, 0 and 1 (and is the least, or the greatest, not the opposite), tries every
 * day that a birth may have been on, and asks of each agency and child anew who wants it and what
 * stands against it.
 */
#include "small_world.h"

enum { CASES = 2000, CHILDREN = 3, ADULTS = 2, AGENCIES = 4, TREE_MAX = 24, RULES = 5 };
enum { NO = -1, UNSURE = 0, YES = 1 };

static const char *const IDS[AGENCIES] = {"hub", "edt", "phoenix", "sutton"};
static const unsigned ENTRY[AGENCIES] = {1, 3, 4, 5};

/* --- what a form says, as written --- */

struct said {
	const char *level, *danger, *agreement;
	unsigned children, adults;
	const char *birth[CHILDREN], *postcode[CHILDREN], *concerns[CHILDREN];
	const char *works[ADULTS], *harmer[ADULTS];
	bool open[AGENCIES];
};

#define PICK(rand, list) (list)[g_rand_int_range(rand, 0, COUNT_OF(list))]

static const char *const LEVELS[] = {"1", "2", "3", "4", "", "?", "-", "~high"};
static const char *const TRUTHS[] = {"yes", "no", "no", "", "?", "!", "-"};
static const char *const AGREED[] = {"given", "refused", "not-sought", "", "!", "-"};
static const char *const BIRTHS[] = {"2017-03-10", "2017-03-11", "2016-12-01..2017-06-30",
    "2010-01-01", "2008-03-10", "2008-03-11", "2003-01-01..2012-12-31", "unborn", "", "?", "-",
    "2026-05-01", "2025-06-01..2026-12-31"};
static const char *const POSTCODES[] = {"SW19 1AA", "SM1 1AA", "SW19", "nfa", "*SW19 1AA", "M1 1AA",
    "SW19 9ZZ", "", "-"};
static const char *const CONCERNS[] = {"neglect", "self-harm", "neglect self-harm", "child-drugs", "",
    "?", "-", "~neglect xx", "~xx"};
static const char *const WORKS[] = {"Tesco", "the MASH", "PHOENIX", "", "?", "-", "Sutton  Mash"};

static void
say(GRand *rand, struct said *said)
{
	memset(said, 0, sizeof *said);
	said->level = PICK(rand, LEVELS);
	said->danger = PICK(rand, TRUTHS);
	said->agreement = PICK(rand, AGREED);
	said->children = (unsigned)g_rand_int_range(rand, 0, CHILDREN + 1);
	said->adults = (unsigned)g_rand_int_range(rand, 0, ADULTS + 1);
	for (unsigned at = 0; at < said->children; at++) {
		said->birth[at] = PICK(rand, BIRTHS);
		said->postcode[at] = PICK(rand, POSTCODES);
		said->concerns[at] = PICK(rand, CONCERNS);
	}
	for (unsigned at = 0; at < said->adults; at++) {
		said->works[at] = PICK(rand, WORKS);
		said->harmer[at] = PICK(rand, TRUTHS);
	}
	for (unsigned at = 0; at < AGENCIES; at++)
		said->open[at] = g_rand_boolean(rand);
}

static void
write_down(struct small_world *world, const struct said *said)
{
	answer(world, "level_of_need", 0, said->level);
	answer(world, "immediate_danger", 0, said->danger);
	answer(world, "agreement", 0, said->agreement);
	world->concern.child_count = world->concern.adult_count = 0;
	for (unsigned at = 0; at < said->children; at++) {
		answer(world, "child.birth", at, said->birth[at]);
		answer(world, "child.home.postcode", at, said->postcode[at]);
		answer(world, "child.concerns", at, said->concerns[at]);
	}
	for (unsigned at = 0; at < said->adults; at++) {
		answer(world, "involved_adults.works_for", at, said->works[at]);
		answer(world, "involved_adults.harmer", at, said->harmer[at]);
	}
	for (unsigned at = 0; at < AGENCIES; at++)
		world->is_open[ENTRY[at]] = said->open[at];
}

/* --- conditions --- */

enum ask {
	ASK_LEVEL, ASK_LEVEL_NOT, ASK_LEVEL_ANY, ASK_LEVEL_LEAST, ASK_DANGER, ASK_AGREED_NOT,
	ASK_AGREED_KNOWN, ASK_AGE, ASK_UNBORN, ASK_AREA, ASK_AREA_NONE, ASK_CONCERN, ASK_CONCERNS_ALL,
	ASK_CONCERNS_NONE, ASK_HARMER, ASK_WORKS, ASKS,
};

enum { NODE_ALL = ASKS, NODE_ANY, NODE_NOT };

struct node {
	int what;
	int a, b;                    /* numbers of the question */
	int parts[3], count;         /* places in the tree */
};

struct tree {
	struct node nodes[TREE_MAX];
	int count;                   /* 0: no conditions */
};

static int
grow(GRand *rand, struct tree *tree, int depth, bool may_ask_works)
{
	int at = tree->count++;
	struct node *node = &tree->nodes[at];
	bool is_leaf = depth == 0 || tree->count > TREE_MAX - 8 || g_rand_int_range(rand, 0, 2);

	node->what = is_leaf ? g_rand_int_range(rand, 0, may_ask_works ? ASKS : ASK_WORKS)
			     : g_rand_int_range(rand, NODE_ALL, NODE_NOT + 1);
	node->a = g_rand_int_range(rand, 0, 21);
	node->b = node->a + g_rand_int_range(rand, 1, 12);
	node->count = is_leaf ? 0 : node->what == NODE_NOT ? 1 : g_rand_int_range(rand, 1, 3);
	for (int part = 0; part < node->count; part++) {
		int grown = grow(rand, tree, depth - 1, may_ask_works);
		tree->nodes[at].parts[part] = grown;
	}
	return at;
}

static void
spell(const struct tree *tree, int at, GString *yaml)
{
	static const char *const FORMS[ASKS] = {NULL, NULL, NULL, NULL, NULL, "agreement: {is_not: given}", "agreement: {is_known: no}", NULL, "child.unborn: yes",
	    "child.home.area: Merton", "child.home.area: {none_of: [Merton, Sutton]}",
	    "child.concerns: {any_of: [neglect]}", "child.concerns: {all_of: [neglect, self-harm]}",
	    "child.concerns: {none_of: [neglect]}", "involved_adults.harmer: yes",
	    "involved_adults.works_for: {includes: this-agency}"};
	const struct node *node = &tree->nodes[at];

	g_string_append_c(yaml, '{');
	if (node->what == ASK_DANGER)
		g_string_append_printf(yaml, "immediate_danger: %s", node->a % 2 ? "yes" : "no");
	else if (node->what == ASK_AGE)
		g_string_append_printf(yaml, "child.age: {from: %d, under: %d}", node->a, node->b);
	else if (node->what <= ASK_LEVEL_LEAST) /* the one form with a number */
		g_string_append_printf(yaml, node->what == ASK_LEVEL ? "level_of_need: %d"
		    : node->what == ASK_LEVEL_NOT		     ? "level_of_need: {is_not: %d}"
		    : node->what == ASK_LEVEL_ANY		     ? "level_of_need: {any_of: [%d, 1]}"
								     : "level_of_need: {at_least: %d}",
		    node->a % 4 + 1);
	else if (node->what < ASKS)
		g_string_append(yaml, FORMS[node->what]);
	else {
		g_string_append(yaml, node->what == NODE_ALL ? "all: [" : node->what == NODE_ANY ? "any: [" : "not: ");
		for (int part = 0; part < node->count; part++) {
			g_string_append(yaml, part ? ", " : "");
			spell(tree, node->parts[part], yaml);
		}
		g_string_append(yaml, node->what == NODE_NOT ? "" : "]");
	}
	g_string_append_c(yaml, '}');
}

/* --- the oracle: one question of one form --- */

/* 2: it says something. Else the answer of a question that is not about being known. */
static int
unanswered(const char *text, int if_not_applicable)
{
	if (!*text || strchr("?!~", *text))
		return UNSURE;
	return *text == '-' ? if_not_applicable : 2;
}

static int
truth(bool is_so)
{
	return is_so ? YES : NO;
}

static int
age_between(const char *birth, int from, int under)
{
	int open = unanswered(birth, NO), low = 2, high = -2;
	int32_t first, last, today = day_number(2026, 3, 10);

	if (open != 2)
		return open;
	if (strcmp(birth, "unborn") == 0)
		return NO;
	g_autofree char *start = g_strndup(birth, 10);
	assert_true(day_read(start, &first));
	assert_true(day_read(strlen(birth) > 10 ? birth + 12 : start, &last));
	for (int32_t day = first; day <= last && day <= today; day++) {
		int year, month, of_month, age;
		day_civil(day, &year, &month, &of_month);
		age = 2026 - year - (month > 3 || (month == 3 && of_month > 10));
		low = MIN(low, truth(age >= from && age < under));
		high = MAX(high, truth(age >= from && age < under));
	}
	return low == high ? low : UNSURE;
}

static const char *
area(const char *postcode)
{
	if (strcmp(postcode, "SW19 1AA") == 0)
		return "Merton";
	if (strcmp(postcode, "SM1 1AA") == 0)
		return "Sutton";
	return strcmp(postcode, "M1 1AA") == 0 ? "elsewhere" : NULL;
}

static int
in_area(const char *postcode, bool sutton_too)
{
	int open = unanswered(postcode, NO);

	if (open != 2)
		return open;
	if (!area(postcode))
		return UNSURE;
	return truth(strcmp(area(postcode), "Merton") == 0 ||
	    (sutton_too && strcmp(area(postcode), "Sutton") == 0));
}

static int
has_concern(const char *concerns, const char *concern)
{
	int open = unanswered(concerns, NO);

	if (strstr(concerns, concern))
		return YES;
	return open == 2 ? NO : open;
}

static bool
names_agency(const char *works, unsigned agency)
{
	g_autofree char *lower = g_ascii_strdown(works, -1);

	return (agency == 0 && strcmp(lower, "the mash") == 0) ||
	    (agency == 0 && strcmp(lower, "sutton  mash") == 0) ||
	    (agency == 2 && strcmp(lower, "phoenix") == 0) ||
	    (agency == 3 && strcmp(lower, "sutton  mash") == 0);
}

static int
ask_adults(const struct said *said, bool works, unsigned agency)
{
	int best = NO;

	for (unsigned at = 0; at < said->adults; at++) {
		const char *text = works ? said->works[at] : said->harmer[at];
		int is = unanswered(text, NO);
		if (is == 2)
			is = truth(works ? names_agency(text, agency) : strcmp(text, "yes") == 0);
		best = MAX(best, is);
	}
	return best;
}

static int
ask_child(const struct said *said, const struct node *node, int child)
{
	if (child < 0)
		return UNSURE;
	switch (node->what) {
	case ASK_AGE:
		return age_between(said->birth[child], node->a, node->b);
	case ASK_UNBORN:
		return unanswered(said->birth[child], NO) == 2 ? truth(strcmp(said->birth[child], "unborn") == 0)
							       : unanswered(said->birth[child], NO);
	case ASK_AREA:
		return in_area(said->postcode[child], false);
	case ASK_AREA_NONE:
		return -in_area(said->postcode[child], true);
	case ASK_CONCERN:
		return has_concern(said->concerns[child], "neglect");
	case ASK_CONCERNS_ALL:
		return MIN(has_concern(said->concerns[child], "neglect"),
		    has_concern(said->concerns[child], "self-harm"));
	default:
		return -has_concern(said->concerns[child], "neglect");
	}
}

static int
ask_report(const struct said *said, const struct node *node)
{
	int level = *said->level - '0', wanted = node->a % 4 + 1;
	int open = unanswered(node->what == ASK_DANGER ? said->danger : said->level,
	    node->what == ASK_LEVEL_NOT ? YES : NO);

	if (node->what == ASK_AGREED_KNOWN)
		return truth(unanswered(said->agreement, NO) != 2);
	if (node->what == ASK_AGREED_NOT)
		return unanswered(said->agreement, YES) == 2 ? truth(strcmp(said->agreement, "given") != 0)
							     : unanswered(said->agreement, YES);
	if (open != 2)
		return open;
	switch (node->what) {
	case ASK_LEVEL:
		return truth(level == wanted);
	case ASK_LEVEL_NOT:
		return truth(level != wanted);
	case ASK_LEVEL_ANY:
		return truth(level == wanted || level == 1);
	case ASK_LEVEL_LEAST:
		return truth(level >= wanted);
	default:
		return truth((strcmp(said->danger, "yes") == 0) == node->a % 2);
	}
}

static int
judge(const struct said *said, const struct tree *tree, int at, int child, unsigned agency)
{
	const struct node *node = &tree->nodes[at];
	int least = YES, most = NO;

	if (!tree->count)
		return YES;
	if (node->what < ASKS)
		return node->what == ASK_WORKS || node->what == ASK_HARMER
		    ? ask_adults(said, node->what == ASK_WORKS, agency)
		    : node->what >= ASK_AGE ? ask_child(said, node, child) : ask_report(said, node);
	for (int part = 0; part < node->count; part++) {
		int is = judge(said, tree, node->parts[part], child, agency);
		least = MIN(least, is);
		most = MAX(most, is);
	}
	return node->what == NODE_ALL ? least : node->what == NODE_ANY ? most : -least;
}

/* --- rules --- */

struct made_rule {
	struct tree when;
	unsigned agencies;           /* bits */
	int doubt, mode, set, floor;
	bool is_excuse;
};

struct made {
	int mode, keep;
	unsigned to, out_of_hours, if_forbidden;
	struct made_rule urgency[RULES], send[RULES], never[RULES], hold[RULES];
	int urgencies, sends, nevers, holds;
};

static const char *const MODES[] = {"send", "propose", "watch"};
static const char *const COLOURS[] = {"none", "blue", "green", "amber", "red"};
static const char *const SEND_DOUBTS[] = {"wait", "send", "skip"}, *const NEVER_DOUBTS[] = {"wait", "send"},
				 *const HOLD_DOUBTS[] = {"wait", "pass"};

static int
make_rules(GRand *rand, struct made_rule *rules, int least, int doubts, bool may_ask_works)
{
	int count = g_rand_int_range(rand, least, RULES);

	for (int at = 0; at < count; at++) {
		rules[at].when.count = 0;
		if (g_rand_int_range(rand, 0, 8))
			(void)grow(rand, &rules[at].when, 3, may_ask_works);
		rules[at].agencies = (unsigned)g_rand_int_range(rand, 1, 1 << AGENCIES);
		rules[at].doubt = g_rand_int_range(rand, 0, doubts);
		rules[at].mode = g_rand_int_range(rand, 0, 5) ? 0 : g_rand_int_range(rand, 0, 3);
		rules[at].set = g_rand_int_range(rand, 1, 5);
		rules[at].floor = g_rand_int_range(rand, 0, 5);
	}
	return count;
}

/* Then it is another question for each agency. */
static bool
asks_works(const struct tree *tree)
{
	for (int at = 0; at < tree->count; at++)
		if (tree->nodes[at].what == ASK_WORKS)
			return true;
	return false;
}

static void
make(GRand *rand, struct made *made)
{
	memset(made, 0, sizeof *made);
	made->mode = g_rand_int_range(rand, 0, 6) ? 0 : g_rand_int_range(rand, 0, 3);
	made->keep = g_rand_int_range(rand, 0, 4); /* bits: blue, green */
	made->to = (unsigned)g_rand_int_range(rand, 1, 1 << AGENCIES);
	made->out_of_hours = (unsigned)g_rand_int_range(rand, 0, 1 << AGENCIES);
	made->if_forbidden = (unsigned)g_rand_int_range(rand, 0, 1 << AGENCIES);
	made->urgencies = make_rules(rand, made->urgency, 1, 1, false);
	made->sends = make_rules(rand, made->send, 0, 3, false);
	made->nevers = make_rules(rand, made->never, 0, 2, true);
	made->holds = make_rules(rand, made->hold, 0, 2, true);
	for (int at = 0; at < made->nevers; at++)
		if (!asks_works(&made->never[at].when) && g_rand_int_range(rand, 0, 3) == 0) {
			made->never[at].is_excuse = true;
			made->never[at].agencies = (1 << AGENCIES) - 1;
		}
	for (int at = 0; at < made->urgencies; at++) {
		if (!made->urgency[at].when.count)
			(void)grow(rand, &made->urgency[at].when, 2, false);
		made->urgency[at].floor = MIN(made->urgency[at].floor, made->urgency[at].set);
	}
	made->urgency[made->urgencies - 1].when.count = 0;
}

static void
spell_agencies(GString *yaml, const char *key, unsigned agencies)
{
	g_string_append_printf(yaml, ", %s: [", key);
	for (unsigned at = 0, some = 0; at < AGENCIES; at++)
		if (agencies >> at & 1)
			g_string_append_printf(yaml, "%s%s", some++ ? ", " : "", IDS[at]);
	g_string_append_c(yaml, ']');
}

static void
spell_rules(GString *yaml, const char *list, const struct made_rule *rules, int count,
    const char *key, const char *const *doubts)
{
	g_string_append_printf(yaml, "%s:%s\n", list, count ? "" : " []");
	for (int at = 0; at < count; at++) {
		g_string_append_printf(yaml, "  - {id: %s-%d, why: W", list, at);
		if (rules[at].is_excuse)
			g_string_append(yaml, ", not_to: this-agency, needs_nobody: yes");
		else if (key)
			spell_agencies(yaml, key, rules[at].agencies);
		else
			g_string_append_printf(yaml, ", set: %s", COLOURS[rules[at].set]);
		if (doubts)
			g_string_append_printf(yaml, ", in_doubt: %s", doubts[rules[at].doubt]);
		else if (rules[at].floor)
			g_string_append_printf(yaml, ", in_doubt: %s", COLOURS[rules[at].floor]);
		if (strcmp(list, "send") == 0)
			g_string_append_printf(yaml, ", mode: %s", MODES[rules[at].mode]);
		if (rules[at].when.count) {
			g_string_append(yaml, ", when: ");
			spell(&rules[at].when, 0, yaml);
		}
		g_string_append(yaml, "}\n");
	}
}

static char *
spell_file(const struct made *made)
{
	GString *yaml = g_string_new(NULL);

	g_string_append_printf(yaml, "mode: %s\nkeep: [%s%s%s]\n", MODES[made->mode],
	    made->keep & 1 ? "blue" : "", made->keep == 3 ? ", " : "", made->keep & 2 ? "green" : "");
	g_string_append(yaml, "red: {alarm: phone");
	spell_agencies(yaml, "to", made->to);
	if (made->out_of_hours)
		spell_agencies(yaml, "out_of_hours", made->out_of_hours);
	if (made->if_forbidden)
		spell_agencies(yaml, "if_forbidden", made->if_forbidden);
	g_string_append(yaml, "}\n");
	spell_rules(yaml, "urgency", made->urgency, made->urgencies, NULL, NULL);
	spell_rules(yaml, "send", made->send, made->sends, "to", SEND_DOUBTS);
	spell_rules(yaml, "never", made->never, made->nevers, "not_to", NEVER_DOUBTS);
	spell_rules(yaml, "hold", made->hold, made->holds, "only", HOLD_DOUBTS);
	return g_string_free(yaml, FALSE);
}

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
