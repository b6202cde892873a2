/* What became of one job, as sort has checked it: sealed bytes and identities only. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_OUTCOME_H
#define PAPERS_OUTCOME_H

#include "base/limits.h"
#include "papers/mail.h"
#include "papers/sealed_letter.h"

/* What the mail turned out to be. */
enum mail_fate {
	FATE_SORTED,    /* a concern, opened as a case; or a decision of the desk, written down */
	FATE_HELD,      /* a person must look */
	FATE_SET_ASIDE, /* recorded, no case: auto-reply, duplicate, our own, a bounce */
	FATES,
};

enum referral_state {
	REFERRAL_HELD,
	REFERRAL_READY,
	REFERRAL_SENT,
	REFERRAL_ACKNOWLEDGED,
	REFERRAL_DECLINED,
	REFERRAL_BOUNCED,
	REFERRAL_OVERDUE,
	REFERRAL_CLOSED,
	REFERRAL_STATES,
};

/* One agency's part of a case, as it stands after this job. */
struct outcome_referral {
	const char *agency;        /* directory id */
	enum referral_state state; /* HELD, READY or CLOSED */
	const char *code;  /* "route.rule", "route.cannot-tell", "key.expired", "desk.not", ... */
	const char *rules; /* ids of the rules, "" for none */
	uint64_t children;
};

struct outcome_letter {
	struct sealed_letter letter;
	int referral; /* number among the outcome's referrals, -1 for none */
	/* Set by sort, never by the child: the whole mail with its outer headers. */
	const char *bytes;
	size_t length;
	const char *address; /* the directory's */
};

enum decision_action { DESK_SEND, DESK_NOT, DESK_CLOSE, DESK_ACTIONS };

/* What a person at the desk decided; carried out as a job of its own. */
struct desk_decision {
	struct reference reference;
	enum decision_action action;
	const char *agency; /* directory id, NULL for CLOSE */
	const char *by;     /* directory id of the person, or "server:USER" */
	struct sealed_bytes reason;
};

enum { DECISIONS_PER_MAIL_MAX = 16 };

/* That a rule on trial asked for an agency; what the desk makes of it is counted. */
struct outcome_trial {
	const char *rule, *agency; /* ids */
	bool is_watch;
};

enum { TRIALS_PER_MAIL_MAX = 256 }; /* further ones are not counted */

struct outcome {
	enum mail_fate fate; /* of the job's mail */
	const char *code; /* why held or set aside; "sort.concern", "desk.decision" when sorted */
	const char *arrived_as;           /* mail_shape_name() */
	const char *signer;               /* directory id, NULL */
	const char *signer_fingerprint;   /* "" when none */
	uint8_t payload_hash[HASH_BYTES]; /* zeros when there is no payload */
	bool opens_case;                  /* sorted or held: the job's reference becomes a case */
	bool closes_case;                 /* the desk's CLOSE */
	enum urgency urgency;
	struct outcome_referral referrals[AGENCIES_MAX];
	size_t referral_count;
	struct outcome_letter letters[LETTERS_PER_JOB_MAX];
	size_t letter_count;
	struct desk_decision decisions[DECISIONS_PER_MAIL_MAX];
	size_t decision_count;
	struct outcome_trial *trials; /* of a clean concern */
	size_t trial_count;
	const char *record; /* JSON: rules, answers, codes; no words of a mail */
	bool has_sealed_record;
	struct sealed_bytes sealed_record; /* JSON with the values seen */
	const char *alarm;                 /* name of an alarm to raise, NULL */
};

const char *mail_fate_name(enum mail_fate fate);               /* "sorted", "held", "set-aside" */
const char *referral_state_name(enum referral_state state);    /* "held", "ready", ... */
const char *decision_action_name(enum decision_action action); /* "send", "not", "close" */

#endif
