/* Random concerns and rules, and what a much simpler judge says of one question. */
/* SPDX-License-Identifier: MIT */
#ifndef ORACLE_H
#define ORACLE_H

#include "small_world.h"

enum { CASES = 2000, CHILDREN = 3, ADULTS = 2, AGENCIES = 4, TREE_MAX = 24, RULES = 5 };
enum { NO = -1, UNSURE = 0, YES = 1 };

extern const char *const IDS[AGENCIES];
extern const unsigned ENTRY[AGENCIES];

/* What a form says, as written. */
struct said {
	const char *level, *danger, *agreement;
	unsigned children, adults;
	const char *birth[CHILDREN], *postcode[CHILDREN], *concerns[CHILDREN];
	const char *works[ADULTS], *harmer[ADULTS];
	bool open[AGENCIES];
};

#define PICK(rand, list) (list)[g_rand_int_range(rand, 0, COUNT_OF(list))]

enum ask {
	ASK_LEVEL, ASK_LEVEL_NOT, ASK_LEVEL_ANY, ASK_LEVEL_LEAST, ASK_DANGER, ASK_AGREED_NOT,
	ASK_AGREED_KNOWN, ASK_AGE, ASK_UNBORN, ASK_AREA, ASK_AREA_NONE, ASK_CONCERN, ASK_CONCERNS_ALL,
	ASK_CONCERNS_NONE, ASK_HARMER, ASK_WORKS, ASKS,
};

enum { NODE_ALL = ASKS, NODE_ANY, NODE_NOT };

struct node {
	int what;
	int a, b;                    /* numbers of the question */
	int parts[3], count;         /* places in the tree */
};

struct tree {
	struct node nodes[TREE_MAX];
	int count;                   /* 0: no conditions */
};

struct made_rule {
	struct tree when;
	unsigned agencies;           /* bits */
	int doubt, mode, set, floor;
	bool is_excuse;
};

struct made {
	int mode, keep;
	unsigned to, out_of_hours, if_forbidden;
	struct made_rule urgency[RULES], send[RULES], never[RULES], hold[RULES];
	int urgencies, sends, nevers, holds;
};

/* Draws what a form says, and writes it into the concern of the world. */
void say(GRand *rand, struct said *said);
void write_down(struct small_world *world, const struct said *said);

/* Draws a tree of conditions, and spells it; gives the place of its root. */
int grow(GRand *rand, struct tree *tree, int depth, bool may_ask_works);
void spell(const struct tree *tree, int at, GString *yaml);
/* What the tree says of one child, for one agency: NO, UNSURE or YES. */
int judge(const struct said *said, const struct tree *tree, int at, int child, unsigned agency);

/* Draws a whole file of rules, and spells it, newly allocated. */
void make(GRand *rand, struct made *made);
char *spell_file(const struct made *made);

#endif
