/* rules history: which sets decided, since when, and who changed them. */
/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sysexits.h>

#include "commands/rules_words.h"
#include "commands/words.h"

enum { HISTORY_MAX = 10000, HASH_SHOWN = 12 };

static void
print_change(const struct activation *change, bool decides)
{
	char at[20];

	printf("%c %4lld  %s  %.*s", decides ? '*' : ' ', (long long)change->number,
	    words_time(change->at, at), HASH_SHOWN, change->hash);
	if (change->instead_of)
		printf(" instead of %.*s", HASH_SHOWN, change->instead_of);
	printf(", by %s", change->by);
	if (change->approved_by)
		printf(", approved by %s (%s)", change->approved_by, change->approved_key);
	if (change->despite_errors)
		printf(", with --despite-errors");
	printf("%s\n", change->done_at ? "" : "; begun and never done");
}

static int
print_history(struct ledger *ledger, const struct settings *settings)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)64 * 1024 * 1024);
	struct activation newest, *changes;
	struct failure why = {0};
	size_t count;

	if (!activation_settle(ledger, settings, arena, &newest, &why) ||
	    !ledger_activations(ledger, HISTORY_MAX, arena, &changes, &count, &why))
		return words_fail("reading the ledger", &why);
	if (!count)
		printf("no rules were activated yet\n");
	for (size_t at = 0; at < count; at++)
		print_change(&changes[at], changes[at].number == newest.number);
	return EX_OK;
}

int
rules_history(int argc, char **argv, const char *config)
{
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	const GOptionEntry entries[] = {G_OPTION_ENTRY_NULL};
	struct failure why = {0};
	int status;

	if (!words_parse(&argc, &argv, "rules history",
		"Every activation, newest first: its number, when, which set instead of which, by whom, and\n"
		"who approved it. * decides now.",
		entries, &status))
		return status;
	CLEANUP(setup_freep) struct setup *setup = words_setup(config);
	if (!setup)
		return EX_CONFIG;
	if (!ledger_open(setup_settings(setup)->ledger.path, &ledger, &why))
		return words_fail("opening the ledger", &why);
	return print_history(ledger, setup_settings(setup));
}
