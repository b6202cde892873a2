/* What the files behind the ledger's door do for each other, inside one transaction. */
/* SPDX-License-Identifier: MIT */
#ifndef LEDGER_LEDGER_PARTS_H
#define LEDGER_LEDGER_PARTS_H

#include "ledger/ledger_digest.h"
#include "ledger/ledger_states.h"
#include "ledger/ledger_types.h"

struct ledger {
	struct ledger_store *store;
	bool (*is_here)(const char *owner); /* NULL: only leases count */
};

/* Behind the door: begin, do the one thing, commit; what fails on the way is taken back. */
#define WORK CLEANUP(work_done) struct work

/* Sealed texts: the bytes, and the boxed key in a table of its own, so that erasing is possible. */
MUST_CHECK bool seal_put(
    struct work *work, const struct sealed_bytes *sealed, int64_t *id, struct failure *why);
/* *has is false where `seal` is empty or the key was erased. */
MUST_CHECK bool seal_get(struct work *work, const struct cell *seal, struct arena *arena,
    struct sealed_bytes *out, bool *has, struct failure *why);

/* Mails, as receive asks; see ledger.h. */
MUST_CHECK bool mails_last_uid(struct work *work, const char *account, const char *folder,
    uint32_t uid_validity, uint32_t *out, struct failure *why);
MUST_CHECK bool mails_add(struct work *work, const struct mail_label *label,
    const struct sealed_bytes *sealed, const uint8_t raw_hash[HASH_BYTES], int64_t now,
    enum mail_added *added, struct failure *why);
MUST_CHECK bool mails_add_unfetched(struct work *work, const struct mail_label *label,
    const char *code, int64_t now, enum mail_added *added, struct failure *why);
/*
 * A mail that nobody sent and no mailbox has: sort takes it up like any other, and writes what there
 * is to tell. `number` is new in its folder.
 */
#define OURSELVES "wandle"
MUST_CHECK bool mails_add_own(struct work *work, const char *folder, int64_t number,
    const char *code, int64_t now, int64_t *mail, struct failure *why);
MUST_CHECK bool mails_unfiled(struct work *work, const char *account, const char *folder,
    uint32_t uid_validity, uint32_t *uids, size_t room, size_t *count, struct failure *why);
MUST_CHECK bool mails_unfetched(struct work *work, const struct mail_place *above, size_t max_bytes,
    uint32_t *uids, size_t room, size_t *count, struct failure *why);
MUST_CHECK bool mails_filed(struct work *work, const char *account, const char *folder,
    uint32_t uid_validity, const uint32_t *uids, size_t count, struct failure *why);

/* Adds to the status one count for each kind that there is. */
MUST_CHECK bool differences_count(
    struct work *work, struct ledger_status *out, size_t room, struct failure *why);

/* The mail of this place, where one was taken in. */
MUST_CHECK bool mail_find_place(struct work *work, const struct mail_place *place,
    struct store_row *row, bool *found, struct failure *why);

/* Jobs: a row for as long as there is something to do; in column `kind`, lowest first. */
enum { RANK_DECISION = 1, RANK_NOTICE = 2, RANK_MAIL = 3 };
MUST_CHECK bool job_add(struct work *work, enum job_kind kind, int64_t subject, int64_t mail,
    int64_t made_at, int64_t free_at, struct failure *why);
MUST_CHECK bool jobs_claim(struct work *work, bool (*is_here)(const char *owner), const char *owner,
    const char *prefix, int year, int64_t now, int64_t lease_seconds, struct arena *arena,
    struct job *out, bool *found, struct failure *why);
/* The row of a job that is still this owner's at this attempt. fails RETRY ledger.lease */
MUST_CHECK bool job_held(struct work *work, const char *owner, const struct job *job,
    struct store_row *row, struct failure *why);
MUST_CHECK bool jobs_return(struct work *work, const char *owner, const struct job *job,
    const char *code, bool uncount, int64_t retry_at, int64_t now, struct failure *why);

MUST_CHECK bool jobs_forgo(
    struct work *work, const char *owner, const char *code, int64_t now, struct failure *why);

/* The outcome of a job, all of it. */
MUST_CHECK bool outcome_write(struct work *work, const char *owner, const struct job *job,
    const struct outcome *outcome, const char *rules_hash, const uint8_t *message_id_hash,
    int64_t now, struct failure *why);

/* Nobody need look at a held mail any more: it is settled, and its case closed. */
MUST_CHECK bool mail_put_to_rest(
    struct work *work, int64_t mail, const char *code, int64_t now, struct failure *why);

/* What letters and referrals of one outcome belong to. */
struct belongs {
	int64_t mail;
	int64_t case_id; /* 0: none */
	const char *reference;
	enum urgency urgency;
	int64_t now;
};
/* Brings a case's referrals to where the outcome has them; ids[i] is the row of number i. */
MUST_CHECK bool referrals_write(struct work *work, const struct belongs *belongs,
    const struct outcome *outcome, int64_t *ids, struct failure *why);
/* Those that still wait are closed with the case. */
MUST_CHECK bool referrals_close_held(
    struct work *work, const struct belongs *belongs, struct failure *why);
/* A letter ended: its referral, where it has one, follows. */
MUST_CHECK bool referral_follows(struct work *work, int64_t id, bool was_sent, int64_t now,
    const char *code, struct failure *why);

MUST_CHECK bool letters_enter(struct work *work, const struct belongs *belongs,
    const struct outcome *outcome, const int64_t *referral_ids, struct failure *why);
/* Stops a referral's letters that did not begin to leave. fails RETRY ledger.facts if one did */
MUST_CHECK bool letters_withdraw(
    struct work *work, int64_t referral, int64_t now, struct failure *why);
/* *is_lost: the first had no bytes, and was given up. */
MUST_CHECK bool letters_claim(struct work *work, bool (*is_here)(const char *owner),
    const char *owner, int64_t now, int64_t lease_seconds, struct arena *arena,
    struct due_letter *out, bool *found, bool *is_lost, struct failure *why);
MUST_CHECK bool letters_end(struct work *work, const char *owner, int64_t id, enum letter_end end,
    const char *code, const char *reply, const char *queue_id, int64_t retry_at, int64_t now,
    struct failure *why);

/* Gives up a letter that may or may not have left: its referral follows, a job tells the desk. */
MUST_CHECK bool letter_give_up(struct work *work, const struct store_row *row, const char *code,
    int64_t now, struct failure *why);

/* Backups and restores; see ledger.h. `what`: "backup" or "restore". */
MUST_CHECK bool keeping_note(
    struct work *work, const char *what, int64_t at, int64_t backed_up_at, struct failure *why);
MUST_CHECK bool keeping_read(struct work *work, struct ledger_status *out, struct failure *why);
MUST_CHECK bool keeping_restore(
    struct work *work, int64_t now, struct arena *arena, struct restored *out, struct failure *why);

/* Whether the newest decision on a case was dropped by a restore: a person must decide anew. */
MUST_CHECK bool keeping_dropped_last(
    struct work *work, int64_t case_id, bool *out, struct failure *why);
MUST_CHECK bool keeping_recognise(struct work *work, const char *const *ids, size_t count,
    int64_t now, size_t *recognised, struct failure *why);
bool keeping_was_recognised(const struct store_row *letter); /* so that it has no reply */
/* One that was given up in doubt, and has left after all. */
MUST_CHECK bool letter_recognise(struct work *work, const struct store_row *row, const char *code,
    int64_t now, struct failure *why);

/* Whose leases end before their time; see ledger_free_leases(). */
struct freeing {
	bool (*is_gone)(const char *owner);
	bool (*is_here)(const char *owner); /* NULL: nobody knows */
	int64_t now, latest_pause, latest_lease;
	size_t freed;
	const char *table; /* the one at work on */
};
/* Frees rows of this table, `held` being true of those that have an owner. */
MUST_CHECK bool leases_free(struct work *work, const char *table, struct store_test held,
    struct freeing *freeing, struct failure *why);
/* The first row of a table with leases that `owner` may claim: free, or of one who is not here. */
MUST_CHECK bool leases_first(struct work *work, const char *table, const char *order,
    bool (*is_here)(const char *owner), const char *owner, int64_t now, int64_t lease_seconds,
    struct store_row *row, bool *found, struct failure *why);

/* Cases. */
MUST_CHECK bool case_find(struct work *work, const char *reference, struct store_row *out,
    bool *found, struct failure *why);
/* After a change: counts it, and writes down whether a person must look. */
MUST_CHECK bool case_changed(struct work *work, int64_t case_id, struct failure *why);
MUST_CHECK bool decision_add(struct work *work, const struct desk_decision *decision,
    int64_t from_mail, int64_t now, struct failure *why);
MUST_CHECK bool facts_find(struct work *work, int64_t mail_id, const uint8_t *payload_hash,
    const uint8_t *message_id_hash, const char *named, const char *letter_id, struct arena *arena,
    struct ledger_facts *out, struct failure *why);
/*
 * Another mail that a case or a decision came of, and that has this hash in this column; none for
 * a hash that is NULL or zeros.
 */
MUST_CHECK bool facts_same(struct work *work, const char *column, const uint8_t *hash,
    int64_t mail_id, struct store_row *out, bool *found, struct failure *why);
bool hash_is_zero(const uint8_t *hash); /* true of NULL too */

/* What people ask. */
MUST_CHECK bool cases_list(struct work *work, bool only_held, int64_t before, size_t room,
    struct arena *arena, struct case_row **out, size_t *count, struct failure *why);
MUST_CHECK bool cases_show(struct work *work, const char *reference, struct arena *arena,
    struct case_file *out, bool *found, struct failure *why);

/* Rule files with faults; see ledger.h. */
MUST_CHECK bool rules_fault_note(struct work *work, const struct rules_fault *fault,
    const uint8_t *digest, int64_t now, bool *is_new, struct failure *why);
/* Those that are there now, at most two. */
MUST_CHECK bool rules_faults_now(struct work *work, struct arena *arena, struct rules_fault out[2],
    size_t *count, struct failure *why);
/* What the notice to ourselves is about. */
MUST_CHECK bool rules_fault_words(
    struct work *work, int64_t mail, struct arena *arena, const char **words, struct failure *why);

/* The span of the digest that the note to ourselves asks for; zeros where it asks for none. */
MUST_CHECK bool digest_of_mail(
    struct work *work, int64_t mail, struct digest_span *out, struct failure *why);

/* Rules on trial: what they asked for, and how the desk answered a case. */
MUST_CHECK bool trials_add(struct work *work, const struct belongs *belongs,
    const struct outcome *outcome, const char *rules_hash, struct failure *why);
MUST_CHECK bool trials_answer(struct work *work, int64_t case_id, const struct store_row *decision,
    const char *code, int64_t now, struct failure *why);
MUST_CHECK bool trials_count(struct work *work, const struct trial_question *question,
    struct trial_counts *out, struct failure *why);

MUST_CHECK bool cases_next_decided(struct work *work, int64_t after, struct arena *arena,
    struct decided_case *out, bool *found, struct failure *why);

/* Rules as they were activated; see ledger.h. */
MUST_CHECK bool activation_begin(struct work *work, const struct activation *change,
    const struct rule_file *files, size_t count, int64_t follows, int64_t now, int64_t *number,
    struct failure *why);
MUST_CHECK bool activation_end(struct work *work, int64_t number, int64_t now, struct failure *why);
MUST_CHECK bool activations_list(struct work *work, size_t room, struct arena *arena,
    struct activation **out, size_t *count, struct failure *why);
/* The newest that was done; number 0 where there is none. */
MUST_CHECK bool activation_newest(
    struct work *work, struct arena *arena, struct activation *out, struct failure *why);
MUST_CHECK bool rules_find(struct work *work, const char *hash, struct arena *arena,
    struct rule_files *out, struct failure *why);

/* To be told by the alarm command; one that is due already stays one. reference NULL: of no case. */
MUST_CHECK bool alarm_add(
    struct work *work, const char *code, const char *reference, int64_t now, struct failure *why);

MUST_CHECK bool duties_beat(struct work *work, const char *duty, bool worked, const char *hindrance,
    int64_t now, struct failure *why);
MUST_CHECK bool duties_resume(struct work *work, const char *duty, int64_t tolerance, int64_t now,
    int64_t *resumed_at, struct failure *why);
MUST_CHECK bool status_read(
    struct work *work, struct arena *arena, struct ledger_status *out, struct failure *why);
MUST_CHECK bool due_next(
    struct work *work, int64_t *jobs_at, int64_t *letters_at, struct failure *why);

#endif
