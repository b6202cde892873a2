/* Armor that is let through is one block with named recipients, and nothing can be added. */
/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "papers/armor.h"

static const char BEGIN[] = "-----BEGIN PGP MESSAGE-----", END[] = "-----END PGP MESSAGE-----";

/* Where END stands, it stands last, with at most one line end behind it. */
static void
check_frame(const char *text, size_t length)
{
	const char *end = memmem(text, length, END, strlen(END));

	if (length < strlen(BEGIN) || memcmp(text, BEGIN, strlen(BEGIN)) != 0 || !end)
		abort();
	size_t behind = length - (size_t)(end - text) - strlen(END);
	const char *rest = end + strlen(END);
	if (behind && !(behind == 1 && (rest[0] == '\n' || rest[0] == '\r')) &&
	    !(behind == 2 && memcmp(rest, "\r\n", 2) == 0))
		abort();
}

static void
check_nothing_may_follow(const char *text, size_t length)
{
	struct armor_keys keys;
	struct failure why;
	char *longer = malloc(length + 2);

	if (!longer)
		abort();
	memcpy(longer, text, length);
	memcpy(longer + length, "\nx", 2);
	if (armor_read(longer, length + 2, &keys, &why))
		abort();
	free(longer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const char *text = (const char *)bytes;
	struct armor_keys keys = {0};
	struct failure why = {0};

	if (!armor_read(text, length, &keys, &why)) {
		if (keys.count || !why.code || why.remedy != REMEDY_DESK)
			abort();
		return 0;
	}
	if (!keys.count || keys.count > ARMOR_RECIPIENTS_MAX ||
	    !armor_keys_within(&keys, keys.ids, keys.count) ||
	    armor_keys_within(&keys, keys.ids, 0))
		abort();
	check_frame(text, length);
	check_nothing_may_follow(text, length);
	return 0;
}
