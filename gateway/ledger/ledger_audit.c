/* The rows against each other: what waits has somebody to do it, what was sent has its reply. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/mistake.h"
#include "ledger/ledger_parts.h"
#include "ledger/ledger_reconcile.h"

/* Rows a transaction looks at: a page is one moment, the whole is not. */
enum { PAGE = 500, PAGES = 20, FLAWS_MAX = 20, WAIT_MAX_SECONDS = 2 * 24 * 3600 };

struct audit {
	struct ledger *ledger;
	struct difference *found;
	size_t count, room; /* room: for all kinds together */
	int64_t now, latest;
	struct work *work; /* of the page that is looked at */
};

/* Adds it, unless there are as many as anybody would read. */
static void
add(struct audit *audit, const char *kind, int64_t subject)
{
	if (audit->count < audit->room)
		audit->found[audit->count++] =
		    (struct difference){.kind = kind, .subject = subject, .at = audit->now};
}

/* Says whether a row is as it should be. */
typedef bool is_sound(
    const struct audit *audit, const struct store_row *row, bool *sound, struct failure *why);

static bool
has_rows(struct work *work, const struct store_query *query, bool *out, struct failure *why)
{
	struct store_tally tally;

	if (!work_tally(work, query, "id", &tally, why))
		return false;
	*out = tally.count > 0;
	return true;
}

static bool
has_job(const struct audit *audit, const struct store_row *row, bool *sound, struct failure *why)
{
	return has_rows(audit->work,
	    QUERY("job", NULL, 0, where_is(cell_number("mail", row_number(row, "id"))),
		where_at_most(cell_number("free_at", audit->latest))),
	    sound, why);
}

static bool
has_case(const struct audit *audit, const struct store_row *row, bool *sound, struct failure *why)
{
	return has_rows(audit->work,
	    QUERY("cases", NULL, 0, where_is(cell_number("mail", row_number(row, "id")))), sound,
	    why);
}

/* The server's line: "250 2.0.0 Ok: queued as ...". */
static bool
has_reply(const struct audit *audit, const struct store_row *row, bool *sound, struct failure *why)
{
	const char *reply = row_text(row, "reply");

	(void)audit;
	(void)why;
	*sound = (reply && reply[0] == '2') || keeping_was_recognised(row);
	return true;
}

/* Nothing waits longer than that; what does was put off by a clock that was wrong. */
static bool
is_queued(const struct audit *audit, const struct store_row *row, bool *sound, struct failure *why)
{
	(void)why;
	*sound = !row_is_empty(row, "free_at") && row_number(row, "free_at") <= audit->latest;
	return true;
}

static bool
is_not_queued(
    const struct audit *audit, const struct store_row *row, bool *sound, struct failure *why)
{
	(void)audit;
	(void)why;
	*sound = row_is_empty(row, "free_at");
	return true;
}

static bool
has_bytes(const struct audit *audit, const struct store_row *row, bool *sound, struct failure *why)
{
	return has_rows(audit->work,
	    QUERY("letter_bytes", NULL, 0, where_is(cell_number("letter", row_number(row, "id")))),
	    sound, why);
}

static bool
has_letter_under_way(
    const struct audit *audit, const struct store_row *row, bool *sound, struct failure *why)
{
	return has_rows(audit->work,
	    QUERY("letter", NULL, 0, where_is(cell_number("referral", row_number(row, "id"))),
		where_not(cell_none("free_at"))),
	    sound, why);
}

static bool
has_sent_letter(
    const struct audit *audit, const struct store_row *row, bool *sound, struct failure *why)
{
	return has_rows(audit->work,
	    QUERY("letter", NULL, 0, where_is(cell_number("referral", row_number(row, "id"))),
		where_is(cell_text("state", "sent"))),
	    sound, why);
}

/* What must hold of everything that is in a state. */
static const struct {
	const char *table, *state, *kind;
	is_sound *is_sound;
} CHECKS[] = {
    {"mail", "received", "mail.no-job", has_job},
    {"mail", "held", "mail.no-case", has_case},
    {"letter", "sent", "letter.no-reply", has_reply},
    {"letter", "ready", "letter.stuck", is_queued},
    {"letter", "sending", "letter.stuck", is_queued},
    {"letter", "waiting", "letter.stuck", is_queued},
    {"letter", "ready", "letter.no-bytes", has_bytes},
    {"letter", "sending", "letter.no-bytes", has_bytes},
    {"letter", "waiting", "letter.no-bytes", has_bytes},
    {"letter", "sent", "letter.again", is_not_queued},
    {"letter", "failed", "letter.again", is_not_queued},
    {"referral", "ready", "referral.no-letter", has_letter_under_way},
    {"referral", "sent", "referral.no-letter", has_sent_letter},
};

/* In the order in which they are gone through. */
static const char *const TABLES[] = {"mail", "letter", "referral"};

static bool
look_at_row(
    struct audit *audit, const char *table, const struct store_row *row, struct failure *why)
{
	/* The mistake "skip-letters": only the other rows are looked at. */
	if (mistake("skip-letters") && strcmp(table, "letter") == 0)
		return true;
	for (size_t check = 0; check < COUNT_OF(CHECKS); check++) {
		bool sound;
		if (strcmp(CHECKS[check].table, table) != 0 ||
		    strcmp(CHECKS[check].state, row_text(row, "state")) != 0)
			continue;
		if (!CHECKS[check].is_sound(audit, row, &sound, why))
			return false;
		if (!sound)
			add(audit, CHECKS[check].kind, row_number(row, "id"));
	}
	return true;
}

/*
 * The rows after place->last, and on to the next table where there are no more. By their ids alone:
 * to ask for those of one state would have each page look at all of them.
 */
static bool
look_at_page(struct audit *audit, struct audit_place *place, struct failure *why)
{
	const char *table = TABLES[place->table];
	WORK work = {0};
	struct store_row *rows;
	size_t count;

	if (!work_begin(audit->ledger->store, WORK_READ, &work, why) ||
	    !work_find(&work, QUERY(table, "id", PAGE, where_over(cell_number("id", place->last))),
		NULL, &rows, &count, why))
		return false;
	audit->work = &work;
	for (size_t at = 0; at < count; at++) {
		place->last = row_number(&rows[at], "id");
		if (!look_at_row(audit, table, &rows[at], why))
			return false;
	}
	if (count < PAGE) {
		place->last = 0;
		place->is_done = ++place->table == COUNT_OF(TABLES);
	}
	return true;
}

bool
ledger_audit(struct ledger *ledger, int64_t now, struct audit_place *place, size_t room,
    struct arena *arena, struct difference **out, size_t *count, struct failure *why)
{
	struct audit audit = {.ledger = ledger,
	    .found = arena_take_many(arena, room, sizeof **out),
	    .room = room,
	    .now = now,
	    .latest = now ? now + WAIT_MAX_SECONDS : INT64_MAX};

	for (int page = 0; page < PAGES && !place->is_done; page++)
		if (!look_at_page(&audit, place, why))
			return false;
	*out = audit.found;
	*count = audit.count;
	return true;
}

bool
ledger_check_pages(struct ledger *ledger, struct arena *arena, const char ***flaws, size_t *count,
    struct failure *why)
{
	return ledger->store->calls->check(ledger->store, arena, flaws, count, why);
}

/* A sentence for each difference. */
static void
say_differences(
    const struct difference *found, size_t count, struct arena *arena, const char **flaws)
{
	for (size_t at = 0; at < count; at++)
		flaws[at] = arena_print(arena, "%.*s %lld %s", (int)strcspn(found[at].kind, "."),
		    found[at].kind, (long long)found[at].subject, difference_words(found[at].kind));
}

bool
ledger_check(struct ledger *ledger, struct arena *arena, const char ***flaws, size_t *count,
    struct failure *why)
{
	struct audit_place place = {0};
	struct difference *found;
	size_t few;

	if (!ledger_check_pages(ledger, arena, flaws, count, why))
		return false;
	if (*count)
		return true;
	*flaws = arena_take_many(arena, FLAWS_MAX, sizeof **flaws);
	while (!place.is_done && *count < FLAWS_MAX) {
		if (!ledger_audit(ledger, 0, &place, FLAWS_MAX - *count, arena, &found, &few, why))
			return false;
		say_differences(found, few, arena, *flaws + *count);
		*count += few;
	}
	return true;
}
