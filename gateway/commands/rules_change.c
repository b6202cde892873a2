/* Opens the rules that decide and those that would, for the words of `wandle rules`. */
/* SPDX-License-Identifier: MIT */
#include "commands/rules_change.h"

#include <string.h>
#include <sysexits.h>

enum { HASH_MIN_DIGITS = 6, CHANGES_LOOKED_AT = 1000, ARENA_MAX_BYTES = 256 * 1024 * 1024 };

static bool
is_hash(const char *word)
{
	size_t length = strlen(word);

	return length >= HASH_MIN_DIGITS && length < HASH_HEX_BYTES &&
	    strspn(word, "0123456789abcdef") == length && !g_file_test(word, G_FILE_TEST_EXISTS);
}

/* The newest set that was done and is not the one that decides. */
static bool
find_one_before(
    struct ledger *ledger, struct rules_change *out, const char **hash, struct failure *why)
{
	struct activation *found;
	size_t count;

	if (!ledger_activations(ledger, CHANGES_LOOKED_AT, out->arena, &found, &count, why))
		return false;
	for (size_t at = 0; at < count && !*hash; at++)
		if (found[at].done_at && found[at].number < out->newest.number &&
		    strcmp(found[at].hash, out->newest.hash) != 0)
			*hash = found[at].hash;
	return *hash != NULL ||
	    fail(why, REMEDY_DESK, "rules.unknown", "no other rules decided before");
}

/* A set that the ledger keeps, laid out under its hash so that it can be loaded. */
static bool
take_kept(struct ledger *ledger, const char *hash, struct rules_change *out, struct failure *why)
{
	struct rule_files kept;

	if (!ledger_rules_of(ledger, hash, out->arena, &kept, why) ||
	    !rule_set_of(&kept, &out->set, why) || !rule_set_store(&out->set, out->settings, why))
		return false;
	out->folder = rule_set_folder(out->settings, out->set.hash);
	return true;
}

bool
rules_change_ledger(const struct settings *settings, struct ledger **out, struct failure *why)
{
	g_autofree char *active = equipment_active_folder(settings);

	if (g_file_test(active, G_FILE_TEST_IS_SYMLINK))
		return ledger_open(settings->ledger.path, out, why);
	return ledger_make(settings->ledger.path, out, why);
}

static bool
ask_ledger(struct rules_change *out, const char *word, bool back, struct failure *why)
{
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	const char *hash = word && is_hash(word) ? word : NULL;

	if (!rules_change_ledger(out->settings, &ledger, why) ||
	    !activation_settle(ledger, out->settings, out->arena, &out->newest, why))
		return false;
	if (back && !word && !find_one_before(ledger, out, &hash, why))
		return false;
	return !hash || take_kept(ledger, hash, out, why);
}

static bool
read_folder(struct rules_change *out)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();

	if (!rule_set_read(out->settings, out->folder, &out->set, faults)) {
		faults_print(faults, stderr);
		return false;
	}
	if (strcmp(out->set.hash, out->fresh.rules_hash) == 0)
		return true;
	fprintf(stderr, "wandle: the rules changed while they were checked; try again\n");
	return false;
}

/* The set that decides may be damaged; then there is nothing to compare with. */
static void
open_active(const char *config, struct rules_change *out)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();

	if (!out->newest.number)
		return;
	out->has_active = equipment_open(config, NULL, faults, &out->active);
	if (out->has_active)
		return;
	faults_print(faults, stderr);
	fprintf(stderr, "wandle: the rules that decide cannot be loaded\n");
	equipment_close(&out->active);
}

static bool
open_change(const char *config, const char *word, bool back, struct rules_change *out, int *status)
{
	struct failure why = {0};

	*out = (struct rules_change){.arena = arena_open(ARENA_MAX_BYTES)};
	*status = EX_CONFIG;
	out->setup = words_setup(config);
	if (!out->setup)
		return false;
	out->settings = setup_settings(out->setup);
	if (!ask_ledger(out, word, back, &why)) {
		*status = words_fail("looking up rules", &why);
		return false;
	}
	bool is_kept = out->folder != NULL;
	if (!is_kept)
		out->folder = g_strdup(word ? word : out->settings->rules);
	if (!words_open(config, out->folder, &out->fresh) || (!is_kept && !read_folder(out)))
		return false;
	open_active(config, out);
	return true;
}

bool
rules_change_open(const char *config, const char *word, struct rules_change *out, int *status)
{
	return open_change(config, word, false, out, status);
}

bool
rules_change_back(const char *config, struct rules_change *out, int *status)
{
	return open_change(config, NULL, true, out, status);
}

void
rules_change_close(struct rules_change *change)
{
	equipment_close(&change->fresh);
	equipment_close(&change->active);
	rule_set_forget(&change->set);
	g_free(change->folder);
	setup_free(change->setup);
	arena_close(change->arena);
}
