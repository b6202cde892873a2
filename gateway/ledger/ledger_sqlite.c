/* The ledger's store in one SQLite file: opening, transactions, and what a failure means. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mistake.h"
#include "base/step.h"
#include "ledger/ledger_schema.h"

/* "WNDL": by it we know our own file, and touch no other. */
enum {
	APPLICATION_ID = 0x574e444c,
	BUSY_MILLISECONDS = 5000,
	/* A larger ledger would hold up each command: it is looked through once a day instead. */
	CHECK_AT_OPEN_MAX_BYTES = 64 * 1024 * 1024,
	LOG_PAGES_MAX = 1000, /* then the log is copied into the database */
};

/* Stores that this process has open. */
static unsigned open_stores;

/*
 * Results that say the file or the disk cannot be trusted. After a failed fsync the pages are
 * clean in memory and old on the disk, so reading them back proves nothing (Rebello et al., "Can
 * applications recover from fsync failures?", 2020): only a new process may look again.
 */
static bool
is_damage(int result)
{
	int kind = result & 0xff;

	return kind == SQLITE_IOERR || kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB;
}

/* While it is opened, no room for the log's index, which nobody needs to keep, harms no commit. */
static bool
is_full(const struct sqlite_store *store, int result)
{
	return (result & 0xff) == SQLITE_FULL ||
	    (result == SQLITE_IOERR_SHMSIZE && !store->is_open);
}

bool
sqlite_fail(struct sqlite_store *store, int result, const char *doing, struct failure *why)
{
	const char *said = sqlite3_errstr(result);

	if (is_full(store, result))
		return fail(
		    why, REMEDY_STOP, "ledger.full", "%s: %s", doing, sqlite3_errstr(SQLITE_FULL));
	if (is_damage(result)) {
		store->is_damaged = true;
		return fail(why, REMEDY_STOP, "ledger.damaged", "%s: %s (%d)", doing, said, result);
	}
	switch (result & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_NOMEM:
		return fail(why, REMEDY_RETRY, "ledger.busy", "%s: %s", doing, said);
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return fail(why, REMEDY_STOP, "ledger.open", "%s: %s", doing, said);
	default:
		/* SQLite's own words name tables and columns here, never a value. */
		return fail(why, REMEDY_STOP, "ledger.state", "%s: %s: %s", doing, said,
		    sqlite3_errmsg(store->connection));
	}
}

bool
sqlite_is_sound(struct sqlite_store *store, struct failure *why)
{
	if (store->is_damaged)
		return fail(why, REMEDY_STOP, "ledger.damaged",
		    "a write failed before: only a new start can tell what lasted");
	if (store->owner != getpid())
		return fail(why, REMEDY_STOP, "ledger.state", "it was opened before a fork");
	return true;
}

bool
sqlite_run(struct sqlite_store *store, const char *sql, struct failure *why)
{
	int result = sqlite3_exec(store->connection, sql, NULL, NULL, NULL);

	return result == SQLITE_OK || sqlite_fail(store, result, "writing the ledger", why);
}

/* The first column of the first row, as a text that the caller frees; NULL when there is none. */
static bool
ask(struct sqlite_store *store, const char *sql, char **out, struct failure *why)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(store->connection, sql, -1, &statement, NULL);

	if (result == SQLITE_OK)
		result = sqlite3_step(statement);
	if (result == SQLITE_ROW)
		*out = g_strdup((const char *)sqlite3_column_text(statement, 0));
	int ended = sqlite3_finalize(statement);
	if (result == SQLITE_ROW && ended == SQLITE_OK)
		return true;
	return sqlite_fail(store, result == SQLITE_ROW ? ended : result, "reading the ledger", why);
}

static bool
ask_number(struct sqlite_store *store, const char *sql, int64_t *out, struct failure *why)
{
	g_autofree char *text = NULL;

	if (!ask(store, sql, &text, why))
		return false;
	*out = text ? g_ascii_strtoll(text, NULL, 10) : 0;
	return true;
}

/* Sets a pragma and reads it back: SQLite leaves a pragma it cannot obey as it was, in silence. */
static bool
set_pragma(struct sqlite_store *store, const char *name, const char *value, const char *reads,
    struct failure *why)
{
	g_autofree char *set = g_strdup_printf("PRAGMA %s = %s", name, value);
	g_autofree char *get = g_strdup_printf("PRAGMA %s", name);
	g_autofree char *said = NULL;

	if (!sqlite_run(store, set, why) || !ask(store, get, &said, why))
		return false;
	if (!said || strcmp(said, reads) != 0)
		return fail(why, REMEDY_STOP, "ledger.open", "%s is %s here, not %s", name,
		    said ? said : "nothing", reads);
	return true;
}

static bool
set_pragmas(struct sqlite_store *store, struct failure *why)
{
	/* Each WAL commit is fsynced: with NORMAL a power cut takes back commits that were told. */
	bool is_loose = mistake("loose-sync");

	return set_pragma(store, "journal_mode", "WAL", "wal", why) &&
	    set_pragma(
		store, "synchronous", is_loose ? "NORMAL" : "FULL", is_loose ? "1" : "2", why) &&
	    set_pragma(store, "foreign_keys", "ON", "1", why) &&
	    set_pragma(store, "cell_size_check", "ON", "1", why) &&
	    set_pragma(store, "trusted_schema", "OFF", "0", why) &&
	    set_pragma(store, "temp_store", "MEMORY", "2", why) &&
	    /* What was erased shall not stay in free pages, nor in the tail of an old WAL. */
	    set_pragma(store, "secure_delete", "ON", "1", why) &&
	    set_pragma(store, "journal_size_limit", "0", "0", why);
}

/* Nothing is written before this: a file that is not ours stays as it is. */
static bool
check_owner(struct sqlite_store *store, enum store_start start, size_t version, struct failure *why)
{
	int64_t application, found, tables;

	/* In one transaction: another process may be making the ledger at this moment. */
	if (!sqlite_run(store, "BEGIN", why) ||
	    !ask_number(store, "SELECT count(*) FROM sqlite_schema", &tables, why) ||
	    !ask_number(store, "PRAGMA application_id", &application, why) ||
	    !ask_number(store, "PRAGMA user_version", &found, why) ||
	    !sqlite_run(store, "COMMIT", why))
		return false;
	if (application != APPLICATION_ID && (application || found || tables))
		return fail(why, REMEDY_STOP, "ledger.foreign", "the file is another program's");
	if (found > (int64_t)version)
		return fail(why, REMEDY_STOP, "ledger.newer",
		    "its schema is version %lld, this program knows %zu", (long long)found,
		    version);
	if (start == STORE_MUST_BE_THERE && !found)
		return fail(
		    why, REMEDY_STOP, "ledger.missing", "there is a file, but no ledger in it");
	return true;
}

static bool
run_script(struct sqlite_store *store, const char *const *script, struct failure *why)
{
	for (; *script; script++)
		if (!sqlite_run(store, *script, why))
			return false;
	return true;
}

/* Brings the schema up to date in one transaction; another process may do so at the same time. */
static bool
migrate(struct sqlite_store *store, const char *const *const *scripts, size_t version,
    struct failure *why)
{
	int64_t found;
	g_autofree char *mark = g_strdup_printf(
	    "PRAGMA application_id = %d; PRAGMA user_version = %zu", APPLICATION_ID, version);

	if (!ask_number(store, "PRAGMA user_version", &found, why))
		return false;
	if (found == (int64_t)version)
		return true;
	if (!sqlite_run(store, "BEGIN IMMEDIATE", why) ||
	    !ask_number(store, "PRAGMA user_version", &found, why))
		return false;
	for (size_t at = (size_t)found; at < version; at++)
		if (!run_script(store, scripts[at], why))
			return fail_while(why, "schema version %zu", at + 1);
	step("before ledger.migrate");
	if (!sqlite_run(store, mark, why) || !sqlite_run(store, "COMMIT", why))
		return false;
	step("after ledger.migrate");
	return true;
}

static bool
check_pages(struct sqlite_store *store, struct failure *why)
{
	g_autofree char *said = NULL;
	int64_t pages, page_bytes;

	/* The mistake "unread-pages": nobody looks whether they are whole. */
	if (mistake("unread-pages"))
		return true;
	if (!ask_number(store, "PRAGMA page_count", &pages, why) ||
	    !ask_number(store, "PRAGMA page_size", &page_bytes, why))
		return false;
	if (pages * page_bytes > CHECK_AT_OPEN_MAX_BYTES)
		return true;
	if (!ask(store, "PRAGMA quick_check(1)", &said, why))
		return false;
	if (!said || strcmp(said, "ok") != 0)
		return sqlite_fail(store, SQLITE_CORRUPT, "checking the ledger's pages", why);
	return true;
}

/* A ledger that was here and is gone must not be taken for a first start. */
static bool
find_file(const char *path, struct failure *why)
{
	struct stat file;

	if (stat(path, &file) == 0 && file.st_size > 0)
		return true;
	return fail(why, REMEDY_STOP, "ledger.missing", "%s: %s", path,
	    errno == ENOENT ? "there is no ledger any more: bring back a backup with `wandle "
			      "ledger restore`"
			    : "the ledger is empty or out of reach: bring back a backup with "
			      "`wandle ledger restore`");
}

/* Makes an empty file that is ours alone; SQLite would ask the umask. */
static bool
make_file(const char *path, struct failure *why)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	/* A file that is there is not opened: closing it would drop this process's SQLite locks. */
	if (fd < 0 && errno != EEXIST)
		return fail(why, REMEDY_STOP, "ledger.open", "%s: %s", path, g_strerror(errno));
	if (fd >= 0)
		(void)close(fd);
	return true;
}

static void
close_store(struct ledger_store *base)
{
	struct sqlite_store *store = (struct sqlite_store *)base;

	/* After damage the log stays as the disk has it, for the next process to read. */
	if (store->is_damaged)
		(void)sqlite3_db_config(
		    store->connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	/* In a child of the process that opened it, closing would take away the parent's locks. */
	if (store->owner == getpid())
		(void)sqlite3_close_v2(store->connection);
	open_stores--;
	free(store);
}

static bool
begin(struct ledger_store *base, enum store_work work, struct failure *why)
{
	struct sqlite_store *store = (struct sqlite_store *)base;

	return sqlite_is_sound(store, why) &&
	    sqlite_run(store, work == WORK_WRITE ? "BEGIN IMMEDIATE" : "BEGIN", why);
}

/* A mistake: what could not be committed is taken for done, and the disk for sound. */
static bool
ignore_error(struct sqlite_store *store)
{
	(void)sqlite3_exec(store->connection, "ROLLBACK", NULL, NULL, NULL);
	store->is_damaged = false;
	return true;
}

static bool
commit(struct ledger_store *base, struct failure *why)
{
	struct sqlite_store *store = (struct sqlite_store *)base;

	if (!sqlite_is_sound(store, why))
		return false;
	if (sqlite_run(store, "COMMIT", why))
		return true;
	return mistake("ignore-errors") && ignore_error(store);
}

static void
rollback(struct ledger_store *base)
{
	struct sqlite_store *store = (struct sqlite_store *)base;

	if (store->owner == getpid() && !sqlite3_get_autocommit(store->connection))
		(void)sqlite3_exec(store->connection, "ROLLBACK", NULL, NULL, NULL);
}

/*
 * After a commit: copies the log where it is long. SQLite's own way to do so swallows errors, and a
 * disk that does not keep what is copied would be trusted for as long as the log has room. What was
 * committed is in the log all the same, so the commit stands; the next call is refused. A full disk
 * is no damage: it is tried again after the next commit.
 */
static int
copy_log(void *context, sqlite3 *connection, const char *name, int pages)
{
	struct sqlite_store *store = context;

	if (pages >= LOG_PAGES_MAX) {
		int result = sqlite3_wal_checkpoint_v2(
		    connection, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
		store->is_damaged |= is_damage(result);
	}
	return SQLITE_OK;
}

static const struct ledger_store_calls CALLS = {
    .close = close_store,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .insert = sqlite_insert,
    .update = sqlite_update,
    .erase = sqlite_erase,
    .find = sqlite_find,
    .tally = sqlite_tally,
    .copy = sqlite_copy,
    .check = sqlite_check,
};

static bool
prepare_file(struct sqlite_store *store, const char *path, enum store_start start,
    const char *const *const *scripts, size_t version, struct failure *why)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	int result = sqlite3_open_v2(path, &store->connection, flags, NULL);

	if (result != SQLITE_OK)
		return sqlite_fail(store, result, "opening the ledger", why);
	(void)sqlite3_extended_result_codes(store->connection, 1);
	(void)sqlite3_busy_timeout(store->connection, BUSY_MILLISECONDS);
	(void)sqlite3_wal_hook(store->connection, copy_log, store);
	(void)sqlite3_db_config(store->connection, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return check_owner(store, start, version, why) && set_pragmas(store, why) &&
	    migrate(store, scripts, version, why) && check_pages(store, why);
}

static void
close_storep(struct ledger_store **store)
{
	if (*store)
		close_store(*store);
}

static bool
try_open(const char *path, enum store_start start, const char *const *const *scripts,
    size_t version, struct ledger_store **out, struct failure *why)
{
	if (!open_stores && !sqlite_files_are_whole(path, why))
		return false;
	struct sqlite_store *store = calloc(1, sizeof *store);
	if (!store)
		abort();
	open_stores++;
	store->store.calls = &CALLS;
	store->owner = getpid();
	CLEANUP(close_storep) struct ledger_store *opened = &store->store;
	if (!prepare_file(store, path, start, scripts, version, why))
		return fail_while(why, "%s", path);
	store->is_open = true;
	*out = TAKE(opened);
	return true;
}

/*
 * Two processes that open a new ledger at the same moment both want it in WAL mode, and SQLite
 * asks its busy handler only for some of the locks that takes; so whoever comes second tries again.
 */
bool
sqlite_open_at(const char *path, enum store_start start, const char *const *const *scripts,
    size_t version, struct ledger_store **out, struct failure *why)
{
	int64_t until = g_get_monotonic_time() + BUSY_MILLISECONDS * 1000;

	/* The mistake "made-anew": a ledger that is gone is taken for a first start. */
	if (mistake("made-anew"))
		start = STORE_MAY_BE_MADE;
	if (start == STORE_MUST_BE_THERE ? !find_file(path, why) : !make_file(path, why))
		return false;
	while (!try_open(path, start, scripts, version, out, why)) {
		if (why->remedy != REMEDY_RETRY || g_get_monotonic_time() > until)
			return false;
		g_usleep(20 * 1000);
	}
	return true;
}

bool
ledger_sqlite_open(
    const char *path, enum store_start start, struct ledger_store **out, struct failure *why)
{
	return sqlite_open_at(path, start, LEDGER_SCRIPTS, LEDGER_VERSION, out, why);
}
