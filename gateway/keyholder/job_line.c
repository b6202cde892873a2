/* Serves one job's child until it hangs up. */
/* SPDX-License-Identifier: MIT */
#include "keyholder/job_line.h"

#include <sodium.h>
#include <string.h>

#include "keyholder/seal.h"
#include "keyholder/unseal.h"

/* A request, its copy out of the frame, an answer's armor, and small things. */
static const size_t REQUEST_MAX_BYTES = 4 * (size_t)KEY_FRAME_MAX_BYTES;

static bool
not_a_request(struct failure *why)
{
	return fail(why, REMEDY_RETRY, "key.request", "the request is not one");
}

static bool
answer_unbox(struct holdings *holdings, struct wire_in *in, struct arena *arena,
    struct wire_out *out, struct failure *why)
{
	uint8_t key[SEAL_KEY_BYTES];
	struct sealed_bytes sealed = {0};
	size_t id_length, box_length;
	const uint8_t *id = wire_get_bytes(in, arena, SEAL_ID_BYTES, &id_length);
	const uint8_t *box = wire_get_bytes(in, arena, BOXED_KEY_BYTES, &box_length);

	if (!wire_is_whole(in) || id_length != SEAL_ID_BYTES || box_length != BOXED_KEY_BYTES)
		return not_a_request(why);
	if (!holdings->sealing_key.secret_half)
		return fail(why, REMEDY_STOP, "key.configuration", "there is no sealing key");
	memcpy(sealed.seal_id, id, SEAL_ID_BYTES);
	memcpy(sealed.boxed_key, box, BOXED_KEY_BYTES);
	if (!seal_box_key(&sealed, holdings->sealing_key.public_half,
		holdings->sealing_key.secret_half, key, why))
		return false;
	wire_put_bytes(out, key, sizeof key);
	sodium_memzero(key, sizeof key);
	return true;
}

static bool
answer_open(struct holdings *holdings, struct wire_in *in, struct arena *arena,
    struct wire_out *out, struct failure *why)
{
	struct key_opened opened;
	size_t length;
	const uint8_t *bytes = wire_get_bytes(in, arena, MAIL_MAX_BYTES, &length);

	if (!wire_is_whole(in))
		return not_a_request(why);
	if (!unseal_open(&holdings->engine, &holdings->keyring, bytes, length, arena, &opened, why))
		return false;
	key_put_opened(out, &opened);
	return true;
}

static bool
answer_verify(struct holdings *holdings, struct wire_in *in, struct arena *arena,
    struct wire_out *out, struct failure *why)
{
	struct key_opened opened;
	size_t length, seal_length;
	const uint8_t *bytes = wire_get_bytes(in, arena, OPENED_MAX_BYTES, &length);
	const uint8_t *seal = wire_get_bytes(in, arena, MAIL_MAX_BYTES, &seal_length);

	if (!wire_is_whole(in))
		return not_a_request(why);
	if (!unseal_verify(&holdings->engine, &holdings->keyring, bytes, length, seal, seal_length,
		&opened, why))
		return false;
	key_put_opened(out, &opened);
	return true;
}

static bool
answer_seal(struct holdings *holdings, struct wire_in *in, struct arena *arena,
    struct wire_out *out, struct failure *why)
{
	enum entry_kind kind = wire_get_below(in, ENTRY_DESK + 1);
	const char *id = wire_get_text(in, arena, 128), *armor;
	size_t length, armor_length;
	const uint8_t *bytes = wire_get_bytes(in, arena, LETTER_MAX_BYTES, &length);

	if (!wire_is_whole(in) || !id)
		return not_a_request(why);
	if (!seal_for(&holdings->engine, &holdings->keyring, kind, id, bytes, length, arena, &armor,
		&armor_length, why))
		return false;
	wire_put_bytes(out, armor, armor_length);
	return true;
}

static bool
answer(struct holdings *holdings, uint32_t kind, struct wire_in *in, struct arena *arena,
    struct wire_out *out, struct failure *why)
{
	switch (kind) {
	case KEY_UNBOX:
		return answer_unbox(holdings, in, arena, out, why);
	case KEY_OPEN:
		return answer_open(holdings, in, arena, out, why);
	case KEY_VERIFY:
		return answer_verify(holdings, in, arena, out, why);
	case KEY_SEAL:
		return answer_seal(holdings, in, arena, out, why);
	default:
		return not_a_request(why);
	}
}

/* One request and its answer; false when the line is at its end. */
static bool
serve_one(struct holdings *holdings, int line)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(REQUEST_MAX_BYTES);
	CLEANUP(wire_done) struct wire_out out = {0};
	struct failure why, unsent;
	struct wire_in in;
	uint32_t kind;

	/* sort ends a child that takes too long; this limit is for one that idles. */
	if (!wire_receive(
		line, arena, KEY_FRAME_MAX_BYTES, wire_deadline(JOB_MAX_SECONDS), &kind, &in, &why))
		return false;
	bool is_well = answer(holdings, kind, &in, arena, &out, &why);
	vault_wipe(&holdings->engine.opened);
	vault_wipe(&holdings->engine.sealed);
	if (!is_well)
		key_put_failure(&out, &why);
	return wire_send(line, is_well ? KEY_ANSWER_OK : KEY_ANSWER_FAILURE, &out,
		   wire_deadline(JOB_MAX_SECONDS), &unsent) &&
	    (is_well || strcmp(why.code, "key.request") != 0);
}

void
job_line_serve(struct holdings *holdings, int line)
{
	while (serve_one(holdings, line))
		continue;
}
