/* reconcile: mailbox, Handled folder and ledger against each other. */
/* SPDX-License-Identifier: MIT */
#include <sysexits.h>

#include "base/log.h"
#include "commands/commands.h"
#include "commands/words.h"

enum { LISTED_MAX = 200 };

static int
print_differences(struct ledger *ledger, const struct reconciliation *found)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)4 * 1024 * 1024);
	struct difference *all;
	struct failure why = {0};
	size_t count;
	char at[20];

	if (!ledger_differences(ledger, LISTED_MAX, arena, &all, &count, &why))
		return words_fail("reading the ledger", &why);
	printf("looked at %zu in the mailbox, %zu handled; differences: %zu, new: %zu\n",
	    found->in_mailbox, found->in_handled, found->differences, found->news);
	for (size_t one = 0; one < count; one++) {
		const char *words = difference_words(all[one].kind);
		printf("%-18s number %lld, since %s: %s\n", all[one].kind,
		    (long long)all[one].subject, words_time(all[one].at, at), words ? words : "");
	}
	if (found->differences > count)
		printf("and %zu more\n", found->differences - count);
	return found->differences ? EX_DATAERR : EX_OK;
}

int
reconcile_command(int argc, char **argv, const char *config)
{
	const GOptionEntry entries[] = {G_OPTION_ENTRY_NULL};
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	struct reconciliation found;
	struct equipment equipment;
	struct failure why = {0};
	int status;

	if (!words_parse(&argc, &argv, "reconcile",
		"Holds each mail of the mailbox and of its Handled folder against the ledger (by its\n"
		"place, Message-ID and the hash of its bytes), each letter against its server's reply,\n"
		"and lists what differs. A mail that the ledger does not have is taken in; one out of\n"
		"the Handled folder waits at the desk. The gateway does this once a day by itself.\n"
		"Exit 0: nothing differs; 65: something does.",
		entries, &status))
		return status;
	if (!words_at_most(argc, argv, 1))
		return EX_USAGE;
	log_begin("reconcile");
	if (!words_open(config, NULL, &equipment))
		return EX_CONFIG;
	if (ledger_open(equipment.settings->ledger.path, &ledger, &why) &&
	    mailroom_reconcile(&equipment, ledger, &found, &why))
		status = print_differences(ledger, &found);
	else
		status = words_fail("reconciling", &why);
	equipment_close(&equipment);
	return status;
}
