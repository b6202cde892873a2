/* Lays out the dates that a form can have, as far as the tests of drawn rules tell them apart. */
/* SPDX-License-Identifier: MIT */
#include "drawn_choices.h"

/*
 * The report is of 10 March 2026. Its mail came on 9 March at the earliest, the clock of the sender
 * being ahead, and on 10 April at the latest, for what is older than 31 days is doubted. A date that
 * begins later than the day after the mail is unclear; where it ends is not asked. So none begins
 * after 11 April, and one after 11 March only where the form names the day of its report.
 */
static const char *const DAYS[] = {"2026-01-15", "2026-02-10", "2026-03-01", "2026-03-11", "2026-03-12",
    "2026-03-19", "2026-04-11", "2026-04-12"};
enum { LAST_OF_MAIL = 3, LAST_OF_ALL = 6 };

/* One day at least lies in each stretch between two of these. */
static const char *const TESTS[TESTS_MAX] = {"{from: 2026-02-01, under: 2026-03-01}", "{within: 7 days}",
    "{from: 2026-03-20}", "{from: 2026-04-12}", "{under: 2026-02-01}", "{at_most: 2026-03-11}"};

/* The report is of its day, or of several from that day on. */
static const char *const REPORTS[] = {
    "", "-", "2026-03-10", "2026-03-10..2026-03-12", "2026-03-10..2026-03-14", "2026-03-10..2027-01-01"};
/*
 * So far before its mail lies the day that a report in doubt names. Tests tell apart who is 9 and who
 * is 18: more than nine years back those who are 18 may have been under 9, later those who are under
 * 18 may have been 9, and what else somebody may have been is the same on all these days. Nine years
 * back to the day, and where few or none were born yet, there is less of it and nothing else.
 */
static const int DOUBTED_DAYS[] = {3470, 40};
static const char *const REPORT_TESTS[TESTS_MAX] = {"{from: 2026-03-11}", "{under: 2026-03-15}", "{within: 2 days}",
    "{under: 2026-03-13}", "{under: 2026-03-10}", "{at_least: 2026-03-10}"};

static void
write_tests(struct drawn_field *field, const char *const *tests)
{
	for (size_t at = 0; at < TESTS_MAX && tests[at]; at++) {
		g_autofree char *test = g_strdup_printf("%s: %s", field->name, tests[at]);
		field->tests[at] = drawn_keep(test);
	}
	g_autofree char *known = g_strdup_printf("%s: {is_known: yes}", field->name);
	field->known = drawn_keep(known);
}

static void
open_report(struct drawn_field *field)
{
	for (size_t at = 0; at < COUNT_OF(REPORTS); at++)
		field->answers[at] = REPORTS[at];
	field->exact = "nyynnn";
	field->names_report = "nnyyyy";
	write_tests(field, REPORT_TESTS);
}

static void
add_days(struct drawn_field *field, size_t first, size_t last, GString *exact, GString *late)
{
	g_autofree char *days = first == last ? g_strdup(DAYS[first])
					      : g_strdup_printf("%s..%s", DAYS[first], DAYS[last]);

	field->answers[exact->len] = drawn_keep(days);
	g_string_append_c(exact, first == last ? 'y' : 'n');
	g_string_append_c(late, first > LAST_OF_MAIL ? 'y' : 'n');
}

void
drawn_dates_open(struct drawn_field *field)
{
	g_autoptr(GString) exact = g_string_new("ny"), late = g_string_new("nn");

	field->is_dated = true;
	if (strcmp(field->name, "reported_at") == 0) {
		open_report(field);
		return;
	}
	write_tests(field, TESTS);
	field->answers[0] = "";
	field->answers[1] = "-";
	for (size_t first = 0; first <= LAST_OF_ALL; first++)
		for (size_t last = first; last < COUNT_OF(DAYS); last++)
			add_days(field, first, last, exact, late);
	field->exact = drawn_keep(exact->str);
	field->late = drawn_keep(late->str);
}

/*
 * Of births those that tests of 9 and of 18 years tell apart; what is estimated counts for a whole
 * date alone, which is then half a year older, and what is disputed is one age as good as another.
 */
void
drawn_qualities_open(struct drawn_field *field)
{
	static const char *const BIRTHS[] = {"", "-", "unborn", "@12", "@5", "@9", "@18", "@25", "@30",
	    "@9..@9+", "@18..@18+", "@18..@9", "@18..@9+"};
	static const char *const QUALITIES[] = {"", "-", "verified", "stated", "estimated", "disputed"};
	enum { AGELESS = 3, WHOLE = 9, ESTIMATED = 4, DISPUTED };
	g_autoptr(GString) exact = g_string_new(NULL);

	for (size_t quality = 0; quality < COUNT_OF(QUALITIES); quality++)
		for (size_t birth = 0; birth < COUNT_OF(BIRTHS); birth++) {
			bool is_blank = !birth && !quality, is_disputed = quality == DISPUTED;
			bool is_guess = quality == ESTIMATED && birth >= AGELESS && birth < WHOLE;
			g_autofree char *said = g_strdup_printf("%s%s;%s", BIRTHS[birth],
			    is_guess ? "~" : "", QUALITIES[quality]);
			if (is_disputed && birth > AGELESS)
				continue;
			field->answers[exact->len] = is_blank ? "" : drawn_keep(said);
			g_string_append_c(exact,
			    birth && quality && birth < (is_disputed ? AGELESS : WHOLE) ? 'y' : 'n');
		}
	field->exact = drawn_keep(exact->str);
}

size_t
drawn_dated_rules(const struct drawn_set *set)
{
	size_t count = 0;

	/* No test else has a whole date in it. */
	for (size_t at = 0; at < set->rule_count; at++)
		count += set->rules[at].when && strstr(set->rules[at].when, ": 20");
	return count;
}

size_t
drawn_report_field(const struct drawn_set *set)
{
	size_t at = 0;

	while (at < set->field_count && strcmp(set->fields[at]->name, "reported_at") != 0)
		at++;
	return at;
}

unsigned
drawn_doubted_days(const struct drawn_set *set)
{
	unsigned days = 0;

	for (size_t at = 0; at < set->field_count; at++) {
		const char *name = set->fields[at]->name;
		/* Of adults one age is asked, which is no other on the other day. */
		if (strcmp(name, "child.birth") == 0)
			return COUNT_OF(DOUBTED_DAYS);
		if (set->fields[at]->is_dated || g_str_has_suffix(name, ".birth") ||
		    strcmp(name, "incident.at") == 0)
			days = 1;
	}
	return days;
}

void
take_doubt(struct small_world *world, unsigned doubted)
{
	struct civil civil = clock_civil(world->concern.reported_at);
	const struct field *field = field_find(&world->fields, "reported_at");
	struct value *value = &world->concern.values[field->index];

	world->concern.is_report_doubted = doubted > 0;
	if (!doubted)
		return;
	int32_t day = day_number(civil.year, civil.month, civil.day) - DOUBTED_DAYS[doubted - 1];
	world->concern.doubted_report_day = day;
	*value = (struct value){.known = KNOWN_GIVEN, .text = plain_copy(world->arena, "long ago", 8),
	    .first_day = day, .last_day = day, .is_doubted = true, .is_estimated = true};
}
