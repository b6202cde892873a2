/* Copies the store while others work, and looks at every page of it. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <unistd.h>

#include "base/pulse.h"

enum {
	BUSY_PAUSE_US = 20000,
	BUSY_TRIES_MAX = 500,
	FLAWS_MAX = 20,
	CHECK_SECONDS = 60,
	CHECKED_PAGES_PER_SECOND = 500, /* by a slow disk, and all of them twice */
};

static void
close_connection(sqlite3 **connection)
{
	(void)sqlite3_close_v2(*connection);
}

/* Ours alone from its first moment; SQLite would ask the umask. */
static bool
make_copy_file(const char *path, struct failure *why)
{
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (file < 0)
		return fail(why, REMEDY_STOP, "ledger.copy", "%s: %s", path, g_strerror(errno));
	(void)close(file);
	return true;
}

/* One snapshot: in WAL mode others go on writing meanwhile. */
static int
copy_pages(sqlite3 *to, sqlite3 *from)
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
	int result = SQLITE_OK;

	if (!backup)
		return sqlite3_errcode(to);
	for (int tries = 0; tries < BUSY_TRIES_MAX; tries++) {
		result = sqlite3_backup_step(backup, -1);
		if (result != SQLITE_BUSY && result != SQLITE_LOCKED)
			break;
		g_usleep(BUSY_PAUSE_US);
	}
	int ended = sqlite3_backup_finish(backup);
	return result == SQLITE_DONE ? ended : result;
}

bool
sqlite_copy(struct ledger_store *base, const char *path, struct failure *why)
{
	struct sqlite_store *store = (struct sqlite_store *)base;
	CLEANUP(close_connection) sqlite3 *copy = NULL;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;

	if (!sqlite_is_sound(store, why) || !make_copy_file(path, why))
		return false;
	int result = sqlite3_open_v2(path, &copy, flags, NULL);
	if (result == SQLITE_OK)
		result = copy_pages(copy, store->connection);
	if (result == SQLITE_OK)
		return true;
	if (result == SQLITE_BUSY || result == SQLITE_LOCKED)
		return fail(
		    why, REMEDY_RETRY, "ledger.busy", "copying: %s", sqlite3_errstr(result));
	/* The fault may be the copy's: it is no reason to call the ledger damaged. */
	return fail(why, REMEDY_STOP, "ledger.copy", "%s: %s", path, sqlite3_errstr(result));
}

/* It looks at every page, and cannot say meanwhile that it lives. */
static void
say_how_long(struct sqlite_store *store)
{
	g_autoptr(sqlite3_stmt) statement = NULL;
	int64_t pages = 0;

	if (sqlite3_prepare_v2(store->connection, "PRAGMA page_count", -1, &statement, NULL) ==
		SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		pages = sqlite3_column_int64(statement, 0);
	pulse_within(CHECK_SECONDS + pages / CHECKED_PAGES_PER_SECOND);
}

/* Each row's columns in one line; NULL stands for nothing. */
static bool
add_flaws(struct sqlite_store *store, const char *sql, const char *sound, struct arena *arena,
    const char **flaws, size_t *count, struct failure *why)
{
	g_autoptr(sqlite3_stmt) statement = NULL;
	int result = sqlite3_prepare_v2(store->connection, sql, -1, &statement, NULL);

	if (result != SQLITE_OK)
		return sqlite_fail(store, result, "checking the ledger", why);
	while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *said = (const char *)sqlite3_column_text(statement, 0);
		if (said && g_strcmp0(said, sound) != 0 && *count < FLAWS_MAX)
			flaws[(*count)++] = arena_text(arena, said);
	}
	return result == SQLITE_DONE || sqlite_fail(store, result, "checking the ledger", why);
}

bool
sqlite_check(struct ledger_store *base, struct arena *arena, const char ***flaws, size_t *count,
    struct failure *why)
{
	struct sqlite_store *store = (struct sqlite_store *)base;

	*count = 0;
	*flaws = arena_take_many(arena, FLAWS_MAX, sizeof **flaws);
	if (!sqlite_is_sound(store, why))
		return false;
	say_how_long(store);
	return add_flaws(store, "PRAGMA integrity_check(20)", "ok", arena, *flaws, count, why) &&
	    add_flaws(store,
		"SELECT 'a row of ' || \"table\" || ' names one of ' || parent || ' that is not "
		"there' FROM pragma_foreign_key_check",
		NULL, arena, *flaws, count, why);
}
