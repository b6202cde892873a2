/* Says what each agency would get, without a letter. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/foresee.h"

#include "letters/letters.h"

void
foresee_shares(const struct concern *concern, const struct decision *decision,
    const struct route *route, struct arena *arena, struct shares *out)
{
	const struct letter_order order = {.kind = LETTER_REFERRAL,
	    .to = route->agency,
	    .concern = concern,
	    .decision = decision,
	    .route = route};

	letters_tell_shares(&order, arena, out);
}

void
mailroom_foresee(const struct concern *concern, struct decision *decision, struct arena *arena,
    struct shares **shares)
{
	*shares = arena_take_many(arena, decision->route_count, sizeof **shares);
	for (size_t at = 0; at < decision->route_count; at++) {
		struct route *route = &decision->routes[at];
		foresee_shares(concern, decision, route, arena, &(*shares)[at]);
		if (route->fate != ROUTE_SEND || !(*shares)[at].waits)
			continue;
		route->fate = ROUTE_WAIT;
		route->code = "letter.withheld";
		route->question = arena_print(arena,
		    "A text of the form names what %s may not have. Shall it go without its free text?",
		    route->agency->name);
	}
}
