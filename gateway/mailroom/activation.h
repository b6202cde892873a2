/* Which rules decide: changed by one person and, where the settings say so, approved by another. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_ACTIVATION_H
#define MAILROOM_ACTIVATION_H

#include "base/plain.h"
#include "mailroom/rule_set.h"
#include "papers/directory.h"

/*
 * Which activation was done last, as the ledger and the link to the current set have it together:
 * one that was killed between its switch and its end is ended now. number 0: there was none.
 */
MUST_CHECK bool activation_settle(struct ledger *ledger, const struct settings *settings,
    struct arena *arena, struct activation *out, struct failure *why);

/*
 * That these rules decide because somebody activated them, and not because a link was laid.
 * fails   STOP  rules.not-activated
 */
MUST_CHECK bool activation_check(
    struct ledger *ledger, const struct settings *settings, const char *hash, struct failure *why);

/* The login names known of who runs this program: of the process, of sudo and of the login. NULL-terminated. */
const char *const *activation_actors(struct arena *arena);

/*
 * What a second person signs: that after activation `newest` this gateway changes from that set to
 * this one. It fits one change only, and nothing after it.
 */
const char *activation_words(const struct settings *settings, const struct activation *newest,
    const char *hash, struct arena *arena);

/*
 * Judges a detached signature over activation_words(), through a keyholder of its own: by a key
 * that `directory` pins to a person of the desk who approves and who is none of the actors. Sets
 * approved_by and approved_key of *change.
 * fails   DESK  rules.approval   and why
 */
MUST_CHECK bool activation_approve(const struct settings *settings, struct directory *directory,
    const char *words, struct plain signature, const char *const *actors, struct arena *arena,
    struct activation *change, struct failure *why);

/*
 * Makes a set the one that decides. A kill at any moment leaves the old one or the new.
 * fails   RETRY  rules.busy    somebody else activates rules at this moment
 *         DESK   rules.moved   another activation was done since `newest`
 *         STOP   rules.write
 */
MUST_CHECK bool activation_do(struct ledger *ledger, const struct rule_set *set,
    const struct settings *settings, const struct activation *newest,
    const struct activation *change, struct failure *why);

#endif
