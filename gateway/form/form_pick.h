/* Choices found among words: by word or code, in a list, and by boxes with a tick. */
/* SPDX-License-Identifier: MIT */
#ifndef FORM_FORM_PICK_H
#define FORM_FORM_PICK_H

#include "form/form_values.h"

/* One piece of an answer. */
struct piece {
	const char *words;
	size_t length;
};

/* Without the white space and signs at both ends. */
struct piece piece_trim(struct piece piece);

/* What was picked. Zero it to begin. */
struct picked {
	struct choice_set set;
	struct piece unclear; /* the first piece that is no choice */
	bool has_boxes;
	enum known known; /* of a ticked box that says "not known"; KNOWN_BLANK where none does */
};

/* The number of the choice that all of the words mean, or -1. */
int choice_of_piece(const struct field_extra *extra, struct piece piece);

/*
 * Picks the ticked ones of "[x] neglect [ ] gangs" and "neglect [x], gangs [ ]": what stands
 * first, a box or words, decides which it is. Leaves *out as it is where there is no box.
 */
void pick_boxes(const struct field_extra *extra, struct plain text, struct picked *out);

/* Picks from a list by commas, semicolons and lines. */
void pick_list(const struct field_extra *extra, struct plain text, struct picked *out);

unsigned choices_count(const struct choice_set *set);

#endif
