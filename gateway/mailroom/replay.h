/* Stored cases decided again under other rules: nothing is sent, and nothing written down. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_REPLAY_H
#define MAILROOM_REPLAY_H

#include "ledger/ledger.h"
#include "mailroom/nursery.h"

/* One agency's part of a case under one set of rules. */
struct replay_route {
	const char *agency; /* directory id */
	enum route_fate fate;
	uint64_t children, waiting; /* as struct route has them */
	/* By child, of these and those: what it would be told of it, NULL-terminated; else NULL. Child
	 * 0 where the form names none. */
	const char *const *blocks[CHILDREN_MAX];
};

/* The children whom an agency is told of, or may be; child 0 where the form names none. */
static inline uint64_t
replay_told(uint64_t children, uint64_t waiting)
{
	return children | waiting ? children | waiting : 1;
}

/* A case under one set of rules. */
struct replay_view {
	bool has_concern; /* the form of this set reads one in the text */
	enum urgency urgency;
	bool nobody;
	uint64_t nobody_children; /* as in struct decision */
	size_t child_count;
	struct replay_route routes[AGENCIES_MAX];
	size_t route_count;
};

struct replayed {
	struct replay_view active, fresh;
};

/* The two sets of rules; `active` comes first, so that the nursery can be handed the pair. */
struct replay_sets {
	struct equipment active, fresh;
};

/* Zero it, with nursery.line and keyholder.control = -1, to begin. */
struct replay {
	struct replay_sets sets;
	struct nursery nursery;
	struct keyholder keyholder;
};

/*
 * Starts a keyholder and forks a nursery of its own; call it while no ledger is open. The two
 * sets stay the caller's.
 * fails as keyholder_start() and nursery_open()
 */
MUST_CHECK bool replay_open(const struct equipment *active, const struct equipment *fresh,
    struct replay *out, struct failure *why);

/*
 * Decides one case again under both sets, as of the moment at which it was decided, in a child of
 * its own: the words of the case stay there and in the keyholder. *is_readable is false where they
 * were erased, or the child could not read them.
 * fails   RETRY  the keyholder or the nursery is gone
 */
MUST_CHECK bool replay_case(struct replay *replay, const struct decided_case *stored,
    struct arena *arena, struct replayed *out, bool *is_readable, struct failure *why);

void replay_close(struct replay *replay);

/* What a child of it does; see replay_child.c. */
enum replay_talk { REPLAY_ORDER = 1, REPLAY_VIEWS, REPLAY_UNREADABLE };
void replay_child(const struct equipment *sets, int order_line, int key_line);

#endif
