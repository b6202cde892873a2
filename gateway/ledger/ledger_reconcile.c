/* Reconciliation: where mails were seen to lie, and what did not agree. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "ledger/ledger_parts.h"
#include "ledger/ledger_reconcile.h"

/*
 * What may differ. None of these should ever be seen; each has the thing of which `subject` is a
 * row, and says what was done about it.
 */
static const struct {
	const char *kind, *words;
} KINDS[] = {
    {"mail.passed-over",
	"lay in the mailbox below the newest mail and was not in the ledger: taken in now"},
    {"mail.found",
	"lay in the Handled folder and was not in the ledger: taken in, held for the desk"},
    {"mail.altered",
	"lies in the Handled folder with other bytes than were taken in: taken in, held for the desk"},
    {"mail.not-filed", "was filed away and lies in the inbox all the same: filed again"},
    {"mail.gone", "is no longer in the Handled folder; the ledger has its sealed bytes"},
    {"mail.no-job", "was received, and nothing is going to sort it"},
    {"mail.no-case", "is held for a person, and no case shows it to one"},
    {"letter.no-reply", "counts as sent without a reply of the server that took it"},
    {"letter.stuck", "is to be sent, and nothing is going to send it"},
    {"letter.no-bytes", "is to be sent, and its bytes are not there"},
    {"letter.again", "has ended, and would be sent again"},
    {"referral.no-letter", "is ready or sent, and no letter carries it"},
};

const char *
difference_words(const char *kind)
{
	for (size_t at = 0; at < COUNT_OF(KINDS); at++)
		if (strcmp(KINDS[at].kind, kind) == 0)
			return KINDS[at].words;
	return NULL;
}

/* --- places ------------------------------------------------------------------------------------ */

static bool
place_find(
    struct work *work, const struct mail_place *place, struct place_known *out, struct failure *why)
{
	struct store_row row;
	bool found;

	*out = (struct place_known){0};
	if (!mail_find_place(work, place, &row, &found, why))
		return false;
	if (found) {
		*out = (struct place_known){.is_known = true,
		    .mail = row_number(&row, "id"),
		    .is_fetched = row_is_empty(&row, "unfetched"),
		    .is_filed = row_number(&row, "is_filed") != 0,
		    .bytes = (uint64_t)row_number(&row, "size"),
		    .arrived_at = row_number(&row, "arrived_at")};
		return true;
	}
	if (!work_first(work,
		QUERY("sighting", NULL, 1, where_is(cell_text("account", place->account)),
		    where_is(cell_text("folder", place->folder)),
		    where_is(cell_number("uid_validity", place->uid_validity)),
		    where_is(cell_number("uid", place->uid))),
		NULL, &row, &found, why))
		return false;
	if (found)
		*out = (struct place_known){.is_known = true,
		    .mail = row_number(&row, "mail"),
		    .is_fetched = true,
		    .is_filed = true};
	return true;
}

/* The mail of these bytes; without them one of this account that has this size and date. */
static bool
mail_find_like(struct work *work, const struct mail_label *label, const uint8_t *raw_hash,
    struct store_row *row, bool *found, struct failure *why)
{
	if (raw_hash)
		return work_first(work,
		    QUERY("mail", NULL, 1, where_is(cell_bytes("raw_hash", raw_hash, HASH_BYTES))),
		    NULL, row, found, why);
	return work_first(work,
	    QUERY("mail", NULL, 1, where_is(cell_number("size", (int64_t)label->bytes)),
		where_is(cell_number("arrived_at", label->arrived_at)),
		where_is(cell_text("account", label->place.account))),
	    NULL, row, found, why);
}

static bool
sighting_note(struct work *work, const struct mail_label *label, const uint8_t *raw_hash,
    struct place_known *out, struct failure *why)
{
	const struct mail_place *place = &label->place;
	struct store_row row;
	bool found;
	int64_t id;

	*out = (struct place_known){0};
	if (!mail_find_like(work, label, raw_hash, &row, &found, why))
		return false;
	if (!found)
		return true;
	*out = (struct place_known){
	    .is_known = true, .mail = row_number(&row, "id"), .is_fetched = true, .is_filed = true};
	return work_insert(work, "sighting",
	    CELLS(cell_text("account", place->account), cell_text("folder", place->folder),
		cell_number("uid_validity", place->uid_validity), cell_number("uid", place->uid),
		cell_number("mail", out->mail)),
	    &id, why);
}

static bool
mails_filed_after(struct work *work, int64_t after, int64_t before, int64_t *ids, size_t room,
    size_t *count, struct failure *why)
{
	struct store_row *rows;

	if (!work_find(work,
		QUERY("mail", "id", room, where_over(cell_number("id", after)),
		    where_at_most(cell_number("taken_at", before)),
		    where_is(cell_number("is_filed", 1)), where_is(cell_none("unfetched"))),
		NULL, &rows, count, why))
		return false;
	for (size_t at = 0; at < *count; at++)
		ids[at] = row_number(&rows[at], "id");
	return true;
}

static bool
mails_alike(
    struct work *work, int64_t mail, int64_t *ids, size_t room, size_t *count, struct failure *why)
{
	struct store_row row, *rows;

	*count = 0;
	if (!work_row(work, "mail", mail, &row, why))
		return false;
	const struct cell *hash = row_cell(&row, "raw_hash");
	if (hash->kind == CELL_NONE)
		return true;
	if (!work_find(work,
		QUERY("mail", "id", room,
		    where_is(cell_bytes("raw_hash", hash->bytes, hash->length))),
		NULL, &rows, count, why))
		return false;
	for (size_t at = 0; at < *count; at++)
		ids[at] = row_number(&rows[at], "id");
	return true;
}

/* --- what was found ------------------------------------------------------------------------------ */

static bool
differences_note(struct work *work, const struct difference *differences, size_t count, int64_t now,
    size_t *news, struct failure *why)
{
	*news = 0;
	for (size_t at = 0; at < count; at++) {
		const struct difference *one = &differences[at];
		struct store_row row;
		bool known;
		int64_t id;

		if (!work_first(work,
			QUERY("difference", NULL, 1, where_is(cell_text("kind", one->kind)),
			    where_is(cell_number("subject", one->subject))),
			NULL, &row, &known, why))
			return false;
		if (known &&
		    !work_update(work, "difference", row_number(&row, "id"),
			CELLS(cell_number("seen", now)), why))
			return false;
		if (!known &&
		    !work_insert(work, "difference",
			CELLS(cell_text("kind", one->kind), cell_number("subject", one->subject),
			    cell_number("at", now), cell_number("seen", now)),
			&id, why))
			return false;
		*news += !known;
	}
	return !*news || alarm_add(work, "reconcile.differences", NULL, now, why);
}

static bool
settle(struct work *page, const struct store_row *row, void *context, struct failure *why)
{
	(void)context;
	return work_erase(page, "difference", row_number(row, "id"), why);
}

static bool
differences_settle(struct work *work, int64_t since, struct failure *why)
{
	return work_use_up(work,
	    QUERY("difference", NULL, 0, where_at_most(cell_number("seen", since - 1))), settle,
	    NULL, why);
}

static bool
differences_list(struct work *work, size_t room, struct arena *arena, struct difference **out,
    size_t *count, struct failure *why)
{
	struct store_row *rows;

	if (!work_find(work,
		QUERY("difference", "kind, subject", room, where_over(cell_number("id", 0))), NULL,
		&rows, count, why))
		return false;
	*out = arena_take_many(arena, *count, sizeof **out);
	for (size_t at = 0; at < *count; at++)
		(*out)[at] =
		    (struct difference){.kind = arena_text(arena, row_text(&rows[at], "kind")),
			.subject = row_number(&rows[at], "subject"),
			.at = row_number(&rows[at], "at")};
	return true;
}

bool
differences_count(struct work *work, struct ledger_status *out, size_t room, struct failure *why)
{
	for (size_t at = 0; at < COUNT_OF(KINDS) && out->count_count < room; at++) {
		struct store_tally tally;
		if (!work_tally(work,
			QUERY("difference", NULL, 0, where_is(cell_text("kind", KINDS[at].kind))),
			"at", &tally, why))
			return false;
		out->counts[out->count_count++] = (struct count_row){.what = "difference",
		    .state = KINDS[at].kind,
		    .count = tally.count,
		    .oldest_at = tally.least};
	}
	return true;
}

/* --- the door ------------------------------------------------------------------------------------ */

bool
ledger_find_place(struct ledger *ledger, const struct mail_place *place, struct place_known *out,
    struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_READ, &work, why) &&
	    place_find(&work, place, out, why);
}

bool
ledger_note_sighting(struct ledger *ledger, const struct mail_label *label, const uint8_t *raw_hash,
    struct place_known *out, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_WRITE, &work, why) &&
	    sighting_note(&work, label, raw_hash, out, why) &&
	    WORK_COMMIT(&work, "note_sighting", why);
}

bool
ledger_has_outer_id(
    struct ledger *ledger, const uint8_t outer_id_hash[HASH_BYTES], bool *out, struct failure *why)
{
	WORK work = {0};
	struct store_row row;

	*out = false;
	return hash_is_zero(outer_id_hash) ||
	    (work_begin(ledger->store, WORK_READ, &work, why) &&
		work_first(&work,
		    QUERY("mail", NULL, 1,
			where_is(cell_bytes("outer_id_hash", outer_id_hash, HASH_BYTES))),
		    NULL, &row, out, why));
}

bool
ledger_refile(struct ledger *ledger, int64_t mail, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_WRITE, &work, why) &&
	    work_update(&work, "mail", mail, CELLS(cell_number("is_filed", 0)), why) &&
	    WORK_COMMIT(&work, "refile", why);
}

bool
ledger_filed_mails(struct ledger *ledger, int64_t after, int64_t before, int64_t *ids, size_t room,
    size_t *count, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_READ, &work, why) &&
	    mails_filed_after(&work, after, before, ids, room, count, why);
}

bool
ledger_mails_alike(struct ledger *ledger, int64_t mail, int64_t *ids, size_t room, size_t *count,
    struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_READ, &work, why) &&
	    mails_alike(&work, mail, ids, room, count, why);
}

bool
ledger_note_differences(struct ledger *ledger, const struct difference *differences, size_t count,
    int64_t now, size_t *news, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_WRITE, &work, why) &&
	    differences_note(&work, differences, count, now, news, why) &&
	    WORK_COMMIT(&work, "note_differences", why);
}

bool
ledger_settle_differences(struct ledger *ledger, int64_t since, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_WRITE, &work, why) &&
	    differences_settle(&work, since, why) && WORK_COMMIT(&work, "settle_differences", why);
}

bool
ledger_differences(struct ledger *ledger, size_t room, struct arena *arena, struct difference **out,
    size_t *count, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_READ, &work, why) &&
	    differences_list(&work, room, arena, out, count, why);
}

bool
ledger_unfetched(struct ledger *ledger, const struct mail_place *above, size_t max_bytes,
    uint32_t *uids, size_t room, size_t *count, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_READ, &work, why) &&
	    mails_unfetched(&work, above, max_bytes, uids, room, count, why);
}

bool
ledger_recognise(struct ledger *ledger, const char *const *ids, size_t count, int64_t now,
    size_t *recognised, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_WRITE, &work, why) &&
	    keeping_recognise(&work, ids, count, now, recognised, why) &&
	    WORK_COMMIT(&work, "recognise", why);
}
