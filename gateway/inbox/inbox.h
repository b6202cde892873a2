/* The mailbox: new mail in, handled mail filed away. */
/* SPDX-License-Identifier: MIT */
#ifndef INBOX_INBOX_H
#define INBOX_INBOX_H

#include "base/failure.h"
#include "papers/mail.h"
#include "papers/settings.h"

struct inbox;

/*
 * What any call after inbox_open() may fail with, besides its own codes:
 *
 *         RETRY  inbox.network    the connection is gone or the server too slow: close, open again
 *         RETRY  inbox.protocol   the server said what no IMAP server may say: close, open again
 *         RETRY  inbox.refused    the server said NO: the inbox goes on working for other mails
 *         RETRY  inbox.changed    UIDVALIDITY changed: close, open again
 *
 * Every call has a bound in time (timeout_seconds a command, more for a large mail) and memory,
 * whatever the server does. Reasons may hold the server's words, in printable ASCII, never ours
 * of the login.
 */

/*
 * Connects, verifies the server's certificate and name, logs in and opens the folder; makes the
 * Handled folder where there is none. `password` is used now and not kept; NULL: no login.
 *
 * fails   STOP   inbox.certificate  the certificate or its name is wrong (worth an alarm; try
 *                                   again all the same)
 *         STOP   inbox.login        refused
 *         STOP   inbox.no-tls       the server offers no TLS, or the settings ask for none away
 *                                   from loopback
 *         STOP   inbox.folder       there is no such folder, it opens for reading only, or the
 *                                   Handled folder can't be made
 *         RETRY  inbox.network      anything else
 */
MUST_CHECK bool inbox_open(
    const struct settings *settings, const char *password, struct inbox **out, struct failure *why);
/*
 * The same for the Handled folder, for looking only: list and fetch, never file or wait. Nothing
 * there is changed (EXAMINE). Labels name that folder. fails as inbox_open() does
 */
MUST_CHECK bool inbox_open_handled(
    const struct settings *settings, const char *password, struct inbox **out, struct failure *why);
void inbox_close(struct inbox *inbox); /* accepts NULL; logs out where it can */
void inbox_closep(struct inbox **inbox);

uint32_t inbox_uid_validity(const struct inbox *inbox);
const char *inbox_account(const struct inbox *inbox); /* "user@host:port" */

/*
 * Lists mails with UIDs above last_uid (0: all), by rising UID, at most `room` of them: where
 * *count is `room` there may be more. A call that goes on where the last one ended lists what was
 * there then, and what came since only behind that. Never changes a flag. The labels' texts live as long as the
 * inbox and its settings. A size of 0 means that the server did not say; a missing date is now.
 */
MUST_CHECK bool inbox_list(struct inbox *inbox, uint32_t last_uid, struct mail_label *labels,
    size_t room, size_t *count, struct failure *why);

/* Which of these UIDs are there and not marked \Deleted, by rising UID; `present` has room for all. */
MUST_CHECK bool inbox_among(struct inbox *inbox, const uint32_t *uids, size_t count,
    uint32_t *present, size_t *found, struct failure *why);

/*
 * Fetches one mail whole (BODY.PEEK[]), at most max_bytes. *bytes is newly allocated; end it with
 * inbox_forget(), which wipes it. The server's answer is checked: this UID, once, not empty, and
 * of the size it said, or else twice the same bytes (Exchange only estimates the size).
 * fails   DESK   inbox.vanished     no longer there
 *         DESK   inbox.too-large    past max_bytes; if the label did not say so, open again
 *         RETRY  inbox.refused      the server keeps this mail back; it may do so for ever, so
 *                                   count the attempts, and go on with the others
 */
MUST_CHECK bool inbox_fetch(struct inbox *inbox, const struct mail_label *label, size_t max_bytes,
    uint8_t **bytes, size_t *length, struct failure *why);
void inbox_forget(uint8_t *bytes, size_t length);

/*
 * Files mails away into the Handled folder: UID MOVE, or COPY, STORE \Deleted and UID EXPUNGE
 * where the server has no MOVE. Safe to repeat: a mail that is no longer there counts as filed, and
 * one that a crash left copied is not copied again.
 * On a server with neither MOVE nor UIDPLUS a mail may stay, copied and marked \Deleted, as long
 * as other people's marked mails would be expunged with it.
 */
MUST_CHECK bool inbox_file(
    struct inbox *inbox, const uint32_t *uids, size_t count, struct failure *why);

/*
 * Waits for new mail: IDLE where the server has it, else NOOP after the wait. Returns true when
 * it is time to list again: something arrived, `seconds` are over, or wake_fd became readable
 * (-1: none), or a signal came. Returns at once when there is more than inbox_list() has given
 * out. Renews IDLE before 29 minutes (RFC 2177) by never waiting longer than IDLE_MAX_SECONDS.
 */
MUST_CHECK bool inbox_wait(struct inbox *inbox, unsigned seconds, int wake_fd, struct failure *why);

#endif
