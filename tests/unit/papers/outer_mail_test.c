/* What stands outside an armored letter. */
/* SPDX-License-Identifier: MIT */
#include "papers/outer_mail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char ARMOR[] = "-----BEGIN PGP MESSAGE-----\r\n\r\nhQ==\r\n-----END PGP MESSAGE-----\r\n";

static struct outer_mail
outer(void)
{
	return (struct outer_mail){.from = "desk@wandle.example",
	    .to = "mash@merton.example",
	    .subject = "Secure referral W26-7KQ4M-3",
	    .message_id = "<0123456789abcdef0123456789abcdef@wandle.example>",
	    .date = 1795254900};
}

static void
test_outer_mail__is_the_fixed_template(void **state)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(1 << 20);
	struct outer_mail one = outer();
	struct failure why;
	const char *bytes;
	size_t length;

	(void)state;
	assert_true(outer_mail_write(&one, ARMOR, strlen(ARMOR), arena, &bytes, &length, &why));
	assert_int_equal(strlen(bytes), length);
	const char *boundary = strstr(bytes, "boundary=\"=_");
	assert_non_null(boundary);
	boundary = arena_textn(arena, boundary + strlen("boundary=\""), 34);
	const char *head = arena_print(arena,
	    "From: desk@wandle.example\r\n"
	    "To: mash@merton.example\r\n"
	    "Subject: Secure referral W26-7KQ4M-3\r\n"
	    "Date: Sat, 21 Nov 2026 09:55:00 +0000\r\n"
	    "Message-ID: <0123456789abcdef0123456789abcdef@wandle.example>\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\";\r\n"
	    " boundary=\"%s\"\r\n\r\n"
	    "This is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)\r\n", boundary);
	const char *body = arena_print(arena,
	    "--%s\r\n"
	    "Content-Type: application/pgp-encrypted\r\n"
	    "Content-Description: PGP/MIME version identification\r\n\r\n"
	    "Version: 1\r\n\r\n"
	    "--%s\r\n"
	    "Content-Type: application/octet-stream; name=\"encrypted.asc\"\r\n"
	    "Content-Description: OpenPGP encrypted message\r\n"
	    "Content-Disposition: inline; filename=\"encrypted.asc\"\r\n\r\n"
	    "%s\r\n--%s--\r\n", boundary, boundary, ARMOR, boundary);
	assert_string_equal(bytes, arena_print(arena, "%s%s", head, body));
}

static void
test_outer_mail__boundaries_are_random(void **state)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(1 << 20);
	struct outer_mail one = outer();
	struct failure why;
	const char *first, *second;
	size_t length;

	(void)state;
	assert_true(outer_mail_write(&one, ARMOR, strlen(ARMOR), arena, &first, &length, &why));
	assert_true(outer_mail_write(&one, ARMOR, strlen(ARMOR), arena, &second, &length, &why));
	assert_string_not_equal(first, second);
}

static void
test_outer_mail__no_value_can_make_a_header(void **state)
{
	static const struct outer_mail CHANGES[] = {
	    {.from = "desk@wandle.example\r\nBcc: x@evil.example"},
	    {.from = "Desk <desk@wandle.example>"},
	    {.to = "a@b.example, c@d.example"},
	    {.to = ""},
	    {.subject = "Secure\nBcc: x@evil.example"},
	    {.subject = ""},
	    {.subject = "Ma\xc3\xafgread"},
	    {.message_id = "<a@b>\r\nBcc: x@evil.example"},
	    {.message_id = "a@b"},
	    {.message_id = "<a@b> <c@d>"},
	    {.message_id = "<abcd>"},
	    {.message_id = "<a b@c>"},
	    {.message_id = "<>"},
	};
	CLEANUP(arena_closep) struct arena *arena = arena_open(1 << 20);

	(void)state;
	for (size_t at = 0; at < COUNT_OF(CHANGES); at++) {
		struct outer_mail one = outer();
		struct failure why;
		const char *bytes;
		size_t length;
		one.from = CHANGES[at].from ? CHANGES[at].from : one.from;
		one.to = CHANGES[at].to ? CHANGES[at].to : one.to;
		one.subject = CHANGES[at].subject ? CHANGES[at].subject : one.subject;
		one.message_id = CHANGES[at].message_id ? CHANGES[at].message_id : one.message_id;
		assert_false(
		    outer_mail_write(&one, ARMOR, strlen(ARMOR), arena, &bytes, &length, &why));
		assert_string_equal(why.code, "outer.header");
		assert_int_equal(why.remedy, REMEDY_STOP);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_outer_mail__is_the_fixed_template),
	    cmocka_unit_test(test_outer_mail__boundaries_are_random),
	    cmocka_unit_test(test_outer_mail__no_value_can_make_a_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
