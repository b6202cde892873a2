/* One letter, one try, one answer. */
/* SPDX-License-Identifier: MIT */
#ifndef OUTBOX_OUTBOX_H
#define OUTBOX_OUTBOX_H

#include "base/failure.h"
#include "papers/settings.h"

struct outbox;

/*
 * One connection that is opened at the first letter and reused. Owns nothing of the settings.
 * Says the domain of identity.address in EHLO. The password is kept until outbox_close(); NULL:
 * none.
 */
struct outbox *outbox_open(const struct settings *settings, const char *password);
void outbox_close(struct outbox *outbox);
void outbox_closep(struct outbox **outbox);

enum outbox_result {
	OUTBOX_SENT,  /* 2xx after the final dot */
	OUTBOX_LATER, /* 4xx, or nothing reached the server's judgement */
	OUTBOX_NEVER, /* 5xx: a person must look */
	/* after 354, no answer: it may have the letter: send the same bytes again */
	OUTBOX_UNKNOWN,
};

struct outbox_answer {
	enum outbox_result result;
	int reply_code;    /* SMTP, 0 where there was none */
	char reply[512];   /* the server's last line, or what went wrong; printable ASCII only */
	char queue_id[80]; /* what can be read of it from the 250, may be "" */
	/*
	 * "smtp.sent", "smtp.later", "smtp.never", "smtp.unknown"; LATER also as "smtp.tls" (no
	 * verified TLS: alarm), "smtp.login" (refused: alarm) and "smtp.network"; NEVER also as
	 * "smtp.unfit" (not offered to the server: our own mistake).
	 */
	const char *code;
};

/*
 * Tries once. `bytes` is the whole mail: 7-bit, CRLF only, no line over 998 bytes, CRLF at its
 * end. Addresses must be plain (address_is_plain). What is not so is never offered. A connection
 * that the server closed since the last letter is opened again, without a word.
 *
 * Takes at most outbox_longest_seconds(), and of that for the bytes a second for each 4 kB.
 * Never fails: every ending is an answer.
 * after   RFC 5321 4.5.3.2, 4.2; RFC 3463
 */
void outbox_send(struct outbox *outbox, const char *from, const char *to, const char *bytes,
    size_t length, struct outbox_answer *answer);

/*
 * Nine times submission.timeout_seconds (0: 60), and five minutes for the bytes of the largest
 * letter: an urgent one may be waiting behind it.
 */
unsigned outbox_longest_seconds(const struct settings *settings);

/*
 * Checks connection, TLS and login without sending (NOOP): for `wandle check --online`.
 *
 * fails   STOP   smtp.tls, smtp.login
 *         RETRY  smtp.network, smtp.later
 */
MUST_CHECK bool outbox_probe(struct outbox *outbox, struct failure *why);

#endif
