/* Decision diagrams with equal parts kept once, and what can be done with them. */
/* SPDX-License-Identifier: MIT */
#include "routing/rule_diagram.h"

#include <glib.h>
#include <string.h>

enum { REMEMBERED = 1 << 21, OPERATIONS_MAX = 256, TABLE_FIRST = 1 << 12, STEPS_ALL = 10 };
/* Of a table, what may be taken out of it one by one. */
enum { TABLE_FEW = 64 };
/* What is remembered beside the joins by table: a variable that is picked, or gone over. */
enum { WORK_PICK = 1 << 20, WORK_OVER = 2 << 20, WORK_BITS = 22 };
/* Above the work, how often was rewound: what was remembered before that no longer holds. */
enum { REWINDS = 1 << (32 - WORK_BITS) };

struct node {
	uint32_t first; /* of its branches */
	uint16_t level;
};

struct operation {
	struct diagram_table table;
	uint8_t left[DIAGRAM_RESULTS], right[DIAGRAM_RESULTS]; /* enum table_side, by result */
};

struct remembered {
	uint32_t work, left, right, result;
};

struct diagrams {
	struct node *nodes; /* the first DIAGRAM_RESULTS are the results */
	size_t node_count, node_room;
	diagram *branches;
	size_t branch_count, branch_room, branches_max;
	uint32_t *table; /* node numbers by what they are; 0: free */
	size_t table_size;
	unsigned values[DIAGRAM_LEVELS_MAX];
	size_t level_count;
	struct operation operations[OPERATIONS_MAX];
	size_t operation_count;
	struct remembered *memory;
	uint32_t rewinds;
	uint64_t steps, steps_max; /* branches looked at, of one thing */
	uint64_t all_steps;        /* and of all */
	bool is_full;
};

struct diagrams *
diagrams_open(size_t branches_max, uint64_t steps_max)
{
	struct diagrams *diagrams = g_new0(struct diagrams, 1);

	diagrams->branches_max = branches_max;
	diagrams->steps_max = steps_max;
	diagrams->table_size = TABLE_FIRST;
	diagrams->table = g_new0(uint32_t, TABLE_FIRST);
	diagrams->memory = g_new0(struct remembered, REMEMBERED);
	diagrams->node_room = diagrams->branch_room = TABLE_FIRST;
	diagrams->nodes = g_new0(struct node, diagrams->node_room);
	diagrams->branches = g_new0(diagram, diagrams->branch_room);
	diagrams->node_count = DIAGRAM_RESULTS;
	for (size_t at = 0; at < DIAGRAM_RESULTS; at++)
		diagrams->nodes[at].level = UINT16_MAX;
	return diagrams;
}

void
diagrams_close(struct diagrams *diagrams)
{
	if (!diagrams)
		return;
	g_free(diagrams->nodes);
	g_free(diagrams->branches);
	g_free(diagrams->table);
	g_free(diagrams->memory);
	g_free(diagrams);
}

bool
diagrams_are_full(const struct diagrams *diagrams)
{
	return diagrams->is_full;
}

bool
diagrams_are_half_full(const struct diagrams *diagrams)
{
	return diagrams->branch_count > diagrams->branches_max / 2;
}

void
diagrams_rest(struct diagrams *diagrams)
{
	diagrams->steps = 0;
}

unsigned
diagrams_add_level(struct diagrams *diagrams, unsigned values)
{
	if (diagrams->level_count == DIAGRAM_LEVELS_MAX) {
		diagrams->is_full = true;
		return DIAGRAM_LEVELS_MAX - 1;
	}
	diagrams->values[diagrams->level_count] = values;
	return (unsigned)diagrams->level_count++;
}

size_t
diagrams_level_count(const struct diagrams *diagrams)
{
	return diagrams->level_count;
}

unsigned
diagrams_values_at(const struct diagrams *diagrams, unsigned level)
{
	return diagrams->values[level];
}

unsigned
diagram_level(const struct diagrams *diagrams, diagram whole)
{
	return diagrams->nodes[whole].level;
}

unsigned
diagram_values(const struct diagrams *diagrams, diagram whole)
{
	return diagrams->values[diagrams->nodes[whole].level];
}

diagram
diagram_branch(const struct diagrams *diagrams, diagram whole, unsigned value)
{
	return diagrams->branches[diagrams->nodes[whole].first + value];
}

/* The branch of a variable, also where the diagram does not ask it. */
static diagram
branch_at(const struct diagrams *diagrams, diagram whole, unsigned level, unsigned value)
{
	return diagrams->nodes[whole].level == level ? diagram_branch(diagrams, whole, value)
						     : whole;
}

static uint64_t
stir(uint64_t hash, uint64_t more)
{
	hash = (hash ^ more) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

static uint64_t
hash_of(unsigned level, const diagram *branches, unsigned values)
{
	uint64_t hash = level + 1;

	for (unsigned at = 0; at + 1 < values; at += 2)
		hash = stir(hash, (uint64_t)branches[at] << 32 | branches[at + 1]);
	return stir(hash, branches[values - 1]);
}

/* Where a node stands in the table, or would. */
static size_t
place_of(const struct diagrams *diagrams, unsigned level, const diagram *branches)
{
	unsigned values = diagrams->values[level];
	size_t mask = diagrams->table_size - 1, place = hash_of(level, branches, values) & mask;

	for (; diagrams->table[place]; place = (place + 1) & mask) {
		const struct node *node = &diagrams->nodes[diagrams->table[place]];
		if (node->level == level &&
		    memcmp(diagrams->branches + node->first, branches, values * sizeof *branches) ==
			0)
			break;
	}
	return place;
}

/* No two nodes are equal, so none needs to be looked at to place another. */
static void
fill_table(struct diagrams *diagrams, size_t size)
{
	size_t mask = size - 1;

	g_free(diagrams->table);
	diagrams->table_size = size;
	diagrams->table = g_new0(uint32_t, size);
	for (size_t at = DIAGRAM_RESULTS; at < diagrams->node_count; at++) {
		const struct node *node = &diagrams->nodes[at];
		size_t place = hash_of(node->level, diagrams->branches + node->first,
				   diagrams->values[node->level]) &
		    mask;
		while (diagrams->table[place])
			place = (place + 1) & mask;
		diagrams->table[place] = (uint32_t)at;
	}
}

/*
 * Takes the nodes from the mark on out of the table. They came last, so none before them was placed
 * further on because of one, and what is left is found as before.
 */
static void
empty_table(struct diagrams *diagrams, size_t mark)
{
	size_t few = diagrams->table_size / TABLE_FEW, size = TABLE_FIRST;

	if (diagrams->node_count - mark <= few) {
		for (size_t at = diagrams->node_count; at-- > mark;) {
			const struct node *node = &diagrams->nodes[at];
			diagrams->table[place_of(
			    diagrams, node->level, diagrams->branches + node->first)] = 0;
		}
		return;
	}
	if (mark > few) {
		for (size_t at = 0; at < diagrams->table_size; at++)
			if (diagrams->table[at] >= mark)
				diagrams->table[at] = 0;
		return;
	}
	while (size < mark * 4)
		size *= 2;
	diagrams->node_count = mark;
	fill_table(diagrams, size);
}

/* Room for one more node with so many branches; false once there are too many. */
static bool
make_room(struct diagrams *diagrams, unsigned values)
{
	size_t wanted = diagrams->branch_count + values;

	if (wanted > diagrams->branches_max)
		diagrams->is_full = true;
	if (diagrams->is_full)
		return false;
	if (diagrams->node_count == diagrams->node_room) {
		diagrams->node_room *= 2;
		diagrams->nodes = g_renew(struct node, diagrams->nodes, diagrams->node_room);
	}
	if (wanted > diagrams->branch_room) {
		diagrams->branch_room = MAX(wanted, diagrams->branch_room * 2);
		diagrams->branches = g_renew(diagram, diagrams->branches, diagrams->branch_room);
	}
	if (diagrams->node_count * 2 > diagrams->table_size)
		fill_table(diagrams, diagrams->table_size * 2);
	return true;
}

diagram
diagrams_node(struct diagrams *diagrams, unsigned level, const diagram *branches)
{
	unsigned values = diagrams->values[level], at = 1;

	while (at < values && branches[at] == branches[0])
		at++;
	if (at == values || !make_room(diagrams, values))
		return branches[0];
	size_t place = place_of(diagrams, level, branches);
	if (diagrams->table[place])
		return diagrams->table[place];
	struct node *node = &diagrams->nodes[diagrams->node_count];
	node->level = (uint16_t)level;
	node->first = (uint32_t)diagrams->branch_count;
	memcpy(diagrams->branches + diagrams->branch_count, branches, values * sizeof *branches);
	diagrams->branch_count += values;
	diagrams->table[place] = (uint32_t)diagrams->node_count;
	return (diagram)diagrams->node_count++;
}

size_t
diagrams_mark(const struct diagrams *diagrams)
{
	return diagrams->node_count;
}

void
diagrams_rewind(struct diagrams *diagrams, size_t mark)
{
	diagrams->is_full = false;
	diagrams->steps = 0;
	if (mark >= diagrams->node_count)
		return;
	empty_table(diagrams, mark);
	diagrams->branch_count = diagrams->nodes[mark].first;
	diagrams->node_count = mark;
	diagrams->rewinds = (diagrams->rewinds + 1) % REWINDS;
	if (!diagrams->rewinds)
		memset(diagrams->memory, 0, REMEMBERED * sizeof *diagrams->memory);
}

/* What is remembered of this work, where work is never 0. */
static struct remembered *
remember(struct diagrams *diagrams, uint32_t work, diagram left, diagram right)
{
	uint64_t hash = stir(stir(work, left), right);

	return &diagrams->memory[hash & (REMEMBERED - 1)];
}

/* The work as it is remembered since the last time that was rewound. */
static uint32_t
work_now(const struct diagrams *diagrams, uint32_t work)
{
	return diagrams->rewinds << WORK_BITS | work;
}

static bool
is_remembered(const struct diagrams *diagrams, const struct remembered *memory, uint32_t work,
    diagram left, diagram right)
{
	return memory->work == work_now(diagrams, work) && memory->left == left &&
	    memory->right == right;
}

static void
keep(struct diagrams *diagrams, uint32_t work, diagram left, diagram right, diagram result)
{
	if (diagrams->is_full)
		return; /* it means nothing */
	*remember(diagrams, work, left, right) = (struct remembered){
	    .work = work_now(diagrams, work), .left = left, .right = right, .result = result};
}

/* One step of work, as large as it has branches; false once there were too many. */
static bool
step_on(struct diagrams *diagrams, unsigned values)
{
	diagrams->steps += values;
	diagrams->all_steps += values;
	if (diagrams->steps > diagrams->steps_max ||
	    diagrams->all_steps > STEPS_ALL * diagrams->steps_max)
		diagrams->is_full = true;
	return !diagrams->is_full;
}

static diagram
join(struct diagrams *diagrams, uint32_t work, diagram left, diagram right)
{
	const struct operation *operation = &diagrams->operations[work - 1];
	const struct diagram_table *table = &operation->table;

	if (left < DIAGRAM_RESULTS && right < DIAGRAM_RESULTS)
		return table->cells[left][right];
	if (left < DIAGRAM_RESULTS && operation->left[left] != SIDE_MATTERS)
		return operation->left[left] == SIDE_DECIDES ? table->cells[left][0] : right;
	if (right < DIAGRAM_RESULTS && operation->right[right] != SIDE_MATTERS)
		return operation->right[right] == SIDE_DECIDES ? table->cells[0][right] : left;
	const struct remembered *memory = remember(diagrams, work, left, right);
	if (is_remembered(diagrams, memory, work, left, right))
		return memory->result;
	unsigned level = MIN(diagrams->nodes[left].level, diagrams->nodes[right].level);
	unsigned values = diagrams->values[level];
	if (!step_on(diagrams, values))
		return 0;
	g_autofree diagram *branches = g_new(diagram, values);
	for (unsigned at = 0; at < values; at++)
		branches[at] = join(diagrams, work, branch_at(diagrams, left, level, at),
		    branch_at(diagrams, right, level, at));
	diagram result = diagrams_node(diagrams, level, branches);
	keep(diagrams, work, left, right, result);
	return result;
}

static void
add_operation(struct diagrams *diagrams, const struct diagram_table *table)
{
	struct operation *operation = &diagrams->operations[diagrams->operation_count++];

	operation->table = *table;
	for (unsigned at = 0; at < DIAGRAM_RESULTS; at++) {
		operation->left[at] = table_side(table, at, true);
		operation->right[at] = table_side(table, at, false);
	}
}

diagram
diagrams_join(
    struct diagrams *diagrams, const struct diagram_table *table, diagram left, diagram right)
{
	size_t at = 0;

	while (at < diagrams->operation_count &&
	    memcmp(&diagrams->operations[at].table, table, sizeof *table) != 0)
		at++;
	if (at == OPERATIONS_MAX) {
		diagrams->is_full = true;
		return 0;
	}
	if (at == diagrams->operation_count)
		add_operation(diagrams, table);
	return join(diagrams, (uint32_t)at + 1, left, right);
}

/* Goes down to a variable and does there what is wanted: picks a branch, or goes over all. */
static diagram
change_at(struct diagrams *diagrams, uint32_t work, diagram whole, unsigned level, unsigned value)
{
	if (diagrams->nodes[whole].level > level)
		return whole;
	const struct remembered *memory = remember(diagrams, work + level, whole, value);
	if (is_remembered(diagrams, memory, work + level, whole, value))
		return memory->result;
	unsigned own = diagrams->nodes[whole].level, values = diagrams->values[own];
	if (!step_on(diagrams, values))
		return 0;
	diagram result;
	if (own == level && work == WORK_PICK) {
		result = diagram_branch(diagrams, whole, value);
	} else if (own == level) {
		result = diagram_branch(diagrams, whole, 0);
		for (unsigned at = 1; at < values; at++)
			result = diagrams_greatest(
			    diagrams, result, diagram_branch(diagrams, whole, at));
	} else {
		g_autofree diagram *branches = g_new(diagram, values);
		for (unsigned at = 0; at < values; at++)
			branches[at] = change_at(
			    diagrams, work, diagram_branch(diagrams, whole, at), level, value);
		result = diagrams_node(diagrams, own, branches);
	}
	keep(diagrams, work + level, whole, value, result);
	return result;
}

diagram
diagrams_pick(struct diagrams *diagrams, diagram whole, unsigned level, unsigned value)
{
	return change_at(diagrams, WORK_PICK, whole, level, value);
}

diagram
diagrams_over(struct diagrams *diagrams, diagram whole, unsigned level)
{
	return change_at(diagrams, WORK_OVER, whole, level, 0);
}
