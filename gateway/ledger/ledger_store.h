/* What a store must do for the ledger: rows, and transactions around them. */
/* SPDX-License-Identifier: MIT */
#ifndef LEDGER_LEDGER_STORE_H
#define LEDGER_LEDGER_STORE_H

#include "base/arena.h"
#include "base/failure.h"

/*
 * Everything the ledger knows of states, leases and attempts is above this line; a store keeps
 * rows. What it must promise:
 *
 *   - work that writes is alone: between begin() and its end no other work that writes sees or
 *     changes a row, in this process or another (SQLite: BEGIN IMMEDIATE; a server of several
 *     nodes: serializable, a conflict being RETRY ledger.busy)
 *   - work that reads sees one moment
 *   - when commit() returned true the rows outlive the machine's power; when the process dies
 *     before, nothing of the work is seen again
 *   - a commit that failed with STOP may or may not have lasted. The ledger then does no more with
 *     this store, and after a new start the rows say which it was: each duty begins by reading them
 *
 * Failures are those at the head of ledger.h. Each table has a column `id` that the store fills in.
 * Names of tables and columns, and `order`, are the program's own words, never a mail's.
 */
enum store_work { WORK_READ, WORK_WRITE };

enum cell_kind { CELL_NONE, CELL_NUMBER, CELL_TEXT, CELL_BYTES };

/* One value of one column. A text is NUL-terminated; length counts without the NUL. */
struct cell {
	const char *column;
	enum cell_kind kind;
	int64_t number;
	const void *bytes;
	size_t length;
};

struct store_row {
	const struct cell *cells;
	size_t count;
};

/* A cell that is CELL_NONE is only ever IS or IS_NOT; no comparison holds for an empty column. */
enum compare { IS, IS_NOT, AT_MOST, OVER };

struct store_test {
	struct cell cell;
	enum compare compare;
};

struct store_query {
	const char *table;
	const struct store_test *tests; /* all must hold */
	size_t test_count;
	const char *order; /* "urgency DESC, id"; NULL: by id */
	size_t limit;      /* 0: none */
};

struct store_tally {
	int64_t count;
	int64_t least, most; /* of one column; 0 when count is 0 */
};

struct ledger_store;

struct ledger_store_calls {
	void (*close)(struct ledger_store *store);
	bool (*begin)(struct ledger_store *store, enum store_work work, struct failure *why);
	bool (*commit)(struct ledger_store *store, struct failure *why);
	void (*rollback)(struct ledger_store *store);
	bool (*insert)(struct ledger_store *store, const char *table, const struct cell *cells,
	    size_t count, int64_t *id, struct failure *why);
	bool (*update)(struct ledger_store *store, const char *table, int64_t id,
	    const struct cell *cells, size_t count, struct failure *why);
	/* Takes one row away so that its bytes cannot be read from the disk again. */
	bool (*erase)(
	    struct ledger_store *store, const char *table, int64_t id, struct failure *why);
	/* Rows with all their columns, copied into the arena. */
	bool (*find)(struct ledger_store *store, const struct store_query *query,
	    struct arena *arena, struct store_row **rows, size_t *count, struct failure *why);
	/* Copies all of it, as it is at one moment, into a new file of ours alone. */
	bool (*copy)(struct ledger_store *store, const char *path, struct failure *why);
	/* Looks at every page, index and reference; what is wrong, a sentence each. */
	bool (*check)(struct ledger_store *store, struct arena *arena, const char ***flaws,
	    size_t *count, struct failure *why);
	bool (*tally)(struct ledger_store *store, const struct store_query *query,
	    const char *column, struct store_tally *out, struct failure *why);
};

/* A store begins with this. */
struct ledger_store {
	const struct ledger_store_calls *calls;
};

/* Whether a store that is not there may be made. */
enum store_start { STORE_MUST_BE_THERE, STORE_MAY_BE_MADE };

/* The one store there is today; see ledger.h for what opening does and how it fails. */
MUST_CHECK bool ledger_sqlite_open(
    const char *path, enum store_start start, struct ledger_store **out, struct failure *why);

#endif
