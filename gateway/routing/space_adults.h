/* What conditions can say of several adults together. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_SPACE_ADULTS_H
#define ROUTING_SPACE_ADULTS_H

#include "routing/rule_space.h"

/*
 * The adults of a concern are laid out by what conditions say of all of them, not by who they are:
 * each condition has a level for the greatest of what it says of one, and field->possible says which
 * of these go together. The answers of one adult are levels of the same kind as those of a child,
 * and are gone over when that is found.
 */

/* Notes a condition on an adult's field, with the askings of its tests. */
void adults_collect(
    struct rule_space *space, const struct condition *condition, const struct rule_agency *agency);
/* Adds the levels of the conditions that need no part of one adult's answer after this many; each
 * as near to these as can be, for what lies between must be told apart. */
void adults_add_levels(struct rule_space *space, struct space_field *field, size_t after);
/* What can be said together, once the askings of one adult are known. */
void adults_find(struct rule_space *space, struct space_field *field);

/* What a condition says, with another test in the place of one where instead_of is not NULL. */
diagram adults_say(struct rule_space *space, const struct condition *condition,
    const struct rule_agency *agency, const struct test *instead_of, const struct test *test);
/*
 * Turns what is so where the day of the report is in no doubt, of adults of whom nothing is open then,
 * into what is said of the same adults where it is this day in doubt.
 */
diagram adults_in_doubt(
    struct rule_space *space, const struct space_field *field, size_t day, diagram whole);
/* Whether a level is one that is only used for that. */
bool adults_is_undoubted_level(const struct space_field *field, size_t level);
/* Where no adult is named, or this is so of them. */
diagram adults_where(struct rule_space *space, diagram of_them);

/* The answers of as few adults as show these values of a field's conditions: texts. */
GPtrArray *adults_words(
    struct rule_space *space, const struct space_field *field, const int *values);

#endif
