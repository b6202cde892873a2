/* What goes in and out by the ledger's door. */
/* SPDX-License-Identifier: MIT */
#ifndef LEDGER_LEDGER_TYPES_H
#define LEDGER_LEDGER_TYPES_H

#include "papers/outcome.h"

enum mail_added {
	MAIL_ADDED,
	MAIL_KNOWN,      /* this very place */
	MAIL_SAME_BYTES, /* other place: set aside, or re-numbered */
};

enum job_kind {
	JOB_MAIL,     /* one received mail */
	JOB_DECISION, /* one decision of the desk on a case */
	JOB_NOTICE,   /* something the desk must be told: a letter that failed */
};

struct job {
	enum job_kind kind;
	int64_t id;           /* of the mail, the decision or the letter */
	unsigned attempt;     /* from 1; this one is already written down */
	unsigned keys_failed; /* tries of this attempt that our own keys failed; not counted */
	struct reference reference; /* reserved for the mail, or the case's */
	int64_t mail_id;            /* JOB_MAIL and JOB_DECISION: the case's mail; 0 none */
	int64_t received_at;        /* of that mail: INTERNALDATE */
	bool has_sealed;
	struct sealed_bytes sealed; /* that mail's bytes */
	const char *rules_fault;    /* what is wrong, where that is why: a notice to ourselves */
	int64_t digest_since, digest_until; /* a digest is to be written of this span; else 0 */
	const char *unfetched_code;         /* JOB_MAIL without bytes: why; else NULL */
	bool
	    was_found; /* JOB_MAIL: it lay in the Handled folder, and the ledger had no row of it */
	struct desk_decision decision; /* JOB_DECISION */
	/* JOB_NOTICE: the letter that failed */
	const char *letter_kind, *letter_to, *letter_code, *letter_reply;
	enum urgency urgency; /* of the case, where there is one */
};

/* What the ledger has of a place in the mailbox. */
struct place_known {
	bool is_known;
	int64_t mail; /* 0: an older ledger noted the place alone */
	bool is_fetched, is_filed;
	/* What the server said of that mail; 0 where it was only seen to lie there. */
	uint64_t bytes;
	int64_t arrived_at;
};

/* Something that does not agree with the mailbox or in itself; subject is a row of what it names. */
struct difference {
	const char *kind; /* "mail.not-filed", "letter.no-reply"; see ledger_reconcile.c */
	int64_t subject;
	int64_t at; /* when it was first seen */
};
/* What a kind of difference means and what was done about it, for a person; NULL: unknown kind. */
const char *difference_words(const char *kind);

/* What a child must know of the past to decide. */
struct known_referral {
	const char *agency;
	enum referral_state state;
	uint64_t children;
};

struct ledger_facts {
	bool is_duplicate; /* this payload, or this signer's Message-ID, came before */
	struct reference duplicate_of;
	bool has_case; /* the case named exists */
	bool case_is_closed;
	struct known_referral referrals[AGENCIES_MAX];
	size_t referral_count;
	bool is_our_letter; /* the Message-ID named is one of our letters */
	struct reference letter_reference;
};

struct due_letter {
	int64_t id;
	struct reference reference;
	const char *kind;
	const char *to; /* directory id */
	const char *address, *message_id;
	const char *bytes;
	size_t length;
	unsigned attempt; /* from 1 */
	enum urgency urgency;
	int64_t ready_at;   /* when it was sealed */
	bool may_be_second; /* the server may have it already: the window of ledger_states.c */
};

enum letter_end { LETTER_SENT, LETTER_WAITS, LETTER_FAILED };

struct rule_file {
	const char *name;
	const uint8_t *bytes;
	size_t length;
};

/* A case as it was first decided, for deciding it again. */
struct decided_case {
	int64_t number; /* of the case in the ledger */
	struct reference reference;
	int64_t received_at, decided_at;
	bool has_sealed;            /* false: there was no record, or it was erased */
	struct sealed_bytes sealed; /* the sealed record */
};

/* Which trials of a rule are counted: those made from `from` until just before `until`. */
struct trial_question {
	const char *rule; /* its id */
	bool is_watch;
	const char *rules_hash; /* under this set alone; NULL: under all */
	int64_t from, until;    /* until 0: without an end */
};

/* How a rule on trial fares. */
struct trial_counts {
	int64_t asked, since;             /* how often, and since when */
	int64_t agreed, declined, closed; /* by SEND, by NOT, by CLOSE; the rest is not answered */
};

/* What is wrong with rules on the disk, in words of the rule files and none of a mail. */
struct rules_fault {
	const char *which; /* "edited", "active" */
	const char *words; /* the first of them */
	int64_t faults, found_at;
};

struct rule_files {
	char hash[HASH_HEX_BYTES];
	struct rule_file *files; /* in the order of their names */
	size_t count;
};

/* One change of the rules that decide. */
struct activation {
	int64_t number; /* grows; 0: there was none */
	const char *hash;
	const char *instead_of;   /* hash of the set before; NULL: none, or not written down */
	const char *by;           /* the login names known of who did it */
	const char *approved_by;  /* directory id of the second person, NULL */
	const char *approved_key; /* fingerprint of the key that signed, NULL */
	bool despite_errors;      /* activated whatever `rules check` had against them */
	int64_t at;
	int64_t done_at; /* 0: begun, and not known to have been switched to */
};

struct case_row {
	int64_t number; /* grows with each case */
	struct reference reference;
	const char *state; /* "open", "closed"; "held" when a person must look */
	const char *mail_state, *code;
	enum urgency urgency;
	int64_t received_at, opened_at;
	size_t referrals, referrals_held;
	const char *rules_hash;
};

struct referral_row {
	const char *agency, *state, *code, *rules;
	uint64_t children;
	int64_t changed_at;
};

struct letter_row {
	const char *kind, *to, *state, *code, *reply, *queue_id, *message_id;
	unsigned attempts, resent;
	int64_t ready_at, sent_at;
};

struct case_event {
	int64_t at;
	const char *what;
};

struct case_file {
	struct case_row row;
	struct referral_row *referrals;
	struct letter_row *letters;
	struct case_event *events;
	size_t referral_count, letter_count, event_count;
	const char *record; /* the clear decision record, JSON; the newest */
	const char *arrived_as, *signer;
	bool has_sealed_record;
	struct sealed_bytes sealed_record;
};

/* Something that the alarm command is to tell. */
struct due_alarm {
	int64_t number;               /* grows, and none comes again */
	const char *code, *reference; /* "-": of no case */
};

struct duty_row {
	const char *duty, *hindrance;
	int64_t seen_at, worked_at;
};

struct count_row {
	const char *what; /* "mail", "referral", "letter" */
	const char *state;
	int64_t count, oldest_at;
};

/* A letter that was held back when a ledger was brought back from a backup. */
struct held_back {
	const char *reference, *what, *to;
};

struct restored {
	int64_t backed_up_at; /* 0: the copy does not say */
	struct held_back *held;
	struct held_back *dropped; /* decisions: what is the action, to the agency or NULL */
	size_t held_count, dropped_count;
};

struct ledger_status {
	struct rules_fault rules_faults[2];
	size_t rules_fault_count;
	struct duty_row *duties;
	struct count_row *counts;
	size_t duty_count, count_count;
	const char *rules_hash; /* newest activated, NULL */
	int64_t rules_at;
	int64_t backed_up_at;  /* the newest backup, 0 none */
	int64_t restored_at;   /* when it was last brought back from one, 0 never */
	int64_t restored_from; /* when that one was taken */
};

#endif
