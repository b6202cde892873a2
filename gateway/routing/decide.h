/* A decision on its way: what each rule wants for each child and each agency. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_DECIDE_H
#define ROUTING_DECIDE_H

#include <glib.h>

#include "routing/rule_match.h"

/* That one rule, or the red list, wants one child's referral at one agency. */
struct wish {
	struct wish *next;
	const struct rule *rule; /* NULL: the red list */
	unsigned slot;
	enum route_fate fate; /* SEND, PROPOSED, WAIT or WATCHED */
	const char *question; /* WAIT: what would settle it */
	size_t seen;          /* its line in the decision's record */
};

/* That a never or a hold rule stands against it, for certain or perhaps. */
struct objection {
	struct objection *next;
	const struct rule *rule;
	const char *question; /* NULL: a never rule that is certain */
};

/* One child at one agency. */
struct cell {
	enum route_fate wanted; /* the strongest of the wishes */
	bool is_wanted;         /* there is a wish */
	bool is_red;            /* the red list's among them: no hold rule counts */
	bool is_never_judged;
	bool is_forbidden, is_doubted; /* by never rules */
	bool is_held;                  /* by hold rules */
	struct objection *objections;
};

/* A child of the form; one slot for all where the form names no child. */
struct deciding {
	const struct ruleset *rules;
	const struct concern *concern;
	const bool *is_open; /* by entry number; NULL: nobody knows, so nobody is */
	struct judging judging;
	struct arena *arena;
	struct decision *decision;
	unsigned slots;
	GArray *seen;                      /* struct rule_seen */
	struct wish *wishes[AGENCIES_MAX]; /* in the order of the rules */
	struct wish **next_wish[AGENCIES_MAX];
	struct cell cells[AGENCIES_MAX][CHILDREN_MAX];
};

/* What becomes of one child at one agency, once every rule has been judged. */
enum route_fate cell_fate(const struct deciding *deciding, const struct cell *cell);

/* What a rule of this mode wishes. */
enum route_fate fate_of_mode(enum rule_mode mode);

/* The stronger of two wishes: send, propose, wait, watch. */
bool fate_is_stronger(enum route_fate fate, enum route_fate than);

/* Gathers the cells of each agency into one route. */
void routes_gather(struct deciding *deciding);

/* Says which children nobody has, and which of them are the desk's. */
void fates_settle(struct deciding *deciding);

/* Judges one rule for one child, for never and hold rules at one agency, and records it. */
enum answer deciding_judge(struct deciding *deciding, const struct rule *rule, unsigned slot,
    const struct rule_agency *agency, size_t *seen);

/* Answers the five questions; the contract is routing.h's. */
void decision_make(const struct ruleset *rules, const struct concern *concern, const bool *is_open,
    struct arena *arena, struct decision *out);

/* Judges what was not asked; the contract is routing.h's. */
void decision_judge_unasked(const struct ruleset *rules, const struct concern *concern,
    struct arena *arena, struct decision *decision);

/* Which children never rules forbid at an agency; the contract is routing.h's. */
uint64_t decision_forbids(const struct ruleset *rules, const struct concern *concern,
    const struct entry *entry, struct arena *arena, const char **by);

/* The conditions of the longest rule: as many reasons may be noted at once. */
size_t longest_rule(const struct ruleset *rules);

#endif
