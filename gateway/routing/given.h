/* A concern told in the words of rules, for tests and for examples of what rules do. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_GIVEN_H
#define ROUTING_GIVEN_H

#include "routing/rule.h"
#include "yaml/yaml.h"

/*
 * The notation: a map of what conditions can ask about, each with its answer.
 *
 *   given:
 *     level_of_need: 3                       a choice by the word that rules use, never its label
 *     immediate_danger: yes                  yes/no fields: yes, no
 *     agreement: refused                     a choice of that name is an answer
 *     child.age: 12                          an age; "9 to 11" where it is known no better; unborn
 *     child.concerns: [child-drugs, gangs]   several choices: a list, or one word
 *     child.home.area: Merton                an area of areas.csv, or outside
 *     child.home.postcode: SW19 1AA          a full postcode; SW19 for a district alone;
 *                                            "SW19 1AA repaired" as if a letter had been mended;
 *                                            no fixed abode
 *     child.birth: 2014-03-01                a day; "2014-01-01 to 2014-12-31" for a partial date;
 *                                            unborn, or "unborn 2026-09-01" with the day it is due
 *     child.date_of_death: 2026-02-28        a day, or "... to ..."
 *     incident.at: 2026-02-28 23:15          a moment: a day, with or without the time in London
 *     household.other_children: 2            a number
 *     involved_adults.works_for: Phoenix     a text
 *
 * What is not given is blank. In place of any answer may stand: unknown (or not known), refused,
 * not applicable, blank, and unclear, for something that was written and could not be read. Of
 * several choices, unclear beside others in the list says that there was more than could be read.
 * A choice that the form lets stand alone only may have nothing beside it here either.
 * A word in quotes is never one of these. Where the field has a choice of such a name the word is
 * that choice, and {state: refused} the state. A field of several choices in which there is none
 * is "not applicable".
 *
 * People: fields of child. and of involved_adults. are those of one child and one adult. Without
 * any the form names one child, of whom nothing is known, and no adult. Several, or no child:
 *
 *   given:
 *     child.home.area: Merton                of each child below that says nothing else
 *     children:
 *       - {age: 12, concerns: [gangs]}       names with or without "child."
 *       - {age: unknown}
 *     adults:
 *       - {works_for: Merton MASH}           with or without "involved_adults."
 *
 *     children: []                           the form names no child
 *
 * An age, unborn and an area are worked out from a date of birth and a postcode, so one that gives
 * them is chosen: a birthday half a year ago, the first postcode of the area in the table. Of a
 * child that is only said to be born (unborn: no) the age stays open. Both may be given where they
 * agree, as child.home.postcode and child.home.area do above.
 *
 * The report is of the moment of the test, which is its `at`, or of reported_at where that is
 * given. One of more than 31 days before its `at` is in doubt, as in a form whose mail came then.
 */

/*
 * Reads such a map. `at` is the moment of the test.
 *
 * gives   *out in the arena; its form is the rules' own
 * returns false with faults: an unknown word, a value of the wrong kind, two that do not agree
 */
MUST_CHECK bool given_read(const struct ruleset *rules, const struct yaml_node *map, int64_t at,
    struct arena *arena, struct concern *out, struct faults *faults);

/* The moment of "2026-03-01 22:30" in London, and the day of it; "2026-03-01" is its midnight. */
bool given_moment(const char *text, int64_t *moment, int32_t *day, bool *has_time);

#endif
