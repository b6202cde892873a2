/* What became of each mail, kept through a crash. */
/* SPDX-License-Identifier: MIT */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "base/arena.h"
#include "base/failure.h"
#include "ledger/ledger_alarms.h"
#include "ledger/ledger_digest.h"
#include "ledger/ledger_reconcile.h"

/*
 * Every function that changes something is one transaction: when it returned true, it is on the
 * disk. All may fail with
 *   RETRY  ledger.busy      another process holds it; the same call may succeed
 *   STOP   ledger.full      no room on the disk
 *   STOP   ledger.damaged   the file is not what we wrote, or a write could not be made durable
 *   STOP   ledger.state     a move the table in ledger_states.c does not have: our own mistake
 * After ledger.damaged the handle refuses all further work: what a failed fsync left behind can
 * only be known by reading the files anew. A process may do so with a new handle to write down what
 * it did already, and claims nothing more. Texts and bytes that come out are in the
 * arena. A handle belongs to the process that opened it: open after fork(), never before.
 */
struct ledger;

/*
 * Opens the ledger that is there, and brings its schema up to date. Sets WAL, synchronous=FULL,
 * foreign keys, secure_delete; checks every page of a ledger up to 64 MiB (of a larger one
 * ledger_check_pages() does), and that its log still has every commit.
 * fails also   STOP  ledger.missing   there is none: it was lost, or none was made yet
 *              STOP  ledger.newer     its schema is of a later Wandle
 *              STOP  ledger.foreign   there is a file, and it is no ledger: it is not touched
 *              STOP  ledger.open      it cannot be opened here
 */
MUST_CHECK bool ledger_open(const char *path, struct ledger **out, struct failure *why);
/* The same, but makes it where there is none (mode 0600): for the first start, and only then. */
MUST_CHECK bool ledger_make(const char *path, struct ledger **out, struct failure *why);
void ledger_close(struct ledger *ledger); /* accepts NULL */
void ledger_closep(struct ledger **ledger);

/* --- receive --------------------------------------------------------------------------------- */

/* The highest UID known of this folder under this UIDVALIDITY; 0 when none is. */
MUST_CHECK bool ledger_last_uid(struct ledger *ledger, const char *account, const char *folder,
    uint32_t uid_validity, uint32_t *out, struct failure *why);

/*
 * Takes a mail in. raw_hash is the SHA-256 of its bytes. A mail with bytes that are known is not
 * stored again: where the known row's place is of another UIDVALIDITY of the same folder, that row
 * moves to the new place (the server re-numbered); else a row is added that is set aside as
 * "mail.same-bytes". Where the place is another mail's, the server has given a UID out again: that
 * row keeps all but its place.
 */
MUST_CHECK bool ledger_add_mail(struct ledger *ledger, const struct mail_label *label,
    const struct sealed_bytes *sealed, const uint8_t raw_hash[HASH_BYTES], int64_t now,
    enum mail_added *added, struct failure *why);

/*
 * Takes a mail in without its bytes ("mail.too-large", "mail.unfetchable"): the desk is told, it
 * stays in the mailbox. One of the same size and INTERNALDATE is known again, at its place and after
 * re-numbering; any other at the place of a known mail is new there, as with ledger_add_mail().
 */
MUST_CHECK bool ledger_add_unfetched(struct ledger *ledger, const struct mail_label *label,
    const char *code, int64_t now, enum mail_added *added, struct failure *why);

/* UIDs of this folder that the ledger has and that are not filed away yet, lowest first. */
MUST_CHECK bool ledger_unfiled(struct ledger *ledger, const char *account, const char *folder,
    uint32_t uid_validity, uint32_t *uids, size_t room, size_t *count, struct failure *why);
MUST_CHECK bool ledger_filed(struct ledger *ledger, const char *account, const char *folder,
    uint32_t uid_validity, const uint32_t *uids, size_t count, struct failure *why);

/* --- sort ------------------------------------------------------------------------------------ */

/*
 * Claims the next job: decisions first, then notices, then mails, each by age; what is leased
 * or not yet due is passed over. The attempt is counted and committed before this returns.
 * *found is false when there is nothing to do now. prefix and year are for a mail's new reference.
 */
MUST_CHECK bool ledger_claim_job(struct ledger *ledger, const char *owner, const char *prefix,
    int year, int64_t now, int64_t lease_seconds, struct arena *arena, struct job *out, bool *found,
    struct failure *why);

/*
 * message_id_hash: SHA-256 of signer and inner Message-ID, zeros for none. named: the case named,
 * or NULL. letter_id: a Message-ID of ours that the mail speaks of, or NULL.
 */
MUST_CHECK bool ledger_facts(struct ledger *ledger, int64_t mail_id,
    const uint8_t payload_hash[HASH_BYTES], const uint8_t message_id_hash[HASH_BYTES],
    const char *named, const char *letter_id, struct arena *arena, struct ledger_facts *out,
    struct failure *why);

/*
 * Writes down the outcome of a claimed job, all of it in one transaction: the mail's state, the
 * case, its referrals and letters, decisions, the record, the rules' hash. The job is done after.
 *
 * A referral that is READY needs a letter of this outcome that names it, and only such a letter
 * may name one; a referral as it already stands is left as it is. A held mail is settled when its
 * desk makes a referral ready or closes the case.
 *
 * fails also   RETRY  ledger.lease    the lease was lost to another worker: nothing was written
 *              RETRY  ledger.facts    the past changed since the claim (the same payload opened a
 *                                     case, or the case moved): give it back uncounted, do it again
 *              DESK   ledger.no-case  a decision names a case that is not there
 */
MUST_CHECK bool ledger_finish_job(struct ledger *ledger, const char *owner, const struct job *job,
    const struct outcome *outcome, const char rules_hash[HASH_HEX_BYTES],
    const uint8_t message_id_hash[HASH_BYTES], int64_t now, struct failure *why);

/*
 * Gives a claimed job back: tried again not before retry_at. code says why. When the attempt shall
 * not count (the world was busy), `uncount`. fails also RETRY ledger.lease
 */
MUST_CHECK bool ledger_return_job(struct ledger *ledger, const char *owner, const struct job *job,
    const char *code, bool uncount, int64_t retry_at, struct failure *why);

/*
 * Gives back, uncounted, whatever job this owner holds: where the disk failed, a claim may have lasted
 * of which the owner never heard. None is no failure.
 */
MUST_CHECK bool ledger_forgo_job(
    struct ledger *ledger, const char *owner, const char *code, int64_t now, struct failure *why);

/* --- deliver --------------------------------------------------------------------------------- */

/*
 * Claims the next letter that is due, the most urgent first, and commits it as `sending`. One whose
 * bytes are not there is given up as letter.no-bytes, as LETTER_FAILED does, and the next is claimed.
 */
MUST_CHECK bool ledger_claim_letter(struct ledger *ledger, const char *owner, int64_t now,
    int64_t lease_seconds, struct arena *arena, struct due_letter *out, bool *found,
    struct failure *why);

/*
 * Writes down how a try ended. LETTER_WAITS: again at retry_at. LETTER_FAILED makes a JOB_NOTICE,
 * and its referral `bounced`; LETTER_SENT its referral `sent`. code, reply and queue_id may be
 * NULL. After RETRY ledger.busy call again: a letter left in `sending` goes out a second time.
 * fails also RETRY ledger.lease
 */
MUST_CHECK bool ledger_end_letter(struct ledger *ledger, const char *owner, int64_t letter_id,
    enum letter_end end, const char *code, const char *reply, const char *queue_id,
    int64_t retry_at, int64_t now, struct failure *why);

/*
 * From now on a lease that has ended is not taken from an owner of whom `is_here` says that its
 * process lives on this machine: after a jump of the clock, or a suspend, all leases have ended.
 * Owners elsewhere keep to their leases.
 */
void ledger_know_owners(struct ledger *ledger, bool (*is_here)(const char *owner));

/*
 * Frees what owners hold that are gone: `is_gone` is asked for each name; and what waits longer than
 * any may, because the clock was set back: another try longer than longest_pause seconds, the lease
 * of one who is not here longer than longest_lease. A letter that was being sent may go out a second
 * time, as after any lease that ended. *freed counts them.
 */
MUST_CHECK bool ledger_free_leases(struct ledger *ledger, bool (*is_gone)(const char *owner),
    int64_t now, int64_t longest_pause, int64_t longest_lease, size_t *freed, struct failure *why);

/* --- rules, decisions, and what people ask ---------------------------------------------------- */

/*
 * A change of rules in two steps, with the switch itself between them: begins, keeping the bytes
 * under their hash and writing down who does it (`change`, without number and times) after
 * activation `follows`; and ends. A begun one that was never ended did not happen, or nobody knew.
 * fails also   DESK  rules.moved   another activation was done since number `follows`
 */
MUST_CHECK bool ledger_begin_activation(struct ledger *ledger, const struct activation *change,
    const struct rule_file *files, size_t count, int64_t follows, int64_t now, int64_t *number,
    struct failure *why);
MUST_CHECK bool ledger_end_activation(
    struct ledger *ledger, int64_t number, int64_t now, struct failure *why);

/* Newest first. */
MUST_CHECK bool ledger_activations(struct ledger *ledger, size_t room, struct arena *arena,
    struct activation **out, size_t *count, struct failure *why);

/*
 * The files of the set whose hash begins so.
 * fails   DESK  rules.unknown     none begins so
 *         DESK  rules.ambiguous   more than one does
 */
MUST_CHECK bool ledger_rules_of(struct ledger *ledger, const char *hash, struct arena *arena,
    struct rule_files *out, struct failure *why);

/* Writes down a decision made at the server. fails DESK ledger.no-case */
MUST_CHECK bool ledger_add_decision(
    struct ledger *ledger, const struct desk_decision *decision, int64_t now, struct failure *why);

/*
 * No more than `room` cases, newest first; only_held: those that wait for a person. `before` is the
 * number of the last one of the page before; 0: from the newest on.
 */
MUST_CHECK bool ledger_cases(struct ledger *ledger, bool only_held, int64_t before, size_t room,
    struct arena *arena, struct case_row **out, size_t *count, struct failure *why);

MUST_CHECK bool ledger_case(struct ledger *ledger, const char *reference, struct arena *arena,
    struct case_file *out, bool *found, struct failure *why);

/*
 * Copies the ledger, as it is at one moment and while others work, into a new file (mode 0600),
 * which then says that it is a backup of `now`; and looks whether the copy is whole.
 * fails also   STOP  ledger.copy   the file is there already, or cannot be written
 */
MUST_CHECK bool ledger_copy(
    struct ledger *ledger, const char *path, int64_t now, struct failure *why);
/* Writes down that a backup of `backed_up_at` is complete. */
MUST_CHECK bool ledger_backed_up(struct ledger *ledger, int64_t backed_up_at, struct failure *why);

/*
 * In a copy that is to be the ledger again: whatever had not left when it was taken may have left
 * since, so letters that wait (but the desk's own) are given up, and the desk is told of each;
 * decisions that were not carried out are made anew by whoever made them, mails that were not
 * sorted are held, and the mailbox is to be reconciled at once. *out says which letters.
 */
MUST_CHECK bool ledger_restore(struct ledger *ledger, int64_t now, struct arena *arena,
    struct restored *out, struct failure *why);

/*
 * What a rule asked for while it proposed or watched, and what the desk has made of that until now.
 */
MUST_CHECK bool ledger_trials(struct ledger *ledger, const struct trial_question *question,
    struct trial_counts *out, struct failure *why);

/*
 * Writes down what is wrong with rules on the disk, `which` being "edited" or "active"; no faults:
 * nothing any more. When it is not what was wrong before (by the digest) *is_new is true, and there
 * is a job, a mail to ourselves, that has the administrators told.
 */
MUST_CHECK bool ledger_note_rules_fault(struct ledger *ledger, const struct rules_fault *fault,
    const uint8_t digest[HASH_BYTES], int64_t now, bool *is_new, struct failure *why);

/* The first case after number `after`, oldest first. */
MUST_CHECK bool ledger_next_decided(struct ledger *ledger, int64_t after, struct arena *arena,
    struct decided_case *out, bool *found, struct failure *why);

/* A duty lives; whether it just did its work well, and what hinders it (NULL nothing). */
MUST_CHECK bool ledger_heartbeat(struct ledger *ledger, const char *duty, bool worked,
    const char *hindrance, int64_t now, struct failure *why);

/*
 * A duty begins, or finds that the clock has jumped: where that is more than `tolerance` seconds
 * from its last heartbeat, whichever way, it could not work meanwhile, and goes on from now, as one
 * does that was never there before. *resumed_at is when it last did so.
 */
MUST_CHECK bool ledger_resume(struct ledger *ledger, const char *duty, int64_t tolerance,
    int64_t now, int64_t *resumed_at, struct failure *why);

MUST_CHECK bool ledger_status(
    struct ledger *ledger, struct arena *arena, struct ledger_status *out, struct failure *why);

/*
 * The soonest moment at which a job and a letter may be claimed (one in work: when its lease
 * ends); INT64_MAX where there is none at all.
 */
MUST_CHECK bool ledger_next_due(
    struct ledger *ledger, int64_t *jobs_at, int64_t *letters_at, struct failure *why);

#endif
