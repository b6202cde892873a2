/* Has every page of the ledger looked at, while others work. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_PAGES_CHECK_H
#define MAILROOM_PAGES_CHECK_H

#include <sys/types.h>

#include "base/base.h"

/*
 * A process of its own does it (`wandle ledger check --pages`): of a large ledger it takes minutes,
 * and cannot be paused.
 */
struct pages_check {
	pid_t pid; /* 0: none is at it */
};

/* Begins, unless one is at it. False: it could not be started. */
bool pages_check_begin(struct pages_check *check, const char *settings_path);

enum pages_found {
	PAGES_UNKNOWN, /* nobody looks, or it is not done yet */
	PAGES_WHOLE,
	PAGES_DAMAGED,
	PAGES_UNSEEN, /* they could not be looked at */
};
/* What was found, once. Does not wait. */
enum pages_found pages_check_ask(struct pages_check *check);

/* Ends it. */
void pages_check_end(struct pages_check *check);

#endif
