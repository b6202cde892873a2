/* Small sets of rules drawn at random, with every concern that they can tell apart. */
/* SPDX-License-Identifier: MIT */
#ifndef DRAWN_RULES_H
#define DRAWN_RULES_H

#include "small_world.h"

enum { DRAWN_FIELDS = 3, DRAWN_RULES = 12, DRAWN_AGENCIES = 4, DRAWN_LISTS = 4, TESTS_MAX = 8, ANSWERS_MAX = 240 };

/* A field, the tests that are drawn of it and answers of which one at least stands for each that
 * the tests can tell apart. */
struct drawn_field {
	const char *name;
	const char *tests[TESTS_MAX + 1], *known; /* known: a test that is never in doubt, or NULL */
	const char *answers[ANSWERS_MAX];
	const char *exact; /* by answer: 'y' where it leaves nothing open, 'n' else */
	/* By answer: 'y' where only a form can have it that names the day of its report, and where it
	 * does; or NULL. */
	const char *late, *names_report;
	bool is_dated;     /* tests and answers are of 10 March 2026 */
	bool is_adult;     /* answers are then what some adults said, with '|' between */
	bool is_coarse;    /* answers stand for what whole lists tell apart, not each of their words */
};

/*
 * Lays out the answers that are too many to be written down. Where adults work: nobody, or any of
 * these and perhaps somebody who left it blank. Of several choices every set is tried, and of adults
 * every company of such sets, and one kept of those that all tests take alike.
 */
void drawn_open(void);

struct drawn_rule {
	unsigned list; /* 0 urgency, 1 send, 2 never, 3 hold */
	char *id, *head, *when; /* "id: a, why: W, to: [hub]"; when: NULL always */
	unsigned agencies;
	bool watches, waits, needs_nobody;
};

struct drawn_set {
	const struct drawn_field *fields[DRAWN_FIELDS];
	bool in_doubt[DRAWN_FIELDS]; /* a test of it was drawn that can be in doubt */
	size_t field_count;
	struct drawn_rule rules[DRAWN_RULES];
	size_t rule_count;
	char *top; /* mode, keep, red */
	unsigned keeps, red_to;
	bool has_red, names_desk, watches;
};

/* One concern of the domain, by the number of the answer to each field. */
struct place {
	unsigned answers[DRAWN_FIELDS];
	bool has_child;
	unsigned doubted; /* which day long before its mail the form names for its report; 0: none */
	unsigned closed;  /* a bit an agency */
};

extern const char *const DRAWN_IDS[DRAWN_AGENCIES];
extern const unsigned DRAWN_ENTRIES[DRAWN_AGENCIES];

void draw_set(GRand *rand, struct drawn_set *out);
/* One whose rules ask how good a date of birth is, too. */
void draw_set_of_births(GRand *rand, struct drawn_set *out);
/* One whose rules ask for the day of the report, and for another that may come after it. */
void draw_set_of_reports(GRand *rand, struct drawn_set *out);
/* Whether its rules may compare with a fixed date, and how many do. */
bool drawn_is_dated(const struct drawn_set *set);
size_t drawn_dated_rules(const struct drawn_set *set);
/* Other rules over the same fields. */
void draw_set_like(GRand *rand, const struct drawn_set *other, struct drawn_set *out);
void drawn_free(struct drawn_set *set);

/* The rules but this one (DRAWN_RULES: all of them), as YAML. */
char *drawn_yaml(const struct drawn_set *set, size_t without);
/* One rule alone, where it is judged of every agency whatever else there is. */
char *drawn_alone(const struct drawn_set *set, size_t rule);

/* How many days of a report in doubt rules over these fields can tell apart, and the field that says
 * which it is: its place among the set's, or the field count. */
unsigned drawn_doubted_days(const struct drawn_set *set);
size_t drawn_report_field(const struct drawn_set *set);
/* Has the report name one of these days, the first being 1, or takes the doubt away: 0. */
void take_doubt(struct small_world *world, unsigned doubted);

/* Every place, newly allocated; those whom another set tells of a red case may be closed as well. */
struct place *drawn_places(const struct drawn_set *set, unsigned also_red_to, size_t *count);
bool drawn_is_of_child(const struct drawn_field *field);
void take_place(struct small_world *world, const struct drawn_set *set, const struct place *place);
/* Gives a second child the answers of this place. */
void take_sibling(struct small_world *world, const struct drawn_set *set, const struct place *place);

#endif
