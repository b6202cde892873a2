/* The days, ages, numbers, postcodes and phrases at which the answers of tests change. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_SPACE_DAYS_H
#define ROUTING_SPACE_DAYS_H

#include "routing/rule_space.h"

/* Days of birth that tests tell apart from others: they begin in one stretch, and end in another. */
struct birth_days {
	int32_t oldest;    /* the first of the stretch in which they begin */
	int32_t low, high; /* the stretch in which they end */
	bool is_span;      /* more than one day */
	bool is_guess;     /* a day that is only estimated */
};

/* Pairs of given.h's notation: "child.age: 9 to 17". */
struct span_words {
	char *words;
	char *label;    /* all that it stands for: "child.age: from 9 to 17"; NULL: itself */
	unsigned pairs; /* beyond the first */
	bool is_exact, is_late; /* as in struct given */
	bool is_born;
	struct birth_days births; /* of somebody who is born */
};

/* As it is written in given.h's notation; newly allocated. */
char *space_day_text(int64_t number);

/* From each stretch between two changes to each other one, narrow and wide; struct span_words. */
GPtrArray *space_spans(struct rule_space *space, const struct space_field *field);

/* The postcodes that tests name, some beside them, districts alone, and what is none. */
GPtrArray *space_postcodes(struct rule_space *space, const struct space_field *field);

/* Makes the phrases that tests look for the field's parts; whether one is looked for as the whole
 * of a text. */
bool space_phrases(struct rule_space *space, struct space_field *field);
/* A text that has no phrase that is looked for, and is in none. */
const char *space_filler(struct rule_space *space, const struct space_field *field);

#endif
