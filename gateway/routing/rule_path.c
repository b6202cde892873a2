/* The cheapest way through a decision diagram. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "routing/rule_diagram.h"

enum { NO_WAY = 1 << 30 };

struct way {
	unsigned cost, value;
};

/* A search for the cheapest way down, each node looked at once. */
struct search {
	const struct diagrams *diagrams;
	const unsigned *const *costs;
	GHashTable *ways; /* diagram to struct way */
};

static unsigned find_way(const struct search *search, diagram whole);

static struct way
best_branch(const struct search *search, diagram whole)
{
	const unsigned *costs = search->costs[diagram_level(search->diagrams, whole)];
	struct way best = {NO_WAY, 0};

	for (unsigned at = 0; at < diagram_values(search->diagrams, whole); at++) {
		unsigned cost = find_way(search, diagram_branch(search->diagrams, whole, at));
		if (cost != NO_WAY && cost + costs[at] < best.cost)
			best = (struct way){cost + costs[at], at};
	}
	return best;
}

static unsigned
find_way(const struct search *search, diagram whole)
{
	if (whole < DIAGRAM_RESULTS)
		return whole ? 0 : NO_WAY;
	const struct way *known = g_hash_table_lookup(search->ways, GUINT_TO_POINTER(whole));
	if (known)
		return known->cost;
	struct way *way = g_new(struct way, 1);
	*way = best_branch(search, whole);
	g_hash_table_insert(search->ways, GUINT_TO_POINTER(whole), way);
	return way->cost;
}

bool
diagrams_path(
    const struct diagrams *diagrams, diagram whole, const unsigned *const *costs, int *values)
{
	g_autoptr(GHashTable) ways = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	struct search search = {diagrams, costs, ways};

	for (size_t at = 0; at < diagrams_level_count(diagrams); at++)
		values[at] = DIAGRAM_FREE;
	if (diagrams_are_full(diagrams) || find_way(&search, whole) == NO_WAY)
		return false;
	while (whole >= DIAGRAM_RESULTS) {
		const struct way *way = g_hash_table_lookup(ways, GUINT_TO_POINTER(whole));
		values[diagram_level(diagrams, whole)] = (int)way->value;
		whole = diagram_branch(diagrams, whole, way->value);
	}
	return true;
}

unsigned
diagrams_result(const struct diagrams *diagrams, diagram whole, const int *values)
{
	while (whole >= DIAGRAM_RESULTS) {
		int value = values[diagram_level(diagrams, whole)];
		whole = diagram_branch(diagrams, whole, value < 0 ? 0 : (unsigned)value);
	}
	return whole;
}
