/* Writes down what became of a job: one transaction for all that follows from it. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_parts.h"

#include <stdlib.h>
#include <string.h>

/* What a mail turned out to be; zeros are kept as "none". */
static struct cell
cell_hash(const char *column, const uint8_t *hash)
{
	return hash_is_zero(hash) ? cell_none(column) : cell_bytes(column, hash, HASH_BYTES);
}

/* A held mail is always a case, or nobody at the desk could speak of it. */
static bool
opens_case(const struct outcome *outcome)
{
	return outcome->opens_case || outcome->fate == FATE_HELD;
}

/* The columns that an outcome adds to its mail. */
#define FOUND_CELLS(outcome, message_id_hash)                                                   \
	cell_text("arrived_as", (outcome)->arrived_as), cell_text("signer", (outcome)->signer), \
	    cell_text("fingerprint", (outcome)->signer_fingerprint),                            \
	    cell_hash("payload_hash", (outcome)->payload_hash),                                 \
	    cell_hash("message_id_hash", message_id_hash),                                      \
	    cell_number("is_case", opens_case(outcome) || (outcome)->decision_count > 0)

static bool
mail_sort(struct work *work, const struct subject *mail, const struct outcome *outcome,
    const uint8_t *message_id_hash, struct failure *why)
{
	return STATE_MOVE(work, mail, "sorted", CELLS(FOUND_CELLS(outcome, message_id_hash)), why);
}

static bool
mail_hold(struct work *work, const struct subject *mail, const struct outcome *outcome,
    const uint8_t *message_id_hash, struct failure *why)
{
	return STATE_MOVE(work, mail, "held", CELLS(FOUND_CELLS(outcome, message_id_hash)), why);
}

static bool
mail_set_aside(struct work *work, const struct subject *mail, const struct outcome *outcome,
    const uint8_t *message_id_hash, struct failure *why)
{
	return STATE_MOVE(
	    work, mail, "set-aside", CELLS(FOUND_CELLS(outcome, message_id_hash)), why);
}

static bool
move_mail(struct work *work, int64_t id, const struct outcome *outcome,
    const uint8_t *message_id_hash, int64_t now, struct failure *why)
{
	struct subject mail = {.thing = "mail", .id = id, .code = outcome->code, .at = now};

	switch (outcome->fate) {
	case FATE_SORTED:
		return mail_sort(work, &mail, outcome, message_id_hash, why);
	case FATE_HELD:
		return mail_hold(work, &mail, outcome, message_id_hash, why);
	case FATE_SET_ASIDE:
		return mail_set_aside(work, &mail, outcome, message_id_hash, why);
	default:
		return fail(why, REMEDY_STOP, "ledger.state", "no such fate");
	}
}

/* The desk decided: its mail waits no more. */
static bool
mail_settle(struct work *work, int64_t id, const char *code, int64_t now, struct failure *why)
{
	struct subject mail = {.thing = "mail", .id = id, .code = code, .at = now};

	return STATE_MOVE(work, &mail, "sorted", NULL, 0, why);
}

static bool
case_open(struct work *work, const struct belongs *belongs, const char *code,
    const char *rules_hash, int64_t *id, struct failure *why)
{
	struct subject opened = {
	    .thing = "cases", .mail = belongs->mail, .code = code, .at = belongs->now};

	if (!STATE_ENTER(work, &opened, "open",
		CELLS(cell_text("reference", belongs->reference),
		    cell_number("mail", belongs->mail), cell_number("opened_at", belongs->now),
		    cell_number("urgency", belongs->urgency), cell_text("rules_hash", rules_hash)),
		why))
		return false;
	*id = opened.id;
	return true;
}

static bool
case_close(struct work *work, const struct belongs *belongs, const char *code, struct failure *why)
{
	struct subject closed = {.thing = "cases",
	    .id = belongs->case_id,
	    .mail = belongs->mail,
	    .code = code,
	    .at = belongs->now};

	return STATE_MOVE(work, &closed, "closed", NULL, 0, why) &&
	    referrals_close_held(work, belongs, why);
}

bool
mail_put_to_rest(
    struct work *work, int64_t mail, const char *code, int64_t now, struct failure *why)
{
	struct belongs belongs = {.mail = mail, .now = now};
	struct store_row row;
	bool found;

	if (!mail_settle(work, mail, code, now, why) ||
	    !work_first(work, QUERY("cases", NULL, 1, where_is(cell_number("mail", mail))), NULL,
		&row, &found, why))
		return false;
	if (!found || strcmp(row_text(&row, "state"), "open") != 0)
		return true;
	belongs.case_id = row_number(&row, "id");
	return case_close(work, &belongs, code, why) && case_changed(work, belongs.case_id, why);
}

static bool
add_record(struct work *work, const struct belongs *belongs, const struct outcome *outcome,
    const char *rules_hash, struct failure *why)
{
	int64_t id, seal = 0;

	if (!outcome->record && !outcome->has_sealed_record)
		return true;
	if (outcome->has_sealed_record && !seal_put(work, &outcome->sealed_record, &seal, why))
		return false;
	return work_insert(work, "record",
	    CELLS(cell_number("mail", belongs->mail), cell_number("at", belongs->now),
		cell_text("rules_hash", rules_hash), cell_text("json", outcome->record),
		seal ? cell_number("seal", seal) : cell_none("seal")),
	    &id, why);
}

static bool
add_decisions(struct work *work, const struct belongs *belongs, const struct outcome *outcome,
    struct failure *why)
{
	for (size_t at = 0; at < outcome->decision_count; at++)
		if (!decision_add(work, &outcome->decisions[at], belongs->mail, belongs->now, why))
			return false;
	return true;
}

/* Referrals, letters, decisions and record: what every kind of job may bring. */
static bool
write_all(struct work *work, const struct belongs *belongs, const struct outcome *outcome,
    const char *rules_hash, struct failure *why)
{
	int64_t ids[AGENCIES_MAX];

	if (outcome->referral_count > AGENCIES_MAX || outcome->letter_count > LETTERS_PER_JOB_MAX ||
	    outcome->decision_count > DECISIONS_PER_MAIL_MAX)
		return fail(why, REMEDY_STOP, "ledger.state", "an outcome with too many parts");
	if (outcome->referral_count && !belongs->case_id)
		return fail(why, REMEDY_STOP, "ledger.state", "referrals without a case");
	return referrals_write(work, belongs, outcome, ids, why) &&
	    letters_enter(work, belongs, outcome, ids, why) &&
	    add_decisions(work, belongs, outcome, why) &&
	    add_record(work, belongs, outcome, rules_hash, why);
}

/* Two workers may have sorted the same payload at the same time: the second must look again. */
static bool
check_no_newer_twin(struct work *work, int64_t mail_id, const char *column, const uint8_t *hash,
    int64_t mark, struct failure *why)
{
	struct store_row twin, opened;
	bool found;

	if (!facts_same(work, column, hash, mail_id, &twin, &found, why))
		return false;
	if (!found)
		return true;
	if (!case_find(work, row_text(&twin, "reference"), &opened, &found, why))
		return false;
	if (found && row_number(&opened, "id") > mark)
		return fail(why, REMEDY_RETRY, "ledger.facts",
		    "%s opened with the same payload meanwhile", row_text(&opened, "reference"));
	return true;
}

static bool
finish_mail(struct work *work, const struct store_row *job, const struct outcome *outcome,
    const char *rules_hash, const uint8_t *message_id_hash, int64_t now, struct failure *why)
{
	struct store_row mail;
	int64_t id = row_number(job, "mail"), mark = row_number(job, "mark");
	struct belongs belongs = {.mail = id, .urgency = outcome->urgency, .now = now};

	if (!work_row(work, "mail", id, &mail, why))
		return false;
	belongs.reference = row_text(&mail, "reference");
	if (opens_case(outcome) && outcome->fate == FATE_SET_ASIDE)
		return fail(why, REMEDY_STOP, "ledger.state", "what is set aside opens no case");
	if (opens_case(outcome) &&
	    (!check_no_newer_twin(work, id, "payload_hash", outcome->payload_hash, mark, why) ||
		!check_no_newer_twin(work, id, "message_id_hash", message_id_hash, mark, why)))
		return false;
	if (!move_mail(work, id, outcome, message_id_hash, now, why))
		return false;
	if (opens_case(outcome) &&
	    !case_open(work, &belongs, outcome->code, rules_hash, &belongs.case_id, why))
		return false;
	return write_all(work, &belongs, outcome, rules_hash, why) &&
	    (!belongs.case_id ||
		(trials_add(work, &belongs, outcome, rules_hash, why) &&
		    case_changed(work, belongs.case_id, why)));
}

static bool
is_settled_by(const struct outcome *outcome)
{
	for (size_t at = 0; at < outcome->referral_count; at++)
		if (outcome->referrals[at].state == REFERRAL_READY)
			return true;
	return outcome->closes_case;
}

static bool
update_case(struct work *work, const struct belongs *belongs, const struct store_row *opened,
    const struct outcome *outcome, const char *rules_hash, struct failure *why)
{
	struct store_row mail;

	if (!work_row(work, "mail", belongs->mail, &mail, why))
		return false;
	if (strcmp(row_text(&mail, "state"), "held") == 0 && is_settled_by(outcome) &&
	    !mail_settle(work, belongs->mail, outcome->code, belongs->now, why))
		return false;
	if (outcome->closes_case && strcmp(row_text(opened, "state"), "open") == 0 &&
	    !case_close(work, belongs, outcome->code, why))
		return false;
	return work_update(work, "cases", belongs->case_id,
		   CELLS(cell_number("urgency", belongs->urgency),
		       cell_text("rules_hash", rules_hash)),
		   why) &&
	    case_changed(work, belongs->case_id, why);
}

static bool
finish_decision(struct work *work, const struct store_row *job, const struct outcome *outcome,
    const char *rules_hash, int64_t now, struct failure *why)
{
	struct store_row decision, opened;

	if (!work_row(work, "decision", row_number(job, "subject"), &decision, why) ||
	    !work_row(work, "cases", row_number(&decision, "case_id"), &opened, why))
		return false;
	if (row_number(&opened, "changes") != row_number(job, "mark"))
		return fail(why, REMEDY_RETRY, "ledger.facts", "%s moved meanwhile",
		    row_text(&opened, "reference"));
	struct belongs belongs = {.mail = row_number(&opened, "mail"),
	    .case_id = row_number(&opened, "id"),
	    .reference = row_text(&opened, "reference"),
	    .urgency =
		outcome->urgency ? outcome->urgency : (enum urgency)row_number(&opened, "urgency"),
	    .now = now};
	return write_all(work, &belongs, outcome, rules_hash, why) &&
	    update_case(work, &belongs, &opened, outcome, rules_hash, why) &&
	    trials_answer(work, belongs.case_id, &decision, outcome->code, now, why) &&
	    work_update(work, "decision", row_number(&decision, "id"),
		CELLS(cell_number("done_at", now), cell_text("code", outcome->code)), why) &&
	    event_add(work, belongs.mail, now, "decision: carried out", outcome->code, why);
}

static bool
finish_notice(struct work *work, const struct store_row *job, const struct outcome *outcome,
    const char *rules_hash, int64_t now, struct failure *why)
{
	struct store_row letter;

	if (!work_row(work, "letter", row_number(job, "subject"), &letter, why))
		return false;
	struct belongs belongs = {.mail = row_number(&letter, "mail"),
	    .case_id = row_number(&letter, "case_id"),
	    .reference = row_text(&letter, "reference"),
	    .urgency =
		outcome->urgency ? outcome->urgency : (enum urgency)row_number(&letter, "urgency"),
	    .now = now};
	if (outcome->referral_count)
		return fail(why, REMEDY_STOP, "ledger.state", "a notice with referrals");
	return write_all(work, &belongs, outcome, rules_hash, why) &&
	    event_add(work, belongs.mail, now, "notice: the desk is told", outcome->code, why);
}

static bool
finish_kind(struct work *work, enum job_kind kind, const struct store_row *job,
    const struct outcome *outcome, const char *rules_hash, const uint8_t *message_id_hash,
    int64_t now, struct failure *why)
{
	switch (kind) {
	case JOB_MAIL:
		return finish_mail(work, job, outcome, rules_hash, message_id_hash, now, why);
	case JOB_DECISION:
		return finish_decision(work, job, outcome, rules_hash, now, why);
	case JOB_NOTICE:
		return finish_notice(work, job, outcome, rules_hash, now, why);
	}
	abort();
}

bool
outcome_write(struct work *work, const char *owner, const struct job *job,
    const struct outcome *outcome, const char *rules_hash, const uint8_t *message_id_hash,
    int64_t now, struct failure *why)
{
	struct store_row row;

	return job_held(work, owner, job, &row, why) &&
	    finish_kind(work, job->kind, &row, outcome, rules_hash, message_id_hash, now, why) &&
	    (!outcome->alarm || alarm_add(work, outcome->alarm, job->reference.text, now, why)) &&
	    work_erase(work, "job", row_number(&row, "id"), why);
}
