/* How each rule that proposes or watches fares, and in which words that is told. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_RULE_TRIALS_H
#define MAILROOM_RULE_TRIALS_H

#include "ledger/ledger.h"
#include "mailroom/equipment.h"

struct trial_standing {
	const struct rule_outline *rule;
	bool is_watch;
	struct trial_counts in_span; /* whatever the rules of then were */
	struct trial_counts now;     /* under the rules of now */
	struct trial_counts all;     /* ever */
};

/* The rules at hand that do not send, in the order of their file. span NULL: in_span is all. */
MUST_CHECK bool rule_trials(struct ledger *ledger, const struct equipment *equipment,
    const struct digest_span *span, struct arena *arena, struct trial_standing **out, size_t *count,
    struct failure *why);

/* "MODE WATCH tell: because"; "proposes phoenix: because". */
const char *rule_trial_head(const struct trial_standing *trial, struct arena *arena);
/* "proposed 3; the desk agreed 2, ..."; "would have sent 4"; "never yet". */
const char *trial_words(const struct trial_counts *counts, bool is_watch, struct arena *arena);
/* The same under the rules of now, and under earlier ones where there were any: one or two lines. */
size_t rule_trial_lines(
    const struct trial_standing *trial, struct arena *arena, const char *lines[2]);

#endif
