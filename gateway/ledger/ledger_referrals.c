/* Referrals: one agency's part of a case, brought to where an outcome has it. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_parts.h"

#include <string.h>

static struct subject
subject_of(const struct belongs *belongs, const struct outcome_referral *referral, int64_t id)
{
	return (struct subject){.thing = "referral",
	    .id = id,
	    .mail = belongs->mail,
	    .name = referral->agency,
	    .code = referral->code,
	    .at = belongs->now};
}

/* The columns of a new referral. */
#define REFERRAL_CELLS(belongs, referral)                                                    \
	cell_number("case_id", (belongs)->case_id), cell_text("agency", (referral)->agency), \
	    cell_text("rules", (referral)->rules ? (referral)->rules : ""),                  \
	    cell_number("children", (int64_t)(referral)->children)

static bool
referral_hold(struct work *work, const struct belongs *belongs,
    const struct outcome_referral *referral, int64_t *id, struct failure *why)
{
	struct subject held = subject_of(belongs, referral, 0);

	if (!STATE_ENTER(work, &held, "held", CELLS(REFERRAL_CELLS(belongs, referral)), why))
		return false;
	*id = held.id;
	return true;
}

static bool
referral_route(struct work *work, const struct belongs *belongs,
    const struct outcome_referral *referral, int64_t *id, struct failure *why)
{
	struct subject ready = subject_of(belongs, referral, 0);

	if (!STATE_ENTER(work, &ready, "ready", CELLS(REFERRAL_CELLS(belongs, referral)), why))
		return false;
	*id = ready.id;
	return true;
}

static bool
referral_refuse(struct work *work, const struct belongs *belongs,
    const struct outcome_referral *referral, int64_t *id, struct failure *why)
{
	struct subject refused = subject_of(belongs, referral, 0);

	if (!STATE_ENTER(work, &refused, "closed", CELLS(REFERRAL_CELLS(belongs, referral)), why))
		return false;
	*id = refused.id;
	return true;
}

static bool
referral_release(struct work *work, const struct belongs *belongs,
    const struct outcome_referral *referral, int64_t id, struct failure *why)
{
	struct subject released = subject_of(belongs, referral, id);

	return STATE_MOVE(work, &released, "ready",
	    CELLS(cell_text("rules", referral->rules ? referral->rules : ""),
		cell_number("children", (int64_t)referral->children)),
	    why);
}

static bool
referral_close(struct work *work, const struct belongs *belongs,
    const struct outcome_referral *referral, int64_t id, struct failure *why)
{
	struct subject closed = subject_of(belongs, referral, id);

	return letters_withdraw(work, id, belongs->now, why) &&
	    STATE_MOVE(work, &closed, "closed", NULL, 0, why);
}

/* It still waits, perhaps for another reason. */
static bool
say_why_held(struct work *work, const struct outcome_referral *referral,
    const struct store_row *row, struct failure *why)
{
	if (strcmp(row_text(row, "state"), "held") != 0)
		return fail(why, REMEDY_STOP, "ledger.state", "a referral %s cannot be held again",
		    row_text(row, "state"));
	return work_update(work, "referral", row_number(row, "id"),
	    CELLS(cell_text("code", referral->code),
		cell_text("rules", referral->rules ? referral->rules : ""),
		cell_number("children", (int64_t)referral->children)),
	    why);
}

static bool
add_referral(struct work *work, const struct belongs *belongs,
    const struct outcome_referral *referral, int64_t *id, struct failure *why)
{
	switch (referral->state) {
	case REFERRAL_HELD:
		return referral_hold(work, belongs, referral, id, why);
	case REFERRAL_READY:
		return referral_route(work, belongs, referral, id, why);
	case REFERRAL_CLOSED:
		return referral_refuse(work, belongs, referral, id, why);
	default:
		return fail(why, REMEDY_STOP, "ledger.state", "no outcome makes a referral %s",
		    referral_state_name(referral->state));
	}
}

static bool
move_referral(struct work *work, const struct belongs *belongs,
    const struct outcome_referral *referral, const struct store_row *row, bool has_letter,
    struct failure *why)
{
	int64_t id = row_number(row, "id");
	bool is_there = strcmp(row_text(row, "state"), referral_state_name(referral->state)) == 0;

	switch (referral->state) {
	case REFERRAL_HELD:
		return say_why_held(work, referral, row, why);
	case REFERRAL_READY:
		return (is_there && !has_letter) ||
		    referral_release(work, belongs, referral, id, why);
	case REFERRAL_CLOSED:
		return is_there || referral_close(work, belongs, referral, id, why);
	default:
		/* Said as it stands, by an outcome that does not touch it. */
		if (is_there && !has_letter)
			return true;
		return fail(why, REMEDY_STOP, "ledger.state", "no outcome makes a referral %s",
		    referral_state_name(referral->state));
	}
}

static bool
has_letter(const struct outcome *outcome, size_t referral)
{
	for (size_t at = 0; at < outcome->letter_count; at++)
		if (outcome->letters[at].referral == (int)referral)
			return true;
	return false;
}

static bool
write_referral(struct work *work, const struct belongs *belongs, const struct outcome *outcome,
    size_t number, int64_t *id, struct failure *why)
{
	const struct outcome_referral *referral = &outcome->referrals[number];
	struct store_row row;
	bool found, letter = has_letter(outcome, number);

	if (!work_first(work,
		QUERY("referral", NULL, 1, where_is(cell_number("case_id", belongs->case_id)),
		    where_is(cell_text("agency", referral->agency))),
		NULL, &row, &found, why))
		return false;
	if (letter && referral->state != REFERRAL_READY)
		return fail(why, REMEDY_STOP, "ledger.state", "a letter of a referral that is %s",
		    referral_state_name(referral->state));
	if (!letter && referral->state == REFERRAL_READY &&
	    (!found || strcmp(row_text(&row, "state"), "ready") != 0))
		return fail(
		    why, REMEDY_STOP, "ledger.state", "a referral is ready without a letter");
	if (!found)
		return add_referral(work, belongs, referral, id, why);
	*id = row_number(&row, "id");
	return move_referral(work, belongs, referral, &row, letter, why);
}

bool
referrals_write(struct work *work, const struct belongs *belongs, const struct outcome *outcome,
    int64_t *ids, struct failure *why)
{
	for (size_t at = 0; at < outcome->referral_count; at++)
		if (!write_referral(work, belongs, outcome, at, &ids[at], why))
			return fail_while(
			    why, "%s, %s", belongs->reference, outcome->referrals[at].agency);
	return true;
}

bool
referrals_close_held(struct work *work, const struct belongs *belongs, struct failure *why)
{
	struct store_row *rows;
	size_t count;

	if (!work_find(work,
		QUERY("referral", NULL, 0, where_is(cell_number("case_id", belongs->case_id)),
		    where_is(cell_text("state", "held"))),
		NULL, &rows, &count, why))
		return false;
	for (size_t at = 0; at < count; at++) {
		struct outcome_referral referral = {
		    .agency = row_text(&rows[at], "agency"), .code = "desk.close"};
		if (!referral_close(work, belongs, &referral, row_number(&rows[at], "id"), why))
			return false;
	}
	return true;
}

static bool
referral_sent(struct work *work, const struct subject *referral, struct failure *why)
{
	return STATE_MOVE(work, referral, "sent", NULL, 0, why);
}

static bool
referral_bounced(struct work *work, const struct subject *referral, struct failure *why)
{
	return STATE_MOVE(work, referral, "bounced", NULL, 0, why);
}

bool
referral_follows(struct work *work, int64_t id, bool was_sent, int64_t now, const char *code,
    struct failure *why)
{
	struct store_row row, opened;

	if (!work_row(work, "referral", id, &row, why) ||
	    !work_row(work, "cases", row_number(&row, "case_id"), &opened, why))
		return false;
	struct subject referral = {.thing = "referral",
	    .id = id,
	    .mail = row_number(&opened, "mail"),
	    .name = row_text(&row, "agency"),
	    .code = code,
	    .at = now};
	return (was_sent ? referral_sent(work, &referral, why)
			 : referral_bounced(work, &referral, why)) &&
	    case_changed(work, row_number(&opened, "id"), why);
}
