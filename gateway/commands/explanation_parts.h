/* The parts of an explanation. */
/* SPDX-License-Identifier: MIT */
#ifndef COMMANDS_EXPLANATION_PARTS_H
#define COMMANDS_EXPLANATION_PARTS_H

#include <jansson.h>
#include <stdio.h>

/* The columns at which words and lists of fields begin. */
enum { WORDS_AT = 11, FIELDS_AT = 13 };

/* A text of a record; "" where there is none. */
const char *record_word(const json_t *object, const char *key);
/* The number of a name among those of a function; `count` where there is none. */
unsigned record_number(const char *name, const char *(*name_of)(unsigned), unsigned count);
/* Numbers as "child 1, 3" with `before` in front; "" for none. Newly allocated (g_free). */
char *record_children(const json_t *list, const char *before);

/* One agency: why, and which fields it gets or would get. */
void explanation_tell_agency(FILE *out, const json_t *route);

#endif
