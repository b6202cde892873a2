/* Mails as they are taken in, and what still lies in the mailbox. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_parts.h"

#include <string.h>

/* What one call looks up at most; the rest is there at the next. */
enum { UNFILED_MAX = 1000 };

bool
seal_put(struct work *work, const struct sealed_bytes *sealed, int64_t *id, struct failure *why)
{
	int64_t key;

	return work_insert(work, "seal",
		   CELLS(cell_bytes("seal_id", sealed->seal_id, SEAL_ID_BYTES),
		       cell_bytes("bytes", sealed->bytes, sealed->length)),
		   id, why) &&
	    work_insert(work, "seal_key",
		CELLS(cell_number("seal", *id),
		    cell_bytes("boxed_key", sealed->boxed_key, BOXED_KEY_BYTES)),
		&key, why);
}

/* The schema holds the lengths of seal_id and boxed_key. */
static void
copy_bytes(uint8_t *to, const struct cell *cell)
{
	const uint8_t *from = cell->bytes;

	for (size_t at = 0; at < cell->length; at++)
		to[at] = from[at];
}

bool
seal_get(struct work *work, const struct cell *seal, struct arena *arena, struct sealed_bytes *out,
    bool *has, struct failure *why)
{
	struct store_row bytes, key;

	*has = false;
	if (seal->kind == CELL_NONE)
		return true;
	if (!work_first(work,
		QUERY("seal_key", NULL, 1, where_is(cell_number("seal", seal->number))), NULL, &key,
		has, why))
		return false;
	if (!*has)
		return true;
	if (!work_first(work, QUERY("seal", NULL, 1, where_is(cell_number("id", seal->number))),
		arena, &bytes, has, why))
		return false;
	if (!*has)
		return fail(why, REMEDY_STOP, "ledger.state", "sealed bytes are not there");
	copy_bytes(out->seal_id, row_cell(&bytes, "seal_id"));
	copy_bytes(out->boxed_key, row_cell(&key, "boxed_key"));
	out->bytes = row_cell(&bytes, "bytes")->bytes;
	out->length = row_cell(&bytes, "bytes")->length;
	return true;
}

bool
mails_last_uid(struct work *work, const char *account, const char *folder, uint32_t uid_validity,
    uint32_t *out, struct failure *why)
{
	struct store_tally tally;

	if (!work_tally(work,
		QUERY("mail", NULL, 0, where_is(cell_text("account", account)),
		    where_is(cell_text("folder", folder)),
		    where_is(cell_number("uid_validity", uid_validity))),
		"uid", &tally, why))
		return false;
	*out = (uint32_t)tally.most;
	return true;
}

bool
mail_find_place(struct work *work, const struct mail_place *place, struct store_row *row,
    bool *found, struct failure *why)
{
	return work_first(work,
	    QUERY("mail", NULL, 1, where_is(cell_text("account", place->account)),
		where_is(cell_text("folder", place->folder)),
		where_is(cell_number("uid_validity", place->uid_validity)),
		where_is(cell_number("uid", place->uid))),
	    NULL, row, found, why);
}

/*
 * A server that re-numbers its folder shows each of its mails anew: the row follows, so that it is
 * filed away from where the mail lies now.
 */
static bool
renumber(struct work *work, int64_t id, const struct mail_place *place, bool is_filed, int64_t now,
    struct failure *why)
{
	return work_update(work, "mail", id,
		   CELLS(cell_number("uid_validity", place->uid_validity),
		       cell_number("uid", place->uid), cell_number("is_filed", is_filed)),
		   why) &&
	    event_add(work, id, now, "mail: the server re-numbered its folder", NULL, why);
}

/* The columns of every new mail. */
#define LABEL_CELLS(label, is_filed, now)                                                         \
	cell_text("account", (label)->place.account), cell_text("folder", (label)->place.folder), \
	    cell_number("uid_validity", (label)->place.uid_validity),                             \
	    cell_number("uid", (label)->place.uid), cell_number("size", (int64_t)(label)->bytes), \
	    cell_number("arrived_at", (label)->arrived_at), cell_number("taken_at", now),         \
	    cell_number("is_filed", (label)->is_in_handled || (is_filed)),                        \
	    cell_number("is_found", (label)->is_in_handled),                                      \
	    hash_is_zero((label)->outer_id_hash)                                                  \
	    ? cell_none("outer_id_hash")                                                          \
	    : cell_bytes("outer_id_hash", (label)->outer_id_hash, HASH_BYTES)

static bool
mail_take(struct work *work, const struct mail_label *label, const struct sealed_bytes *sealed,
    const uint8_t *raw_hash, const char *unfetched, int64_t now, struct failure *why)
{
	struct subject mail = {.thing = "mail", .at = now, .code = unfetched};
	int64_t seal = 0;

	if (sealed && !seal_put(work, sealed, &seal, why))
		return false;
	/* What was not fetched stays in the mailbox: it counts as filed. */
	return STATE_ENTER(work, &mail, "received",
		   CELLS(LABEL_CELLS(label, !sealed, now), cell_text("unfetched", unfetched),
		       sealed ? cell_bytes("raw_hash", raw_hash, HASH_BYTES)
			      : cell_none("raw_hash"),
		       sealed ? cell_number("seal", seal) : cell_none("seal")),
		   why) &&
	    job_add(work, JOB_MAIL, mail.id, mail.id, label->arrived_at, now, why);
}

static bool
mail_recognise(struct work *work, const struct mail_label *label, const uint8_t *raw_hash,
    int64_t now, struct failure *why)
{
	struct subject mail = {.thing = "mail", .at = now, .code = "mail.same-bytes"};

	return STATE_ENTER(work, &mail, "set-aside",
	    CELLS(LABEL_CELLS(label, false, now), cell_bytes("raw_hash", raw_hash, HASH_BYTES)),
	    why);
}

/* A row of the same bytes that another numbering of this folder left behind. */
static bool
find_renumbered(struct work *work, const struct mail_place *place, const uint8_t *raw_hash,
    struct store_row *row, bool *found, struct failure *why)
{
	return work_first(work,
	    QUERY("mail", NULL, 1, where_is(cell_bytes("raw_hash", raw_hash, HASH_BYTES)),
		where_is(cell_text("account", place->account)),
		where_is(cell_text("folder", place->folder)),
		where_not(cell_number("uid_validity", place->uid_validity))),
	    NULL, row, found, why);
}

static bool
has_bytes(const struct store_row *row, const uint8_t *raw_hash)
{
	const struct cell *known = row_cell(row, "raw_hash");

	return known->kind != CELL_NONE && memcmp(known->bytes, raw_hash, HASH_BYTES) == 0;
}

/* By what the server says of it without its bytes: the same mail under the same number. */
static bool
looks_alike(const struct store_row *row, const struct mail_label *label)
{
	return row_number(row, "size") == (int64_t)label->bytes &&
	    row_number(row, "arrived_at") == label->arrived_at;
}

/* No server may give a UID out twice, and some do, after a restore or with a folder made anew. */
static const char GIVEN_OUT_AGAIN[] = "mail: the server gave its UID to another";

/* The row keeps everything but its place: UIDVALIDITY 0 is nobody's. */
static bool
leave_place(struct work *work, int64_t id, int64_t now, const char *because, struct failure *why)
{
	return work_update(work, "mail", id,
		   CELLS(cell_number("uid_validity", 0), cell_number("uid", id)), why) &&
	    event_add(work, id, now, because, NULL, why);
}

/*
 * The server hands it out after all: what it says goes the way of any mail, in a row of its own, and
 * nobody need look at this one any more.
 */
static bool
give_way(struct work *work, const struct store_row *row, int64_t now, struct failure *why)
{
	int64_t id = row_number(row, "id");
	const char *state = row_text(row, "state");

	if (strcmp(state, "received") == 0)
		return fail(why, REMEDY_RETRY, "ledger.facts", "the desk is just being told of it");
	return leave_place(work, id, now, "mail: its bytes came after all", why) &&
	    (strcmp(state, "held") != 0 || mail_put_to_rest(work, id, "mail.fetched", now, why));
}

bool
mails_add(struct work *work, const struct mail_label *label, const struct sealed_bytes *sealed,
    const uint8_t raw_hash[HASH_BYTES], int64_t now, enum mail_added *added, struct failure *why)
{
	struct store_row row;
	bool found;

	*added = MAIL_KNOWN;
	if (!mail_find_place(work, &label->place, &row, &found, why))
		return false;
	bool was_fetched = found && row_is_empty(&row, "unfetched");
	if (was_fetched && has_bytes(&row, raw_hash))
		return true;
	bool comes_late = found && !was_fetched && looks_alike(&row, label);
	if (comes_late && !give_way(work, &row, now, why))
		return false;
	if (found && !comes_late &&
	    !leave_place(work, row_number(&row, "id"), now, GIVEN_OUT_AGAIN, why))
		return false;
	*added = MAIL_SAME_BYTES;
	if (!find_renumbered(work, &label->place, raw_hash, &row, &found, why))
		return false;
	if (found)
		return renumber(work, row_number(&row, "id"), &label->place, false, now, why);
	if (!work_first(work,
		QUERY("mail", NULL, 1, where_is(cell_bytes("raw_hash", raw_hash, HASH_BYTES))),
		NULL, &row, &found, why))
		return false;
	if (found)
		return mail_recognise(work, label, raw_hash, now, why);
	*added = MAIL_ADDED;
	return mail_take(work, label, sealed, raw_hash, NULL, now, why);
}

bool
mails_add_unfetched(struct work *work, const struct mail_label *label, const char *code,
    int64_t now, enum mail_added *added, struct failure *why)
{
	struct store_row row;
	bool found;

	*added = MAIL_KNOWN;
	if (!mail_find_place(work, &label->place, &row, &found, why))
		return false;
	if (found && looks_alike(&row, label))
		return true;
	if (found && !leave_place(work, row_number(&row, "id"), now, GIVEN_OUT_AGAIN, why))
		return false;
	*added = MAIL_SAME_BYTES;
	if (!work_first(work,
		QUERY("mail", NULL, 1, where_is(cell_text("account", label->place.account)),
		    where_is(cell_text("folder", label->place.folder)),
		    where_not(cell_number("uid_validity", label->place.uid_validity)),
		    where_not(cell_none("unfetched")),
		    where_is(cell_number("size", (int64_t)label->bytes)),
		    where_is(cell_number("arrived_at", label->arrived_at))),
		NULL, &row, &found, why))
		return false;
	if (found)
		return renumber(work, row_number(&row, "id"), &label->place, true, now, why);
	*added = MAIL_ADDED;
	return mail_take(work, label, NULL, NULL, code, now, why);
}

bool
mails_add_own(struct work *work, const char *folder, int64_t number, const char *code, int64_t now,
    int64_t *mail, struct failure *why)
{
	struct mail_label label = {.place = {.account = OURSELVES,
				       .folder = folder,
				       .uid_validity = 1,
				       .uid = (uint32_t)number},
	    .arrived_at = now};
	struct store_row row;
	enum mail_added added;
	bool found;

	if (!mails_add_unfetched(work, &label, code, now, &added, why) ||
	    !mail_find_place(work, &label.place, &row, &found, why))
		return false;
	if (!found)
		return fail(why, REMEDY_STOP, "ledger.state", "a note to ourselves is not there");
	*mail = row_number(&row, "id");
	return true;
}

static bool
find_uids(struct work *work, const struct store_query *query, uint32_t *uids, size_t *count,
    struct failure *why)
{
	struct store_row *rows;
	size_t found;

	*count = 0;
	if (query->limit == 0)
		return true;
	if (!work_find(work, query, NULL, &rows, &found, why))
		return false;
	for (size_t at = 0; at < found; at++)
		uids[at] = (uint32_t)row_number(&rows[at], "uid");
	*count = found;
	return true;
}

bool
mails_unfiled(struct work *work, const char *account, const char *folder, uint32_t uid_validity,
    uint32_t *uids, size_t room, size_t *count, struct failure *why)
{
	return find_uids(work,
	    QUERY("mail", "uid", room < UNFILED_MAX ? room : UNFILED_MAX,
		where_is(cell_text("account", account)), where_is(cell_text("folder", folder)),
		where_is(cell_number("uid_validity", uid_validity)),
		where_is(cell_number("is_filed", 0))),
	    uids, count, why);
}

bool
mails_unfetched(struct work *work, const struct mail_place *above, size_t max_bytes, uint32_t *uids,
    size_t room, size_t *count, struct failure *why)
{
	return find_uids(work,
	    QUERY("mail", "uid", room, where_is(cell_text("account", above->account)),
		where_is(cell_text("folder", above->folder)),
		where_is(cell_number("uid_validity", above->uid_validity)),
		where_over(cell_number("uid", above->uid)), where_not(cell_none("unfetched")),
		where_at_most(cell_number("size", (int64_t)max_bytes))),
	    uids, count, why);
}

bool
mails_filed(struct work *work, const char *account, const char *folder, uint32_t uid_validity,
    const uint32_t *uids, size_t count, struct failure *why)
{
	for (size_t at = 0; at < count; at++) {
		struct mail_place place = {account, folder, uid_validity, uids[at]};
		struct store_row row;
		bool found;

		if (!mail_find_place(work, &place, &row, &found, why))
			return false;
		if (found &&
		    !work_update(work, "mail", row_number(&row, "id"),
			CELLS(cell_number("is_filed", 1)), why))
			return false;
	}
	return true;
}
