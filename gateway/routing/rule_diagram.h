/* Decision diagrams: a function of many small values, each equal part of it kept once. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_RULE_DIAGRAM_H
#define ROUTING_RULE_DIAGRAM_H

#include "base/base.h"

/*
 * A diagram gives one of a few small results for each way in which its variables can have values.
 * Variables have any number of values and are asked in the order of their levels; equal diagrams
 * are one number, so that two functions are the same when their numbers are. It is written here
 * because no packaged C library has it: BuDDy, Debian's only one, knows two values, one table for
 * the whole process, and ends the process where it is full.
 */
struct diagrams;

/* Numbers below DIAGRAM_RESULTS are the diagrams that always give this result. */
typedef uint32_t diagram;
enum { DIAGRAM_RESULTS = 8, DIAGRAM_LEVELS_MAX = 4096, DIAGRAM_FREE = -1 };

/* Room for so many branches of all diagrams together, and for looking at so many until they rest,
 * or ten times as many in all; past any of these they are full. */
struct diagrams *diagrams_open(size_t branches_max, uint64_t steps_max);
void diagrams_close(struct diagrams *diagrams); /* accepts NULL */

/* Once full, every result is meaningless until diagrams_rewind(). */
bool diagrams_are_full(const struct diagrams *diagrams);
/* Forgets every diagram made since the mark was taken, and gives the steps anew. */
size_t diagrams_mark(const struct diagrams *diagrams);
bool diagrams_are_half_full(const struct diagrams *diagrams);
void diagrams_rest(struct diagrams *diagrams); /* gives the steps anew, and no more */
void diagrams_rewind(struct diagrams *diagrams, size_t mark);

/* Adds a variable below all others; gives its level. */
unsigned diagrams_add_level(struct diagrams *diagrams, unsigned values);
size_t diagrams_level_count(const struct diagrams *diagrams);
unsigned diagrams_values_at(const struct diagrams *diagrams, unsigned level);

/* The diagram that goes on with branches[value] of this variable. */
diagram diagrams_node(struct diagrams *diagrams, unsigned level, const diagram *branches);

/* What two results give together. */
struct diagram_table {
	uint8_t cells[DIAGRAM_RESULTS][DIAGRAM_RESULTS];
};
/* What a table makes of a result on one side: the same whatever the other is, or just the other. */
enum table_side { SIDE_MATTERS, SIDE_DECIDES, SIDE_IS_NOTHING };
enum table_side table_side(const struct diagram_table *table, unsigned result, bool is_left);
diagram diagrams_join(
    struct diagrams *diagrams, const struct diagram_table *table, diagram left, diagram right);
diagram diagrams_least(struct diagrams *diagrams, diagram left, diagram right);
diagram diagrams_greatest(struct diagrams *diagrams, diagram left, diagram right);
/* 1 where they differ. */
diagram diagrams_differ(struct diagrams *diagrams, diagram left, diagram right);
/* Each result replaced. */
diagram diagrams_map(struct diagrams *diagrams, const uint8_t map[DIAGRAM_RESULTS], diagram whole);
/* 1 where the result is from low to high, else 0. */
diagram diagrams_between(struct diagrams *diagrams, diagram whole, unsigned low, unsigned high);

/* The diagram where this variable has this value. */
diagram diagrams_pick(struct diagrams *diagrams, diagram whole, unsigned level, unsigned value);
/* The greatest result over all values of this variable. */
diagram diagrams_over(struct diagrams *diagrams, diagram whole, unsigned level);

/*
 * The cheapest values that give a result other than 0; those that do not matter are DIAGRAM_FREE.
 * costs[level][value] each; what is free costs nothing. False when there are none.
 */
bool diagrams_path(
    const struct diagrams *diagrams, diagram whole, const unsigned *const *costs, int *values);
/* Follows the values down to a result. */
unsigned diagrams_result(const struct diagrams *diagrams, diagram whole, const int *values);

/* A look into a diagram that is no result. */
unsigned diagram_level(const struct diagrams *diagrams, diagram whole);
unsigned diagram_values(const struct diagrams *diagrams, diagram whole);
diagram diagram_branch(const struct diagrams *diagrams, diagram whole, unsigned value);

#endif
