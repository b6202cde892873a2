/* No bytes get past the guard's bounds, and in pieces they fare as they do whole. */
/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "inbox/imap_guard.h"

enum { BOUND_BYTES = 4096 };

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct imap_guard whole = {0}, pieces = {0};
	size_t step = length ? bytes[0] % 7 + 1u : 1;
	bool whole_passes, pieces_pass = true;

	imap_guard_begin(&whole, BOUND_BYTES);
	imap_guard_begin(&pieces, BOUND_BYTES);
	whole_passes = imap_guard_pass(&whole, (const char *)bytes, length);
	for (size_t at = 0; pieces_pass && at < length; at += step)
		pieces_pass = imap_guard_pass(
		    &pieces, (const char *)bytes + at, length - at < step ? length - at : step);
	if (length > BOUND_BYTES && whole_passes)
		abort();
	if (whole_passes && whole.literal_left > whole.bytes_left)
		abort();
	if (whole_passes != pieces_pass && length <= BOUND_BYTES)
		abort();
	if (whole_passes && (whole.status != pieces.status || strcmp(whole.text, pieces.text)))
		abort();
	for (const char *at = whole.text; *at; at++)
		if (*at < ' ' || *at > '~')
			abort();
	return 0;
}
