/* Every answer to a field of several choices that its tests can tell apart. */
/* SPDX-License-Identifier: MIT */
#ifndef DRAWN_CHOICES_H
#define DRAWN_CHOICES_H

#include "drawn_rules.h"

/* Writes the tests of a field whose name ends in .needs or .orders, and the answers to them. */
void drawn_choices_open(struct drawn_field *field);

/*
 * The same field with those answers alone that tell its test at this place, "child.orders: {any_of:
 * [o0, o1]}", from the one without a word of the list that begins `list` bytes on.
 */
const struct drawn_field *drawn_choices_told(
    const struct drawn_field *field, const char *test, size_t list, const char *word);

/* A text of the same words that is there for good. */
const char *drawn_keep(const char *text);

/* Lays out the answers to a date of birth with what is said of it besides: "@12;estimated". */
void drawn_qualities_open(struct drawn_field *field);
/* Lays out the answers to a date, and its tests. */
void drawn_dates_open(struct drawn_field *field);

#endif
