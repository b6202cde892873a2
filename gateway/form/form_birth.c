/* Reads a date of birth, part of one, an age, or a child not yet born. */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "form/form_date.h"
#include "form/form_values.h"

#include <string.h>

enum {
	AGE_MAX = 120,
	CHILD_AGE_MAX = 26, /* a short year of a child's: care leavers stay until 25 */
	ADULT_AGE_MIN = 12,
	ADULT_AGE_MAX = 95,
};

static const char *const FILLERS[] = {"aged", "age", "about", "approx", "approximately", "around",
    "roughly", "circa", "c", "est", "estimated", "maybe", "perhaps", "probably", "looks",
    "apparently", "like", "ish", "years", "year", "yrs", "yr", "y", "yo", "o", "old", "of", "and",
    "to", "or", "between", "months", "month", "mths", "mth", "mos", "m", "weeks", "week", "wks",
    "wk", "days", "day", "born", "dob", "in", "on", "the", "is", "he", "she", "thought", "be", "st",
    "nd", "rd", "th", "unknown", "not", "known", "but", "exact", "possibly", "stated", "verified",
    "confirmed"};
static const char *const ROUGHLY[] = {"about", "approx", "approximately", "around", "roughly",
    "circa", "c", "est", "estimated", "maybe", "perhaps", "probably", "looks", "apparently", "like",
    "ish", "thought", "possibly"};
static const char *const UNBORN[] = {
    "unborn", "due", "edd", "expected", "pregnant", "pregnancy", "antenatal", "foetus", "fetus"};
static const char *const UNBORN_FILLERS[] = {"date", "delivery", "baby", "on", "of", "in", "the",
    "at", "not", "yet", "born", "child", "about", "approx", "around", "circa", "c", "is", "early",
    "late", "mid", "to", "be", "st", "nd", "rd", "th", "mother", "approximately", "gestation",
    "gone"};

/* The day on which somebody born at `today` less so many years and months would have been born. */
static int32_t
months_before(int32_t today, int64_t months)
{
	int year, month, day;

	day_civil(today, &year, &month, &day);
	int64_t all = (int64_t)year * 12 + month - 1 - months;
	year = (int)(all / 12);
	month = (int)(all % 12) + 1;
	while (!day_is_valid(year, month, day))
		day--;
	return day_number(year, month, day);
}

static bool
is_word(const struct tokens *tokens, size_t at, const char *const *words, size_t count)
{
	const struct token *token = at < tokens->count ? &tokens->all[at] : NULL;

	for (size_t word = 0; token && token->kind == TOKEN_WORD && word < count; word++)
		if (strcmp(token->word, words[word]) == 0)
			return true;
	return false;
}

/* "not 4 May 2015" takes the day back; "not known", "not verified", "not yet born" do not. */
static bool
is_taken_back(const struct tokens *tokens)
{
	static const char *const NOT[] = {"not"},
				 *const OF_WHAT[] = {"known", "exact", "verified", "confirmed",
				     "stated", "sure", "certain", "yet", "born"};

	for (size_t at = 0; at < tokens->count; at++)
		if (is_word(tokens, at, NOT, COUNT_OF(NOT)) &&
		    !is_word(tokens, at + 1, OF_WHAT, COUNT_OF(OF_WHAT)))
			return true;
	return false;
}

/* "not verified", "exact day not known": what stands beside it is roughly so. */
static bool
is_unsure(const struct tokens *tokens)
{
	static const char *const NOT[] = {"not", "but"},
				 *const SURE[] = {"known", "exact", "verified", "confirmed",
				     "stated", "sure", "certain"};
	static const char *const UNKNOWN[] = {"unknown", "unsure"};

	for (size_t at = 0; at < tokens->count; at++)
		if (is_word(tokens, at, UNKNOWN, COUNT_OF(UNKNOWN)) ||
		    (is_word(tokens, at, NOT, COUNT_OF(NOT)) &&
			is_word(tokens, at + 1, SURE, COUNT_OF(SURE))))
			return true;
	return false;
}

static bool
has_rough_word(const struct tokens *tokens)
{
	for (size_t at = 0; at < tokens->count; at++) {
		const struct token *token = &tokens->all[at];
		if (token->kind == TOKEN_SIGN && (token->sign == '~' || token->sign == '?'))
			return true;
		if (is_word(tokens, at, ROUGHLY, COUNT_OF(ROUGHLY)))
			return true;
	}
	return false;
}

/* A number of an age and its unit. */
struct span {
	unsigned number;
	char unit; /* y, m, w, d; 0 where none stands behind it */
};

/* "7.5" is no span, and "3/12" is three months to a doctor and December to others; "14/15" is
 * clear. */
static bool
may_part(const struct tokens *tokens, const struct span *from, const struct token *to)
{
	const struct token *sign = to - 1;

	if (sign <= tokens->all || sign->kind != TOKEN_SIGN || sign[-1].kind != TOKEN_NUMBER)
		return true;
	return sign->sign == '-' ||
	    (sign->sign == '/' && to->number > 12 && to->number == from->number + 1);
}

/* The ages of an answer in their order, at most two; false where there are more or odd ones. */
static bool
take_ages(struct tokens *tokens, struct span ages[2], size_t *count)
{
	*count = 0;
	for (size_t at = 0; at < tokens->count; at++) {
		struct token *token = &tokens->all[at];
		if (token->kind != TOKEN_NUMBER || token->is_used)
			continue;
		if (*count == 2 || token->digits > 3 || (*count && !may_part(tokens, ages, token)))
			return false;
		const struct token *next = at + 1 < tokens->count ? &tokens->all[at + 1] : NULL;
		char unit = next && next->kind == TOKEN_WORD && strchr("ymwd", next->word[0])
		    ? next->word[0]
		    : 0;
		ages[(*count)++] = (struct span){.number = token->number, .unit = unit};
		token->is_used = true;
	}
	return *count > 0;
}

/* Completed units at `today`: the days a birth may lie on. */
static void
span_days(int32_t today, unsigned from, unsigned to, char unit, struct value *out)
{
	switch (unit) {
	case 'm':
		out->first_day = months_before(today, (int64_t)to + 1) + 1;
		out->last_day = months_before(today, from);
		break;
	case 'w':
		out->first_day = today - (int32_t)(to + 1) * 7 + 1;
		out->last_day = today - (int32_t)from * 7;
		break;
	case 'd':
		out->first_day = today - (int32_t)to;
		out->last_day = today - (int32_t)from;
		break;
	default:
		out->first_day = months_before(today, ((int64_t)to + 1) * 12) + 1;
		out->last_day = months_before(today, (int64_t)from * 12);
	}
}

/*
 * "7", "about 7", "7-9 years", "2 years 3 months", "8 months". An age that is only about right is
 * taken as one more or less, so that a rule at the edge of it cannot tell.
 */
static bool
read_age(int32_t today, struct tokens *tokens, struct value *out)
{
	struct span ages[2];
	size_t count;
	bool is_rough = has_rough_word(tokens);

	if (!take_ages(tokens, ages, &count))
		return false;
	unsigned from = ages[0].number, to = count == 2 ? ages[1].number : from;
	char unit = ages[count - 1].unit ? ages[count - 1].unit : 'y';
	if (count == 2 && ages[0].unit == 'y' && unit == 'm') {
		from = to = ages[0].number * 12 + ages[1].number;
	} else if (count == 2 && ages[0].unit && ages[0].unit != unit) {
		return false;
	}
	if (from > to || (unit == 'y' && to > AGE_MAX))
		return false;
	if (is_rough) {
		from -= from > 0;
		to++;
	}
	span_days(today, from, to, unit, out);
	out->is_estimated = true;
	return true;
}

/* A short year of a date of birth: only where one century makes an age that fits. */
static bool
complete_birth(const struct value_reading *reading, struct date *date)
{
	int year, month, day;

	day_civil(reading->today, &year, &month, &day);
	if (reading->field->group == GROUP_CHILD)
		return date_complete(date, year - CHILD_AGE_MAX, year);
	return date_complete(date, year - ADULT_AGE_MAX, year - ADULT_AGE_MIN);
}

/* "14/03/2015, aged 11": an age beside the date must be the age that the date gives. */
static bool
agrees_with_age(int32_t today, struct tokens *tokens, const struct value *value)
{
	struct span ages[2];
	size_t count;

	if (!take_ages(tokens, ages, &count))
		return count == 0;
	if (count == 2 || (ages[0].unit && ages[0].unit != 'y'))
		return false;
	int age = (int)ages[0].number;
	return age >= age_on(value->last_day, today) && age <= age_on(value->first_day, today);
}

static bool
read_date(const struct value_reading *reading, struct tokens *tokens, struct date *date,
    struct value *out)
{
	bool is_rough =
	    has_rough_word(tokens) || (date->precision == PRECISION_DAY && is_unsure(tokens));

	if (!complete_birth(reading, date) || !date_days(date, &out->first_day, &out->last_day))
		return false;
	out->is_estimated = is_rough || date->precision != PRECISION_DAY;
	if (is_rough) {
		/* "about March 2015" may be half a year off, "about 2015" a whole one */
		int64_t off = date->precision == PRECISION_YEAR ? 12 : 6;
		out->first_day = months_before(out->first_day, off);
		out->last_day = MIN(months_before(out->last_day, -off), reading->today);
	}
	return agrees_with_age(reading->today, tokens, out);
}

static bool
refuse(const struct value_reading *reading, const struct value *value, struct trouble *trouble)
{
	return value_trouble(reading, trouble, "form.unclear-date",
	    "%s is not a date of birth or an age that we can read. Please write it like "
	    "14/03/2015 or 14 March 2015 (day first, four figures for the year), or an age like "
	    "about 7, or unborn with the due date.",
	    quote_answer(value->text, reading->arena));
}

/* "24 weeks pregnant" and "due in 6 weeks", give or take two weeks. */
static bool
read_weeks(int32_t today, struct tokens *tokens, struct value *out)
{
	static const char *const AHEAD[] = {"in"}, *const WEEKS[] = {"weeks", "week", "wks", "wk"};
	struct span ages[2];
	size_t count;

	if (!take_ages(tokens, ages, &count))
		return count == 0;
	if (count != 1 || ages[0].unit != 'w' || ages[0].number > DUE_MAX_DAYS / 7)
		return false;
	int32_t days = (int32_t)ages[0].number * 7;
	int32_t due =
	    today + (tokens_use_words(tokens, AHEAD, COUNT_OF(AHEAD)) ? days : 280 - days);
	(void)tokens_use_words(tokens, WEEKS, COUNT_OF(WEEKS));
	out->first_day = MAX(due - 14, today);
	out->last_day = MAX(due, today) + 14;
	return true;
}

/* "unborn?" may be a child that is born; "unborn, due ?" only lacks its day. */
static bool
is_unborn_questioned(const struct tokens *tokens)
{
	static const char *const STATES[] = {
	    "unborn", "pregnant", "pregnancy", "antenatal", "foetus", "fetus"};

	for (size_t at = 1; at < tokens->count; at++)
		if (tokens->all[at].sign == '?' && !tokens->all[at].is_apart &&
		    is_word(tokens, at - 1, STATES, COUNT_OF(STATES)))
			return true;
	return false;
}

/* A child that is not born: the days are those of the due date. */
static bool
read_unborn(const struct value_reading *reading, struct tokens *tokens, struct value *out,
    struct trouble *trouble)
{
	struct date date;

	out->is_unborn = true;
	out->is_estimated = true;
	out->first_day = reading->today;
	out->last_day = reading->today + DUE_MAX_DAYS;
	if (tokens_take_date(tokens, false, &date)) {
		int year, month, day;
		day_civil(reading->today, &year, &month, &day);
		if (!date_complete(&date, year, year + 1) ||
		    !date_days(&date, &out->first_day, &out->last_day))
			return refuse(reading, out, trouble);
		out->is_estimated = date.precision != PRECISION_DAY;
	} else if (!read_weeks(reading->today, tokens, out)) {
		return refuse(reading, out, trouble);
	}
	bool is_open = is_unborn_questioned(tokens);
	(void)tokens_use_words(tokens, UNBORN_FILLERS, COUNT_OF(UNBORN_FILLERS));
	if (is_open || !tokens_are_used(tokens))
		return refuse(reading, out, trouble);
	if (out->last_day < reading->today - OVERDUE_MAX_DAYS ||
	    out->first_day > reading->today + DUE_MAX_DAYS)
		return value_trouble(reading, trouble, "form.unclear-date",
		    "%s cannot be a due date: it is long past, or more than 42 weeks ahead.",
		    quote_answer(out->text, reading->arena));
	return true;
}

/* "newborn" is less than four weeks old, the word that midwives use it for. */
static bool
take_newborn(int32_t today, struct tokens *tokens, struct value *out)
{
	static const char *const WORDS[] = {"newborn", "neonate"};

	if (!tokens_use_words(tokens, WORDS, COUNT_OF(WORDS)))
		return false;
	span_days(today, 0, 27, 'd', out);
	out->is_estimated = true;
	return true;
}

static bool
read_born(const struct value_reading *reading, struct tokens *tokens, struct value *out,
    struct trouble *trouble)
{
	struct date date = {0};
	bool has_date = tokens_take_date(tokens, false, &date);
	bool is_read = has_date
	    ? read_date(reading, tokens, &date, out)
	    : take_newborn(reading->today, tokens, out) || read_age(reading->today, tokens, out);

	(void)tokens_use_words(tokens, FILLERS, COUNT_OF(FILLERS));
	if (!is_read || !tokens_are_used(tokens))
		return refuse(reading, out, trouble);
	if (out->first_day > reading->today)
		return value_trouble(reading, trouble, "form.future-date",
		    "%s lies in the future. Is the child not yet born? Then please write unborn "
		    "and the due date.",
		    quote_answer(out->text, reading->arena));
	out->last_day = MIN(out->last_day, reading->today);
	if (age_on(out->last_day, reading->today) > AGE_MAX)
		return refuse(reading, out, trouble);
	return true;
}

bool
value_read_birth(const struct value_reading *reading, struct value *out, struct trouble *trouble)
{
	struct tokens tokens;

	if (!tokens_split(out->text, &tokens) || is_taken_back(&tokens))
		return refuse(reading, out, trouble);
	if (reading->field->group == GROUP_CHILD &&
	    tokens_use_words(&tokens, UNBORN, COUNT_OF(UNBORN)))
		return read_unborn(reading, &tokens, out, trouble);
	return read_born(reading, &tokens, out, trouble);
}
