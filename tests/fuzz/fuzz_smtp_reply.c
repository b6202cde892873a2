/* Whatever a server says, in whatever pieces, comes to the same judgement and to printable text. */
/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "outbox/smtp_reply.h"

static void
check_sound(const struct smtp_talk *talk)
{
	char id[80];

	if (talk->code && (talk->code < 200 || talk->code > 599))
		abort();
	if (talk->verdict && !talk->data_begun)
		abort();
	for (const char *at = talk->text; *at; at++)
		if (*at < ' ' || *at > '~')
			abort();
	smtp_queue_id(talk->text, id, sizeof id);
	if (strpbrk(id, " <>[]=,") || (*id && !strstr(talk->text, id)))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct smtp_talk whole = {0}, pieces = {0};
	size_t step = length ? bytes[0] % 7 + 1u : 1;

	smtp_talk_hear(&whole, (const char *)bytes, length);
	for (size_t at = 0; at < length; at += step)
		smtp_talk_hear(
		    &pieces, (const char *)bytes + at, length - at < step ? length - at : step);
	check_sound(&whole);
	if (whole.code != pieces.code || whole.verdict != pieces.verdict ||
	    whole.data_begun != pieces.data_begun || strcmp(whole.text, pieces.text))
		abort();
	return 0;
}
