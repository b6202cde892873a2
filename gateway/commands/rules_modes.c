/* rules modes: which rules are on trial, and how often the desk agreed with them. */
/* SPDX-License-Identifier: MIT */
#include <sysexits.h>

#include "commands/rules_words.h"
#include "commands/words.h"

static int
print_modes(const struct equipment *equipment)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)64 * 1024 * 1024);
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	struct trial_standing *trials;
	struct failure why = {0};
	size_t count;

	if (!ledger_open(equipment->settings->ledger.path, &ledger, &why))
		return words_fail("opening the ledger", &why);
	if (!rule_trials(ledger, equipment, NULL, arena, &trials, &count, &why))
		return words_fail("reading the ledger", &why);
	for (size_t at = 0; at < count; at++) {
		const char *lines[2];
		size_t line_count = rule_trial_lines(&trials[at], arena, lines);
		printf("%s\n", rule_trial_head(&trials[at], arena));
		for (size_t line = 0; line < line_count; line++)
			printf("    %s\n", lines[line]);
	}
	if (!count)
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
