/* Each point of the accept rule, and that nothing else passes. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ALICE "Alice <alice@police.example>"
#define TEXT "Content-Type: text/plain; charset=utf-8\r\n\r\nForm for the desk\r\n"
#define PROTECTED(from, to)                                                                        \
	"From: " from "\r\nTo: " to "\r\nSubject: Concern about Zo=C3=AB\r\n"                      \
	"Date: Sat, 21 Nov 2026 10:54:00 +0100\r\nMessage-ID: <one@police.example>\r\n"            \
	"Content-Type: text/plain; charset=utf-8; hp=\"cipher\"\r\n\r\nForm for the desk\r\n"

static void
test_accept_rule__a_good_mail_is_clean(void **state)
{
	struct given *given = *state;
	struct key_opened opened = given_opened(given, TEXT);
	struct plain asked, none;

	given_answer(given, &opened);
	struct opened_mail mail = given_open(given, given_mail(given, ALICE, ""));
	assert_true(mail.is_clean);
	assert_null(mail.code);
	assert_int_equal(mail.manner, MAIL_LETTER);
	assert_int_equal(mail.arrived_as, SHAPE_PGP_MIME);
	assert_true(mail.has_text);
	assert_true(mail.was_encrypted);
	assert_true(plain_equals(mail.text, "Form for the desk\n"));
	assert_string_equal(mail.signer->id, "alice");
	assert_string_equal(mail.signer_fingerprint, ALICE_KEY);
	assert_int_equal(mail.signed_at, NOW - 60);
	assert_false(mail.has_protected_headers);
	assert_true(plain_equals(mail.outer_from, "alice@police.example"));
	assert_true(plain_equals(mail.outer_subject, "..."));
	assert_true(plain_equals(mail.outer_message_id, "<one@police.example>"));
	assert_int_equal(mail.outer_date, NOW);
	assert_true(plain_equals(mail.inner_from, ""));
	assert_int_equal(given_asked(given, &asked, &none), KEY_OPEN);
	assert_true(plain_equals(asked, REBUILT));
	assert_true(given_was_left_alone(given));
}

static void
test_accept_rule__headers_inside_are_taken_where_protected(void **state)
{
	struct given *given = *state;
	struct key_opened opened = given_opened(given, PROTECTED(ALICE, "desk@wandle.example"));

	given_answer(given, &opened);
	struct opened_mail mail = given_open(given, given_mail(given, ALICE, ""));
	assert_true(mail.is_clean);
	assert_true(mail.has_protected_headers);
	assert_true(plain_equals(mail.inner_from, "alice@police.example"));
	assert_true(plain_equals(mail.inner_to, "desk@wandle.example"));
	assert_true(plain_equals(mail.inner_subject, "Concern about Zo=C3=AB"));
	assert_true(plain_equals(mail.inner_message_id, "<one@police.example>"));
	assert_false(plain_is_empty(mail.inner_date));
}

/* What the keyholder can say, each one different from the good case in one point. */
struct change {
	const char *code;
	bool has_text, has_signer;
	void (*make)(struct key_opened *opened);
};

#define CHANGE(name, statement)                                                                    \
	static void name(struct key_opened *opened)                                                \
	{                                                                                          \
		struct key_signature *signature = &opened->signatures[0];                          \
		(void)signature;                                                                   \
		statement;                                                                         \
	}

static void
close_it(struct key_opened *opened, enum key_open_result result)
{
	*opened = (struct key_opened){.result = result};
}

CHANGE(not_for_us, close_it(opened, KEY_OPEN_NOT_FOR_US))
CHANGE(not_pgp, close_it(opened, KEY_OPEN_NOT_PGP))
CHANGE(damaged, close_it(opened, KEY_OPEN_DAMAGED))
CHANGE(with_password, close_it(opened, KEY_OPEN_SYMMETRIC))
CHANGE(too_large, close_it(opened, KEY_OPEN_TOO_LARGE))
CHANGE(without_mdc, opened->not_integrity_protected = true)
CHANGE(without_mdc_damaged, close_it(opened, KEY_OPEN_DAMAGED); opened->not_integrity_protected = true)
CHANGE(to_other_key, opened->to_our_key = false)
CHANGE(to_signing_key, opened->wrong_key_usage = true)
CHANGE(by_3des, opened->symmetric = "3DES.CFB")
CHANGE(by_cast, opened->symmetric = "CAST5.CFB")
CHANGE(by_nothing_named, opened->symmetric = NULL)
CHANGE(by_part_of_a_name, opened->symmetric = "AES2")
CHANGE(unsigned_one, opened->signature_count = 0)
CHANGE(twice_signed, opened->signatures[1] = *signature; opened->signature_count = 2)
CHANGE(often_signed, for (int at = 1; at < SIGNATURES_MAX; at++) opened->signatures[at] = *signature;
	opened->signature_count = 1000)
CHANGE(bad, signature->status = 8)
CHANGE(error, signature->status = 1)
CHANGE(no_key, signature->status = 9; memset(signature->primary, 0, sizeof signature->primary))
CHANGE(key_expired, signature->status = 153)
CHANGE(revoked, signature->status = 94)
CHANGE(signature_expired, signature->status = 154)
CHANGE(sha1_refused_by_gpg, signature->status = 5; signature->hash_algorithm = 2)
CHANGE(uncertified, signature->is_valid = false)
CHANGE(green_only, signature->is_valid = false; signature->is_green = true)
CHANGE(with_doubts, signature->has_other_bits = true)
CHANGE(by_encryption_key, signature->wrong_key_usage = true)
CHANGE(sha1, signature->hash_algorithm = 2)
CHANGE(sha224, signature->hash_algorithm = 11)
CHANGE(md5, signature->hash_algorithm = 1)
CHANGE(no_hash, signature->hash_algorithm = 0)
CHANGE(dsa, signature->key_algorithm = 17; signature->key_bits = 3072)
CHANGE(elgamal, signature->key_algorithm = 20; signature->key_bits = 4096)
CHANGE(rsa_1024, signature->key_algorithm = 1; signature->key_bits = 1024)
CHANGE(short_curve, signature->key_algorithm = 19; signature->key_bits = 192)
CHANGE(no_key_bits, signature->key_bits = 0)
CHANGE(stranger, (void)snprintf(signature->primary, sizeof signature->primary, STRANGE_KEY))
CHANGE(ourselves, (void)snprintf(signature->primary, sizeof signature->primary, OWN_KEY))
CHANGE(ended_key, (void)snprintf(signature->primary, sizeof signature->primary, OLD_KEY))
CHANGE(no_primary, memset(signature->primary, 0, sizeof signature->primary))
CHANGE(old, signature->signed_at = NOW - 14 * 86400 - 1)
CHANGE(future, signature->signed_at = NOW + 601)

static void
test_accept_rule__each_point_is_a_doubt_of_its_own(void **state)
{
	static const struct change CHANGES[] = {
	    {"open.not-for-us", false, false, not_for_us},
	    {"open.shape", false, false, not_pgp},
	    {"open.damaged", false, false, damaged},
	    {"open.password", false, false, with_password},
	    {"open.too-large", false, false, too_large},
	    {"open.not-integrity-protected", false, false, without_mdc},
	    {"open.not-integrity-protected", false, false, without_mdc_damaged},
	    {"open.wrong-key", true, true, to_other_key},
	    {"open.wrong-key", true, true, to_signing_key},
	    {"open.weak", true, true, by_3des},
	    {"open.weak", true, true, by_cast},
	    {"open.weak", true, true, by_nothing_named},
	    {"open.weak", true, true, by_part_of_a_name},
	    {"open.unsigned", true, false, unsigned_one},
	    {"open.several-signatures", true, false, twice_signed},
	    {"open.several-signatures", true, false, often_signed},
	    {"open.bad-signature", true, false, bad},
	    {"open.bad-signature", true, false, error},
	    {"open.unknown-signer", true, false, no_key},
	    {"open.expired-key", true, false, key_expired},
	    {"open.revoked-key", true, false, revoked},
	    {"open.expired-signature", true, false, signature_expired},
	    {"open.weak", true, false, sha1_refused_by_gpg},
	    {"open.uncertified-key", true, false, uncertified},
	    {"open.uncertified-key", true, false, green_only},
	    {"open.uncertified-key", true, false, with_doubts},
	    {"open.weak", true, false, by_encryption_key},
	    {"open.weak", true, false, sha1},
	    {"open.weak", true, false, sha224},
	    {"open.weak", true, false, md5},
	    {"open.weak", true, false, no_hash},
	    {"open.weak", true, false, dsa},
	    {"open.weak", true, false, elgamal},
	    {"open.weak", true, false, rsa_1024},
	    {"open.weak", true, false, short_curve},
	    {"open.weak", true, false, no_key_bits},
	    {"open.unknown-signer", true, false, stranger},
	    {"open.our-own", true, false, ourselves},
	    {"open.expired-key", true, false, ended_key},
	    {"open.unknown-signer", true, false, no_primary},
	    {"open.old-signature", true, true, old},
	    {"open.future-signature", true, true, future},
	};
	struct given *given = *state;

	for (size_t at = 0; at < COUNT_OF(CHANGES); at++) {
		struct key_opened opened = given_opened(given, TEXT);
		CHANGES[at].make(&opened);
		given_answer(given, &opened);
		struct opened_mail mail = given_open(given, given_mail(given, ALICE, ""));
		if (!mail.code || strcmp(mail.code, CHANGES[at].code) != 0)
			print_error("change %zu: %s\n", at, mail.code ? mail.code : "clean");
		assert_false(mail.is_clean);
		assert_string_equal(mail.code, CHANGES[at].code);
		assert_true(strlen(mail.reason) > 20);
		assert_int_equal(mail.has_text, CHANGES[at].has_text);
		assert_int_equal(mail.signer != NULL, CHANGES[at].has_signer);
		assert_true(mail.was_encrypted);
	}
}

CHANGE(sha256, signature->hash_algorithm = 8)
CHANGE(sha384, signature->hash_algorithm = 9)
CHANGE(rsa_2048, signature->key_algorithm = 1; signature->key_bits = 2048)
CHANGE(p256, signature->key_algorithm = 19; signature->key_bits = 256)
CHANGE(by_aes128, opened->symmetric = "AES.CFB")
CHANGE(by_ocb, opened->symmetric = "AES256.OCB")
CHANGE(just_in_time, signature->signed_at = NOW - 14 * 86400)
CHANGE(clock_ahead, signature->signed_at = NOW + 600)
CHANGE(not_green, signature->is_green = false)

static void
test_accept_rule__what_is_allowed_passes(void **state)
{
	static void (*const CHANGES[])(struct key_opened *) = {sha256, sha384, rsa_2048, p256, by_aes128,
	    by_ocb, just_in_time, clock_ahead, not_green};
	struct given *given = *state;

	for (size_t at = 0; at < COUNT_OF(CHANGES); at++) {
		struct key_opened opened = given_opened(given, TEXT);
		CHANGES[at](&opened);
		given_answer(given, &opened);
		struct opened_mail mail = given_open(given, given_mail(given, ALICE, ""));
		if (!mail.is_clean)
			print_error("change %zu: %s\n", at, mail.code);
		assert_true(mail.is_clean);
	}
}

static void
test_accept_rule__every_from_must_be_the_signers(void **state)
{
	static const struct {
		const char *above, *payload, *code;
	} MAILS[] = {
	    {"ALICE@Police.Example", TEXT, NULL},
	    {ALICE, PROTECTED("Alice@POLICE.example", "desk@wandle.example"), NULL},
	    {ALICE, PROTECTED(ALICE, "Desk <DESK@wandle.example>, other@x.example"), NULL},
	    {"Alice <mallory@evil.example>", TEXT, "open.from-contradicts"},
	    {"alice@police.example, mallory@evil.example", TEXT, "open.from-contradicts"},
	    {"group: alice@police.example;", TEXT, "open.from-contradicts"},
	    {"mallory@evil.example", PROTECTED(ALICE, "desk@wandle.example"), "open.from-contradicts"},
	    {ALICE, PROTECTED("mallory@evil.example", "desk@wandle.example"), "open.from-contradicts"},
	    {ALICE, PROTECTED("alice@police.example, m@evil.example", "desk@wandle.example"), "open.from-contradicts"},
	    {ALICE, PROTECTED(ALICE, "another@desk.example"), "open.not-for-this-desk"},
	    {ALICE, PROTECTED(ALICE, "\"desk@wandle.example\" <another@desk.example>"), "open.not-for-this-desk"},
	    /* a header that is signed and not declared protected must not contradict either */
	    {ALICE, ("From: mallory@evil.example\r\n" TEXT), "open.from-contradicts"},
	    {ALICE, ("To: another@desk.example\r\n" TEXT), "open.not-for-this-desk"},
	    {ALICE, ("Cc: another@desk.example\r\n" TEXT), "open.not-for-this-desk"},
	};
	struct given *given = *state;

	for (size_t at = 0; at < COUNT_OF(MAILS); at++) {
		struct key_opened opened = given_opened(given, MAILS[at].payload);
		given_answer(given, &opened);
		struct opened_mail mail = given_open(given, given_mail(given, MAILS[at].above, ""));
		if (!mail.code != !MAILS[at].code || (mail.code && strcmp(mail.code, MAILS[at].code) != 0))
			print_error("mail %zu: %s\n", at, mail.code ? mail.code : "clean");
		assert_int_equal(mail.is_clean, !MAILS[at].code);
		if (MAILS[at].code)
			assert_string_equal(mail.code, MAILS[at].code);
		assert_non_null(mail.signer);
		assert_true(mail.has_text);
	}
}

static void
test_accept_rule__protection_needs_its_declaration_and_both_ends(void **state)
{
	static const struct {
		const char *payload;
		bool is_protected;
	} MAILS[] = {
	    {"From: " ALICE "\r\nTo: desk@wandle.example\r\n" TEXT, false},
	    {"From: " ALICE "\r\nContent-Type: text/plain; protected-headers=v1\r\n\r\nx", false},
	    {"To: desk@wandle.example\r\nContent-Type: text/plain; protected-headers=v1\r\n\r\nx", false},
	    {"From: " ALICE "\r\nCc: desk@wandle.example\r\nContent-Type: text/plain; protected-headers=\"v1\"\r\n\r\nx", true},
	    {"From: " ALICE "\r\nTo: desk@wandle.example\r\nContent-Type: text/plain; hp=clear\r\n\r\nx", true},
	    {"From: " ALICE "\r\nTo: desk@wandle.example\r\nContent-Type: text/plain; hp=other\r\n\r\nx", false},
	};
	struct given *given = *state;

	for (size_t at = 0; at < COUNT_OF(MAILS); at++) {
		struct key_opened opened = given_opened(given, MAILS[at].payload);
		given_answer(given, &opened);
		struct opened_mail mail = given_open(given, given_mail(given, ALICE, ""));
		assert_true(mail.is_clean);
		assert_int_equal(mail.has_protected_headers, MAILS[at].is_protected);
	}
}

#define SIGNED_TEXT "Content-Type: text/plain\r\n\r\nForm \r\nfor the desk"
#define NESTED                                                                                     \
	"Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=s\r\n"     \
	"\r\n--s\r\n" SIGNED_TEXT "\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\n"         \
	"-----BEGIN PGP SIGNATURE-----\r\n\r\niQ==\r\n-----END PGP SIGNATURE-----\r\n--s--\r\n"

static void
test_accept_rule__a_nested_signature_is_verified_over_its_own_bytes(void **state)
{
	struct given *given = *state;
	struct key_opened opened = given_opened(given, NESTED), verified = given_opened(given, "");
	struct plain words, signature = {0}, unused;

	opened.signature_count = 0;
	given_answer(given, &opened);
	given_answer(given, &verified);
	struct opened_mail mail = given_open(given, given_mail(given, ALICE, ""));
	assert_true(mail.is_clean);
	assert_true(plain_equals(mail.text, "Form \nfor the desk"));
	assert_int_equal(given_asked(given, &words, &unused), KEY_OPEN);
	assert_int_equal(given_asked(given, &words, &signature), KEY_VERIFY);
	assert_true(plain_equals(words, SIGNED_TEXT));
	assert_memory_equal(signature.words, "-----BEGIN PGP SIGNATURE-----", 29);
}

static void
test_accept_rule__line_ends_are_made_crlf_for_verifying(void **state)
{
	struct given *given = *state;
	char lf_only[sizeof NESTED], *to = lf_only;
	struct plain words, signature, unused;

	for (const char *at = NESTED; *at; at++)
		if (*at != '\r')
			*to++ = *at;
	*to = 0;
	struct key_opened opened = given_opened(given, lf_only), verified = given_opened(given, "");
	opened.signature_count = 0;
	given_answer(given, &opened);
	given_answer(given, &verified);
	assert_true(given_open(given, given_mail(given, ALICE, "")).is_clean);
	(void)given_asked(given, &words, &unused);
	(void)given_asked(given, &words, &signature);
	assert_true(plain_equals(words, SIGNED_TEXT));
}

static void
test_accept_rule__replays_have_one_hash_however_they_are_wrapped(void **state)
{
	struct given *given = *state;
	struct opened_mail mails[2];

	for (size_t at = 0; at < COUNT_OF(mails); at++) {
		const char *wrapped = at ? "X-Wrapped: again\r\n" NESTED : NESTED;
		struct key_opened opened = given_opened(given, wrapped), verified = given_opened(given, "");
		opened.signature_count = 0;
		given_answer(given, &opened);
		given_answer(given, &verified);
		mails[at] = given_open(given, given_mail(given, ALICE, ""));
	}
	assert_memory_equal(mails[0].payload_hash, mails[1].payload_hash, HASH_BYTES);
	struct key_opened other = given_opened(given, TEXT);
	given_answer(given, &other);
	struct opened_mail mail = given_open(given, given_mail(given, ALICE, ""));
	assert_memory_not_equal(mails[0].payload_hash, mail.payload_hash, HASH_BYTES);
}

static void
test_accept_rule__a_signature_in_both_layers_or_in_part_is_none(void **state)
{
	struct given *given = *state;
	struct key_opened opened = given_opened(given, NESTED);

	given_answer(given, &opened);
	assert_string_equal(given_open(given, given_mail(given, ALICE, "")).code, "open.several-signatures");

	/* the verdict of the detached one counts, like any other */
	struct key_opened bad = given_opened(given, "");
	opened.signature_count = 0;
	bad.signatures[0].status = 8;
	given_answer(given, &opened);
	given_answer(given, &bad);
	assert_string_equal(given_open(given, given_mail(given, ALICE, "")).code, "open.bad-signature");

	bad.signature_count = 0;
	given_answer(given, &opened);
	given_answer(given, &bad);
	assert_string_equal(given_open(given, given_mail(given, ALICE, "")).code, "open.unsigned");

	/* multipart/signed that is not the whole payload is not looked at */
	struct key_opened within = given_opened(given,
	    "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n" NESTED "\r\n--m\r\n"
	    "Content-Type: text/plain\r\n\r\nadded\r\n--m--\r\n");
	within.signature_count = 0;
	given_answer(given, &within);
	assert_string_equal(given_open(given, given_mail(given, ALICE, "")).code, "open.unsigned");

	/* S/MIME within is no signature that we read */
	struct key_opened smime = given_opened(given,
	    "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=s\r\n\r\n--s\r\n"
	    SIGNED_TEXT "\r\n--s\r\nContent-Type: application/pkcs7-signature\r\n\r\nx\r\n--s--\r\n");
	smime.signature_count = 0;
	given_answer(given, &smime);
	struct opened_mail mail = given_open(given, given_mail(given, ALICE, ""));
	assert_string_equal(mail.code, "open.unsigned");
	assert_true(plain_equals(mail.text, "Form \nfor the desk"));
}

static void
test_accept_rule__a_payload_that_cannot_be_read_is_never_clean(void **state)
{
	static const char *const PAYLOADS[] = {
	    ("From: a@b.example\r\nFrom: c@d.example\r\n" TEXT),
	    "Content-Type: multipart/mixed\r\n\r\nx",
	    "Content-Type: text/plain\r\n\r\nbare\rreturn",
	};
	struct given *given = *state;

	for (size_t at = 0; at < COUNT_OF(PAYLOADS); at++) {
		struct key_opened opened = given_opened(given, PAYLOADS[at]);
		given_answer(given, &opened);
		struct opened_mail mail = given_open(given, given_mail(given, ALICE, ""));
		assert_false(mail.is_clean);
		assert_false(mail.has_text);
		assert_string_equal(mail.code, "open.shape");
		assert_string_equal(mail.signer->id, "alice");
	}
}

static void
test_accept_rule__a_failure_of_the_keyholder_is_no_verdict(void **state)
{
	struct given *given = *state;
	const char *raw = given_mail(given, ALICE, "");
	struct opened_mail mail = {.code = "untouched"};
	struct key_opened opened = given_opened(given, NESTED);
	struct failure why = {0};

	given_answer_failure(given, REMEDY_RETRY, "key.agent");
	assert_false(openpgp_open_mail(&given->openpgp, (const uint8_t *)raw, strlen(raw), given->arena, &mail, &why));
	assert_string_equal(why.code, "key.agent");
	assert_int_equal(why.remedy, REMEDY_RETRY);
	assert_string_equal(mail.code, "untouched");

	opened.signature_count = 0;
	given_answer(given, &opened);
	given_answer_failure(given, REMEDY_RETRY, "key.agent");
	assert_false(openpgp_open_mail(&given->openpgp, (const uint8_t *)raw, strlen(raw), given->arena, &mail, &why));
	assert_string_equal(why.code, "key.agent");
}

int
main(void)
{
#define FACT(name) cmocka_unit_test_setup_teardown(name, given_begin, given_end)
	const struct CMUnitTest tests[] = {
	    FACT(test_accept_rule__a_good_mail_is_clean),
	    FACT(test_accept_rule__headers_inside_are_taken_where_protected),
	    FACT(test_accept_rule__each_point_is_a_doubt_of_its_own),
	    FACT(test_accept_rule__what_is_allowed_passes),
	    FACT(test_accept_rule__every_from_must_be_the_signers),
	    FACT(test_accept_rule__protection_needs_its_declaration_and_both_ends),
	    FACT(test_accept_rule__a_nested_signature_is_verified_over_its_own_bytes),
	    FACT(test_accept_rule__line_ends_are_made_crlf_for_verifying),
	    FACT(test_accept_rule__replays_have_one_hash_however_they_are_wrapped),
	    FACT(test_accept_rule__a_signature_in_both_layers_or_in_part_is_none),
	    FACT(test_accept_rule__a_payload_that_cannot_be_read_is_never_clean),
	    FACT(test_accept_rule__a_failure_of_the_keyholder_is_no_verdict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
