/* Days, moments, dates of birth and ages: what they mean, and what is too unclear to mean anything.
 */
/* SPDX-License-Identifier: MIT */
#include "reading.h"

#include <glib.h>
#include <string.h>

#include "base/clock.h"

/* One answer and what it says in a letter; for an unclear one, the fault's code. */
struct row {
	const char *written, *words;
};

static void
read_answer(struct reading *reading, const char *label, const char *written)
{
	g_autofree char *text = g_strdup_printf("%s: %s\n", label, written);

	reading_of(reading, text);
}

static void
check_rows(struct reading *reading, const char *label, const char *field, const struct row *rows,
    size_t count)
{
	for (size_t at = 0; at < count; at++) {
		read_answer(reading, label, rows[at].written);
		const struct form_fault *fault = reading_fault(reading, NULL);
		const char *words = reading_words(reading, field);
		if (strcmp(words, rows[at].words) != 0 || fault)
			fail_msg("%s: \"%s\" is \"%s\", not \"%s\" (%s)", label, rows[at].written,
			    words, rows[at].words, fault ? fault->text.words : "no fault");
	}
}

static void
check_unclear(struct reading *reading, const char *label, const char *field, const char *code,
    const char *const *rows, size_t count)
{
	for (size_t at = 0; at < count; at++) {
		read_answer(reading, label, rows[at]);
		const struct form_fault *fault = reading_fault(reading, NULL);
		const struct value *value = reading_value(reading, field);
		if (value->known != KNOWN_UNCLEAR || !fault || strcmp(fault->code, code) != 0 ||
		    !plain_equals(value->text, rows[at]))
			fail_msg("%s: \"%s\" is taken for \"%s\" (%s)", label, rows[at],
			    reading_words(reading, field), fault ? fault->code : "no fault");
		assert_string_equal(fault->field, field);
		assert_false(fault->asks_only);
		assert_non_null(strstr(fault->text.words, rows[at]));
	}
}

static void
test_form_dates__a_whole_date_of_birth_is_read_in_many_spellings(void **state)
{
	static const char *const SPELLINGS[] = {"14/03/2015", "14/3/2015", "14.3.2015",
	    "14-03-2015", "14 / 03 / 2015", "14 03 2015", "14032015", "2015-03-14", "20150314",
	    "14 March 2015", "14th March 2015", "14th of March, 2015", "14 Mar 2015", "14-Mar-2015",
	    "14mar2015", "March 14, 2015", "Mar 14th 2015", "14 MARCH 2015", "DOB 14/03/2015",
	    "14/03/15", "14 March 15", "14 Mar '15", "14/03/2015 (10)", "14/03/2015, aged 10 years",
	    "14/03/2015 (verified)",
	    "14\xE2\x80\x93"
	    "03\xE2\x80\x93"
	    "2015",
	    "born on 14/03/2015"};
	struct reading *reading = *state;

	for (size_t at = 0; at < COUNT_OF(SPELLINGS); at++) {
		read_answer(reading, "Date of birth", SPELLINGS[at]);
		const struct value *value = reading_value(reading, "child.birth");
		if (value->known != KNOWN_GIVEN || value->first_day != day_number(2015, 3, 14) ||
		    value->last_day != value->first_day || value->is_estimated || value->is_unborn)
			fail_msg(
			    "\"%s\" is %s", SPELLINGS[at], reading_words(reading, "child.birth"));
		assert_null(reading_fault(reading, NULL));
	}
}

static void
test_form_dates__parts_of_dates_and_ages_are_spans(void **state)
{
	static const struct row ROWS[] = {
	    {"March 2015", "March 2015 (10 or 11 years old)"},
	    {"03/2015", "March 2015 (10 or 11 years old)"},
	    {"2015", "2015 (10 or 11 years old)"},
	    {"7", "about 7 years old (born between 3 March 2018 and 2 March 2019)"},
	    {"7 years", "about 7 years old (born between 3 March 2018 and 2 March 2019)"},
	    {"aged 7", "about 7 years old (born between 3 March 2018 and 2 March 2019)"},
	    {"7 y/o", "about 7 years old (born between 3 March 2018 and 2 March 2019)"},
	    {"7yrs old", "about 7 years old (born between 3 March 2018 and 2 March 2019)"},
	    {"about 7", "about 7 years old (born between 3 March 2017 and 2 March 2020)"},
	    {"approx. 14", "about 14 years old (born between 3 March 2010 and 2 March 2013)"},
	    {"~14", "about 14 years old (born between 3 March 2010 and 2 March 2013)"},
	    {"14ish", "about 14 years old (born between 3 March 2010 and 2 March 2013)"},
	    {"unknown, looks about 14",
		"about 14 years old (born between 3 March 2010 and 2 March 2013)"},
	    {"7-9 years", "about 8 years old (born between 3 March 2016 and 2 March 2019)"},
	    {"between 7 and 9", "about 8 years old (born between 3 March 2016 and 2 March 2019)"},
	    {"14 or 15", "14 or 15 years old (born between 3 March 2010 and 2 March 2012)"},
	    {"14/15", "14 or 15 years old (born between 3 March 2010 and 2 March 2012)"},
	    {"13 to 17", "13 to 17 years old (born between 3 March 2008 and 2 March 2013)"},
	    {"8 months", "about 8 months old (born between 3 June 2025 and 2 July 2025)"},
	    {"2 years 3 months",
		"about 2 years old (born between 3 November 2023 and 2 December 2023)"},
	    {"6 weeks", "about 1 month old (born between 13 January 2026 and 19 January 2026)"},
	    {"newborn", "less than a month old (born between 3 February 2026 and 2 March 2026)"},
	    {"3 days old", "27 February 2026 (aged 0), estimated"},
	    {"about March 2015",
		"10 or 11 years old (born between 1 September 2014 and 30 September 2015)"},
	};
	struct reading *reading = *state;

	check_rows(reading, "Date of birth", "child.birth", ROWS, COUNT_OF(ROWS));
	read_answer(reading, "Date of birth", "7");
	assert_true(reading_value(reading, "child.birth")->is_estimated);
}

static void
test_form_dates__an_age_is_reckoned_from_the_day_of_the_report(void **state)
{
	struct reading *reading = *state;

	reading_of_mail(reading, "Date and time of this report: 28/02/2024\nDate of birth: 7\n",
	    clock_moment(2024, 3, 20, 5, 0));
	const struct value *value = reading_value(reading, "child.birth");
	/* somebody born on 29 February 2016 is eight only on the day after */
	assert_int_equal(value->first_day, day_number(2016, 2, 29));
	assert_int_equal(value->last_day, day_number(2017, 2, 28));
	assert_int_equal(age_on(value->first_day, day_number(2024, 2, 28)), 7);
	assert_int_equal(age_on(value->first_day - 1, day_number(2024, 2, 28)), 8);
	assert_int_equal(age_on(value->last_day, day_number(2024, 2, 28)), 7);
	assert_int_equal(age_on(value->last_day + 1, day_number(2024, 2, 28)), 6);
}

static void
test_form_dates__every_age_is_the_days_on_which_it_is_that_age(void **state)
{
	static const int DAYS[][3] = {{2024, 2, 28}, {2024, 2, 29}, {2024, 3, 1}, {2025, 2, 28},
	    {2025, 3, 1}, {2025, 12, 31}};
	struct reading *reading = *state;

	for (size_t day = 0; day < COUNT_OF(DAYS); day++)
		for (int age = 0; age < 20; age++) {
			int32_t today = day_number(DAYS[day][0], DAYS[day][1], DAYS[day][2]);
			g_autofree char *text =
			    g_strdup_printf("Date of report: %d/%d/%d\nDate of birth: %d\n",
				DAYS[day][2], DAYS[day][1], DAYS[day][0], age);
			reading_of_mail(reading, text,
			    clock_moment(DAYS[day][0], DAYS[day][1], DAYS[day][2], 23, 0));
			const struct value *value = reading_value(reading, "child.birth");
			assert_int_equal(age_on(value->first_day, today), age);
			assert_int_equal(age_on(value->last_day, today), age);
			assert_int_equal(age_on(value->first_day - 1, today), age + 1);
			assert_true(
			    value->last_day == today || age_on(value->last_day + 1, today) < age);
		}
}

static void
test_form_dates__an_unborn_child_has_a_due_date(void **state)
{
	static const struct row ROWS[] = {
	    {"unborn, due 3 May 2026", "unborn, due 3 May 2026"},
	    {"Unborn - EDD 03/05/2026", "unborn, due 3 May 2026"},
	    {"due 3/5/26", "unborn, due 3 May 2026"},
	    {"unborn, due May 2026", "unborn, due in May 2026"},
	    {"expected date of delivery 2026-05-03", "unborn, due 3 May 2026"},
	    {"not yet born, due 3 May 2026", "unborn, due 3 May 2026"},
	    {"unborn", "unborn, due between 2 March 2026 and 21 December 2026"},
	    {"unborn, 24 weeks pregnant", "unborn, due between 8 June 2026 and 6 July 2026"},
	    {"unborn, due in 6 weeks", "unborn, due between 30 March 2026 and 27 April 2026"},
	};
	static const char *const UNCLEAR[] = {"unborn, due 31 June 2026", "unborn, due 3 May 2028",
	    "unborn, due 3 May 2025", "unborn, 80 weeks", "unborn, due soon after that"};
	struct reading *reading = *state;

	check_rows(reading, "Date of birth", "child.birth", ROWS, COUNT_OF(ROWS));
	check_unclear(reading, "Date of birth", "child.birth", "form.unclear-date", UNCLEAR,
	    COUNT_OF(UNCLEAR));
	read_answer(reading, "Due date", "unborn");
	assert_true(reading_value(reading, "child.birth")->is_unborn);
	assert_true(reading_value(reading, "child.birth")->is_estimated);
}

static void
test_form_dates__what_may_mean_two_days_means_none(void **state)
{
	static const char *const UNCLEAR[] = {"31/02/2015", "03/25/2015", "29/02/2015",
	    "00/01/2015", "14/13/2015", "14/03/215", "14/03", "1/2", "3/12", "14+", ">14",
	    "under 5", "7.5", "14/03/2015 (7)", "14/03/2015 or 15/03/2015", "9-7", "130", "7 8 9",
	    "teenager", "01/01/1850", "1900-01-01", "7 and a bit more or less and so on", "5000",
	    "2015-3", "x"};
	struct reading *reading = *state;

	check_unclear(reading, "Date of birth", "child.birth", "form.unclear-date", UNCLEAR,
	    COUNT_OF(UNCLEAR));
}

static void
test_form_dates__a_short_year_counts_where_one_century_makes_sense(void **state)
{
	static const struct row CHILD[] = {
	    {"14/03/15", "14 March 2015 (aged 10)"}, {"01/01/00", "1 January 2000 (aged 26)"}};
	static const char *const CHILD_UNCLEAR[] = {"14/03/98", "14/03/27", "14/03/40"};
	static const struct row ADULT[] = {{"14/03/85", "14 March 1985 (aged 40)"},
	    {"14/03/05", "14 March 2005 (aged 20)"}, {"14/03/35", "14 March 1935 (aged 90)"}};
	static const char *const ADULT_UNCLEAR[] = {"14/03/20", "14/03/29"};
	struct reading *reading = *state;

	check_rows(reading, "Date of birth", "child.birth", CHILD, COUNT_OF(CHILD));
	check_unclear(reading, "Date of birth", "child.birth", "form.unclear-date", CHILD_UNCLEAR,
	    COUNT_OF(CHILD_UNCLEAR));
	check_rows(
	    reading, "ADULT 1\nDate of birth", "involved_adults.birth", ADULT, COUNT_OF(ADULT));
	check_unclear(reading, "ADULT 1\nDate of birth", "involved_adults.birth",
	    "form.unclear-date", ADULT_UNCLEAR, COUNT_OF(ADULT_UNCLEAR));
}

static void
test_form_dates__nobody_is_born_in_the_future(void **state)
{
	static const char *const FUTURE[] = {"03/03/2026", "14 March 2027", "2027"};
	struct reading *reading = *state;

	check_unclear(
	    reading, "Date of birth", "child.birth", "form.future-date", FUTURE, COUNT_OF(FUTURE));
	read_answer(reading, "Date of birth", "02/03/2026");
	assert_string_equal(reading_words(reading, "child.birth"), "2 March 2026 (aged 0)");
	/* of a year that has begun, only the days that have been */
	read_answer(reading, "Date of birth", "2026");
	assert_int_equal(reading_value(reading, "child.birth")->last_day, day_number(2026, 3, 2));
}

static void
test_form_dates__moments_have_a_day_and_maybe_a_time(void **state)
{
	static const struct row ROWS[] = {
	    {"02/03/2026 01:10", "2 March 2026, 01:10"},
	    {"01:10 on 02/03/2026", "2 March 2026, 01:10"},
	    {"2 March 2026 at 0110hrs", "2 March 2026, 01:10"},
	    {"2 March 2026 0110", "2 March 2026, 01:10"},
	    {"01/03/2026 2030", "1 March 2026, 20:30"},
	    {"01/03/26 8.30pm", "1 March 2026, 20:30"},
	    {"01/03/2026, 8 pm", "1 March 2026, 20:00"},
	    {"01/03/2026 12am", "1 March 2026, 00:00"},
	    {"01/03/2026 12:30 pm", "1 March 2026, 12:30"},
	    {"01/03/2026 noon", "1 March 2026, 12:00"},
	    {"Sunday 1 March 2026, midnight", "1 March 2026, 00:00"},
	    {"2026-03-01T20:30", "1 March 2026, 20:30"},
	    {"2026-03-01T20:30:15Z", "1 March 2026, 20:30"},
	    {"2025-07-01T20:30:00Z", "1 July 2025, 21:30"},
	    {"2025-07-01T20:30:00+01:00", "1 July 2025, 20:30"},
	    {"01/03/2026", "1 March 2026"},
	    {"today 01:10", "2 March 2026, 01:10"},
	    {"yesterday", "1 March 2026"},
	    {"between 28/02/2026 and 01/03/2026", "between 28 February 2026 and 1 March 2026"},
	    {"between 22:00 and 23:30 on 01/03/2026", "between 22:00 and 23:30 on 01/03/2026"},
	    {"not known", "not known"},
	};
	static const char *const UNCLEAR[] = {"01:10", "last week", "March 2026", "30/02/2026",
	    "01/03/2026 25:10", "sometime", "01/03/2026 and something else", "01/03/2026 99"};
	static const char *const FUTURE[] = {"04/03/2026", "2027-01-01"};
	struct reading *reading = *state;

	check_rows(reading, "When it happened", "incident.at", ROWS, COUNT_OF(ROWS));
	check_unclear(reading, "When it happened", "incident.at", "form.unclear-date", UNCLEAR,
	    COUNT_OF(UNCLEAR));
	check_unclear(reading, "When it happened", "incident.at", "form.future-date", FUTURE,
	    COUNT_OF(FUTURE));
	read_answer(reading, "Date of death", "01/03/2026");
	assert_string_equal(reading_words(reading, "child.date_of_death"), "1 March 2026");
}

static void
test_form_dates__a_doubted_day_is_as_it_was_written(void **state)
{
	static const struct {
		const char *written;
		bool is_doubted;
	} ROWS[] = {{"01/03/2026?", true}, {"01/03/2026 ?", true}, {"01/03/2026 (?) 22:00", true},
	    {"yesterday?", true}, {"about 1 March 2026", true}, {"01/03/2026 at about 22:00", false},
	    {"01/03/2026 22:00?", false}, {"01/03/2026, time ?", false}};
	struct reading *reading = *state;

	for (size_t at = 0; at < COUNT_OF(ROWS); at++) {
		read_answer(reading, "When it happened", ROWS[at].written);
		const struct value *value = reading_value(reading, "incident.at");
		if (value->known != KNOWN_GIVEN || value->is_doubted != ROWS[at].is_doubted)
			fail_msg("%s: %s (%d)", ROWS[at].written,
			    reading_words(reading, "incident.at"), value->is_doubted);
		if (value->is_doubted)
			assert_string_equal(reading_words(reading, "incident.at"), ROWS[at].written);
	}
}

static void
test_form_dates__the_report_is_as_old_as_its_mail_unless_it_says(void **state)
{
	struct reading *reading = *state;

	reading_of(reading, "Level of need: 3\n");
	assert_int_equal(reading->concern.reported_at, clock_moment(2026, 3, 2, 5, 0));
	assert_true(reading->concern.reported_at_is_from_mail);
	reading_of(reading, "Date and time of this report: 28/02/2026 23:40\n");
	assert_int_equal(reading->concern.reported_at, clock_moment(2026, 2, 28, 23, 40));
	assert_false(reading->concern.reported_at_is_from_mail);
	reading_of(reading, "Date and time of this report: 28/02/2026\n");
	assert_int_equal(reading->concern.reported_at, clock_moment(2026, 2, 28, 0, 0));
	reading_of(reading, "Date and time of this report: 02/03/2026\n");
	assert_int_equal(reading->concern.reported_at, clock_moment(2026, 3, 2, 5, 0));
	assert_false(reading->concern.reported_at_is_from_mail);
	reading_of(reading, "Date and time of this report: around closing time\n");
	assert_int_equal(reading->concern.reported_at, clock_moment(2026, 3, 2, 5, 0));
	assert_true(reading->concern.reported_at_is_from_mail);
	/* read twice, told once */
	size_t told = 0;
	for (size_t at = 0; at < reading->faults.count; at++)
		told += strcmp(reading->faults.faults[at].code, "form.unclear-date") == 0;
	assert_int_equal(told, 1);
}

static void
test_form_dates__the_day_of_the_report_is_londons(void **state)
{
	struct reading *reading = *state;

	/* half past midnight of 1 July in London is still June in UTC */
	reading_of_mail(reading, "Date of report: 01/07/2025 00:30\nDate of birth: 01/07/2015\n",
	    clock_moment(2025, 7, 1, 9, 0));
	assert_string_equal(reading_words(reading, "child.birth"), "1 July 2015 (aged 10)");
}

/* A year that was mistyped would make an infant of a child: it is asked for, and not believed. */
static void
test_form_dates__a_report_long_before_its_mail_is_asked_about(void **state)
{
	struct reading *reading = *state;

	reading_of(reading, "Date of report: 30/01/2026\n"); /* 31 days */
	assert_false(reading->concern.is_report_doubted);
	assert_null(reading_fault(reading, "form.old-report"));
	reading_of(reading, "Date of report: 29/01/2026\n");
	assert_true(reading->concern.is_report_doubted);
	assert_int_equal(reading->concern.doubted_report_day, day_number(2026, 1, 29));
	assert_int_equal(reading->concern.reported_at, clock_moment(2026, 3, 2, 5, 0));
	assert_true(reading->concern.reported_at_is_from_mail);
	assert_true(reading_value(reading, "reported_at")->is_doubted);
	assert_string_equal(reading_words(reading, "reported_at"), "29/01/2026");
	const struct form_fault *fault = reading_fault(reading, "form.old-report");
	assert_non_null(fault);
	assert_non_null(strstr(fault->text.words, "29/01/2026"));
	assert_non_null(strstr(fault->text.words, "Is it the right day?"));
}

int
main(void)
{
#define FACT(name) cmocka_unit_test_setup_teardown(name, reading_open, reading_close)
	const struct CMUnitTest tests[] = {
	    FACT(test_form_dates__a_whole_date_of_birth_is_read_in_many_spellings),
	    FACT(test_form_dates__parts_of_dates_and_ages_are_spans),
	    FACT(test_form_dates__an_age_is_reckoned_from_the_day_of_the_report),
	    FACT(test_form_dates__every_age_is_the_days_on_which_it_is_that_age),
	    FACT(test_form_dates__an_unborn_child_has_a_due_date),
	    FACT(test_form_dates__what_may_mean_two_days_means_none),
	    FACT(test_form_dates__a_short_year_counts_where_one_century_makes_sense),
	    FACT(test_form_dates__nobody_is_born_in_the_future),
	    FACT(test_form_dates__moments_have_a_day_and_maybe_a_time),
	    FACT(test_form_dates__a_doubted_day_is_as_it_was_written),
	    FACT(test_form_dates__the_report_is_as_old_as_its_mail_unless_it_says),
	    FACT(test_form_dates__the_day_of_the_report_is_londons),
	    FACT(test_form_dates__a_report_long_before_its_mail_is_asked_about),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
