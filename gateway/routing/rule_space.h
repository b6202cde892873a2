/* Every concern there can be, as far as a set of rules can tell them apart. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_RULE_SPACE_H
#define ROUTING_RULE_SPACE_H

#include <glib.h>

#include "routing/rule.h"
#include "routing/rule_diagram.h"
#include "papers/decision.h"

/*
 * A space knows the fields that rules ask about, and of each the answers that matter: two that
 * every test takes alike are one. How a test takes an answer it finds out by giving it, in the
 * notation of given.h, and having it judged by fact.c and rule_match.c, so that what is found about
 * rules is what happens when they decide. A place in the space is a concern about one child, or
 * about none that is named, with who is at work. Children are decided each by itself, and each ends
 * as it would alone, its siblings whatever they are; but for one that needs_nobody beside another.
 */

/* Answers as results of a diagram: the greater of two is Kleene's or, the lesser his and. */
enum { SPACE_NO, SPACE_CANNOT_TELL, SPACE_YES };

/* One test of a rule, for one agency where it speaks of this-agency. */
struct asking {
	const struct operand *operand;
	const struct test *test;
	const struct rule_agency *agency;
	struct space_field *field;
	unsigned number; /* among its field's */
	diagram whole;   /* an adult's: of one adult */
};

/* An answer where the day of the report is in doubt. */
struct doubted {
	const char *words;      /* that are so old on that day */
	int32_t day;            /* that the report names */
	const uint8_t *answers; /* by asking; NULL: nobody of this answer can be so old then */
};

/* One answer to a field, as pairs of given.h's notation: "child.age: 12". */
struct given {
	const char *words; /* "" for blank */
	const char *label; /* all that it stands for: "child.age: from 9 to 17" */
	unsigned cost;     /* in a witness */
	bool is_loose;     /* its parts are chosen one by one: choices, phrases of a text */
	bool is_day;       /* days, and no state */
	bool is_late;      /* days that only the later mail of a report of its own day can have */
	uint8_t *answers;  /* by asking, without parts */
	/* The same where the day of the report is in doubt: by day, and by how old they were then, as
	 * in space_doubt.h; NULL: no other. */
	struct doubted *doubted;
	/* Loose: by part and asking, with it alone, and with all but it; and with all. */
	uint8_t **alone, **but, *all;
};

/* A condition on adults, which is met by any. */
struct adult_condition {
	const char *words;       /* "involved_adults.harmer: yes" */
	struct asking **askings; /* of its tests */
	size_t asking_count;
	diagram one;    /* what it says of one adult */
	diagram blank;  /* and of one who left the field blank */
	unsigned level; /* the greatest of what it says of each */
	/* The same, were the day of the report in no doubt; of dates only. */
	unsigned undoubted_level;
};

/* A field that is asked about, with what the form says of a date of birth besides. */
struct space_field {
	const struct field *field, *quality;
	GPtrArray *askings; /* struct asking */
	size_t uses;
	GPtrArray *givens; /* struct given, blank first */
	GPtrArray *parts;  /* names of choices, or texts */
	const char *rest;  /* a choice that no rule names, or NULL */
	unsigned level;    /* of its givens */
	bool is_doubtful; /* an asking has another answer where the day of the report is in doubt */
	GArray *years;    /* int: that tests of ages compare with, ascending; of births only */
	unsigned since_level; /* how old they were on the day in doubt; UINT_MAX: no matter */
	unsigned
	    *part_levels; /* of the first part_count parts: all, or none where nothing is loose */
	size_t part_count;
	diagram one_possible,
	    one_certain; /* 1 for what one person can answer, and what leaves nothing open */
	/* ADULT: struct adult_condition; 1 for what these can say together of any adults, of such of
	 * whom nothing is open, and of such who all gave an answer. */
	GPtrArray *conditions;
	struct adult_condition *spare; /* for a condition with a word left out */
	diagram possible, certain, not_blank;
};

/* A word of a list that could be left out: what its test would be then. */
struct spare_word {
	const struct rule *rule;
	const struct condition *condition;
	const struct test *test;
	struct test without;
	const char *word;
};

struct rule_space {
	const struct ruleset *const *rules; /* one, or two of one form and directory */
	size_t rules_count;
	struct arena *arena;
	struct diagrams *diagrams;
	int64_t now;
	GHashTable *askings;          /* struct asking by what it asks */
	GHashTable *by_field;         /* struct space_field */
	GHashTable *adult_conditions; /* struct adult_condition by what it asks */
	GPtrArray *fields;            /* struct space_field, those asked most first */
	unsigned child_level, adults_level;
	/* Whether the form names a day for its report that is long before its mail: 0, or 1 and the
	 * number of the day. */
	unsigned doubt_level;
	GArray *doubted_days;               /* int32_t */
	bool days_are_own;                  /* there is one, and an answer may bring another */
	unsigned open_levels[AGENCIES_MAX]; /* UINT_MAX: its hours do not matter */
	diagram possible;                   /* 1 for what can be */
	GPtrArray *spare_words;             /* struct spare_word; none of two sets of rules */
	size_t words_left_out;              /* for which there was no room among those */
	const struct rule *first_left_out;  /* whose words those are first */
	GPtrArray *costs;                   /* unsigned by value, by level */
	const char *too_wide;               /* a field with more answers than can be looked at */
};

/* How large a space may be, and how long one question may take; tests make it small. */
struct space_limits {
	size_t branches;
	uint64_t steps;
};
extern struct space_limits space_limits;

/* Of reports made at this moment. */
struct rule_space *space_open(
    const struct ruleset *const *rules, size_t count, int64_t now, struct arena *arena);
void space_close(struct rule_space *space); /* accepts NULL */

/* What a rule says: SPACE_NO, SPACE_CANNOT_TELL or SPACE_YES. The agency of never and hold rules. */
diagram space_rule(
    struct rule_space *space, const struct rule *rule, const struct rule_agency *agency);
/* The same with another test in the place of one. */
diagram space_rule_with(struct rule_space *space, const struct rule *rule,
    const struct rule_agency *agency, const struct test *instead_of, const struct test *test);
/* 1 for what can be when a rule is held against itself without a word, which space_rule_with() was
 * last asked for. */
diagram space_possible_with(
    struct rule_space *space, const struct spare_word *spare, const struct rule_agency *agency);

/* The day of the reports that are looked at, and the last at which a date of theirs can begin, where
 * the mail is of the same day and where it is not. */
int32_t space_today(const struct rule_space *space);
int32_t space_last_of_mail(const struct rule_space *space);
int32_t space_last_of_all(const struct rule_space *space);
/* The field that says of which day the report is, or NULL. */
const struct field *space_report_day(const struct rule_space *space);

/* The same as far as rules ask about it, or NULL. */
struct space_field *space_report_field(const struct rule_space *space);

/* 1 where the day of the report is in doubt, or where it is not; and where it is this one. */
diagram space_doubted(struct rule_space *space, bool is_doubted);
diagram space_doubted_day(struct rule_space *space, size_t day);

/* 1 where the agency is closed. */
diagram space_closed(struct rule_space *space, unsigned agency);

/* 1 where a child is named, and another child of the same form could be so. */
diagram space_of_sibling(struct rule_space *space, diagram whole);

/* Where a field is blank, for every adult if it is theirs; and the greatest over its other answers.
 */
diagram space_blank(struct rule_space *space, const struct space_field *field, diagram whole);
diagram space_not_blank(struct rule_space *space, const struct space_field *field, diagram whole);
/* The greatest over how old they were on the day in doubt. */
diagram space_over_since(struct rule_space *space, const struct space_field *field, diagram whole);
/* 1 where a field is blank, whatever other fields are; and where nothing about it is open. */
diagram space_where_blank(struct rule_space *space, const struct space_field *field);
diagram space_where_certain(struct rule_space *space, const struct space_field *field);

/* --- within the space ----------------------------------------------------------------------- */

/* A level whose values cost nothing, and a field that is asked about; added when it is new. */
unsigned space_add_level(struct rule_space *space, unsigned values);
struct space_field *space_field_asked(struct rule_space *space, const struct field *of);
/* The asking of a test, which is added when it is new. */
struct asking *space_asking(struct rule_space *space, const struct operand *operand,
    const struct test *test, const struct rule_agency *agency);
/* Adds the words of a list to those that may be to spare. */
void space_collect_words(struct rule_space *space, const struct rule *rule,
    const struct condition *condition, const struct test *test);
/* Finds the answers to a field that its askings tell apart. */
void givens_find(struct rule_space *space, struct space_field *field);
/* The pairs of a loose answer with these parts. */
const char *givens_words(const struct rule_space *space, const struct space_field *field,
    const struct given *given, const bool *parts);
/* The pairs of one person's answer, by the values of the field's own levels. */
const char *space_given_words(
    struct rule_space *space, const struct space_field *field, const int *values);
/* How each asking of the field takes these pairs, said of one person, and what is `besides`. */
uint8_t *givens_answers(struct rule_space *space, const struct space_field *field,
    const char *words, const char *besides);

/* --- a witness ------------------------------------------------------------------------------- */

/* A concern that shows something. */
struct witness {
	struct concern concern;
	bool *is_open;            /* by entry number */
	const char *const *lines; /* given.h's notation, a line each */
	size_t line_count;
	const char *closed; /* agencies that are closed, "a, b"; NULL: none */
};

/* The smallest concern where the result is not 0; false when there is none. In the arena. */
bool space_witness(struct rule_space *space, diagram whole, struct witness *out);
/* 1 where all that matters is as in the smallest concern where the result is not 0; 0: there is none.
 */
diagram space_smallest(struct rule_space *space, diagram whole);
/* *near is 1 where each field but this one is as in the smallest concern where the result is not 0,
 * or blank; false when there is none. Without a field it is whether the report's day is in doubt. */
bool space_near(
    struct rule_space *space, diagram whole, const struct space_field *except, diagram *near);

#endif
