/* Seals texts at rest under keys of their own, boxed to the keyholder. */
/* SPDX-License-Identifier: MIT */
#include "papers/seal_box.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(
    SEAL_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "one key fits the AEAD");
_Static_assert(SEAL_KEY_BYTES == crypto_box_SECRETKEYBYTES, "and the box");
_Static_assert(SEAL_KEY_BYTES == crypto_box_PUBLICKEYBYTES, "and the box");
_Static_assert(SEAL_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    "24 bytes at random never meet again");
_Static_assert(SEAL_TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "one tag");
_Static_assert(BOXED_KEY_BYTES == SEAL_KEY_BYTES + crypto_box_SEALBYTES, "one boxed key");

void
seal_box_close(const void *bytes, size_t length, const uint8_t public_key[SEAL_KEY_BYTES],
    struct arena *arena, struct sealed_bytes *out)
{
	uint8_t key[SEAL_KEY_BYTES];
	struct sealed_bytes sealed = {.length = SEAL_NONCE_BYTES + length + SEAL_TAG_BYTES};

	if (sodium_init() < 0)
		abort();
	randombytes_buf(sealed.seal_id, sizeof sealed.seal_id);
	randombytes_buf(key, sizeof key);
	uint8_t *room = arena_take(arena, sealed.length);
	randombytes_buf(room, SEAL_NONCE_BYTES);
	/* The id is bound in: a row's bytes moved under another row's id do not open. */
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(room + SEAL_NONCE_BYTES, NULL, bytes,
	    length, sealed.seal_id, sizeof sealed.seal_id, NULL, room, key);
	/* Fails only for a public key of low order, which no key file of ours can hold. */
	if (crypto_box_seal(sealed.boxed_key, key, sizeof key, public_key) != 0)
		abort();
	sodium_memzero(key, sizeof key);
	sealed.bytes = room;
	*out = sealed;
}

bool
seal_box_open(const struct sealed_bytes *sealed, const uint8_t key[SEAL_KEY_BYTES],
    struct arena *arena, const uint8_t **bytes, size_t *length, struct failure *why)
{
	const size_t around = SEAL_NONCE_BYTES + SEAL_TAG_BYTES;

	if (sealed->length < around)
		return fail(why, REMEDY_DESK, "seal.damaged", "sealed bytes are cut short");
	size_t opened = sealed->length - around;
	uint8_t *room = arena_take(arena, opened + 1);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(room, NULL, NULL,
		sealed->bytes + SEAL_NONCE_BYTES, sealed->length - SEAL_NONCE_BYTES,
		sealed->seal_id, sizeof sealed->seal_id, sealed->bytes, key) != 0)
		return fail(why, REMEDY_DESK, "seal.damaged",
		    "the bytes are not what was sealed under this id and key");
	*bytes = room;
	*length = opened;
	return true;
}

bool
seal_box_key(const struct sealed_bytes *sealed, const uint8_t public_key[SEAL_KEY_BYTES],
    const uint8_t secret_key[SEAL_KEY_BYTES], uint8_t key[SEAL_KEY_BYTES], struct failure *why)
{
	if (crypto_box_seal_open(
		key, sealed->boxed_key, sizeof sealed->boxed_key, public_key, secret_key) != 0)
		return fail(why, REMEDY_DESK, "seal.wrong-key",
		    "the key of a sealed text is not boxed to our sealing key");
	return true;
}
