/* Reads days and moments, and knows a few words for them. */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "form/form_date.h"
#include "form/form_values.h"

#include <string.h>

/* An incident may be told years later, but a short year means a year near the report. */
enum { SHORT_YEARS_BACK = 20 };

static const char *const FILLERS[] = {"on", "at", "the", "of", "and", "to", "from", "between",
    "until", "till", "about", "around", "approx", "approximately", "circa", "c", "t", "bst", "gmt",
    "hrs", "hours", "time", "date", "day", "since", "monday", "tuesday", "wednesday", "thursday",
    "friday", "saturday", "sunday", "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri",
    "sat", "sun", "st", "nd", "rd", "th"};

/* Before a day they leave it open, before a time they do not. */
static const char *const ROUGHLY[] = {
    "about", "around", "approx", "approximately", "circa", "c", "since", "until", "till"};

/* Words for days near the report, as days before it. */
static bool
take_near_day(struct tokens *tokens, int32_t today, struct value *out)
{
	static const char *const TODAY[] = {"today", "tonight", "now"};
	static const char *const YESTERDAY[] = {"yesterday"};

	if (tokens_use_words(tokens, TODAY, COUNT_OF(TODAY)))
		out->first_day = out->last_day = today;
	else if (tokens_use_words(tokens, YESTERDAY, COUNT_OF(YESTERDAY)))
		out->first_day = out->last_day = today - 1;
	else
		return false;
	return true;
}

/* One date, or two that a span lies between. */
static bool
take_days(const struct value_reading *reading, struct tokens *tokens, struct value *out)
{
	struct date date;
	int32_t first, last;
	int year, month, day;
	bool found = false;

	day_civil(reading->today, &year, &month, &day);
	while (tokens_take_date(tokens, true, &date)) {
		if (!date_complete(&date, year - SHORT_YEARS_BACK, year) ||
		    !date_days(&date, &first, &last))
			return false;
		out->first_day = found ? MIN(out->first_day, first) : first;
		out->last_day = found ? MAX(out->last_day, last) : last;
		found = true;
	}
	return found || take_near_day(tokens, reading->today, out);
}

static int64_t
moment_of(int32_t number, const struct time_of_day *time)
{
	int year, month, day;

	if (time->has_offset)
		return (int64_t)number * 86400 + time->hour * 3600 + time->minute * 60 -
		    time->offset_minutes * 60;
	day_civil(number, &year, &month, &day);
	return clock_moment(year, month, day, (int)time->hour, (int)time->minute);
}

/* One time gives a moment; two, or two days, a span that only its words can tell. */
static void
take_times(struct tokens *tokens, struct value *out)
{
	struct time_of_day time, other;

	if (!tokens_take_time(tokens, &time))
		return;
	if (tokens_take_time(tokens, &other) || out->first_day != out->last_day)
		out->is_estimated = true;
	else
		out->moment = moment_of(out->first_day, &time);
}

static bool
is_in_future(const struct value_reading *reading, const struct value *value)
{
	struct civil now = clock_civil(reading->mail_date);

	return value->first_day > day_number(now.year, now.month, now.day) + DATE_GRACE_DAYS;
}

bool
value_read_moment(const struct value_reading *reading, struct value *out, struct trouble *trouble)
{
	struct tokens tokens;
	bool is_read = tokens_split(out->text, &tokens) && take_days(reading, &tokens, out);

	if (is_read)
		out->is_doubted = tokens_are_questioned(&tokens) ||
		    tokens_follow_word(&tokens, ROUGHLY, COUNT_OF(ROUGHLY));
	if (is_read && reading->field->kind == FIELD_MOMENT)
		take_times(&tokens, out);
	out->is_estimated = out->is_estimated || out->is_doubted;
	(void)tokens_use_words(&tokens, FILLERS, COUNT_OF(FILLERS));
	if (!is_read || !tokens_are_used(&tokens))
		return value_trouble(reading, trouble, "form.unclear-date",
		    "%s is not a date that we can read. Please write day, month and year, like "
		    "14/03/2026 or 14 March 2026%s.",
		    quote_answer(out->text, reading->arena),
		    reading->field->kind == FIELD_MOMENT ? ", and the time like 23:40" : "");
	if (is_in_future(reading, out))
		return value_trouble(reading, trouble, "form.future-date",
		    "%s lies in the future. Is it the right day?",
		    quote_answer(out->text, reading->arena));
	return true;
}
