/* One transaction on the store, and rows and cells in few words. */
/* SPDX-License-Identifier: MIT */
#ifndef LEDGER_LEDGER_WORK_H
#define LEDGER_LEDGER_WORK_H

#include "base/step.h"
#include "ledger/ledger_store.h"

/* A transaction that is open; CLEANUP(work_done) takes back all that was not committed. */
struct work {
	struct ledger_store *store; /* NULL: none is open */
	struct arena *arena;        /* rows that were looked at on the way */
};

MUST_CHECK bool work_begin(
    struct ledger_store *store, enum store_work kind, struct work *out, struct failure *why);
void work_done(struct work *work);

/* Commits; the names are those of the steps before and after it. */
MUST_CHECK bool work_commit_steps(
    struct work *work, const char *before, const char *after, struct failure *why);
#define WORK_COMMIT(work, name, why) \
	work_commit_steps(work, "before ledger." name, "after ledger." name, why)

struct cell cell_number(const char *column, int64_t number);
struct cell cell_text(const char *column, const char *text); /* NULL makes the column empty */
struct cell cell_bytes(const char *column, const void *bytes, size_t length);
struct cell cell_none(const char *column);
#define CELLS(...)                          \
	(const struct cell[]){__VA_ARGS__}, \
	    sizeof((const struct cell[]){__VA_ARGS__}) / sizeof(struct cell)

struct store_test where_is(struct cell cell);
struct store_test where_not(struct cell cell);
struct store_test where_at_most(struct cell cell);
struct store_test where_over(struct cell cell);
#define QUERY(table_, order_, limit_, ...)                                                        \
	&(const struct store_query)                                                               \
	{                                                                                         \
		.table = (table_), .tests = (const struct store_test[]){__VA_ARGS__},             \
		.test_count =                                                                     \
		    sizeof((const struct store_test[]){__VA_ARGS__}) / sizeof(struct store_test), \
		.order = (order_), .limit = (limit_)                                              \
	}

/* The value of a row's column. One that the table does not have is our own mistake: abort(). */
const struct cell *row_cell(const struct store_row *row, const char *column);
int64_t row_number(const struct store_row *row, const char *column);   /* 0 when empty */
const char *row_text(const struct store_row *row, const char *column); /* NULL when empty */
bool row_is_empty(const struct store_row *row, const char *column);

MUST_CHECK bool work_insert(struct work *work, const char *table, const struct cell *cells,
    size_t count, int64_t *id, struct failure *why);
MUST_CHECK bool work_update(struct work *work, const char *table, int64_t id,
    const struct cell *cells, size_t count, struct failure *why);
MUST_CHECK bool work_erase(struct work *work, const char *table, int64_t id, struct failure *why);
/* Rows in this arena, or in the work's own when it is NULL. */
MUST_CHECK bool work_find(struct work *work, const struct store_query *query, struct arena *arena,
    struct store_row **rows, size_t *count, struct failure *why);
/* The first row; *found is false when there is none. */
MUST_CHECK bool work_first(struct work *work, const struct store_query *query, struct arena *arena,
    struct store_row *row, bool *found, struct failure *why);
/* The row with this id. fails STOP ledger.state when there is none */
MUST_CHECK bool work_row(
    struct work *work, const char *table, int64_t id, struct store_row *row, struct failure *why);
/*
 * Does `each` for every row of a query, a page at a time: memory is bounded, however many there are.
 * `each` changes the row so that the query does not have it any more.
 */
typedef bool work_each(
    struct work *page, const struct store_row *row, void *context, struct failure *why);
MUST_CHECK bool work_use_up(struct work *work, const struct store_query *query, work_each *each,
    void *context, struct failure *why);
MUST_CHECK bool work_tally(struct work *work, const struct store_query *query, const char *column,
    struct store_tally *out, struct failure *why);

#endif
