/* Packs requests to the keyholder and reads its answers, with bounds and a deadline. */
/* SPDX-License-Identifier: MIT */
#include "openpgp/key_line.h"

#include <string.h>

#include "base/limits.h"

/* A frame, and the little that reading a failure takes. */
static const size_t FRAME_ARENA_BYTES = KEY_FRAME_MAX_BYTES + 1024 * 1024;

/* It hangs or is gone: with gpg, with its agent, or by somebody's hand; never the mail's own doing. */
static bool
keyholder_is_ill(struct failure *why)
{
	why->remedy = REMEDY_RETRY;
	why->code = "key.line";
	return fail_while(why, "asking the keyholder");
}

/*
 * The frame lives in an arena of its own, so that the job's arena holds each text once.
 * gives   *in, over bytes of `frame`
 */
static bool
ask(int line, enum key_talk kind, const struct wire_out *request, struct arena *frame,
    struct wire_in *in, struct failure *why)
{
	const int64_t deadline_at = wire_deadline(KEYHOLDER_MAX_SECONDS);
	uint32_t answer;

	if (!wire_send(line, kind, request, deadline_at, why) ||
	    !wire_receive(line, frame, KEY_FRAME_MAX_BYTES, deadline_at, &answer, in, why))
		return keyholder_is_ill(why);
	if (answer == KEY_ANSWER_OK)
		return true;
	if (answer == KEY_ANSWER_FAILURE)
		key_get_failure(in, frame, why);
	else
		(void)fail(why, REMEDY_RETRY, "key.answer", "the keyholder said %u", answer);
	return false;
}

static bool
no_answer(struct failure *why)
{
	return fail(why, REMEDY_RETRY, "key.answer", "the keyholder's answer cannot be read");
}

static void
put_plain(struct wire_out *out, struct plain plain)
{
	wire_put_bytes(out, plain.words, plain.length);
}

static bool
ask_opened(int line, enum key_talk kind, const struct wire_out *request, struct arena *arena,
    struct key_opened *out, struct failure *why)
{
	CLEANUP(arena_closep) struct arena *frame = arena_open(FRAME_ARENA_BYTES);
	struct wire_in in;

	if (!ask(line, kind, request, frame, &in, why))
		return false;
	return key_get_opened(&in, arena, out) || no_answer(why);
}

bool
key_line_open(int line, struct plain message, struct arena *arena, struct key_opened *out,
    struct failure *why)
{
	CLEANUP(wire_done) struct wire_out request = {0};

	put_plain(&request, message);
	return ask_opened(line, KEY_OPEN, &request, arena, out, why);
}

bool
key_line_verify(int line, struct plain words, struct plain signature, struct arena *arena,
    struct key_opened *out, struct failure *why)
{
	CLEANUP(wire_done) struct wire_out request = {0};

	put_plain(&request, words);
	put_plain(&request, signature);
	return ask_opened(line, KEY_VERIFY, &request, arena, out, why);
}

bool
key_line_unbox(int line, const struct sealed_bytes *sealed, uint8_t *key, size_t key_length,
    struct failure *why)
{
	CLEANUP(arena_closep) struct arena *frame = arena_open(FRAME_ARENA_BYTES);
	CLEANUP(wire_done) struct wire_out request = {0};
	struct wire_in in;
	size_t length;

	wire_put_bytes(&request, sealed->seal_id, sizeof sealed->seal_id);
	wire_put_bytes(&request, sealed->boxed_key, sizeof sealed->boxed_key);
	if (!ask(line, KEY_UNBOX, &request, frame, &in, why))
		return false;
	const uint8_t *answer = wire_get_bytes(&in, frame, key_length, &length);
	if (!wire_is_whole(&in) || length != key_length)
		return no_answer(why);
	memcpy(key, answer, length);
	return true;
}

bool
key_line_seal(int line, enum entry_kind kind, const char *id, struct plain entity,
    struct arena *arena, const char **armor, size_t *armor_length, struct failure *why)
{
	CLEANUP(arena_closep) struct arena *frame = arena_open(FRAME_ARENA_BYTES);
	CLEANUP(wire_done) struct wire_out request = {0};
	struct wire_in in;
	size_t length;

	wire_put_u32(&request, kind);
	wire_put_text(&request, id);
	put_plain(&request, entity);
	if (!ask(line, KEY_SEAL, &request, frame, &in, why))
		return false;
	const uint8_t *answer = wire_get_bytes(&in, arena, LETTER_MAX_BYTES, &length);
	if (!wire_is_whole(&in) || !length)
		return no_answer(why);
	*armor = (const char *)answer;
	*armor_length = length;
	return true;
}
