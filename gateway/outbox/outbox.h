/* One letter, one try, one answer. */
/* SPDX-License-Identifier: MIT */
#ifndef OUTBOX_OUTBOX_H
#define OUTBOX_OUTBOX_H

#include "base/failure.h"
#include "papers/settings.h"

struct outbox;

/* One connection that is opened at the first letter and reused. Owns nothing of the settings. */
struct outbox *outbox_open(const struct settings *settings, const char *password);
void outbox_close(struct outbox *outbox);
void outbox_closep(struct outbox **outbox);

enum outbox_result {
	OUTBOX_SENT,     /* 2xx after the final dot */
	OUTBOX_LATER,    /* 4xx, or nothing reached the server's judgement */
	OUTBOX_NEVER,    /* 5xx: a person must look */
	OUTBOX_UNKNOWN,  /* after the final dot, no answer: send the same bytes again */
};

struct outbox_answer {
	enum outbox_result result;
	int reply_code;          /* SMTP, 0 where there was none */
	char reply[512];         /* the server's last line, printable ASCII only */
	char queue_id[80];       /* what can be read of it from the 250, may be "" */
	const char *code;        /* "smtp.sent", "smtp.later", "smtp.never", "smtp.unknown", "smtp.tls", "smtp.login", "smtp.network" */
};

/*
 * Tries once. `bytes` is the whole mail: 7-bit, CRLF only, no line over 998 bytes (asserted).
 * Addresses must be plain (address_is_plain). Never fails: every ending is an answer.
 * after   RFC 5321 4.5.3.2, 4.2; RFC 3463
 */
void outbox_send(struct outbox *outbox, const char *from, const char *to, const char *bytes,
    size_t length, struct outbox_answer *answer);

/* Checks connection, TLS and login without sending (NOOP): for `wandle check --online`. */
MUST_CHECK bool outbox_probe(struct outbox *outbox, struct failure *why);

#endif
