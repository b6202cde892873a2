/* A letter still open: what it is to say, and then its words. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_LETTER_H
#define PAPERS_LETTER_H

#include "papers/decision.h"
#include "papers/digest.h"
#include "papers/form_fault.h"
#include "papers/opened_mail.h"

enum letter_kind {
	LETTER_REFERRAL, /* to an agency */
	LETTER_RECEIPT,  /* to the officer: who has it */
	LETTER_ASK,      /* to the officer: what we need from you */
	LETTER_REVIEW,   /* to the desk: a person must decide */
	/* to the desk: something happened (letter failed, decision carried out or refused) */
	LETTER_NOTICE,
	LETTER_DIGEST, /* to desk and administrators: what came and went, in counts and references */
	LETTER_KINDS,
};
const char *letter_kind_name(enum letter_kind kind); /* "referral", ...: also the template's name */

/* A point for the desk: why a person must look. */
struct review_point {
	const char *code; /* "open.unsigned", "route.cannot-tell", ... */
	const char *text; /* a sentence, ours; no words of a mail */
};
enum { REVIEW_POINTS_MAX = 64 };

/* All that a letter may need; what a kind does not need is NULL or 0. */
struct letter_order {
	enum letter_kind kind;
	const struct entry *to;
	const struct settings *settings;
	const char *reference;  /* the case's */
	const char *message_id; /* "<...@...>", same inside and outside */
	int64_t now;
	int64_t received_at;
	const struct concern *concern; /* NULL where none could be read */
	const struct decision *decision;
	const struct route *route; /* LETTER_REFERRAL: the agency's own */
	int64_t due_at; /* LETTER_REFERRAL: when it should have answered, 0: as its clock says */
	/* LETTER_REVIEW: whom the desk can send to, may be NULL */
	const struct directory *directory;
	const struct form_faults *form_faults; /* LETTER_ASK, and in reviews */
	/* reviews carry its text; referrals its attachments, where disclosed */
	const struct opened_mail *mail;
	const struct review_point *points;
	size_t point_count;
	const struct digest *digest; /* LETTER_DIGEST */
	bool is_about_rules;         /* LETTER_NOTICE: to an administrator, and about no case */
	bool is_unverified;          /* the desk sent on what no signature vouches for */
	bool without_free_text;      /* red, and the free text names what the agency may not have */
	struct plain desk_reason;    /* the desk's "because ..." */
	const char *desk_person;     /* who decided, name from the directory */
	const uint8_t *untouched; /* reviews: the mail as it came, where it could not be opened */
	size_t untouched_length;
};

/* A letter written: the MIME entity to seal, protected headers inside, CRLF line ends. */
struct letter {
	enum letter_kind kind;
	const struct entry *to;
	const char *message_id;
	struct plain entity;
};

#endif
