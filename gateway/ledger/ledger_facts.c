/* What the past says of a mail: duplicates, the case it names, our letter it speaks of. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_parts.h"

#include <string.h>

bool
hash_is_zero(const uint8_t *hash)
{
	uint8_t any = 0;

	for (size_t at = 0; hash && at < HASH_BYTES; at++)
		any |= hash[at];
	return any == 0;
}

bool
facts_same(struct work *work, const char *column, const uint8_t *hash, int64_t mail_id,
    struct store_row *out, bool *found, struct failure *why)
{
	*found = false;
	if (hash_is_zero(hash))
		return true;
	return work_first(work,
	    QUERY("mail", "id DESC", 1, where_is(cell_bytes(column, hash, HASH_BYTES)),
		where_not(cell_number("id", mail_id)), where_is(cell_number("is_case", 1))),
	    NULL, out, found, why);
}

static void
copy_reference(struct reference *to, const char *text)
{
	*to = (struct reference){0};
	(void)strncat(to->text, text, sizeof to->text - 1);
}

static bool
find_duplicate(struct work *work, int64_t mail_id, const uint8_t *payload_hash,
    const uint8_t *message_id_hash, struct ledger_facts *facts, struct failure *why)
{
	struct store_row row;

	if (!facts_same(
		work, "payload_hash", payload_hash, mail_id, &row, &facts->is_duplicate, why))
		return false;
	if (!facts->is_duplicate &&
	    !facts_same(
		work, "message_id_hash", message_id_hash, mail_id, &row, &facts->is_duplicate, why))
		return false;
	if (facts->is_duplicate)
		copy_reference(&facts->duplicate_of, row_text(&row, "reference"));
	return true;
}

static enum referral_state
state_of(const char *name)
{
	enum referral_state state = REFERRAL_HELD;

	while (state < REFERRAL_STATES - 1 && strcmp(referral_state_name(state), name) != 0)
		state++;
	return state;
}

static bool
find_case(struct work *work, const char *named, struct arena *arena, struct ledger_facts *facts,
    struct failure *why)
{
	struct store_row opened, *rows;
	size_t count;

	if (!case_find(work, named, &opened, &facts->has_case, why))
		return false;
	if (!facts->has_case)
		return true;
	facts->case_is_closed = strcmp(row_text(&opened, "state"), "closed") == 0;
	if (!work_find(work,
		QUERY("referral", NULL, AGENCIES_MAX,
		    where_is(cell_number("case_id", row_number(&opened, "id")))),
		NULL, &rows, &count, why))
		return false;
	for (size_t at = 0; at < count; at++)
		facts->referrals[at] = (struct known_referral){
		    .agency = arena_text(arena, row_text(&rows[at], "agency")),
		    .state = state_of(row_text(&rows[at], "state")),
		    .children = (uint64_t)row_number(&rows[at], "children")};
	facts->referral_count = count;
	return true;
}

static bool
find_letter(
    struct work *work, const char *message_id, struct ledger_facts *facts, struct failure *why)
{
	struct store_row row;

	if (!work_first(work,
		QUERY("letter", NULL, 1, where_is(cell_text("message_id", message_id))), NULL, &row,
		&facts->is_our_letter, why))
		return false;
	if (facts->is_our_letter)
		copy_reference(&facts->letter_reference, row_text(&row, "reference"));
	return true;
}

bool
facts_find(struct work *work, int64_t mail_id, const uint8_t *payload_hash,
    const uint8_t *message_id_hash, const char *named, const char *letter_id, struct arena *arena,
    struct ledger_facts *out, struct failure *why)
{
	*out = (struct ledger_facts){0};
	return find_duplicate(work, mail_id, payload_hash, message_id_hash, out, why) &&
	    (!named || find_case(work, named, arena, out, why)) &&
	    (!letter_id || find_letter(work, letter_id, out, why));
}
