/* Rules that the tests of decisions have in common. */
/* SPDX-License-Identifier: MIT */
#ifndef DECIDE_RULES_H
#define DECIDE_RULES_H

#include "small_world.h"

#define DANGER                                                                                     \
	"urgency:\n"                                                                               \
	"  - {id: danger, set: red, in_doubt: amber, when: {immediate_danger: yes}}\n"             \
	"  - {id: complex, set: amber, in_doubt: green, when: {level_of_need: 3}}\n"               \
	"  - {id: rest, set: blue}\n"
#define RED "red: {to: [hub], out_of_hours: [edt], if_forbidden: [desk], alarm: phone}\n"
#define SEND_HUB "send: [{id: all, why: All, to: [hub]}]\n"
#define SEND_PHOENIX(more) "send: [{id: young, why: Nine to eighteen, to: [phoenix], when: {child.age: {from: 9, under: 19}}" more "}]\n"
#define NEVER(doubt) "never: [{id: works, why: Works there, not_to: this-agency, in_doubt: " doubt ", when: {involved_adults.works_for: {includes: this-agency}}}]\n"
#define NEVER_NEGLECT(more) "never: [{id: neglected, why: W, not_to: this-agency, in_doubt: send, when: {child.concerns: {includes: neglect}}" more "}]\n"
#define HOLD(doubt) "hold: [{id: agreed, why: Agreement is needed, only: [phoenix], in_doubt: " doubt ", when: {agreement: {is_not: given}}}]\n"

static inline void
give_child(struct small_world *world, size_t child, const char *birth)
{
	answer(world, "child.birth", child, birth);
}

#endif
