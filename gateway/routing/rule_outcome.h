/* What rules make of every concern, as diagrams: what decide.c does for one. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_RULE_OUTCOME_H
#define ROUTING_RULE_OUTCOME_H

#include "routing/rule_space.h"

/* What becomes of a child at an agency; the stronger is the greater. */
enum { FATE_NONE, FATE_WATCHED, FATE_FORBIDDEN, FATE_WAIT, FATE_PROPOSED, FATE_SEND };
/* What stands against that: the stronger is the greater. */
enum { AGAINST_NOTHING, AGAINST_HELD, AGAINST_RED, AGAINST_DOUBTED, AGAINST_FORBIDDEN };

struct agency_outcome {
	diagram sent;  /* FATE_..., by send rules alone */
	diagram never; /* AGAINST_NOTHING, DOUBTED or FORBIDDEN */
	diagram held;  /* 1: a hold rule is against it */
	diagram red;   /* 1: the red list wants it */
	diagram fate;  /* FATE_... */
};

struct outcome {
	struct rule_space *space;
	const struct ruleset *rules;
	const struct rule *without; /* as if it did not stand there; may be NULL */
	bool is_stepwise;           /* see outcome_at_most() */
	diagram urgency;            /* enum urgency */
	struct agency_outcome agencies[AGENCIES_MAX];
};

void outcome_find(struct rule_space *space, const struct ruleset *rules, struct outcome *out);
/* The same as if this urgency, never or hold rule did not stand there, but for what becomes of cases
 * at agencies: their `fate` is still what it is with the rule. */
void outcome_without(const struct outcome *whole, const struct rule *rule, struct outcome *out);

/* The same of reports whose day is in no doubt, or is this one in doubt: 0, or 1 and its number. */
void outcome_of_doubt(const struct outcome *whole, size_t doubt, struct outcome *out);

/* The fate that a send rule wishes for its agencies. */
diagram outcome_wish(struct rule_space *space, const struct rule *rule);
/* The fate at an agency when send rules alone wished this. */
diagram outcome_fate(const struct outcome *outcome, size_t agency, diagram sent);
/* 1 where the agency would be shown a block, when `sent` is what its rules wish and `showing` what
 * those of them wish that show the block. */
diagram outcome_shows(const struct outcome *outcome, size_t agency, diagram sent, diagram showing);

/*
 * Of where this is 1, where no agency has a fate that is stronger than this. Stepwise it is only some
 * of that: agency by agency the smallest concern is taken that is left, and what it says is kept.
 */
diagram outcome_at_most(const struct outcome *outcome, diagram where, unsigned fate);
/* Of where this is 1, where nobody receives it, nor waits to, and no never rule is why. */
diagram outcome_untaken(const struct outcome *outcome, diagram where);

/* 1 where a never rule says that the child needs nobody. */
diagram outcome_needs_nobody(const struct outcome *outcome);

/* Who answers for an agency of the red list that is closed, as decide.c has it. */
uint64_t outcome_out_of_hours(const struct ruleset *rules, size_t closed);

/* Whether a rule shows this block. */
bool rule_shows(const struct rule *rule, const char *block);

#endif
