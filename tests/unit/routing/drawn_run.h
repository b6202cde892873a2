/* Every concern of a drawn domain, decided. */
/* SPDX-License-Identifier: MIT */
#ifndef DRAWN_RUN_H
#define DRAWN_RUN_H

#include "drawn_rules.h"

enum { F_NONE, F_WATCHED, F_FORBIDDEN, F_WAIT, F_PROPOSED, F_SEND };

/* How one concern ended. */
struct ending {
	enum urgency urgency;
	unsigned fates[DRAWN_AGENCIES], shows[DRAWN_AGENCIES], best;
	bool red[DRAWN_AGENCIES], doubted[DRAWN_AGENCIES];
	bool red_in_doubt;
};

struct run {
	struct small_world *world;
	struct arena *passing;
	const struct drawn_set *set;
	struct place *places;
	size_t count;
	struct ending *endings;
	enum answer *says[DRAWN_RULES]; /* by place: of the agency where it says most */
	uint16_t *told[DRAWN_RULES];    /* and of each agency */
	uint16_t *to_all[DRAWN_RULES];  /* the same, were this-agency one that nobody works for */
	bool dead[DRAWN_RULES];
	GHashTable *wanted, *found; /* texts */
	size_t pairs, split_pairs, excused_pairs;
};

unsigned agency_number(const char *id);
const struct drawn_rule *rule_of(const struct drawn_set *set, const char *id);
bool is_kept(const struct drawn_set *set, enum urgency urgency);

/* Decided by the rules that are loaded; forgotten when the next is. */
const struct decision *decide_place(struct run *run, const struct place *place);
/* The same of two children, each with the answers of one place. */
const struct decision *decide_pair(struct run *run, const struct place *one, const struct place *other);
/* run->count where no form can have that. */
size_t place_of(const struct run *run, const struct place *place);
/* What a route shows of a child, a bit for each of the two blocks that rules are narrowed to. */
unsigned shown_by(const struct route *route, unsigned child);
void end_of(const struct drawn_set *set, const struct decision *decision, struct ending *out);
/* Loads the rules but this one, and decides all; newly allocated. */
struct ending *end_all(struct run *run, size_t without);

/* What a rule says in a decision, two bits an agency. */
uint16_t told_of(const struct decision *decision, const char *rule);
/* What a rule that is alone in these rules says at each place, two bits an agency; newly allocated. */
uint16_t *tell_alone(struct run *run, const char *yaml, const char *rule);
/* Finds what one rule says by itself, and whether it ever matches. */
void judge_alone(struct run *run, size_t rule);

void open_run(struct run *run);
void close_run(struct run *run);
/* What was found of rules alone, and no more. */
void forget_alone(struct run *run);
/* What should be found. */
void want(struct run *run, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Whether what should be found and what was is the same; says what is not. */
bool is_same_found(const struct run *run);

/* A number from the environment. */
unsigned number_of(const char *name, unsigned otherwise);

#endif
