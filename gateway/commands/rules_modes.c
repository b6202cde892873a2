/* rules modes: which rules are on trial, and how often the desk agreed with them. */
/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sysexits.h>

#include "commands/rules_words.h"
#include "commands/words.h"

static void
print_counts(const char *what, bool is_watch, const struct trial_counts *counts)
{
	char at[20];

	if (!counts->asked) {
		printf("    %s: never yet\n", what);
		return;
	}
	printf("    %s, since %s: %s %lld", what, words_time(counts->since, at),
	    is_watch ? "would have sent" : "proposed", (long long)counts->asked);
	if (!is_watch)
		printf(
		    "; the desk agreed %lld, declined %lld, closed the case %lld, has not answered %lld",
		    (long long)counts->agreed, (long long)counts->declined,
		    (long long)counts->closed,
		    (long long)(counts->asked - counts->agreed - counts->declined -
			counts->closed));
	printf("\n");
}

static bool
print_rule(struct ledger *ledger, const struct equipment *equipment,
    const struct rule_outline *rule, struct failure *why)
{
	bool is_watch = strcmp(rule->mode, "watch") == 0;
	struct trial_counts now, all;

	struct trial_question question = {
	    .rule = rule->rule, .is_watch = is_watch, .rules_hash = equipment->rules_hash};

	if (!ledger_trials(ledger, &question, &now, why))
		return false;
	question.rules_hash = NULL;
	if (!ledger_trials(ledger, &question, &all, why))
		return false;
	printf("%s %s%s%s\n", is_watch ? "MODE WATCH" : "proposes", rule->rule,
	    rule->why ? ": " : "", rule->why ? rule->why : "");
	print_counts("under the rules of now", is_watch, &now);
	if (all.asked != now.asked)
		print_counts("under earlier rules too", is_watch, &all);
	return true;
}

static int
print_modes(const struct equipment *equipment)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)64 * 1024 * 1024);
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	struct rules_outline outline;
	struct failure why = {0};
	size_t on_trial = 0;

	if (!ledger_open(equipment->settings->ledger.path, &ledger, &why))
		return words_fail("opening the ledger", &why);
	routing_outline(equipment->routing, arena, &outline);
	for (size_t at = 0; at < outline.count; at++) {
		const struct rule_outline *rule = &outline.rules[at];
		if (!rule->mode || strcmp(rule->mode, "send") == 0)
			continue;
		on_trial++;
		if (!print_rule(ledger, equipment, rule, &why))
			return words_fail("reading the ledger", &why);
	}
	if (!on_trial)
		printf("every rule sends: none proposes or watches\n");
	return EX_OK;
}

int
rules_modes(int argc, char **argv, const char *config)
{
	const GOptionEntry entries[] = {G_OPTION_ENTRY_NULL};
	struct equipment equipment;
	int status;

	if (!words_parse(&argc, &argv, "rules modes",
		"Each active rule that proposes or only watches, and how often the desk agreed with it:\n"
		"what one needs to know before it is let send.",
		entries, &status))
		return status;
	if (!words_open(config, NULL, &equipment))
		return EX_CONFIG;
	status = print_modes(&equipment);
	equipment_close(&equipment);
	return status;
}
