/* A test of rules: what is told of a concern, and what the rules should make of it. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_RULE_TEST_H
#define PAPERS_RULE_TEST_H

#include "papers/decision.h"

/* What one agency should have. */
struct expected_route {
	const struct entry *agency;
	bool has_children; /* left out, it is every child of the form */
	uint64_t children,
	    waiting; /* bit i: child i; waiting: those of a letter's agency that wait */
	const char *const *because; /* rules that must be among those that led there; may be NULL */
	const struct field *const *gets, *const *gets_not; /* NULL-terminated; may be NULL */
	unsigned line, column;
};

struct expected_routes {
	bool is_named; /* the list stands in the test; it may be empty */
	struct expected_route *routes;
	size_t count;
};

enum expected_alarm { ALARM_ANY, ALARM_NONE, ALARM_RAISED, ALARM_UNMET };

/* Whether some of a case ends so: yes or no, or which children, and no others. */
struct expected_end {
	bool is_named, is_so;
	bool has_children;
	uint64_t children;
};

struct expectation {
	bool has_urgency;
	enum urgency urgency;
	struct expected_end nobody, kept;
	enum expected_alarm alarm;
	struct expected_routes routes[ROUTE_FATES]; /* by enum route_fate */
	/*
	 * One of send, propose, wait, nobody, kept is named: whoever is not named gets nothing, and
	 * of several children none goes to nobody.
	 */
	bool is_whole;
};

struct rule_test {
	const char *name, *file;
	unsigned line, column;
	int64_t at;
	struct concern concern;
	struct expectation expected;
};

struct rule_tests {
	struct rule_test *tests;
	size_t count;
};

#endif
