/* Bytes on the keyholder's lines are read whole or refused, and can be said again. */
/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "papers/key_talk.h"

enum { ARENA_BYTES = 128 * 1024 * 1024 };

/* What was read and is packed again must be the bytes that were read. */
static void
check_same(struct wire_out *out, const uint8_t *bytes, size_t length)
{
	if (out->used != length || (length && memcmp(out->bytes, bytes, length) != 0))
		abort();
	wire_done(out);
}

static void
read_opened(const uint8_t *bytes, size_t length, struct arena *arena)
{
	struct wire_in in = {.at = bytes, .left = length};
	struct wire_out out = {0};
	struct key_opened opened;

	if (!key_get_opened(&in, arena, &opened))
		return;
	key_put_opened(&out, &opened);
	check_same(&out, bytes, length);
}

static void
read_hello(const uint8_t *bytes, size_t length, struct arena *arena)
{
	struct wire_in in = {.at = bytes, .left = length};
	struct wire_out out = {0};
	struct key_hello hello;

	if (!key_get_hello(&in, arena, &hello))
		return;
	key_put_hello(&out, &hello);
	check_same(&out, bytes, length);
}

static void
read_failure(const uint8_t *bytes, size_t length, struct arena *arena)
{
	struct wire_in in = {.at = bytes, .left = length};
	struct failure why = {0};

	key_get_failure(&in, arena, &why);
	if (!why.code || !memchr(why.reason, 0, sizeof why.reason))
		abort();
}

static void
read_states(const uint8_t *bytes, size_t length)
{
	struct entry entry = {.id = "mash", .key_count = 1};
	struct directory directory = {.entries = &entry, .count = 1};
	struct wire_in in = {.at = bytes, .left = length};
	struct pinned_key own = {.fingerprint = "A"};

	memcpy(entry.keys[0].fingerprint, "B", 2);
	if (key_get_states(&in, &directory, &own) &&
	    (own.encryption_id_count > SUBKEYS_MAX ||
		entry.keys[0].encryption_id_count > SUBKEYS_MAX ||
		entry.keys[0].state > KEY_UNSUITABLE))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(ARENA_BYTES);

	if (!length)
		return 0;
	switch (bytes[0] % 4) {
	case 0:
		read_opened(bytes + 1, length - 1, arena);
		break;
	case 1:
		read_hello(bytes + 1, length - 1, arena);
		break;
	case 2:
		read_failure(bytes + 1, length - 1, arena);
		break;
	default:
		read_states(bytes + 1, length - 1);
	}
	return 0;
}
