/* Backups as they were taken, and what a ledger that was brought back may not do blindly. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_parts.h"

#include <string.h>

/* Why something did not happen: it may have happened after the backup was taken. */
static const char UNSURE[] = "restore.unsure";

bool
keeping_note(
    struct work *work, const char *what, int64_t at, int64_t backed_up_at, struct failure *why)
{
	int64_t id;

	return work_insert(work, "keeping",
	    CELLS(cell_text("what", what), cell_number("at", at),
		cell_number("backed_up_at", backed_up_at)),
	    &id, why);
}

static bool
newest(struct work *work, const char *what, struct store_row *row, bool *found, struct failure *why)
{
	return work_first(work, QUERY("keeping", "id DESC", 1, where_is(cell_text("what", what))),
	    NULL, row, found, why);
}

bool
keeping_read(struct work *work, struct ledger_status *out, struct failure *why)
{
	struct store_row row;
	bool found;

	if (!newest(work, "backup", &row, &found, why))
		return false;
	out->backed_up_at = found ? row_number(&row, "at") : 0;
	if (!newest(work, "restore", &row, &found, why))
		return false;
	out->restored_at = found ? row_number(&row, "at") : 0;
	out->restored_from = found ? row_number(&row, "backed_up_at") : 0;
	return true;
}

/*
 * The letter had not left when the backup was taken. The desk's own may go twice: they have the
 * same bytes and Message-ID, and keep nobody waiting. All others are a person's to decide.
 */
static bool
hold_letter(struct work *work, const struct store_row *row, int64_t now, struct failure *why)
{
	if (!letter_doubt(work, row, UNSURE, now, why))
		return false;
	if (row_is_empty(row, "referral"))
		return true;
	return referral_follows(work, row_number(row, "referral"), false, now, UNSURE, why);
}

static void
tell_letter(const struct store_row *row, struct arena *arena, struct held_back *out)
{
	*out = (struct held_back){.reference = arena_text(arena, row_text(row, "reference")),
	    .what = arena_text(arena, row_text(row, "kind")),
	    .to = arena_text(arena, row_text(row, "to_id"))};
}

static bool
hold_letters(
    struct work *work, int64_t now, struct arena *arena, struct restored *out, struct failure *why)
{
	struct store_row *rows;
	size_t count;

	if (!work_find(work,
		QUERY("letter", "urgency DESC, id", 0, where_not(cell_none("free_at")),
		    where_not(cell_text("to_kind", "desk"))),
		NULL, &rows, &count, why))
		return false;
	out->held = arena_take_many(arena, count, sizeof *out->held);
	for (size_t at = 0; at < count; at++) {
		if (!hold_letter(work, &rows[at], now, why))
			return false;
		tell_letter(&rows[at], arena, &out->held[out->held_count++]);
	}
	return true;
}

/* A decision that was not carried out yet may have been since: the desk decides anew. */
static bool
drop_decision(struct work *work, const struct store_row *job, int64_t now, struct failure *why)
{
	return work_update(work, "decision", row_number(job, "subject"),
		   CELLS(cell_number("done_at", now), cell_text("code", UNSURE)), why) &&
	    work_erase(work, "job", row_number(job, "id"), why) &&
	    event_add(work, row_number(job, "mail"), now,
		"decision: not carried out after a restore", UNSURE, why);
}

static bool
drop_decisions(struct work *work, int64_t now, size_t *dropped, struct failure *why)
{
	struct store_row *rows;

	if (!work_find(work, QUERY("job", NULL, 0, where_is(cell_number("kind", RANK_DECISION))),
		NULL, &rows, dropped, why))
		return false;
	for (size_t at = 0; at < *dropped; at++)
		if (!drop_decision(work, &rows[at], now, why))
			return false;
	return true;
}

/* A mail that was not sorted yet is one whose letters may have left: as if it had been found. */
static bool
doubt_mails(struct work *work, struct failure *why)
{
	struct store_row *rows;
	size_t count;

	if (!work_find(work, QUERY("mail", NULL, 0, where_is(cell_text("state", "received"))), NULL,
		&rows, &count, why))
		return false;
	for (size_t at = 0; at < count; at++)
		if (!work_update(work, "mail", row_number(&rows[at], "id"),
			CELLS(cell_number("is_found", 1)), why))
			return false;
	return true;
}

/* The mailbox has mails that this ledger does not: the next look is due at once. */
static bool
ask_for_reconciling(struct work *work, struct failure *why)
{
	struct store_row row;
	bool found;

	if (!work_first(work, QUERY("duty", NULL, 1, where_is(cell_text("name", "reconcile"))),
		NULL, &row, &found, why))
		return false;
	return !found ||
	    work_update(
		work, "duty", row_number(&row, "id"), CELLS(cell_number("worked_at", 0)), why);
}

bool
keeping_restore(
    struct work *work, int64_t now, struct arena *arena, struct restored *out, struct failure *why)
{
	struct store_row backup;
	bool found;

	*out = (struct restored){0};
	if (!newest(work, "backup", &backup, &found, why))
		return false;
	out->backed_up_at = found ? row_number(&backup, "at") : 0;
	return hold_letters(work, now, arena, out, why) &&
	    drop_decisions(work, now, &out->decisions_dropped, why) && doubt_mails(work, why) &&
	    ask_for_reconciling(work, why) &&
	    keeping_note(work, "restore", now, out->backed_up_at, why);
}
