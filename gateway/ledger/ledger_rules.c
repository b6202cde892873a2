/* Rules as they were activated: their bytes by their hash, who changed them and when. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_parts.h"

#include <string.h>

static bool
add_files(struct work *work, int64_t rules, const struct rule_file *files, size_t count,
    struct failure *why)
{
	int64_t id;

	for (size_t at = 0; at < count; at++)
		if (!work_insert(work, "rule_file",
			CELLS(cell_number("rules", rules), cell_text("name", files[at].name),
			    cell_bytes("bytes", files[at].bytes, files[at].length)),
			&id, why))
			return false;
	return true;
}

static bool
keep_rules(struct work *work, const char *hash, const struct rule_file *files, size_t count,
    int64_t *rules, struct failure *why)
{
	struct store_row row;
	bool known;

	if (!work_first(work, QUERY("rules", NULL, 1, where_is(cell_text("hash", hash))), NULL,
		&row, &known, why))
		return false;
	if (known) {
		*rules = row_number(&row, "id");
		return true;
	}
	return work_insert(work, "rules", CELLS(cell_text("hash", hash)), rules, why) &&
	    add_files(work, *rules, files, count, why);
}

static bool
read_activation(struct work *work, const struct store_row *row, struct arena *arena,
    struct activation *out, struct failure *why)
{
	struct store_row rules;

	if (!work_row(work, "rules", row_number(row, "rules"), &rules, why))
		return false;
	*out = (struct activation){.number = row_number(row, "id"),
	    .hash = arena_text(arena, row_text(&rules, "hash")),
	    .instead_of = arena_text(arena, row_text(row, "instead_of")),
	    .by = arena_text(arena, row_text(row, "made_by")),
	    .approved_by = arena_text(arena, row_text(row, "approved_by")),
	    .approved_key = arena_text(arena, row_text(row, "approved_key")),
	    .despite_errors = row_number(row, "despite_errors") != 0,
	    .at = row_number(row, "at"),
	    .done_at = row_number(row, "done_at")};
	return true;
}

bool
activation_newest(
    struct work *work, struct arena *arena, struct activation *out, struct failure *why)
{
	struct store_row row;
	bool found;

	*out = (struct activation){0};
	if (!work_first(work,
		QUERY("activation", "id DESC", 1, where_over(cell_number("done_at", 0))), NULL,
		&row, &found, why))
		return false;
	return !found || read_activation(work, &row, arena, out, why);
}

bool
activation_begin(struct work *work, const struct activation *change, const struct rule_file *files,
    size_t count, int64_t follows, int64_t now, int64_t *number, struct failure *why)
{
	struct activation newest;
	int64_t rules;

	if (!activation_newest(work, work->arena, &newest, why))
		return false;
	if (newest.number != follows)
		return fail(why, REMEDY_DESK, "rules.moved",
		    "other rules were activated meanwhile, by %s; look at them and try again",
		    newest.by ? newest.by : "nobody");
	return keep_rules(work, change->hash, files, count, &rules, why) &&
	    work_insert(work, "activation",
		CELLS(cell_number("rules", rules), cell_number("at", now),
		    cell_text("made_by", change->by), cell_text("instead_of", change->instead_of),
		    cell_text("approved_by", change->approved_by),
		    cell_text("approved_key", change->approved_key),
		    cell_number("despite_errors", change->despite_errors)),
		number, why);
}

bool
activation_end(struct work *work, int64_t number, int64_t now, struct failure *why)
{
	return work_update(work, "activation", number, CELLS(cell_number("done_at", now)), why);
}

bool
activations_list(struct work *work, size_t room, struct arena *arena, struct activation **out,
    size_t *count, struct failure *why)
{
	struct store_row *rows;

	if (!work_find(work, QUERY("activation", "id DESC", room, where_over(cell_number("id", 0))),
		NULL, &rows, count, why))
		return false;
	*out = arena_take_many(arena, *count, sizeof **out);
	for (size_t at = 0; at < *count; at++)
		if (!read_activation(work, &rows[at], arena, &(*out)[at], why))
			return false;
	return true;
}

static bool
read_files(struct work *work, int64_t rules, struct arena *arena, struct rule_files *out,
    struct failure *why)
{
	struct store_row *rows;

	if (!work_find(work, QUERY("rule_file", "name", 0, where_is(cell_number("rules", rules))),
		arena, &rows, &out->count, why))
		return false;
	out->files = arena_take_many(arena, out->count, sizeof *out->files);
	for (size_t at = 0; at < out->count; at++) {
		const struct cell *bytes = row_cell(&rows[at], "bytes");
		out->files[at] = (struct rule_file){.name = row_text(&rows[at], "name"),
		    .bytes = bytes->bytes,
		    .length = bytes->length};
	}
	return true;
}

bool
rules_find(struct work *work, const char *hash, struct arena *arena, struct rule_files *out,
    struct failure *why)
{
	struct store_row *rows;
	size_t count, fitting = 0;
	int64_t id = 0;

	if (!work_find(work, QUERY("rules", NULL, 0, where_not(cell_none("hash"))), NULL, &rows,
		&count, why))
		return false;
	for (size_t at = 0; at < count; at++) {
		const char *whole = row_text(&rows[at], "hash");
		if (strncmp(whole, hash, strlen(hash)) != 0)
			continue;
		fitting++;
		id = row_number(&rows[at], "id");
		out->hash[0] = '\0';
		(void)strncat(out->hash, whole, sizeof out->hash - 1);
	}
	if (fitting == 1)
		return read_files(work, id, arena, out, why);
	return fitting ? fail(why, REMEDY_DESK, "rules.ambiguous", "%zu rule sets begin with %s",
			     fitting, hash)
		       : fail(why, REMEDY_DESK, "rules.unknown",
			     "the ledger has no rule set that begins with %s", hash);
}
