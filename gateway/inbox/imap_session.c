/* Speaks IMAP through libetpan, and believes an answer only when all of it fits. */
/* SPDX-License-Identifier: MIT */
#include "inbox/imap_session.h"

#include <libetpan/libetpan.h>
#include <string.h>

#include "inbox/imap_answer.h"
#include "inbox/imap_stream.h"

enum {
	COMMAND_SECONDS = 60,
	LOGOUT_SECONDS = 2,
	SLOWEST_BYTES_PER_SECOND = 16 * 1024, /* a mail is given this much more time a byte */
	ANSWER_MAX_BYTES = 1024 * 1024,       /* with what other clients' doings add */
	SEARCH_MAX_BYTES = 16 * 1024 * 1024,  /* more than a million UIDs */
};

struct imap_session {
	struct imap_stream *stream;
	mailimap *imap;
	unsigned seconds; /* that one command may take */
	bool has_idle;
};

static void
begin(struct imap_session *session, unsigned more_seconds, uint64_t max_bytes)
{
	imap_stream_begin(session->stream, session->seconds + more_seconds, max_bytes);
}

static bool
give_up(struct imap_session *session, const char *code, const char *doing, const char *reason,
    struct failure *why)
{
	(void)fail(why, REMEDY_RETRY, code, "%s: %s", doing, reason);
	imap_stream_give_up(session->stream, why);
	return false;
}

/*
 * Judges a command. libetpan's own answer is not enough: it calls a FETCH done that the server
 * refused after some data, so the tagged status is taken from the guard.
 */
static bool
finish(struct imap_session *session, int answer, const char *doing, struct failure *why)
{
	const struct imap_guard *guard = imap_stream_guard(session->stream);

	if (imap_stream_is_broken(session->stream, why)) {
		if (guard->fault)
			why->code = "inbox.protocol";
		return fail_while(why, "%s", doing);
	}
	if (answer == MAILIMAP_ERROR_STREAM)
		return give_up(session, "inbox.network", doing, "the server said BYE", why);
	if (guard->status == IMAP_NO)
		return fail(why, REMEDY_RETRY, "inbox.refused", "%s: NO %s", doing, guard->text);
	if (guard->status == IMAP_BAD)
		return give_up(session, "inbox.protocol", doing, guard->text, why);
	if (guard->status != IMAP_OK || answer != MAILIMAP_NO_ERROR)
		return give_up(
		    session, "inbox.protocol", doing, "an answer that makes no sense", why);
	return true;
}

static bool
greet(struct imap_session *session, struct failure *why)
{
	struct mailimap_capability_data *offered = NULL;
	mailstream *stream = imap_stream_for_libetpan(session->stream);

	begin(session, 0, ANSWER_MAX_BYTES);
	if (!stream || mailimap_connect(session->imap, stream) != MAILIMAP_NO_ERROR_AUTHENTICATED)
		return give_up(session, "inbox.network", "greeting", "no memory", why);
	int answer = mailimap_capability(session->imap, &offered);
	if (answer == MAILIMAP_NO_ERROR)
		mailimap_capability_data_free(offered);
	if (!finish(session, answer, "CAPABILITY", why))
		return false;
	session->has_idle = mailimap_has_idle(session->imap);
	return true;
}

static void
close_session(struct imap_session **session)
{
	imap_session_close(*session);
}

bool
imap_session_open(const struct server *server, const char *password, unsigned command_seconds,
    struct imap_session **out, struct failure *why)
{
	CLEANUP(close_session) struct imap_session *session = g_new0(struct imap_session, 1);

	session->seconds = command_seconds ? command_seconds : COMMAND_SECONDS;
	session->imap = mailimap_new(0, NULL);
	if (!session->imap)
		return fail(why, REMEDY_RETRY, "inbox.network", "no memory");
	if (!imap_stream_open(server, password, session->seconds, &session->stream, why) ||
	    !greet(session, why))
		return false;
	*out = TAKE(session);
	return true;
}

void
imap_session_close(struct imap_session *session)
{
	if (!session)
		return;
	if (session->stream)
		imap_stream_begin(session->stream, LOGOUT_SECONDS, ANSWER_MAX_BYTES);
	if (session->imap)
		mailimap_free(session->imap);
	imap_stream_close(session->stream);
	g_free(session);
}

bool
imap_session_has_move(const struct imap_session *session)
{
	return mailimap_has_extension(session->imap, "MOVE");
}

bool
imap_session_has_uidplus(const struct imap_session *session)
{
	return mailimap_has_uidplus(session->imap);
}

bool
imap_session_has_idle(const struct imap_session *session)
{
	return session->has_idle;
}

bool
imap_session_select(struct imap_session *session, const char *folder, struct failure *why)
{
	begin(session, 0, ANSWER_MAX_BYTES);
	return finish(session, mailimap_select(session->imap, folder), "SELECT", why);
}

bool
imap_session_examine(struct imap_session *session, const char *folder, struct failure *why)
{
	begin(session, 0, ANSWER_MAX_BYTES);
	return finish(session, mailimap_examine(session->imap, folder), "EXAMINE", why);
}

uint32_t
imap_session_uid_validity(const struct imap_session *session)
{
	const struct mailimap_selection_info *selected = session->imap->imap_selection_info;

	return selected ? selected->sel_uidvalidity : 0;
}

bool
imap_session_is_read_only(const struct imap_session *session)
{
	const struct mailimap_selection_info *selected = session->imap->imap_selection_info;

	return selected && selected->sel_perm == MAILIMAP_MAILBOX_READONLY;
}

bool
imap_session_has_folder(
    struct imap_session *session, const char *folder, bool *out, struct failure *why)
{
	clist *found = NULL;

	begin(session, 0, ANSWER_MAX_BYTES);
	int answer = mailimap_list(session->imap, "", folder, &found);
	bool is_there = answer_names_folder(found, folder);
	if (found) /* on a NO as well */
		mailimap_list_result_free(found);
	if (!finish(session, answer, "LIST", why))
		return false;
	*out = is_there;
	return true;
}

bool
imap_session_make_folder(struct imap_session *session, const char *folder, struct failure *why)
{
	struct failure unsubscribed;

	begin(session, 0, ANSWER_MAX_BYTES);
	if (!finish(session, mailimap_create(session->imap, folder), "CREATE", why))
		return false;
	begin(session, 0, ANSWER_MAX_BYTES);
	if (!finish(
		session, mailimap_subscribe(session->imap, folder), "SUBSCRIBE", &unsubscribed) &&
	    imap_stream_is_broken(session->stream, why))
		return false;
	return true;
}

static bool
search(struct imap_session *session, struct mailimap_search_key *key, GArray *found,
    struct failure *why)
{
	clist *numbers = NULL;

	begin(session, 0, SEARCH_MAX_BYTES);
	int answer = mailimap_uid_search(session->imap, NULL, key, &numbers);
	mailimap_search_key_free(key);
	g_array_set_size(found, 0);
	if (numbers) { /* on a NO as well */
		answer_take_uids(numbers, found);
		mailimap_search_result_free(numbers);
	}
	return finish(session, answer, "UID SEARCH", why);
}

/* A key without an argument; the long call is libetpan's way to make one. */
static struct mailimap_search_key *
bare_key(int type)
{
	return mailimap_search_key_new(type, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
	    NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL,
	    NULL);
}

bool
imap_session_search_from(
    struct imap_session *session, uint32_t first, GArray *found, struct failure *why)
{
	struct mailimap_set *range = mailimap_set_new_interval(first, 0); /* 0 is "*" */

	if (!search(session, mailimap_search_key_new_uid(range), found, why))
		return false;
	/* "n:*" names the last mail even when its UID is below n (RFC 3501 6.4.8) */
	guint below = 0;
	while (below < found->len && g_array_index(found, uint32_t, below) < first)
		below++;
	g_array_remove_range(found, 0, below);
	return true;
}

bool
imap_session_search_among(struct imap_session *session, const GArray *uids, bool undeleted_only,
    GArray *found, struct failure *why)
{
	struct mailimap_search_key *among = mailimap_search_key_new_uid(answer_set_of(uids));
	struct mailimap_search_key *key = mailimap_search_key_new_multiple_empty();

	(void)mailimap_search_key_multiple_add(key, among);
	if (undeleted_only)
		(void)mailimap_search_key_multiple_add(
		    key, bare_key(MAILIMAP_SEARCH_KEY_UNDELETED));
	return search(session, key, found, why);
}

bool
imap_session_search_deleted(struct imap_session *session, GArray *found, struct failure *why)
{
	return search(session, bare_key(MAILIMAP_SEARCH_KEY_DELETED), found, why);
}

bool
imap_session_describe(
    struct imap_session *session, struct imap_description *mails, size_t count, struct failure *why)
{
	g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	struct mailimap_fetch_type *wanted = mailimap_fetch_type_new_fetch_att_list_empty();
	clist *answers = NULL;

	for (size_t at = 0; at < count; at++)
		g_array_append_val(uids, mails[at].uid);
	mailimap_fetch_type_new_fetch_att_list_add(wanted, mailimap_fetch_att_new_uid());
	mailimap_fetch_type_new_fetch_att_list_add(wanted, mailimap_fetch_att_new_rfc822_size());
	mailimap_fetch_type_new_fetch_att_list_add(wanted, mailimap_fetch_att_new_internaldate());
	struct mailimap_set *set = answer_set_of(uids);
	begin(session, 0, ANSWER_MAX_BYTES + count * 512);
	int answer = mailimap_uid_fetch(session->imap, set, wanted, &answers);
	mailimap_set_free(set);
	mailimap_fetch_type_free(wanted);
	if (answer == MAILIMAP_NO_ERROR) {
		answer_take_descriptions(answers, mails, count);
		mailimap_fetch_list_free(answers);
	}
	return finish(session, answer, "UID FETCH", why);
}

/* Where the bytes of a body go, and how many more may come. */
struct reading {
	imap_take *take;
	void *context;
	uint64_t left;
	bool is_too_large;
};

static bool
take_body(int type, struct mailimap_msg_att_body_section *section, const char *bytes, size_t length,
    void *context)
{
	struct reading *reading = context;

	(void)type;
	(void)section;
	reading->is_too_large = length > reading->left;
	if (reading->is_too_large)
		return false;
	reading->left -= length;
	return reading->take(reading->context, bytes, length);
}

static int
fetch_body(struct imap_session *session, uint32_t uid, struct reading *reading, clist **answers)
{
	struct mailimap_fetch_type *wanted = mailimap_fetch_type_new_fetch_att_list_empty();
	struct mailimap_set *set = mailimap_set_new_single(uid);

	mailimap_fetch_type_new_fetch_att_list_add(wanted, mailimap_fetch_att_new_uid());
	mailimap_fetch_type_new_fetch_att_list_add(
	    wanted, mailimap_fetch_att_new_body_peek_section(mailimap_section_new(NULL)));
	mailimap_set_msg_body_handler(session->imap, take_body, reading);
	int answer = mailimap_uid_fetch(session->imap, set, wanted, answers);
	mailimap_set_msg_body_handler(session->imap, NULL, NULL);
	mailimap_set_free(set);
	mailimap_fetch_type_free(wanted);
	return answer;
}

bool
imap_session_fetch(struct imap_session *session, uint32_t uid, uint64_t said_bytes,
    uint64_t max_bytes, imap_take *take, void *context, bool *was_it, struct failure *why)
{
	struct reading reading = {.take = take, .context = context, .left = max_bytes};
	clist *answers = NULL;
	bool is_it = false;

	/* a length may be an estimate */
	uint64_t longest = said_bytes && said_bytes < max_bytes / 2 ? said_bytes * 2 : max_bytes;
	begin(
	    session, (unsigned)(longest / SLOWEST_BYTES_PER_SECOND), ANSWER_MAX_BYTES + max_bytes);
	int answer = fetch_body(session, uid, &reading, &answers);
	if (answer == MAILIMAP_NO_ERROR) {
		is_it = answer_is_whole_mail(answers, uid);
		mailimap_fetch_list_free(answers);
	}
	if (reading.is_too_large || imap_stream_guard(session->stream)->is_too_large) {
		(void)give_up(
		    session, "inbox.network", "UID FETCH", "broken off in a large mail", why);
		return fail(why, REMEDY_DESK, "inbox.too-large",
		    "longer than %" G_GUINT64_FORMAT " bytes", max_bytes);
	}
	if (!finish(session, answer, "UID FETCH", why))
		return false;
	*was_it = is_it;
	return true;
}

bool
imap_session_move(
    struct imap_session *session, const GArray *uids, const char *folder, struct failure *why)
{
	struct mailimap_set *set = answer_set_of(uids);

	begin(session, 0, ANSWER_MAX_BYTES);
	int answer = mailimap_uid_move(session->imap, set, folder);
	mailimap_set_free(set);
	return finish(session, answer, "UID MOVE", why);
}

bool
imap_session_copy(
    struct imap_session *session, const GArray *uids, const char *folder, struct failure *why)
{
	struct mailimap_set *set = answer_set_of(uids);

	begin(session, 0, ANSWER_MAX_BYTES);
	int answer = mailimap_uid_copy(session->imap, set, folder);
	mailimap_set_free(set);
	return finish(session, answer, "UID COPY", why);
}

bool
imap_session_mark_deleted(struct imap_session *session, const GArray *uids, struct failure *why)
{
	struct mailimap_set *set = answer_set_of(uids);
	struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();

	(void)mailimap_flag_list_add(flags, mailimap_flag_new_deleted());
	struct mailimap_store_att_flags *change =
	    mailimap_store_att_flags_new_add_flags_silent(flags);
	begin(session, 0, ANSWER_MAX_BYTES);
	int answer = mailimap_uid_store(session->imap, set, change);
	mailimap_store_att_flags_free(change);
	mailimap_set_free(set);
	return finish(session, answer, "UID STORE", why);
}

bool
imap_session_expunge(struct imap_session *session, const GArray *uids, struct failure *why)
{
	int answer;

	begin(session, 0, ANSWER_MAX_BYTES);
	if (uids) {
		struct mailimap_set *set = answer_set_of(uids);
		answer = mailimap_uid_expunge(session->imap, set);
		mailimap_set_free(set);
	} else {
		answer = mailimap_expunge(session->imap);
	}
	return finish(session, answer, "EXPUNGE", why);
}

bool
imap_session_noop(struct imap_session *session, struct failure *why)
{
	begin(session, 0, ANSWER_MAX_BYTES);
	return finish(session, mailimap_noop(session->imap), "NOOP", why);
}

/*
 * libetpan 1.9.4 takes a word of the server's between IDLE and its "+" for the whole answer and
 * waits for the rest (its issue 393): that ends at the command's deadline, as a lost connection.
 */
static bool
begin_idle(struct imap_session *session, struct failure *why)
{
	begin(session, 0, ANSWER_MAX_BYTES);
	int answer = mailimap_idle(session->imap);
	if (answer == MAILIMAP_NO_ERROR && !imap_stream_is_broken(session->stream, why))
		return true;
	if (imap_stream_guard(session->stream)->status != IMAP_NONE)
		session->has_idle = false; /* offered, and then refused */
	if (finish(session, answer, "IDLE", why))
		return give_up(session, "inbox.protocol", "IDLE", "done before it began", why);
	return false;
}

bool
imap_session_idle(struct imap_session *session, unsigned seconds, int wake_fd, struct failure *why)
{
	enum imap_waited waited;

	if (!begin_idle(session, why) ||
	    !imap_stream_wait(
		session->stream, session->imap->imap_stream, seconds, wake_fd, &waited, why))
		return false;
	begin(session, 0, ANSWER_MAX_BYTES);
	return finish(session, mailimap_idle_done(session->imap), "DONE", why);
}
