/* Where mail is received, sorted and delivered. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_MAILROOM_H
#define MAILROOM_MAILROOM_H

#include "mailroom/activation.h"
#include "mailroom/digest_duty.h"
#include "mailroom/duties.h"
#include "mailroom/equipment.h"
#include "mailroom/foresee.h"
#include "mailroom/reconcile.h"
#include "mailroom/replay.h"
#include "mailroom/record.h"
#include "mailroom/rule_set.h"
#include "mailroom/rule_trials.h"

/*
 * Keeps the mailroom at work: supervises the duties that are wanted, until it is told to stop
 * (SIGTERM), loading the active rules anew on SIGHUP. Returns a sysexits code.
 */
int mailroom_run(const char *settings_path, bool once, const bool wanted[DUTIES]);

/* One duty in this very process, as the supervisor starts it. */
int mailroom_do_duty(enum duty duty, const struct duty_orders *orders);

/* Connects to mailbox and submission and says each step on `out`. True when all went well. */
bool mailroom_check_online(const struct settings *settings, FILE *out);

/*
 * Holds mailbox, Handled folder and ledger against each other on a connection of its own; see
 * reconcile.h. The gateway may be at work meanwhile. What differs is in the ledger afterwards.
 */
MUST_CHECK bool mailroom_reconcile(const struct equipment *equipment, struct ledger *ledger,
    struct reconciliation *out, struct failure *why);

/* Starts a keyholder to learn the state of every pinned key and of our own, and ends it. */
MUST_CHECK bool mailroom_look_up_keys(const struct settings *settings, struct directory *directory,
    struct pinned_key *own, struct failure *why);

/* Adds a key to our keyring after its fingerprint was typed; *note says what was added. */
MUST_CHECK bool mailroom_add_key(const struct settings *settings, struct directory *directory,
    const uint8_t *bytes, size_t length, const char *fingerprint, struct arena *arena,
    const char **note, struct failure *why);

/* Opens a sealed text of the ledger through a keyholder of its own. */
MUST_CHECK bool mailroom_unseal(const struct settings *settings, struct directory *directory,
    const struct sealed_bytes *sealed, struct arena *arena, struct plain *out, struct failure *why);

/*
 * Every key of the gateway, sealed by its keyholder for settings->recovery.key: armor in the arena.
 * And back: from standard input, which the keyholder alone reads. See keyholder_line.h.
 */
MUST_CHECK bool mailroom_back_up_keys(const struct settings *settings, struct arena *arena,
    const char **armor, size_t *length, struct failure *why);
MUST_CHECK bool mailroom_restore_keys(const struct settings *settings, struct failure *why);

#endif
