/* The words that conditions may use: operands, operators, and which goes with which. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_VOCABULARY_H
#define ROUTING_VOCABULARY_H

#include "base/arena.h"
#include "routing/rule.h"

/*
 * Every field is an operand. Besides, a date of birth "X.birth" gives "X.age" and "X.unborn", and
 * a postcode "Y.postcode" gives "Y.area". Lies in the arena but for its index, which
 * vocabulary_free() ends.
 */
struct vocabulary *vocabulary_open(const struct field_list *fields, struct arena *arena);
void vocabulary_free(struct vocabulary *vocabulary); /* accepts NULL */

const struct operand *vocabulary_find(const struct vocabulary *vocabulary, const char *name);
size_t vocabulary_count(const struct vocabulary *vocabulary);
const struct operand *vocabulary_at(const struct vocabulary *vocabulary, size_t number);
/* The operand's name that is near to this one, or NULL. */
const char *vocabulary_near(const struct vocabulary *vocabulary, const char *name);

extern const char *const OPERATOR_NAMES[OPERATORS];         /* as rules spell them */
extern const char *const OPERAND_KIND_NAMES[OPERAND_KINDS]; /* "a choice" */

/* Whether an operator can be asked of this kind. */
bool operator_fits(enum test_operator how, const struct operand *operand);
/* Whether it compares with a list, or a single value, where others take the latter only. */
bool operator_takes_list(enum test_operator how, const struct operand *operand);

/* Whether every choice of the field is a whole number, so that at_least means something. */
bool field_is_scale(const struct field *field);

#endif
