/* What is to become of one child at one agency, by what is wanted and what stands against it. */
/* SPDX-License-Identifier: MIT */
#include "routing/decide.h"

enum route_fate
fate_of_mode(enum rule_mode mode)
{
	static const enum route_fate FATE_OF_MODE[MODES] = {
	    ROUTE_SEND, ROUTE_PROPOSED, ROUTE_WATCHED};

	return FATE_OF_MODE[mode];
}

bool
fate_is_stronger(enum route_fate fate, enum route_fate than)
{
	static const unsigned STRENGTH[] = {[ROUTE_SEND] = 4,
	    [ROUTE_PROPOSED] = 3,
	    [ROUTE_WAIT] = 2,
	    [ROUTE_FORBIDDEN] = 1,
	    [ROUTE_WATCHED] = 0};

	return STRENGTH[fate] > STRENGTH[than];
}

/* never, then red, then hold, then send. */
enum route_fate
cell_fate(const struct deciding *deciding, const struct cell *cell)
{
	if (cell->wanted == ROUTE_WATCHED)
		return ROUTE_WATCHED;
	if (cell->is_forbidden)
		return ROUTE_FORBIDDEN;
	if (cell->is_doubted)
		return ROUTE_WAIT;
	if (cell->is_red)
		return fate_of_mode(deciding->rules->mode);
	return cell->is_held ? ROUTE_WAIT : cell->wanted;
}
