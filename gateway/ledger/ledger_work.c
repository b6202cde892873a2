/* Opens and ends transactions, and passes rows and cells between ledger and store. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_work.h"

#include <stdlib.h>
#include <string.h>

#include "base/pulse.h"

/* Rows looked at in one transaction; what is large goes to the caller's arena. */
enum { WORK_ARENA_MAX_BYTES = 64 * 1024 * 1024, WORK_MAX_SECONDS = 60, PAGE_ROWS = 200 };

bool
work_begin(struct ledger_store *store, enum store_work kind, struct work *out, struct failure *why)
{
	pulse_within(WORK_MAX_SECONDS);
	if (!store->calls->begin(store, kind, why))
		return false;
	*out = (struct work){.store = store, .arena = arena_open(WORK_ARENA_MAX_BYTES)};
	return true;
}

void
work_done(struct work *work)
{
	if (work->store)
		work->store->calls->rollback(work->store);
	arena_close(work->arena);
	*work = (struct work){0};
}

bool
work_commit_steps(struct work *work, const char *before, const char *after, struct failure *why)
{
	(void)before;
	(void)after;
	step(before);
	if (!work->store->calls->commit(work->store, why))
		return false;
	step(after);
	work->store = NULL;
	return true;
}

struct cell
cell_number(const char *column, int64_t number)
{
	return (struct cell){.column = column, .kind = CELL_NUMBER, .number = number};
}

struct cell
cell_text(const char *column, const char *text)
{
	if (!text)
		return cell_none(column);
	return (struct cell){
	    .column = column, .kind = CELL_TEXT, .bytes = text, .length = strlen(text)};
}

struct cell
cell_bytes(const char *column, const void *bytes, size_t length)
{
	return (struct cell){
	    .column = column, .kind = CELL_BYTES, .bytes = bytes, .length = length};
}

struct cell
cell_none(const char *column)
{
	return (struct cell){.column = column, .kind = CELL_NONE};
}

struct store_test
where_is(struct cell cell)
{
	return (struct store_test){.cell = cell, .compare = IS};
}

struct store_test
where_not(struct cell cell)
{
	return (struct store_test){.cell = cell, .compare = IS_NOT};
}

struct store_test
where_at_most(struct cell cell)
{
	return (struct store_test){.cell = cell, .compare = AT_MOST};
}

struct store_test
where_over(struct cell cell)
{
	return (struct store_test){.cell = cell, .compare = OVER};
}

const struct cell *
row_cell(const struct store_row *row, const char *column)
{
	for (size_t at = 0; at < row->count; at++)
		if (strcmp(row->cells[at].column, column) == 0)
			return &row->cells[at];
	abort();
}

int64_t
row_number(const struct store_row *row, const char *column)
{
	return row_cell(row, column)->number;
}

const char *
row_text(const struct store_row *row, const char *column)
{
	const struct cell *cell = row_cell(row, column);

	return cell->kind == CELL_TEXT ? cell->bytes : NULL;
}

bool
row_is_empty(const struct store_row *row, const char *column)
{
	return row_cell(row, column)->kind == CELL_NONE;
}

bool
work_insert(struct work *work, const char *table, const struct cell *cells, size_t count,
    int64_t *id, struct failure *why)
{
	return work->store->calls->insert(work->store, table, cells, count, id, why);
}

bool
work_update(struct work *work, const char *table, int64_t id, const struct cell *cells,
    size_t count, struct failure *why)
{
	return work->store->calls->update(work->store, table, id, cells, count, why);
}

bool
work_erase(struct work *work, const char *table, int64_t id, struct failure *why)
{
	return work->store->calls->erase(work->store, table, id, why);
}

bool
work_find(struct work *work, const struct store_query *query, struct arena *arena,
    struct store_row **rows, size_t *count, struct failure *why)
{
	return work->store->calls->find(
	    work->store, query, arena ? arena : work->arena, rows, count, why);
}

bool
work_first(struct work *work, const struct store_query *query, struct arena *arena,
    struct store_row *row, bool *found, struct failure *why)
{
	struct store_query first = *query;
	struct store_row *rows;
	size_t count;

	first.limit = 1;
	if (!work_find(work, &first, arena, &rows, &count, why))
		return false;
	*found = count > 0;
	if (*found)
		*row = rows[0];
	return true;
}

bool
work_row(
    struct work *work, const char *table, int64_t id, struct store_row *row, struct failure *why)
{
	bool found;

	if (!work_first(work, QUERY(table, NULL, 1, where_is(cell_number("id", id))), NULL, row,
		&found, why))
		return false;
	if (!found)
		return fail(
		    why, REMEDY_STOP, "ledger.state", "%s %lld is not there", table, (long long)id);
	return true;
}

/* One page, with an arena of its own; `seen` is its first row, by which one that stays is noticed. */
static bool
use_up_page(struct work *work, const struct store_query *query, work_each *each, void *context,
    int64_t *seen, size_t *count, struct failure *why)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(WORK_ARENA_MAX_BYTES);
	struct work page = {.store = work->store, .arena = arena};
	struct store_row *rows;

	if (!work_find(&page, query, NULL, &rows, count, why))
		return false;
	if (*count && row_number(&rows[0], "id") == *seen)
		return fail(why, REMEDY_STOP, "ledger.state", "%s %lld is not used up",
		    query->table, (long long)*seen);
	for (size_t at = 0; at < *count; at++)
		if (!each(&page, &rows[at], context, why))
			return false;
	*seen = *count ? row_number(&rows[0], "id") : 0;
	return true;
}

bool
work_use_up(struct work *work, const struct store_query *query, work_each *each, void *context,
    struct failure *why)
{
	struct store_query paged = *query;
	int64_t seen = 0;
	size_t count;

	paged.limit = PAGE_ROWS;
	do {
		if (!use_up_page(work, &paged, each, context, &seen, &count, why))
			return false;
	} while (count == PAGE_ROWS);
	return true;
}

bool
work_tally(struct work *work, const struct store_query *query, const char *column,
    struct store_tally *out, struct failure *why)
{
	return work->store->calls->tally(work->store, query, column, out, why);
}
