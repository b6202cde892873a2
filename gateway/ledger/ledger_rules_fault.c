/* Rule files with faults: since when, and the notice that has the administrators told. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_parts.h"

#include <string.h>

static bool
find_open(
    struct work *work, const char *which, struct store_row *row, bool *found, struct failure *why)
{
	return work_first(work,
	    QUERY("rules_fault", "id DESC", 1, where_is(cell_text("which", which)),
		where_is(cell_number("gone_at", 0))),
	    NULL, row, found, why);
}

bool
rules_fault_note(struct work *work, const struct rules_fault *fault, const uint8_t *digest,
    int64_t now, bool *is_new, struct failure *why)
{
	struct store_row before;
	bool found;
	int64_t id, mail;

	*is_new = false;
	if (!find_open(work, fault->which, &before, &found, why))
		return false;
	if (found && fault->faults &&
	    memcmp(row_cell(&before, "digest")->bytes, digest, HASH_BYTES) == 0)
		return true;
	if (found &&
	    !work_update(work, "rules_fault", row_number(&before, "id"),
		CELLS(cell_number("gone_at", now)), why))
		return false;
	if (!fault->faults)
		return true;
	*is_new = true;
	return work_insert(work, "rules_fault",
		   CELLS(cell_text("which", fault->which), cell_number("found_at", now),
		       cell_bytes("digest", digest, HASH_BYTES),
		       cell_number("faults", fault->faults), cell_text("words", fault->words)),
		   &id, why) &&
	    mails_add_own(work, "rules", id, "rules.fault", now, &mail, why) &&
	    work_update(work, "rules_fault", id, CELLS(cell_number("mail", mail)), why);
}

bool
rules_faults_now(struct work *work, struct arena *arena, struct rules_fault out[2], size_t *count,
    struct failure *why)
{
	static const char *const WHICH[2] = {"active", "edited"};

	*count = 0;
	for (size_t at = 0; at < COUNT_OF(WHICH); at++) {
		struct store_row row;
		bool found;
		if (!find_open(work, WHICH[at], &row, &found, why))
			return false;
		if (found)
			out[(*count)++] = (struct rules_fault){.which = WHICH[at],
			    .words = arena_text(arena, row_text(&row, "words")),
			    .faults = row_number(&row, "faults"),
			    .found_at = row_number(&row, "found_at")};
	}
	return true;
}

bool
rules_fault_words(
    struct work *work, int64_t mail, struct arena *arena, const char **words, struct failure *why)
{
	struct store_row row;
	bool found;

	*words = NULL;
	if (!work_first(work, QUERY("rules_fault", NULL, 1, where_is(cell_number("mail", mail))),
		NULL, &row, &found, why))
		return false;
	if (found)
		*words =
		    arena_print(arena, "%s\n%s", row_text(&row, "which"), row_text(&row, "words"));
	return true;
}
