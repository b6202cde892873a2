/* Words of a site as JSON Schema: what a condition asks, what a rule test answers. */
/* SPDX-License-Identifier: MIT */
#ifndef COMMANDS_SCHEMA_WORDS_H
#define COMMANDS_SCHEMA_WORDS_H

#include <jansson.h>

#include "papers/operand.h"

/*
 * Adds a word to a list of words as editors read it: 3 in YAML is a number for them, and with
 * `truth` true and false are words too.
 */
void schema_add_word(json_t *list, const char *word, bool truth);

/* {"enum": [...]} of `count` words; steals nothing. */
json_t *schema_one_of(const char *const *words, size_t count, bool truth);

/* {"$ref": "#/definitions/NAME"} */
json_t *schema_ref(const char *name);

/* What may stand behind an operand in a condition; where it needs words of its own they go into
 * `definitions`. */
json_t *schema_condition(const struct operand_words *words, json_t *definitions);

/* What may stand behind an operand in a `given`. */
json_t *schema_answer(const struct operand *operand);

#endif
