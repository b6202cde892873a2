/* Says a value in the words of a letter. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "base/clock.h"
#include "papers/concern.h"

enum { DAY_BYTES = 40 };

static const char *const MONTHS[] = {"January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December"};

static struct plain
plain_of(const char *text)
{
	return (struct plain){.words = text, .length = strlen(text)};
}

/* "14 March 2015" */
static void
write_day(int32_t number, char out[DAY_BYTES])
{
	int year, month, day;

	day_civil(number, &year, &month, &day);
	(void)g_snprintf(out, DAY_BYTES, "%d %s %d", day, MONTHS[month - 1], year);
}

/* "March 2015" and "2015" where the days are just that month or year, else false. */
static bool
write_period(int32_t first, int32_t last, char out[DAY_BYTES])
{
	int year, month, day, last_year, last_month, last_day, next, next_month, next_day;

	day_civil(first, &year, &month, &day);
	day_civil(last, &last_year, &last_month, &last_day);
	day_civil(last + 1, &next, &next_month, &next_day);
	if (day != 1 || next_day != 1 || year != last_year)
		return false;
	if (month == last_month)
		(void)g_snprintf(out, DAY_BYTES, "%s %d", MONTHS[month - 1], year);
	else if (month == 1 && last_month == 12)
		(void)g_snprintf(out, DAY_BYTES, "%d", year);
	else
		return false;
	return true;
}

static int32_t
report_day(const struct concern *concern)
{
	struct civil now = clock_civil(concern->reported_at);

	return day_number(now.year, now.month, now.day);
}

static struct plain
unborn_words(const struct value *value, struct arena *arena)
{
	char first[DAY_BYTES], last[DAY_BYTES];

	write_day(value->first_day, first);
	write_day(value->last_day, last);
	if (value->first_day == value->last_day)
		return plain_of(arena_print(arena, "unborn, due %s", first));
	if (write_period(value->first_day, value->last_day, first))
		return plain_of(arena_print(arena, "unborn, due in %s", first));
	return plain_of(arena_print(arena, "unborn, due between %s and %s", first, last));
}

/* Whole months between two days, for children under two. */
static int
months_on(int32_t born, int32_t today)
{
	int year, month, day, now_year, now_month, now_day;

	day_civil(born, &year, &month, &day);
	day_civil(today, &now_year, &now_month, &now_day);
	return (now_year - year) * 12 + now_month - month - (now_day < day);
}

/* "about 7 years old", "10 or 11 years old", "7 to 10 years old", "about 8 months old" for a span
 * of days. */
static const char *
age_words(const struct value *value, int32_t today, struct arena *arena)
{
	int young = age_on(value->last_day, today), old = age_on(value->first_day, today);
	bool is_baby = old < 2;

	if (is_baby) {
		young = months_on(value->last_day, today);
		old = months_on(value->first_day, today);
	}
	const char *unit = is_baby ? "month" : "year";
	if (is_baby && old == 0)
		return "less than a month old";
	if (old - young == 2)
		young = old = young + 1;
	if (old == young)
		return arena_print(arena, "about %d %s%s old", old, unit, old == 1 ? "" : "s");
	return arena_print(
	    arena, "%d %s %d %ss old", young, old - young == 1 ? "or" : "to", old, unit);
}

static struct plain
birth_words(const struct concern *concern, const struct value *value, struct arena *arena)
{
	char first[DAY_BYTES], last[DAY_BYTES];
	int32_t today = report_day(concern);

	if (value->is_unborn)
		return unborn_words(value, arena);
	write_day(value->first_day, first);
	write_day(value->last_day, last);
	if (value->first_day == value->last_day)
		return plain_of(arena_print(arena, "%s (aged %d)%s", first,
		    age_on(value->first_day, today), value->is_estimated ? ", estimated" : ""));
	if (write_period(value->first_day, value->last_day, first))
		return plain_of(
		    arena_print(arena, "%s (%s)", first, age_words(value, today, arena)));
	return plain_of(arena_print(
	    arena, "%s (born between %s and %s)", age_words(value, today, arena), first, last));
}

static struct plain
moment_words(const struct value *value, struct arena *arena)
{
	char first[DAY_BYTES], last[DAY_BYTES];

	if (value->is_estimated)
		return value->text; /* a span of time is best said as it was written */
	write_day(value->first_day, first);
	write_day(value->last_day, last);
	if (value->first_day != value->last_day)
		return plain_of(arena_print(arena, "between %s and %s", first, last));
	if (!value->moment)
		return plain_of(arena_text(arena, first));
	struct civil civil = clock_civil(value->moment);
	return plain_of(arena_print(arena, "%s, %02d:%02d", first, civil.hour, civil.minute));
}

static struct plain
choice_words(const struct field *field, const struct value *value, struct arena *arena)
{
	size_t length = 1;

	for (unsigned at = 0; at < field->choice_count; at++)
		if (choice_set_has(&value->choices, at))
			length += strlen(field->choices[at].label) + 2;
	char *words = arena_take(arena, length), *end = words;
	for (unsigned at = 0; at < field->choice_count; at++)
		if (choice_set_has(&value->choices, at)) {
			end = stpcpy(end, end == words ? "" : "; ");
			end = stpcpy(end, field->choices[at].label);
		}
	return plain_of(words);
}

/* What stands behind a yes or a no is kept: "yes - he has a knife". */
static struct plain
yes_no_words(const struct value *value)
{
	const char *word = choice_set_has(&value->choices, 1) ? "yes" : "no";
	size_t length = strlen(word);

	if (value->text.length > length &&
	    g_ascii_strncasecmp(value->text.words, word, length) == 0)
		return value->text;
	return plain_of(word);
}

static struct plain
postcode_words(const struct value *value, struct arena *arena)
{
	if (value->no_fixed_abode)
		return plain_of("no fixed abode");
	if (!value->is_full_postcode)
		return plain_of(arena_print(arena, "%s (district only)", value->postcode));
	if (value->is_estimated)
		return plain_of(arena_print(arena, "%s (written as %.*s)", value->postcode,
		    (int)value->text.length, value->text.words));
	return plain_of(arena_text(arena, value->postcode));
}

static struct plain
given_words(const struct concern *concern, const struct field *field, const struct value *value,
    struct arena *arena)
{
	switch (field->kind) {
	case FIELD_MOMENT:
	case FIELD_DAY:
		return moment_words(value, arena);
	case FIELD_BIRTH:
		return birth_words(concern, value, arena);
	case FIELD_CHOICE:
	case FIELD_CHOICES:
		return choice_words(field, value, arena);
	case FIELD_YES_NO:
		return yes_no_words(value);
	case FIELD_POSTCODE:
		return postcode_words(value, arena);
	case FIELD_COUNT:
		return plain_of(arena_print(arena, "%lld", (long long)value->number));
	case FIELD_TEXT:
	case FIELD_LONG_TEXT:
	case FIELD_TELEPHONE:
	case FIELD_EMAIL:
		break;
	}
	return value->text;
}

struct plain
value_words(const struct concern *concern, const struct field *field, const struct value *value,
    struct arena *arena)
{
	switch (value->known) {
	case KNOWN_BLANK:
		break;
	case KNOWN_UNKNOWN:
		return plain_of("not known");
	case KNOWN_REFUSED:
		return plain_of("refused to say");
	case KNOWN_NOT_APPLICABLE:
		return plain_of("not applicable");
	case KNOWN_UNCLEAR:
		return plain_of(arena_print(
		    arena, "%.*s (as written)", (int)value->text.length, value->text.words));
	case KNOWN_GIVEN:
		return given_words(concern, field, value, arena);
	}
	return plain_of("");
}
