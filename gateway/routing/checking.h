/* What is shared while rules are looked through for what is wrong with them. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_CHECKING_H
#define ROUTING_CHECKING_H

#include "papers/rule_difference.h"
#include "papers/rule_finding.h"
#include "routing/rule_outcome.h"

struct checking {
	const struct ruleset *rules;
	struct rule_space *space;
	struct outcome outcome;
	bool has_outcome; /* else what becomes of cases could not be decided */
	struct arena *arena;
	GArray *findings; /* struct rule_finding */
	GHashTable *dead; /* rules that never match, or of which that is not known */
	size_t mark;      /* the diagrams that all that is looked for leans on */
	bool is_open;     /* what is looked for now was not found, and may be there */
	size_t left_out;  /* of what is looked for now: how much could not be decided */
	const char *first_left_out;
};

/* Where in the rules, and how bad. */
struct about {
	enum finding_kind kind;
	enum finding_level level;
	const struct rule *rule;
	const struct entry *agency;
	const struct field *field;
	const char *file;      /* where it is not the rules' own */
	unsigned line, column; /* where no rule is meant */
};

/*
 * Says what was found, with the smallest concern where `shown` is not 0; a `shown` of 0 has none to
 * show. True when it was found: where there is such a concern, or none is needed.
 */
bool finding_show(struct checking *checking, struct about about, diagram shown, const char *format,
    ...) __attribute__((format(printf, 4, 5)));
/* The same without a concern. */
void finding_tell(struct checking *checking, struct about about, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether there is such a concern. */
bool finding_is_possible(struct checking *checking, diagram shown);
/*
 * Whether to look once more, stepwise, since there was no room to look everywhere: what is found so
 * is there, though it may not be the smallest. Say whether it was found.
 */
bool finding_again(struct checking *checking, bool found);
/* Ends the work on one thing that is looked for: true when the diagrams were not full, else it is
 * counted among those left out. Forgets diagrams made since checking->mark. */
bool finding_decided(struct checking *checking, const char *of);
/* Says what was left out, if anything was. */
void finding_say_left_out(struct checking *checking, const char *what);

/* Whether a rule compares with a fixed day, so that it matters of which day a report is. */
bool rule_is_dated(const struct rule *rule);
/* Adds what of these rules depends on the day of `now`. */
void rules_find_days(const struct ruleset *rules, int64_t now, struct rule_days *days);

/* The contract is routing_check's. */
void findings_find(
    const struct ruleset *rules, int64_t now, struct arena *arena, struct rule_findings *out);

/* The contract is routing_compare's. */
void rules_compare(const struct ruleset *active, const struct ruleset *fresh, int64_t now,
    struct arena *arena, struct rule_differences *out);

/* Rules that never match or come too late; words that could be left out. Finds the outcome. */
void check_each_rule(struct checking *checking);
/* Rules that never change anything. */
void check_idle_rules(struct checking *checking);
/* Cases that nobody receives, that wait, or that go to two who exclude each other. */
void check_cases(struct checking *checking);
/* Cases that nobody receives, since a never rule forbids what a send rule wants. */
void check_sent_to_nobody(struct checking *checking);
/* What waits when one field is not known. */
void check_doubts(struct checking *checking);

#endif
