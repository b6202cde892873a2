/* The SQLite store: how it is opened, brought up to date, and what it refuses to touch. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ledger/ledger_schema.h"
#include "ledger/ledger_sqlite.h"
#include "ledger/ledger_work.h"

static char *
ask_file(const char *path, const char *sql)
{
	sqlite3 *connection;
	sqlite3_stmt *statement = NULL;
	char *answer = NULL;

	assert_int_equal(sqlite3_open(path, &connection), SQLITE_OK);
	if (sqlite3_prepare_v2(connection, sql, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		answer = g_strdup((const char *)sqlite3_column_text(statement, 0));
	(void)sqlite3_finalize(statement);
	(void)sqlite3_close(connection);
	return answer;
}

static void
assert_answer(const char *path, const char *sql, const char *expected)
{
	g_autofree char *answer = ask_file(path, sql);

	assert_non_null(answer);
	assert_string_equal(answer, expected);
}

static void
assert_pragma(struct sqlite_store *store, const char *sql, const char *expected)
{
	sqlite3_stmt *statement;

	assert_int_equal(
	    sqlite3_prepare_v2(store->connection, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(statement, 0), expected);
	(void)sqlite3_finalize(statement);
}

/* --- opening ------------------------------------------------------------------------------------ */

static void
test_store_open__writes_ahead_and_syncs_fully(void **state)
{
	struct given *given = *state;
	struct ledger_store *store;

	MUST(ledger_sqlite_open(given->path, STORE_MUST_BE_THERE, &store, &given->why));
	assert_pragma((struct sqlite_store *)store, "PRAGMA journal_mode", "wal");
	assert_pragma((struct sqlite_store *)store, "PRAGMA synchronous", "2");
	assert_pragma((struct sqlite_store *)store, "PRAGMA foreign_keys", "1");
	assert_pragma((struct sqlite_store *)store, "PRAGMA secure_delete", "1");
	assert_pragma((struct sqlite_store *)store, "PRAGMA busy_timeout", "5000");
	store->calls->close(store);
	assert_answer(given->path, "PRAGMA journal_mode", "wal");
	assert_answer(given->path, "PRAGMA application_id", "1464747084");
}

static void
test_store_open__the_file_and_its_log_are_its_owners_alone(void **state)
{
	struct given *given = *state;
	struct stat found;
	static const char *const ENDS[] = {"", "-wal", "-shm"};

	take_mail(given, 1);
	for (size_t at = 0; at < COUNT_OF(ENDS); at++) {
		g_autofree char *path = g_strconcat(given->path, ENDS[at], NULL);
		assert_int_equal(stat(path, &found), 0);
		assert_int_equal(found.st_mode & 0777, 0600);
	}
}

static void
test_store_open__nowhere_is_said(void **state)
{
	struct given *given = *state;
	struct ledger *other;

	MUST_FAIL(ledger_make("/nowhere/at/all/ledger.db", &other, &given->why), REMEDY_STOP,
	    "ledger.open");
	MUST_FAIL(ledger_make(given->folder, &other, &given->why), REMEDY_STOP, "ledger.open");
	assert_non_null(strstr(given->why.reason, given->folder));
}

/* SQLite calls it an I/O error; whoever read of damage might bring a backup back. */
static void
test_store_open__a_disk_without_room_for_the_index_is_full(void **state)
{
	struct given *given = *state;
	const struct rlimit small = {4000, 4000};
	int status;

	take_mail(given, 1);
	ledger_closep(&given->ledger);
	pid_t pid = fork();
	if (pid == 0) {
		(void)signal(SIGXFSZ, SIG_IGN);
		(void)setrlimit(RLIMIT_FSIZE, &small);
		bool opened = ledger_open(given->path, &given->ledger, &given->why);
		_exit(opened || given->why.remedy != REMEDY_STOP ||
		    strcmp(given->why.code, "ledger.full") != 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
assert_untouched(struct given *given, const char *path, const char *code)
{
	g_autofree char *before = NULL, *after = NULL;
	gsize before_length, after_length;
	struct ledger *other;

	assert_true(g_file_get_contents(path, &before, &before_length, NULL));
	MUST_FAIL(ledger_open(path, &other, &given->why), REMEDY_STOP, code);
	assert_true(g_file_get_contents(path, &after, &after_length, NULL));
	assert_int_equal(before_length, after_length);
	assert_memory_equal(before, after, before_length);
}

static void
test_store_open__another_programs_file_is_not_touched(void **state)
{
	struct given *given = *state;
	g_autofree char *database = g_strconcat(given->folder, "/other.db", NULL);
	g_autofree char *marked = g_strconcat(given->folder, "/marked.db", NULL);
	g_autofree char *text = g_strconcat(given->folder, "/text", NULL);

	g_free(ask_file(database, "CREATE TABLE theirs (words TEXT)"));
	assert_untouched(given, database, "ledger.foreign");
	g_free(ask_file(marked, "PRAGMA application_id = 42"));
	assert_untouched(given, marked, "ledger.foreign");
	assert_true(g_file_set_contents(
	    text, "These are the notes of a whole week, and they are no ledger.\n", -1, NULL));
	assert_untouched(given, text, "ledger.damaged");
}

static void
test_store_open__a_damaged_page_is_found(void **state)
{
	struct given *given = *state;
	uint8_t noise[64];

	for (unsigned number = 1; number <= 20; number++)
		take_mail(given, number);
	ledger_closep(&given->ledger);
	memset(noise, 0xa5, sizeof noise);
	int fd = open(given->path, O_WRONLY);
	assert_int_equal(pwrite(fd, noise, sizeof noise, 4096 * 20), sizeof noise);
	(void)close(fd);
	MUST_FAIL(ledger_open(given->path, &given->ledger, &given->why), REMEDY_STOP,
	    "ledger.damaged");
	given->ledger = NULL;
}

/* --- versions ----------------------------------------------------------------------------------- */

/* One version more than there is, as a later Wandle would bring it. */
static const char *const NEXT[] = {"ALTER TABLE duty ADD COLUMN node TEXT NOT NULL DEFAULT 'one'",
    "CREATE INDEX duty_by_node ON duty (node)", NULL};
static const char *const BROKEN[] = {
    "ALTER TABLE duty ADD COLUMN node TEXT", "CREATE TABLE duty (id INTEGER)", NULL};
enum { VERSIONS_MAX = 64 };

static size_t
with_script(const char *const *scripts[VERSIONS_MAX], const char *const *last)
{
	for (size_t at = 0; at < LEDGER_VERSION; at++)
		scripts[at] = LEDGER_SCRIPTS[at];
	scripts[LEDGER_VERSION] = last;
	return LEDGER_VERSION + 1;
}

static void
test_store_open__each_older_version_is_brought_up_to_date(void **state)
{
	struct given *given = *state;
	const char *const *scripts[VERSIONS_MAX];
	size_t newest = with_script(scripts, NEXT);

	for (size_t old = 0; old <= newest; old++) {
		g_autofree char *path = g_strdup_printf("%s/v%zu.db", given->folder, old);
		g_autofree char *version = g_strdup_printf("%zu", newest);
		struct ledger_store *store;

		MUST(sqlite_open_at(path, STORE_MAY_BE_MADE, scripts, old, &store, &given->why));
		store->calls->close(store);
		if (old > 0)
			g_free(ask_file(path,
			    "INSERT INTO duty (name, seen_at, worked_at) VALUES ('sort', 1, 2)"));
		MUST(sqlite_open_at(path, STORE_MAY_BE_MADE, scripts, newest, &store, &given->why));
		store->calls->close(store);
		assert_answer(path, "PRAGMA user_version", version);
		assert_answer(path,
		    "SELECT count(*) FROM sqlite_schema WHERE name = 'duty_by_node'", "1");
		if (old > 0)
			assert_answer(path, "SELECT name || worked_at || node FROM duty", "sort2one");
	}
}

static void
test_store_open__a_script_that_fails_changes_nothing(void **state)
{
	struct given *given = *state;
	const char *const *scripts[VERSIONS_MAX];
	size_t newest = with_script(scripts, BROKEN);
	g_autofree char *version = g_strdup_printf("%zu", LEDGER_VERSION);
	struct ledger_store *store;

	take_mail(given, 1);
	MUST_FAIL(sqlite_open_at(given->path, STORE_MAY_BE_MADE, scripts, newest, &store, &given->why), REMEDY_STOP,
	    "ledger.state");
	assert_answer(given->path, "PRAGMA user_version", version);
	assert_answer(given->path, "SELECT count(*) FROM pragma_table_info('duty') WHERE name = 'node'",
	    "0");
	given_reopen(given);
	(void)claim_job(given, "sort-1", NOW);
}

static void
test_store_open__a_newer_schema_is_refused(void **state)
{
	struct given *given = *state;
	const char *const *scripts[VERSIONS_MAX];
	size_t newest = with_script(scripts, NEXT);
	g_autofree char *path = g_strdup_printf("%s/newer.db", given->folder);
	struct ledger_store *store;

	MUST(sqlite_open_at(path, STORE_MAY_BE_MADE, scripts, newest, &store, &given->why));
	store->calls->close(store);
	assert_untouched(given, path, "ledger.newer");
}

/* --- in work ------------------------------------------------------------------------------------- */

static void
test_store_begin__a_ledger_does_not_live_through_fork(void **state)
{
	struct given *given = *state;
	int status;

	take_mail(given, 1);
	pid_t child = fork();
	if (child == 0) {
		struct job job;
		bool found;
		bool refused = !ledger_claim_job(given->ledger, "sort-1", "W", 2026, NOW, LEASE,
				   given->arena, &job, &found, &given->why) &&
		    strcmp(given->why.code, "ledger.state") == 0;
		ledger_close(given->ledger);
		_exit(refused ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	(void)claim_job(given, "sort-1", NOW);
}

static void
test_store_begin__work_that_writes_is_alone(void **state)
{
	struct given *given = *state;
	struct sqlite_store *first, *second;

	MUST(ledger_sqlite_open(given->path, STORE_MUST_BE_THERE, (struct ledger_store **)&first, &given->why));
	MUST(ledger_sqlite_open(given->path, STORE_MUST_BE_THERE, (struct ledger_store **)&second, &given->why));
	MUST(first->store.calls->begin(&first->store, WORK_WRITE, &given->why));
	(void)sqlite3_busy_timeout(second->connection, 10);
	MUST_FAIL(second->store.calls->begin(&second->store, WORK_WRITE, &given->why), REMEDY_RETRY,
	    "ledger.busy");
	MUST(second->store.calls->begin(&second->store, WORK_READ, &given->why));
	second->store.calls->rollback(&second->store);
	first->store.calls->rollback(&first->store);
	MUST(second->store.calls->begin(&second->store, WORK_WRITE, &given->why));
	second->store.calls->rollback(&second->store);
	first->store.calls->close(&first->store);
	second->store.calls->close(&second->store);
}

static bool
file_has(const char *path, const void *bytes, size_t length)
{
	g_autofree char *contents = NULL;
	gsize size = 0;

	return g_file_get_contents(path, &contents, &size, NULL) &&
	    memmem(contents, size, bytes, length);
}

static void
test_store_erase__an_erased_key_is_on_the_disk_no_more(void **state)
{
	struct given *given = *state;
	struct ledger_store *store;
	g_autofree char *log = g_strconcat(given->path, "-wal", NULL);
	uint8_t key[BOXED_KEY_BYTES];

	take_mail(given, 300); /* whose key's bytes and mail's bytes differ */
	memcpy(key, given_sealed(300).boxed_key, sizeof key);
	ledger_closep(&given->ledger);
	assert_true(file_has(given->path, key, sizeof key));
	MUST(ledger_sqlite_open(given->path, STORE_MUST_BE_THERE, &store, &given->why));
	struct work work;
	MUST(work_begin(store, WORK_WRITE, &work, &given->why));
	MUST(work_erase(&work, "seal_key", 1, &given->why));
	MUST(work_commit_steps(&work, "", "", &given->why));
	work_done(&work);
	store->calls->close(store);
	assert_false(file_has(given->path, key, sizeof key));
	assert_false(file_has(log, key, sizeof key));
	/* The mail is there, and nobody can read it. */
	MUST(ledger_open(given->path, &given->ledger, &given->why));
	assert_false(claim_job(given, "sort-1", NOW).has_sealed);
}

static void
test_store_update__a_row_that_is_not_there_is_our_mistake(void **state)
{
	struct given *given = *state;
	struct ledger_store *store;
	struct store_row row;
	int64_t id;

	MUST(ledger_sqlite_open(given->path, STORE_MUST_BE_THERE, &store, &given->why));
	struct work work;
	MUST(work_begin(store, WORK_WRITE, &work, &given->why));
	MUST_FAIL(work_update(&work, "mail", 99, CELLS(cell_none("code")), &given->why), REMEDY_STOP,
	    "ledger.state");
	MUST_FAIL(work_row(&work, "mail", 99, &row, &given->why), REMEDY_STOP, "ledger.state");
	MUST_FAIL(work_insert(&work, "seal_key",
		      CELLS(cell_number("seal", 99), cell_bytes("boxed_key", "short", 5)), &id,
		      &given->why),
	    REMEDY_STOP, "ledger.state");
	MUST_FAIL(work_insert(&work, "nowhere", CELLS(cell_none("code")), &id, &given->why),
	    REMEDY_STOP, "ledger.state");
	work_done(&work);
	store->calls->close(store);
}

static void
test_store_fail__each_result_has_its_remedy(void **state)
{
	struct given *given = *state;
	struct ledger_store *base;
	static const struct {
		int result;
		enum remedy remedy;
		const char *code;
	} CASES[] = {
	    {SQLITE_BUSY, REMEDY_RETRY, "ledger.busy"},
	    {SQLITE_BUSY_SNAPSHOT, REMEDY_RETRY, "ledger.busy"},
	    {SQLITE_LOCKED, REMEDY_RETRY, "ledger.busy"},
	    {SQLITE_NOMEM, REMEDY_RETRY, "ledger.busy"},
	    {SQLITE_FULL, REMEDY_STOP, "ledger.full"},
	    {SQLITE_CANTOPEN, REMEDY_STOP, "ledger.open"},
	    {SQLITE_READONLY_DBMOVED, REMEDY_STOP, "ledger.open"},
	    {SQLITE_CONSTRAINT_UNIQUE, REMEDY_STOP, "ledger.state"},
	    {SQLITE_ERROR, REMEDY_STOP, "ledger.state"},
	    {SQLITE_IOERR_FSYNC, REMEDY_STOP, "ledger.damaged"},
	    {SQLITE_IOERR_WRITE, REMEDY_STOP, "ledger.damaged"},
	    {SQLITE_CORRUPT_VTAB, REMEDY_STOP, "ledger.damaged"},
	    {SQLITE_NOTADB, REMEDY_STOP, "ledger.damaged"},
	};

	MUST(ledger_sqlite_open(given->path, STORE_MUST_BE_THERE, &base, &given->why));
	struct sqlite_store *store = (struct sqlite_store *)base;
	for (size_t at = 0; at < COUNT_OF(CASES); at++) {
		bool is_damage = strcmp(CASES[at].code, "ledger.damaged") == 0;

		store->is_damaged = false;
		assert_false(sqlite_fail(store, CASES[at].result, "testing", &given->why));
		assert_string_equal(given->why.code, CASES[at].code);
		assert_int_equal(given->why.remedy, CASES[at].remedy);
		assert_int_equal(store->is_damaged, is_damage);
		assert_int_equal(sqlite_is_sound(store, &given->why), !is_damage);
	}
	base->calls->close(base);
}

int
main(void)
{
#define IN_LEDGER(test) cmocka_unit_test_setup_teardown(test, given_setup, given_teardown)
	const struct CMUnitTest tests[] = {
	    IN_LEDGER(test_store_open__writes_ahead_and_syncs_fully),
	    IN_LEDGER(test_store_open__the_file_and_its_log_are_its_owners_alone),
	    IN_LEDGER(test_store_open__nowhere_is_said),
	    IN_LEDGER(test_store_open__a_disk_without_room_for_the_index_is_full),
	    IN_LEDGER(test_store_open__another_programs_file_is_not_touched),
	    IN_LEDGER(test_store_open__a_damaged_page_is_found),
	    IN_LEDGER(test_store_open__each_older_version_is_brought_up_to_date),
	    IN_LEDGER(test_store_open__a_script_that_fails_changes_nothing),
	    IN_LEDGER(test_store_open__a_newer_schema_is_refused),
	    IN_LEDGER(test_store_begin__a_ledger_does_not_live_through_fork),
	    IN_LEDGER(test_store_begin__work_that_writes_is_alone),
	    IN_LEDGER(test_store_erase__an_erased_key_is_on_the_disk_no_more),
	    IN_LEDGER(test_store_update__a_row_that_is_not_there_is_our_mistake),
	    IN_LEDGER(test_store_fail__each_result_has_its_remedy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
