/* What an SMTP server said in one transfer, and which of it is the judgement. */
/* SPDX-License-Identifier: MIT */
#ifndef OUTBOX_SMTP_REPLY_H
#define OUTBOX_SMTP_REPLY_H

#include "base/base.h"

enum { SMTP_LINE_MAX_BYTES = 512 /* RFC 5321 4.5.3.1.5, with CR LF */ };

/* Zero it to begin a transfer. */
struct smtp_talk {
	char line[SMTP_LINE_MAX_BYTES]; /* what came of a line that has not ended */
	size_t line_used;
	int code; /* the last whole reply, 0: none yet */
	/*
	 * Set by the caller when the first byte of the letter is given away: from now on the server
	 * may have it. No line says so: a 354 may stand anywhere, also before TLS.
	 */
	bool data_begun;
	int verdict;                    /* the first whole reply after that, 0: none */
	char text[SMTP_LINE_MAX_BYTES]; /* that reply's last line: printable ASCII, cut to fit */
};

/*
 * Takes what the server said, in pieces of any size. Only whole replies count (RFC 5321 4.2.1:
 * the last line of one has no hyphen after its code); what is no reply is passed over, and so is
 * the answer to QUIT. After the verdict nothing changes any more.
 */
void smtp_talk_hear(struct smtp_talk *talk, const char *bytes, size_t length);

/*
 * Copies the server's name for the letter out of a 250: Postfix "queued as X", Exim "OK id=X",
 * Exchange "[InternalId=X,", sendmail and OpenSMTPD "X Message accepted for delivery". Anything
 * else, or one that does not fit or holds odd characters, gives "".
 */
void smtp_queue_id(const char *text, char *out, size_t size);

#endif
