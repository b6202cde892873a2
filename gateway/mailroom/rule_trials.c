/* Counts what each rule on trial asked for, and what the desk made of it. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/rule_trials.h"

#include <string.h>

#include "base/clock.h"

static bool
count_trials(struct ledger *ledger, const char *rules_hash, const struct digest_span *span,
    struct trial_standing *trial, struct failure *why)
{
	struct trial_question question = {.rule = trial->rule->rule, .is_watch = trial->is_watch};

	if (!ledger_trials(ledger, &question, &trial->all, why))
		return false;
	question.rules_hash = rules_hash;
	if (!ledger_trials(ledger, &question, &trial->now, why))
		return false;
	trial->in_span = trial->all;
	if (!span)
		return true;
	question.rules_hash = NULL;
	question.from = span->since;
	question.until = span->until;
	return ledger_trials(ledger, &question, &trial->in_span, why);
}

bool
rule_trials(struct ledger *ledger, const struct equipment *equipment,
    const struct digest_span *span, struct arena *arena, struct trial_standing **out, size_t *count,
    struct failure *why)
{
	struct rules_outline outline;

	routing_outline(equipment->routing, arena, &outline);
	*out = arena_take_many(arena, outline.count, sizeof **out);
	*count = 0;
	for (size_t at = 0; at < outline.count; at++) {
		const struct rule_outline *rule = &outline.rules[at];
		if (!rule->mode || strcmp(rule->mode, "send") == 0)
			continue;
		struct trial_standing *trial = &(*out)[(*count)++];
		trial->rule = rule;
		trial->is_watch = strcmp(rule->mode, "watch") == 0;
		if (!count_trials(ledger, equipment->rules_hash, span, trial, why))
			return false;
	}
	return true;
}

const char *
rule_trial_head(const struct trial_standing *trial, struct arena *arena)
{
	const char *why = trial->rule->why;

	return arena_print(arena, "%s %s%s%s", trial->is_watch ? "MODE WATCH" : "proposes",
	    trial->rule->rule, why ? ": " : "", why ? why : "");
}

const char *
trial_words(const struct trial_counts *counts, bool is_watch, struct arena *arena)
{
	if (!counts->asked)
		return "never yet";
	if (is_watch)
		return arena_print(arena, "would have sent %lld", (long long)counts->asked);
	return arena_print(arena,
	    "proposed %lld; the desk agreed %lld, declined %lld, closed the case %lld, "
	    "has not answered %lld",
	    (long long)counts->asked, (long long)counts->agreed, (long long)counts->declined,
	    (long long)counts->closed,
	    (long long)(counts->asked - counts->agreed - counts->declined - counts->closed));
}

static const char *
since_words(const char *what, const struct trial_counts *counts, bool is_watch, struct arena *arena)
{
	const char *words = trial_words(counts, is_watch, arena);
	char at[CLOCK_WORDS_BYTES];

	if (!counts->asked)
		return arena_print(arena, "%s: %s", what, words);
	clock_words(counts->since, at);
	return arena_print(arena, "%s, since %s: %s", what, at, words);
}

size_t
rule_trial_lines(const struct trial_standing *trial, struct arena *arena, const char *lines[2])
{
	lines[0] = since_words("under the rules of now", &trial->now, trial->is_watch, arena);
	if (trial->all.asked == trial->now.asked)
		return 1;
	lines[1] = since_words("under earlier rules too", &trial->all, trial->is_watch, arena);
	return 2;
}
