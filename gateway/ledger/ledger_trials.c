/* What rules that propose or watch asked for, and what the desk made of it. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_parts.h"

#include <string.h>

static const char *
mode_name(bool is_watch)
{
	return is_watch ? "watch" : "propose";
}

bool
trials_add(struct work *work, const struct belongs *belongs, const struct outcome *outcome,
    const char *rules_hash, struct failure *why)
{
	int64_t id;

	for (size_t at = 0; at < outcome->trial_count; at++) {
		const struct outcome_trial *trial = &outcome->trials[at];
		if (!work_insert(work, "trial",
			CELLS(cell_number("case_id", belongs->case_id),
			    cell_text("rule", trial->rule), cell_text("agency", trial->agency),
			    cell_text("mode", mode_name(trial->is_watch)),
			    cell_text("rules_hash", rules_hash), cell_number("at", belongs->now)),
			&id, why))
			return false;
	}
	return true;
}

/* The desk's last word counts; closing a case answers only what nobody had answered. */
bool
trials_answer(struct work *work, int64_t case_id, const struct store_row *decision,
    const char *code, int64_t now, struct failure *why)
{
	const char *action = row_text(decision, "action"), *agency = row_text(decision, "agency");
	const char *answer = strcmp(action, "send") == 0 ? "agreed"
	    : strcmp(action, "not") == 0                 ? "declined"
							 : "closed";
	struct store_row *rows;
	size_t count;

	if (strcmp(code, "desk.refused") == 0)
		return true;
	if (!work_find(work,
		QUERY("trial", NULL, 0, where_is(cell_number("case_id", case_id)),
		    where_is(cell_text("mode", mode_name(false)))),
		NULL, &rows, &count, why))
		return false;
	for (size_t at = 0; at < count; at++) {
		bool is_meant = agency ? strcmp(row_text(&rows[at], "agency"), agency) == 0
				       : row_is_empty(&rows[at], "answer");
		if (is_meant &&
		    !work_update(work, "trial", row_number(&rows[at], "id"),
			CELLS(cell_text("answer", answer), cell_number("answered_at", now)), why))
			return false;
	}
	return true;
}

static bool
count_answer(struct work *work, const struct trial_question *question, struct cell answer,
    struct store_tally *out, struct failure *why)
{
	const char *hash = question->rules_hash;
	int64_t until = question->until ? question->until : INT64_MAX;

	return work_tally(work,
	    QUERY("trial", NULL, 0, where_is(cell_text("rule", question->rule)),
		where_is(cell_text("mode", mode_name(question->is_watch))),
		where_over(cell_number("at", question->from - 1)),
		where_at_most(cell_number("at", until - 1)),
		hash ? where_is(cell_text("rules_hash", hash)) : where_not(cell_none("rules_hash")),
		answer.kind == CELL_NONE ? where_not(cell_none("rule")) : where_is(answer)),
	    "at", out, why);
}

bool
trials_count(struct work *work, const struct trial_question *question, struct trial_counts *out,
    struct failure *why)
{
	struct store_tally all, agreed, declined, closed;

	if (!count_answer(work, question, cell_none("answer"), &all, why) ||
	    !count_answer(work, question, cell_text("answer", "agreed"), &agreed, why) ||
	    !count_answer(work, question, cell_text("answer", "declined"), &declined, why) ||
	    !count_answer(work, question, cell_text("answer", "closed"), &closed, why))
		return false;
	*out = (struct trial_counts){.asked = all.count,
	    .since = all.least,
	    .agreed = agreed.count,
	    .declined = declined.count,
	    .closed = closed.count};
	return true;
}
