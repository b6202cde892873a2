/* Finds dates and times among the words and numbers of an answer. */
/* SPDX-License-Identifier: MIT */
#include "form/form_date.h"

#include <glib.h>
#include <string.h>

#include "base/clock.h"
#include "papers/concern.h"

static const char *const MONTHS[] = {"january", "february", "march", "april", "may", "june", "july",
    "august", "september", "october", "november", "december"};

static size_t
read_number(const char *words, size_t length, struct token *token)
{
	size_t at = 0;

	token->kind = TOKEN_NUMBER;
	for (; at < length && g_ascii_isdigit(words[at]); at++)
		token->number =
		    at < 9 ? token->number * 10 + (unsigned)(words[at] - '0') : 999999999;
	token->digits = (unsigned)at;
	return at;
}

static size_t
read_word(const char *words, size_t length, struct token *token)
{
	size_t at = 0, used = 0;

	token->kind = TOKEN_WORD;
	for (; at < length && (g_ascii_isalpha(words[at]) || (words[at] & 0x80)); at++)
		if (used + 1 < sizeof token->word)
			token->word[used++] = g_ascii_tolower(words[at]);
	return at;
}

/* The dashes of other keyboards are the dash of this one. */
static size_t
read_dash(const char *words, size_t length, struct token *token)
{
	if (length < 3 || memcmp(words, "\xE2\x80", 2) != 0 || (unsigned char)words[2] < 0x90 ||
	    (unsigned char)words[2] > 0x95)
		return 0;
	token->kind = TOKEN_SIGN;
	token->sign = '-';
	return 3;
}

bool
tokens_split(struct plain text, struct tokens *out)
{
	size_t at = 0;

	out->count = 0;
	for (;;) {
		bool is_apart = at == 0;
		for (; at < text.length && strchr(" \t\n", text.words[at]); at++)
			is_apart = true;
		if (at == text.length)
			return true;
		if (out->count == TOKENS_MAX)
			return false;
		struct token *token = &out->all[out->count++];
		*token = (struct token){.is_apart = is_apart};
		const char *words = text.words + at;
		size_t left = text.length - at, taken = read_dash(words, left, token);
		if (!taken && g_ascii_isdigit(*words))
			taken = read_number(words, left, token);
		else if (!taken)
			taken = read_word(words, left, token);
		if (!taken) {
			token->kind = TOKEN_SIGN;
			token->sign = *words;
			taken = 1;
		}
		at += taken;
	}
}

bool
tokens_use_words(struct tokens *tokens, const char *const *words, size_t count)
{
	bool found = false;

	for (size_t at = 0; at < tokens->count; at++)
		for (size_t word = 0; word < count; word++)
			if (tokens->all[at].kind == TOKEN_WORD &&
			    strcmp(tokens->all[at].word, words[word]) == 0)
				found = tokens->all[at].is_used = true;
	return found;
}

bool
tokens_are_used(const struct tokens *tokens)
{
	for (size_t at = 0; at < tokens->count; at++) {
		const struct token *token = &tokens->all[at];
		bool counts = token->kind != TOKEN_SIGN || strchr("<>+", token->sign);
		if (counts && !token->is_used)
			return false;
	}
	return true;
}

bool
tokens_are_questioned(const struct tokens *tokens)
{
	const struct token *last = NULL;

	for (size_t at = 0; at < tokens->count; at++) {
		const struct token *token = &tokens->all[at];
		if (token->kind != TOKEN_SIGN)
			last = token;
		else if (token->sign == '?' && last && last->is_used)
			return true;
	}
	return false;
}

bool
tokens_follow_word(const struct tokens *tokens, const char *const *words, size_t count)
{
	for (size_t at = 0; at + 1 < tokens->count; at++)
		for (size_t word = 0; word < count; word++)
			if (tokens->all[at].kind == TOKEN_WORD && !tokens->all[at].is_used &&
			    strcmp(tokens->all[at].word, words[word]) == 0 &&
			    tokens->all[at + 1].is_used)
				return true;
	return false;
}

static const struct token *
token_at(const struct tokens *tokens, size_t at)
{
	static const struct token NONE = {.kind = TOKEN_SIGN, .is_used = true};

	return at < tokens->count && !tokens->all[at].is_used ? &tokens->all[at] : &NONE;
}

static bool
is_number(const struct tokens *tokens, size_t at, unsigned least, unsigned most)
{
	const struct token *token = token_at(tokens, at);

	return token->kind == TOKEN_NUMBER && token->digits >= least && token->digits <= most;
}

static bool
is_sign(const struct tokens *tokens, size_t at, const char *signs)
{
	const struct token *token = token_at(tokens, at);

	return token->kind == TOKEN_SIGN && token->sign && strchr(signs, token->sign);
}

/* 1 to 12 for the name of a month or its first three letters or more. */
static unsigned
month_of(const struct token *token)
{
	size_t length = strlen(token->word);

	if (token->kind != TOKEN_WORD || length < 3)
		return 0;
	for (unsigned month = 0; month < 12; month++)
		if (strncmp(MONTHS[month], token->word, length) == 0)
			return month + 1;
	return 0;
}

/* A year of two or four digits at `at` into the date. */
static bool
read_year(const struct tokens *tokens, size_t at, struct date *out)
{
	if (!is_number(tokens, at, 2, 4) || token_at(tokens, at)->digits == 3)
		return false;
	out->year = token_at(tokens, at)->number;
	out->has_short_year = token_at(tokens, at)->digits == 2;
	return true;
}

/* 2015-03-14, 14/03/2015, 14.3.15, 14 03 2015: the number of tokens, or 0. */
static size_t
numeric_date(const struct tokens *tokens, size_t at, struct date *out)
{
	const char *signs = "-/.";
	size_t step = is_sign(tokens, at + 1, signs) && is_sign(tokens, at + 3, signs) ? 2 : 1;

	out->precision = PRECISION_DAY;
	if (step == 2 && is_number(tokens, at, 4, 4) && is_number(tokens, at + 2, 1, 2) &&
	    is_number(tokens, at + 4, 1, 2)) {
		(void)read_year(tokens, at, out);
		out->month = token_at(tokens, at + 2)->number;
		out->day = token_at(tokens, at + 4)->number;
		return 5;
	}
	if (!is_number(tokens, at, 1, 2) || !is_number(tokens, at + step, 1, 2) ||
	    !read_year(tokens, at + 2 * step, out) || (step == 1 && out->has_short_year))
		return 0;
	out->day = token_at(tokens, at)->number;
	out->month = token_at(tokens, at + step)->number;
	return 2 * step + 1;
}

/* 14032015 and 20150314: a month is never 19 or 20, so only one of the two can be a date. */
static size_t
solid_date(const struct tokens *tokens, size_t at, struct date *out)
{
	if (!is_number(tokens, at, 8, 8))
		return 0;
	unsigned number = token_at(tokens, at)->number, head = number / 1000000;
	out->precision = PRECISION_DAY;
	bool is_iso = (head == 19 || head == 20) && number / 100 % 100 <= 12;
	if (is_iso) {
		out->year = number / 10000;
		out->month = number / 100 % 100;
		out->day = number % 100;
	} else {
		out->day = head;
		out->month = number / 10000 % 100;
		out->year = number % 10000;
	}
	return 1;
}

/* 3 March 2015, 3rd of Mar 15, 3-Mar-2015. */
static size_t
day_month_year(const struct tokens *tokens, size_t at, struct date *out)
{
	static const char *const BETWEEN[] = {"st", "nd", "rd", "th", "of"};
	size_t next = at + 1;

	if (!is_number(tokens, at, 1, 2))
		return 0;
	for (size_t word = 0; word < COUNT_OF(BETWEEN); word++)
		if (strcmp(token_at(tokens, next)->word, BETWEEN[word]) == 0)
			next++;
	next += is_sign(tokens, next, "-/.");
	out->day = token_at(tokens, at)->number;
	out->month = month_of(token_at(tokens, next));
	if (!out->month)
		return 0;
	next++;
	next += is_sign(tokens, next, "-/.,'");
	out->precision = PRECISION_DAY;
	return read_year(tokens, next, out) ? next + 1 - at : 0;
}

/* March 3rd, 2015 and March 2015. */
static size_t
month_first(const struct tokens *tokens, size_t at, struct date *out)
{
	size_t next = at + 1;

	out->month = month_of(token_at(tokens, at));
	if (!out->month)
		return 0;
	next += is_sign(tokens, next, "-/.,'");
	if (is_number(tokens, next, 4, 4)) {
		out->precision = PRECISION_MONTH;
		return read_year(tokens, next, out) ? next + 1 - at : 0;
	}
	if (!is_number(tokens, next, 1, 2))
		return 0;
	out->day = token_at(tokens, next++)->number;
	next += month_of(token_at(tokens, next)) == 0 && strlen(token_at(tokens, next)->word) == 2;
	next += is_sign(tokens, next, ",");
	out->precision = PRECISION_DAY;
	if (is_number(tokens, next, 4, 4) && read_year(tokens, next, out))
		return next + 1 - at;
	return 0;
}

/* 03/2015 and 2015. */
static size_t
partial_date(const struct tokens *tokens, size_t at, struct date *out)
{
	if (is_number(tokens, at, 1, 2) && is_sign(tokens, at + 1, "-/.") &&
	    is_number(tokens, at + 2, 4, 4) && token_at(tokens, at + 2)->number >= 1900) {
		out->precision = PRECISION_MONTH;
		out->month = token_at(tokens, at)->number;
		return read_year(tokens, at + 2, out) ? 3 : 0;
	}
	if (!is_number(tokens, at, 4, 4) || token_at(tokens, at)->number < 1900 ||
	    token_at(tokens, at)->number > 2100 || is_sign(tokens, at + 1, ":"))
		return 0;
	out->precision = PRECISION_YEAR;
	return read_year(tokens, at, out) ? 1 : 0;
}

static void
use(struct tokens *tokens, size_t from, size_t count)
{
	for (size_t at = from; at < from + count && at < tokens->count; at++)
		tokens->all[at].is_used = true;
}

bool
tokens_take_date(struct tokens *tokens, bool is_whole, struct date *out)
{
	static size_t (*const SHAPES[])(const struct tokens *, size_t, struct date *) = {
	    numeric_date, solid_date, day_month_year, month_first, partial_date};

	/* The most whole shape first, wherever it stands: in "born 2015, on 3 March 2015" the day
	 * counts. */
	for (size_t shape = 0; shape < COUNT_OF(SHAPES); shape++)
		for (size_t at = 0; at < tokens->count; at++) {
			struct date date = {0};
			size_t count = SHAPES[shape](tokens, at, &date);
			if (!count || (is_whole && date.precision != PRECISION_DAY))
				continue;
			use(tokens, at, count);
			*out = date;
			return true;
		}
	return false;
}

bool
date_days(const struct date *date, int32_t *first, int32_t *last)
{
	int year = (int)date->year, month = (int)date->month;

	if (date->has_short_year || year < DATE_FIRST_YEAR || year > DATE_LAST_YEAR)
		return false;
	switch (date->precision) {
	case PRECISION_DAY:
		if (!day_is_valid(year, month, (int)date->day))
			return false;
		*first = *last = day_number(year, month, (int)date->day);
		return true;
	case PRECISION_MONTH:
		if (month < 1 || month > 12)
			return false;
		*first = day_number(year, month, 1);
		*last = day_number(month == 12 ? year + 1 : year, month % 12 + 1, 1) - 1;
		return true;
	case PRECISION_YEAR:
		*first = day_number(year, 1, 1);
		*last = day_number(year, 12, 31);
		return true;
	}
	return false;
}

bool
date_complete(struct date *date, int oldest, int youngest)
{
	unsigned found = 0, year = 0;

	if (!date->has_short_year)
		return true;
	for (unsigned century = DATE_FIRST_YEAR; century <= 2100; century += 100)
		if ((int)(century + date->year) >= oldest &&
		    (int)(century + date->year) <= youngest) {
			year = century + date->year;
			found++;
		}
	if (found != 1)
		return false;
	date->year = year;
	date->has_short_year = false;
	return true;
}

static bool
is_word(const struct tokens *tokens, size_t at, const char *word)
{
	return token_at(tokens, at)->kind == TOKEN_WORD &&
	    strcmp(token_at(tokens, at)->word, word) == 0;
}

/* What may follow the digits of a time: am, pm, hrs, and an offset from UTC. */
static size_t
read_time_end(const struct tokens *tokens, size_t at, struct time_of_day *out, bool *has_end)
{
	size_t start = at;

	*has_end = true;
	if (is_word(tokens, at, "pm") && out->hour < 12)
		out->hour += 12;
	else if (is_word(tokens, at, "am") && out->hour == 12)
		out->hour = 0;
	if (is_word(tokens, at, "am") || is_word(tokens, at, "pm") || is_word(tokens, at, "hrs") ||
	    is_word(tokens, at, "hours") || is_word(tokens, at, "hr") || is_word(tokens, at, "h"))
		return 1;
	*has_end = false;
	if (is_word(tokens, at, "z") || is_word(tokens, at, "utc")) {
		out->has_offset = true;
		return 1;
	}
	if (is_sign(tokens, at, "+-") && is_number(tokens, at + 1, 2, 2) &&
	    is_sign(tokens, at + 2, ":") && is_number(tokens, at + 3, 2, 2)) {
		int minutes =
		    (int)(token_at(tokens, at + 1)->number * 60 + token_at(tokens, at + 3)->number);
		out->has_offset = true;
		out->offset_minutes = token_at(tokens, at)->sign == '-' ? -minutes : minutes;
		at += 4;
	}
	return at - start;
}

/* 23:40, 23.40, 23:40:05, 2340, 2340hrs, 11pm: the number of tokens, or 0. */
static size_t
read_time(const struct tokens *tokens, size_t at, struct time_of_day *out)
{
	size_t next = at + 1;
	bool has_end, is_whole = true;

	*out = (struct time_of_day){0};
	if (is_number(tokens, at, 1, 2) && is_sign(tokens, at + 1, ":.") &&
	    is_number(tokens, at + 2, 2, 2)) {
		out->hour = token_at(tokens, at)->number;
		out->minute = token_at(tokens, at + 2)->number;
		next = at + 3;
		if (is_sign(tokens, next, ":") && is_number(tokens, next + 1, 2, 2))
			next += 2;
	} else if (is_number(tokens, at, 4, 4)) {
		out->hour = token_at(tokens, at)->number / 100;
		out->minute = token_at(tokens, at)->number % 100;
	} else if (is_number(tokens, at, 1, 2)) {
		out->hour = token_at(tokens, at)->number;
		is_whole = false;
	} else {
		return 0;
	}
	next += read_time_end(tokens, next, out, &has_end);
	return (is_whole || has_end) && out->hour < 24 && out->minute < 60 ? next - at : 0;
}

bool
tokens_take_time(struct tokens *tokens, struct time_of_day *out)
{
	for (size_t at = 0; at < tokens->count; at++) {
		size_t count = 1;
		if (is_word(tokens, at, "noon") || is_word(tokens, at, "midday"))
			*out = (struct time_of_day){.hour = 12};
		else if (is_word(tokens, at, "midnight"))
			*out = (struct time_of_day){0};
		else
			count = read_time(tokens, at, out);
		if (!count)
			continue;
		use(tokens, at, count);
		return true;
	}
	return false;
}
