/* Working time, bank holidays and the nights on which the clocks change. */
/* SPDX-License-Identifier: MIT */
#include "clocks/clocks.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* cmocka calls a macro fail, so it comes last */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { OPENS = 9 * 60, CLOSES = 17 * 60 };

static const struct working_hours OFFICE = {
    .opens = {0, OPENS, OPENS, OPENS, OPENS, OPENS, 0, 0},
    .closes = {0, CLOSES, CLOSES, CLOSES, CLOSES, CLOSES, 0, 0},
    .closed_on_bank_holidays = true,
};
/* Sunday from midnight to midnight, for the nights on which the clocks change. */
static const struct working_hours SUNDAY = {.closes = {0, 0, 0, 0, 0, 0, 0, 1440}};
static const struct working_hours ALWAYS = {.is_always_open = true};
static const struct working_hours NEVER = {.opens = {0}};

static char *
shipped(void)
{
	return g_build_filename(g_getenv("WANDLE_SOURCE"), "rules", "bank-holidays.yaml", NULL);
}

static int
open_clocks(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	g_autofree char *path = shipped();

	assert_true(clock_open_zone());
	*state = clocks_load(path, faults);
	faults_print(faults, stderr);
	assert_non_null(*state);
	return 0;
}

static int
close_clocks(void **state)
{
	clocks_free(*state);
	return 0;
}

/* "2026-03-10 09:00", London time. */
static int64_t
moment(const char *text)
{
	int year, month, day, hour, minute;

	assert_int_equal(
	    sscanf(text, "%d-%d-%d %d:%d", &year, &month, &day, &hour, &minute), 5);
	return clock_moment(year, month, day, hour, minute);
}

static void
test_clocks_is_open__office_hours(void **state)
{
	static const struct {
		const char *at;
		bool is_open;
	} ROWS[] = {
	    {"2026-03-10 08:59", false}, {"2026-03-10 09:00", true}, {"2026-03-10 16:59", true},
	    {"2026-03-10 17:00", false}, {"2026-03-14 12:00", false}, {"2026-03-15 12:00", false},
	    {"2026-12-25 12:00", false}, {"2026-12-28 12:00", false}, {"2026-12-29 12:00", true},
	    {"2028-01-03 12:00", false}, {"2026-07-10 09:00", true}, {"2026-07-10 08:59", false},
	};

	for (size_t at = 0; at < COUNT_OF(ROWS); at++)
		if (clocks_is_open(*state, &OFFICE, moment(ROWS[at].at)) != ROWS[at].is_open)
			fail_msg("%s", ROWS[at].at);
}

static void
test_clocks_is_open__always_and_never(void **state)
{
	assert_true(clocks_is_open(*state, &ALWAYS, moment("2026-12-25 03:00")));
	assert_false(clocks_is_open(*state, &NEVER, moment("2026-03-10 12:00")));
	assert_true(clocks_is_open(*state, &SUNDAY, moment("2026-03-15 23:59")));
	assert_false(clocks_is_open(*state, &SUNDAY, moment("2026-03-16 00:00")));
	assert_true(clocks_is_open(*state, &SUNDAY, moment("2026-03-15 00:00")));
}

/* An agency that works on bank holidays is open on them. */
static void
test_clocks_is_open__bank_holiday_only_closes_who_says_so(void **state)
{
	struct working_hours hours = OFFICE;

	hours.closed_on_bank_holidays = false;
	assert_true(clocks_is_open(*state, &hours, moment("2026-12-28 12:00")));
}

static void
test_clocks_due__working_time(void **state)
{
	static const struct {
		const char *from;
		int32_t minutes;
		const char *due;
	} ROWS[] = {
	    {"2026-03-10 10:00", 60, "2026-03-10 11:00"},
	    {"2026-03-10 16:00", 60, "2026-03-10 17:00"},
	    {"2026-03-10 16:00", 61, "2026-03-11 09:01"},
	    {"2026-03-10 07:00", 60, "2026-03-10 10:00"},
	    {"2026-03-10 20:00", 60, "2026-03-11 10:00"},
	    {"2026-03-13 16:55", 240, "2026-03-16 12:55"}, /* Friday to Monday */
	    {"2026-04-02 16:55", 240, "2026-04-07 12:55"}, /* over Easter */
	    {"2026-12-24 16:00", 120, "2026-12-29 10:00"}, /* over Christmas, with its substitute day */
	    {"2027-12-24 16:00", 120, "2027-12-29 10:00"},
	    {"2027-12-31 16:00", 120, "2028-01-04 10:00"},
	    {"2026-03-09 09:00", 5 * 480, "2026-03-13 17:00"},
	    {"2026-03-27 16:00", 120, "2026-03-30 10:00"}, /* the clocks go forward on the 29th */
	    {"2026-10-23 16:00", 120, "2026-10-26 10:00"}, /* the clocks go back on the 25th */
	    {"2026-03-10 10:00", 0, "2026-03-10 10:00"},
	    {"2026-03-10 10:00", -5, "2026-03-10 10:00"},
	};

	for (size_t at = 0; at < COUNT_OF(ROWS); at++) {
		int64_t due = clocks_due(*state, &OFFICE, URGENCY_AMBER, ROWS[at].minutes, moment(ROWS[at].from));
		if (due != moment(ROWS[at].due))
			fail_msg("%s and %d minutes: %ld s off", ROWS[at].from, ROWS[at].minutes,
			    (long)(due - moment(ROWS[at].due)));
	}
}

static void
test_clocks_due__red_runs_on_when_the_office_closes(void **state)
{
	int64_t from = moment("2026-03-13 16:55");

	assert_int_equal(clocks_due(*state, &OFFICE, URGENCY_RED, 120, from), from + 7200);
	assert_int_equal(clocks_due(*state, &ALWAYS, URGENCY_AMBER, 120, from), from + 7200);
}

/* Hours that never open would never end a clock. */
static void
test_clocks_due__hours_that_never_open_count_elapsed_time(void **state)
{
	int64_t from = moment("2026-03-13 16:55");

	assert_int_equal(clocks_due(*state, &NEVER, URGENCY_AMBER, 120, from), from + 7200);
	assert_int_equal(clocks_due(*state, &OFFICE, URGENCY_AMBER, INT32_MAX, from), from + (int64_t)INT32_MAX * 60);
}

/* The day on which the clocks go forward has 23 hours, the other 25. */
static void
test_clocks_due__a_day_is_as_long_as_it_is(void **state)
{
	int64_t spring = moment("2026-03-29 00:00"), autumn = moment("2026-10-25 00:00");

	assert_int_equal(clocks_due(*state, &SUNDAY, URGENCY_AMBER, 23 * 60, spring), moment("2026-03-30 00:00"));
	assert_int_equal(clocks_due(*state, &SUNDAY, URGENCY_AMBER, 23 * 60 + 1, spring),
	    moment("2026-04-05 00:01"));
	assert_int_equal(clocks_due(*state, &SUNDAY, URGENCY_AMBER, 25 * 60, autumn), moment("2026-10-26 00:00"));
	assert_int_equal(spring + 23 * 3600, moment("2026-03-30 00:00"));
	assert_int_equal(autumn + 25 * 3600, moment("2026-10-26 00:00"));
}

/* Easter Sunday by Butcher's rule, so that the table is checked against something else. */
static int32_t
easter(int year)
{
	int a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4;
	int g = (8 * b + 13) / 25, h = (19 * a + b - d - g + 15) % 30;
	int l = (32 + 2 * e + 2 * (c / 4) - h - c % 4) % 7, m = (a + 11 * h + 19 * l) / 433;
	int month = (h + l - 7 * m + 90) / 25, day = (h + l - 7 * m + 33 * month + 19) % 32;

	return day_number(year, month, day);
}

static unsigned
weekday(int32_t day)
{
	return (unsigned)((day + 3) % 7) + 1;
}

/* The first Monday on or after a day. */
static int32_t
monday_from(int32_t day)
{
	while (weekday(day) != 1)
		day++;
	return day;
}

/* A holiday on a weekend moves to the next weekday that is none. */
static int32_t
substitute(int32_t day, int32_t taken)
{
	while (weekday(day) > 5 || day == taken)
		day++;
	return day;
}

/* Each row: the weekday and minute asked for, now, and the moment that is the latest. */
static void
test_clocks_latest__is_the_last_moment_that_has_come(void **state)
{
	enum { EIGHT = 8 * 60 };
	static const struct {
		unsigned weekday, minute;
		const char *now, *expected;
	} ROWS[] = {
	    /* 23 November 2026 is a Monday */
	    {1, EIGHT, "2026-11-23 08:00", "2026-11-23 08:00"},
	    {1, EIGHT, "2026-11-23 07:59", "2026-11-16 08:00"},
	    {1, EIGHT, "2026-11-29 23:59", "2026-11-23 08:00"},
	    {1, EIGHT, "2026-11-30 00:00", "2026-11-23 08:00"},
	    {7, EIGHT, "2026-11-23 08:00", "2026-11-22 08:00"},
	    {0, EIGHT, "2026-11-23 08:00", "2026-11-23 08:00"},
	    {0, EIGHT, "2026-11-23 07:59", "2026-11-22 08:00"},
	    {0, 0, "2026-11-23 00:00", "2026-11-23 00:00"},
	    {0, 23 * 60 + 59, "2027-01-01 00:00", "2026-12-31 23:59"},
	    {5, EIGHT, "2028-03-01 12:00", "2028-02-25 08:00"},
	    /* summer time begins on Sunday 29 March 2026 and ends on Sunday 25 October */
	    {1, EIGHT, "2026-03-30 08:00", "2026-03-30 08:00"},
	    {1, EIGHT, "2026-03-30 07:59", "2026-03-23 08:00"},
	    {1, EIGHT, "2026-10-26 07:59", "2026-10-19 08:00"},
	    {0, EIGHT, "2026-10-25 08:00", "2026-10-25 08:00"},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(ROWS); at++)
		if (clocks_latest(ROWS[at].weekday, ROWS[at].minute, moment(ROWS[at].now)) !=
		    moment(ROWS[at].expected))
			fail_msg("row %zu, at %s", at, ROWS[at].now);
}

/* 01:30 is skipped in one night and comes twice in another: there is one moment in each. */
static void
test_clocks_latest__each_day_has_one_though_the_clocks_change(void **state)
{
	enum { HALF_PAST_ONE = 90, STEP = 60, NIGHT = 6 * 3600 };
	static const char *const BEGINS[] = {"2026-03-28 23:00", "2026-10-24 23:00"};
	static const char *const EXPECTED[] = {"2026-03-29 02:00", "2026-10-25 01:30"};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(BEGINS); at++) {
		int64_t begin = moment(BEGINS[at]);
		int64_t before = clocks_latest(7, HALF_PAST_ONE, begin), found = before;
		unsigned changes = 0;
		for (int64_t now = begin; now < begin + NIGHT; now += STEP) {
			int64_t latest = clocks_latest(7, HALF_PAST_ONE, now);
			assert_true(latest <= now);
			changes += latest != found;
			found = latest;
		}
		assert_int_equal(changes, 1);
		assert_int_equal(found, moment(EXPECTED[at]));
	}
}

static void
test_clocks_load__shipped_days_are_those_of_the_law(void **state)
{
	static const struct working_hours WEEK = {
	    .closes = {0, 1440, 1440, 1440, 1440, 1440, 1440, 1440}, .closed_on_bank_holidays = true};

	for (int year = 2025; year <= 2028; year++) {
		int32_t christmas = substitute(day_number(year, 12, 25), 0);
		int32_t days[] = {substitute(day_number(year, 1, 1), 0), easter(year) - 2,
		    easter(year) + 1, monday_from(day_number(year, 5, 1)),
		    monday_from(day_number(year, 5, 25)), monday_from(day_number(year, 8, 25)), christmas,
		    substitute(day_number(year, 12, 26), christmas)};
		for (int32_t day = day_number(year, 1, 1); day <= day_number(year, 12, 31); day++) {
			bool is_off = false;
			int y, m, d;
			for (size_t at = 0; at < COUNT_OF(days); at++)
				is_off = is_off || days[at] == day;
			day_civil(day, &y, &m, &d);
			if (clocks_is_open(*state, &WEEK, clock_moment(y, m, d, 12, 0)) == is_off)
				fail_msg("%04d-%02d-%02d", y, m, d);
		}
	}
	assert_int_equal(clocks_horizon(*state), day_number(2028, 12, 31));
}

static void
test_clocks_load__faults_have_their_place(void **state)
{
	static const struct {
		const char *yaml, *fault;
	} ROWS[] = {
	    {"days: {2026-12-25: Christmas}\n", "1:1: bank holidays: \"known_until\" is missing"},
	    {"known_until: 2028-12-31\n", "1:1: bank holidays: \"days\" is missing"},
	    {"known_until: 2028-12-31\ndays: []\n",
		"2:7: days: expected a map of \"key: value\", here stands a list"},
	    {"known_until: 2028-12-31\ndays: {}\n", "2:7: days: expected 1 to 2000 days, here stand 0"},
	    {"known_until: 31.12.2028\ndays:\n  2026-12-25: Christmas\n",
		"1:14: known_until: expected a date as 2026-12-25, here stands \"31.12.2028\""},
	    {"known_until: 2028-12-31\ndays:\n  2026-02-29: Leap\n",
		"3:3: days: expected a date as 2026-12-25, here stands \"2026-02-29\""},
	    {"known_until: 2028-12-31\ndays:\n  2029-01-01: New Year\n",
		"3:3: days: 2029-01-01 is after known_until"},
	    {"known_until: 2028-12-31\nday:\n  2026-12-25: Christmas\n",
		"2:1: bank holidays: unknown key \"day\": did you mean \"days\"?"},
	};
	g_autofree char *folder = g_dir_make_tmp("clocks-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "days.yaml", NULL);

	(void)state;
	for (size_t at = 0; at < COUNT_OF(ROWS); at++) {
		CLEANUP(faults_closep) struct faults *faults = faults_open();
		bool found = false;
		assert_true(g_file_set_contents(path, ROWS[at].yaml, -1, NULL));
		assert_null(clocks_load(path, faults));
		for (size_t number = 0; number < faults_total(faults); number++) {
			const struct fault *fault = faults_at(faults, number);
			g_autofree char *line =
			    g_strdup_printf("%u:%u: %s", fault->line, fault->column, fault->text);
			found = found || strcmp(line, ROWS[at].fault) == 0;
		}
		if (!found) {
			faults_print(faults, stderr);
			fail_msg("expected %s", ROWS[at].fault);
		}
	}
	(void)g_remove(path);
	(void)g_rmdir(folder);
}

static void
test_clocks_load__a_file_that_is_not_there(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();

	(void)state;
	assert_null(clocks_load("/nowhere/days.yaml", faults));
	assert_int_equal(faults_count(faults), 1);
}

int
main(void)
{
	static const struct CMUnitTest TESTS[] = {
	    cmocka_unit_test(test_clocks_is_open__office_hours),
	    cmocka_unit_test(test_clocks_is_open__always_and_never),
	    cmocka_unit_test(test_clocks_is_open__bank_holiday_only_closes_who_says_so),
	    cmocka_unit_test(test_clocks_due__working_time),
	    cmocka_unit_test(test_clocks_due__red_runs_on_when_the_office_closes),
	    cmocka_unit_test(test_clocks_due__hours_that_never_open_count_elapsed_time),
	    cmocka_unit_test(test_clocks_due__a_day_is_as_long_as_it_is),
	    cmocka_unit_test(test_clocks_latest__is_the_last_moment_that_has_come),
	    cmocka_unit_test(test_clocks_latest__each_day_has_one_though_the_clocks_change),
	    cmocka_unit_test(test_clocks_load__shipped_days_are_those_of_the_law),
	    cmocka_unit_test(test_clocks_load__faults_have_their_place),
	    cmocka_unit_test(test_clocks_load__a_file_that_is_not_there),
	};

	return cmocka_run_group_tests(TESTS, open_clocks, close_clocks);
}
