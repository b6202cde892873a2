/* Whose work a lease is, so that the work of the dead is taken up at once. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_OWNER_H
#define MAILROOM_OWNER_H

#include "ledger/ledger.h"
#include "papers/settings.h"

enum {
	OWNER_BYTES = 224,
	LEASE_MAX_SECONDS = 30 * 60, /* none is given for longer */
};

/*
 * "duty:host:pid:start:boot:space", of this very process: the start tells two processes of one number
 * apart, the boot two runs of the machine, the space two containers in which numbers begin anew.
 */
void owner_name(const char *duty, char out[OWNER_BYTES]);

/*
 * True for an owner of this boot and space whose process is no more, and for one of this host's
 * earlier boots. Of others it cannot be told, whatever their host is called: false.
 */
bool owner_is_gone(const char *owner);

/* True for an owner of this boot and space whose process lives; of others it cannot be told: false. */
bool owner_is_here(const char *owner);

/*
 * Tells the ledger who is here, and frees what those held who are gone, or what a clock that was
 * set back keeps waiting. A duty asks for it as it begins and then whenever it likes, for of two at
 * work one may be killed: it is done when the steady clock has reached *next_at, which moves on.
 */
MUST_CHECK bool owner_free_leases(
    struct ledger *ledger, const struct settings *settings, int64_t *next_at, struct failure *why);

#endif
