/* What became of each mail, kept through a crash. */
/* SPDX-License-Identifier: MIT */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "base/arena.h"
#include "base/failure.h"
#include "papers/outcome.h"

/*
 * Every function that changes something is one transaction: when it returned true, it is on the
 * disk. All may fail with
 *   RETRY  ledger.busy      another process holds it; the same call may succeed
 *   STOP   ledger.full      no room on the disk
 *   STOP   ledger.damaged   the file is not what we wrote, or a write could not be made durable
 *   STOP   ledger.state     a move the table in ledger_states.c does not have: our own mistake
 * Texts and bytes that come out are in the arena.
 */
struct ledger;

/*
 * Opens the ledger, making it where there is none (mode 0600), and brings its schema up to date.
 * A newer schema is refused: STOP ledger.newer. Sets WAL, synchronous=FULL, foreign keys.
 */
MUST_CHECK bool ledger_open(const char *path, struct ledger **out, struct failure *why);
void ledger_close(struct ledger *ledger); /* accepts NULL */
void ledger_closep(struct ledger **ledger);

/* --- receive --------------------------------------------------------------------------------- */

/* The highest UID known of this folder under this UIDVALIDITY; 0 when none is. */
MUST_CHECK bool ledger_last_uid(struct ledger *ledger, const char *account, const char *folder,
    uint32_t uid_validity, uint32_t *out, struct failure *why);

enum mail_added { MAIL_ADDED, MAIL_KNOWN /* this very place */, MAIL_SAME_BYTES /* other place, set aside or re-numbered */ };

/*
 * Takes a mail in. raw_hash is the SHA-256 of its bytes. A mail with bytes that are known is not
 * stored again: where the known row's place is of another UIDVALIDITY of the same folder, that row moves to the
 * new place (the server re-numbered); else a row is added that is set aside as "mail.same-bytes".
 */
MUST_CHECK bool ledger_add_mail(struct ledger *ledger, const struct mail_label *label,
    const struct sealed_bytes *sealed, const uint8_t raw_hash[HASH_BYTES], int64_t now,
    enum mail_added *added, struct failure *why);

/* Takes a mail in without its bytes ("mail.too-large", "mail.unfetchable"): the desk is told, it stays in the mailbox. */
MUST_CHECK bool ledger_add_unfetched(struct ledger *ledger, const struct mail_label *label,
    const char *code, int64_t now, enum mail_added *added, struct failure *why);

/* UIDs of this folder that the ledger has and that are not filed away yet. */
MUST_CHECK bool ledger_unfiled(struct ledger *ledger, const char *account, const char *folder,
    uint32_t uid_validity, uint32_t *uids, size_t room, size_t *count, struct failure *why);
MUST_CHECK bool ledger_filed(struct ledger *ledger, const char *account, const char *folder,
    uint32_t uid_validity, const uint32_t *uids, size_t count, struct failure *why);

/* --- sort ------------------------------------------------------------------------------------ */

enum job_kind {
	JOB_MAIL,     /* one received mail */
	JOB_DECISION, /* one decision of the desk on a case */
	JOB_NOTICE,   /* something the desk must be told: a letter that failed */
};

struct job {
	enum job_kind kind;
	int64_t id;                   /* of the mail, the decision or the letter */
	unsigned attempt;             /* from 1; this one is already written down */
	struct reference reference;   /* reserved for the mail, or the case's */
	int64_t mail_id;              /* JOB_MAIL and JOB_DECISION: the case's mail; 0 none */
	int64_t received_at;          /* of that mail: INTERNALDATE */
	bool has_sealed;
	struct sealed_bytes sealed;   /* that mail's bytes */
	const char *unfetched_code;   /* JOB_MAIL without bytes: why; else NULL */
	struct desk_decision decision; /* JOB_DECISION */
	/* JOB_NOTICE: the letter that failed */
	const char *letter_kind, *letter_to, *letter_code, *letter_reply;
	enum urgency urgency;         /* of the case, where there is one */
};

/*
 * Claims the next job: decisions first, then notices, then mails, each by age; what is leased
 * or not yet due is passed over. The attempt is counted and committed before this returns.
 * *found is false when there is nothing to do now. prefix and year are for a mail's new reference.
 */
MUST_CHECK bool ledger_claim_job(struct ledger *ledger, const char *owner, const char *prefix,
    int year, int64_t now, int64_t lease_seconds, struct arena *arena, struct job *out,
    bool *found, struct failure *why);

/* What a child must know of the past to decide. */
struct known_referral {
	const char *agency;
	enum referral_state state;
};
struct ledger_facts {
	bool is_duplicate;              /* this payload, or this signer's Message-ID, came before */
	struct reference duplicate_of;
	bool has_case;                  /* the case named exists */
	bool case_is_closed;
	struct known_referral referrals[AGENCIES_MAX];
	size_t referral_count;
	bool is_our_letter;             /* the Message-ID named is one of our letters */
	struct reference letter_reference;
};
/* message_id_hash: SHA-256 of signer and inner Message-ID, zeros for none. named: the case named, or NULL. letter_id: a Message-ID of ours that the mail speaks of, or NULL. */
MUST_CHECK bool ledger_facts(struct ledger *ledger, int64_t mail_id,
    const uint8_t payload_hash[HASH_BYTES], const uint8_t message_id_hash[HASH_BYTES],
    const char *named, const char *letter_id, struct arena *arena, struct ledger_facts *out,
    struct failure *why);

/*
 * Writes down the outcome of a claimed job, all of it in one transaction: the mail's state, the
 * case, its referrals and letters, decisions, the record, the rules' hash. The job is done after.
 * fails also   RETRY  ledger.lease   the lease was lost to another worker: nothing was written
 */
MUST_CHECK bool ledger_finish_job(struct ledger *ledger, const char *owner, const struct job *job,
    const struct outcome *outcome, const char rules_hash[HASH_HEX_BYTES],
    const uint8_t message_id_hash[HASH_BYTES], int64_t now, struct failure *why);

/* Gives a claimed job back: tried again not before retry_at. code says why. When the attempt shall not count (the world was busy), `uncount`. */
MUST_CHECK bool ledger_return_job(struct ledger *ledger, const char *owner, const struct job *job,
    const char *code, bool uncount, int64_t retry_at, struct failure *why);

/* --- deliver --------------------------------------------------------------------------------- */

struct due_letter {
	int64_t id;
	struct reference reference;
	const char *kind;
	const char *to;               /* directory id */
	const char *address, *message_id;
	const char *bytes;
	size_t length;
	unsigned attempt;             /* from 1 */
	enum urgency urgency;
	int64_t ready_at;             /* when it was sealed */
	bool may_be_second;           /* it was being sent when we died: the one window for a duplicate */
};

/* Claims the next letter that is due, the most urgent first, and commits it as `sending`. */
MUST_CHECK bool ledger_claim_letter(struct ledger *ledger, const char *owner, int64_t now,
    int64_t lease_seconds, struct arena *arena, struct due_letter *out, bool *found,
    struct failure *why);

enum letter_end { LETTER_SENT, LETTER_WAITS, LETTER_FAILED };

/* Writes down how a try ended. LETTER_WAITS: again at retry_at. LETTER_FAILED makes a JOB_NOTICE, and its referral `bounced`. */
MUST_CHECK bool ledger_end_letter(struct ledger *ledger, const char *owner, int64_t letter_id,
    enum letter_end end, const char *code, const char *reply, const char *queue_id,
    int64_t retry_at, int64_t now, struct failure *why);

/* --- rules, decisions, and what people ask ---------------------------------------------------- */

struct rule_file { const char *name; const uint8_t *bytes; size_t length; };

/* Keeps the bytes of a rule set under its hash and writes down that it was activated by whom. */
MUST_CHECK bool ledger_add_rules(struct ledger *ledger, const char hash[HASH_HEX_BYTES],
    const struct rule_file *files, size_t count, const char *by, int64_t now, struct failure *why);

/* Writes down a decision made at the server. fails DESK ledger.no-case */
MUST_CHECK bool ledger_add_decision(struct ledger *ledger, const struct desk_decision *decision,
    int64_t now, struct failure *why);

struct case_row {
	struct reference reference;
	const char *state;            /* "open", "closed"; "held" when its mail or a referral waits for a person */
	const char *mail_state, *code;
	enum urgency urgency;
	int64_t received_at, opened_at;
	size_t referrals, referrals_held;
	const char *rules_hash;
};
/* Cases, newest first; only_held: those that wait for a person. */
MUST_CHECK bool ledger_cases(struct ledger *ledger, bool only_held, size_t room, struct arena *arena,
    struct case_row **out, size_t *count, struct failure *why);

struct referral_row { const char *agency, *state, *code, *rules; uint64_t children; int64_t changed_at; };
struct letter_row {
	const char *kind, *to, *state, *code, *reply, *queue_id, *message_id;
	unsigned attempts, resent;
	int64_t ready_at, sent_at;
};
struct case_event { int64_t at; const char *what; };
struct case_file {
	struct case_row row;
	struct referral_row *referrals;
	struct letter_row *letters;
	struct case_event *events;
	size_t referral_count, letter_count, event_count;
	const char *record;           /* the clear decision record, JSON; the newest */
	const char *arrived_as, *signer;
	bool has_sealed_record;
	struct sealed_bytes sealed_record;
};
MUST_CHECK bool ledger_case(struct ledger *ledger, const char *reference, struct arena *arena,
    struct case_file *out, bool *found, struct failure *why);

/* A duty says that it lives: its name, when it last did its work well, and what hinders it (NULL nothing). */
MUST_CHECK bool ledger_heartbeat(struct ledger *ledger, const char *duty, bool worked,
    const char *hindrance, int64_t now, struct failure *why);

struct duty_row { const char *duty, *hindrance; int64_t seen_at, worked_at; };
struct count_row { const char *what, *state; int64_t count, oldest_at; }; /* what: "mail", "referral", "letter" */
struct ledger_status {
	struct duty_row *duties;
	struct count_row *counts;
	size_t duty_count, count_count;
	const char *rules_hash;       /* newest activated, NULL */
	int64_t rules_at;
};
MUST_CHECK bool ledger_status(struct ledger *ledger, struct arena *arena, struct ledger_status *out,
    struct failure *why);

/* True when a job or a letter is waiting or due later; *next_at is the soonest (for --once and for pauses). */
MUST_CHECK bool ledger_next_due(struct ledger *ledger, int64_t *jobs_at, int64_t *letters_at, struct failure *why);

#endif
