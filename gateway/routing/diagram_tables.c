/* The tables by which diagrams are joined: the lesser, the greater, a difference, a replacement. */
/* SPDX-License-Identifier: MIT */
#include "routing/rule_diagram.h"

#include <glib.h>

enum table_side
table_side(const struct diagram_table *table, unsigned result, bool is_left)
{
	bool decides = true, is_nothing = true;

	for (unsigned other = 0; other < DIAGRAM_RESULTS; other++) {
		unsigned cell = is_left ? table->cells[result][other] : table->cells[other][result];
		unsigned first = is_left ? table->cells[result][0] : table->cells[0][result];
		decides = decides && cell == first;
		is_nothing = is_nothing && cell == other;
	}
	return decides ? SIDE_DECIDES : is_nothing ? SIDE_IS_NOTHING : SIDE_MATTERS;
}

/* By a table that makes of two equal results the same, and asks for no order. */
static diagram
join_alike(
    struct diagrams *diagrams, const struct diagram_table *table, diagram left, diagram right)
{
	return left == right ? left
			     : diagrams_join(diagrams, table, MIN(left, right), MAX(left, right));
}

diagram
diagrams_least(struct diagrams *diagrams, diagram left, diagram right)
{
	struct diagram_table table;

	for (unsigned a = 0; a < DIAGRAM_RESULTS; a++)
		for (unsigned b = 0; b < DIAGRAM_RESULTS; b++)
			table.cells[a][b] = (uint8_t)MIN(a, b);
	return join_alike(diagrams, &table, left, right);
}

diagram
diagrams_greatest(struct diagrams *diagrams, diagram left, diagram right)
{
	struct diagram_table table;

	for (unsigned a = 0; a < DIAGRAM_RESULTS; a++)
		for (unsigned b = 0; b < DIAGRAM_RESULTS; b++)
			table.cells[a][b] = (uint8_t)MAX(a, b);
	return join_alike(diagrams, &table, left, right);
}

diagram
diagrams_differ(struct diagrams *diagrams, diagram left, diagram right)
{
	struct diagram_table table;

	for (unsigned a = 0; a < DIAGRAM_RESULTS; a++)
		for (unsigned b = 0; b < DIAGRAM_RESULTS; b++)
			table.cells[a][b] = a != b;
	return left == right ? 0 : diagrams_join(diagrams, &table, left, right);
}

diagram
diagrams_map(struct diagrams *diagrams, const uint8_t map[DIAGRAM_RESULTS], diagram whole)
{
	struct diagram_table table;

	for (unsigned a = 0; a < DIAGRAM_RESULTS; a++)
		for (unsigned b = 0; b < DIAGRAM_RESULTS; b++)
			table.cells[a][b] = map[a];
	return diagrams_join(diagrams, &table, whole, 0);
}

diagram
diagrams_between(struct diagrams *diagrams, diagram whole, unsigned low, unsigned high)
{
	uint8_t map[DIAGRAM_RESULTS];

	for (unsigned at = 0; at < DIAGRAM_RESULTS; at++)
		map[at] = at >= low && at <= high;
	return diagrams_map(diagrams, map, whole);
}
