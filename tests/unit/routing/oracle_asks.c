/* Draws forms and conditions, and says of one question what it is by the words that were written. */
/* SPDX-License-Identifier: MIT */
#include "oracle.h"

const char *const IDS[AGENCIES] = {"hub", "edt", "phoenix", "sutton"};
const unsigned ENTRY[AGENCIES] = {1, 3, 4, 5};

/* --- what a form says, as written --- */

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

void
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

void
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

int
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

void
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

int
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
