/* What time it is, and what day that is in London. */
/* SPDX-License-Identifier: MIT */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/base.h"

/* Seconds since 1970 UTC. */
int64_t clock_now(void);

/*
 * Seconds that never jump and never go back, for pauses and rates: they stand still while the
 * machine is suspended and mean nothing to another process.
 */
int64_t clock_steady(void);

/* "Sat, 21 Nov 2026 09:05:00 +0000", the date of a mail header (RFC 5322 3.3), always UTC. */
enum { MAIL_DATE_BYTES = 48 };
void clock_mail_date(int64_t at, char out[MAIL_DATE_BYTES]);

/* A civil moment in Europe/London. */
struct civil {
	int year, month, day; /* month 1-12, day 1-31 */
	int hour, minute, second;
	int weekday; /* 1 Monday .. 7 Sunday */
};

/*
 * Opens Europe/London once, before any wall keeps the time zone files away. Returns false when
 * the machine has no time zone data (package tzdata).
 */
MUST_CHECK bool clock_open_zone(void);

/* The London civil time of a moment. Needs clock_open_zone(). */
struct civil clock_civil(int64_t at);

/* "2026-11-23 08:31" in London, as lists show a moment. */
enum { CLOCK_WORDS_BYTES = 20 };
void clock_words(int64_t at, char out[CLOCK_WORDS_BYTES]);

/*
 * The moment of a London civil time; of a repeated hour the first, of a skipped one the moment
 * after.
 */
int64_t clock_moment(int year, int month, int day, int hour, int minute);

/* Civil days as numbers: days since 1970-01-01, proleptic Gregorian. */
int32_t day_number(int year, int month, int day);
void day_civil(int32_t number, int *year, int *month, int *day);
bool day_is_valid(int year, int month, int day);
/* The day of "2026-03-29", and of no other spelling. */
bool day_read(const char *text, int32_t *out);

/*
 * Completed years on `today` of one born on `born` (both day numbers). An age is attained at the
 * start of the anniversary (Family Law Reform Act 1969 s.9); of 29 February in common years on
 * 1 March. Negative before birth.
 */
int age_on(int32_t born, int32_t today);

#endif
