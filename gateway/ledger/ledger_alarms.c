/* Alarms that are due: written with what they tell, and erased once somebody heard them. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_alarms.h"

#include "ledger/ledger_parts.h"

bool
alarm_add(
    struct work *work, const char *code, const char *reference, int64_t now, struct failure *why)
{
	struct store_row row;
	bool known;
	int64_t id;

	if (!reference || !*reference)
		reference = "-";
	if (!work_first(work,
		QUERY("alarm", NULL, 1, where_is(cell_text("code", code)),
		    where_is(cell_text("reference", reference))),
		NULL, &row, &known, why))
		return false;
	return known ||
	    work_insert(work, "alarm",
		CELLS(cell_text("code", code), cell_text("reference", reference),
		    cell_number("at", now)),
		&id, why);
}

static bool
alarms_list(struct work *work, int64_t after, size_t room, struct arena *arena,
    struct due_alarm **out, size_t *count, struct failure *why)
{
	struct store_row *rows;

	if (!work_find(work, QUERY("alarm", "id", room, where_over(cell_number("id", after))), NULL,
		&rows, count, why))
		return false;
	*out = arena_take_many(arena, *count, sizeof **out);
	for (size_t at = 0; at < *count; at++)
		(*out)[at] = (struct due_alarm){.number = row_number(&rows[at], "id"),
		    .code = arena_text(arena, row_text(&rows[at], "code")),
		    .reference = arena_text(arena, row_text(&rows[at], "reference"))};
	return true;
}

static bool
alarms_erase(struct work *work, int64_t first, int64_t last, struct failure *why)
{
	enum { PAGE = 500 };
	struct store_row *rows;
	size_t count;

	do {
		if (!work_find(work,
			QUERY("alarm", "id", PAGE, where_over(cell_number("id", first - 1)),
			    where_at_most(cell_number("id", last))),
			NULL, &rows, &count, why))
			return false;
		for (size_t at = 0; at < count; at++)
			if (!work_erase(work, "alarm", row_number(&rows[at], "id"), why))
				return false;
	} while (count == PAGE);
	return true;
}

bool
ledger_due_alarms(struct ledger *ledger, int64_t after, size_t room, struct arena *arena,
    struct due_alarm **out, size_t *count, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_READ, &work, why) &&
	    alarms_list(&work, after, room, arena, out, count, why);
}

bool
ledger_alarms_heard(struct ledger *ledger, int64_t first, int64_t last, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_WRITE, &work, why) &&
	    alarms_erase(&work, first, last, why) && WORK_COMMIT(&work, "alarms_heard", why);
}
