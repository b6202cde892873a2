/* Letters: sealed bytes on their way out, one try after the other. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_parts.h"

#include <string.h>

#include "base/mistake.h"

/* A server's reply line is kept for the auditor, and a hostile server writes long ones. */
enum { REPLY_MAX_BYTES = 500 };

static const char *
to_kind_name(enum entry_kind kind)
{
	static const char *const NAMES[] = {
	    [ENTRY_OFFICER] = "officer", [ENTRY_AGENCY] = "agency", [ENTRY_DESK] = "desk"};

	return kind < COUNT_OF(NAMES) ? NAMES[kind] : NULL;
}

static bool
is_whole(const struct outcome_letter *letter)
{
	const struct sealed_letter *sealed = &letter->letter;

	return sealed->kind && sealed->to && to_kind_name(sealed->to_kind) && sealed->message_id &&
	    letter->address && letter->bytes && letter->length > 0 &&
	    letter->length <= LETTER_MAX_BYTES;
}

static const char *
name_of(struct work *work, const char *kind, const char *to)
{
	return arena_print(work->arena, "%s to %s", kind, to);
}

static bool
letter_ready(struct work *work, const struct belongs *belongs, const struct outcome_letter *letter,
    int64_t referral, struct failure *why)
{
	const struct sealed_letter *sealed = &letter->letter;
	struct subject ready = {.thing = "letter",
	    .mail = belongs->mail,
	    .name = name_of(work, sealed->kind, sealed->to),
	    .at = belongs->now};
	int64_t id;

	return STATE_ENTER(work, &ready, "ready",
		   CELLS(cell_number("mail", belongs->mail),
		       belongs->case_id ? cell_number("case_id", belongs->case_id)
					: cell_none("case_id"),
		       referral ? cell_number("referral", referral) : cell_none("referral"),
		       cell_text("reference", belongs->reference), cell_text("kind", sealed->kind),
		       cell_text("to_kind", to_kind_name(sealed->to_kind)),
		       cell_text("to_id", sealed->to), cell_text("address", letter->address),
		       cell_text("message_id", sealed->message_id),
		       cell_number("urgency", belongs->urgency),
		       cell_number("ready_at", belongs->now), cell_number("free_at", belongs->now)),
		   why) &&
	    work_insert(work, "letter_bytes",
		CELLS(cell_number("letter", ready.id),
		    cell_bytes("bytes", letter->bytes, letter->length)),
		&id, why);
}

bool
letters_enter(struct work *work, const struct belongs *belongs, const struct outcome *outcome,
    const int64_t *referral_ids, struct failure *why)
{
	for (size_t at = 0; at < outcome->letter_count; at++) {
		const struct outcome_letter *letter = &outcome->letters[at];
		bool is_referral = letter->referral >= 0;

		if (!is_whole(letter) ||
		    (is_referral && (size_t)letter->referral >= outcome->referral_count))
			return fail(
			    why, REMEDY_STOP, "ledger.state", "letter %zu is not whole", at);
		if (!letter_ready(work, belongs, letter,
			is_referral ? referral_ids[letter->referral] : 0, why))
			return false;
	}
	return true;
}

static struct subject
subject_of(struct work *work, const struct store_row *row, const char *code, int64_t now)
{
	return (struct subject){.thing = "letter",
	    .id = row_number(row, "id"),
	    .mail = row_number(row, "mail"),
	    .name = name_of(work, row_text(row, "kind"), row_text(row, "to_id")),
	    .code = code,
	    .at = now};
}

static bool
letter_withdraw(struct work *work, const struct store_row *row, const char *code, int64_t now,
    struct failure *why)
{
	struct subject withdrawn = subject_of(work, row, code, now);

	return STATE_MOVE(work, &withdrawn, "failed", CELLS(cell_none("free_at")), why);
}

bool
letters_withdraw(struct work *work, int64_t referral, int64_t now, struct failure *why)
{
	struct store_row *rows;
	size_t count;

	if (!work_find(work,
		QUERY("letter", NULL, 0, where_is(cell_number("referral", referral)),
		    where_not(cell_none("free_at"))),
		NULL, &rows, &count, why))
		return false;
	for (size_t at = 0; at < count; at++) {
		if (strcmp(row_text(&rows[at], "state"), "sending") == 0)
			return fail(why, REMEDY_RETRY, "ledger.facts",
			    "its letter is on the way out at this moment");
		if (!letter_withdraw(work, &rows[at], "desk.withdrawn", now, why))
			return false;
	}
	return true;
}

/* The window of ledger_states.c: a try was begun, and its end was not written down or not heard. */
static bool
may_be_there(const struct store_row *row)
{
	const char *code = row_text(row, "code");

	return strcmp(row_text(row, "state"), "sending") == 0 ||
	    (code && strcmp(code, "smtp.unknown") == 0);
}

static bool
letter_claim(struct work *work, const struct store_row *row, const char *owner, int64_t now,
    int64_t lease_seconds, struct failure *why)
{
	struct subject claimed = subject_of(work, row, NULL, now);

	return STATE_MOVE(work, &claimed, "sending",
	    CELLS(cell_text("owner", owner), cell_number("free_at", now + lease_seconds),
		cell_number("attempts", row_number(row, "attempts") + 1),
		cell_number("resent", row_number(row, "resent") + may_be_there(row))),
	    why);
}

static bool
find_bytes(struct work *work, const struct store_row *row, struct arena *arena,
    struct store_row *bytes, bool *found, struct failure *why)
{
	return work_first(work,
	    QUERY("letter_bytes", NULL, 1, where_is(cell_number("letter", row_number(row, "id")))),
	    arena, bytes, found, why);
}

static void
fill_letter(const struct store_row *row, const struct store_row *bytes, struct arena *arena,
    struct due_letter *out)
{
	*out = (struct due_letter){.id = row_number(row, "id"),
	    .kind = arena_text(arena, row_text(row, "kind")),
	    .to = arena_text(arena, row_text(row, "to_id")),
	    .address = arena_text(arena, row_text(row, "address")),
	    .message_id = arena_text(arena, row_text(row, "message_id")),
	    .bytes = row_cell(bytes, "bytes")->bytes,
	    .length = row_cell(bytes, "bytes")->length,
	    .attempt = (unsigned)row_number(row, "attempts") + 1,
	    .urgency = (enum urgency)row_number(row, "urgency"),
	    .ready_at = row_number(row, "ready_at"),
	    .may_be_second = may_be_there(row) || row_number(row, "resent") > 0};
	(void)strncat(
	    out->reference.text, row_text(row, "reference"), sizeof out->reference.text - 1);
}

static bool
letter_fail(struct work *work, const struct subject *letter, const char *reply, struct failure *why)
{
	return STATE_MOVE(work, letter, "failed",
		   CELLS(cell_text("reply", reply), cell_none("free_at"), cell_none("owner")),
		   why) &&
	    job_add(work, JOB_NOTICE, letter->id, letter->mail, letter->at, letter->at, why);
}

bool
letter_give_up(struct work *work, const struct store_row *row, const char *code, int64_t now,
    struct failure *why)
{
	struct subject letter = subject_of(work, row, code, now);

	if (strcmp(row_text(row, "state"), "sending") == 0) {
		if (!letter_fail(work, &letter, row_text(row, "reply"), why))
			return false;
	} else if (!letter_withdraw(work, row, code, now, why) ||
	    !job_add(work, JOB_NOTICE, letter.id, letter.mail, now, now, why))
		return false;
	return row_is_empty(row, "referral") ||
	    referral_follows(work, row_number(row, "referral"), false, now, code, why);
}

bool
letters_claim(struct work *work, bool (*is_here)(const char *owner), const char *owner, int64_t now,
    int64_t lease_seconds, struct arena *arena, struct due_letter *out, bool *found, bool *is_lost,
    struct failure *why)
{
	struct store_row row, bytes;
	bool has_bytes;
	/* The mistake "no-lease": what another is sending may be claimed all the same. */
	bool looks_away = mistake("no-lease");
	/* The mistake "no-hurry": the oldest leaves first, however urgent another is. */
	const char *order = mistake("no-hurry") ? "ready_at, id" : "urgency DESC, ready_at, id";

	*is_lost = false;
	if (!leases_first(work, "letter", order, looks_away ? NULL : is_here, owner,
		looks_away ? INT64_MAX : now, lease_seconds, &row, found, why))
		return false;
	if (!*found)
		return true;
	if (!find_bytes(work, &row, arena, &bytes, &has_bytes, why))
		return false;
	if (!has_bytes) {
		*found = false;
		*is_lost = true;
		return letter_give_up(work, &row, "letter.no-bytes", now, why);
	}
	fill_letter(&row, &bytes, arena, out);
	return letter_claim(work, &row, owner, now, lease_seconds, why);
}

static bool
letter_sent(struct work *work, const struct subject *letter, const char *reply,
    const char *queue_id, struct failure *why)
{
	return STATE_MOVE(work, letter, "sent",
	    CELLS(cell_text("reply", reply), cell_text("queue_id", queue_id),
		cell_number("sent_at", letter->at), cell_none("free_at"), cell_none("owner")),
	    why);
}

static bool
letter_wait(struct work *work, const struct subject *letter, const char *reply, int64_t retry_at,
    struct failure *why)
{
	return STATE_MOVE(work, letter, "waiting",
	    CELLS(cell_text("reply", reply), cell_number("free_at", retry_at), cell_none("owner")),
	    why);
}

/* The job that would tell the desk of the doubt is there no more, where it had not been done. */
static bool
drop_notice(struct work *work, int64_t letter, struct failure *why)
{
	struct store_row job;
	bool found;

	if (!work_first(work,
		QUERY("job", NULL, 1, where_is(cell_number("kind", RANK_NOTICE)),
		    where_is(cell_number("subject", letter)), where_is(cell_none("owner"))),
		NULL, &job, &found, why))
		return false;
	return !found || work_erase(work, "job", row_number(&job, "id"), why);
}

bool
letter_recognise(struct work *work, const struct store_row *row, const char *code, int64_t now,
    struct failure *why)
{
	struct subject letter = subject_of(work, row, code, now);

	return STATE_MOVE(work, &letter, "sent",
		   CELLS(cell_text("reply", "named by a mail that came in"),
		       cell_number("sent_at", now)),
		   why) &&
	    drop_notice(work, letter.id, why);
}

static bool
end_letter(struct work *work, const struct subject *letter, enum letter_end end, const char *reply,
    const char *queue_id, int64_t retry_at, struct failure *why)
{
	switch (end) {
	case LETTER_SENT:
		return letter_sent(work, letter, reply, queue_id, why);
	case LETTER_WAITS:
		return letter_wait(work, letter, reply, retry_at, why);
	case LETTER_FAILED:
		return letter_fail(work, letter, reply, why);
	}
	return fail(why, REMEDY_STOP, "ledger.state", "no such end of a letter");
}

bool
letters_end(struct work *work, const char *owner, int64_t id, enum letter_end end, const char *code,
    const char *reply, const char *queue_id, int64_t retry_at, int64_t now, struct failure *why)
{
	struct store_row row;
	bool found;

	if (!work_first(work,
		QUERY("letter", NULL, 1, where_is(cell_number("id", id)),
		    where_is(cell_text("state", "sending")), where_is(cell_text("owner", owner))),
		NULL, &row, &found, why))
		return false;
	if (!found)
		return fail(why, REMEDY_RETRY, "ledger.lease", "letter %lld is not %s's any more",
		    (long long)id, owner);
	struct subject letter = subject_of(work, &row, code, now);
	if (reply)
		reply = arena_textn(work->arena, reply, strnlen(reply, REPLY_MAX_BYTES));
	if (!end_letter(work, &letter, end, reply, queue_id, retry_at, why))
		return false;
	if (end == LETTER_WAITS || row_is_empty(&row, "referral"))
		return true;
	return referral_follows(
	    work, row_number(&row, "referral"), end == LETTER_SENT, now, code, why);
}
