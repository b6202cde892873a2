/* Dates and times of day as people in the United Kingdom write them. */
/* SPDX-License-Identifier: MIT */
#ifndef FORM_FORM_DATE_H
#define FORM_FORM_DATE_H

#include "base/plain.h"

enum { TOKENS_MAX = 48, TOKEN_WORD_BYTES = 16 };

enum token_kind { TOKEN_NUMBER, TOKEN_WORD, TOKEN_SIGN };

/* A number, a word in small letters, or a sign; the parser marks what it has understood. */
struct token {
	enum token_kind kind;
	unsigned number, digits;     /* of a number; more than nine digits count as nine nines */
	char word[TOKEN_WORD_BYTES]; /* of a word, cut */
	char sign;
	bool is_apart; /* white space before it */
	bool is_used;
};

struct tokens {
	struct token all[TOKENS_MAX];
	size_t count;
};

/* False when there are more than TOKENS_MAX. */
bool tokens_split(struct plain text, struct tokens *out);
/* Marks every word of the list as understood; true when there was one. */
bool tokens_use_words(struct tokens *tokens, const char *const *words, size_t count);
/* True when nothing but signs is left, and none of those that change a number: < > and +. */
bool tokens_are_used(const struct tokens *tokens);

/* True when a question mark stands behind what has been understood so far: "4 May 2015?". */
bool tokens_are_questioned(const struct tokens *tokens);
/* True when one of the words stands before what has been understood so far: "about 4 May 2015". */
bool tokens_follow_word(const struct tokens *tokens, const char *const *words, size_t count);

enum date_precision { PRECISION_DAY, PRECISION_MONTH, PRECISION_YEAR };

/* A date before its century is known: `year` as written. */
struct date {
	enum date_precision precision;
	unsigned year, month, day;
	bool has_short_year; /* two digits */
};

/*
 * Takes the first date out of the tokens, of a whole day where is_whole; false when there is none.
 * It may be impossible (31 February).
 */
bool tokens_take_date(struct tokens *tokens, bool is_whole, struct date *out);
/* The first and last day of a date with a whole year; false when there is no such date. */
bool date_days(const struct date *date, int32_t *first, int32_t *last);
/* Gives a short year the one century that puts it between the two years; false where none or two
 * do. */
bool date_complete(struct date *date, int oldest, int youngest);

struct time_of_day {
	unsigned hour, minute;
	bool has_offset;
	int offset_minutes; /* from UTC */
};

/* Takes the first time of day; dates are to be taken before. False when there is none. */
bool tokens_take_time(struct tokens *tokens, struct time_of_day *out);

#endif
