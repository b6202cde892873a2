/* What is said to the keyholder comes back as it was put, and lies are refused. */
/* SPDX-License-Identifier: MIT */
#include "papers/key_talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char ONE[] = "0123456789ABCDEF0123456789ABCDEF01234567";
static const char TWO[] = "89ABCDEF0123456789ABCDEF0123456789ABCDEF";

static int
open_arena(void **state)
{
	*state = arena_open(64 << 20);
	return 0;
}

static int
close_arena(void **state)
{
	arena_close(*state);
	return 0;
}

static struct wire_in
read_back(const struct wire_out *out)
{
	return (struct wire_in){.at = out->bytes, .left = out->used};
}

static struct key_opened
some_opened(size_t signatures)
{
	struct key_opened opened = {.result = KEY_OPENED,
	    .wrong_key_usage = true,
	    .to_our_key = true,
	    .symmetric = "AES256.CFB",
	    .signature_count = signatures,
	    .text = (const uint8_t *)"a\0b",
	    .text_length = 3};

	for (size_t at = 0; at < SIGNATURES_MAX; at++) {
		struct key_signature *signature = &opened.signatures[at];
		*signature = (struct key_signature){.status = 9,
		    .is_valid = true,
		    .hash_algorithm = 10,
		    .key_algorithm = 22,
		    .key_bits = 255,
		    .signed_at = 1700000000 + (int64_t)at,
		    .expires_at = -1};
		(void)snprintf(signature->fingerprint, FINGERPRINT_BYTES, "%s", ONE);
		(void)snprintf(signature->primary, FINGERPRINT_BYTES, "%s", TWO);
	}
	return opened;
}

static void
test_key_opened__comes_back_as_it_was_put(void **state)
{
	struct key_opened opened = some_opened(2), read;
	CLEANUP(wire_done) struct wire_out out = {0};

	key_put_opened(&out, &opened);
	struct wire_in in = read_back(&out);
	assert_true(key_get_opened(&in, *state, &read));
	assert_int_equal(read.result, KEY_OPENED);
	assert_false(read.not_integrity_protected);
	assert_true(read.wrong_key_usage);
	assert_true(read.to_our_key);
	assert_string_equal(read.symmetric, "AES256.CFB");
	assert_int_equal(read.signature_count, 2);
	assert_string_equal(read.signatures[1].fingerprint, ONE);
	assert_string_equal(read.signatures[1].primary, TWO);
	assert_int_equal(read.signatures[1].status, 9);
	assert_true(read.signatures[1].is_valid);
	assert_false(read.signatures[1].is_green);
	assert_int_equal(read.signatures[1].key_bits, 255);
	assert_int_equal(read.signatures[1].signed_at, 1700000001);
	assert_int_equal(read.signatures[1].expires_at, -1);
	assert_int_equal(read.text_length, 3);
	assert_memory_equal(read.text, "a\0b", 3);
}

static void
test_key_opened__more_signatures_than_fit_are_still_counted(void **state)
{
	struct key_opened opened = some_opened(1000), read;
	CLEANUP(wire_done) struct wire_out out = {0};

	key_put_opened(&out, &opened);
	struct wire_in in = read_back(&out);
	assert_true(key_get_opened(&in, *state, &read));
	assert_int_equal(read.signature_count, 1000);
	assert_string_equal(read.signatures[SIGNATURES_MAX - 1].primary, TWO);
}

static void
test_key_opened__every_cut_is_refused(void **state)
{
	struct key_opened opened = some_opened(3), read = {.signature_count = 99};
	CLEANUP(wire_done) struct wire_out out = {0};

	key_put_opened(&out, &opened);
	for (size_t used = 0; used < out.used; used++) {
		struct wire_in in = {.at = out.bytes, .left = used};
		assert_false(key_get_opened(&in, *state, &read));
	}
	wire_put_u32(&out, 0);
	struct wire_in longer = read_back(&out);
	assert_false(key_get_opened(&longer, *state, &read));
	assert_int_equal(read.signature_count, 99);
}

static void
test_key_opened__text_without_the_verdict_opened_is_refused(void **state)
{
	struct key_opened opened = some_opened(0), read;
	CLEANUP(wire_done) struct wire_out out = {0};

	opened.result = KEY_OPEN_DAMAGED;
	key_put_opened(&out, &opened);
	struct wire_in in = read_back(&out);
	assert_false(key_get_opened(&in, *state, &read));
}

static void
test_key_opened__a_fingerprint_that_is_none_is_refused(void **state)
{
	struct key_opened opened = some_opened(1), read;
	CLEANUP(wire_done) struct wire_out out = {0};

	(void)snprintf(opened.signatures[0].primary, FINGERPRINT_BYTES, "alice@example.org");
	key_put_opened(&out, &opened);
	struct wire_in in = read_back(&out);
	assert_false(key_get_opened(&in, *state, &read));
}

static void
test_key_failure__code_and_reason_come_back(void **state)
{
	struct failure put = {.remedy = REMEDY_DESK,
			   .code = "key.unusable",
			   .reason = "merton-mash has no usable key"},
		       got;
	CLEANUP(wire_done) struct wire_out out = {0};

	key_put_failure(&out, &put);
	struct wire_in in = read_back(&out);
	key_get_failure(&in, *state, &got);
	assert_int_equal(got.remedy, REMEDY_DESK);
	assert_string_equal(got.code, "key.unusable");
	assert_string_equal(got.reason, "merton-mash has no usable key");
}

static void
test_key_failure__what_cannot_be_read_is_to_be_tried_again(void **state)
{
	struct failure put = {.remedy = REMEDY_DESK, .code = "key.invented", .reason = "x"}, got;
	CLEANUP(wire_done) struct wire_out odd = {0}, stop = {0};

	key_put_failure(&odd, &put);
	struct wire_in in = read_back(&odd);
	key_get_failure(&in, *state, &got);
	assert_int_equal(got.remedy, REMEDY_RETRY);
	assert_string_equal(got.code, "key.unknown");

	wire_put_u32(&stop, 77);
	wire_put_text(&stop, "key.agent");
	wire_put_text(&stop, "x");
	in = read_back(&stop);
	key_get_failure(&in, *state, &got);
	assert_string_equal(got.code, "key.unknown");
}

static struct entry entries[2];
static struct directory directory = {.entries = entries, .count = 2};

static void
fill_directory(void)
{
	memset(entries, 0, sizeof entries);
	entries[0] = (struct entry){.id = "merton-mash", .kind = ENTRY_AGENCY, .key_count = 2};
	entries[1] = (struct entry){.id = "pc-101", .kind = ENTRY_OFFICER, .key_count = 0};
	(void)snprintf(entries[0].keys[0].fingerprint, FINGERPRINT_BYTES, "%s", ONE);
	(void)snprintf(entries[0].keys[1].fingerprint, FINGERPRINT_BYTES, "%s", TWO);
	entries[0].keys[0].until_day = INT32_MAX;
	entries[0].keys[1].until_day = -3;
}

static void
test_key_hello__comes_back_as_it_was_put(void **state)
{
	struct key_hello read,
	    hello = {.home = "/h", .own_key = TWO, .sealing_public = "/p", .directory = &directory};
	CLEANUP(wire_done) struct wire_out out = {0};

	fill_directory();
	key_put_hello(&out, &hello);
	struct wire_in in = read_back(&out);
	assert_true(key_get_hello(&in, *state, &read));
	assert_string_equal(read.home, "/h");
	assert_string_equal(read.own_key, TWO);
	assert_string_equal(read.sealing_public, "/p");
	assert_null(read.sealing_secret);
	assert_int_equal(read.directory->count, 2);
	assert_string_equal(read.directory->entries[0].id, "merton-mash");
	assert_int_equal(read.directory->entries[0].kind, ENTRY_AGENCY);
	assert_int_equal(read.directory->entries[0].keys[1].until_day, -3);
	assert_string_equal(read.directory->entries[0].keys[1].fingerprint, TWO);
	assert_int_equal(read.directory->entries[1].key_count, 0);
	for (size_t used = 0; used < out.used; used++) {
		in = (struct wire_in){.at = out.bytes, .left = used};
		assert_false(key_get_hello(&in, *state, &read));
	}
}

static void
test_key_hello__a_count_that_is_a_lie_costs_no_memory(void **state)
{
	struct key_hello read;
	CLEANUP(wire_done) struct wire_out out = {0};

	(void)state;
	for (int text = 0; text < 4; text++)
		wire_put_text(&out, "x");
	wire_put_u32(&out, 19999);
	wire_put_u32(&out, 0);
	struct wire_in in = read_back(&out);
	struct arena *small = arena_open(4096);
	assert_false(key_get_hello(&in, small, &read));
	arena_close(small);
}

static void
test_key_states__go_into_the_same_directory_and_no_other(void **state)
{
	struct pinned_key own = {.expires_at = 5, .state = KEY_USABLE}, read_own = {0};
	CLEANUP(wire_done) struct wire_out out = {0};

	(void)state;
	fill_directory();
	(void)snprintf(own.fingerprint, FINGERPRINT_BYTES, "%s", ONE);
	(void)snprintf(read_own.fingerprint, FINGERPRINT_BYTES, "%s", ONE);
	entries[0].keys[0].state = KEY_EXPIRED;
	entries[0].keys[1].state = KEY_USABLE;
	entries[0].keys[1].encryption_ids[0] = 0xfedcba9876543210;
	entries[0].keys[1].encryption_id_count = 1;
	key_put_states(&out, &directory, &own);
	fill_directory();
	struct wire_in in = read_back(&out);
	assert_true(key_get_states(&in, &directory, &read_own));
	assert_int_equal(read_own.expires_at, 5);
	assert_int_equal(entries[0].keys[0].state, KEY_EXPIRED);
	assert_int_equal(entries[0].keys[1].state, KEY_USABLE);
	assert_true(entries[0].keys[1].encryption_ids[0] == 0xfedcba9876543210);

	(void)snprintf(entries[0].keys[1].fingerprint, FINGERPRINT_BYTES, "%s", ONE);
	in = read_back(&out);
	assert_false(key_get_states(&in, &directory, &read_own));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_key_opened__comes_back_as_it_was_put),
	    cmocka_unit_test(test_key_opened__more_signatures_than_fit_are_still_counted),
	    cmocka_unit_test(test_key_opened__every_cut_is_refused),
	    cmocka_unit_test(test_key_opened__text_without_the_verdict_opened_is_refused),
	    cmocka_unit_test(test_key_opened__a_fingerprint_that_is_none_is_refused),
	    cmocka_unit_test(test_key_failure__code_and_reason_come_back),
	    cmocka_unit_test(test_key_failure__what_cannot_be_read_is_to_be_tried_again),
	    cmocka_unit_test(test_key_hello__comes_back_as_it_was_put),
	    cmocka_unit_test(test_key_hello__a_count_that_is_a_lie_costs_no_memory),
	    cmocka_unit_test(test_key_states__go_into_the_same_directory_and_no_other),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
