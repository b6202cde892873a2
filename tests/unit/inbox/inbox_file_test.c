/* Filing mails away with whatever the server has for it, and nobody else's with them. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "inbox_box.h"

#include <cmocka.h>

static const uint32_t UIDS[] = {7, 3};

static void
check_left(struct box *box, const char *expected)
{
	g_autofree char *uids = box_uids(box);

	assert_string_equal(uids, expected);
}

/* Files 3 and 7 of 3, 7, 9 and says how often the server was asked to copy. */
static void
check_filed(const char *scenario, const char *left, unsigned copies, unsigned expunges)
{
	struct box box;

	box_open_good(&box, scenario);
	if (!inbox_file(box.inbox, UIDS, COUNT_OF(UIDS), &box.why))
		fail_msg("%s: %s %s", scenario, box.why.code, box.why.reason);
	check_left(&box, left);
	assert_true(inbox_file(box.inbox, UIDS, COUNT_OF(UIDS), &box.why)); /* again: no harm */
	check_left(&box, left);
	box_close(&box);
	unsigned copied = 0, expunged = 0;
	for (unsigned tag = 1; tag < 30; tag++) {
		g_autofree char *copy = g_strdup_printf("%u UID COPY", tag);
		g_autofree char *expunge = g_strdup_printf("%u EXPUNGE", tag);
		copied += servers_heard(box_servers, scenario, copy);
		expunged += servers_heard(box_servers, scenario, expunge);
	}
	assert_int_equal(copied, copies);
	assert_int_equal(expunged, expunges);
}

static bool
was_heard(const char *scenario, const char *command)
{
	unsigned times = 0;

	for (unsigned tag = 1; tag < 30; tag++) {
		g_autofree char *line = g_strdup_printf("%u %s", tag, command);
		times += servers_heard(box_servers, scenario, line);
	}
	return times == 1;
}

static void
test_inbox_file__moves_where_the_server_can(void **state)
{
	(void)state;
	check_filed("file_move", "9", 0, 0);
}

static void
test_inbox_file__copies_and_removes_where_it_cannot(void **state)
{
	(void)state;
	check_filed("file_no_move", "9", 1, 0);
	check_filed("file_no_uidplus", "9", 1, 1);
}

static void
test_inbox_file__a_mail_that_is_marked_has_been_copied(void **state)
{
	(void)state;
	check_filed("file_marked", "9", 1, 0);
	assert_true(was_heard("file_marked", "UID COPY 3 Handled"));
}

/* Seven lies in the other folder as well, and three's likeness with other words. */
static void
test_inbox_file__a_mail_whose_copy_is_there_is_not_copied_again(void **state)
{
	(void)state;
	check_filed("file_copied", "9", 1, 0);
	assert_true(was_heard("file_copied", "UID COPY 3 Handled"));
}

static void
test_inbox_file__other_peoples_marked_mails_are_not_expunged(void **state)
{
	(void)state;
	check_filed("file_others_marked", "3 7 9", 1, 0);
}

static void
test_inbox_file__a_folder_that_was_lost_is_made_again(void **state)
{
	(void)state;
	check_filed("file_trycreate", "9", 0, 0);
}

static void
test_inbox_file__a_refusal_is_told_and_nothing_is_removed(void **state)
{
	static const char *const SCENARIOS[] = {
	    "file_refused", "file_copy_refused", "file_only_says_so"};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(SCENARIOS); at++) {
		struct box box;
		box_open_good(&box, SCENARIOS[at]);
		assert_false(inbox_file(box.inbox, UIDS, COUNT_OF(UIDS), &box.why));
		assert_string_equal(box.why.code, "inbox.refused");
		assert_int_equal(box.why.remedy, REMEDY_RETRY);
		check_left(&box, "3 7");
		box_close(&box);
	}
}

static void
test_inbox_file__many_go_in_several_commands(void **state)
{
	uint32_t uids[500];
	struct box box;

	(void)state;
	for (size_t at = 0; at < COUNT_OF(uids); at++)
		uids[at] = (uint32_t)(2 * at + 1);
	box_open_good(&box, "file_many");
	assert_true(inbox_file(box.inbox, uids, COUNT_OF(uids), &box.why));
	check_left(&box, "");
	assert_true(inbox_file(box.inbox, NULL, 0, &box.why));
	box_close(&box);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_inbox_file__moves_where_the_server_can),
	    cmocka_unit_test(test_inbox_file__copies_and_removes_where_it_cannot),
	    cmocka_unit_test(test_inbox_file__a_mail_that_is_marked_has_been_copied),
	    cmocka_unit_test(test_inbox_file__a_mail_whose_copy_is_there_is_not_copied_again),
	    cmocka_unit_test(test_inbox_file__other_peoples_marked_mails_are_not_expunged),
	    cmocka_unit_test(test_inbox_file__a_folder_that_was_lost_is_made_again),
	    cmocka_unit_test(test_inbox_file__a_refusal_is_told_and_nothing_is_removed),
	    cmocka_unit_test(test_inbox_file__many_go_in_several_commands),
	};

	return cmocka_run_group_tests(tests, box_start_servers, box_stop_servers);
}
