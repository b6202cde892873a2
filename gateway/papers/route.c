/* Which blocks a letter about some children is narrowed to, and whether anybody gets one. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "papers/decision.h"

static bool
has_word(const char *const *words, size_t count, const char *word)
{
	for (size_t at = 0; at < count; at++)
		if (strcmp(words[at], word) == 0)
			return true;
	return false;
}

const char *const *
route_blocks(const struct route *route, uint64_t children, struct arena *arena)
{
	size_t room = 1, count = 0;

	if (!route->child_blocks)
		return route->blocks;
	/* where the form names no child, the report was judged once */
	children = children ? children : 1;
	for (unsigned child = 0; child < CHILDREN_MAX; child++) {
		if (!(children >> child & 1))
			continue;
		if (!route->child_blocks[child])
			return NULL;
		room += g_strv_length((char **)(uintptr_t)route->child_blocks[child]);
	}
	const char **blocks = arena_take_many(arena, room, sizeof *blocks);
	for (unsigned child = 0; child < CHILDREN_MAX; child++)
		for (const char *const *at = children >> child & 1 ? route->child_blocks[child]
								   : NULL;
		     at && *at; at++)
			if (!has_word(blocks, count, *at))
				blocks[count++] = *at;
	return blocks;
}

bool
decision_is_nobodys(const struct decision *decision)
{
	for (size_t at = 0; at < decision->route_count; at++)
		if (decision->routes[at].fate != ROUTE_FORBIDDEN &&
		    decision->routes[at].fate != ROUTE_WATCHED)
			return false;
	return decision->nobody && !decision->kept_children;
}
