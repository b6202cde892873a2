/* What the keyholder says of each kind of mail: the facts, and not one more. */
/* SPDX-License-Identifier: MIT */
#include <gpg-error.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "key_world.h"
#include "repack.h"

#include <cmocka.h>

enum { BIG_BYTES = 4 * 1024 * 1024, SHA512 = 10, EDDSA = 22 };

static const char WORDS[] = "Subject: Concern\n\nA concern about a child.\n";
static struct keeper keeper;
static int job;
static GBytes *words, *big;

static int
make_world(void **state)
{
	if (key_world_make(state) != 0)
		return -1;
	words = bytes_of(WORDS);
	big = many_bytes(BIG_BYTES);
	return 0;
}

static int
end_world(void **state)
{
	g_bytes_unref(words);
	g_bytes_unref(big);
	return key_world_end(state);
}

static int
begin(void **state)
{
	*state = arena_open(512u << 20);
	keeper = keeper_at_work(*state);
	job = keeper_job(&keeper);
	return 0;
}

static int
end(void **state)
{
	keeper_end_job(&keeper, job);
	keeper_end(&keeper);
	return key_world_is_tidy(state);
}

/* How a case is made: gpg in the home of the others, on the usual words or on something else. */
#define OTHERS(input, ...) run_gpg(world.others, input, __VA_ARGS__, NULL)
#define SEALED(...) OTHERS(words, "-r", world.own, "--encrypt", __VA_ARGS__)
#define BY(person) "--sign", "-u", world.fingerprints[person]

static GBytes *
signed_by(enum person person)
{
	return OTHERS(words, "-z", "0", BY(person));
}

static GBytes *
literal(void)
{
	return OTHERS(words, "-z", "0", "--store");
}

/* The case takes what it is made from with it. */
static GBytes *
used_up(GBytes *made, GBytes *from, GBytes *other)
{
	g_bytes_unref(from);
	if (other)
		g_bytes_unref(other);
	return made;
}

static GBytes *
joined(GBytes *one, GBytes *other)
{
	return used_up(join(one, other), one, other);
}

static GBytes *
packed(GBytes *packets)
{
	return used_up(repack(packets, true), packets, NULL);
}

static GBytes *
turned(GBytes *bytes, long from_end)
{
	return used_up(with_a_turned_bit(bytes, from_end), bytes, NULL);
}

static GBytes *
cut(GBytes *bytes, size_t count)
{
	return used_up(cut_off(bytes, count), bytes, NULL);
}

static GBytes *
big_sealed(void)
{
	return OTHERS(big, "-r", world.own, "--encrypt", BY(ALICE));
}

static void
open_it(GBytes *mail, struct arena *arena, struct key_opened *out)
{
	struct failure why;

	if (!ask_to_open(job, mail, arena, out, &why))
		fail_msg("%s: %s", why.code, why.reason);
	g_bytes_unref(mail);
}

static void
has_the_words(const struct key_opened *opened)
{
	assert_int_equal(opened->result, KEY_OPENED);
	assert_int_equal(opened->text_length, strlen(WORDS));
	assert_memory_equal(opened->text, WORDS, strlen(WORDS));
}

static void
test_unseal_open__a_good_mail_gives_its_words_and_its_signer(void **state)
{
	struct key_opened opened;

	open_it(SEALED("--armor", "--cipher-algo", "AES256", "--digest-algo", "SHA512", BY(ALICE)),
	    *state, &opened);
	has_the_words(&opened);
	assert_true(opened.to_our_key);
	assert_false(opened.not_integrity_protected);
	assert_false(opened.wrong_key_usage);
	assert_string_equal(opened.symmetric, "AES256.CFB");
	assert_int_equal(opened.signature_count, 1);
	const struct key_signature *signature = &opened.signatures[0];
	assert_string_equal(signature->fingerprint, world.fingerprints[ALICE]);
	assert_string_equal(signature->primary, world.fingerprints[ALICE]);
	assert_int_equal(signature->status, 0);
	assert_true(signature->is_valid);
	assert_true(signature->is_green);
	assert_false(signature->has_other_bits);
	assert_false(signature->wrong_key_usage);
	assert_int_equal(signature->hash_algorithm, SHA512);
	assert_int_equal(signature->key_algorithm, EDDSA);
	assert_int_equal(signature->key_bits, 255);
	assert_true(signature->signed_at > g_get_real_time() / 1000000 - 600);
	assert_int_equal(signature->expires_at, 0);
}

static void
test_unseal_open__armored_and_binary_are_the_same(void **state)
{
	struct key_opened opened;

	open_it(SEALED("--armor"), *state, &opened);
	has_the_words(&opened);
	open_it(SEALED("--no-armor"), *state, &opened);
	has_the_words(&opened);
}

static void
test_unseal_open__a_subkey_that_signs_leads_to_its_primary(void **state)
{
	struct key_opened opened;

	open_it(SEALED(BY(BOB)), *state, &opened);
	assert_int_equal(opened.signature_count, 1);
	assert_string_not_equal(opened.signatures[0].fingerprint, world.fingerprints[BOB]);
	assert_string_equal(opened.signatures[0].primary, world.fingerprints[BOB]);
	assert_int_equal(opened.signatures[0].key_bits, 255);
	assert_true(opened.signatures[0].is_valid);
}

/* Not pinned, so not in the index of the start: gpg is asked for this one key. */
static void
test_unseal_open__a_signer_nobody_pinned_is_looked_up(void **state)
{
	struct key_opened opened;

	open_it(SEALED(BY(NOT_PINNED)), *state, &opened);
	has_the_words(&opened);
	assert_int_equal(opened.signature_count, 1);
	assert_string_not_equal(opened.signatures[0].fingerprint, world.fingerprints[NOT_PINNED]);
	assert_string_equal(opened.signatures[0].primary, world.fingerprints[NOT_PINNED]);
	assert_int_equal(opened.signatures[0].key_bits, 255);
}

static void
test_unseal_open__says_of_each_signer_what_gpg_found(void **state)
{
	static const struct {
		const char *name;
		const char *options[2];
		enum person signer;
		uint32_t status;
		bool is_valid, has_other_bits, has_primary;
	} CASES[] = {
	    {"certified", {0}, ALICE, 0, true, false, true},
	    {"not certified", {0}, STRANGER, 0, false, false, true},
	    {"not in the ring", {0}, UNKNOWN, GPG_ERR_NO_PUBKEY, false, true, false},
	    {"expired since", {"--faked-system-time", "20200601T000000"}, EXPIRED,
		GPG_ERR_KEY_EXPIRED, false, true, true},
	    {"revoked since", {0}, REVOKED, GPG_ERR_CERT_REVOKED, false, true, true},
	    {"SHA-1", {"--digest-algo", "SHA1"}, ALICE, GPG_ERR_DIGEST_ALGO, false, true, true},
	};

	for (size_t at = 0; at < COUNT_OF(CASES); at++) {
		struct key_opened opened;
		open_it(CASES[at].options[0] ? SEALED(BY(CASES[at].signer), CASES[at].options[0],
						   CASES[at].options[1])
					     : SEALED(BY(CASES[at].signer)),
		    *state, &opened);
		has_the_words(&opened);
		assert_int_equal(opened.signature_count, 1);
		const struct key_signature *signature = &opened.signatures[0];
		if (signature->status != CASES[at].status ||
		    signature->is_valid != CASES[at].is_valid ||
		    signature->is_green != CASES[at].is_valid ||
		    signature->has_other_bits != CASES[at].has_other_bits ||
		    (signature->primary[0] != 0) != CASES[at].has_primary)
			fail_msg("%s: status %u valid %d other %d", CASES[at].name,
			    signature->status, signature->is_valid, signature->has_other_bits);
		if (CASES[at].has_primary)
			assert_string_equal(
			    signature->primary, world.fingerprints[CASES[at].signer]);
	}
}

static void
test_unseal_open__the_end_of_a_signature_is_told(void **state)
{
	struct key_opened opened;

	open_it(SEALED(BY(ALICE), "--default-sig-expire", "3d"), *state, &opened);
	assert_int_equal(opened.signature_count, 1);
	assert_int_equal(
	    opened.signatures[0].expires_at, opened.signatures[0].signed_at + 3 * 86400);
	assert_true(opened.signatures[0].is_valid);
}

static void
test_unseal_open__no_signature_is_not_an_error(void **state)
{
	struct key_opened opened;

	open_it(SEALED("--armor"), *state, &opened);
	has_the_words(&opened);
	assert_int_equal(opened.signature_count, 0);
}

static void
test_unseal_open__counts_every_signature(void **state)
{
	struct key_opened opened;

	open_it(SEALED(BY(ALICE), "-u", world.fingerprints[UNKNOWN]), *state, &opened);
	has_the_words(&opened);
	assert_int_equal(opened.signature_count, 2);
	assert_true(opened.signatures[0].is_valid != opened.signatures[1].is_valid);
	open_it(SEALED(BY(ALICE), "-u", world.fingerprints[BOB], "-u", world.fingerprints[MASH_ONE],
		    "-u", world.fingerprints[MASH_TWO]),
	    *state, &opened);
	assert_int_equal(opened.signature_count, 4);
}

/* Clear-signed text inside an encryption is text like any other: nobody looked at its signature. */
static void
test_unseal_open__a_cleartext_signature_inside_counts_for_nothing(void **state)
{
	g_autoptr(GBytes) clear = OTHERS(words, "--clearsign", "-u", world.fingerprints[ALICE]);
	struct key_opened opened;

	open_it(OTHERS(clear, "-r", world.own, "--encrypt"), *state, &opened);
	assert_int_equal(opened.result, KEY_OPENED);
	assert_int_equal(opened.signature_count, 0);
	assert_int_equal(opened.text_length, g_bytes_get_size(clear));
}

static void
test_unseal_open__text_behind_the_armor_is_not_part_of_it(void **state)
{
	struct key_opened opened;

	open_it(joined(SEALED("--armor", BY(ALICE)), bytes_of("\nand more\n")), *state, &opened);
	has_the_words(&opened);
}

static void
test_unseal_open__a_file_name_from_outside_changes_nothing(void **state)
{
	struct key_opened opened;

	open_it(SEALED("--set-filename", "../..\n[GNUPG:] GOODSIG 1122334455667788 alice"), *state,
	    &opened);
	has_the_words(&opened);
	assert_int_equal(opened.signature_count, 0);
}

static void
test_unseal_open__tells_whether_it_was_sealed_to_our_key_by_name(void **state)
{
	struct key_opened opened;

	open_it(SEALED("-r", world.fingerprints[ALICE]), *state, &opened);
	has_the_words(&opened);
	assert_true(opened.to_our_key);
	/* A recipient who is not named. */
	open_it(OTHERS(words, "-R", world.own, "--encrypt"), *state, &opened);
	has_the_words(&opened);
	assert_false(opened.to_our_key);
}

/* Whatever gpg had given out already, no byte of it may come along. */
static void
gives_nothing_but(enum key_open_result result, GBytes *mail, struct arena *arena, const char *name)
{
	struct key_opened opened;

	open_it(mail, arena, &opened);
	if (opened.result != result)
		fail_msg("%s: result %d", name, opened.result);
	assert_int_equal(opened.text_length, 0);
	assert_int_equal(opened.signature_count, 0);
	assert_false(opened.to_our_key);
	assert_null(opened.symmetric);
}

static void
test_unseal_open__more_than_one_text_is_damage(void **state)
{
	gives_nothing_but(KEY_OPEN_DAMAGED, packed(joined(signed_by(ALICE), literal())), *state,
	    "literal behind");
	gives_nothing_but(KEY_OPEN_DAMAGED, packed(joined(literal(), signed_by(ALICE))), *state,
	    "literal before");
	gives_nothing_but(KEY_OPEN_DAMAGED, packed(joined(signed_by(ALICE), signed_by(ALICE))),
	    *state, "two signed");
	gives_nothing_but(KEY_OPEN_DAMAGED, joined(SEALED(BY(ALICE)), SEALED(BY(ALICE))), *state,
	    "two encrypted");
}

/* The repacked forms above fail for what is in them, and not for how they were packed. */
static void
test_unseal_open__one_signed_text_repacked_opens(void **state)
{
	struct key_opened opened;

	open_it(packed(signed_by(ALICE)), *state, &opened);
	has_the_words(&opened);
	assert_int_equal(opened.signature_count, 1);
	assert_true(opened.signatures[0].is_valid);
}

static void
test_unseal_open__changed_bytes_are_damage(void **state)
{
	gives_nothing_but(KEY_OPEN_DAMAGED, turned(big_sealed(), 100), *state, "at the end");
	gives_nothing_but(KEY_OPEN_DAMAGED, turned(big_sealed(), 1), *state, "last byte");
	gives_nothing_but(
	    KEY_OPEN_DAMAGED, turned(big_sealed(), BIG_BYTES / 2), *state, "in the middle");
	gives_nothing_but(KEY_OPEN_DAMAGED, cut(big_sealed(), BIG_BYTES / 3), *state, "cut short");
	gives_nothing_but(KEY_OPEN_DAMAGED, cut(big_sealed(), 1), *state, "without the last byte");
	gives_nothing_but(
	    KEY_OPEN_DAMAGED, turned(SEALED(BY(ALICE)), -30), *state, "in the session key");
	gives_nothing_but(
	    KEY_OPEN_DAMAGED, turned(packed(signed_by(ALICE)), 170), *state, "in the signed words");
	gives_nothing_but(
	    KEY_OPEN_DAMAGED, packed(bytes_of("no packets")), *state, "no packets inside");
}

/* Nothing happened to it on its way: it was sealed like this. So its words may be seen. */
static void
test_unseal_open__a_bad_signature_in_whole_encryption_is_told_as_such(void **state)
{
	struct key_opened opened;

	open_it(packed(turned(signed_by(ALICE), 130)), *state, &opened);
	assert_int_equal(opened.result, KEY_OPENED);
	assert_int_equal(opened.text_length, strlen(WORDS));
	assert_memory_not_equal(opened.text, WORDS, strlen(WORDS));
	assert_int_equal(opened.signature_count, 1);
	assert_int_equal(opened.signatures[0].status, GPG_ERR_BAD_SIGNATURE);
	assert_false(opened.signatures[0].is_valid);
	assert_true(opened.to_our_key);
	assert_false(opened.not_integrity_protected);
}

static void
test_unseal_open__without_integrity_protection_is_told_as_such(void **state)
{
	g_autoptr(GBytes) packets = signed_by(ALICE);
	g_autoptr(GBytes) turned_packets = turned(signed_by(ALICE), 130);
	struct key_opened opened;

	open_it(repack(packets, false), *state, &opened);
	assert_int_equal(opened.result, KEY_OPEN_DAMAGED);
	assert_true(opened.not_integrity_protected);
	assert_int_equal(opened.text_length, 0);
	open_it(repack(turned_packets, false), *state, &opened);
	assert_int_equal(opened.result, KEY_OPEN_DAMAGED);
	assert_true(opened.not_integrity_protected);
	assert_int_equal(opened.text_length, 0);
}

static void
test_unseal_open__what_is_not_encrypted_is_not_pgp(void **state)
{
	gives_nothing_but(KEY_OPEN_NOT_PGP, signed_by(ALICE), *state, "signed only");
	gives_nothing_but(
	    KEY_OPEN_NOT_PGP, OTHERS(words, "--armor", BY(ALICE)), *state, "signed only, armored");
	gives_nothing_but(KEY_OPEN_NOT_PGP,
	    OTHERS(words, "--clearsign", "-u", world.fingerprints[ALICE]), *state, "clear-signed");
	gives_nothing_but(KEY_OPEN_NOT_PGP, literal(), *state, "literal");
	gives_nothing_but(KEY_OPEN_NOT_PGP, OTHERS(words, "--store"), *state, "compressed");
	gives_nothing_but(KEY_OPEN_NOT_PGP, g_bytes_ref(words), *state, "text");
	gives_nothing_but(KEY_OPEN_NOT_PGP, g_bytes_new(NULL, 0), *state, "nothing");
	gives_nothing_but(KEY_OPEN_NOT_PGP, many_bytes(1000), *state, "noise");
	gives_nothing_but(KEY_OPEN_NOT_PGP, OTHERS(NULL, "--export", world.own), *state, "a key");
	gives_nothing_but(KEY_OPEN_NOT_PGP,
	    bytes_of("-----BEGIN PGP MESSAGE-----\n\nhello\n-----END PGP MESSAGE-----\n"), *state,
	    "false armor");
}

/* A pinentry that tells on whoever starts it. */
static int
begin_with_pinentry(void **state)
{
	g_autofree char *path = path_in_world("pinentry");
	g_autofree char *script =
	    g_strdup_printf("#!/bin/sh\n: > %s/asked\nexit 1\n", world.folder);

	assert_true(g_file_set_contents(path, script, -1, NULL));
	assert_int_equal(chmod(path, 0700), 0);
	key_world_stop_agent();
	key_world_set_pinentry(path);
	key_world_start_agent();
	return begin(state);
}

static void
test_unseal_open__a_password_is_never_asked_for(void **state)
{
	g_autofree char *asked = path_in_world("asked");

	gives_nothing_but(KEY_OPEN_SYMMETRIC, OTHERS(words, "--passphrase", "x", "--symmetric"),
	    *state, "password");
	gives_nothing_but(KEY_OPEN_SYMMETRIC,
	    OTHERS(words, "--passphrase", "x", "--symmetric", "-r", world.fingerprints[UNKNOWN],
		"--encrypt"),
	    *state, "password or another key");
	assert_false(g_file_test(asked, G_FILE_TEST_EXISTS));
}

static void
test_unseal_open__sealed_to_another_is_not_for_us(void **state)
{
	gives_nothing_but(KEY_OPEN_NOT_FOR_US,
	    OTHERS(words, "-r", world.fingerprints[UNKNOWN], "--encrypt"), *state, "another");
	gives_nothing_but(KEY_OPEN_NOT_FOR_US,
	    OTHERS(words, "-R", world.fingerprints[ALICE], "--encrypt"), *state,
	    "another, not named");
	gives_nothing_but(
	    KEY_OPEN_NOT_FOR_US, turned(SEALED("--no-armor"), -5), *state, "the name changed");
}

static void
test_unseal_open__a_bomb_is_stopped_at_the_ceiling(void **state)
{
	g_autoptr(GBytes) zeros = g_bytes_new_take(g_malloc0(200u << 20), 200u << 20);
	GBytes *bomb = OTHERS(zeros, "-z", "9", "-r", world.own, "--encrypt");
	gint64 before = g_get_monotonic_time();

	assert_true(g_bytes_get_size(bomb) < 1 << 20);
	gives_nothing_but(KEY_OPEN_TOO_LARGE, bomb, *state, "bomb");
	assert_true(g_get_monotonic_time() - before < 20 * G_USEC_PER_SEC);
}

static void
test_unseal_open__a_text_as_long_as_allowed_opens_and_one_byte_more_does_not(void **state)
{
	g_autoptr(GBytes) fits = g_bytes_new_take(g_malloc0(OPENED_MAX_BYTES), OPENED_MAX_BYTES);
	g_autoptr(GBytes) over =
	    g_bytes_new_take(g_malloc0(OPENED_MAX_BYTES + 1), OPENED_MAX_BYTES + 1);
	struct key_opened opened;

	open_it(OTHERS(fits, "-r", world.own, "--encrypt"), *state, &opened);
	assert_int_equal(opened.result, KEY_OPENED);
	assert_int_equal(opened.text_length, OPENED_MAX_BYTES);
	gives_nothing_but(
	    KEY_OPEN_TOO_LARGE, OTHERS(over, "-r", world.own, "--encrypt"), *state, "one more");
}

int
main(void)
{
#define UNSEAL(name) cmocka_unit_test_setup_teardown(test_unseal_##name, begin, end)
	const struct CMUnitTest tests[] = {
	    UNSEAL(open__a_good_mail_gives_its_words_and_its_signer),
	    UNSEAL(open__armored_and_binary_are_the_same),
	    UNSEAL(open__a_subkey_that_signs_leads_to_its_primary),
	    UNSEAL(open__a_signer_nobody_pinned_is_looked_up),
	    UNSEAL(open__says_of_each_signer_what_gpg_found),
	    UNSEAL(open__the_end_of_a_signature_is_told),
	    UNSEAL(open__no_signature_is_not_an_error),
	    UNSEAL(open__counts_every_signature),
	    UNSEAL(open__a_cleartext_signature_inside_counts_for_nothing),
	    UNSEAL(open__text_behind_the_armor_is_not_part_of_it),
	    UNSEAL(open__a_file_name_from_outside_changes_nothing),
	    UNSEAL(open__tells_whether_it_was_sealed_to_our_key_by_name),
	    UNSEAL(open__more_than_one_text_is_damage),
	    UNSEAL(open__one_signed_text_repacked_opens),
	    UNSEAL(open__changed_bytes_are_damage),
	    UNSEAL(open__a_bad_signature_in_whole_encryption_is_told_as_such),
	    UNSEAL(open__without_integrity_protection_is_told_as_such),
	    UNSEAL(open__what_is_not_encrypted_is_not_pgp),
	    cmocka_unit_test_setup_teardown(
		test_unseal_open__a_password_is_never_asked_for, begin_with_pinentry, end),
	    UNSEAL(open__sealed_to_another_is_not_for_us),
	    UNSEAL(open__a_bomb_is_stopped_at_the_ceiling),
	    UNSEAL(open__a_text_as_long_as_allowed_opens_and_one_byte_more_does_not),
	};

	return cmocka_run_group_tests(tests, make_world, end_world);
}
