/* Counts working time on the London calendar, by the moments at which a day opens and closes. */
/* SPDX-License-Identifier: MIT */
#include "clocks/clocks.h"

#include <glib.h>

#include "base/clock.h"
#include "clocks/holidays.h"

enum { SECONDS_A_MINUTE = 60, MINUTES_AN_HOUR = 60, MINUTES_A_DAY = 1440 };

/* No clock runs longer: four weeks of an agency that opens for an hour a week are less. */
enum { DAYS_MAX = 20 * 366 };

struct clocks {
	struct holidays *holidays;
};

struct clocks *
clocks_load(const char *path, struct faults *faults)
{
	struct holidays *holidays = holidays_load(path, faults);

	if (!holidays)
		return NULL;
	struct clocks *clocks = g_new0(struct clocks, 1);
	clocks->holidays = holidays;
	return clocks;
}

void
clocks_free(struct clocks *clocks)
{
	if (!clocks)
		return;
	holidays_free(clocks->holidays);
	g_free(clocks);
}

void
clocks_freep(struct clocks **clocks)
{
	clocks_free(*clocks);
	*clocks = NULL;
}

/* 1970-01-01 was a Thursday. */
static unsigned
weekday_of(int32_t day)
{
	return (unsigned)(((day + 3) % 7 + 7) % 7) + 1;
}

static int32_t
day_of(int64_t at)
{
	struct civil civil = clock_civil(at);

	return day_number(civil.year, civil.month, civil.day);
}

/* The moment of a minute of a day; minute 1440 is the next day's first. */
static int64_t
moment_of(int32_t day, unsigned minute)
{
	int year, month, of_month;

	day_civil(day + (int32_t)(minute / MINUTES_A_DAY), &year, &month, &of_month);
	minute %= MINUTES_A_DAY;
	return clock_moment(year, month, of_month, (int)(minute / MINUTES_AN_HOUR),
	    (int)(minute % MINUTES_AN_HOUR));
}

/*
 * When a day opens and closes, as moments: so the day on which the clocks change is as long as it
 * is. False for a day off.
 */
static bool
opening(const struct clocks *clocks, const struct working_hours *hours, int32_t day, int64_t *opens,
    int64_t *closes)
{
	unsigned weekday = weekday_of(day);

	if (hours->closes[weekday] <= hours->opens[weekday])
		return false;
	if (hours->closed_on_bank_holidays && holidays_have(clocks->holidays, day))
		return false;
	*opens = moment_of(day, hours->opens[weekday]);
	*closes = moment_of(day, hours->closes[weekday]);
	return true;
}

bool
clocks_is_open(const struct clocks *clocks, const struct working_hours *hours, int64_t at)
{
	int64_t opens, closes;

	if (hours->is_always_open)
		return true;
	return opening(clocks, hours, day_of(at), &opens, &closes) && opens <= at && at < closes;
}

int64_t
clocks_due(const struct clocks *clocks, const struct working_hours *hours, enum urgency urgency,
    int32_t minutes, int64_t from)
{
	int64_t left = (int64_t)MAX(minutes, 0) * SECONDS_A_MINUTE, elapsed = from + left;
	int32_t first = day_of(from);

	if (urgency == URGENCY_RED || hours->is_always_open)
		return elapsed;
	for (int32_t day = first; day < first + DAYS_MAX; day++) {
		int64_t opens, closes;
		if (!opening(clocks, hours, day, &opens, &closes) || closes <= from)
			continue;
		int64_t start = MAX(opens, from);
		if (left <= closes - start)
			return start + left;
		left -= closes - start;
	}
	return elapsed;
}

int64_t
clocks_latest(unsigned weekday, unsigned minute, int64_t now)
{
	int32_t day = day_of(now);

	if (weekday)
		day -= (int32_t)((weekday_of(day) + 7 - weekday) % 7);
	int64_t at = moment_of(day, minute);
	return at <= now ? at : moment_of(day - (weekday ? 7 : 1), minute);
}

int32_t
clocks_horizon(const struct clocks *clocks)
{
	return holidays_known_until(clocks->holidays);
}
