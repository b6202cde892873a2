/* Says of each child whether anybody has it, and of the case what follows from that. */
/* SPDX-License-Identifier: MIT */
#include "routing/decide.h"

/* What becomes of one child at all agencies together. */
struct end {
	bool is_taken;     /* somebody receives it, or waits to */
	bool is_forbidden; /* somebody would, but for a never rule */
	bool is_wanted;    /* by some rule, even one that only watches */
	bool is_met;       /* a red referral goes at once */
};

static struct end
find_end(const struct deciding *deciding, unsigned slot)
{
	struct end end = {0};

	for (unsigned agency = 0; agency < deciding->rules->agency_count; agency++) {
		const struct cell *cell = &deciding->cells[agency][slot];
		if (!cell->is_wanted)
			continue;
		enum route_fate fate = cell_fate(deciding, cell);
		end.is_wanted = true;
		end.is_forbidden |= fate == ROUTE_FORBIDDEN;
		end.is_taken |= fate != ROUTE_FORBIDDEN && fate != ROUTE_WATCHED;
		end.is_met |= cell->is_red && fate == ROUTE_SEND;
	}
	return end;
}

/* Whether the rule was certain of this child at some agency. */
static bool
has_objected(const struct deciding *deciding, const struct rule *rule, unsigned slot)
{
	for (unsigned agency = 0; agency < deciding->rules->agency_count; agency++)
		for (const struct objection *at = deciding->cells[agency][slot].objections; at;
		     at = at->next)
			if (at->rule == rule && !at->question)
				return true;
	return false;
}

/* Whether a never rule says that the child needs nobody; asked here where no agency wants it. */
static bool
needs_nobody(struct deciding *deciding, const struct end *end, unsigned slot)
{
	const struct rule_table *table = &deciding->rules->lists[LIST_NEVER];
	bool found = false;
	size_t seen;

	for (size_t at = 0; at < table->count; at++) {
		const struct rule *rule = &table->rules[at];
		if (!rule->needs_nobody)
			continue;
		if (end->is_wanted)
			found |= has_objected(deciding, rule, slot);
		else if (deciding_judge(deciding, rule, slot, NULL, &seen) == ANSWER_YES) {
			g_array_index(deciding->seen, struct rule_seen, seen).decided = true;
			found = true;
		}
	}
	return found;
}

/* Only beside a child that needs somebody: a case is never about nobody at all. */
static uint64_t
find_excused(struct deciding *deciding, const struct end *ends)
{
	uint64_t excused = 0;

	if (deciding->slots < 2)
		return 0;
	for (unsigned slot = 0; slot < deciding->slots; slot++)
		if (!ends[slot].is_taken && needs_nobody(deciding, &ends[slot], slot))
			excused |= (uint64_t)1 << slot;
	return excused == ((uint64_t)1 << deciding->slots) - 1 ? 0 : excused;
}

/*
 * A child without a recipient is the desk's, whatever becomes of its siblings, but where the rules
 * let its urgency go to nobody; and not even then where a never rule took the recipient away.
 */
void
fates_settle(struct deciding *deciding)
{
	struct decision *decision = deciding->decision;
	struct end ends[CHILDREN_MAX];
	uint64_t nobody = 0, kept = 0, unmet = 0;
	bool is_taken = false;

	for (unsigned slot = 0; slot < deciding->slots; slot++)
		ends[slot] = find_end(deciding, slot);
	uint64_t excused = find_excused(deciding, ends);
	for (unsigned slot = 0; slot < deciding->slots; slot++) {
		enum urgency urgency = decision->child_urgency[slot];
		uint64_t bit = (uint64_t)1 << slot;
		is_taken |= ends[slot].is_taken;
		if (excused & bit)
			continue;
		if (!ends[slot].is_taken && deciding->rules->keeps[urgency] &&
		    !ends[slot].is_forbidden)
			kept |= bit;
		else if (!ends[slot].is_taken)
			nobody |= bit;
		if (decision->is_red && urgency == URGENCY_RED && !ends[slot].is_met)
			unmet |= bit;
	}
	decision->alarm_unmet = unmet != 0;
	decision->nobody = nobody != 0;
	decision->kept = !nobody && !is_taken;
	if (!deciding->concern->child_count)
		return;
	decision->nobody_children = nobody;
	decision->kept_children = kept;
	decision->unmet_children = unmet;
	decision->excused_children = excused;
}
