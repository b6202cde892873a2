/* The outer Message-ID of a mail, by its hash. */
/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "mailroom/intake.h"

#include <cmocka.h>

/* Whether the mail's identity is that of this id; NULL: it has none. */
static void
assert_id(const char *mail, const char *id)
{
	uint8_t found[HASH_BYTES], wanted[HASH_BYTES] = {0};

	if (id)
		(void)crypto_hash_sha256(wanted, (const uint8_t *)id, strlen(id));
	intake_outer_id((const uint8_t *)mail, strlen(mail), found);
	assert_memory_equal(found, wanted, HASH_BYTES);
}

static void
test_intake_outer_id__is_that_of_the_header_in_any_case(void **state)
{
	(void)state;
	assert_id("From: a@b\r\nMessage-ID: <1@x>\r\n\r\nwords", "<1@x>");
	assert_id("message-id:<1@x>\n\n", "<1@x>");
	assert_id("Message-Id:   <1@x> (comment)\r\n\r\n", "<1@x>");
	assert_id("Message-ID: <1@x>", "<1@x>");
}

static void
test_intake_outer_id__none_is_zeros(void **state)
{
	(void)state;
	assert_id("", NULL);
	assert_id("From: a@b\r\n\r\nMessage-ID: <1@x>\r\n", NULL);
	assert_id("Message-ID: 1@x\r\n\r\n", NULL);
	assert_id("Message-ID: <1@x\r\n>\r\n\r\n", NULL);
	assert_id("X-Message-ID: <1@x>\r\n\r\n", NULL);
}

static void
test_intake_outer_id__the_first_of_several_counts(void **state)
{
	(void)state;
	assert_id("Message-ID: <1@x>\r\nMessage-ID: <2@x>\r\n\r\n", "<1@x>");
}

#define HEX_1 "0123456789abcdef0123456789abcdef"
#define HEX_2 "fedcba9876543210fedcba9876543210"

static void
test_intake_named_letters__ids_of_ours_wherever_they_stand(void **state)
{
	static const char MAIL[] = "In-Reply-To: <" HEX_1 "@desk.example>\r\n"
				   "References: <x@y> <" HEX_1 "@desk.example>\r\n"
				   " <" HEX_2 "@desk.example.com> <" HEX_2 "@desk.exampl>\r\n\r\n"
				   "--b\r\n\r\nMessage-ID: <" HEX_2 "@desk.example>\r\n"
				   "<z123456789abcdef0123456789abcdef@desk.example> <a@desk.example>"
				   " " HEX_2 "@desk.example <" HEX_2 "@desk.example";
	CLEANUP(arena_closep) struct arena *arena = arena_open(65536);
	const char *ids[4];

	(void)state;
	const uint8_t *bytes = (const uint8_t *)MAIL;
	assert_int_equal(
	    intake_named_letters(bytes, strlen(MAIL), "concerns@desk.example", arena, ids, 4), 2);
	assert_string_equal(ids[0], "<" HEX_1 "@desk.example>");
	assert_string_equal(ids[1], "<" HEX_2 "@desk.example>");
	/* no more than there is room for, and none in no mail */
	assert_int_equal(
	    intake_named_letters(bytes, strlen(MAIL), "concerns@desk.example", arena, ids, 1), 1);
	assert_int_equal(intake_named_letters(bytes, 0, "a@desk.example", arena, ids, 4), 0);
	assert_int_equal(
	    intake_named_letters((const uint8_t *)"@desk.example>", 14, "a@desk.example", arena, ids, 4),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_intake_named_letters__ids_of_ours_wherever_they_stand),
	    cmocka_unit_test(test_intake_outer_id__is_that_of_the_header_in_any_case),
	    cmocka_unit_test(test_intake_outer_id__none_is_zeros),
	    cmocka_unit_test(test_intake_outer_id__the_first_of_several_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
