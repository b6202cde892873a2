/* Rules to routes, each with its reason. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_ROUTING_H
#define ROUTING_ROUTING_H

#include "base/faults.h"
#include "papers/decision.h"
#include "papers/operand.h"
#include "papers/rule_difference.h"
#include "papers/rule_finding.h"
#include "papers/rule_outline.h"
#include "papers/rule_test.h"

struct routing;

/*
 * Loads routing.yaml and areas.csv and checks both against the form's fields and the directory:
 * every unknown word, field, choice, area, agency or block is a fault with its place.
 * Returns NULL when there was a fault. The field list and the directory must outlive it.
 * Without fields (NULL: the form has faults of its own) it checks what needs none, and gives NULL.
 */
struct routing *routing_load(const char *routing_path, const char *areas_path,
    const struct field_list *fields, const struct directory *directory, struct faults *faults);
void routing_free(struct routing *routing); /* accepts NULL */
void routing_freep(struct routing **routing);

/* What the world is like at the moment of deciding. */
struct routing_moment {
	int64_t now;
	const bool *is_open; /* by entry number in the directory: whether the agency works now */
};

/*
 * Answers the five questions for one concern. Never fails: what cannot be decided waits for the
 * desk. Everything lies in the arena, or in the rules themselves.
 */
void routing_decide(const struct routing *routing, const struct concern *concern,
    const struct routing_moment *moment, struct arena *arena, struct decision *out);

/*
 * The children (bit i: child i; bit 0 where the form names none) that a never rule forbids at this
 * agency for certain, whether any rule sends them there or not; *by is the id of such a rule. What
 * the desk sends by itself is asked for here, since never beats the desk too.
 */
uint64_t routing_forbids(const struct routing *routing, const struct concern *concern,
    const struct entry *agency, struct arena *arena, const char **by);

/*
 * Judges what decided nothing and was not asked, so that an explanation can show every rule with
 * what its conditions saw: decision->unasked, in the arena.
 */
void routing_judge_unasked(const struct routing *routing, const struct concern *concern,
    struct arena *arena, struct decision *decision);

/* The area of a full postcode ("Merton"), "outside" for a district the table does not have, NULL
 * when it cannot be told. */
const char *routing_area(const struct routing *routing, const struct value *postcode);

/* Which rules there are, in the arena and in the rules themselves. */
void routing_outline(const struct routing *routing, struct arena *arena, struct rules_outline *out);

/*
 * The words that rules and their tests can be made of: what conditions ask about and by which
 * operators, the areas, and the ids of the rules in the file, whether these are right or not.
 *
 * gives   *out in the arena; the fields must live as long
 * returns false with faults: the table of postcodes is wrong, or routing.yaml is no YAML
 */
MUST_CHECK bool routing_vocabulary(const char *routing_path, const char *areas_path,
    const struct field_list *fields, struct arena *arena, struct rule_vocabulary *out,
    struct faults *faults);

/*
 * Reads a file of tests (rule_test_load.h has their keys, given.h the notation of a concern). Every
 * unknown word is a fault with its place. The tests lie in the arena and need the rules.
 */
MUST_CHECK bool routing_load_tests(const struct routing *routing, const char *path,
    struct arena *arena, struct rule_tests *out, struct faults *faults);

/*
 * Looks at every concern there can be, with three-valued answers, and finds what the rules make of
 * them. Exact: what is not found is not there, for reports made on the day of `now`, and on every
 * day where out->days names no rule, and for reports whose own day is in doubt, whichever it is. What
 * could not be decided for its size is told as FINDING_UNDECIDED. Everything lies in the arena.
 */
void routing_check(
    const struct routing *routing, int64_t now, struct arena *arena, struct rule_findings *out);

/*
 * Where the two sets, loaded with one form, one directory and one table of postcodes, end a concern
 * differently: its urgency, its fate at each agency, what each agency is shown, and whether it is
 * only recorded. As exact as routing_check().
 */
void routing_compare(const struct routing *active, const struct routing *fresh, int64_t now,
    struct arena *arena, struct rule_differences *out);

#endif
