/* Finds fields and choices by name. */
/* SPDX-License-Identifier: MIT */
#include "papers/field.h"

#include <string.h>

const struct field *
field_find(const struct field_list *list, const char *name)
{
	for (size_t at = 0; at < list->count; at++)
		if (strcmp(list->fields[at].name, name) == 0)
			return &list->fields[at];
	return NULL;
}

int
choice_find(const struct field *field, const char *name)
{
	for (size_t at = 0; at < field->choice_count; at++)
		if (strcmp(field->choices[at].name, name) == 0)
			return (int)at;
	return -1;
}
