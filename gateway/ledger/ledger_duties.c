/* How the duties and their queues stand. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_parts.h"

#include <string.h>

bool
duties_beat(struct work *work, const char *duty, bool worked, const char *hindrance, int64_t now,
    struct failure *why)
{
	struct store_row row;
	bool known;
	int64_t id;

	if (!work_first(work, QUERY("duty", NULL, 1, where_is(cell_text("name", duty))), NULL, &row,
		&known, why))
		return false;
	int64_t worked_at = worked ? now : known ? row_number(&row, "worked_at") : 0;
	if (known)
		return work_update(work, "duty", row_number(&row, "id"),
		    CELLS(cell_number("seen_at", now), cell_number("worked_at", worked_at),
			cell_text("hindrance", hindrance)),
		    why);
	return work_insert(work, "duty",
	    CELLS(cell_text("name", duty), cell_number("seen_at", now),
		cell_number("worked_at", worked_at), cell_text("hindrance", hindrance)),
	    &id, why);
}

bool
duties_resume(struct work *work, const char *duty, int64_t tolerance, int64_t now,
    int64_t *resumed_at, struct failure *why)
{
	struct store_row row;
	bool known;
	int64_t id;

	*resumed_at = now;
	if (!work_first(work, QUERY("duty", NULL, 1, where_is(cell_text("name", duty))), NULL, &row,
		&known, why))
		return false;
	if (!known)
		return work_insert(work, "duty",
		    CELLS(cell_text("name", duty), cell_number("seen_at", now),
			cell_number("worked_at", 0), cell_number("resumed_at", now)),
		    &id, why);
	int64_t away = now - row_number(&row, "seen_at");
	*resumed_at = row_number(&row, "resumed_at");
	/* One of the future was noted by a clock that has been set back since. */
	if (away >= -tolerance && away <= tolerance && *resumed_at <= now)
		return true;
	*resumed_at = now;
	return work_update(work, "duty", row_number(&row, "id"),
	    CELLS(cell_number("seen_at", now), cell_number("resumed_at", now)), why);
}

static bool
read_duties(struct work *work, struct arena *arena, struct ledger_status *out, struct failure *why)
{
	struct store_row *rows;
	size_t count;

	if (!work_find(work, QUERY("duty", "name", 0, where_not(cell_none("name"))), NULL, &rows,
		&count, why))
		return false;
	out->duties = arena_take_many(arena, count, sizeof *out->duties);
	out->duty_count = count;
	for (size_t at = 0; at < count; at++)
		out->duties[at] =
		    (struct duty_row){.duty = arena_text(arena, row_text(&rows[at], "name")),
			.hindrance = arena_text(arena, row_text(&rows[at], "hindrance")),
			.seen_at = row_number(&rows[at], "seen_at"),
			.worked_at = row_number(&rows[at], "worked_at")};
	return true;
}

/* Every state gets its row, the empty ones too: an absent queue would look like none. */
static bool
count_states(struct work *work, const char *thing, const char *since, struct ledger_status *out,
    struct failure *why)
{
	for (const char *const *state = states_of(thing); *state; state++) {
		struct store_tally tally;
		if (!work_tally(work, QUERY(thing, NULL, 0, where_is(cell_text("state", *state))),
			since, &tally, why))
			return false;
		out->counts[out->count_count++] = (struct count_row){
		    .what = thing, .state = *state, .count = tally.count, .oldest_at = tally.least};
	}
	return true;
}

/* Those that the alarm command has not taken yet: who looks here should hear of it all the same. */
static bool
count_alarms(struct work *work, struct ledger_status *out, struct failure *why)
{
	struct store_tally tally;

	if (!work_tally(
		work, QUERY("alarm", NULL, 0, where_not(cell_none("code"))), "at", &tally, why))
		return false;
	out->counts[out->count_count++] = (struct count_row){
	    .what = "alarm", .state = "unheard", .count = tally.count, .oldest_at = tally.least};
	return true;
}

static bool
read_rules(struct work *work, struct arena *arena, struct ledger_status *out, struct failure *why)
{
	struct activation newest;

	if (!activation_newest(work, arena, &newest, why))
		return false;
	if (!rules_faults_now(work, arena, out->rules_faults, &out->rules_fault_count, why))
		return false;
	out->rules_hash = newest.hash;
	out->rules_at = newest.done_at;
	return true;
}

bool
status_read(struct work *work, struct arena *arena, struct ledger_status *out, struct failure *why)
{
	enum { STATES_MAX = 48 };

	*out = (struct ledger_status){
	    .counts = arena_take_many(arena, STATES_MAX, sizeof *out->counts)};
	return read_duties(work, arena, out, why) &&
	    count_states(work, "mail", "arrived_at", out, why) &&
	    count_states(work, "referral", "changed_at", out, why) &&
	    count_states(work, "letter", "ready_at", out, why) && count_alarms(work, out, why) &&
	    differences_count(work, out, STATES_MAX, why) && read_rules(work, arena, out, why) &&
	    keeping_read(work, out, why);
}

static bool
soonest(struct work *work, const char *table, int64_t *at, struct failure *why)
{
	struct store_tally tally;

	if (!work_tally(work, QUERY(table, NULL, 0, where_not(cell_none("free_at"))), "free_at",
		&tally, why))
		return false;
	*at = tally.count ? tally.least : INT64_MAX;
	return true;
}

bool
due_next(struct work *work, int64_t *jobs_at, int64_t *letters_at, struct failure *why)
{
	return soonest(work, "job", jobs_at, why) && soonest(work, "letter", letters_at, why);
}
