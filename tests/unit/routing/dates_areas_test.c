/* From what an officer writes of dates and places to a rule's answer, with the shipped form. */
/* SPDX-License-Identifier: MIT */
#include "form/form.h"

#include "small_world.h"

#define YES ANSWER_YES
#define NO ANSWER_NO
#define UNSURE ANSWER_CANNOT_TELL

static struct form *form;

static const char AREAS[] = "postcode,area\nSW19 1AA,Merton\nSW19 1AB,Merton\nSW19 2AA,Wandsworth\n"
			    "CR4 1AA,Merton\nCR4 1AB,Sutton\nCR4 1AD,Croydon\nCR4 1AE,Croydon\n"
			    "SM1 1AA,Sutton\nSW1A 1AA,Westminster\nSW1V 1AA,Wandsworth\n"
			    "SW1V 1AB,Westminster\n";

static const struct entry AGENCIES[] = {{.id = "hub", .name = "The hub", .kind = ENTRY_AGENCY}};
static const struct directory DIRECTORY = {.entries = (struct entry *)AGENCIES, .count = 1};

static int
open_form(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	g_autofree char *path = g_build_filename(g_getenv("WANDLE_SOURCE"), "rules/form.yaml", NULL);

	(void)state;
	form = form_load(path, faults);
	assert_non_null(form);
	return 0;
}

static int
close_form(void **state)
{
	(void)state;
	form_free(form);
	return 0;
}

static int
open_world(void **state)
{
	(void)small_world_open(state);
	struct small_world *world = *state;
	small_world_take(world, form_fields(form), &DIRECTORY);
	assert_true(g_file_set_contents(world->areas_path, AREAS, -1, NULL));
	return 0;
}

/* Reads a form of these lines, mailed at this London moment. */
static void
read_lines(struct small_world *world, const char *lines, int64_t mailed_at)
{
	g_autofree char *text = g_strdup_printf("CHILD 1\nFamily name: Sample\n%s\nEND OF FORM\n", lines);
	struct form_faults faults = {0};

	assert_true(form_read(form, plain_copy(world->arena, text, strlen(text)), "desk@gate.test",
	    mailed_at, world->arena, &world->concern, &faults));
}

/* The answer of a condition, and what was seen of it. */
static enum answer
ask_lines(struct small_world *world, const char *lines, int64_t mailed_at, const char *when,
    const char **seen)
{
	read_lines(world, lines, mailed_at);
	enum answer answer = ask(world, when);
	const struct condition_seen *one = seen_rule(world, "asked", 0, NULL)->conditions;
	*seen = one->seen.length ? arena_textn(world->arena, one->seen.words, one->seen.length) : "";
	return answer;
}

/* What the form says of a birth on a day, and what rules make of it. */
struct birth_row {
	int year, month, day, hour, minute; /* of the report, London */
	const char *lines, *age, *seen;	    /* age: the test of child.age */
	enum answer answer;
};

static void
test_ages__from_the_form_to_the_rule(void **state)
{
	static const struct birth_row ROWS[] = {
	    /* the birthday is today, from its first minute, whatever the day in UTC is */
	    {2026, 6, 15, 0, 0, "Date of birth: 15/06/2008", "{under: 18}", "18", NO},
	    {2026, 6, 14, 23, 59, "Date of birth: 15/06/2008", "{under: 18}", "17", YES},
	    {2026, 6, 15, 0, 30, "Date of birth: 15 June 2017", "{from: 9}", "9", YES},
	    {2026, 12, 31, 23, 59, "Date of birth: 1 January 2009", "{under: 18}", "17", YES},
	    {2027, 1, 1, 0, 0, "Date of birth: 1 January 2009", "{under: 18}", "18", NO},
	    /* both nights on which the clocks change, before and after */
	    {2026, 3, 28, 23, 59, "Date of birth: 29 March 2008", "{under: 18}", "17", YES},
	    {2026, 3, 29, 0, 30, "Date of birth: 29 March 2008", "{under: 18}", "18", NO},
	    {2026, 3, 29, 23, 30, "Date of birth: 30 March 2008", "{under: 18}", "17", YES},
	    {2026, 3, 30, 0, 30, "Date of birth: 30 March 2008", "{under: 18}", "18", NO},
	    {2026, 10, 24, 23, 59, "Date of birth: 25 October 2008", "{under: 18}", "17", YES},
	    {2026, 10, 25, 0, 30, "Date of birth: 25 October 2008", "{under: 18}", "18", NO},
	    {2026, 10, 25, 23, 30, "Date of birth: 26 October 2008", "{under: 18}", "17", YES},
	    {2026, 10, 26, 0, 0, "Date of birth: 26 October 2008", "{under: 18}", "18", NO},
	    /* born on 29 February: on 1 March in common years */
	    {2026, 2, 28, 23, 59, "Date of birth: 29 February 2008", "{under: 18}", "17", YES},
	    {2026, 3, 1, 0, 0, "Date of birth: 29 February 2008", "{under: 18}", "18", NO},
	    {2028, 2, 29, 0, 0, "Date of birth: 29 February 2012", "{from: 16}", "16", YES},
	    {2028, 2, 28, 23, 0, "Date of birth: 29 February 2012", "{from: 16}", "15", NO},
	    /* parts of dates and ages are intervals, certain where the whole of one is */
	    {2026, 3, 10, 12, 0, "Date of birth: 2015", "{from: 9, under: 19}", "10 to 11", YES},
	    {2026, 3, 10, 12, 0, "Date of birth: 2008", "{under: 18}", "17 to 18", UNSURE},
	    {2026, 3, 10, 12, 0, "Date of birth: March 2008", "{under: 18}", "17 to 18", UNSURE},
	    {2026, 3, 10, 12, 0, "Date of birth: April 2008", "{under: 18}", "17", YES},
	    {2026, 3, 10, 12, 0, "Date of birth: February 2008", "{under: 18}", "18", NO},
	    {2026, 3, 10, 12, 0, "Date of birth: aged 17", "{under: 18}", "17", YES},
	    {2026, 3, 10, 12, 0, "Date of birth: about 17", "{under: 18}", "16 to 18", UNSURE},
	    {2026, 3, 10, 12, 0, "Date of birth: about 14", "{from: 9, under: 19}", "13 to 15", YES},
	    {2026, 3, 10, 12, 0, "Date of birth: 16-17 years", "{under: 18}", "16 to 17", YES},
	    /* an estimate that stands in a field of its own is one all the same */
	    {2026, 3, 10, 12, 0, "Date of birth: 01/01/2008\nDate of birth is: estimated", "{under: 18}", "17 to 18", UNSURE},
	    {2026, 3, 10, 12, 0, "Date of birth: 01/01/2014\nDate of birth is: estimated", "{under: 18}", "11 to 12", YES},
	    {2026, 3, 10, 12, 0, "Date of birth: 01/01/2008\nDate of birth is: verified", "{under: 18}", "18", NO},
	    {2026, 3, 10, 12, 0, "Date of birth: 01/01/2008\nDate of birth is: disputed", "{under: 18}", "01/01/2008", UNSURE},
	    /* what is doubted is roughly so, and what is taken back is nothing */
	    {2026, 3, 10, 12, 0, "Date of birth: 17?", "{under: 18}", "16 to 18", UNSURE},
	    {2026, 3, 10, 12, 0, "Date of birth: 16-17 ?", "{under: 18}", "15 to 18", UNSURE},
	    {2026, 3, 10, 12, 0, "Date of birth: 4 May 2008?", "{under: 18}", "17 to 18", UNSURE},
	    {2026, 3, 10, 12, 0, "Date of birth: 4 May 2008 (?)", "{under: 18}", "17 to 18", UNSURE},
	    {2026, 3, 10, 12, 0, "Date of birth: 4 May 2008, not verified", "{under: 18}", "17 to 18", UNSURE},
	    {2026, 3, 10, 12, 0, "Date of birth: 4 May 2008?", "{under: 30}", "17 to 18", YES},
	    {2026, 3, 10, 12, 0, "Date of birth: not 4 May 2015", "{under: 18}", "not 4 May 2015", UNSURE},
	    {2026, 3, 10, 12, 0, "Date of birth: not 12", "{under: 18}", "not 12", UNSURE},
	    {2026, 3, 10, 12, 0, "Date of birth: unborn?", "{under: 18}", "unborn?", UNSURE},
	    {2026, 3, 10, 12, 0, "Date of birth: not pregnant", "{under: 18}", "not pregnant", UNSURE},
	    {2026, 3, 10, 12, 0, "Date of birth: unborn, due ?", "{under: 18}", "unborn", YES},
	    {2026, 3, 12, 9, 0, "Date of birth: 11/03/2008\nDate and time of this report: 10/03/2026?", "{under: 18}", "18", NO},
	    /* born today, unborn, and what is no date of birth */
	    {2026, 3, 10, 12, 0, "Date of birth: 10/03/2026", "{under: 18}", "0", YES},
	    {2026, 3, 10, 12, 0, "Date of birth: unborn, due 1 June 2026", "{under: 18}", "unborn", YES},
	    {2026, 3, 10, 12, 0, "Date of birth: unborn, due 1 June 2026", "{from: 0}", "unborn", NO},
	    {2026, 3, 10, 12, 0, "Date of birth: 11/03/2026", "{under: 18}", "11/03/2026", UNSURE},
	    {2026, 3, 10, 12, 0, "Date of birth: not known", "{under: 18}", "not known", UNSURE},
	    {2026, 3, 10, 12, 0, "Date of birth: 01/01/1900", "{under: 18}", "01/01/1900", UNSURE},
	    /* the day of the report is what the form says, not when its mail came */
	    {2026, 3, 12, 9, 0, "Date of birth: 11/03/2008\nDate and time of this report: 10/03/2026 22:00", "{under: 18}", "17", YES},
	    /* but a day long before that is not believed: the age is one of those since */
	    {2026, 3, 10, 12, 0, "Date of birth: 01/06/2015\nDate and time of this report: 10 March 2016", "{under: 5}", "0 to 10", UNSURE},
	    {2026, 3, 10, 12, 0, "Date of birth: 01/06/2015\nDate and time of this report: 10 March 2016", "{under: 18}", "0 to 10", YES},
	    {2026, 3, 10, 12, 0, "Date of birth: 01/06/2017\nDate and time of this report: 10 March 2016", "{from: 9}", "0 to 8", NO},
	    {2026, 3, 10, 12, 0, "Date of birth: 12\nDate and time of this report: 10 March 2016", "{from: 9, under: 19}", "2 to 12", UNSURE},
	    {2026, 3, 10, 12, 0, "Date of birth: 10/02/2008\nDate and time of this report: 07/02/2026", "{under: 18}", "17", YES},
	    {2026, 3, 10, 12, 0, "Date of birth: 10/02/2008\nDate and time of this report: 06/02/2026", "{under: 18}", "17 to 18", UNSURE},
	    {2026, 3, 10, 12, 0, "Date of birth: unborn, due 1 June 2026\nDate and time of this report: 06/02/2025", "{under: 18}", "unborn, due 1 June 2026", UNSURE},
	};
	struct small_world *world = *state;

	for (size_t at = 0; at < COUNT_OF(ROWS); at++) {
		const struct birth_row *row = &ROWS[at];
		g_autofree char *when = g_strdup_printf("{child.age: %s}", row->age);
		const char *seen;
		enum answer answer = ask_lines(world, row->lines,
		    clock_moment(row->year, row->month, row->day, row->hour, row->minute), when, &seen);
		if (answer != row->answer || strcmp(seen, row->seen) != 0)
			fail_msg("%04d-%02d-%02d %02d:%02d %s: %s is %s of \"%s\"", row->year, row->month,
			    row->day, row->hour, row->minute, row->lines, when, answer_name(answer), seen);
	}
}

/* What is counted in days from the report cannot be, where its own day is in doubt. */
static void
test_ages__days_from_a_doubted_report_cannot_be_told(void **state)
{
	static const struct {
		const char *lines, *when;
		enum answer answer;
	} ROWS[] = {
	    {"When it happened: 08/03/2026", "{incident.at: {within: 7 days}}", YES},
	    {"When it happened: 08/03/2026\nDate and time of this report: 10/03/2025", "{incident.at: {within: 7 days}}", UNSURE},
	    {"When it happened: 08/03/2026\nDate and time of this report: 10/03/2025", "{incident.at: {from: 2026-01-01}}", YES},
	    {"Date and time of this report: 10/03/2025", "{reported_at: {from: 2026-01-01}}", UNSURE},
	    {"Date and time of this report: 10/03/2026", "{reported_at: {from: 2026-01-01}}", YES},
	};
	const char *seen;

	for (size_t at = 0; at < COUNT_OF(ROWS); at++) {
		g_autofree char *lines = g_strdup_printf("Date of birth: 2015\n%s", ROWS[at].lines);
		enum answer answer = ask_lines(
		    *state, lines, clock_moment(2026, 3, 10, 12, 0), ROWS[at].when, &seen);
		if (answer != ROWS[at].answer)
			fail_msg("%s: %s is %s", ROWS[at].lines, ROWS[at].when, answer_name(answer));
	}
}

static void
test_areas__from_the_form_to_the_rule(void **state)
{
	static const struct {
		const char *postcode, *seen, *because; /* NULL: the area is certain */
		enum answer merton;
	} ROWS[] = {
	    {"SW19 1AA", "Merton", NULL, YES},
	    {"sw191ab", "Merton", NULL, YES},
	    {"SW19 2AA", "Wandsworth", NULL, NO},
	    {"M1 1AA", "outside", NULL, NO},
	    {"BN1", "outside", NULL, NO},
	    {"SW19", "SW19: Merton or Wandsworth",
		"names a district and no full postcode: it may be Merton or Wandsworth", UNSURE},
	    {"SW19 1", "SW19: Merton or Wandsworth",
		"names a district and no full postcode: it may be Merton or Wandsworth", UNSURE},
	    {"SW19 ??", "SW19: Merton or Wandsworth",
		"names a district and no full postcode: it may be Merton or Wandsworth", UNSURE},
	    {"CR4", "CR4: Croydon, Merton or Sutton",
		"names a district and no full postcode: it may be Croydon, Merton or Sutton", UNSURE},
	    {"SM1", "SM1: Sutton", "names a district and no full postcode: it may be Sutton", UNSURE},
	    {"SW1", "SW1: Westminster or Wandsworth",
		"names a district and no full postcode: it may be Westminster or Wandsworth", UNSURE},
	    {"CR4 9ZZ", "CR4 9ZZ: Croydon, Merton or Sutton",
		"is not in the table of postcodes: it may be Croydon, Merton or Sutton", UNSURE},
	    {"SWI9 IAA", "SW19 1AA: Merton",
		"was misspelt, so that it is not certain: it may be Merton", UNSURE},
	    {"SW191AA", "Merton", NULL, YES},
	    {"SW19 lAA", "SW19 1AA: Merton",
		"was misspelt, so that it is not certain: it may be Merton", UNSURE},
	    {"BN1 lAA", "BN1 1AA: outside",
		"was misspelt, so that it is not certain: it may be outside", UNSURE},
	    /* a doubt beside a whole postcode leaves it open */
#define DOUBT "was written with a doubt: it may be "
	    {"SW19 1AA?", "SW19 1AA: Merton", DOUBT "Merton", UNSURE},
	    {"SW19 1AA (?)", "SW19 1AA: Merton", DOUBT "Merton", UNSURE},
	    {"not SW19 1AA", "SW19 1AA: Merton", DOUBT "Merton", UNSURE},
	    {"not known, maybe SM1 1AA", "SM1 1AA: Sutton", DOUBT "Sutton", UNSURE},
	    {"no fixed abode, last SM1 1AA", "SM1 1AA: Sutton", DOUBT "Sutton", UNSURE},
	    {"NFA - SM1 1AA", "SM1 1AA: Sutton", DOUBT "Sutton", UNSURE},
	    {"ZZ99 3VZ, was SM1 1AA", "SM1 1AA: Sutton", DOUBT "Sutton", UNSURE},
	    {"ZZ99 3VZ SM1 1AA", "SM1 1AA: Sutton", DOUBT "Sutton", UNSURE},
	    {"possibly sw191aa", "SW19 1AA: Merton", DOUBT "Merton", UNSURE},
	    {"near SW19 1AA", "SW19 1AA: Merton", DOUBT "Merton", UNSURE},
	    {"formerly SW19 1AA", "SW19 1AA: Merton", DOUBT "Merton", UNSURE},
	    {"SW19 1AA - may be old", "SW19 1AA: Merton", DOUBT "Merton", UNSURE},
	    {"M1 1AA?", "M1 1AA: outside", DOUBT "outside", UNSURE},
	    {"BN1?", "BN1: outside", DOUBT "outside", UNSURE},
	    /* and what is no doubt leaves it certain */
	    {"SW19 1AA (flat 2)", "Merton", NULL, YES},
	    {"SW19 1AA, Merton", "Merton", NULL, YES},
	    {"Flat 2, 12 Nottingham Road, Wimbledon SW19 1AA", "Merton", NULL, YES},
	    {"SW19 1AA (now)", "Merton", NULL, YES},
	    {"SW19 1AA, near the station", "Merton", NULL, YES},
	    {"ex-council flat, SW19 1AA", "Merton", NULL, YES},
	    {"ex SW19 1AA", "SW19 1AA: Merton", DOUBT "Merton", UNSURE},
	    {"12 May Road, Wasley, Old Town, SW19 1AA", "Merton", NULL, YES},
	    {"SW19 1AA!", "Merton", NULL, YES},
	    /* what cannot be read lists what it may mean */
#define UNREAD "could not be read: it may be "
	    {"sw 19", "sw 19: Merton or Wandsworth", UNREAD "Merton or Wandsworth", UNSURE},
	    {"SW19/SM1", "SW19/SM1: Merton, Wandsworth or Sutton", UNREAD "Merton, Wandsworth or Sutton", UNSURE},
	    {"SW19 or SM1", "SW19 or SM1: Merton, Wandsworth or Sutton", UNREAD "Merton, Wandsworth or Sutton", UNSURE},
	    {"Wimbledon SW19", "Wimbledon SW19: Merton or Wandsworth", UNREAD "Merton or Wandsworth", UNSURE},
	    {"SW19 2AA or SM1 1AA", "SW19 2AA or SM1 1AA: Wandsworth or Sutton", UNREAD "Wandsworth or Sutton", UNSURE},
	    {"SM1, then SW19 2AA, SW19 1AA", "SM1, then SW19 2AA, SW19 1AA: Merton, Wandsworth or Sutton",
		UNREAD "Merton, Wandsworth or Sutton", UNSURE},
	    {"SW19 1AA\nHome postcode: SM1 1AA", "SW19 1AA / SM1 1AA: Merton or Sutton",
		UNREAD "Merton or Sutton", UNSURE},
	    {"19 7NB", "19 7NB", "could not be read", UNSURE},
	    {"I9 7NB", "I9 7NB", "could not be read", UNSURE},
	    {"Wimbledon", "Wimbledon", "could not be read", UNSURE},
	    {"ZZ99 3VZ", "ZZ99 3VZ", "is no fixed abode", UNSURE},
	    {"ZZ99 3WZ", "ZZ99 3WZ", "is not known", UNSURE},
	    {"ZZ99 3CZ", "ZZ99 3CZ", "is not known", UNSURE},
	    {"no fixed abode", "no fixed abode", "is no fixed abode", UNSURE},
	    {"not known", "not known", "is not known", UNSURE},
	};
	struct small_world *world = *state;

	for (size_t at = 0; at < COUNT_OF(ROWS); at++) {
		g_autofree char *lines = g_strdup_printf("Home postcode: %s", ROWS[at].postcode);
		const char *seen;
		enum answer answer = ask_lines(
		    world, lines, clock_moment(2026, 3, 10, 12, 0), "{child.home.area: Merton}", &seen);
		const struct route *route = route_to(world, "hub");
		g_autofree char *question = g_strdup_printf(
		    "Is the area of \"Home postcode\" Merton? \"Home postcode\" %s.", ROWS[at].because);
		if (answer != ROWS[at].merton || strcmp(seen, ROWS[at].seen) != 0)
			fail_msg("%s is %s of \"%s\"", ROWS[at].postcode, answer_name(answer), seen);
		if (ROWS[at].because)
			assert_string_equal(route->question, question);
	}
}

/* Five places of one child, each asked for by itself. */
static void
test_areas__home_whereabouts_school_incident_and_placing_authority_are_apart(void **state)
{
	static const struct {
		const char *line, *yes;
	} ROWS[] = {
	    {"Home postcode: SW19 1AA", "child.home.area: Merton"},
	    {"Postcode of that place: SW19 1AA", "child.now.area: Merton"},
	    {"School postcode: SW19 1AA", "child.school.area: Merton"},
	    {"Placing authority: London Borough of Merton", "child.placing_authority: {includes: Merton}"},
	    {"Incident postcode: SW19 1AA", "incident.area: Merton"},
	};
	struct small_world *world = *state;
	const char *seen;

	for (size_t at = 0; at < COUNT_OF(ROWS); at++)
		for (size_t asked = 0; asked < COUNT_OF(ROWS); asked++) {
			g_autofree char *when = g_strdup_printf("{%s}", ROWS[asked].yes);
			enum answer answer = ask_lines(world, ROWS[at].line,
			    clock_moment(2026, 3, 10, 12, 0), when, &seen);
			assert_int_equal(answer, at == asked ? YES : UNSURE);
		}
}

/* Whether the shipped form, with one rule for the hub, can ever have it send by this. */
static bool
can_match(struct small_world *world, const char *when)
{
	g_autofree char *yaml = g_strdup_printf(URGENCY_GREEN_LIST
	    "send:\n  - {id: all, why: W, to: [hub]}\n  - {id: asked, why: W, to: [hub], when: %s}\n", when);
	struct rule_findings found;

	load(world, yaml);
	routing_check(world->routing, clock_moment(2026, 3, 10, 12, 0), world->arena, &found);
	for (size_t at = 0; at < found.count; at++)
		if (found.findings[at].kind == FINDING_DEAD)
			return false;
	return true;
}

/* What rules check takes to be the first and the last date, due date and report of a form of 10 March
 * is what the form takes, and a day more is neither's. */
static void
test_dates__the_form_and_the_look_through_rules_have_the_same_bounds(void **state)
{
	static const struct {
		int month, day; /* of the mail */
		const char *lines, *when;
		bool is_read;
	} ROWS[] = {
	    {3, 10, "When it happened: 11/03/2026", "{incident.at: 2026-03-11, reported_at: {is_known: no}}", true},
	    {3, 10, "When it happened: 12/03/2026", "{incident.at: 2026-03-12, reported_at: {is_known: no}}", false},
	    {4, 10, "Date of report: 10/03/2026\nWhen it happened: 11/04/2026", "{incident.at: 2026-04-11}", true},
	    {4, 10, "Date of report: 10/03/2026\nWhen it happened: 12/04/2026", "{incident.at: 2026-04-12}", false},
	    {3, 10, "When it happened: 01/01/1800", "{incident.at: 1800-01-01}", true},
	    {3, 10, "When it happened: 31/12/1799", "{incident.at: 1799-12-31}", false},
	    {4, 10, "Date of report: 10/03/2026\nDate of death: 11/04/2026", "{child.date_of_death: 2026-04-11}", true},
	    {4, 10, "Date of report: 10/03/2026\nDate of death: 12/04/2026", "{child.date_of_death: 2026-04-12}", false},
	    {3, 9, "Date of report: 10/03/2026", "{reported_at: 2026-03-10}", true},
	    {3, 10, "Date of birth: due 29/12/2026", "{child.birth: 2026-12-29}", true},
	    {3, 10, "Date of birth: due 30/12/2026", "{child.birth: 2026-12-30}", false},
	    {3, 10, "Date of birth: due 10/02/2026", "{child.birth: 2026-02-10, child.unborn: yes}", true},
	    {3, 10, "Date of birth: due 09/02/2026", "{child.birth: 2026-02-09, child.unborn: yes}", false},
	    {3, 10, "Date of birth: 10/03/2026", "{child.birth: 2026-03-10, child.unborn: no}", true},
	    {3, 10, "Date of birth: 11/03/2026", "{child.birth: 2026-03-11, child.unborn: no}", false}};
	struct small_world *world = *state;

	for (size_t at = 0; at < COUNT_OF(ROWS); at++) {
		read_lines(world, ROWS[at].lines, clock_moment(2026, ROWS[at].month, ROWS[at].day, 12, 0));
		if ((ask(world, ROWS[at].when) == YES) != ROWS[at].is_read)
			fail_msg("the form, %s: %s", ROWS[at].lines, ROWS[at].when);
		if (can_match(world, ROWS[at].when) != ROWS[at].is_read)
			fail_msg("rules check: %s", ROWS[at].when);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, small_world_close)

int
main(void)
{
	static const struct CMUnitTest TESTS[] = {
	    TEST(test_ages__from_the_form_to_the_rule),
	    TEST(test_ages__days_from_a_doubted_report_cannot_be_told),
	    TEST(test_dates__the_form_and_the_look_through_rules_have_the_same_bounds),
	    TEST(test_areas__from_the_form_to_the_rule),
	    TEST(test_areas__home_whereabouts_school_incident_and_placing_authority_are_apart),
	};

	return cmocka_run_group_tests(TESTS, open_form, close_form);
}
