/* Digests: which were made, and what came and went in a span of time. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_digest.h"

#include "ledger/ledger_parts.h"

enum { COUNTS_MAX = 512 };

/* --- which spans were told ------------------------------------------------------------------- */

/* The newest that does not end in the future: a clock that was wrong made that one. */
static bool
newest(struct work *work, int64_t now, struct store_row *row, bool *found, struct failure *why)
{
	return work_first(work,
	    QUERY("digest", "id DESC", 1, where_at_most(cell_number("until", now))), NULL, row,
	    found, why);
}

static bool
begin_telling(struct work *work, int64_t now, struct failure *why)
{
	struct store_row row;
	bool found;
	int64_t id;

	if (!work_first(work, QUERY("digest", NULL, 1, where_over(cell_number("id", 0))), NULL,
		&row, &found, why))
		return false;
	/* all end in the future: it is the clock of now that is wrong */
	return found ||
	    work_insert(work, "digest", CELLS(cell_number("since", now), cell_number("until", now)),
		&id, why);
}

static bool
digest_begin(struct work *work, int64_t until, int64_t now, bool *is_new, struct failure *why)
{
	struct store_row before;
	bool found;
	int64_t id, mail;

	*is_new = false;
	if (!newest(work, now, &before, &found, why))
		return false;
	if (!found)
		return begin_telling(work, now, why);
	if (row_number(&before, "until") >= until)
		return true;
	*is_new = true;
	return work_insert(work, "digest",
		   CELLS(cell_number("since", row_number(&before, "until")),
		       cell_number("until", until)),
		   &id, why) &&
	    mails_add_own(work, "digest", id, "digest.due", now, &mail, why) &&
	    work_update(work, "digest", id, CELLS(cell_number("mail", mail)), why);
}

bool
digest_of_mail(struct work *work, int64_t mail, struct digest_span *out, struct failure *why)
{
	struct store_row row;
	bool found;

	*out = (struct digest_span){0};
	if (!work_first(work, QUERY("digest", NULL, 1, where_is(cell_number("mail", mail))), NULL,
		&row, &found, why))
		return false;
	if (found)
		*out = (struct digest_span){
		    .since = row_number(&row, "since"), .until = row_number(&row, "until")};
	return true;
}

/* --- what came and went ---------------------------------------------------------------------- */

struct telling {
	struct work *work;
	const struct digest_span *span;
	struct arena *arena;
	struct digest_facts *out;
};

/* Rows of this span by the moment in this column. */
#define SPAN(telling, column)                                        \
	where_over(cell_number(column, (telling)->span->since - 1)), \
	    where_at_most(cell_number(column, (telling)->span->until - 1))

static void
add_count(const struct telling *telling, const char *what, const char *state, int64_t count)
{
	struct digest_facts *out = telling->out;

	if (out->count_count < COUNTS_MAX)
		out->counts[out->count_count++] =
		    (struct count_row){.what = what, .state = state, .count = count};
}

/* What became by now of the mails that came in the span; notes to ourselves came from nobody. */
static bool
count_mails(const struct telling *telling, struct failure *why)
{
	for (const char *const *state = states_of("mail"); *state; state++) {
		struct store_tally tally;
		if (!work_tally(telling->work,
			QUERY("mail", NULL, 0, where_is(cell_text("state", *state)),
			    where_not(cell_text("account", OURSELVES)), SPAN(telling, "taken_at")),
			"id", &tally, why))
			return false;
		add_count(telling, "mail", *state, tally.count);
	}
	return true;
}

static bool
count_cases(const struct telling *telling, struct failure *why)
{
	for (unsigned urgency = URGENCY_RED + 1; urgency-- > URGENCY_NONE;) {
		struct store_tally tally;
		if (!work_tally(telling->work,
			QUERY("cases", NULL, 0, where_is(cell_number("urgency", urgency)),
			    SPAN(telling, "opened_at")),
			"id", &tally, why))
			return false;
		add_count(telling, "case", urgency_name((enum urgency)urgency), tally.count);
	}
	return true;
}

/* Each agency that a referral left for, by its id; those that are no longer anywhere else too. */
static bool
count_referrals(const struct telling *telling, struct failure *why)
{
	const char *agency = "";

	for (;;) {
		struct store_row row;
		struct store_tally tally;
		bool found;
		if (!work_first(telling->work,
			QUERY("letter", "to_id", 1, where_is(cell_text("kind", "referral")),
			    where_over(cell_text("to_id", agency)), SPAN(telling, "sent_at")),
			NULL, &row, &found, why))
			return false;
		if (!found)
			return true;
		agency = arena_text(telling->arena, row_text(&row, "to_id"));
		if (!work_tally(telling->work,
			QUERY("letter", NULL, 0, where_is(cell_text("kind", "referral")),
			    where_is(cell_text("to_id", agency)), SPAN(telling, "sent_at")),
			"id", &tally, why))
			return false;
		add_count(telling, "referral", agency, tally.count);
	}
}

/* What stands under a query, the first few of it, and how many there are. */
static bool
list(const struct telling *telling, const struct store_query *query, struct store_row **rows,
    size_t *count, int64_t *all, struct failure *why)
{
	struct store_tally tally;

	if (!work_tally(telling->work, query, "id", &tally, why))
		return false;
	*all = tally.count;
	return work_find(telling->work, query, NULL, rows, count, why);
}

static bool
list_waiting(const struct telling *telling, struct failure *why)
{
	struct digest_facts *out = telling->out;
	struct store_row *rows;

	if (!list(telling,
		QUERY(
		    "cases", "opened_at, id", DIGEST_LISTED_MAX, where_is(cell_number("waits", 1))),
		&rows, &out->waiting_count, &out->waiting_all, why))
		return false;
	out->waiting = arena_take_many(telling->arena, out->waiting_count, sizeof *out->waiting);
	for (size_t at = 0; at < out->waiting_count; at++) {
		struct store_tally held;
		if (!work_tally(telling->work,
			QUERY("referral", NULL, 0,
			    where_is(cell_number("case_id", row_number(&rows[at], "id"))),
			    where_is(cell_text("state", "held"))),
			"id", &held, why))
			return false;
		out->waiting[at] = (struct waiting_case){
		    .reference = arena_text(telling->arena, row_text(&rows[at], "reference")),
		    .urgency = (enum urgency)row_number(&rows[at], "urgency"),
		    .opened_at = row_number(&rows[at], "opened_at"),
		    .held = held.count};
	}
	return true;
}

static bool
add_letters(const struct telling *telling, const struct store_query *query, bool has_failed,
    struct failure *why)
{
	struct digest_facts *out = telling->out;
	struct store_row *rows;
	size_t count;
	int64_t all;

	if (!list(telling, query, &rows, &count, &all, why))
		return false;
	out->letters_all += all;
	for (size_t at = 0; at < count; at++)
		out->letters[out->letter_count++] = (struct troubled_letter){
		    .reference = arena_text(telling->arena, row_text(&rows[at], "reference")),
		    .kind = arena_text(telling->arena, row_text(&rows[at], "kind")),
		    .to = arena_text(telling->arena, row_text(&rows[at], "to_id")),
		    .code = arena_text(telling->arena, row_text(&rows[at], "code")),
		    .has_failed = has_failed,
		    .at = row_number(&rows[at], "changed_at")};
	return true;
}

static bool
list_letters(const struct telling *telling, struct failure *why)
{
	telling->out->letters = arena_take_many(
	    telling->arena, (size_t)2 * DIGEST_LISTED_MAX, sizeof *telling->out->letters);
	return add_letters(telling,
		   QUERY("letter", "changed_at, id", DIGEST_LISTED_MAX,
		       where_is(cell_text("state", "failed")), SPAN(telling, "changed_at")),
		   true, why) &&
	    add_letters(telling,
		QUERY("letter", "changed_at, id", DIGEST_LISTED_MAX,
		    where_is(cell_text("state", "sent")), where_over(cell_number("resent", 0)),
		    SPAN(telling, "changed_at")),
		false, why);
}

static bool
list_faults(const struct telling *telling, struct failure *why)
{
	struct digest_facts *out = telling->out;
	struct store_row *rows;

	if (!list(telling, QUERY("rules_fault", NULL, DIGEST_LISTED_MAX, SPAN(telling, "found_at")),
		&rows, &out->fault_count, &out->faults_all, why))
		return false;
	out->faults = arena_take_many(telling->arena, out->fault_count, sizeof *out->faults);
	for (size_t at = 0; at < out->fault_count; at++)
		out->faults[at] = (struct past_fault){
		    .which = arena_text(telling->arena, row_text(&rows[at], "which")),
		    .faults = row_number(&rows[at], "faults"),
		    .since = row_number(&rows[at], "found_at"),
		    .until = row_number(&rows[at], "gone_at")};
	return true;
}

/* --- the door ---------------------------------------------------------------------------------- */

bool
ledger_begin_digest(
    struct ledger *ledger, int64_t until, int64_t now, bool *is_new, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_WRITE, &work, why) &&
	    digest_begin(&work, until, now, is_new, why) && WORK_COMMIT(&work, "begin_digest", why);
}

bool
ledger_digest_since(struct ledger *ledger, int64_t now, int64_t *since, struct failure *why)
{
	WORK work = {0};
	struct store_row row;
	bool found;

	if (!work_begin(ledger->store, WORK_READ, &work, why) ||
	    !newest(&work, now, &row, &found, why))
		return false;
	*since = found ? row_number(&row, "until") : 0;
	return true;
}

bool
ledger_digest_facts(struct ledger *ledger, const struct digest_span *span, struct arena *arena,
    struct digest_facts *out, struct failure *why)
{
	WORK work = {0};
	const struct telling telling = {.work = &work, .span = span, .arena = arena, .out = out};

	*out = (struct digest_facts){
	    .counts = arena_take_many(arena, COUNTS_MAX, sizeof *out->counts)};
	return work_begin(ledger->store, WORK_READ, &work, why) && count_mails(&telling, why) &&
	    count_cases(&telling, why) && count_referrals(&telling, why) &&
	    list_waiting(&telling, why) && list_letters(&telling, why) &&
	    list_faults(&telling, why) && status_read(&work, arena, &out->now, why);
}
