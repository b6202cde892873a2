/* Jobs: what is still to do, whose it is, and how often it was tried. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_parts.h"

#include <string.h>

/* How the table spells the kinds: its order is the order of claiming. */
enum { REFERENCE_TRIES = 20, HELD_MAX = 1000 };

static int64_t
rank_of(enum job_kind kind)
{
	static const int64_t RANKS[] = {
	    [JOB_MAIL] = RANK_MAIL, [JOB_DECISION] = RANK_DECISION, [JOB_NOTICE] = RANK_NOTICE};

	return RANKS[kind];
}

bool
job_add(struct work *work, enum job_kind kind, int64_t subject, int64_t mail, int64_t made_at,
    int64_t free_at, struct failure *why)
{
	int64_t id;

	return work_insert(work, "job",
	    CELLS(cell_number("kind", rank_of(kind)), cell_number("subject", subject),
		cell_number("mail", mail), cell_number("made_at", made_at),
		cell_number("free_at", free_at)),
	    &id, why);
}

static void
copy_reference(struct reference *to, const char *text)
{
	*to = (struct reference){0};
	if (text)
		(void)strncat(to->text, text, sizeof to->text - 1);
}

/* A mail keeps the reference of its first claim: all that is ever said of it says the same. */
static bool
reserve_reference(struct work *work, const struct store_row *mail, const char *prefix, int year,
    struct reference *out, struct failure *why)
{
	struct store_row row;
	bool taken = true;

	copy_reference(out, row_text(mail, "reference"));
	if (*out->text)
		return true;
	for (int tries = 0; taken; tries++) {
		if (tries == REFERENCE_TRIES)
			return fail(why, REMEDY_STOP, "ledger.state",
			    "no reference is free for %s in %d", prefix, year);
		*out = reference_new(prefix, year);
		if (!work_first(work,
			QUERY("mail", NULL, 1, where_is(cell_text("reference", out->text))), NULL,
			&row, &taken, why))
			return false;
	}
	return work_update(
	    work, "mail", row_number(mail, "id"), CELLS(cell_text("reference", out->text)), why);
}

/* The newest case there is: one that is newer at the end came while the job was in work. */
static bool
newest_case(struct work *work, int64_t *out, struct failure *why)
{
	struct store_tally tally;

	if (!work_tally(
		work, QUERY("cases", NULL, 0, where_over(cell_number("id", 0))), "id", &tally, why))
		return false;
	*out = tally.most;
	return true;
}

static bool
fill_mail_job(struct work *work, const char *prefix, int year, struct arena *arena, struct job *job,
    int64_t *mark, struct failure *why)
{
	struct digest_span digest;
	struct store_row mail;

	if (!work_row(work, "mail", job->id, &mail, why) ||
	    !reserve_reference(work, &mail, prefix, year, &job->reference, why) ||
	    !seal_get(work, row_cell(&mail, "seal"), arena, &job->sealed, &job->has_sealed, why) ||
	    !newest_case(work, mark, why))
		return false;
	job->mail_id = job->id;
	job->received_at = row_number(&mail, "arrived_at");
	job->was_found = row_number(&mail, "is_found") != 0;
	job->unfetched_code = arena_text(arena, row_text(&mail, "unfetched"));
	if (!digest_of_mail(work, job->id, &digest, why))
		return false;
	job->digest_since = digest.since;
	job->digest_until = digest.until;
	return rules_fault_words(work, job->id, arena, &job->rules_fault, why);
}

static enum decision_action
action_of(const char *name)
{
	enum decision_action action = DESK_SEND;

	while (action < DESK_ACTIONS - 1 && strcmp(decision_action_name(action), name) != 0)
		action++;
	return action;
}

static bool
fill_decision_job(
    struct work *work, struct arena *arena, struct job *job, int64_t *mark, struct failure *why)
{
	struct store_row decision, opened, mail;
	bool has_reason;

	if (!work_row(work, "decision", job->id, &decision, why) ||
	    !work_row(work, "cases", row_number(&decision, "case_id"), &opened, why) ||
	    !work_row(work, "mail", row_number(&opened, "mail"), &mail, why) ||
	    !seal_get(work, row_cell(&mail, "seal"), arena, &job->sealed, &job->has_sealed, why) ||
	    !seal_get(
		work, row_cell(&decision, "seal"), arena, &job->decision.reason, &has_reason, why))
		return false;
	copy_reference(&job->reference, row_text(&opened, "reference"));
	job->mail_id = row_number(&mail, "id");
	job->received_at = row_number(&mail, "arrived_at");
	job->urgency = (enum urgency)row_number(&opened, "urgency");
	job->decision.reference = job->reference;
	job->decision.action = action_of(row_text(&decision, "action"));
	job->decision.agency = arena_text(arena, row_text(&decision, "agency"));
	job->decision.by = arena_text(arena, row_text(&decision, "made_by"));
	*mark = row_number(&opened, "changes");
	return true;
}

static bool
fill_notice_job(struct work *work, struct arena *arena, struct job *job, struct failure *why)
{
	struct store_row letter;

	if (!work_row(work, "letter", job->id, &letter, why))
		return false;
	copy_reference(&job->reference, row_text(&letter, "reference"));
	job->urgency = (enum urgency)row_number(&letter, "urgency");
	job->letter_kind = arena_text(arena, row_text(&letter, "kind"));
	job->letter_to = arena_text(arena, row_text(&letter, "to_id"));
	job->letter_code = arena_text(arena, row_text(&letter, "code"));
	job->letter_reply = arena_text(arena, row_text(&letter, "reply"));
	return true;
}

static bool
fill_job(struct work *work, const char *prefix, int year, struct arena *arena, struct job *job,
    int64_t *mark, struct failure *why)
{
	*mark = 0;
	switch (job->kind) {
	case JOB_MAIL:
		return fill_mail_job(work, prefix, year, arena, job, mark, why);
	case JOB_DECISION:
		return fill_decision_job(work, arena, job, mark, why);
	case JOB_NOTICE:
		return fill_notice_job(work, arena, job, why);
	}
	return false;
}

static enum job_kind
kind_of(int64_t rank)
{
	return rank == RANK_DECISION ? JOB_DECISION : rank == RANK_NOTICE ? JOB_NOTICE : JOB_MAIL;
}

static const char *
given_back(struct work *work, unsigned attempt, bool uncount)
{
	return arena_print(
	    work->arena, "attempt %u given back%s", attempt, uncount ? ", not counted" : "");
}

/* An attempt that is not counted stays the same one: what was written down of it tells how often. */
static bool
count_key_failures(
    struct work *work, int64_t mail, unsigned attempt, unsigned *out, struct failure *why)
{
	struct store_tally tally;

	if (!work_tally(work,
		QUERY("event", NULL, 0, where_is(cell_number("mail", mail)),
		    where_is(cell_text("what", given_back(work, attempt, true))),
		    where_is(cell_text("code", "key.agent"))),
		"id", &tally, why))
		return false;
	*out = (unsigned)tally.count;
	return true;
}

/*
 * A lease says when its holder may be taken for dead. One whose process lives is not, however late
 * the clock says it is: a clock may jump, and a machine be suspended with all that is on it.
 */
bool
leases_first(struct work *work, const char *table, const char *order,
    bool (*is_here)(const char *owner), const char *owner, int64_t now, int64_t lease_seconds,
    struct store_row *row, bool *found, struct failure *why)
{
	for (;;) {
		if (!work_first(work,
			QUERY(table, order, 1, where_at_most(cell_number("free_at", now))), NULL,
			row, found, why))
			return false;
		const char *holder = *found ? row_text(row, "owner") : NULL;
		if (!holder || !is_here || strcmp(holder, owner) == 0 || !is_here(holder))
			return true;
		if (!work_update(work, table, row_number(row, "id"),
			CELLS(cell_number("free_at", now + lease_seconds)), why))
			return false;
	}
}

bool
jobs_claim(struct work *work, bool (*is_here)(const char *owner), const char *owner,
    const char *prefix, int year, int64_t now, int64_t lease_seconds, struct arena *arena,
    struct job *out, bool *found, struct failure *why)
{
	struct store_row row;
	int64_t mark;

	if (!leases_first(work, "job", "kind, made_at, id", is_here, owner, now, lease_seconds,
		&row, found, why))
		return false;
	if (!*found)
		return true;
	*out = (struct job){.kind = kind_of(row_number(&row, "kind")),
	    .id = row_number(&row, "subject"),
	    .attempt = (unsigned)row_number(&row, "attempts") + 1};
	return count_key_failures(
		   work, row_number(&row, "mail"), out->attempt, &out->keys_failed, why) &&
	    fill_job(work, prefix, year, arena, out, &mark, why) &&
	    work_update(work, "job", row_number(&row, "id"),
		CELLS(cell_text("owner", owner), cell_number("free_at", now + lease_seconds),
		    cell_number("attempts", out->attempt), cell_number("mark", mark)),
		why);
}

bool
job_held(struct work *work, const char *owner, const struct job *job, struct store_row *row,
    struct failure *why)
{
	bool found;

	if (!work_first(work,
		QUERY("job", NULL, 1, where_is(cell_number("kind", rank_of(job->kind))),
		    where_is(cell_number("subject", job->id)), where_is(cell_text("owner", owner)),
		    where_is(cell_number("attempts", job->attempt))),
		NULL, row, &found, why))
		return false;
	if (!found)
		return fail(why, REMEDY_RETRY, "ledger.lease",
		    "%s: attempt %u is not %s's any more", job->reference.text, job->attempt,
		    owner);
	return true;
}

static bool
give_back(struct work *work, const struct store_row *row, const char *code, bool uncount,
    int64_t retry_at, int64_t now, struct failure *why)
{
	unsigned attempt = (unsigned)row_number(row, "attempts");

	return work_update(work, "job", row_number(row, "id"),
		   CELLS(cell_none("owner"), cell_number("free_at", retry_at),
		       cell_number("attempts", attempt - (uncount ? 1 : 0))),
		   why) &&
	    event_add(
		work, row_number(row, "mail"), now, given_back(work, attempt, uncount), code, why);
}

bool
jobs_return(struct work *work, const char *owner, const struct job *job, const char *code,
    bool uncount, int64_t retry_at, int64_t now, struct failure *why)
{
	struct store_row row;

	return job_held(work, owner, job, &row, why) &&
	    give_back(work, &row, code, uncount, retry_at, now, why);
}

bool
jobs_forgo(struct work *work, const char *owner, const char *code, int64_t now, struct failure *why)
{
	struct store_row row;
	bool found;

	if (!work_first(work, QUERY("job", NULL, 1, where_is(cell_text("owner", owner))), NULL,
		&row, &found, why))
		return false;
	return !found || give_back(work, &row, code, true, now, now, why);
}

static bool
free_row(struct work *work, const struct store_row *row, void *context, struct failure *why)
{
	struct freeing *freeing = context;

	freeing->freed++;
	return work_update(work, freeing->table, row_number(row, "id"),
	    CELLS(cell_number("free_at", freeing->now)), why);
}

/* Its owner is dead; or nobody knows, and the lease is longer than any: the clock went back. */
static bool
is_stuck(const struct store_row *row, const struct freeing *freeing)
{
	const char *owner = row_text(row, "owner");

	if (!owner)
		return false;
	return freeing->is_gone(owner) ||
	    (row_number(row, "free_at") > freeing->latest_lease &&
		!(freeing->is_here && freeing->is_here(owner)));
}

/*
 * The work of the dead. A process holds one row at a time, so these are few, whatever waits; should
 * they be more, the rest is looked at the next time.
 */
static bool
free_held(
    struct work *work, const struct store_test *held, struct freeing *freeing, struct failure *why)
{
	struct store_row *rows;
	size_t count;

	if (!work_find(work,
		QUERY(freeing->table, "free_at DESC, id", HELD_MAX, *held,
		    where_over(cell_number("free_at", freeing->now))),
		NULL, &rows, &count, why))
		return false;
	for (size_t at = 0; at < count; at++)
		if (is_stuck(&rows[at], freeing) && !free_row(work, &rows[at], freeing, why))
			return false;
	return true;
}

bool
leases_free(struct work *work, const char *table, struct store_test held, struct freeing *freeing,
    struct failure *why)
{
	freeing->table = table;
	/* What nobody holds and waits longer than any pause, waits because the clock went back. */
	return free_held(work, &held, freeing, why) &&
	    work_use_up(work,
		QUERY(table, "free_at DESC", 0, where_is(cell_none("owner")),
		    where_over(cell_number("free_at", freeing->latest_pause))),
		free_row, freeing, why);
}
