/* ledger: check it, back it up with the keys, and bring it back. */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "commands/commands.h"
#include "commands/ledger_files.h"
#include "commands/words.h"

static const size_t ARENA_BYTES = (size_t)128 * 1024 * 1024;

/* --- check --------------------------------------------------------------------------------- */

static int
check_ledger(const struct settings *settings, bool only_pages)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(ARENA_BYTES);
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	struct failure why = {0};
	const char **flaws;
	size_t count;

	if (!ledger_open(settings->ledger.path, &ledger, &why) ||
	    !(only_pages ? ledger_check_pages : ledger_check)(
		ledger, arena, &flaws, &count, &why)) {
		int status = words_fail("checking the ledger", &why);
		return strcmp(why.code, "ledger.damaged") == 0 ? EX_DATAERR : status;
	}
	for (size_t at = 0; at < count; at++)
		printf("%s\n", flaws[at]);
	if (count) {
		fprintf(stderr,
		    "wandle: the ledger is damaged: stop the gateway, move the file away, and bring "
		    "back a backup with `wandle ledger restore`\n");
		return EX_DATAERR;
	}
	printf(
	    "the ledger is whole: every page%s\n", only_pages ? " and index" : ", index and row");
	return EX_OK;
}

/* --- backup -------------------------------------------------------------------------------- */

static bool
write_keys(const struct settings *settings, const char *folder, struct failure *why)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(ARENA_BYTES);
	g_autofree char *path = g_build_filename(folder, KEYS_FILE, NULL);
	const char *armor;
	size_t length;

	return mailroom_back_up_keys(settings, arena, &armor, &length, why) &&
	    file_write(path, armor, length, why);
}

/*
 * Closing a ledger copies its log into it, and does not say when that failed: then the log is still
 * there, and the file alone is not the whole ledger.
 */
static bool
log_is_gone(const char *ledger, struct failure *why)
{
	g_autofree char *log = g_strconcat(ledger, "-wal", NULL);

	return !g_file_test(log, G_FILE_TEST_EXISTS) ||
	    fail(why, REMEDY_STOP, "backup.write", "%s could not be copied into its ledger", log);
}

/* Into a folder under another name first: what has its right name is whole. */
static bool
write_backup(const struct settings *settings, struct ledger *ledger, const char *folder,
    int64_t now, struct failure *why)
{
	g_autofree char *path = g_build_filename(folder, LEDGER_FILE, NULL);

	return ledger_copy(ledger, path, now, why) && log_is_gone(path, why) &&
	    sum_write(folder, why) && write_keys(settings, folder, why) && folder_sync(folder, why);
}

static bool
take_name(const char *part, const char *name, struct failure *why)
{
	return g_rename(part, name) == 0 ||
	    fail(why, REMEDY_STOP, "backup.write", "%s: %s", name, g_strerror(errno));
}

static void
remove_part(const char *folder)
{
	static const char *const NAMES[] = {LEDGER_FILE, LEDGER_FILE "-wal", LEDGER_FILE "-shm",
	    LEDGER_FILE "-journal", LEDGER_SUM_FILE, KEYS_FILE};

	for (size_t at = 0; at < COUNT_OF(NAMES); at++) {
		g_autofree char *path = g_build_filename(folder, NAMES[at], NULL);
		(void)g_unlink(path);
	}
	(void)g_rmdir(folder);
}

static bool
back_up(const struct settings *settings, const char *folder, struct failure *why)
{
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	g_autofree char *part = g_strconcat(folder, ".part", NULL);
	g_autofree char *above = g_path_get_dirname(folder);
	int64_t now = clock_now();

	if (!ledger_open(settings->ledger.path, &ledger, why))
		return false;
	if (g_file_test(folder, G_FILE_TEST_EXISTS))
		return fail(why, REMEDY_STOP, "backup.write", "%s is there already", folder);
	/* What a backup that was cut short left behind. */
	remove_part(part);
	if (g_mkdir(part, 0700) != 0)
		return fail(why, REMEDY_STOP, "backup.write", "%s: %s", part, g_strerror(errno));
	if (!write_backup(settings, ledger, part, now, why) || !take_name(part, folder, why)) {
		remove_part(part);
		return false;
	}
	return folder_sync(above, why) && ledger_backed_up(ledger, now, why);
}

static int
backup_ledger(const struct settings *settings, const char *folder)
{
	struct failure why = {0};

	if (!settings->recovery.holder) {
		fprintf(stderr,
		    "wandle: %s names no recovery key: without the gateway's keys a ledger is lost all "
		    "the same; see recovery in wandle.yaml(5)\n",
		    settings->file);
		return EX_CONFIG;
	}
	if (!back_up(settings, folder, &why))
		return words_fail("backing up", &why);
	printf("%s holds the ledger, and the keys for %s alone to open\n", folder,
	    settings->recovery.holder);
	return EX_OK;
}

/* --- restore ------------------------------------------------------------------------------- */

/* What a ledger's files are called. */
static const char *const ENDINGS[] = {"", "-wal", "-shm"};

/* A ledger, or what is left of one, may tell what was sent: it is moved away by hand. */
static bool
nothing_is_there(const char *path, struct failure *why)
{
	for (size_t at = 0; at < COUNT_OF(ENDINGS); at++) {
		g_autofree char *name = g_strconcat(path, ENDINGS[at], NULL);
		if (g_file_test(name, G_FILE_TEST_EXISTS))
			return fail(why, REMEDY_STOP, "backup.exists",
			    "%s is there: stop the gateway, and move it away; do not delete it",
			    name);
	}
	return true;
}

static void
say_restored(const struct restored *restored)
{
	char at[20];

	printf("the ledger is back as it was at %s\n", words_time(restored->backed_up_at, at));
	for (size_t row = 0; row < restored->held_count; row++)
		printf("held      %s  %s to %s: had not left then, may have left since\n",
		    restored->held[row].reference, restored->held[row].what,
		    restored->held[row].to);
	for (size_t row = 0; row < restored->dropped_count; row++) {
		const struct held_back *dropped = &restored->dropped[row];
		printf("undecided %s  %s%s%s: was not carried out then, to be decided anew\n",
		    dropped->reference, dropped->what, dropped->to ? " " : "",
		    dropped->to ? dropped->to : "");
	}
	printf(
	    "Each waits at the desk, see `wandle case list`. Start the gateway: it reads the mailbox again.\n");
}

/* A copy with its log: SQLite would read what an earlier one left into the next. */
static void
remove_copy(const char *part)
{
	for (size_t at = 0; at < COUNT_OF(ENDINGS); at++) {
		g_autofree char *name = g_strconcat(part, ENDINGS[at], NULL);
		(void)g_unlink(name);
	}
}

static bool
make_copy(const char *from, const char *part, struct arena *arena, struct restored *restored,
    struct failure *why)
{
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	const char **flaws;
	size_t count;

	if (!file_copy(from, part, why) || !ledger_open(part, &ledger, why) ||
	    !ledger_check(ledger, arena, &flaws, &count, why))
		return false;
	if (count)
		return fail(why, REMEDY_STOP, "backup.damaged", "%s: %s", from, flaws[0]);
	if (!ledger_restore(ledger, clock_now(), arena, restored, why))
		return false;
	ledger_closep(&ledger);
	return log_is_gone(part, why);
}

/* The copy becomes the ledger by its last step, a rename: until then there is none. */
static bool
bring_back(const struct settings *settings, const char *folder, struct arena *arena,
    struct restored *restored, struct failure *why)
{
	const char *path = settings->ledger.path;
	g_autofree char *from = g_build_filename(folder, LEDGER_FILE, NULL);
	g_autofree char *part = g_strconcat(path, ".part", NULL);
	g_autofree char *above = g_path_get_dirname(path);

	remove_copy(part);
	if (!make_copy(from, part, arena, restored, why) || !take_name(part, path, why)) {
		remove_copy(part);
		return false;
	}
	return folder_sync(above, why);
}

static int
restore_ledger(const struct settings *settings, const char *folder, bool with_keys)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(ARENA_BYTES);
	struct restored restored = {0};
	struct failure why = {0};

	/* The ledger comes last: once it is there, nothing more is to be done. */
	if (!nothing_is_there(settings->ledger.path, &why) || !sum_check(folder, &why) ||
	    (with_keys && !mailroom_restore_keys(settings, &why)) ||
	    !bring_back(settings, folder, arena, &restored, &why))
		return words_fail("bringing the ledger back", &why);
	say_restored(&restored);
	return EX_OK;
}

/* ------------------------------------------------------------------------------------------- */

static int
do_word(const char *config, int argc, char **argv, bool with_keys, bool only_pages)
{
	CLEANUP(setup_freep) struct setup *setup = words_setup(config);

	if (!setup)
		return EX_CONFIG;
	const struct settings *settings = setup_settings(setup);
	if (strcmp(argv[1], "check") == 0)
		return check_ledger(settings, only_pages);
	if (argc != 3) {
		fprintf(stderr, "wandle ledger %s: which folder?\n", argv[1]);
		return EX_USAGE;
	}
	g_autofree char *folder = g_canonicalize_filename(argv[2], NULL);
	return strcmp(argv[1], "backup") == 0 ? backup_ledger(settings, folder)
					      : restore_ledger(settings, folder, with_keys);
}

int
ledger_command(int argc, char **argv, const char *config)
{
	static const char *const WORDS[] = {"check", "backup", "restore"};
	gboolean with_keys = FALSE, only_pages = FALSE;
	bool is_known = false;
	int status;
	const GOptionEntry entries[] = {
	    {"keys", 0, 0, G_OPTION_ARG_NONE, &with_keys,
		"restore: the keys too, decrypted, from standard input", NULL},
	    {"pages", 0, 0, G_OPTION_ARG_NONE, &only_pages,
		"check: only the pages, and not the rows against each other", NULL},
	    G_OPTION_ENTRY_NULL};

	if (!words_parse(&argc, &argv,
		"ledger check [--pages] | ledger backup FOLDER | ledger restore [--keys] FOLDER",
		"check    looks at every page, index and row of the ledger\n"
		"backup   copies the ledger while the gateway works, and the gateway's keys sealed for\n"
		"         the holder of the recovery key, into a new folder\n"
		"restore  brings a ledger back where there is none any more; what had not left when it\n"
		"         was backed up is held for the desk. With the keys, on an empty machine:\n"
		"         gpg --decrypt FOLDER/keys.asc | wandle ledger restore --keys FOLDER",
		entries, &status))
		return status;
	for (size_t at = 0; argc > 1 && at < COUNT_OF(WORDS); at++)
		is_known = is_known || strcmp(argv[1], WORDS[at]) == 0;
	return is_known
	    ? do_word(config, argc, argv, with_keys, only_pages)
	    : words_unknown("ledger", argc < 2 ? NULL : argv[1], WORDS, COUNT_OF(WORDS));
}
