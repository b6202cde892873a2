/* What a job's child knows and makes, step by step. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_JOB_H
#define MAILROOM_JOB_H

#include "mailroom/equipment.h"
#include "mailroom/job_talk.h"
#include "openpgp/openpgp.h"

/* One job's desk: what came, what it says, what was decided, what goes out. */
struct work {
	const struct equipment *equipment;
	int sort_line;
	struct arena *arena;
	struct openpgp openpgp;
	struct job_order order;
	const uint8_t *raw; /* the mail as it came, NULL where there is none */
	size_t raw_length;
	bool is_opened;
	struct opened_mail mail;
	bool has_concern; /* the text is a concern form */
	struct concern concern;
	struct form_faults faults;
	struct plain form_text; /* what the concern was read from */
	int64_t form_date;      /* what it counted from where the form names no time */
	bool is_decided;
	struct decision decision;
	bool attach_raw; /* the desk gets the mail untouched */
	struct review_point points[REVIEW_POINTS_MAX];
	size_t point_count;
	struct outcome outcome;
};

/* Does one job from order to outcome on the child's two lines, and returns to end. */
void job_do(const struct equipment *equipment, int sort_line, int key_line);

/* The steps; each fails only for the world's sake (RETRY) or our own mistake (STOP). */
MUST_CHECK bool job_sort_mail(struct work *work, struct failure *why);
/* The notice to ourselves of rules with faults: the administrators are told. */
MUST_CHECK bool job_tell_administrators(struct work *work, struct failure *why);
/* The note to ourselves of a digest that is due: desk and administrators get it. */
MUST_CHECK bool job_write_digest(struct work *work, struct failure *why);
MUST_CHECK bool job_report_mail(struct work *work, struct failure *why);
MUST_CHECK bool job_carry_out(struct work *work, struct failure *why);
MUST_CHECK bool job_give_notice(struct work *work, struct failure *why);

/* Shared steps: the mail out of its box and opened, its form read and decided upon. */
MUST_CHECK bool job_open_mail(struct work *work, struct failure *why);
void job_read_form(struct work *work);
void job_decide(struct work *work);
/* Asks sort what the ledger knows. */
MUST_CHECK bool job_ask_facts(struct work *work, const char *named, const char *letter_id,
    struct ledger_facts *facts, struct failure *why);

/* A point for the desk. code and text must live as long as the arena. */
void job_add_point(struct work *work, const char *code, const char *text);

/* Referrals for every route of the decision: letters where they may go, held where not. */
MUST_CHECK bool job_refer(struct work *work, struct failure *why);
/* All referrals of the decision held, for this reason: what came is not to be believed yet. */
void job_hold_all(struct work *work, const char *code);
/* One referral letter; *sent false with its code where it must wait. */
MUST_CHECK bool job_refer_to(struct work *work, const struct route *route, bool is_unverified,
    struct plain desk_reason, const char *desk_person, int referral, bool *sent, const char **code,
    struct failure *why);
/*
 * To the one who wrote: what we need, or the receipt. Nothing where the sender must not be
 * answered.
 */
MUST_CHECK bool job_answer_sender(
    struct work *work, const struct entry *sender, struct failure *why);
/* To everybody at the desk who reads reviews (or notices). An alarm where nobody can. */
MUST_CHECK bool job_tell_desk(struct work *work, enum letter_kind kind, struct failure *why);
MUST_CHECK bool job_tell_person(struct work *work, enum letter_kind kind, const struct entry *to,
    bool *sealed, struct failure *why);

#endif
