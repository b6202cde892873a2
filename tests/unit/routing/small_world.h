/* A small form, a small directory and a few postcodes, to ask rules about. */
/* SPDX-License-Identifier: MIT */
#ifndef SMALL_WORLD_H
#define SMALL_WORLD_H

#include <glib.h>
#include <string.h>

#include "base/clock.h"
#include "routing/routing.h"

/* cmocka calls a macro fail, so it comes last */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* The lists that every rule file must have. */
#define URGENCY_GREEN_LIST "urgency: [{id: otherwise, set: green}]\n"
#define NOTHING_SENT "send: [{id: nothing, why: No, when: {level_of_need: 1}, to: [hub], in_doubt: skip}]\n"

struct small_world {
	struct arena *arena;
	struct faults *faults;
	struct field_list fields;
	struct directory directory;
	struct concern concern;
	bool is_open[64];            /* by entry number; all open at first */
	char *folder, *routing_path, *areas_path;
	struct routing *routing;
	struct decision decision;
};

/* As cmocka wants them. The report was made on 2026-03-10 at noon, and names nobody. */
int small_world_open(void **state);
int small_world_close(void **state);
/* Puts another form and another directory in the place of the small ones. */
void small_world_take(
    struct small_world *world, const struct field_list *fields, const struct directory *directory);

/* Sets the moment of the report, London time. */
void report_at(struct small_world *world, int year, int month, int day, int hour, int minute);

/*
 * Answers a field of the report (person 0), or of child or adult number `person`, who is added
 * where there were fewer. "?" is not known, "!" refused, "-" not applicable, "~text" unclear, ""
 * blank; choices are separated by spaces; a birth is "2015-03-14", "2015-03-14..2016-03-13" or
 * "unborn"; a postcode is repaired with a "*" in front, and "nfa" is no fixed abode.
 */
void answer(struct small_world *world, const char *field, size_t person, const char *text);

/* Loads rules, which must be without a fault. */
void load(struct small_world *world, const char *yaml);
/* Loads rules; whether this fault, as "line:column: text", is among theirs. Prints what is instead. */
bool load_gives_fault(struct small_world *world, const char *yaml, const char *fault);
/* The same, and it must be. */
void load_with_fault(struct small_world *world, const char *yaml, const char *fault);
/* Loads and decides. */
const struct decision *decide(struct small_world *world, const char *yaml);

/* The answer of a send rule with these conditions, written as in `when: ...`, for child 0. */
enum answer ask(struct small_world *world, const char *when);

/* The route of an agency in the latest decision, or NULL. */
const struct route *route_to(const struct small_world *world, const char *agency);
/* The latest decision as one line: "hub:send phoenix:wait", in the order of its routes. */
const char *routes_line(const struct small_world *world);
/* Whether two such lines name the same routes, in any order. */
bool same_routes(const char *one, const char *other);
/* The line of a rule in the record of the latest decision. */
const struct rule_seen *seen_rule(
    const struct small_world *world, const char *rule, int child, const char *agency);

#endif
