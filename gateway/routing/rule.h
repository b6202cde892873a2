/* Rules as they are in memory: who asks what of which answer, and what follows. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_RULE_H
#define ROUTING_RULE_H

#include "papers/decision.h"
#include "papers/operand.h"
#include "routing/area.h"

/* One operator and what it compares with; which members count follows from the operand's kind. */
struct test {
	enum test_operator how;
	struct choice_set choices;  /* CHOICE, CHOICES; YES_NO and UNBORN as 0 no, 1 yes */
	int64_t low, high;          /* COUNT, DAY, AGE: from low to high, both included */
	const unsigned *areas;      /* AREA: their numbers */
	const char *const *phrases; /* TEXT: folded; POSTCODE: as postcodes are spelled */
	size_t area_count, phrase_count;
	const char *const *values; /* what it compares with, as the administrator wrote it */
	size_t value_count;
	bool this_agency; /* TEXT: the names of the agency that is judged as well */
	bool wants_known; /* IS_KNOWN */
};

struct condition {
	enum condition_kind kind;
	const char *words;             /* "child.age: from 9, under 19" */
	const char *question;          /* CONDITION_TEST: "Is the age under 18?", for a person */
	const struct operand *operand; /* CONDITION_TEST */
	const struct test *tests; /* CONDITION_TEST: all of them must hold, of the same person */
	const struct condition *parts; /* the others; NOT has one */
	size_t test_count, part_count;
	unsigned line;
};

enum rule_list { LIST_URGENCY, LIST_SEND, LIST_NEVER, LIST_HOLD, LISTS };
const char *rule_list_name(enum rule_list list); /* "urgency", "send", ... */
enum rule_mode { MODE_SEND, MODE_PROPOSE, MODE_WATCH, MODES };
const char *rule_mode_name(enum rule_mode mode); /* "send", "propose", "watch" */
/* What a cannot-tell does: send's send, wait, skip; never's send, wait; hold's wait, pass. */
enum doubt { DOUBT_WAIT, DOUBT_SEND, DOUBT_SKIP, DOUBT_PASS, DOUBTS };

struct rule {
	enum rule_list list;
	const char *id;
	const char *why;
	const struct condition *when; /* NULL: always */
	size_t condition_count;       /* of the whole tree */
	enum rule_mode mode;          /* send: the rule's own, or the file's where that is weaker */
	enum doubt in_doubt;          /* send, never, hold */
	bool needs_nobody;            /* never: the child needs no recipient beside its siblings */
	enum urgency set, floor;      /* urgency; floor NONE: in_doubt was left out */
	uint64_t agencies;            /* send: to; never: not_to; hold: only. By agency number */
	const char *const *blocks;    /* send: disclose, NULL-terminated; NULL: the agency's own */
	unsigned line, column;
};

struct ruleset;

/* Whether a rule, or a condition of one, asks of the agency that is judged. */
bool rule_names_agency(const struct rule *rule);
bool condition_names_agency(const struct condition *condition);
/* A never rule of which it matters what it says of an agency whatever that is called: one that may
 * leave a red case to nobody, and does not say itself that the child needs nobody. */
bool rule_forbids_any(const struct ruleset *rules, const struct rule *rule);

struct rule_table {
	struct rule *rules;
	size_t count;
	unsigned line, column; /* of the list; 0 where it was left out */
};

/* An agency as rules know it: by its number among the agencies of the directory. */
struct rule_agency {
	const struct entry *entry;
	size_t entry_number;      /* in the directory */
	const char *const *names; /* folded: its name and what else it is called */
	size_t name_count;
};

struct red_list {
	uint64_t to, out_of_hours, if_forbidden; /* by agency number */
	const char *why;
	const char *alarm; /* NULL: none */
	bool is_given;
	bool names_desk; /* if_forbidden says that the desk has it then */
	unsigned line, column;
};

struct vocabulary;

struct ruleset {
	struct rule_table lists[LISTS];
	struct red_list red;
	enum rule_mode mode;         /* the file's: no rule is stronger */
	bool keeps[URGENCY_RED + 1]; /* which urgencies may go to nobody */
	/* Of which it is meant that the desk has what nobody else would receive. */
	bool to_desk[URGENCY_RED + 1];
	struct rule_agency agencies[AGENCIES_MAX];
	size_t agency_count;
	const struct field_list *fields; /* of the form */
	struct vocabulary *vocabulary;
	struct area_table *areas;
	struct arena *arena; /* everything above but the areas */
	const char *file;
};

#endif
