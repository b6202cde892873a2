/* Cases: found by their reference, listed, and shown with all that happened to them. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_parts.h"

#include <string.h>

/* The newest lines of a case's history are shown: a letter retried for days adds many. */
enum { EVENTS_SHOWN_MAX = 2000, LETTERS_SHOWN_MAX = 1000 };

bool
case_find(struct work *work, const char *reference, struct store_row *out, bool *found,
    struct failure *why)
{
	return work_first(work,
	    QUERY("cases", NULL, 1, where_is(cell_text("reference", reference))), NULL, out, found,
	    why);
}

static bool
count_referrals(
    struct work *work, int64_t case_id, const char *state, int64_t *count, struct failure *why)
{
	struct store_tally tally;

	if (!work_tally(work,
		QUERY("referral", NULL, 0, where_is(cell_number("case_id", case_id)),
		    state ? where_is(cell_text("state", state)) : where_not(cell_none("state"))),
		"id", &tally, why))
		return false;
	*count = tally.count;
	return true;
}

/*
 * A held mail, a held referral, one whose letter failed, or a decision that a restore dropped, as long
 * as the case is open.
 */
bool
case_changed(struct work *work, int64_t case_id, struct failure *why)
{
	struct store_row opened, mail;
	int64_t held, bounced;
	bool is_undecided;

	if (!work_row(work, "cases", case_id, &opened, why) ||
	    !keeping_dropped_last(work, case_id, &is_undecided, why) ||
	    !work_row(work, "mail", row_number(&opened, "mail"), &mail, why) ||
	    !count_referrals(work, case_id, "held", &held, why) ||
	    !count_referrals(work, case_id, "bounced", &bounced, why))
		return false;
	bool is_open = strcmp(row_text(&opened, "state"), "open") == 0;
	bool waits =
	    held || bounced || is_undecided || strcmp(row_text(&mail, "state"), "held") == 0;
	return work_update(work, "cases", case_id,
	    CELLS(cell_number("waits", is_open && waits),
		cell_number("changes", row_number(&opened, "changes") + 1)),
	    why);
}

bool
decision_add(struct work *work, const struct desk_decision *decision, int64_t from_mail,
    int64_t now, struct failure *why)
{
	struct store_row opened;
	bool found;
	int64_t id, seal = 0;
	const char *reference = decision->reference.text;
	const char *action = decision_action_name(decision->action);

	if (!case_find(work, reference, &opened, &found, why))
		return false;
	if (!found)
		return fail(
		    why, REMEDY_DESK, "ledger.no-case", "no case has the reference %s", reference);
	if (decision->reason.length && !seal_put(work, &decision->reason, &seal, why))
		return false;
	int64_t mail = row_number(&opened, "mail");
	return work_insert(work, "decision",
		   CELLS(cell_number("case_id", row_number(&opened, "id")),
		       from_mail ? cell_number("mail", from_mail) : cell_none("mail"),
		       cell_text("action", action), cell_text("agency", decision->agency),
		       cell_text("made_by", decision->by), cell_number("made_at", now),
		       seal ? cell_number("seal", seal) : cell_none("seal")),
		   &id, why) &&
	    job_add(work, JOB_DECISION, id, mail, now, now, why) &&
	    event_add(work, mail, now,
		arena_print(work->arena, "decision: %s%s%s by %s", action,
		    decision->agency ? " " : "", decision->agency ? decision->agency : "",
		    decision->by),
		NULL, why);
}

static bool
fill_case(struct work *work, const struct store_row *opened, struct arena *arena,
    struct case_row *out, struct failure *why)
{
	struct store_row mail;
	int64_t all, held;
	bool is_held = row_number(opened, "waits");

	if (!work_row(work, "mail", row_number(opened, "mail"), &mail, why) ||
	    !count_referrals(work, row_number(opened, "id"), NULL, &all, why) ||
	    !count_referrals(work, row_number(opened, "id"), "held", &held, why))
		return false;
	*out = (struct case_row){.number = row_number(opened, "id"),
	    .state = is_held ? "held" : arena_text(arena, row_text(opened, "state")),
	    .mail_state = arena_text(arena, row_text(&mail, "state")),
	    .code = arena_text(arena, row_text(&mail, "code")),
	    .urgency = (enum urgency)row_number(opened, "urgency"),
	    .received_at = row_number(&mail, "arrived_at"),
	    .opened_at = row_number(opened, "opened_at"),
	    .referrals = (size_t)all,
	    .referrals_held = (size_t)held,
	    .rules_hash = arena_text(arena, row_text(opened, "rules_hash"))};
	(void)strncat(
	    out->reference.text, row_text(opened, "reference"), sizeof out->reference.text - 1);
	return true;
}

bool
cases_list(struct work *work, bool only_held, int64_t before, size_t room, struct arena *arena,
    struct case_row **out, size_t *count, struct failure *why)
{
	struct store_row *rows = NULL;
	size_t found = 0;

	if (room &&
	    !work_find(work,
		QUERY("cases", "id DESC", room,
		    only_held ? where_is(cell_number("waits", 1)) : where_not(cell_none("state")),
		    where_at_most(cell_number("id", before ? before - 1 : INT64_MAX))),
		NULL, &rows, &found, why))
		return false;
	struct case_row *cases = arena_take_many(arena, found, sizeof *cases);
	for (size_t at = 0; at < found; at++)
		if (!fill_case(work, &rows[at], arena, &cases[at], why))
			return false;
	*out = cases;
	*count = found;
	return true;
}

static bool
fill_referrals(struct work *work, int64_t case_id, struct arena *arena, struct case_file *out,
    struct failure *why)
{
	struct store_row *rows;
	size_t count;

	if (!work_find(work, QUERY("referral", NULL, 0, where_is(cell_number("case_id", case_id))),
		NULL, &rows, &count, why))
		return false;
	out->referrals = arena_take_many(arena, count, sizeof *out->referrals);
	out->referral_count = count;
	for (size_t at = 0; at < count; at++)
		out->referrals[at] = (struct referral_row){
		    .agency = arena_text(arena, row_text(&rows[at], "agency")),
		    .state = arena_text(arena, row_text(&rows[at], "state")),
		    .code = arena_text(arena, row_text(&rows[at], "code")),
		    .rules = arena_text(arena, row_text(&rows[at], "rules")),
		    .children = (uint64_t)row_number(&rows[at], "children"),
		    .changed_at = row_number(&rows[at], "changed_at")};
	return true;
}

static bool
fill_letters(struct work *work, int64_t mail, struct arena *arena, struct case_file *out,
    struct failure *why)
{
	struct store_row *rows;
	size_t count;

	if (!work_find(work,
		QUERY("letter", NULL, LETTERS_SHOWN_MAX, where_is(cell_number("mail", mail))), NULL,
		&rows, &count, why))
		return false;
	out->letters = arena_take_many(arena, count, sizeof *out->letters);
	out->letter_count = count;
	for (size_t at = 0; at < count; at++)
		out->letters[at] =
		    (struct letter_row){.kind = arena_text(arena, row_text(&rows[at], "kind")),
			.to = arena_text(arena, row_text(&rows[at], "to_id")),
			.state = arena_text(arena, row_text(&rows[at], "state")),
			.code = arena_text(arena, row_text(&rows[at], "code")),
			.reply = arena_text(arena, row_text(&rows[at], "reply")),
			.queue_id = arena_text(arena, row_text(&rows[at], "queue_id")),
			.message_id = arena_text(arena, row_text(&rows[at], "message_id")),
			.attempts = (unsigned)row_number(&rows[at], "attempts"),
			.resent = (unsigned)row_number(&rows[at], "resent"),
			.ready_at = row_number(&rows[at], "ready_at"),
			.sent_at = row_number(&rows[at], "sent_at")};
	return true;
}

static bool
fill_events(struct work *work, int64_t mail, struct arena *arena, struct case_file *out,
    struct failure *why)
{
	struct store_row *rows;
	size_t count;

	if (!work_find(work,
		QUERY("event", "id DESC", EVENTS_SHOWN_MAX, where_is(cell_number("mail", mail))),
		NULL, &rows, &count, why))
		return false;
	out->events = arena_take_many(arena, count, sizeof *out->events);
	out->event_count = count;
	for (size_t at = 0; at < count; at++) {
		const struct store_row *row = &rows[count - 1 - at];
		const char *code = row_text(row, "code");
		out->events[at] = (struct case_event){.at = row_number(row, "at"),
		    .what = arena_print(arena, "%s%s%s%s", row_text(row, "what"), code ? " (" : "",
			code ? code : "", code ? ")" : "")};
	}
	return true;
}

static bool
fill_record(struct work *work, int64_t mail, struct arena *arena, struct case_file *out,
    struct failure *why)
{
	struct store_row row;
	bool found;

	if (!work_first(work, QUERY("record", "id DESC", 1, where_is(cell_number("mail", mail))),
		NULL, &row, &found, why))
		return false;
	if (!found)
		return true;
	out->record = arena_text(arena, row_text(&row, "json"));
	return seal_get(
	    work, row_cell(&row, "seal"), arena, &out->sealed_record, &out->has_sealed_record, why);
}

bool
cases_show(struct work *work, const char *reference, struct arena *arena, struct case_file *out,
    bool *found, struct failure *why)
{
	struct store_row opened, mail;

	*out = (struct case_file){0};
	if (!case_find(work, reference, &opened, found, why))
		return false;
	if (!*found)
		return true;
	int64_t id = row_number(&opened, "mail");
	if (!work_row(work, "mail", id, &mail, why))
		return false;
	out->arrived_as = arena_text(arena, row_text(&mail, "arrived_as"));
	out->signer = arena_text(arena, row_text(&mail, "signer"));
	return fill_case(work, &opened, arena, &out->row, why) &&
	    fill_referrals(work, row_number(&opened, "id"), arena, out, why) &&
	    fill_letters(work, id, arena, out, why) && fill_events(work, id, arena, out, why) &&
	    fill_record(work, id, arena, out, why);
}

bool
cases_next_decided(struct work *work, int64_t after, struct arena *arena, struct decided_case *out,
    bool *found, struct failure *why)
{
	struct store_row opened, mail, record;
	bool has_record;

	*out = (struct decided_case){0};
	if (!work_first(work, QUERY("cases", "id", 1, where_over(cell_number("id", after))), NULL,
		&opened, found, why))
		return false;
	if (!*found)
		return true;
	int64_t id = row_number(&opened, "mail");
	if (!work_row(work, "mail", id, &mail, why) ||
	    !work_first(work, QUERY("record", "id", 1, where_is(cell_number("mail", id))), NULL,
		&record, &has_record, why))
		return false;
	out->number = row_number(&opened, "id");
	out->received_at = row_number(&mail, "arrived_at");
	(void)strncat(
	    out->reference.text, row_text(&opened, "reference"), sizeof out->reference.text - 1);
	if (!has_record)
		return true;
	out->decided_at = row_number(&record, "at");
	return seal_get(
	    work, row_cell(&record, "seal"), arena, &out->sealed, &out->has_sealed, why);
}
