/* How mails become trees, and which are refused. */
/* SPDX-License-Identifier: MIT */
#include "mime/mime_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "base/limits.h"

static struct arena *arena;

static int
begin(void **state)
{
	(void)state;
	arena = arena_open(256u * 1024 * 1024);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_close(arena);
	return 0;
}

static struct mime_part
read_mail(const char *mail)
{
	struct mime_part root;
	struct failure why = {0};

	if (!mime_read((const uint8_t *)mail, strlen(mail), arena, &root, &why)) {
		print_error("%s: %s\n", why.code, why.reason);
		fail_msg("a good mail was refused");
	}
	return root;
}

static const char *
refusal(const char *mail, size_t length)
{
	struct mime_part root;
	struct failure why = {0};

	if (mime_read((const uint8_t *)mail, length, arena, &root, &why))
		return "read";
	assert_int_equal(why.remedy, REMEDY_DESK);
	return why.code;
}

static const char *
repeat(const char *head, const char *unit, size_t times, const char *tail)
{
	size_t size = strlen(unit), used = strlen(head);
	char *mail = arena_take(arena, used + size * times + strlen(tail) + 1);

	memcpy(mail, head, used);
	for (size_t at = 0; at < times; at++, used += size)
		memcpy(mail + used, unit, size);
	memcpy(mail + used, tail, strlen(tail));
	return mail;
}

static const char MIXED[] =
    "From: alice@police.example\r\n"
    "To: desk@wandle.example\r\n"
    "Content-Type: Multipart/Mixed; Boundary=\"x y\"; HP=cipher\r\n"
    "\r\n"
    "preamble\r\n"
    "--x y\r\n"
    "Content-Type: TEXT/Plain; charset=utf-8; format=flowed\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n"
    "\r\n"
    "caf=C3=A9 =\r\n"
    "closed\r\n"
    "--x y\r\n"
    "Content-Type: application/pdf; name*=utf-8''Ma%C3%AFgread.pdf\r\n"
    "Content-Disposition: Attachment\r\n"
    "Content-Transfer-Encoding: BASE64\r\n"
    "\r\n"
    "aGVsbG8=\r\n"
    "--x y\r\n"
    "Content-Type: message/rfc822\r\n"
    "\r\n"
    "Subject: inner\r\n"
    "\r\n"
    "inner body\r\n"
    "--x y\r\n"
    "\r\n"
    "no header\r\n"
    "--x y--\r\n"
    "epilogue\r\n";

static void
test_mime_read__a_mail_becomes_a_tree(void **state)
{
	struct mime_part root = read_mail(MIXED);

	(void)state;
	assert_true(mime_is(&root, "multipart", "mixed"));
	assert_true(mime_is(&root, "multipart", NULL));
	assert_false(mime_is(&root, "text", NULL));
	assert_string_equal(mime_parameter(&root, "hp"), "cipher");
	assert_null(mime_parameter(&root, "protocol"));
	assert_int_equal(root.part_count, 4);
	assert_int_equal(root.field_count, 3);
	assert_true(mime_is(&root.parts[0], "text", "plain"));
	assert_true(plain_equals((struct plain){(const char *)root.parts[0].bytes, root.parts[0].length},
	    "caf\xc3\xa9 closed"));
	assert_int_equal(root.parts[1].length, 5);
	assert_memory_equal(root.parts[1].bytes, "hello", 5);
	assert_true(plain_equals(root.parts[1].file_name, "Ma\xc3\xafgread.pdf"));
	assert_string_equal(root.parts[1].disposition, "attachment");
	assert_string_equal(root.parts[3].disposition, "");
	assert_int_equal(root.parts[3].depth, 1);
}

static void
test_mime_read__a_message_within_is_a_part_of_its_own(void **state)
{
	struct mime_part root = read_mail(MIXED);
	const struct mime_part *holder = &root.parts[2];

	(void)state;
	assert_int_equal(holder->part_count, 1);
	assert_int_equal(holder->parts[0].depth, 2);
	assert_string_equal(holder->parts[0].fields[0].name, "Subject");
	assert_memory_equal(holder->parts[0].bytes, "inner body", 10);
}

static void
test_mime_read__raw_is_header_and_body_to_the_byte(void **state)
{
	static const char FIRST[] =
	    "Content-Type: TEXT/Plain; charset=utf-8; format=flowed\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n"
	    "\r\n"
	    "caf=C3=A9 =\r\n"
	    "closed";
	static const char INNER[] = "Subject: inner\r\n\r\ninner body";
	struct mime_part root = read_mail(MIXED);

	(void)state;
	assert_int_equal(root.raw_length, strlen(MIXED));
	assert_int_equal(root.parts[0].raw_length, strlen(FIRST));
	assert_memory_equal(root.parts[0].raw, FIRST, strlen(FIRST));
	assert_int_equal(root.parts[2].parts[0].raw_length, strlen(INNER));
	assert_memory_equal(root.parts[2].parts[0].raw, INNER, strlen(INNER));
	assert_null(root.parts[3].raw);
}

static void
test_mime_read__raw_keeps_trailing_space_and_empty_lines(void **state)
{
	static const char *const BODIES[] = {"text \r\n", "text\r\n\r\n", "", "--almost x\r\n--x z", "\ttail\t"};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(BODIES); at++) {
		const char *part = arena_print(arena, "Content-Type: text/plain\r\n\r\n%s", BODIES[at]);
		struct mime_part root = read_mail(arena_print(arena,
		    "Content-Type: multipart/signed; boundary=x\r\n\r\n--x  \r\n%s\r\n--x\r\n"
		    "Content-Type: application/pgp-signature\r\n\r\nsig\r\n--x--\r\n", part));
		assert_int_equal(root.part_count, 2);
		assert_int_equal(root.parts[0].raw_length, strlen(part));
		assert_memory_equal(root.parts[0].raw, part, strlen(part));
	}
}

static void
test_mime_read__the_outer_delimiter_ends_an_inner_multipart(void **state)
{
	struct mime_part root = read_mail(
	    "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
	    "Content-Type: multipart/alternative; boundary=y\r\n\r\n--y\r\n"
	    "Content-Type: text/plain\r\n\r\nnever closed\r\n--x--\r\n");

	(void)state;
	assert_int_equal(root.parts[0].parts[0].length, strlen("never closed"));
	assert_int_equal(root.parts[0].parts[0].raw_length, strlen("Content-Type: text/plain\r\n\r\nnever closed"));
}

static void
test_mime_read__an_encoded_message_is_read_too(void **state)
{
	struct mime_part root = read_mail(
	    "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
	    "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	    "U3ViamVjdDogaGkNCg0KYm9keQ==\r\n--x--\r\n");

	(void)state;
	assert_int_equal(root.parts[0].part_count, 1);
	assert_string_equal(root.parts[0].parts[0].fields[0].name, "Subject");
	assert_memory_equal(root.parts[0].parts[0].bytes, "body", 4);
}

static void
test_mime_read__everyday_oddities_are_no_reason(void **state)
{
	static const char *const MAILS[] = {
	    "From: caf\xe9 <a@b.example>\r\nSubject: \xff =?broken\r\n\r\ntext",
	    "From: a@b.example\r\nContent-Type: text/plain; name=\r\n\r\ntext",
	    "From: a@b.example\nReceived: x\nReceived: x\nX-Two: 1\nX-Two: 1\n\ntext\n",
	    "From: <a@b.example>, ,;\r\n\r\ntext",
	    "Content-Type: multipart/mixed; boundary=\"\\\"\"\r\n\r\n--\"\r\n\r\nhi\r\n--\"--\r\n",
	    "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nnot closed",
	    "\r\nonly text",
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(MAILS); at++)
		(void)read_mail(MAILS[at]);
}

static void
test_mime_read__ambiguous_mails_are_refused(void **state)
{
	static const char *const MAILS[] = {
	    "From: a@b.example\r\nFrom: c@d.example\r\n\r\nx",
	    "From: a@b.example\r\nFrom: a@b.example\r\n\r\nx",
	    "To: a@b.example\r\nTo: c@d.example\r\n\r\nx",
	    "Subject: a\r\nsubject: b\r\n\r\nx",
	    "Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\nx",
	    "Content-Type: text/plain; charset=a; charset=b\r\n\r\nx",
	    "Content-Type: multipart/mixed; boundary=x; boundary=y\r\n\r\n--x\r\n\r\nhi\r\n--x--\r\n",
	    "Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n\r\nYQ==",
	    "Content-Transfer-Encoding: rot13\r\n\r\nx",
	    "Content-Transfer-Encoding: x-uuencode\r\n\r\nx",
	    "Content-Type: multipart/mixed; boundary=x\r\nContent-Transfer-Encoding: base64\r\n\r\n--x\r\n\r\nhi\r\n--x--\r\n",
	    "Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\nhi\r\n",
	    "Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n\r\nhi\r\n",
	    "Content-Type: multipart/mixed; boundary=x\r\n\r\nno parts\r\n",
	    "Content-Type: message/partial; id=x; number=1; total=2\r\n\r\nx",
	    "Content-Type: message/external-body; access-type=URL\r\n\r\nContent-Type: text/plain\r\n\r\nx",
	    "Content-Type: message/rfc822\r\n\r\n",
	    "Content-Type: text\r\n\r\nx",
	    "bad header\r\nTo: a@b.example\r\n\r\nx",
	    "no header at all\r\n",
	    "",
	    "From: a@b.example\r\n\r\nbare\rreturn",
	    "From: a@b.example\r\n\r\nends so\r",
	    ("From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
	     "Content-Type: message/rfc822\r\n\r\nFrom: a@b.example\r\nFrom: c@d.example\r\n\r\nhi\r\n--x--\r\n"),
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(MAILS); at++) {
		const char *code = refusal(MAILS[at], strlen(MAILS[at]));
		if (strcmp(code, "mime.shape") != 0)
			print_error("mail %zu: %s\n", at, code);
		assert_string_equal(code, "mime.shape");
	}
	assert_string_equal(refusal("From: a@b\r\n\r\nx\0y", 16), "mime.shape");
}

static void
test_mime_read__monsters_are_refused_before_gmime_sees_them(void **state)
{
	const struct {
		const char *head, *unit;
		size_t times;
		const char *tail;
	} MONSTERS[] = {
	    {"From: ", "a:", 200000, "\r\n\r\nx"},
	    {"From: ", "(", 150000, "\r\n\r\nx"},
	    {"To: x\r\n", " y\r\n", 10000, "\r\nx"},
	    {"", "X-Field: 0123456789012345678901234567890123456789\r\n", 499, "X-Last: 1\r\nX-More: 2\r\n\r\nx"},
	    {"X-Long: ", "0123456789012345678901234567890123456789\r\n ", 400, "\r\n\r\nx"},
	    {"Content-Type: multipart/mixed; boundary=x\r\n\r\n", "--x\r\n\r\n", 100000, "--x--\r\n"},
	    {"", "Content-Type: message/rfc822\r\n\r\n", 10000, "x"},
	    {"", "Content-Type: message/rfc822\r\n\r\n", MIME_MAX_DEPTH + 1, "Subject: x\r\n\r\nx"},
	    {"", "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n", 10000, "\r\nx"},
	    {"Content-Type: multipart/mixed; boundary=x\r\n\r\n", "--x\r\n\r\ny\r\n", MIME_MAX_PARTS, "--x--\r\n"},
	    {"Content-Type: text/plain; x=", "0123456789", 110, "\r\n\r\nx"},
	    {"Content-Type: multipart/digest; boundary=x\r\n\r\n--x\r\n\r\nFrom: ", "a:", 200000, "\r\n\r\nx\r\n--x--\r\n"},
	    {"Content-Type: message/rfc822\r\n\r\nFrom: ", "a:", 200000, "\r\n\r\nx"},
	    {"Content-Type:\r\n Message/rfc822\r\n\r\nFrom: ", "a:", 200000, "\r\n\r\nx"},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(MONSTERS); at++) {
		const char *mail = repeat(MONSTERS[at].head, MONSTERS[at].unit, MONSTERS[at].times, MONSTERS[at].tail);
		const char *code = refusal(mail, strlen(mail));
		if (strcmp(code, "mime.limits") != 0)
			print_error("monster %zu: %s\n", at, code);
		assert_string_equal(code, "mime.limits");
	}
}

static void
test_mime_read__a_part_has_few_parameters(void **state)
{
	const char *mail = "Content-Type: text/plain";

	(void)state;
	for (int at = 0; at < MIME_PARAMETERS_MAX; at++)
		mail = arena_print(arena, "%s; a%d=b", mail, at);
	(void)read_mail(arena_print(arena, "%s\r\n\r\nx", mail));
	mail = arena_print(arena, "%s; last=b\r\n\r\nx", mail);
	assert_string_equal(refusal(mail, strlen(mail)), "mime.limits");
}

static void
test_mime_read__a_header_block_has_a_limit_too(void **state)
{
	char field[1100];

	(void)state;
	memset(field, 'x', sizeof field);
	memcpy(field, "X-Field: ", 9);
	memcpy(field + sizeof field - 3, "\r\n", 3);
	const char *mail = repeat("", field, 300, "\r\nx");
	assert_string_equal(refusal(mail, strlen(mail)), "mime.limits");
	mail = repeat("", field, 200, "\r\nx");
	(void)read_mail(mail);
}

static void
test_mime_read__long_text_is_not_taken_for_a_header(void **state)
{
	const char *mail = repeat("Message-ID: <a@b>\r\n\r\nWhat happened: ", "word ", 20000, "\r\n");

	(void)state;
	(void)read_mail(mail);
	mail = repeat("Message-ID: <a@b>\r\n\r\n", "Label: value\r\n", 5000, "\r\n");
	(void)read_mail(mail);
}

/* GMime 3.2.13 never ends when it writes such a name: we only read it. */
static void
test_mime_read__long_parameter_names_are_read(void **state)
{
	(void)state;
	for (size_t size = 60; size <= 80; size++) {
		const char *mail = repeat("Content-Type: text/plain; ", "n", size, "*=utf-8''%C3%A9%C3%A9\r\n\r\nx");
		struct mime_part root = read_mail(mail);
		assert_int_equal(root.parameter_count, 1);
		assert_string_equal(root.parameters[0].value, "\xc3\xa9\xc3\xa9");
	}
}

static void
test_mime_read__continued_names_are_joined(void **state)
{
	struct mime_part root = read_mail(
	    "Content-Type: application/pdf;\r\n name*0*=utf-8''M%C3%A9; name*1=moire\tx; name*2=.pdf\r\n\r\nx");

	(void)state;
	assert_true(plain_equals(root.file_name, "M\xc3\xa9moire x.pdf"));
}

static int
ready(void **state)
{
	(void)state;
	return mime_init() ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_mime_read__a_mail_becomes_a_tree, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_read__a_message_within_is_a_part_of_its_own, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_read__raw_is_header_and_body_to_the_byte, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_read__raw_keeps_trailing_space_and_empty_lines, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_read__the_outer_delimiter_ends_an_inner_multipart, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_read__an_encoded_message_is_read_too, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_read__everyday_oddities_are_no_reason, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_read__ambiguous_mails_are_refused, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_read__monsters_are_refused_before_gmime_sees_them, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_read__a_part_has_few_parameters, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_read__a_header_block_has_a_limit_too, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_read__long_text_is_not_taken_for_a_header, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_read__long_parameter_names_are_read, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_read__continued_names_are_joined, begin, end),
	};

	return cmocka_run_group_tests(tests, ready, NULL);
}
