/* Seconds, London time and day numbers. */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <glib.h>
#include <string.h>
#include <stdio.h>
#include <time.h>

#include "base/step.h"

static GTimeZone *london;

int64_t
clock_now(void)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;

#ifdef WANDLE_STEPS
	now += step_clock_shift();
#endif
	return now;
}

int64_t
clock_steady(void)
{
	return g_get_monotonic_time() / G_USEC_PER_SEC;
}

void
clock_mail_date(int64_t at, char out[MAIL_DATE_BYTES])
{
	static const char DAYS[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char MONTHS[][4] = {
	    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t seconds = (time_t)at;
	struct tm utc = {0};

	/* not strftime: the names must not follow the locale */
	(void)gmtime_r(&seconds, &utc);
	(void)snprintf(out, MAIL_DATE_BYTES, "%s, %d %s %d %02d:%02d:%02d +0000", DAYS[utc.tm_wday],
	    utc.tm_mday, MONTHS[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
	    utc.tm_sec);
}

bool
clock_open_zone(void)
{
	if (!london)
		london = g_time_zone_new_identifier("Europe/London");
	return london != NULL;
}

struct civil
clock_civil(int64_t at)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at);
	g_autoptr(GDateTime) local = utc ? g_date_time_to_timezone(utc, london) : NULL;
	struct civil civil = {0};

	if (!local)
		return civil;
	g_date_time_get_ymd(local, &civil.year, &civil.month, &civil.day);
	civil.hour = g_date_time_get_hour(local);
	civil.minute = g_date_time_get_minute(local);
	civil.second = g_date_time_get_second(local);
	civil.weekday = g_date_time_get_day_of_week(local);
	return civil;
}

void
clock_words(int64_t at, char out[CLOCK_WORDS_BYTES])
{
	struct civil civil = clock_civil(at);

	(void)g_snprintf(out, CLOCK_WORDS_BYTES, "%04d-%02d-%02d %02d:%02d", civil.year,
	    civil.month, civil.day, civil.hour, civil.minute);
}

int64_t
clock_moment(int year, int month, int day, int hour, int minute)
{
	g_autoptr(GDateTime) local = g_date_time_new(london, year, month, day, hour, minute, 0.0);

	return local ? g_date_time_to_unix(local) : 0;
}

int32_t
day_number(int year, int month, int day)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;

	return (int32_t)(era * 146097 + day_of_era - 719468);
}

void
day_civil(int32_t number, int *year, int *month, int *day)
{
	int64_t z = (int64_t)number + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t shifted = (5 * of_year + 2) / 153;

	*day = (int)(of_year - (153 * shifted + 2) / 5 + 1);
	*month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

bool
day_is_valid(int year, int month, int day)
{
	return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
	    g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year);
}

bool
day_read(const char *text, int32_t *out)
{
	static const char SHAPE[] = "9999-99-99";
	int numbers[3] = {0};

	if (strlen(text) != strlen(SHAPE))
		return false;
	for (size_t at = 0, number = 0; SHAPE[at]; at++) {
		if (SHAPE[at] == '-')
			number++;
		if (SHAPE[at] == '-' ? text[at] != '-' : !g_ascii_isdigit(text[at]))
			return false;
		if (SHAPE[at] != '-')
			numbers[number] = numbers[number] * 10 + (text[at] - '0');
	}
	if (!day_is_valid(numbers[0], numbers[1], numbers[2]))
		return false;
	*out = day_number(numbers[0], numbers[1], numbers[2]);
	return true;
}

int
age_on(int32_t born, int32_t today)
{
	int by, bm, bd, ty, tm, td;

	day_civil(born, &by, &bm, &bd);
	day_civil(today, &ty, &tm, &td);
	return ty - by - (tm < bm || (tm == bm && td < bd));
}
