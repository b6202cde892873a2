/* The SQLite store from inside: its connection, and what its failures mean. */
/* SPDX-License-Identifier: MIT */
#ifndef LEDGER_LEDGER_SQLITE_H
#define LEDGER_LEDGER_SQLITE_H

#include <glib.h>
#include <sqlite3.h>
#include <sys/types.h>

#include "ledger/ledger_store.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3_stmt, sqlite3_finalize)

struct sqlite_store {
	struct ledger_store store;
	sqlite3 *connection;
	pid_t owner;     /* the process that opened it: SQLite's locks do not live through fork() */
	bool is_open;    /* ready for work */
	bool is_damaged; /* a write could not be made durable: nothing more is done */
};

/* Says what an SQLite result means; remembers damage. Returns false. */
bool sqlite_fail(struct sqlite_store *store, int result, const char *doing, struct failure *why);

/* Refuses to go on where the store is damaged, or was opened in another process. */
MUST_CHECK bool sqlite_is_sound(struct sqlite_store *store, struct failure *why);

/* Runs statements that give no rows. */
MUST_CHECK bool sqlite_run(struct sqlite_store *store, const char *sql, struct failure *why);

/* Opens with these scripts; a test brings its own. See ledger_sqlite_open() and ledger_schema.h. */
MUST_CHECK bool sqlite_open_at(const char *path, enum store_start start,
    const char *const *const *scripts, size_t version, struct ledger_store **out,
    struct failure *why);

/*
 * False where the file, or the write-ahead log beside it, has lost commits. Only before SQLite opens the
 * file in this process: to close a file that SQLite has open takes SQLite's locks away.
 */
MUST_CHECK bool sqlite_files_are_whole(const char *path, struct failure *why);

/* The calls on rows, in ledger_sqlite_rows.c. */
bool sqlite_insert(struct ledger_store *store, const char *table, const struct cell *cells,
    size_t count, int64_t *id, struct failure *why);
bool sqlite_update(struct ledger_store *store, const char *table, int64_t id,
    const struct cell *cells, size_t count, struct failure *why);
bool sqlite_erase(struct ledger_store *store, const char *table, int64_t id, struct failure *why);
bool sqlite_find(struct ledger_store *store, const struct store_query *query, struct arena *arena,
    struct store_row **rows, size_t *count, struct failure *why);
bool sqlite_tally(struct ledger_store *store, const struct store_query *query, const char *column,
    struct store_tally *out, struct failure *why);

/* In ledger_sqlite_keep.c. */
bool sqlite_copy(struct ledger_store *store, const char *path, struct failure *why);
bool sqlite_check(struct ledger_store *store, struct arena *arena, const char ***flaws,
    size_t *count, struct failure *why);

#endif
