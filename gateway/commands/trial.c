/* Compares what a test expects with what the rules decide. */
/* SPDX-License-Identifier: MIT */
#include "commands/trial.h"

#include <glib.h>
#include <string.h>

#include "commands/telling.h"

enum { LINES_OF_THE_CASE = 4 };

static const char NOTHING[] = "nothing";

/* A test on its way: its trial, and the room for its lines. */
struct comparing {
	struct trial *trial;
	struct arena *arena;
};

static void
add_line(const struct comparing *comparing, struct trial_line line)
{
	struct trial *trial = comparing->trial;

	trial->lines[trial->line_count++] = line;
	trial->has_passed = trial->has_passed && !line.differs;
}

static const struct route *
find_route(const struct trial *trial, const struct entry *agency, size_t *number)
{
	for (*number = 0; *number < trial->decision.route_count; ++*number)
		if (trial->decision.routes[*number].agency == agency)
			return &trial->decision.routes[*number];
	return NULL;
}

/* --- urgency and what becomes of the whole case --------------------------------------------- */

static void
compare_urgency(const struct comparing *comparing)
{
	const struct decision *decision = &comparing->trial->decision;
	const struct expectation *expected = &comparing->trial->test->expected;

	if (expected->has_urgency)
		add_line(comparing,
		    (struct trial_line){.about = ABOUT_URGENCY,
			.what = "urgency",
			.expected = urgency_name(expected->urgency),
			.actual = arena_print(comparing->arena, "%s (%s)",
			    urgency_name(decision->urgency),
			    decision->urgency_rule ? decision->urgency_rule : "no rule"),
			.differs = expected->urgency != decision->urgency});
}

/* "yes", "no", or which of several children. */
static const char *
end_words(const struct comparing *comparing, bool is_so, uint64_t children)
{
	g_autofree char *words = tell_children(children);

	return *words && comparing->trial->test->concern.child_count > 1
	    ? arena_text(comparing->arena, words + 1)
	    : is_so ? "yes"
		    : "no";
}

static void
compare_end(const struct comparing *comparing, const char *what,
    const struct expected_end *expected, bool is_so, uint64_t children)
{
	bool by_child = expected->has_children;

	add_line(comparing,
	    (struct trial_line){.about = ABOUT_CASE,
		.what = what,
		.expected = end_words(comparing, expected->is_so, expected->children),
		.actual = end_words(comparing, is_so, children),
		.differs = by_child ? expected->children != children : expected->is_so != is_so});
}

/* A test that says who gets the case has not looked at a child that nobody gets. */
static void
compare_ends(const struct comparing *comparing)
{
	static const struct expected_end NOBODY = {.is_named = true};
	const struct decision *decision = &comparing->trial->decision;
	const struct expectation *expected = &comparing->trial->test->expected;
	bool is_left_out =
	    expected->is_whole && !decision_is_nobodys(decision) && decision->nobody_children;

	if (expected->nobody.is_named || is_left_out)
		compare_end(comparing, "nobody",
		    expected->nobody.is_named ? &expected->nobody : &NOBODY, decision->nobody,
		    decision->nobody_children);
	if (expected->kept.is_named)
		compare_end(
		    comparing, "kept", &expected->kept, decision->kept, decision->kept_children);
}

static void
compare_alarm(const struct comparing *comparing)
{
	static const char *const NAMES[] = {"any", "none", "raised", "unmet"};
	const struct decision *decision = &comparing->trial->decision;
	enum expected_alarm expected = comparing->trial->test->expected.alarm;
	enum expected_alarm actual = decision->alarm_unmet ? ALARM_UNMET
	    : decision->alarm                              ? ALARM_RAISED
							   : ALARM_NONE;

	if (expected != ALARM_ANY)
		add_line(comparing,
		    (struct trial_line){.about = ABOUT_URGENCY,
			.what = "alarm",
			.expected = NAMES[expected],
			.actual = NAMES[actual],
			.differs = expected != actual});
}

/* --- agencies -------------------------------------------------------------------------------- */

static bool
names_rule(const char *rules, const char *id)
{
	g_auto(GStrv) ids = g_strsplit(rules ? rules : "", ", ", -1);

	return g_strv_contains((const char *const *)ids, id);
}

static uint64_t
all_children(const struct trial *trial)
{
	size_t count = trial->test->concern.child_count;

	return count ? ((uint64_t)1 << count) - 1 : 0;
}

/* "send children 1, 3; child 2 waits; by mash, red". */
static const char *
route_words(const struct comparing *comparing, enum route_fate fate, uint64_t children,
    uint64_t waiting, const char *rules)
{
	bool is_plain = comparing->trial->test->concern.child_count < 2;
	g_autofree char *going = tell_children(is_plain ? 0 : children);
	g_autofree char *staying = tell_children(waiting);

	return arena_print(comparing->arena, "%s%s%s%s%s%s%s", route_fate_name(fate), going,
	    waiting ? ";" : "", staying, waiting ? " to wait" : "", *rules ? "; by " : "", rules);
}

static const char *
wanted_rules(const struct comparing *comparing, const struct expected_route *wanted)
{
	g_autofree char *rules =
	    wanted->because ? g_strjoinv(", ", (char **)wanted->because) : NULL;

	return arena_text(comparing->arena, rules ? rules : "");
}

/* Of an agency that has other children: those that it must not have. */
static bool
is_forbidden_as_wanted(const struct expected_route *wanted, const struct route *route)
{
	for (const char *const *id = wanted->because; id && *id; id++)
		if (!names_rule(route->forbidden_by, *id) && strcmp(*id, "route.never") != 0)
			return false;
	return wanted->has_children && wanted->children == route->forbidden_children;
}

static bool
is_as_wanted(const struct trial *trial, const struct expected_route *wanted, enum route_fate fate,
    const struct route *route)
{
	uint64_t children = wanted->has_children ? wanted->children : all_children(trial);

	if (fate == ROUTE_FORBIDDEN && route && route->forbidden_children)
		return is_forbidden_as_wanted(wanted, route);
	if (!route || route->fate != fate || route->children != children ||
	    route->waiting_children != wanted->waiting)
		return false;
	for (const char *const *id = wanted->because; id && *id; id++)
		if (!names_rule(route->rules, *id) && strcmp(route->code, *id) != 0)
			return false;
	return true;
}

static const char *
actual_words(const struct comparing *comparing, const struct route *route)
{
	if (!route)
		return NOTHING;
	bool is_withheld = strcmp(route->code, "letter.withheld") == 0;
	const char *words =
	    route_words(comparing, route->fate, route->children, route->waiting_children,
		is_withheld ? arena_print(comparing->arena, "%s, %s", route->rules, route->code)
			    : route->rules);
	if (!route->forbidden_children)
		return words;
	g_autofree char *forbidden = tell_children(route->forbidden_children);
	return arena_print(
	    comparing->arena, "%s; forbidden%s; by %s", words, forbidden, route->forbidden_by);
}

static void
compare_route(
    const struct comparing *comparing, const struct expected_route *wanted, enum route_fate fate)
{
	const struct trial *trial = comparing->trial;
	size_t number;
	const struct route *route = find_route(trial, wanted->agency, &number);
	uint64_t children = wanted->has_children ? wanted->children : all_children(trial);

	add_line(comparing,
	    (struct trial_line){.about = ABOUT_AGENCY,
		.what = wanted->agency->id,
		.expected = route_words(
		    comparing, fate, children, wanted->waiting, wanted_rules(comparing, wanted)),
		.actual = actual_words(comparing, route),
		.agency = wanted->agency,
		.wanted = wanted,
		.differs = !is_as_wanted(trial, wanted, fate, route)});
}

/* --- fields ---------------------------------------------------------------------------------- */

/* Whether some answer to the field goes, or would once the desk says so; and what is told of it. */
static bool
field_goes(const struct shares *shares, const struct field *field, const char **why)
{
	*why = "the form has no answer to it";
	for (size_t at = 0; shares && at < shares->count; at++) {
		const struct share *share = &shares->shares[at];
		if (strcmp(share->field, field->name) != 0)
			continue;
		if (share->why == SHARE_GOES || share->why == SHARE_WOULD_GO)
			return true;
		*why = share_words(share->why);
	}
	return false;
}

static void
compare_fields(const struct comparing *comparing, const struct expected_route *wanted,
    const struct field *const *fields, bool wants)
{
	const struct trial *trial = comparing->trial;
	size_t number;
	const struct route *route = find_route(trial, wanted->agency, &number);

	for (; fields && *fields; fields++) {
		const char *why = "it has no letter";
		bool goes = route && field_goes(&trial->shares[number], *fields, &why);
		add_line(comparing,
		    (struct trial_line){.about = ABOUT_FIELD,
			.what = (*fields)->name,
			.expected = wants ? "goes" : "does not go",
			.actual =
			    goes ? "goes" : arena_print(comparing->arena, "does not go: %s", why),
			.agency = wanted->agency,
			.wanted = wanted,
			.differs = goes != wants});
	}
}

/* --- all of it ------------------------------------------------------------------------------- */

static bool
is_wanted(const struct trial *trial, const struct entry *agency)
{
	for (unsigned fate = 0; fate < ROUTE_FATES; fate++)
		for (size_t at = 0; at < trial->test->expected.routes[fate].count; at++)
			if (trial->test->expected.routes[fate].routes[at].agency == agency)
				return true;
	return false;
}

/* Whether `forbidden` is a list that leaves out children whom this agency must not have. */
static bool
leaves_out_forbidden(const struct expectation *expected, const struct route *route)
{
	const struct expected_routes *forbidden = &expected->routes[ROUTE_FORBIDDEN];

	if (!forbidden->is_named || !route->forbidden_children)
		return false;
	for (size_t at = 0; at < forbidden->count; at++)
		if (forbidden->routes[at].agency == route->agency)
			return false;
	return true;
}

/* Whether an agency that no list names may have a route of this fate. */
static bool
may_be_unnamed(const struct expectation *expected, enum route_fate fate)
{
	if (fate == ROUTE_FORBIDDEN || fate == ROUTE_WATCHED)
		return !expected->routes[fate].is_named;
	return !expected->is_whole;
}

static void
find_unwanted(const struct comparing *comparing)
{
	const struct trial *trial = comparing->trial;

	for (size_t at = 0; at < trial->decision.route_count; at++) {
		const struct route *route = &trial->decision.routes[at];
		if (!leaves_out_forbidden(&trial->test->expected, route) &&
		    (is_wanted(trial, route->agency) ||
			may_be_unnamed(&trial->test->expected, route->fate)))
			continue;
		add_line(comparing,
		    (struct trial_line){.about = ABOUT_AGENCY,
			.what = route->agency->id,
			.expected = NOTHING,
			.actual = actual_words(comparing, route),
			.agency = route->agency,
			.differs = true});
	}
}

static size_t
count_texts(const void *const *texts)
{
	size_t count = 0;

	while (texts && texts[count])
		count++;
	return count;
}

static size_t
count_lines(const struct trial *trial)
{
	size_t count = LINES_OF_THE_CASE + trial->decision.route_count;

	for (unsigned fate = 0; fate < ROUTE_FATES; fate++)
		for (size_t at = 0; at < trial->test->expected.routes[fate].count; at++) {
			const struct expected_route *wanted =
			    &trial->test->expected.routes[fate].routes[at];
			count += 1 + count_texts((const void *const *)wanted->gets) +
			    count_texts((const void *const *)wanted->gets_not);
		}
	return count;
}

void
trial_run(const struct equipment *equipment, const struct rule_test *test, struct arena *arena,
    struct trial *out)
{
	struct comparing comparing = {.trial = out, .arena = arena};
	struct routing_moment moment = equipment_moment(equipment, test->at, arena);
	const struct expectation *expected = &test->expected;

	*out = (struct trial){.test = test, .has_passed = true};
	routing_decide(equipment->routing, &test->concern, &moment, arena, &out->decision);
	mailroom_foresee(&test->concern, &out->decision, arena, &out->shares);
	out->lines = arena_take_many(arena, count_lines(out), sizeof *out->lines);
	compare_urgency(&comparing);
	for (unsigned fate = 0; fate < ROUTE_FATES; fate++)
		for (size_t at = 0; at < expected->routes[fate].count; at++) {
			const struct expected_route *wanted = &expected->routes[fate].routes[at];
			compare_route(&comparing, wanted, (enum route_fate)fate);
			compare_fields(&comparing, wanted, wanted->gets, true);
			compare_fields(&comparing, wanted, wanted->gets_not, false);
		}
	find_unwanted(&comparing);
	compare_ends(&comparing);
	compare_alarm(&comparing);
}
