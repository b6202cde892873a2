/* How old people are, as far as tests of a field can tell. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_SPACE_AGES_H
#define ROUTING_SPACE_AGES_H

#include "routing/space_days.h"

enum {
	OLDEST_YEARS = 120, /* of a date of birth that a form may have */
	GUESS_DAYS = 183,   /* how far a date of birth that is estimated may be off */
};

/* The first day of birth of those who are younger than this on a day. */
int32_t ages_first_younger(int32_t day, int64_t age);
/* The first day on which somebody is so old. */
int32_t ages_first_day(int32_t born, int age);

/* Finds the years that tests of a date of birth compare with; they cut a life into stretches. */
void ages_find_years(struct space_field *field);
/* Whether there are any, and how many stretches: 1 of a field without. */
bool ages_matter(const struct space_field *field);
unsigned ages_stretches(const struct space_field *field);
/* The youngest of a stretch, and the youngest beyond it: INT_MAX beyond the last. */
int ages_from(const struct space_field *field, unsigned stretch);
int ages_under(const struct space_field *field, unsigned stretch);
/* The stretch of somebody on a day; of who is not born yet the first. */
unsigned ages_stretch_on(const struct space_field *field, int32_t born, int32_t day);
/* The last day of birth that is possible for who is said to be born on this one. */
int32_t ages_latest_birth(
    const struct rule_space *space, const struct birth_days *births, int32_t born);

#endif
