/* What the digest tells, and of which span each was. */
/* SPDX-License-Identifier: MIT */
#ifndef LEDGER_LEDGER_DIGEST_H
#define LEDGER_LEDGER_DIGEST_H

#include "base/arena.h"
#include "base/failure.h"
#include "ledger/ledger_types.h"

struct ledger;

/* From `since` until just before `until`. */
struct digest_span {
	int64_t since, until;
};

struct waiting_case {
	const char *reference;
	enum urgency urgency;
	int64_t opened_at, held; /* how many of its referrals wait */
};

struct troubled_letter {
	const char *reference, *kind, *to, *code;
	bool has_failed; /* else it went out more than once, or may have */
	int64_t at;
};

/* Rule files that had a fault in the span; until 0: they still have. */
struct past_fault {
	const char *which;
	int64_t faults, since, until;
};

/* How many of a list are told; *_all says how many there are. */
enum { DIGEST_LISTED_MAX = 50 };

struct digest_facts {
	struct count_row *counts; /* "mail" by state, "case" by urgency, "referral" by agency */
	size_t count_count;
	struct waiting_case *waiting; /* now, the oldest first */
	size_t waiting_count;
	int64_t waiting_all;
	struct troubled_letter *letters;
	size_t letter_count;
	int64_t letters_all;
	struct past_fault *faults;
	size_t fault_count;
	int64_t faults_all;
	struct ledger_status now; /* with the differences of the last reconciliation */
};

/*
 * A digest is due that ends at `until`, which is not after `now`: writes down which span it tells,
 * from the end of the one before, and the mail to ourselves that has sort write it, both in one
 * transaction. Where one ends there already, or telling begins only now, *is_new is false and
 * nothing is sent. One that ends after `now` was made by a clock that was wrong, and does not count.
 */
MUST_CHECK bool ledger_begin_digest(
    struct ledger *ledger, int64_t until, int64_t now, bool *is_new, struct failure *why);

/* Where the next one begins; 0: telling has not begun. */
MUST_CHECK bool ledger_digest_since(
    struct ledger *ledger, int64_t now, int64_t *since, struct failure *why);

MUST_CHECK bool ledger_digest_facts(struct ledger *ledger, const struct digest_span *span,
    struct arena *arena, struct digest_facts *out, struct failure *why);

#endif
