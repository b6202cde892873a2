/* A verified, logged-in connection that libetpan can read and write, each command on its clock. */
/* SPDX-License-Identifier: MIT */
#ifndef INBOX_IMAP_STREAM_H
#define INBOX_IMAP_STREAM_H

#include <libetpan/mailstream.h>

#include "base/failure.h"
#include "inbox/imap_guard.h"
#include "papers/settings.h"

struct imap_stream;

/*
 * Connects, verifies, does STARTTLS and logs in, all by libcurl, in at most `seconds`. What
 * libetpan reads first is a greeting of ours, PREAUTH: it never sees a password.
 *
 * fails   STOP   inbox.certificate, inbox.login, inbox.no-tls
 *         RETRY  inbox.network
 */
MUST_CHECK bool imap_stream_open(const struct server *server, const char *password,
    unsigned seconds, struct imap_stream **out, struct failure *why);

/* Ends it at once, without a word to the server. Accepts NULL. After libetpan is done with it. */
void imap_stream_close(struct imap_stream *stream);

/* The same connection as libetpan's; NULL without memory. Its end does not end the connection. */
mailstream *imap_stream_for_libetpan(struct imap_stream *stream);

/*
 * Begins a command: the server has so many seconds for its whole answer, however slowly the
 * bytes drip, and the answer so many bytes.
 */
void imap_stream_begin(struct imap_stream *stream, unsigned seconds, uint64_t max_bytes);

/* What passed since then. */
const struct imap_guard *imap_stream_guard(const struct imap_stream *stream);

/* True once reading or writing has failed, which is for good; then why, RETRY. */
bool imap_stream_is_broken(const struct imap_stream *stream, struct failure *why);
/* Gives it up: what came over it makes no sense, so nothing that follows would. */
void imap_stream_give_up(struct imap_stream *stream, const struct failure *why);

enum imap_waited { WAITED_DATA, WAITED_OVER, WAITED_WOKEN };

/*
 * Waits until the server says something, the time is over or wake_fd (-1: none) is readable; a
 * signal counts as woken. Looks at what libetpan has read already, then into the TLS layer, and
 * only then at the socket.
 *
 * fails   RETRY  inbox.network   the connection is gone
 */
MUST_CHECK bool imap_stream_wait(struct imap_stream *stream, const mailstream *reader,
    unsigned seconds, int wake_fd, enum imap_waited *out, struct failure *why);

#endif
