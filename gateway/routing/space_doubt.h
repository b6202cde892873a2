/* The days that a report in doubt can name, and how old people were on them. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_SPACE_DOUBT_H
#define ROUTING_SPACE_DOUBT_H

#include "routing/space_days.h"

/*
 * A report in doubt of its day names one that is long before its mail, and everybody's age is one of
 * those that they reached since. How old they were then is a level of its own below each date of
 * birth (since_level), by the years that tests compare with: 0 where they were under the first of
 * these, or not born, 1 where under the second, and so on. It says nothing where there is no doubt.
 *
 * A form names one day for its report, and how old two people were on it hangs together. Where rules
 * can ask for the ages of two, the days that they can tell apart are values of the doubt_level, each
 * with what people of each age can have been on it. Where they ask for one, any day will do, and is
 * chosen with the answer.
 */

/* Finds the days, and of each date of birth the years; before the answers are found. */
void doubt_find_days(struct rule_space *space);

/* How an answer, of births with their days, is taken on each of the days: a table by day, and in it
 * by how old they were then; NULL: it is no matter. */
struct doubted *doubt_answers(struct rule_space *space, const struct space_field *field,
    const char *words, const struct birth_days *births);
bool doubt_is_taken_alike(const struct rule_space *space, const struct space_field *field,
    const struct given *one, const struct given *other);
/* Of an asking, by the day of the report: what it says where it is in no doubt, and where it is. */
diagram doubt_asked(struct rule_space *space, struct space_field *field,
    const struct asking *asking, diagram undoubted);
/* 1 where somebody can have been so old on that day, or it is in no doubt. */
diagram doubt_possible(struct rule_space *space, const struct space_field *field);

/* What the answer is, and the day, for these values; NULL where the day is in no doubt. */
const struct doubted *doubt_chosen(
    const struct rule_space *space, const struct space_field *field, const int *values);
/* The pair of a report of the day that these values have: "reported_at: 2016-03-10". */
const char *doubt_day_words(struct rule_space *space, const int *values);
/* All that a value of the since_level stands for: "child.birth: 9 to 17 years old then". */
const char *doubt_since_words(
    struct rule_space *space, const struct space_field *field, unsigned value);

#endif
