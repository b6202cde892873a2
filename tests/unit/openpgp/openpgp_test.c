/* Words, attachments, manners, and the way to the keyholder. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>
#include <sodium.h>

#include "papers/seal_box.h"

#define ALICE "Alice <alice@police.example>"

/* Opens a good mail of this shape with this payload inside. */
static struct opened_mail
open_payload(struct given *given, const char *payload)
{
	struct key_opened opened = given_opened(given, payload);

	given_answer(given, &opened);
	return given_open(given, given_mail(given, ALICE, ""));
}

static void
test_payload__the_text_of_each_kind_of_mail_is_found(void **state)
{
	static const struct {
		const char *payload, *text;
		size_t attachments;
	} MAILS[] = {
	    {"Officer: PC Archer\r\nNarrative: no header at all\r\n", "Officer: PC Archer\nNarrative: no header at all\n", 0},
	    {"caf\xe9, and no header", "caf\xc3\xa9, and no header", 0},
	    {"Subject: form\r\nContent-Type: text/plain; charset=windows-1252\r\n\r\nO\x92" "Brien", "O\xe2\x80\x99" "Brien", 0},
	    {"content-type: text/plain; format=flowed\n\none \ntwo\n", "one two\n", 0},
	    {"Content-Type: text/html\r\n\r\n<table><tr><td>Name</td><td>Zoe</td></tr></table>", "Name: Zoe\n", 0},
	    {"Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n\r\nplain\r\n--a\r\n"
	     "Content-Type: text/html\r\n\r\n<p>html</p>\r\n--a--\r\n", "plain", 0},
	    {"Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n\r\n \r\n--a\r\n"
	     "Content-Type: multipart/related; boundary=r\r\n\r\n--r\r\nContent-Type: text/html\r\n\r\n<p>html</p>\r\n"
	     "--r\r\nContent-Type: image/png\r\n\r\nx\r\n--r--\r\n\r\n--a--\r\n", "html\n", 1},
	    {"Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n\r\nplain\r\n--a\r\n"
	     "Content-Type: multipart/related; boundary=r\r\n\r\n--r\r\nContent-Type: text/html\r\n\r\n<p>html</p>\r\n"
	     "--r\r\nContent-Type: image/png\r\n\r\nx\r\n--r--\r\n\r\n--a--\r\n", "plain", 1},
	    {"Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\n\r\n--m\r\n"
	     "Content-Type: text/plain\r\n\r\nsecond\r\n--m\r\nContent-Type: text/plain\r\n\r\nthird\r\n--m--\r\n", "second", 2},
	    {"Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/plain\r\n"
	     "Content-Disposition: attachment; filename=form.txt\r\n\r\nform\r\n--m--\r\n", "", 1},
	    {"Content-Type: application/pdf\r\n\r\nx", "", 1},
	};
	struct given *given = *state;

	for (size_t at = 0; at < COUNT_OF(MAILS); at++) {
		struct opened_mail mail = open_payload(given, MAILS[at].payload);
		const char *text = arena_textn(given->arena, mail.text.words, mail.text.length);
		assert_true(mail.is_clean);
		assert_string_equal(text, MAILS[at].text);
		assert_int_equal(mail.attachment_count, MAILS[at].attachments);
	}
}

static void
test_payload__attachments_have_name_type_and_bytes(void **state)
{
	struct given *given = *state;
	struct opened_mail mail = open_payload(given,
	    "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\nform\r\n--m\r\n"
	    "Content-Type: Application/PDF; name=\"a\tb.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--m\r\n"
	    "Content-Type: text/plain; charset=windows-1252\r\nContent-Disposition: attachment; filename=form.txt\r\n\r\n"
	    "O\x92" "Brien\r\n--m\r\n"
	    "Content-Type: text/csv\r\n\r\n\xff\r\n--m\r\n"
	    "Content-Type: message/rfc822\r\n\r\nSubject: within\r\n\r\nmail\r\n--m\r\n"
	    "Content-Type: text/plain; name=form.txt\r\nContent-Disposition: attachment\r\n\r\n"
	    "O\x92" "Brien\r\n--m--\r\n");

	assert_true(mail.is_clean);
	assert_int_equal(mail.attachment_count, 5);
	assert_int_equal(mail.attachments[4].length, 9);
	assert_memory_equal(mail.attachments[4].bytes, "O\xe2\x80\x99" "Brien", 9);
	assert_true(plain_equals(mail.attachments[0].name, "a b.pdf"));
	assert_string_equal(mail.attachments[0].type, "application/pdf");
	assert_int_equal(mail.attachments[0].length, 5);
	assert_memory_equal(mail.attachments[0].bytes, "hello", 5);
	assert_int_equal(mail.attachments[1].length, 9);
	assert_memory_equal(mail.attachments[1].bytes, "O\xe2\x80\x99" "Brien", 9);
	assert_int_equal(mail.attachments[2].length, 1);
	assert_memory_equal(mail.attachments[2].bytes, "\xff", 1);
	assert_string_equal(mail.attachments[3].type, "message/rfc822");
	assert_int_equal(mail.attachments[3].length, strlen("Subject: within\r\n\r\nmail"));
	assert_memory_equal(mail.attachments[3].bytes, "Subject: within\r\n\r\nmail", mail.attachments[3].length);
}

static void
test_payload__too_many_attachments_are_no_whole(void **state)
{
	struct given *given = *state;
	const char *payload = "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\nform\r\n";

	for (int at = 0; at < ATTACHMENTS_MAX; at++)
		payload = arena_print(given->arena, "%s--m\r\nContent-Type: image/png\r\n\r\nx\r\n", payload);
	assert_true(open_payload(given, payload).is_clean);
	payload = arena_print(given->arena, "%s--m\r\nContent-Type: image/png\r\n\r\nx\r\n", payload);
	struct opened_mail mail = open_payload(given, payload);
	assert_false(mail.is_clean);
	assert_false(mail.has_text);
	assert_string_equal(mail.code, "open.shape");
	assert_string_equal(mail.signer->id, "alice");
}

static void
test_payload__inline_text_keeps_the_set_of_its_mail(void **state)
{
	struct given *given = *state;
	struct key_opened opened = given_opened(given, "\xa4" "5");

	given_answer(given, &opened);
	struct opened_mail mail = given_open(given,
	    "From: alice@police.example\r\nContent-Type: text/plain; charset=iso-8859-15\r\n\r\n" ARMOR);
	assert_true(mail.is_clean);
	assert_true(plain_equals(mail.text, "\xe2\x82\xac" "5"));
}

static void
test_mail_manner__machines_are_told_apart(void **state)
{
	static const struct {
		const char *fields;
		enum mail_manner manner;
	} HEADERS[] = {
	    {"", MAIL_LETTER},
	    {"X-Auto-Response-Suppress: All\r\n", MAIL_LETTER},
	    {"Auto-Submitted: no\r\n", MAIL_LETTER},
	    {"Auto-Submitted: No (really)\r\n", MAIL_LETTER},
	    {"Return-Path: <alice@police.example>\r\n", MAIL_LETTER},
	    {"Precedence: first-class\r\n", MAIL_LETTER},
	    {"Auto-Submitted: auto-replied\r\n", MAIL_AUTO_REPLY},
	    {"Auto-Submitted: auto-generated; x=y\r\n", MAIL_AUTO_REPLY},
	    {"Return-Path: <>\r\n", MAIL_AUTO_REPLY},
	    {"Precedence: auto_reply\r\n", MAIL_AUTO_REPLY},
	    {"List-Id: <officers.police.example>\r\n", MAIL_LIST},
	    {"Precedence: bulk\r\n", MAIL_LIST},
	    {"Precedence: LIST\r\n", MAIL_LIST},
	    {"Precedence: junk\r\n", MAIL_LIST},
	};
	struct given *given = *state;

	for (size_t at = 0; at < COUNT_OF(HEADERS); at++) {
		struct key_opened opened = given_opened(given, "form");
		given_answer(given, &opened);
		struct opened_mail mail = given_open(given, given_mail(given, ALICE, HEADERS[at].fields));
		assert_int_equal(mail.manner, HEADERS[at].manner);
		/* the manner says nothing about what is inside */
		assert_true(mail.is_clean);
	}
}

#define REPORT(from, kind, third)                                                                  \
	"From: " from "\r\nTo: desk@wandle.example\r\nContent-Type: multipart/report; report-type=" kind \
	"; boundary=r\r\n\r\n--r\r\n\r\nIt did not work.\r\n--r\r\nContent-Type: message/" kind "\r\n\r\n" \
	"Final-Recipient: rfc822; mash@merton.example\r\nOriginal-Message-ID:\r\n <second@wandle.example>\r\n--r\r\n" third "\r\n--r--\r\n"

static void
test_mail_manner__reports_name_the_mail_they_are_about(void **state)
{
	static const struct {
		const char *mail;
		enum mail_manner manner;
		const char *about;
	} MAILS[] = {
	    {REPORT("MAILER-DAEMON@mx.example", "delivery-status",
		"Content-Type: message/rfc822\r\n\r\nMessage-ID: <third@wandle.example>\r\nSubject: x\r\n\r\nbody"),
		MAIL_BOUNCE, "<third@wandle.example>"},
	    {REPORT("exchange@mx.example", "delivery-status",
		"Content-Type: text/rfc822-headers\r\n\r\nSubject: x\r\nmessage-id: <third@wandle.example>\r\n"),
		MAIL_BOUNCE, "<third@wandle.example>"},
	    {REPORT("exchange@mx.example", "delivery-status", "Content-Type: text/plain\r\n\r\nnothing"),
		MAIL_BOUNCE, "<second@wandle.example>"},
	    {REPORT("mash@merton.example", "disposition-notification", "Content-Type: text/plain\r\n\r\nread"),
		MAIL_AUTO_REPLY, "<second@wandle.example>"},
	    {"From: MAILER-DAEMON@qmail.example\r\n\r\nHi. This is qmail.\r\n\r\nMessage-ID: <third@wandle.example>\r\n",
		MAIL_BOUNCE, "<third@wandle.example>"},
	    {"From: postmaster@qmail.example\r\nReturn-Path: <>\r\n\r\nno id: <x>\r\n", MAIL_BOUNCE, ""},
	    {"From: postmaster@police.example\r\n\r\nI am a person.\r\n", MAIL_LETTER, ""},
	    {"From: mash@merton.example\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: <third@wandle.example>\r\n\r\nAway.\r\n",
		MAIL_AUTO_REPLY, "<third@wandle.example>"},
	    {"From: mash@merton.example\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: your mail\r\n\r\nAway.\r\n",
		MAIL_AUTO_REPLY, ""},
	    {"From: MAILER-DAEMON@x.example\r\n\r\nMessage-ID: <has space@wandle.example>\r\n", MAIL_BOUNCE, ""},
	    {"From: MAILER-DAEMON@x.example\r\n\r\nMessage-ID: <never@closed", MAIL_BOUNCE, ""},
	    {"From: MAILER-DAEMON@x.example\r\n\r\nMessage-ID:", MAIL_BOUNCE, ""},
	    {"From: a@b.example\r\nIn-Reply-To: <third@wandle.example>\r\n\r\nA person's reply.\r\n", MAIL_LETTER, ""},
	};
	struct given *given = *state;

	for (size_t at = 0; at < COUNT_OF(MAILS); at++) {
		struct opened_mail mail = given_open(given, MAILS[at].mail);
		const char *about = arena_textn(given->arena, mail.about_message_id.words, mail.about_message_id.length);
		assert_int_equal(mail.manner, MAILS[at].manner);
		assert_string_equal(about, MAILS[at].about);
		assert_string_equal(mail.code, "open.unencrypted");
	}
}

static void
test_mail_manner__our_own_mail_is_known(void **state)
{
	struct given *given = *state;
	struct key_opened opened = given_opened(given, "form");

	(void)snprintf(opened.signatures[0].primary, FINGERPRINT_BYTES, "%s", OWN_KEY);
	given_answer(given, &opened);
	assert_int_equal(given_open(given, given_mail(given, "x@y.example", "")).manner, MAIL_OUR_OWN);
	assert_int_equal(given_open(given, "From: DESK@wandle.example\r\n\r\nx").manner, MAIL_OUR_OWN);

	/* a pinned signer under our address is for the desk to see */
	opened = given_opened(given, "form");
	given_answer(given, &opened);
	struct opened_mail mail = given_open(given, given_mail(given, "desk@wandle.example", ""));
	assert_int_equal(mail.manner, MAIL_LETTER);
	assert_string_equal(mail.code, "open.from-contradicts");
}

static void
test_openpgp__unboxes_through_the_keyholder(void **state)
{
	struct given *given = *state;
	uint8_t public_half[SEAL_KEY_BYTES], secret_half[SEAL_KEY_BYTES], key[SEAL_KEY_BYTES];
	CLEANUP(wire_done) struct wire_out out = {0}, short_out = {0};
	struct sealed_bytes sealed;
	struct failure why = {0};
	const uint8_t *bytes;
	size_t length;
	struct plain id, box;

	(void)crypto_box_keypair(public_half, secret_half);
	seal_box_close("a mail", 6, public_half, given->arena, &sealed);
	assert_true(seal_box_key(&sealed, public_half, secret_half, key, &why));
	wire_put_bytes(&out, key, sizeof key);
	assert_true(wire_send(given->keyholder, KEY_ANSWER_OK, &out, wire_deadline(5), &why));
	assert_true(openpgp_unbox(&given->openpgp, &sealed, given->arena, &bytes, &length, &why));
	assert_int_equal(length, 6);
	assert_memory_equal(bytes, "a mail", 6);
	assert_int_equal(given_asked(given, &id, &box), KEY_UNBOX);
	assert_int_equal(id.length, SEAL_ID_BYTES);
	assert_memory_equal(id.words, sealed.seal_id, SEAL_ID_BYTES);
	assert_int_equal(box.length, BOXED_KEY_BYTES);

	given_answer_failure(given, REMEDY_DESK, "seal.wrong-key");
	assert_false(openpgp_unbox(&given->openpgp, &sealed, given->arena, &bytes, &length, &why));
	assert_string_equal(why.code, "seal.wrong-key");

	wire_put_bytes(&short_out, key, 5);
	assert_true(wire_send(given->keyholder, KEY_ANSWER_OK, &short_out, wire_deadline(5), &why));
	assert_false(openpgp_unbox(&given->openpgp, &sealed, given->arena, &bytes, &length, &why));
	assert_string_equal(why.code, "key.answer");

	key[0] ^= 1;
	wire_done(&short_out);
	wire_put_bytes(&short_out, key, sizeof key);
	assert_true(wire_send(given->keyholder, KEY_ANSWER_OK, &short_out, wire_deadline(5), &why));
	assert_false(openpgp_unbox(&given->openpgp, &sealed, given->arena, &bytes, &length, &why));
	assert_string_equal(why.code, "seal.damaged");
}

static void
test_openpgp__seals_for_a_directory_entry(void **state)
{
	struct given *given = *state;
	CLEANUP(wire_done) struct wire_out out = {0}, empty = {0};
	struct letter letter = {.kind = LETTER_RECEIPT,
	    .to = &given->directory.entries[0],
	    .message_id = "<one@wandle.example>",
	    .entity = plain_copy(given->arena, "entity", 6)};
	struct sealed_letter sealed;
	struct failure why = {0};
	struct wire_in in;
	uint32_t kind;
	size_t length;

	wire_put_bytes(&out, ARMOR, strlen(ARMOR));
	assert_true(wire_send(given->keyholder, KEY_ANSWER_OK, &out, wire_deadline(5), &why));
	assert_true(openpgp_seal(&given->openpgp, &letter, given->arena, &sealed, &why));
	assert_string_equal(sealed.kind, "receipt");
	assert_int_equal(sealed.to_kind, ENTRY_OFFICER);
	assert_string_equal(sealed.to, "alice");
	assert_string_equal(sealed.message_id, "<one@wandle.example>");
	assert_string_equal(sealed.armor, ARMOR);
	assert_int_equal(sealed.armor_length, strlen(ARMOR));
	assert_true(wire_receive(given->keyholder, given->arena, 1000, wire_deadline(5), &kind, &in, &why));
	assert_int_equal(kind, KEY_SEAL);
	assert_int_equal(wire_get_u32(&in), ENTRY_OFFICER);
	assert_string_equal(wire_get_text(&in, given->arena, 100), "alice");
	assert_memory_equal(wire_get_bytes(&in, given->arena, 100, &length), "entity", 6);
	assert_true(wire_is_whole(&in));

	given_answer_failure(given, REMEDY_DESK, "key.unusable");
	assert_false(openpgp_seal(&given->openpgp, &letter, given->arena, &sealed, &why));
	assert_string_equal(why.code, "key.unusable");
	assert_int_equal(why.remedy, REMEDY_DESK);

	assert_true(wire_send(given->keyholder, KEY_ANSWER_OK, &empty, wire_deadline(5), &why));
	assert_false(openpgp_seal(&given->openpgp, &letter, given->arena, &sealed, &why));
	assert_string_equal(why.code, "key.answer");
	assert_int_equal(why.remedy, REMEDY_RETRY);
}

static void
test_openpgp__a_line_that_breaks_is_tried_again_later(void **state)
{
	struct given *given = *state;
	const char *raw = given_mail(given, ALICE, "");
	CLEANUP(wire_done) struct wire_out junk = {0};
	struct opened_mail mail;
	struct failure why = {0};

	wire_put_u32(&junk, 99);
	assert_true(wire_send(given->keyholder, KEY_ANSWER_OK, &junk, wire_deadline(5), &why));
	assert_false(openpgp_open_mail(&given->openpgp, (const uint8_t *)raw, strlen(raw), given->arena, &mail, &why));
	assert_string_equal(why.code, "key.answer");
	assert_true(wire_send(given->keyholder, 4711, &junk, wire_deadline(5), &why));
	assert_false(openpgp_open_mail(&given->openpgp, (const uint8_t *)raw, strlen(raw), given->arena, &mail, &why));
	assert_string_equal(why.code, "key.answer");
	(void)shutdown(given->keyholder, SHUT_RDWR);
	assert_false(openpgp_open_mail(&given->openpgp, (const uint8_t *)raw, strlen(raw), given->arena, &mail, &why));
	assert_string_equal(why.code, "key.line");
	assert_int_equal(why.remedy, REMEDY_RETRY);
}

int
main(void)
{
#define FACT(name) cmocka_unit_test_setup_teardown(name, given_begin, given_end)
	const struct CMUnitTest tests[] = {
	    FACT(test_payload__the_text_of_each_kind_of_mail_is_found),
	    FACT(test_payload__attachments_have_name_type_and_bytes),
	    FACT(test_payload__too_many_attachments_are_no_whole),
	    FACT(test_payload__inline_text_keeps_the_set_of_its_mail),
	    FACT(test_mail_manner__machines_are_told_apart),
	    FACT(test_mail_manner__reports_name_the_mail_they_are_about),
	    FACT(test_mail_manner__our_own_mail_is_known),
	    FACT(test_openpgp__unboxes_through_the_keyholder),
	    FACT(test_openpgp__seals_for_a_directory_entry),
	    FACT(test_openpgp__a_line_that_breaks_is_tried_again_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
