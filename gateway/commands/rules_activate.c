/* rules activate: these rules decide from now on. */
/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "commands/rules_words.h"
#include "commands/words.h"

/* Only where no rules are active yet is this a first start: where some are, a ledger was lost. */
static bool
open_ledger(const struct settings *settings, struct ledger **out, struct failure *why)
{
	g_autofree char *active = equipment_active_folder(settings);

	if (g_file_test(active, G_FILE_TEST_IS_SYMLINK))
		return ledger_open(settings->ledger.path, out, why);
	return ledger_make(settings->ledger.path, out, why);
}

/* Keeps the bytes in the ledger first: a rule set that decides can always be found by its hash. */
static int
activate_set(const struct rule_set *set, const struct settings *settings)
{
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	struct failure why = {0};

	if (!open_ledger(settings, &ledger, &why) ||
	    !ledger_add_rules(
		ledger, set->hash, set->files, RULE_FILES, g_get_user_name(), clock_now(), &why) ||
	    !rule_set_activate(set, settings, &why))
		return words_fail("activating", &why);
	printf("active now: %s\n", set->hash);
	printf("A running gateway takes them up at its next SIGHUP (systemctl reload wandle).\n");
	return EX_OK;
}

static int
activate(const char *config, const char *folder_word)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	struct equipment equipment;
	struct rule_set set;
	struct setup *setup = words_setup(config);

	if (!setup)
		return EX_CONFIG;
	g_autofree char *folder =
	    g_strdup(folder_word ? folder_word : setup_settings(setup)->rules);
	setup_free(setup);
	if (!words_open(config, folder, &equipment))
		return EX_CONFIG;
	int status = EX_CONFIG;
	if (!rule_set_read(folder, &set, faults))
		faults_print(faults, stderr);
	else if (strcmp(set.hash, equipment.rules_hash) != 0)
		fprintf(stderr, "wandle: the rules changed while they were checked; try again\n");
	else
		status = activate_set(&set, equipment.settings);
	rule_set_forget(&set);
	equipment_close(&equipment);
	return status;
}

int
rules_activate(int argc, char **argv, const char *config)
{
	const GOptionEntry entries[] = {G_OPTION_ENTRY_NULL};
	int status;

	if (!words_parse(&argc, &argv, "rules activate [FOLDER]",
		"Checks the rules of the folder (by default the one in wandle.yaml), keeps their\n"
		"bytes in the ledger, and makes them the ones that decide.",
		entries, &status))
		return status;
	return activate(config, argc > 1 ? argv[1] : NULL);
}
