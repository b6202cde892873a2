/* Knows a copy by its length, its date of arrival, and then by every byte. */
/* SPDX-License-Identifier: MIT */
#include "inbox/refiling.h"

#include <string.h>

#include "base/limits.h"

enum { NEWEST = 200 };

struct description_list {
	struct imap_description mails[NEWEST];
	size_t count;
};

static GArray *
new_uids(void)
{
	return g_array_new(FALSE, FALSE, sizeof(uint32_t));
}

/* The newest of these, as the server describes them. */
static bool
describe_newest(struct imap_session *session, const GArray *uids, struct description_list *out,
    struct failure *why)
{
	out->count = MIN(uids->len, NEWEST);
	for (size_t at = 0; at < out->count; at++)
		out->mails[at] = (struct imap_description){
		    .uid = g_array_index(uids, uint32_t, uids->len - out->count + at)};
	return !out->count || imap_session_describe(session, out->mails, out->count, why);
}

static bool
add_to_sum(void *sum, const char *bytes, size_t length)
{
	g_checksum_update(sum, (const guchar *)bytes, (gssize)length);
	return true;
}

/* NULL in *out where the mail is not to be had: then it is no copy that can be relied on. */
static bool
sum_of(struct imap_session *session, const struct imap_description *mail, char **out,
    struct failure *why)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	bool was_it = false;

	*out = NULL;
	if (!imap_session_fetch(
		session, mail->uid, mail->bytes, MAIL_MAX_BYTES, add_to_sum, sum, &was_it, why))
		return strcmp(why->code, "inbox.refused") == 0;
	if (was_it)
		*out = g_strdup(g_checksum_get_string(sum));
	return true;
}

static bool
look_alike(const struct imap_description *one, const struct imap_description *other)
{
	return one->bytes && one->bytes == other->bytes && one->arrived_at == other->arrived_at;
}

/* The sums of all in Handled that look like one of ours. */
static bool
sum_copies(struct imap_session *session, const struct description_list *ours, GHashTable *sums,
    struct failure *why)
{
	struct description_list theirs;
	g_autoptr(GArray) all = new_uids();

	if (!imap_session_search_from(session, 1, all, why) ||
	    !describe_newest(session, all, &theirs, why))
		return false;
	for (size_t at = 0; at < theirs.count; at++) {
		bool is_like = false;
		char *sum = NULL;
		for (size_t our = 0; our < ours->count; our++)
			is_like = is_like || look_alike(&ours->mails[our], &theirs.mails[at]);
		if (is_like && !sum_of(session, &theirs.mails[at], &sum, why))
			return false;
		if (sum)
			g_hash_table_add(sums, sum);
	}
	return true;
}

static bool
mark_copied(struct imap_session *session, const struct description_list *ours, GHashTable *sums,
    struct failure *why)
{
	g_autoptr(GArray) copied = new_uids();

	for (size_t at = 0; at < ours->count; at++) {
		g_autofree char *sum = NULL;
		if (!sum_of(session, &ours->mails[at], &sum, why))
			return false;
		if (sum && g_hash_table_contains(sums, sum))
			g_array_append_val(copied, ours->mails[at].uid);
	}
	return !copied->len || imap_session_mark_deleted(session, copied, why);
}

bool
refiling_mark_copied(struct imap_session *session, const char *folder, const char *handled,
    const GArray *uids, struct failure *why)
{
	g_autoptr(GHashTable) sums = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GArray) unmarked = new_uids();
	struct description_list ours;

	if (!uids->len)
		return true;
	if (!imap_session_search_among(session, uids, true, unmarked, why) ||
	    !describe_newest(session, unmarked, &ours, why))
		return false;
	if (!ours.count)
		return true;
	return imap_session_select(session, handled, why) &&
	    sum_copies(session, &ours, sums, why) && imap_session_select(session, folder, why) &&
	    (!g_hash_table_size(sums) || mark_copied(session, &ours, sums, why));
}
