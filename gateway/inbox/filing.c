/* Moves mails between folders so that a crash at any point leaves each in at least one. */
/* SPDX-License-Identifier: MIT */
#include "inbox/filing.h"

#include <string.h>

#include "base/step.h"

static GArray *
new_uids(void)
{
	return g_array_new(FALSE, FALSE, sizeof(uint32_t));
}

bool
filing_ensure_folder(struct imap_session *session, const char *folder, struct failure *why)
{
	bool is_there;

	if (!imap_session_has_folder(session, folder, &is_there, why))
		return false;
	return is_there || imap_session_make_folder(session, folder, why);
}

static bool
is_among(const GArray *uids, uint32_t uid)
{
	for (guint at = 0; at < uids->len; at++)
		if (g_array_index(uids, uint32_t, at) == uid)
			return true;
	return false;
}

/*
 * Without UIDPLUS only EXPUNGE is left, which takes every mail that anybody marked: ours go only
 * when nobody else's would go with them.
 */
static bool
expunge_ours(struct imap_session *session, const GArray *ours, struct failure *why)
{
	g_autoptr(GArray) marked = new_uids();

	if (imap_session_has_uidplus(session))
		return imap_session_expunge(session, ours, why);
	if (!imap_session_search_deleted(session, marked, why))
		return false;
	for (guint at = 0; at < marked->len; at++)
		if (!is_among(ours, g_array_index(marked, uint32_t, at)))
			return true;
	return imap_session_expunge(session, NULL, why);
}

/* A mail that is marked has been copied already: the mark comes after the copy. */
static bool
copy_and_remove(
    struct imap_session *session, const GArray *uids, const char *folder, struct failure *why)
{
	g_autoptr(GArray) unmarked = new_uids();

	if (!imap_session_search_among(session, uids, true, unmarked, why))
		return false;
	step("before inbox.copy");
	if (unmarked->len && !imap_session_copy(session, unmarked, folder, why))
		return false;
	step("before inbox.store");
	if (unmarked->len && !imap_session_mark_deleted(session, unmarked, why))
		return false;
	step("before inbox.expunge");
	if (!expunge_ours(session, uids, why))
		return false;
	step("after inbox.expunge");
	return true;
}

static bool
move_away(struct imap_session *session, const GArray *uids, const char *folder, struct failure *why)
{
	if (!imap_session_has_move(session))
		return copy_and_remove(session, uids, folder, why);
	step("before inbox.move");
	if (!imap_session_move(session, uids, folder, why))
		return false;
	step("after inbox.move");
	return true;
}

/* Somebody may have removed the folder since it was made: a refusal is tried once more. */
static bool
move_away_or_again(
    struct imap_session *session, const GArray *uids, const char *folder, struct failure *why)
{
	if (move_away(session, uids, folder, why))
		return true;
	return !strcmp(why->code, "inbox.refused") && filing_ensure_folder(session, folder, why) &&
	    move_away(session, uids, folder, why);
}

static bool
check_gone(struct imap_session *session, const GArray *uids, struct failure *why)
{
	g_autoptr(GArray) left = new_uids();

	if (!imap_session_has_move(session) && !imap_session_has_uidplus(session))
		return true;
	if (!imap_session_search_among(session, uids, false, left, why))
		return false;
	return left->len == 0 ||
	    fail(why, REMEDY_RETRY, "inbox.refused", "%u mails are still where they were",
		left->len);
}

static gint
compare_uids(gconstpointer left, gconstpointer right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

bool
filing_move(struct imap_session *session, const uint32_t *uids, size_t count, const char *folder,
    struct failure *why)
{
	g_autoptr(GArray) asked = new_uids(), present = new_uids();

	g_array_append_vals(asked, uids, (guint)count);
	g_array_sort(asked, compare_uids);
	if (!imap_session_search_among(session, asked, false, present, why))
		return false;
	if (present->len == 0)
		return true;
	return move_away_or_again(session, present, folder, why) &&
	    check_gone(session, present, why);
}
