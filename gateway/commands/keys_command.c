/* keys: who we know, until when. */
/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "commands/commands.h"
#include "commands/words.h"

enum { KEY_MAX_BYTES = 256 * 1024 };

static void
print_key(const char *who, const struct pinned_key *key)
{
	char until[20] = "never";

	if (key->expires_at)
		(void)words_time(key->expires_at, until);
	printf("%-24s %-40s %-12s %s%s%s\n", who, key->fingerprint, key_state_name(key->state),
	    until, key->owner ? "  " : "", key->owner ? key->owner : "");
}

static int
list_keys(const struct settings *settings, struct directory *directory)
{
	struct pinned_key own = {0};
	struct failure why = {0};

	if (!mailroom_look_up_keys(settings, directory, &own, &why))
		return words_fail("looking up keys", &why);
	printf("%-24s %-40s %-12s %s\n", "who", "fingerprint", "state", "expires");
	print_key("(this gateway)", &own);
	for (size_t at = 0; at < directory->count; at++)
		for (size_t key = 0; key < directory->entries[at].key_count; key++)
			print_key(directory->entries[at].id, &directory->entries[at].keys[key]);
	return EX_OK;
}

/* The fingerprint as a person typed it, from the option or from the terminal. */
static bool
typed_fingerprint(const char *option, char out[FINGERPRINT_BYTES])
{
	char line[200];

	if (option)
		return fingerprint_clean(option, out);
	fprintf(stderr, "Type the fingerprint, as its owner told you by another way than mail: ");
	if (!fgets(line, sizeof line, stdin))
		return false;
	return fingerprint_clean(g_strstrip(line), out);
}

static int
add_key(const struct settings *settings, struct directory *directory, const char *path,
    const char *option)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)4 * 1024 * 1024);
	char fingerprint[FINGERPRINT_BYTES];
	struct failure why = {0};
	const char *note = NULL;
	size_t length;

	g_autofree char *bytes = words_read(path, KEY_MAX_BYTES, &length);
	if (!bytes)
		return EX_NOINPUT;
	if (!typed_fingerprint(option, fingerprint)) {
		fprintf(stderr, "wandle: a fingerprint has 40 hexadecimal digits\n");
		return EX_USAGE;
	}
	if (!mailroom_add_key(settings, directory, (const uint8_t *)bytes, length, fingerprint,
		arena, &note, &why))
		return words_fail("adding the key", &why);
	printf("%s\n", note ? note : fingerprint);
	printf(
	    "Name it in agencies.yaml, officers.yaml or desk.yaml; a running gateway takes it up at SIGHUP.\n");
	return EX_OK;
}

static int
with_directory(const char *config, int argc, char **argv, const char *fingerprint)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	CLEANUP(setup_freep) struct setup *setup = words_setup(config);

	if (!setup)
		return EX_CONFIG;
	const struct settings *settings = setup_settings(setup);
	CLEANUP(setup_free_directoryp)
	struct address_book *book = setup_load_directory(settings->rules, NULL, 0, faults);
	if (!book) {
		faults_print(faults, stderr);
		return EX_CONFIG;
	}
	if (strcmp(argv[1], "list") == 0)
		return list_keys(settings, setup_directory(book));
	if (argc < 3) {
		fprintf(stderr, "wandle keys add: which file?\n");
		return EX_USAGE;
	}
	return add_key(settings, setup_directory(book), argv[2], fingerprint);
}

int
keys_command(int argc, char **argv, const char *config)
{
	static const char *const WORDS[] = {"list", "add"};
	g_autofree char *fingerprint = NULL;
	const GOptionEntry entries[] = {
	    {"fingerprint", 0, 0, G_OPTION_ARG_STRING, &fingerprint,
		"What the key's fingerprint must be; asked for when left out", "FPR"},
	    G_OPTION_ENTRY_NULL};
	int status;

	if (!words_parse(&argc, &argv, "keys list | keys add FILE [--fingerprint FPR]",
		"list  every key of the directories: usable, missing, expired, revoked, uncertified\n"
		"add   imports one key after its fingerprint was typed, and certifies it locally",
		entries, &status))
		return status;
	if (argc < 2 || (strcmp(argv[1], "list") != 0 && strcmp(argv[1], "add") != 0))
		return words_unknown("keys", argc < 2 ? NULL : argv[1], WORDS, COUNT_OF(WORDS));
	if (!words_at_most(argc, argv, strcmp(argv[1], "list") == 0 ? 2 : 3))
		return EX_USAGE;
	return with_directory(config, argc, argv, fingerprint);
}
