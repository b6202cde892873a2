/* IMAP commands to one mailbox, each with its whole answer checked. */
/* SPDX-License-Identifier: MIT */
#ifndef INBOX_IMAP_SESSION_H
#define INBOX_IMAP_SESSION_H

#include <glib.h>

#include "base/failure.h"
#include "papers/settings.h"

struct imap_session;

/*
 * Every command below can fail with
 *
 *         RETRY  inbox.network    the connection is gone, or the server too slow
 *         RETRY  inbox.protocol   the server said what no IMAP server may say
 *         RETRY  inbox.refused    the server said NO (its words are in the reason)
 *
 * The first two end the session: every later command fails at once. UID lists are GArrays of
 * uint32_t, sorted upwards.
 */
MUST_CHECK bool imap_session_open(const struct server *server, const char *password,
    unsigned command_seconds, struct imap_session **out, struct failure *why);
void imap_session_close(struct imap_session *session); /* accepts NULL; says LOGOUT where it can */

bool imap_session_has_move(const struct imap_session *session);
bool imap_session_has_uidplus(const struct imap_session *session);
bool imap_session_has_idle(const struct imap_session *session);

/* Opens a folder for writing; folder names here are in IMAP's own spelling (RFC 3501 5.1.3). */
MUST_CHECK bool imap_session_select(
    struct imap_session *session, const char *folder, struct failure *why);
/* The same, for looking only: no flag of a mail there changes (EXAMINE). */
MUST_CHECK bool imap_session_examine(
    struct imap_session *session, const char *folder, struct failure *why);
uint32_t imap_session_uid_validity(const struct imap_session *session); /* 0: it keeps none */
bool imap_session_is_read_only(const struct imap_session *session);

MUST_CHECK bool imap_session_has_folder(
    struct imap_session *session, const char *folder, bool *out, struct failure *why);
/* Makes a folder, and subscribes to it where that can be done. */
MUST_CHECK bool imap_session_make_folder(
    struct imap_session *session, const char *folder, struct failure *why);

/* UIDs that are at least `first`. */
MUST_CHECK bool imap_session_search_from(
    struct imap_session *session, uint32_t first, GArray *found, struct failure *why);
/* Which of these are there; or only those among them not marked \Deleted. */
MUST_CHECK bool imap_session_search_among(struct imap_session *session, const GArray *uids,
    bool undeleted_only, GArray *found, struct failure *why);
/* All that are marked \Deleted. */
MUST_CHECK bool imap_session_search_deleted(
    struct imap_session *session, GArray *found, struct failure *why);

/* What the server says of a mail; 0 where it said nothing. */
struct imap_description {
	uint32_t uid;
	uint64_t bytes;     /* RFC822.SIZE */
	int64_t arrived_at; /* INTERNALDATE */
};
/* Fills in descriptions whose uid is set, in any order; a mail that is gone is left as it is. */
MUST_CHECK bool imap_session_describe(struct imap_session *session, struct imap_description *mails,
    size_t count, struct failure *why);

/*
 * Gives a mail's bytes piece by piece (BODY.PEEK[]), at most max_bytes, to `take`, which returns
 * false to stop. Only afterwards *was_it says whether they were this mail's, whole, and alone.
 * The time that it may take goes by the length that the server said, 0 where it did not.
 *
 * fails   DESK  inbox.too-large   longer than max_bytes; ends the session
 */
typedef bool imap_take(void *context, const char *bytes, size_t length);
MUST_CHECK bool imap_session_fetch(struct imap_session *session, uint32_t uid, uint64_t said_bytes,
    uint64_t max_bytes, imap_take *take, void *context, bool *was_it, struct failure *why);

MUST_CHECK bool imap_session_move(
    struct imap_session *session, const GArray *uids, const char *folder, struct failure *why);
MUST_CHECK bool imap_session_copy(
    struct imap_session *session, const GArray *uids, const char *folder, struct failure *why);
MUST_CHECK bool imap_session_mark_deleted(
    struct imap_session *session, const GArray *uids, struct failure *why);
/* UID EXPUNGE of these, or EXPUNGE of all that is marked where uids is NULL. */
MUST_CHECK bool imap_session_expunge(
    struct imap_session *session, const GArray *uids, struct failure *why);

MUST_CHECK bool imap_session_noop(struct imap_session *session, struct failure *why);
/* IDLE until the server says something, the time is over, or wake_fd is readable. */
MUST_CHECK bool imap_session_idle(
    struct imap_session *session, unsigned seconds, int wake_fd, struct failure *why);

#endif
