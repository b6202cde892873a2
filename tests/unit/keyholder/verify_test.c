/* What the keyholder says of signatures that stand apart from what they sign. */
/* SPDX-License-Identifier: MIT */
#include <gpg-error.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "key_world.h"
#include "repack.h"

#include <cmocka.h>

static struct keeper keeper;
static int job;
static GBytes *words;

static int
begin(void **state)
{
	*state = arena_open(512u << 20);
	words = bytes_of("A concern about a child.\n");
	keeper = keeper_at_work(*state);
	job = keeper_job(&keeper);
	return 0;
}

static int
end(void **state)
{
	g_bytes_unref(words);
	keeper_end_job(&keeper, job);
	keeper_end(&keeper);
	return key_world_is_tidy(state);
}

#define OTHERS(input, ...) run_gpg(world.others, input, __VA_ARGS__, NULL)
#define BY(person) "--sign", "-u", world.fingerprints[person]

static void
verify_it(GBytes *signed_words, GBytes *signature, struct arena *arena, struct key_opened *out)
{
	CLEANUP(wire_done) struct wire_out request = {0};
	struct failure why;
	struct wire_in in;

	wire_put_bytes(
	    &request, g_bytes_get_data(signed_words, NULL), g_bytes_get_size(signed_words));
	wire_put_bytes(&request, g_bytes_get_data(signature, NULL), g_bytes_get_size(signature));
	if (!ask(job, KEY_VERIFY, &request, arena, &in, &why))
		fail_msg("%s: %s", why.code, why.reason);
	assert_true(key_get_opened(&in, arena, out));
	assert_int_equal(out->text_length, 0);
	g_bytes_unref(signature);
}

static void
test_unseal_verify__a_good_detached_signature_names_its_signer(void **state)
{
	struct key_opened opened;

	verify_it(words, OTHERS(words, "--armor", "--detach-sign", "-u", world.fingerprints[ALICE]),
	    *state, &opened);
	assert_int_equal(opened.result, KEY_OPENED);
	assert_int_equal(opened.signature_count, 1);
	assert_true(opened.signatures[0].is_valid);
	assert_string_equal(opened.signatures[0].primary, world.fingerprints[ALICE]);
	verify_it(words, OTHERS(words, "--detach-sign", "-u", world.fingerprints[STRANGER]), *state,
	    &opened);
	assert_int_equal(opened.signature_count, 1);
	assert_false(opened.signatures[0].is_valid);
	assert_string_equal(opened.signatures[0].primary, world.fingerprints[STRANGER]);
}

static void
test_unseal_verify__other_words_make_a_bad_signature(void **state)
{
	struct key_opened opened;
	g_autoptr(GBytes) other = bytes_of("other words");

	verify_it(other, OTHERS(words, "--detach-sign", "-u", world.fingerprints[ALICE]), *state,
	    &opened);
	assert_int_equal(opened.signature_count, 1);
	assert_int_equal(opened.signatures[0].status, GPG_ERR_BAD_SIGNATURE);
	assert_false(opened.signatures[0].is_valid);
	assert_true(opened.signatures[0].has_other_bits);
}

static void
test_unseal_verify__a_signer_who_is_not_in_the_ring_is_told(void **state)
{
	struct key_opened opened;

	verify_it(words, OTHERS(words, "--detach-sign", "-u", world.fingerprints[UNKNOWN]), *state,
	    &opened);
	assert_int_equal(opened.signature_count, 1);
	assert_int_equal(opened.signatures[0].status, GPG_ERR_NO_PUBKEY);
	assert_string_equal(opened.signatures[0].primary, "");
}

static void
test_unseal_verify__junk_for_a_signature_has_none(void **state)
{
	struct key_opened opened;
	GBytes *const junk[] = {OTHERS(words, BY(ALICE)), bytes_of("junk"), g_bytes_new(NULL, 0),
	    OTHERS(words, "--clearsign", "-u", world.fingerprints[ALICE]),
	    OTHERS(words, "--armor", "-r", world.own, "--encrypt"), many_bytes(500)};

	for (size_t at = 0; at < COUNT_OF(junk); at++) {
		verify_it(words, junk[at], *state, &opened);
		assert_int_equal(opened.signature_count, 0);
	}
}

int
main(void)
{
#define VERIFY(name) cmocka_unit_test_setup_teardown(test_unseal_verify__##name, begin, end)
	const struct CMUnitTest tests[] = {
	    VERIFY(a_good_detached_signature_names_its_signer),
	    VERIFY(other_words_make_a_bad_signature),
	    VERIFY(a_signer_who_is_not_in_the_ring_is_told),
	    VERIFY(junk_for_a_signature_has_none),
	};

	return cmocka_run_group_tests(tests, key_world_make, key_world_end);
}
