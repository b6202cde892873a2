/* What the rules made of a concern: who gets it, who waits, and why. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_DECISION_H
#define PAPERS_DECISION_H

#include "base/arena.h"
#include "papers/concern.h"
#include "papers/directory.h"

enum route_fate {
	ROUTE_SEND,      /* a letter goes at once */
	ROUTE_WAIT,      /* a person decides first: hold rule, or cannot tell */
	ROUTE_PROPOSED,  /* a rule in mode propose: the desk confirms */
	ROUTE_FORBIDDEN, /* a never rule */
	ROUTE_WATCHED,   /* a rule in mode watch: recorded, nothing else */
};
enum { ROUTE_FATES = ROUTE_WATCHED + 1 };
const char *answer_name(enum answer answer); /* "no", "yes", "cannot tell" */
const char *route_fate_name(
    enum route_fate fate); /* "send", "wait", "propose", "forbidden", "watch" */

/* One agency's part of a case. */
struct route {
	const struct entry *agency;
	/* bit i: child i of the form shares this fate; 0 with no children: the whole report */
	uint64_t children;
	/* SEND, PROPOSED: the children that do not, and wait for the desk */
	uint64_t waiting_children;
	/* those that never rules keep from it, where others are sent or wait; and the rules' ids */
	uint64_t forbidden_children;
	const char *forbidden_by; /* NULL: none */
	enum route_fate fate;
	/*
	 * "route.rule", "route.red", "route.propose", "route.hold", "route.cannot-tell",
	 * "route.never", "route.watch", "route.desk"
	 */
	const char *code;
	const char *rules;    /* ids of the rules that led here, "mash, red" */
	const char *why;      /* the rules' own words */
	const char *question; /* what would settle it, where anything waits for the desk; NULL */
	/*
	 * Blocks this route's rules narrow the disclosure to, NULL-terminated; NULL: the agency's
	 * own. Of the report and the adults: what the rules of any of its children give.
	 */
	const char *const *blocks;
	/*
	 * The same by child of the form, sent or waiting: each by its own rules, so that one
	 * child's rule gives nothing of another. NULL: `blocks` holds for every child.
	 */
	const char *const *const *child_blocks;
};

/* The blocks that a letter about these children is narrowed to, in the arena; NULL: none. */
const char *const *route_blocks(const struct route *route, uint64_t children, struct arena *arena);

enum condition_kind { CONDITION_TEST, CONDITION_ALL, CONDITION_ANY, CONDITION_NOT };
const char *condition_kind_name(enum condition_kind kind); /* "test", "all", "any", "not" */

/* One condition as it was seen, for explaining. */
struct condition_seen {
	enum condition_kind kind;
	unsigned depth; /* in the tree of all, any, not */
	/* the condition in words: "child.age: from 9, under 19"; ours, no words of a mail */
	const char *words;
	enum answer answer;
	struct plain seen; /* the value that was seen, may be empty */
};

struct rule_seen {
	const char *list;   /* "urgency", "red", "send", "never", "hold" */
	const char *rule;   /* its id */
	const char *mode;   /* "send", "propose", "watch" */
	int child;          /* which child it was judged for, -1 for the whole report */
	const char *agency; /* for never and hold rules: which agency, else NULL */
	enum answer answer;
	bool decided; /* it changed the outcome */
	const struct condition_seen *conditions;
	size_t condition_count;
};

/* What a rule that proposes, or only watches, asked for. */
struct rule_trial {
	const char *rule; /* its id; "red" for the red list */
	const struct entry *agency;
	bool is_watch; /* it sends nothing; else the desk was asked */
};

struct decision {
	enum urgency urgency; /* of the most urgent child */
	enum urgency child_urgency[CHILDREN_MAX];
	unsigned child_numbers[CHILDREN_MAX]; /* what the form calls child i */
	const char *urgency_rule;             /* id of the rule that decided the case's urgency */
	struct route *routes;                 /* one an agency, never two for the same */
	size_t route_count;
	/*
	 * Some child nobody receives or waits to, and it is not kept: the desk has it. The bits say
	 * which, here as below, and are 0 where the form names no child.
	 */
	bool nobody;
	uint64_t nobody_children;
	bool kept; /* blue or green that goes to nobody by the rules, all of it: recorded only */
	uint64_t kept_children;
	uint64_t excused_children; /* a never rule says that they need nobody beside the others */
	bool is_red;               /* the red list was applied */
	const char *alarm;         /* name of the alarm a red case raises, or NULL */
	/* a red child that goes to nobody at once: forbidden, in doubt, or proposed */
	bool alarm_unmet;
	uint64_t unmet_children;
	const struct rule_seen *seen;
	size_t seen_count;
	const struct rule_seen *unasked; /* where they were judged for explaining: the others */
	size_t unasked_count;
	const struct rule_trial *trials; /* one a rule and agency */
	size_t trial_count;
};

/* Whether the desk has the whole case because nobody receives or waits for any of it. */
bool decision_is_nobodys(const struct decision *decision);

#endif
