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
	size_t begun = length > 1 ? bytes[1] % length : 0; /* where the letter is given away */

	smtp_talk_hear(&whole, (const char *)bytes, begun);
	whole.data_begun = true;
	smtp_talk_hear(&whole, (const char *)bytes + begun, length - begun);
	for (size_t at = 0, end = 0; at < length; at = end) {
		end = at + step < length ? at + step : length;
		if (at < begun && begun < end)
			end = begun;
		pieces.data_begun = at >= begun;
		smtp_talk_hear(&pieces, (const char *)bytes + at, end - at);
	}
	check_sound(&whole);
	if (whole.code != pieces.code || whole.verdict != pieces.verdict ||
	    strcmp(whole.text, pieces.text))
		abort();
	return 0;
}
