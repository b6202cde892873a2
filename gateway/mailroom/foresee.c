/* Says what each agency would get, without a letter. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/foresee.h"

#include "letters/letters.h"

/* An answer goes only where something is sent. */
static void
fit_to_fate(enum route_fate fate, struct shares *shares)
{
	bool waits = fate == ROUTE_WAIT || fate == ROUTE_PROPOSED;

	for (size_t at = 0; fate != ROUTE_SEND && at < shares->count; at++)
		if (shares->shares[at].why == SHARE_GOES)
			shares->shares[at].why = waits ? SHARE_WOULD_GO : SHARE_UNSENT;
}

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
	fit_to_fate(route->fate, out);
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
		fit_to_fate(route->fate, &(*shares)[at]);
		route->question = arena_print(arena,
		    "A text of the form names what %s may not have. Shall it go without its free text?",
		    route->agency->name);
	}
}
