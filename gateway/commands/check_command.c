/* check: do settings, keys, directories, form, rules and templates fit each other. */
/* SPDX-License-Identifier: MIT */
#include <sodium.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "commands/commands.h"
#include "commands/rules_words.h"
#include "commands/words.h"

enum { WARN_DAYS = 60 };

/* What is wrong with an entry's keys, on a line each; returns how many lines. */
static size_t
say_keys(const struct entry *entry, int64_t now)
{
	size_t said = 0;

	for (size_t at = 0; at < entry->key_count; at++) {
		const struct pinned_key *key = &entry->keys[at];
		if (key->state != KEY_USABLE) {
			printf("warning: the key %s of %s is %s\n", key->fingerprint, entry->id,
			    key_state_name(key->state));
			said++;
		} else if (key->expires_at && key->expires_at - now < (int64_t)WARN_DAYS * 86400) {
			printf("warning: the key %s of %s expires in %d days\n", key->fingerprint,
			    entry->id, (int)((key->expires_at - now) / 86400));
			said++;
		}
	}
	return said;
}

static int
check_keys(struct equipment *equipment)
{
	struct pinned_key own = {0};
	struct failure why = {0};
	size_t said = 0;

	if (!mailroom_look_up_keys(equipment->settings, equipment->directory, &own, &why))
		return words_fail("looking up keys", &why);
	if (own.state != KEY_USABLE)
		fprintf(stderr, "%s: identity.key: our own key is %s\n", equipment->settings->file,
		    key_state_name(own.state));
	for (size_t at = 0; at < equipment->directory->count; at++)
		said += say_keys(&equipment->directory->entries[at], clock_now());
	printf("keys: our own is %s; %zu remarks on the directory's\n", key_state_name(own.state),
	    said);
	return own.state == KEY_USABLE ? EX_OK : EX_CONFIG;
}

/* That the current set was activated, and no link laid to one that nobody approved. */
static int
check_activated(const struct equipment *equipment)
{
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	struct failure why = {0};

	if (ledger_open(equipment->settings->ledger.path, &ledger, &why) &&
	    activation_check(ledger, equipment->settings, equipment->rules_hash, &why))
		return EX_OK;
	return words_fail("looking at the active rules", &why);
}

/* What works, and leaves somebody without help on a bad day. */
static void
say_omissions(const struct equipment *equipment)
{
	const struct directory *directory = equipment->directory;
	bool has_administrator = false;

	for (size_t at = 0; at < directory->count; at++)
		has_administrator = has_administrator || directory->entries[at].administers;
	if (!has_administrator)
		printf(
		    "warning: desk.yaml: nobody has `administers: yes`: no letter tells of rule files "
		    "with faults\n");
	if (!equipment->settings->recovery.holder)
		printf(
		    "warning: wandle.yaml: no recovery key is named: a ledger that is brought back "
		    "without the gateway's keys cannot be read\n");
}

static int
check_all(struct equipment *equipment, bool online, bool active)
{
	int status = active ? check_activated(equipment) : EX_OK, keys = check_keys(equipment);

	/* what is wrong with one hides nothing of the others; the first names the exit code */
	say_omissions(equipment);
	if (status == EX_OK)
		status = keys;
	if (online && !mailroom_check_online(equipment->settings, stdout) && status == EX_OK)
		status = EX_UNAVAILABLE;
	if (status != EX_OK)
		return status;
	words_watching(equipment);
	printf("all fits; the rules have the hash %s\n", equipment->rules_hash);
	return EX_OK;
}

enum { FAULT_WORDS_MAX_BYTES = 2000 };

/* The faults as they are printed, cut after a whole line. */
static void
write_faults(const struct faults *faults, char *words, uint8_t digest[HASH_BYTES])
{
	g_autofree char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	if (out) {
		faults_print(faults, out);
		(void)fclose(out);
	}
	crypto_generichash(
	    digest, HASH_BYTES, (const uint8_t *)(text ? text : ""), length, NULL, 0);
	(void)g_strlcpy(words, text ? text : "", FAULT_WORDS_MAX_BYTES);
	if (length >= FAULT_WORDS_MAX_BYTES && strrchr(words, '\n'))
		*strrchr(words, '\n') = '\0';
}

/* Looks only at files, and writes down what is wrong with them, or that nothing is. */
static int
report(const char *config, const char *folder)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	char words[FAULT_WORDS_MAX_BYTES];
	uint8_t digest[HASH_BYTES];
	struct equipment equipment;
	struct failure why = {0};
	bool is_new;

	CLEANUP(setup_freep) struct setup *setup = words_setup(config);
	if (!setup)
		return EX_CONFIG;
	bool fits = equipment_open(config, folder, faults, &equipment);
	if (!ledger_open(setup_settings(setup)->ledger.path, &ledger, &why)) {
		equipment_close(&equipment);
		return words_fail("writing down what is wrong", &why);
	}
	if (fits && !folder &&
	    !activation_check(ledger, setup_settings(setup), equipment.rules_hash, &why)) {
		faults_add(
		    faults, setup_settings(setup)->ledger.active_rules, 0, 0, "%s", why.reason);
		fits = false;
	}
	equipment_close(&equipment);
	write_faults(faults, words, digest);
	const struct rules_fault fault = {.which = folder ? "edited" : "active",
	    .words = words,
	    .faults = fits ? 0 : (int64_t)faults_count(faults)};
	faults_print(faults, stderr);
	if (!ledger_note_rules_fault(ledger, &fault, digest, clock_now(), &is_new, &why))
		return words_fail("writing down what is wrong", &why);
	return fits ? EX_OK : EX_CONFIG;
}

/* The rules being edited; what is wrong with the settings is told later, with all the rest. */
static char *
edited_rules(const char *config)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	CLEANUP(setup_freep) struct setup *setup = setup_load_partial(config, faults);

	return g_strdup(setup ? setup_settings(setup)->rules : "");
}

int
check_command(int argc, char **argv, const char *config)
{
	gboolean online = FALSE, active = FALSE, reports = FALSE;
	int status;
	const GOptionEntry entries[] = {
	    {"online", 0, 0, G_OPTION_ARG_NONE, &online,
		"Also connect to the mailbox and the submission server", NULL},
	    {"active", 0, 0, G_OPTION_ARG_NONE, &active, "The active rules, not those being edited",
		NULL},
	    {"report", 0, 0, G_OPTION_ARG_NONE, &reports,
		"Only the files, and write down what is wrong with them, as a running gateway does",
		NULL},
	    G_OPTION_ENTRY_NULL};
	struct equipment equipment;

	if (!words_parse(&argc, &argv, "check [--online] [--active] [--report] [RULES-FOLDER]",
		"Checks that settings, keys, directories, form, rules and templates fit each other,\n"
		"and names every fault with file, line and column.",
		entries, &status))
		return status;
	if (!words_at_most(argc, argv, 2))
		return EX_USAGE;
	g_autofree char *folder = active ? NULL
	    : argc > 1                   ? g_strdup(argv[1])
					 : edited_rules(config);
	if (reports)
		return report(config, folder);
	if (!words_open(config, folder, &equipment))
		return EX_CONFIG;
	if (folder)
		rules_say_old_schemas(folder);
	status = check_all(&equipment, online, active);
	equipment_close(&equipment);
	return status;
}
