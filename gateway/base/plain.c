/* Copies and compares the words of a mail. */
/* SPDX-License-Identifier: MIT */
#include "base/plain.h"

#include <string.h>

struct plain
plain_copy(struct arena *arena, const char *bytes, size_t length)
{
	char *words = arena_take(arena, length + 1);

	if (length)
		memcpy(words, bytes, length);
	return (struct plain){.words = words, .length = length};
}

bool
plain_is_empty(struct plain plain)
{
	for (size_t at = 0; at < plain.length; at++)
		if (!strchr(" \t\r\n\v\f", plain.words[at]))
			return false;
	return true;
}

bool
plain_equals(struct plain plain, const char *other)
{
	return plain.length == strlen(other) &&
	    (!plain.length || memcmp(plain.words, other, plain.length) == 0);
}
