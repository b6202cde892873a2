/* Which mails are of a shape we know, and what the others are called. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define FROM "From: Alice <alice@police.example>\r\nTo: desk@wandle.example\r\nSubject: x\r\n"
#define STRANGE "From: exchange@police.example\r\nTo: desk@wandle.example\r\n"
#define TEXT "Content-Type: text/plain; charset=utf-8\r\n\r\nForm for the desk\r\n"

#define VERSION "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
#define SEALED "Content-Type: application/octet-stream; name=\"encrypted.asc\"\r\n\r\n" ARMOR
#define ENCRYPTED(b)                                                                               \
	"Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=" b    \
	"\r\n\r\n--" b "\r\n" VERSION "\r\n--" b "\r\n" SEALED "\r\n--" b "--\r\n"
#define MIXED(b) "Content-Type: multipart/mixed; boundary=" b "\r\n\r\n"
#define PART(b, part) "--" b "\r\n" part "\r\n"
#define END(b) "--" b "--\r\n"
#define PLAIN(text) "Content-Type: text/plain; charset=utf-8\r\n\r\n" text "\r\n"
#define HTML(text) "Content-Type: text/html; charset=utf-8\r\n\r\n" text "\r\n"
#define ALTERNATIVE(b) "Content-Type: multipart/alternative; boundary=" b "\r\n\r\n"
#define RFC822 "Content-Type: message/rfc822\r\n\r\n"
/* all parts in base64, as Exchange leaves them: "Version: 1", and ARMOR */
#define MIXED_UP                                                                                   \
	MIXED("e")                                                                                 \
	PART("e", "Content-Type: text/plain; charset=\"us-ascii\"\r\n\r\n")                         \
	PART("e", "Content-Type: application/pgp-encrypted; name=\"PGPMIME Versions Identification\"\r\n" \
		  "Content-Transfer-Encoding: base64\r\n\r\nVmVyc2lvbjogMQ0K\r\n")                  \
	PART("e", "Content-Type: application/octet-stream; name=\"encrypted.asc\"\r\n"               \
		  "Content-Transfer-Encoding: base64\r\n\r\n"                                       \
		  "LS0tLS1CRUdJTiBQR1AgTUVTU0FHRS0tLS0tDQoNCmhGNERBQUFBDQo9YWJjZA0K\r\n"             \
		  "LS0tLS1FTkQgUEdQIE1FU1NBR0UtLS0tLQ0K\r\n")                                       \
	END("e")

struct shape_case {
	enum mail_shape shape;
	const char *mail;
};

static const struct shape_case KNOWN[] = {
    {SHAPE_PGP_MIME, FROM ENCRYPTED("x")},
    {SHAPE_PGP_MIME, FROM "Content-Type: Multipart/Encrypted; Protocol=\"Application/PGP-Encrypted\"; boundary=x\r\n"
	"\r\npreamble\r\n--x\r\nContent-Type: application/pgp-encrypted\r\n\r\n\r\nversion: 1 \r\n\r\n--x\r\n"
	"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	"LS0tLS1CRUdJTiBQR1AgTUVTU0FHRS0tLS0tDQpDb21tZW50OiB4DQoNCmhGNERBQUFBDQo9\r\n"
	"YWJjZA0KLS0tLS1FTkQgUEdQIE1FU1NBR0UtLS0tLQ0K\r\n--x--\r\nepilogue\r\n"},
    {SHAPE_MIXED_UP, FROM MIXED_UP},
    {SHAPE_MIXED_UP, FROM MIXED("e") PART("e", HTML("<b>CAUTION</b> external mail")) PART("e", VERSION) PART("e", SEALED) END("e")},
    {SHAPE_ATTACHED, STRANGE RFC822 FROM ENCRYPTED("x")},
    {SHAPE_ATTACHED, STRANGE MIXED("d") PART("d", PLAIN("Scanned.")) PART("d", RFC822 FROM ENCRYPTED("x")) END("d")},
    {SHAPE_ATTACHED, STRANGE MIXED("d") PART("d", ALTERNATIVE("a") PART("a", PLAIN("Scanned.")) PART("a", HTML("<p>Scanned.")) END("a"))
	PART("d", RFC822 FROM MIXED_UP) END("d")},
    {SHAPE_ATTACHED, STRANGE RFC822 STRANGE RFC822 STRANGE RFC822 STRANGE RFC822 FROM ENCRYPTED("x")},
    {SHAPE_LIST_FOOTER, FROM MIXED("f") PART("f", ENCRYPTED("x")) PART("f", PLAIN("the list")) END("f")},
    {SHAPE_LIST_FOOTER, FROM MIXED("f") PART("f", PLAIN("head")) PART("f", ENCRYPTED("x")) PART("f", HTML("foot")) END("f")},
    {SHAPE_INLINE, FROM PLAIN("Hello\r\n\r\n" ARMOR "\r\nSent from my phone")},
    {SHAPE_INLINE, FROM PLAIN("  -----BEGIN PGP MESSAGE-----\r\nVersion: x\r\nCharset: utf-8\r\n\r\n \xc2\xa0hF4DAAAA \r\n\r\n=abcd\r\n-----END PGP MESSAGE-----")},
    {SHAPE_INLINE, FROM MIXED("i") PART("i", PLAIN(ARMOR)) PART("i", PLAIN("footer")) END("i")},
    {SHAPE_INLINE, FROM MIXED("i") PART("i", PLAIN(ARMOR)) PART("i", "Content-Type: application/pgp-keys\r\n\r\nkey\r\n") END("i")},
    {SHAPE_INLINE, FROM ALTERNATIVE("a") PART("a", PLAIN(ARMOR)) PART("a", HTML("<p>hello</p>")) END("a")},
    {SHAPE_INLINE, FROM ALTERNATIVE("a") PART("a", PLAIN(ARMOR))
	PART("a", HTML("<pre>-----BEGIN PGP MESSAGE-----\r\n\r\nhF4DAAAA\r\n=abcd\r\n-----END PGP MESSAGE-----</pre>")) END("a")},
    {SHAPE_INLINE_HTML, FROM HTML("<div>-----BEGIN PGP MESSAGE-----</div><div><br></div><div>hF4DAAAA</div><div>=abcd</div>"
	"<div>-----END PGP MESSAGE-----</div>")},
    {SHAPE_INLINE_HTML, FROM HTML("<p>Hi</p>-----BEGIN PGP MESSAGE-----<br>Version: OpenPGP.js<br><br>hF4DAAAA<br>=abcd<br>-----END PGP MESSAGE-----<br>&nbsp;")},
    {SHAPE_INLINE_HTML, FROM ALTERNATIVE("a") PART("a", PLAIN("see HTML")) PART("a", HTML("-----BEGIN PGP MESSAGE-----<br><br>hF4DAAAA<br>=abcd<br>-----END PGP MESSAGE-----")) END("a")},
};

static void
test_mail_shape__each_shape_is_known_and_its_armor_rebuilt(void **state)
{
	struct given *given = *state;

	for (size_t at = 0; at < COUNT_OF(KNOWN); at++) {
		struct key_opened opened = given_opened(given, TEXT);
		struct plain asked, none;
		given_answer(given, &opened);
		struct opened_mail mail = given_open(given, KNOWN[at].mail);
		if (!mail.is_clean || mail.arrived_as != KNOWN[at].shape)
			print_error("mail %zu: %s as %s\n", at, mail.code ? mail.code : "clean",
			    mail_shape_name(mail.arrived_as));
		assert_true(mail.is_clean);
		assert_int_equal(mail.arrived_as, KNOWN[at].shape);
		assert_int_equal(given_asked(given, &asked, &none), KEY_OPEN);
		assert_true(plain_equals(asked, REBUILT));
		assert_true(plain_equals(mail.text, "Form for the desk\n"));
	}
}

static void
test_mail_shape__a_site_can_switch_each_off(void **state)
{
	struct given *given = *state;

	for (size_t at = 0; at < COUNT_OF(KNOWN); at++) {
		given->settings.openpgp.accepts[KNOWN[at].shape] = false;
		struct opened_mail mail = given_open(given, KNOWN[at].mail);
		given->settings.openpgp.accepts[KNOWN[at].shape] = true;
		assert_string_equal(mail.code, "open.shape");
		assert_int_equal(mail.arrived_as, KNOWN[at].shape);
		assert_true(mail.was_encrypted);
		assert_false(mail.has_text);
		assert_true(given_was_left_alone(given));
	}
}

static void
test_mail_shape__what_is_encrypted_otherwise_is_never_opened(void **state)
{
	static const char *const MAILS[] = {
	    /* not exactly RFC 3156 */
	    FROM "Content-Type: multipart/encrypted; boundary=x\r\n\r\n--x\r\n" VERSION "\r\n--x\r\n" SEALED "\r\n--x--\r\n",
	    FROM "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=x\r\n\r\n--x\r\n" VERSION
	    "\r\n--x\r\n" SEALED "\r\n--x\r\n" PLAIN("third") "\r\n--x--\r\n",
	    FROM "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=x\r\n\r\n--x\r\n" SEALED
	    "\r\n--x\r\n" VERSION "\r\n--x--\r\n",
	    FROM "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=x\r\n\r\n--x\r\n"
	    "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 2\r\n\r\n--x\r\n" SEALED "\r\n--x--\r\n",
	    FROM "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=x\r\n\r\n--x\r\n" VERSION
	    "\r\n--x\r\n" SEALED "text behind\r\n\r\n--x--\r\n",
	    FROM "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=x\r\n\r\n--x\r\n" VERSION
	    "\r\n--x\r\nContent-Type: application/octet-stream\r\n\r\ntext before\r\n" ARMOR "\r\n--x--\r\n",
	    FROM "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=x\r\n\r\n--x\r\n" VERSION
	    "\r\n--x\r\nContent-Type: application/octet-stream\r\n\r\n\x85\x01binary\r\n--x--\r\n",
	    FROM "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=x\r\n\r\n--x\r\n" VERSION
	    "\r\n--x\r\n" PLAIN(ARMOR) "\r\n--x--\r\n",
	    /* two ciphertexts */
	    FROM "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=x\r\n\r\n--x\r\n" VERSION
	    "\r\n--x\r\n" SEALED ARMOR "\r\n--x--\r\n",
	    FROM MIXED("f") PART("f", ENCRYPTED("x")) PART("f", PLAIN(ARMOR)) END("f"),
	    FROM MIXED("f") PART("f", ENCRYPTED("x")) PART("f", ENCRYPTED("y")) END("f"),
	    FROM PLAIN(ARMOR ARMOR),
	    FROM ALTERNATIVE("a") PART("a", PLAIN(ARMOR))
	    PART("a", HTML("-----BEGIN PGP MESSAGE-----<br><br>hF4DBBBB<br>-----END PGP MESSAGE-----")) END("a"),
	    STRANGE MIXED("d") PART("d", RFC822 FROM ENCRYPTED("x")) PART("d", RFC822 FROM ENCRYPTED("y")) END("d"),
	    /* other things beside it */
	    FROM MIXED("f") PART("f", ENCRYPTED("x")) PART("f", "Content-Type: application/pdf\r\n\r\nx\r\n") END("f"),
	    FROM MIXED("f") PART("f", ENCRYPTED("x")) END("f"),
	    FROM MIXED("i") PART("i", PLAIN(ARMOR)) PART("i", "Content-Type: application/pdf\r\n\r\nx\r\n") END("i"),
	    FROM MIXED("i") PART("i", PLAIN("see attached")) PART("i", SEALED) END("i"),
	    STRANGE MIXED("d") PART("d", "Content-Type: image/png\r\n\r\nx\r\n") PART("d", RFC822 FROM ENCRYPTED("x")) END("d"),
	    STRANGE MIXED("d") PART("d", RFC822 FROM PLAIN(ARMOR)) END("d"),
	    STRANGE MIXED("d") PART("d", RFC822 FROM ENCRYPTED("x")) PART("d", RFC822 FROM PLAIN("x")) END("d"),
	    /* wrapped too often */
	    STRANGE RFC822 STRANGE RFC822 STRANGE RFC822 STRANGE RFC822 STRANGE RFC822 FROM ENCRYPTED("x"),
	    /* mixed up, but not exactly */
	    FROM MIXED("e") PART("e", VERSION) PART("e", SEALED) END("e"),
	    FROM MIXED("e") PART("e", VERSION) PART("e", SEALED) PART("e", PLAIN("x")) END("e"),
	    /* broken armor */
	    FROM PLAIN("-----BEGIN PGP MESSAGE-----\r\n\r\nhF4D!\r\n-----END PGP MESSAGE-----"),
	    FROM PLAIN("-----BEGIN PGP MESSAGE-----\r\n\r\nhF4D"),
	    FROM PLAIN("-----BEGIN PGP MESSAGE-----\r\n\r\n-----END PGP MESSAGE-----"),
	    FROM PLAIN("> -----BEGIN PGP MESSAGE-----\r\n>\r\n> hF4D\r\n> -----END PGP MESSAGE-----\r\n-----BEGIN PGP MESSAGE-----"),
	    /* the version part alone; S/MIME */
	    FROM MIXED("e") PART("e", VERSION) END("e"),
	    FROM "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n\r\nx",
	    FROM "Content-Type: application/x-pkcs7-mime\r\n\r\nx",
	};
	struct given *given = *state;

	for (size_t at = 0; at < COUNT_OF(MAILS); at++) {
		struct opened_mail mail = given_open(given, MAILS[at]);
		if (!mail.code || strcmp(mail.code, "open.shape") != 0)
			print_error("mail %zu: %s\n", at, mail.code ? mail.code : "clean");
		assert_string_equal(mail.code, "open.shape");
		assert_int_equal(mail.arrived_as, SHAPE_NONE);
		assert_false(mail.is_clean);
		assert_false(mail.has_text);
		assert_true(mail.was_encrypted);
		assert_true(given_was_left_alone(given));
	}
}

static void
test_mail_shape__what_is_not_encrypted_is_shown_and_not_believed(void **state)
{
	static const struct {
		const char *code, *mail, *text;
	} MAILS[] = {
	    {"open.unencrypted", FROM PLAIN("Form for the desk"), "Form for the desk\n"},
	    {"open.unencrypted", FROM "\r\nno type", "no type"},
	    {"open.unencrypted", FROM PLAIN("> -----BEGIN PGP MESSAGE-----\r\n> hF4D"), "> -----BEGIN PGP MESSAGE-----\n> hF4D\n"},
	    {"open.signed-only",
		FROM "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=s\r\n\r\n--s\r\n"
		PLAIN("Form") "\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--s--\r\n", "Form\n"},
	    {"open.signed-only",
		FROM PLAIN("-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA512\r\n\r\nForm"),
		"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nForm\n"},
	    {"open.tnef", FROM MIXED("t") PART("t", PLAIN("words")) PART("t", "Content-Type: application/ms-tnef\r\n\r\nx\r\n") END("t"), "words\n"},
	    {"open.tnef", FROM MIXED("t") PART("t", PLAIN("words")) PART("t", "Content-Type: application/octet-stream; name=\"WinMail.dat\"\r\n\r\nx\r\n") END("t"), "words\n"},
	};
	struct given *given = *state;

	for (size_t at = 0; at < COUNT_OF(MAILS); at++) {
		struct opened_mail mail = given_open(given, MAILS[at].mail);
		const char *text = arena_textn(given->arena, mail.text.words, mail.text.length);
		assert_string_equal(mail.code, MAILS[at].code);
		assert_false(mail.is_clean);
		assert_true(mail.has_text);
		assert_false(mail.was_encrypted);
		assert_null(mail.signer);
		assert_string_equal(text, MAILS[at].text);
		assert_true(given_was_left_alone(given));
	}
}

static void
test_mail_shape__the_from_above_the_ciphertext_counts(void **state)
{
	static const struct {
		const char *mail;
		bool is_clean;
	} MAILS[] = {
	    {STRANGE RFC822 FROM ENCRYPTED("x"), true},
	    {FROM RFC822 STRANGE ENCRYPTED("x"), false},
	    {STRANGE MIXED("f") PART("f", ENCRYPTED("x")) PART("f", PLAIN("the list")) END("f"), false},
	};
	struct given *given = *state;

	for (size_t at = 0; at < COUNT_OF(MAILS); at++) {
		struct key_opened opened = given_opened(given, TEXT);
		given_answer(given, &opened);
		struct opened_mail mail = given_open(given, MAILS[at].mail);
		assert_int_equal(mail.is_clean, MAILS[at].is_clean);
		if (!mail.is_clean)
			assert_string_equal(mail.code, "open.from-contradicts");
	}
}

static void
test_mail_shape__an_unreadable_mail_is_a_shape_of_none(void **state)
{
	struct given *given = *state;
	struct opened_mail mail = given_open(given, "From: a@b.example\r\nFrom: c@d.example\r\n\r\nx");

	assert_string_equal(mail.code, "open.shape");
	assert_false(mail.is_clean);
	assert_false(mail.has_text);
	assert_true(plain_equals(mail.outer_from, ""));
	assert_int_equal(mail.manner, MAIL_LETTER);
}

int
main(void)
{
#define FACT(name) cmocka_unit_test_setup_teardown(name, given_begin, given_end)
	const struct CMUnitTest tests[] = {
	    FACT(test_mail_shape__each_shape_is_known_and_its_armor_rebuilt),
	    FACT(test_mail_shape__a_site_can_switch_each_off),
	    FACT(test_mail_shape__what_is_encrypted_otherwise_is_never_opened),
	    FACT(test_mail_shape__what_is_not_encrypted_is_shown_and_not_believed),
	    FACT(test_mail_shape__the_from_above_the_ciphertext_counts),
	    FACT(test_mail_shape__an_unreadable_mail_is_a_shape_of_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
