/* How long one try to hand a letter over may take. */
/* SPDX-License-Identifier: MIT */
#include "outbox/patience.h"

enum {
	TIMEOUT_DEFAULT_SECONDS = 60,
	REPLIES = 4, /* that may each take that long */
	/* The bytes have this much time, but no letter holds up those behind it for longer. */
	SLOWEST_BYTES_PER_SECOND = 4096,
	BYTES_MAX_SECONDS = 300,
};

unsigned
patience_reply_seconds(const struct settings *settings)
{
	unsigned seconds = settings->submission.timeout_seconds;

	return seconds ? seconds : TIMEOUT_DEFAULT_SECONDS;
}

unsigned
patience_whole_seconds(const struct settings *settings, size_t length)
{
	size_t bytes = length / SLOWEST_BYTES_PER_SECOND;

	if (bytes > BYTES_MAX_SECONDS)
		bytes = BYTES_MAX_SECONDS;
	return (REPLIES + PATIENCE_AT_DOT) * patience_reply_seconds(settings) + (unsigned)bytes;
}
