/* The part of the ledger's door for holding it against the mailbox, and against itself. */
/* SPDX-License-Identifier: MIT */
#ifndef LEDGER_LEDGER_RECONCILE_H
#define LEDGER_LEDGER_RECONCILE_H

#include "base/arena.h"
#include "base/failure.h"
#include "ledger/ledger_types.h"

/* Transactions and failures are those at the head of ledger.h. */
struct ledger;

/* What is known of this place: a mail that was taken in there, or was seen to lie there. */
MUST_CHECK bool ledger_find_place(struct ledger *ledger, const struct mail_place *place,
    struct place_known *out, struct failure *why);

/*
 * Notes that the mail of these bytes lies here now. out->is_known is false, and nothing is noted,
 * when the ledger has no mail of these bytes. raw_hash NULL: they are not to be had, and it is known
 * by its size and date.
 */
MUST_CHECK bool ledger_note_sighting(struct ledger *ledger, const struct mail_label *label,
    const uint8_t *raw_hash, struct place_known *out, struct failure *why);

/* Whether a mail with this outer Message-ID was taken in. */
MUST_CHECK bool ledger_has_outer_id(
    struct ledger *ledger, const uint8_t outer_id_hash[HASH_BYTES], bool *out, struct failure *why);

/* A mail that was filed away and lies in the inbox all the same is to be filed again. */
MUST_CHECK bool ledger_refile(struct ledger *ledger, int64_t mail, struct failure *why);

/* Mails with an id over `after` that were fetched, taken in before `before` and filed; by id. */
MUST_CHECK bool ledger_filed_mails(struct ledger *ledger, int64_t after, int64_t before,
    int64_t *ids, size_t room, size_t *count, struct failure *why);

/* The mails that have the same bytes as this one, itself among them; by id. */
MUST_CHECK bool ledger_mails_alike(struct ledger *ledger, int64_t mail, int64_t *ids, size_t room,
    size_t *count, struct failure *why);

/* How far the rows have been looked at; all 0: not at all. */
struct audit_place {
	size_t table;
	int64_t last;
	bool is_done;
};

/*
 * Rows that do not agree with each other, at most `room` of them. Looks at some thousands from
 * `place` on: call again until place->is_done.
 */
MUST_CHECK bool ledger_audit(struct ledger *ledger, int64_t now, struct audit_place *place,
    size_t room, struct arena *arena, struct difference **out, size_t *count, struct failure *why);

/*
 * Looks at every page, index and reference between rows, however long that takes; what is broken, a
 * sentence each, no words of a mail.
 */
MUST_CHECK bool ledger_check_pages(struct ledger *ledger, struct arena *arena, const char ***flaws,
    size_t *count, struct failure *why);

/* The same, and then all rows against each other. */
MUST_CHECK bool ledger_check(struct ledger *ledger, struct arena *arena, const char ***flaws,
    size_t *count, struct failure *why);

/*
 * Writes differences down as seen at `now`; *news counts those that were not there before, of which
 * the alarm "reconcile.differences" becomes due.
 */
MUST_CHECK bool ledger_note_differences(struct ledger *ledger, const struct difference *differences,
    size_t count, int64_t now, size_t *news, struct failure *why);
/* Forgets those that were last seen before `since`: they are settled. */
MUST_CHECK bool ledger_settle_differences(
    struct ledger *ledger, int64_t since, struct failure *why);
MUST_CHECK bool ledger_differences(struct ledger *ledger, size_t room, struct arena *arena,
    struct difference **out, size_t *count, struct failure *why);

/*
 * UIDs over that of `above`, in its folder and numbering, of mails that were taken in without their
 * bytes and that are not longer than max_bytes; lowest first. Given to ledger_add_mail() with their
 * bytes they are mails like any other, and what was said of them to the desk is closed.
 */
MUST_CHECK bool ledger_unfetched(struct ledger *ledger, const struct mail_place *above,
    size_t max_bytes, uint32_t *uids, size_t room, size_t *count, struct failure *why);

/*
 * Message-IDs of ours that a mail speaks of: those of letters that a restore gave up in doubt have
 * left, since only who has got one can know its id. They are `sent` from now on, and *recognised
 * counts them.
 */
MUST_CHECK bool ledger_recognise(struct ledger *ledger, const char *const *ids, size_t count,
    int64_t now, size_t *recognised, struct failure *why);

#endif
