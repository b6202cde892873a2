/* A decision record told to a person. */
/* SPDX-License-Identifier: MIT */
#ifndef COMMANDS_EXPLANATION_H
#define COMMANDS_EXPLANATION_H

#include <jansson.h>
#include <stdio.h>

/*
 * Tells a decision record (mailroom/record.h) on eighty columns: what was decided, for each agency
 * what it gets and why not the rest, the near misses, and for each child every rule with its
 * conditions. What an older record lacks is left out.
 */
void explanation_tell(FILE *out, const json_t *record);

#endif
