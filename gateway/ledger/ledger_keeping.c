/* Backups as they were taken, and what a ledger that was brought back may not do blindly. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_parts.h"

#include <string.h>

#include "base/mistake.h"

/* Why something did not happen: it may have happened after the backup was taken. */
static const char UNSURE[] = "restore.unsure";
/* Only who has got it can know its Message-ID. */
static const char RECOGNISED[] = "restore.recognised";

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

struct holding {
	int64_t now;
	struct arena *arena; /* the caller's */
	struct restored *out;
};

/*
 * The letter had not left when the backup was taken. The desk's own may go twice: they have the
 * same bytes and Message-ID, and keep nobody waiting. All others are a person's to decide.
 */
static bool
hold_letter(struct work *page, const struct store_row *row, void *context, struct failure *why)
{
	struct holding *holding = context;
	struct restored *out = holding->out;

	out->held[out->held_count++] =
	    (struct held_back){.reference = arena_text(holding->arena, row_text(row, "reference")),
		.what = arena_text(holding->arena, row_text(row, "kind")),
		.to = arena_text(holding->arena, row_text(row, "to_id"))};
	/* The mistake "sends-again": it is said to be held, and is not. */
	return mistake("sends-again") || letter_give_up(page, row, UNSURE, holding->now, why);
}

static bool
hold_letters(struct work *work, struct holding *holding, struct failure *why)
{
	const struct store_query *query = QUERY("letter", "urgency DESC, id", 0,
	    where_not(cell_none("free_at")), where_not(cell_text("to_kind", "desk")));
	struct restored *out = holding->out;
	struct store_tally tally;

	if (!work_tally(work, query, "id", &tally, why))
		return false;
	out->held = arena_take_many(holding->arena, (size_t)tally.count, sizeof *out->held);
	return work_use_up(work, query, hold_letter, holding, why);
}

/* A decision that was not carried out yet may have been since: the desk decides anew. */
static bool
drop_decision(struct work *page, const struct store_row *job, void *context, struct failure *why)
{
	struct holding *holding = context;
	struct store_row decision, opened;

	if (!work_row(page, "decision", row_number(job, "subject"), &decision, why) ||
	    !work_row(page, "cases", row_number(&decision, "case_id"), &opened, why))
		return false;
	holding->out->dropped[holding->out->dropped_count++] = (struct held_back){
	    .reference = arena_text(holding->arena, row_text(&opened, "reference")),
	    .what = arena_text(holding->arena, row_text(&decision, "action")),
	    .to = arena_text(holding->arena, row_text(&decision, "agency"))};
	return work_update(page, "decision", row_number(&decision, "id"),
		   CELLS(cell_number("done_at", holding->now), cell_text("code", UNSURE)), why) &&
	    work_erase(page, "job", row_number(job, "id"), why) &&
	    event_add(page, row_number(job, "mail"), holding->now,
		"decision: not carried out after a restore", UNSURE, why) &&
	    case_changed(page, row_number(&opened, "id"), why);
}

static bool
drop_decisions(struct work *work, struct holding *holding, struct failure *why)
{
	const struct store_query *query =
	    QUERY("job", NULL, 0, where_is(cell_number("kind", RANK_DECISION)));
	struct restored *out = holding->out;
	struct store_tally tally;

	if (!work_tally(work, query, "id", &tally, why))
		return false;
	out->dropped = arena_take_many(holding->arena, (size_t)tally.count, sizeof *out->dropped);
	return work_use_up(work, query, drop_decision, holding, why);
}

bool
keeping_dropped_last(struct work *work, int64_t case_id, bool *out, struct failure *why)
{
	struct store_row newest_one;
	bool found;

	if (!work_first(work,
		QUERY("decision", "id DESC", 1, where_is(cell_number("case_id", case_id))), NULL,
		&newest_one, &found, why))
		return false;
	const char *code = found ? row_text(&newest_one, "code") : NULL;
	*out = code && strcmp(code, UNSURE) == 0;
	return true;
}

bool
keeping_was_recognised(const struct store_row *letter)
{
	const char *code = row_text(letter, "code");

	return code && strcmp(code, RECOGNISED) == 0;
}

/* Its referral waited for that alone, unless the desk has decided otherwise since. */
static bool
recognise_letter(
    struct work *work, const struct store_row *letter, int64_t now, struct failure *why)
{
	struct store_row referral;

	if (!letter_recognise(work, letter, RECOGNISED, now, why))
		return false;
	if (row_is_empty(letter, "referral"))
		return true;
	if (!work_row(work, "referral", row_number(letter, "referral"), &referral, why))
		return false;
	return strcmp(row_text(&referral, "state"), "bounced") != 0 ||
	    referral_follows(work, row_number(letter, "referral"), true, now, RECOGNISED, why);
}

bool
keeping_recognise(struct work *work, const char *const *ids, size_t count, int64_t now,
    size_t *recognised, struct failure *why)
{
	*recognised = 0;
	for (size_t at = 0; at < count; at++) {
		struct store_row letter;
		bool found;
		if (!work_first(work,
			QUERY("letter", NULL, 1, where_is(cell_text("message_id", ids[at])),
			    where_is(cell_text("state", "failed")),
			    where_is(cell_text("code", UNSURE))),
			NULL, &letter, &found, why))
			return false;
		if (found && !recognise_letter(work, &letter, now, why))
			return false;
		*recognised += found;
	}
	return true;
}

/* A mail that was not sorted yet is one whose letters may have left: as if it had been found. */
static bool
doubt_mail(struct work *page, const struct store_row *mail, void *context, struct failure *why)
{
	(void)context;
	return work_update(
	    page, "mail", row_number(mail, "id"), CELLS(cell_number("is_found", 1)), why);
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
	struct holding holding = {.now = now, .arena = arena, .out = out};
	return hold_letters(work, &holding, why) && drop_decisions(work, &holding, why) &&
	    work_use_up(work,
		QUERY("mail", NULL, 0, where_is(cell_text("state", "received")),
		    where_is(cell_number("is_found", 0))),
		doubt_mail, NULL, why) &&
	    ask_for_reconciling(work, why) &&
	    keeping_note(work, "restore", now, out->backed_up_at, why);
}
