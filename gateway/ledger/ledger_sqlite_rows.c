/* Rows of the SQLite store: statements made of column names, with every value bound. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_sqlite.h"

#include <glib.h>
#include <string.h>

enum { ROWS_AT_ONCE = 16 };

static bool
prepare(struct sqlite_store *store, const GString *sql, sqlite3_stmt **out, struct failure *why)
{
	int result = sqlite3_prepare_v2(store->connection, sql->str, (int)sql->len, out, NULL);

	return result == SQLITE_OK || sqlite_fail(store, result, "asking the ledger", why);
}

/* The cell's bytes stay the caller's and outlive the statement: nothing is copied. */
static bool
bind(struct sqlite_store *store, sqlite3_stmt *statement, int place, const struct cell *cell,
    struct failure *why)
{
	int result = SQLITE_OK;

	switch (cell->kind) {
	case CELL_NONE:
		break;
	case CELL_NUMBER:
		result = sqlite3_bind_int64(statement, place, cell->number);
		break;
	case CELL_TEXT:
		result = sqlite3_bind_text64(
		    statement, place, cell->bytes, cell->length, SQLITE_STATIC, SQLITE_UTF8);
		break;
	case CELL_BYTES:
		result = sqlite3_bind_blob64(
		    statement, place, cell->length ? cell->bytes : "", cell->length, SQLITE_STATIC);
		break;
	}
	return result == SQLITE_OK || sqlite_fail(store, result, "filling in a value", why);
}

/* Runs a statement that gives no row. */
static bool
finish(struct sqlite_store *store, sqlite3_stmt *statement, struct failure *why)
{
	int result = sqlite3_step(statement);

	return result == SQLITE_DONE || sqlite_fail(store, result, "writing the ledger", why);
}

bool
sqlite_insert(struct ledger_store *base, const char *table, const struct cell *cells, size_t count,
    int64_t *id, struct failure *why)
{
	struct sqlite_store *store = (struct sqlite_store *)base;
	g_autoptr(GString) sql = g_string_new(NULL);
	g_autoptr(sqlite3_stmt) statement = NULL;

	g_string_append_printf(sql, "INSERT INTO %s (", table);
	for (size_t at = 0; at < count; at++)
		g_string_append_printf(sql, "%s%s", at ? ", " : "", cells[at].column);
	g_string_append(sql, ") VALUES (");
	for (size_t at = 0; at < count; at++)
		g_string_append(sql, at ? ", ?" : "?");
	g_string_append_c(sql, ')');
	if (!sqlite_is_sound(store, why) || !prepare(store, sql, &statement, why))
		return false;
	for (size_t at = 0; at < count; at++)
		if (!bind(store, statement, (int)at + 1, &cells[at], why))
			return false;
	if (!finish(store, statement, why))
		return false;
	*id = sqlite3_last_insert_rowid(store->connection);
	return true;
}

bool
sqlite_update(struct ledger_store *base, const char *table, int64_t id, const struct cell *cells,
    size_t count, struct failure *why)
{
	struct sqlite_store *store = (struct sqlite_store *)base;
	g_autoptr(GString) sql = g_string_new(NULL);
	g_autoptr(sqlite3_stmt) statement = NULL;
	struct cell key = {.column = "id", .kind = CELL_NUMBER, .number = id};

	g_string_append_printf(sql, "UPDATE %s SET ", table);
	for (size_t at = 0; at < count; at++)
		g_string_append_printf(sql, "%s%s = ?", at ? ", " : "", cells[at].column);
	g_string_append(sql, " WHERE id = ?");
	if (!sqlite_is_sound(store, why) || !prepare(store, sql, &statement, why))
		return false;
	for (size_t at = 0; at < count; at++)
		if (!bind(store, statement, (int)at + 1, &cells[at], why))
			return false;
	if (!bind(store, statement, (int)count + 1, &key, why) || !finish(store, statement, why))
		return false;
	if (sqlite3_changes(store->connection) != 1)
		return fail(
		    why, REMEDY_STOP, "ledger.state", "%s %lld is not there", table, (long long)id);
	return true;
}

bool
sqlite_erase(struct ledger_store *base, const char *table, int64_t id, struct failure *why)
{
	struct sqlite_store *store = (struct sqlite_store *)base;
	g_autoptr(GString) sql = g_string_new(NULL);
	g_autoptr(sqlite3_stmt) statement = NULL;
	struct cell key = {.column = "id", .kind = CELL_NUMBER, .number = id};

	g_string_append_printf(sql, "DELETE FROM %s WHERE id = ?", table);
	return sqlite_is_sound(store, why) && prepare(store, sql, &statement, why) &&
	    bind(store, statement, 1, &key, why) && finish(store, statement, why);
}

static void
append_tests(GString *sql, const struct store_query *query)
{
	for (size_t at = 0; at < query->test_count; at++) {
		const struct store_test *test = &query->tests[at];
		bool is_empty = test->cell.kind == CELL_NONE;
		static const char *const SIGNS[] = {
		    [IS] = "=", [IS_NOT] = "<>", [AT_MOST] = "<=", [OVER] = ">"};

		g_string_append_printf(sql, " %s %s ", at ? "AND" : "WHERE", test->cell.column);
		if (is_empty)
			g_string_append(sql, test->compare == IS ? "IS NULL" : "IS NOT NULL");
		else
			g_string_append_printf(sql, "%s ?%zu", SIGNS[test->compare], at + 1);
	}
}

static bool
bind_tests(struct sqlite_store *store, sqlite3_stmt *statement, const struct store_query *query,
    struct failure *why)
{
	for (size_t at = 0; at < query->test_count; at++) {
		const struct cell *cell = &query->tests[at].cell;
		if (cell->kind != CELL_NONE && !bind(store, statement, (int)at + 1, cell, why))
			return false;
	}
	return true;
}

static struct cell
copy_cell(sqlite3_stmt *statement, int place, struct arena *arena)
{
	struct cell cell = {.column = arena_text(arena, sqlite3_column_name(statement, place))};

	switch (sqlite3_column_type(statement, place)) {
	case SQLITE_INTEGER:
		cell.kind = CELL_NUMBER;
		cell.number = sqlite3_column_int64(statement, place);
		break;
	case SQLITE_TEXT:
	case SQLITE_BLOB:
		cell.kind =
		    sqlite3_column_type(statement, place) == SQLITE_TEXT ? CELL_TEXT : CELL_BYTES;
		cell.bytes = sqlite3_column_blob(statement, place);
		cell.length = (size_t)sqlite3_column_bytes(statement, place);
		cell.bytes = arena_textn(arena, cell.bytes, cell.length);
		break;
	default:
		break;
	}
	return cell;
}

static struct store_row
copy_row(sqlite3_stmt *statement, struct arena *arena)
{
	size_t count = (size_t)sqlite3_column_count(statement);
	struct cell *cells = arena_take_many(arena, count, sizeof *cells);

	for (size_t at = 0; at < count; at++)
		cells[at] = copy_cell(statement, (int)at, arena);
	return (struct store_row){.cells = cells, .count = count};
}

/* Room for one row more; doubles, so that the arena holds at most twice what is needed. */
static struct store_row *
grow(struct store_row *rows, size_t count, struct arena *arena)
{
	bool is_full = count == 0 || (count >= ROWS_AT_ONCE && (count & (count - 1)) == 0);

	if (!is_full)
		return rows;
	struct store_row *more =
	    arena_take_many(arena, count ? 2 * count : ROWS_AT_ONCE, sizeof *more);
	if (count)
		memcpy(more, rows, count * sizeof *rows);
	return more;
}

bool
sqlite_find(struct ledger_store *base, const struct store_query *query, struct arena *arena,
    struct store_row **rows, size_t *count, struct failure *why)
{
	struct sqlite_store *store = (struct sqlite_store *)base;
	g_autoptr(GString) sql = g_string_new(NULL);
	g_autoptr(sqlite3_stmt) statement = NULL;
	struct store_row *found = NULL;
	size_t found_count = 0;
	int result;

	g_string_append_printf(sql, "SELECT * FROM %s", query->table);
	append_tests(sql, query);
	g_string_append_printf(sql, " ORDER BY %s", query->order ? query->order : "id");
	if (query->limit)
		g_string_append_printf(sql, " LIMIT %zu", query->limit);
	if (!sqlite_is_sound(store, why) || !prepare(store, sql, &statement, why) ||
	    !bind_tests(store, statement, query, why))
		return false;
	while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
		found = grow(found, found_count, arena);
		found[found_count++] = copy_row(statement, arena);
	}
	if (result != SQLITE_DONE)
		return sqlite_fail(store, result, "reading the ledger", why);
	*rows = found;
	*count = found_count;
	return true;
}

bool
sqlite_tally(struct ledger_store *base, const struct store_query *query, const char *column,
    struct store_tally *out, struct failure *why)
{
	struct sqlite_store *store = (struct sqlite_store *)base;
	g_autoptr(GString) sql = g_string_new(NULL);
	g_autoptr(sqlite3_stmt) statement = NULL;

	g_string_append_printf(
	    sql, "SELECT count(*), min(%s), max(%s) FROM %s", column, column, query->table);
	append_tests(sql, query);
	if (!sqlite_is_sound(store, why) || !prepare(store, sql, &statement, why) ||
	    !bind_tests(store, statement, query, why))
		return false;
	int result = sqlite3_step(statement);
	if (result != SQLITE_ROW)
		return sqlite_fail(store, result, "reading the ledger", why);
	*out = (struct store_tally){.count = sqlite3_column_int64(statement, 0),
	    .least = sqlite3_column_int64(statement, 1),
	    .most = sqlite3_column_int64(statement, 2)};
	return true;
}
