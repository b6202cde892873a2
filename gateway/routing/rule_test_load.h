/* Files of tests beside the rules. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_RULE_TEST_LOAD_H
#define ROUTING_RULE_TEST_LOAD_H

#include "papers/rule_test.h"
#include "routing/rule.h"

/*
 * tests:
 *   - name: Level 3, twelve, Merton          what the report of the run calls it
 *     at: 2026-03-01 22:30                   the moment, London; left out 2026-03-03 11:00
 *     given: {...}                           the concern, in the notation of given.h
 *     expect:
 *       urgency: amber
 *       send: [merton-mash]                  who gets it at once
 *       propose: [phoenix]                   what the desk is to confirm
 *       wait:                                what waits for the desk, and by which rules
 *         - {agency: early-help, because: [no-agreement]}
 *       forbidden: [merton-edt]              whom a never rule takes away
 *       watch: [...]                         what rules in mode watch would have done
 *       nobody: yes                          some of it goes to nobody, and the desk has it; or
 *                                            [2]: this child and no other
 *       kept: yes                            all of it goes to nobody, and is recorded only; or
 *                                            [2]: this child and no other
 *       alarm: raised                        or none, or unmet: red, and nobody has it at once
 *
 * What is not named is not looked at, but for this: where send, propose, wait, nobody or kept is
 * named, an agency that none of the lists names must have nothing, and wait for nothing; and no
 * child goes to nobody beside others that somebody has, unless `nobody` says so. forbidden and
 * watch are looked at where they are named, and then are the whole list; an agency that has some
 * children may stand in `forbidden` with those that it must not have.
 *
 * An agency alone is expected to have every child of the form, or is a map:
 *   agency     its id
 *   children   [1, 3]: the children it is sent, or that wait for it, by their place in the form
 *   waiting    send, propose: children that go there only once the desk says so; left out: none
 *   because    rules that must be among those that led there; red is the red list, and
 *              letter.withheld says that a text names what the agency may not have
 *   gets       fields of which an answer goes to it, or would once the desk says so; to one that is
 *              forbidden or only watched nothing goes
 *   gets_not   fields of which none does
 *
 * gives   *out in the arena; the rules, the form and the directory must live as long
 */
MUST_CHECK bool rule_tests_load(const struct ruleset *rules, const char *path, struct arena *arena,
    struct rule_tests *out, struct faults *faults);

#endif
