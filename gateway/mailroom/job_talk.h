/* What sort and a job's child say to each other. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_JOB_TALK_H
#define MAILROOM_JOB_TALK_H

#include "base/wire.h"
#include "ledger/ledger.h"
#include "papers/digest.h"

/*
 * sort   JOB_TALK_ORDER    what to do
 * child  JOB_TALK_FINDING  what it is, told once, where the ledger's past matters
 * sort   JOB_TALK_FACTS    what the ledger knows of that
 * child  JOB_TALK_OUTCOME or JOB_TALK_FAILURE, and it ends
 */
enum job_talk {
	JOB_TALK_ORDER = 1,
	JOB_TALK_FINDING,
	JOB_TALK_FACTS,
	JOB_TALK_OUTCOME,
	JOB_TALK_FAILURE,
};

enum { JOB_TALK_MAX_BYTES = LETTER_MAX_BYTES + MAIL_MAX_BYTES };

/* How far a child may go with a mail: after three failed attempts it is reported, not read. */
enum job_plan {
	PLAN_READ,
	PLAN_REPORT,      /* tell the desk, the untouched mail with it */
	PLAN_REPORT_BARE, /* tell the desk, nothing with it */
	PLAN_REPORT_KEYS, /* tell the desk that it is our own keys that fail */
	PLANS,
};

struct job_order {
	struct job job;
	enum job_plan plan;
	int64_t now;
	const struct digest
	    *digest; /* what the digest tells that is to be written; NULL: none is */
};

struct finding {
	uint8_t payload_hash[HASH_BYTES];
	uint8_t message_id_hash[HASH_BYTES];
	const char *named;     /* a case reference, NULL */
	const char *letter_id; /* a Message-ID of ours, NULL */
};

void job_put_sealed(struct wire_out *out, const struct sealed_bytes *sealed);
void job_get_sealed(
    struct wire_in *in, struct arena *arena, size_t max, struct sealed_bytes *sealed);
void job_put_order(struct wire_out *out, const struct job_order *order);
bool job_get_order(struct wire_in *in, struct arena *arena, struct job_order *order);
void job_put_finding(struct wire_out *out, const struct finding *finding);
bool job_get_finding(struct wire_in *in, struct arena *arena, struct finding *finding);
void job_put_facts(struct wire_out *out, const struct ledger_facts *facts);
bool job_get_facts(struct wire_in *in, struct arena *arena, struct ledger_facts *facts);
void job_put_outcome(struct wire_out *out, const struct outcome *outcome);
/* Reads with every number and text bounded; what it means is judged by outcome_check. */
bool job_get_outcome(struct wire_in *in, struct arena *arena, struct outcome *outcome);
void job_put_failure(struct wire_out *out, const struct failure *why);
/* The code is cut to the grammar of codes and lies in the arena. */
bool job_get_failure(struct wire_in *in, struct arena *arena, struct failure *why);

#endif
