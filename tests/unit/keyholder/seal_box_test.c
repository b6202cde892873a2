/* Texts sealed at rest: who can open them, and what any change does. */
/* SPDX-License-Identifier: MIT */
#include "papers/seal_box.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static uint8_t public_key[SEAL_KEY_BYTES], secret_key[SEAL_KEY_BYTES];
static const char WORDS[] = "a narrative that must not be read at rest";

static int
make_pair(void **state)
{
	struct arena *arena = arena_open(1 << 20);

	*state = arena;
	return crypto_box_keypair(public_key, secret_key);
}

static int
end_pair(void **state)
{
	arena_close(*state);
	return 0;
}

static void
test_seal_box__what_was_sealed_opens_again(void **state)
{
	uint8_t key[SEAL_KEY_BYTES];
	const uint8_t *bytes;
	size_t length;
	struct sealed_bytes sealed;
	struct failure why;

	seal_box_close(WORDS, sizeof WORDS, public_key, *state, &sealed);
	assert_int_equal(sealed.length, SEAL_NONCE_BYTES + sizeof WORDS + SEAL_TAG_BYTES);
	assert_null(memmem(sealed.bytes, sealed.length, "narrative", 9));
	assert_true(seal_box_key(&sealed, public_key, secret_key, key, &why));
	assert_true(seal_box_open(&sealed, key, *state, &bytes, &length, &why));
	assert_int_equal(length, sizeof WORDS);
	assert_memory_equal(bytes, WORDS, sizeof WORDS);
}

static void
test_seal_box__nothing_at_all_can_be_sealed(void **state)
{
	uint8_t key[SEAL_KEY_BYTES];
	const uint8_t *bytes;
	size_t length = 1;
	struct sealed_bytes sealed;
	struct failure why;

	seal_box_close(NULL, 0, public_key, *state, &sealed);
	assert_true(seal_box_key(&sealed, public_key, secret_key, key, &why));
	assert_true(seal_box_open(&sealed, key, *state, &bytes, &length, &why));
	assert_int_equal(length, 0);
}

static void
test_seal_box__two_texts_share_no_key_id_or_nonce(void **state)
{
	struct sealed_bytes one, two;

	seal_box_close(WORDS, sizeof WORDS, public_key, *state, &one);
	seal_box_close(WORDS, sizeof WORDS, public_key, *state, &two);
	assert_memory_not_equal(one.seal_id, two.seal_id, SEAL_ID_BYTES);
	assert_memory_not_equal(one.bytes, two.bytes, SEAL_NONCE_BYTES);
	assert_memory_not_equal(one.boxed_key, two.boxed_key, BOXED_KEY_BYTES);
}

static void
test_seal_box__every_changed_bit_is_found(void **state)
{
	uint8_t key[SEAL_KEY_BYTES], copy[256];
	const uint8_t *bytes;
	size_t length;
	struct sealed_bytes sealed;
	struct failure why;

	seal_box_close(WORDS, sizeof WORDS, public_key, *state, &sealed);
	assert_true(seal_box_key(&sealed, public_key, secret_key, key, &why));
	memcpy(copy, sealed.bytes, sealed.length);
	sealed.bytes = copy;
	for (size_t bit = 0; bit < sealed.length * 8; bit++) {
		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(seal_box_open(&sealed, key, *state, &bytes, &length, &why));
		assert_string_equal(why.code, "seal.damaged");
		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_true(seal_box_open(&sealed, key, *state, &bytes, &length, &why));
}

static void
test_seal_box__bytes_of_one_row_do_not_open_in_another(void **state)
{
	uint8_t key[SEAL_KEY_BYTES];
	const uint8_t *bytes;
	size_t length;
	struct sealed_bytes sealed, other;
	struct failure why;

	seal_box_close(WORDS, sizeof WORDS, public_key, *state, &sealed);
	seal_box_close(WORDS, sizeof WORDS, public_key, *state, &other);
	assert_true(seal_box_key(&sealed, public_key, secret_key, key, &why));
	memcpy(sealed.seal_id, other.seal_id, SEAL_ID_BYTES);
	assert_false(seal_box_open(&sealed, key, *state, &bytes, &length, &why));
	assert_string_equal(why.code, "seal.damaged");
}

static void
test_seal_box__bytes_cut_short_are_damaged(void **state)
{
	uint8_t key[SEAL_KEY_BYTES];
	const uint8_t *bytes;
	size_t length;
	struct sealed_bytes sealed;
	struct failure why;

	seal_box_close(WORDS, sizeof WORDS, public_key, *state, &sealed);
	assert_true(seal_box_key(&sealed, public_key, secret_key, key, &why));
	while (sealed.length--)
		assert_false(seal_box_open(&sealed, key, *state, &bytes, &length, &why));
	assert_int_equal(why.remedy, REMEDY_DESK);
}

static void
test_seal_box__another_sealing_key_does_not_open_the_box(void **state)
{
	uint8_t other_public[SEAL_KEY_BYTES], other_secret[SEAL_KEY_BYTES], key[SEAL_KEY_BYTES];
	struct sealed_bytes sealed;
	struct failure why;

	seal_box_close(WORDS, sizeof WORDS, public_key, *state, &sealed);
	assert_int_equal(crypto_box_keypair(other_public, other_secret), 0);
	assert_false(seal_box_key(&sealed, other_public, other_secret, key, &why));
	assert_string_equal(why.code, "seal.wrong-key");
	assert_int_equal(why.remedy, REMEDY_DESK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_seal_box__what_was_sealed_opens_again),
	    cmocka_unit_test(test_seal_box__nothing_at_all_can_be_sealed),
	    cmocka_unit_test(test_seal_box__two_texts_share_no_key_id_or_nonce),
	    cmocka_unit_test(test_seal_box__every_changed_bit_is_found),
	    cmocka_unit_test(test_seal_box__bytes_of_one_row_do_not_open_in_another),
	    cmocka_unit_test(test_seal_box__bytes_cut_short_are_damaged),
	    cmocka_unit_test(test_seal_box__another_sealing_key_does_not_open_the_box),
	};

	return cmocka_run_group_tests(tests, make_pair, end_pair);
}
