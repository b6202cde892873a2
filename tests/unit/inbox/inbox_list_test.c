/* Listing a mailbox by UID: nothing twice, nothing stepped over, and no end to a server's words. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "base/clock.h"
#include "inbox_box.h"

#include <cmocka.h>

enum { ROOM = 16 };

static void
test_inbox_list__tells_where_how_large_and_since_when(void **state)
{
	struct box box;

	(void)state;
	box_open_good(&box, "good");
	struct mail_label label = box_label(&box, 4000000000u);
	assert_int_equal(label.place.uid, 4000000000u);
	assert_int_equal(label.place.uid_validity, 9);
	assert_string_equal(label.place.folder, "INBOX");
	assert_string_equal(label.place.account, inbox_account(box.inbox));
	assert_int_equal(
	    label.bytes, strlen("Subject: mail 4000000000\r\n\r\nsealed words of 4000000000\r\n"));
	assert_int_equal(label.arrived_at, 1783588830); /* 2026-07-09 09:20:30 UTC */
	box_close(&box);
}

static void
test_inbox_list__only_above_the_last_uid(void **state)
{
	static const struct {
		uint32_t last_uid;
		const char *uids;
	} LISTS[] = {
	    {0, "3 7 4000000000"},
	    {2, "3 7 4000000000"},
	    {3, "7 4000000000"},
	    {7, "4000000000"},
	    {3999999999u, "4000000000"},
	    {4000000000u, ""}, /* "n:*" names the last mail all the same */
	    {UINT32_MAX - 1, ""},
	    {UINT32_MAX, ""},
	};
	struct mail_label labels[ROOM];
	struct box box;

	(void)state;
	box_open_good(&box, "good");
	for (size_t at = 0; at < COUNT_OF(LISTS); at++) {
		g_autoptr(GString) uids = g_string_new(NULL);
		size_t count = 99;
		assert_true(
		    inbox_list(box.inbox, LISTS[at].last_uid, labels, ROOM, &count, &box.why));
		for (size_t label = 0; label < count; label++)
			g_string_append_printf(
			    uids, "%s%u", label ? " " : "", labels[label].place.uid);
		assert_string_equal(uids->str, LISTS[at].uids);
	}
	box_close(&box);
}

static void
test_inbox_list__a_full_mailbox_comes_room_by_room(void **state)
{
	struct mail_label labels[300];
	struct box box;
	uint32_t last_uid = 0;
	size_t count, total = 0;

	(void)state;
	box_open_good(&box, "many");
	do {
		assert_true(
		    inbox_list(box.inbox, last_uid, labels, COUNT_OF(labels), &count, &box.why));
		for (size_t at = 0; at < count; at++) {
			assert_int_equal(labels[at].place.uid, 10 + 7 * (total + at));
			assert_true(labels[at].bytes > 0);
		}
		total += count;
		last_uid = count ? labels[count - 1].place.uid : last_uid;
	} while (count);
	assert_int_equal(total, 713);
	box_close(&box);
}

static void
test_inbox_list__a_search_that_repeats_itself_names_each_once(void **state)
{
	struct box box;

	(void)state;
	box_open_good(&box, "search_lies");
	g_autofree char *uids = box_uids(&box);
	assert_string_equal(uids, "5 6");
	box_close(&box);
}

static void
test_inbox_list__a_mail_that_is_not_described_is_not_stepped_over(void **state)
{
	struct box box;

	(void)state;
	box_open_good(&box, "passed_over");
	g_autofree char *uids = box_uids(&box);
	assert_string_equal(uids, "5 6 7");
	struct mail_label label = box_label(&box, 6);
	assert_int_equal(label.bytes, 0);
	assert_true(label.arrived_at > clock_now() - 60);
	box_close(&box);
}

static void
test_inbox_list__dates_in_any_zone_and_no_dates(void **state)
{
	static const int64_t MOMENTS[] = {0, 1772321400, 1767232800, 0, 0};
	struct box box;

	(void)state;
	box_open_good(&box, "odd_dates");
	for (size_t at = 0; at < COUNT_OF(MOMENTS); at++) {
		struct mail_label label = box_label(&box, (uint32_t)at + 1);
		if (MOMENTS[at])
			assert_int_equal(label.arrived_at, MOMENTS[at]);
		else
			assert_true(label.arrived_at > clock_now() - 60);
	}
	box_close(&box);
}

static void
test_inbox_list__a_changed_uidvalidity_is_told(void **state)
{
	static const char *const SCENARIOS[] = {"changed", "changed_later"};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(SCENARIOS); at++) {
		struct mail_label labels[ROOM];
		size_t count;
		struct box box;
		box_open_good(&box, SCENARIOS[at]);
		assert_false(inbox_list(box.inbox, 0, labels, ROOM, &count, &box.why));
		assert_string_equal(box.why.code, "inbox.changed");
		assert_int_equal(box.why.remedy, REMEDY_RETRY);
		box_close(&box);
	}
}

static void
test_inbox_list__words_without_sense_or_end_break_the_connection(void **state)
{
	static const char *const SCENARIOS[] = {
	    "endless_line", "endless_lines", "nul", "nested", "wrong_tag", "garbage"};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(SCENARIOS); at++) {
		struct mail_label labels[ROOM];
		size_t count;
		struct box box;
		box_open_good(&box, SCENARIOS[at]);
		assert_false(inbox_list(box.inbox, 0, labels, ROOM, &count, &box.why));
		if (strcmp(box.why.code, "inbox.protocol"))
			print_error("%s: %s: %s\n", SCENARIOS[at], box.why.code, box.why.reason);
		assert_string_equal(box.why.code, "inbox.protocol");
		assert_int_equal(box.why.remedy, REMEDY_RETRY);
		assert_false(
		    inbox_list(box.inbox, 0, labels, ROOM, &count, &box.why)); /* for good */
		box_close(&box);
	}
}

static void
test_inbox_list__a_refusal_leaves_the_connection_in_use(void **state)
{
	struct mail_label labels[ROOM];
	size_t count;
	struct box box;

	(void)state;
	box_open_good(&box, "search_refused");
	for (unsigned at = 0; at < 2; at++) {
		assert_false(inbox_list(box.inbox, 0, labels, ROOM, &count, &box.why));
		assert_string_equal(box.why.code, "inbox.refused");
		assert_non_null(strstr(box.why.reason, "NO [LIMIT] no"));
	}
	box_close(&box);
	assert_int_equal(servers_heard(box_servers, "search_refused", "(connected)"), 1);
}

static void
test_inbox_list__never_marks_a_mail(void **state)
{
	(void)state;
	assert_int_equal(servers_heard(box_servers, "good", "4 UID STORE"), 0);
	assert_int_equal(servers_heard(box_servers, "good",
			     "5 UID FETCH 3,7,4000000000 (UID RFC822.SIZE INTERNALDATE)"),
	    1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_inbox_list__tells_where_how_large_and_since_when),
	    cmocka_unit_test(test_inbox_list__never_marks_a_mail),
	    cmocka_unit_test(test_inbox_list__only_above_the_last_uid),
	    cmocka_unit_test(test_inbox_list__a_full_mailbox_comes_room_by_room),
	    cmocka_unit_test(test_inbox_list__a_search_that_repeats_itself_names_each_once),
	    cmocka_unit_test(test_inbox_list__a_mail_that_is_not_described_is_not_stepped_over),
	    cmocka_unit_test(test_inbox_list__dates_in_any_zone_and_no_dates),
	    cmocka_unit_test(test_inbox_list__a_changed_uidvalidity_is_told),
	    cmocka_unit_test(test_inbox_list__words_without_sense_or_end_break_the_connection),
	    cmocka_unit_test(test_inbox_list__a_refusal_leaves_the_connection_in_use),
	};

	return cmocka_run_group_tests(tests, box_start_servers, box_stop_servers);
}
