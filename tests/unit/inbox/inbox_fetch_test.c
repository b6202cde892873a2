/* Fetching a mail whole: this one, once, all of it, and no more than we can bear. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "inbox_box.h"

#include <cmocka.h>

enum { MAX_BYTES = 4096 };
static const char MAIL_7[] = "Subject: mail 7\r\n\r\nsealed words of 7\r\n";

static bool
fetch_7(struct box *box, GString **out)
{
	struct mail_label label = box_label(box, 7);
	uint8_t *bytes = NULL;
	size_t length = 0;

	if (!inbox_fetch(box->inbox, &label, MAX_BYTES, &bytes, &length, &box->why))
		return false;
	*out = g_string_new_len((const char *)bytes, (gssize)length);
	inbox_forget(bytes, length);
	return true;
}

static void
test_inbox_fetch__gives_a_mail_whole_and_unmarked(void **state)
{
	static const char *const SCENARIOS[] = {"good", "unasked", "size_estimated"};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(SCENARIOS); at++) {
		struct box box;
		GString *mail = NULL;
		box_open_good(&box, SCENARIOS[at]);
		if (!fetch_7(&box, &mail))
			fail_msg("%s: %s %s", SCENARIOS[at], box.why.code, box.why.reason);
		assert_string_equal(mail->str, MAIL_7);
		g_string_free(mail, TRUE);
		box_close(&box);
	}
	assert_int_equal(servers_heard(box_servers, "good", "6 UID FETCH 7 (UID BODY.PEEK[])"), 1);
	assert_int_equal(servers_heard(box_servers, "good", "7 UID FETCH"), 0);
	/* another size than was said: asked for twice */
	assert_int_equal(
	    servers_heard(box_servers, "size_estimated", "7 UID FETCH 7 (UID BODY.PEEK[])"), 1);
}

struct refusal {
	const char *scenario;
	enum remedy remedy;
	const char *code;
	bool goes_on; /* the connection is good for other mails */
};

static void
check_refusal(const struct refusal *expected, unsigned timeout_seconds)
{
	struct box box;
	GString *mail = NULL;

	box_prepare(&box, "imaps", "localhost", expected->scenario);
	box.settings.mailbox.timeout_seconds = timeout_seconds;
	assert_true(box_open(&box));
	if (fetch_7(&box, &mail))
		fail_msg("%s: came, %s", expected->scenario, mail->str);
	if (strcmp(box.why.code, expected->code))
		print_error("%s: %s: %s\n", expected->scenario, box.why.code, box.why.reason);
	assert_string_equal(box.why.code, expected->code);
	assert_int_equal(box.why.remedy, expected->remedy);
	assert_null(strstr(box.why.reason, "sealed words"));
	struct mail_label labels[4];
	size_t count;
	assert_int_equal(inbox_list(box.inbox, 0, labels, COUNT_OF(labels), &count, &box.why),
	    expected->goes_on);
	box_close(&box);
}

static void
test_inbox_fetch__what_is_not_this_mail_whole_is_refused(void **state)
{
	static const struct refusal REFUSALS[] = {
	    {"nil", REMEDY_RETRY, "inbox.refused", true},
	    {"empty", REMEDY_RETRY, "inbox.refused", true},
	    {"nothing", REMEDY_RETRY, "inbox.refused", true},
	    {"other_uid", REMEDY_RETRY, "inbox.refused", true},
	    {"no_uid", REMEDY_RETRY, "inbox.refused", true},
	    {"two_mails", REMEDY_RETRY, "inbox.refused", true},
	    {"twice", REMEDY_RETRY, "inbox.refused", true},
	    {"header_only", REMEDY_RETRY, "inbox.refused", true},
	    {"from_the_middle", REMEDY_RETRY, "inbox.refused", true},
	    {"no_after_data", REMEDY_RETRY, "inbox.refused", true},
	    {"refused", REMEDY_RETRY, "inbox.refused", true},
	    {"size_unsettled", REMEDY_RETRY, "inbox.refused", true},
	    {"bad", REMEDY_RETRY, "inbox.protocol", false},
	    {"body_unclosed", REMEDY_RETRY, "inbox.protocol", false},
	    {"body_cut", REMEDY_RETRY, "inbox.network", false},
	    {"body_bye", REMEDY_RETRY, "inbox.network", false},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(REFUSALS); at++)
		check_refusal(&REFUSALS[at], 20);
}

static void
test_inbox_fetch__literals_are_held_to_the_bound(void **state)
{
	static const struct refusal REFUSALS[] = {
	    {"literal_huge", REMEDY_DESK, "inbox.too-large", false},
	    {"literal_wraps", REMEDY_DESK, "inbox.too-large", false},
	    {"literal_envelope", REMEDY_DESK, "inbox.too-large", false},
	    {"larger_than_said", REMEDY_DESK, "inbox.too-large", false},
	    {"literal_hidden", REMEDY_RETRY, "inbox.protocol", false},
	    {"literal_status", REMEDY_RETRY, "inbox.protocol", false},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(REFUSALS); at++)
		check_refusal(&REFUSALS[at], 20);
}

static void
test_inbox_fetch__a_slow_server_is_given_up(void **state)
{
	static const struct refusal REFUSALS[] = {
	    {"body_drips", REMEDY_RETRY, "inbox.network", false},
	    {"body_silent", REMEDY_RETRY, "inbox.network", false},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(REFUSALS); at++) {
		int64_t began_at = g_get_monotonic_time();
		check_refusal(&REFUSALS[at], 2);
		assert_true(g_get_monotonic_time() - began_at < 15 * G_USEC_PER_SEC);
	}
}

static void
test_inbox_fetch__a_mail_that_is_gone_is_no_fault_of_the_line(void **state)
{
	static const struct refusal REFUSALS[] = {
	    {"vanished", REMEDY_DESK, "inbox.vanished", true},
	    {"vanished_no", REMEDY_DESK, "inbox.vanished", true},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(REFUSALS); at++)
		check_refusal(&REFUSALS[at], 20);
}

static void
test_inbox_fetch__a_large_mail_is_not_even_asked_for(void **state)
{
	struct box box;
	uint8_t *bytes = NULL;
	size_t length = 0;

	(void)state;
	box_open_good(&box, "file_move");
	struct mail_label label = box_label(&box, 7);
	assert_false(inbox_fetch(box.inbox, &label, label.bytes - 1, &bytes, &length, &box.why));
	assert_string_equal(box.why.code, "inbox.too-large");
	assert_int_equal(box.why.remedy, REMEDY_DESK);
	assert_int_equal(servers_heard(box_servers, "file_move", "6 UID FETCH"), 0);
	assert_true(inbox_fetch(box.inbox, &label, label.bytes, &bytes, &length, &box.why));
	assert_int_equal(length, label.bytes);
	inbox_forget(bytes, length);
	inbox_forget(NULL, 0);
	box_close(&box);
}

static void
test_inbox_fetch__a_label_of_other_uids_is_refused(void **state)
{
	struct box box;
	uint8_t *bytes = NULL;
	size_t length = 0;

	(void)state;
	box_open_good(&box, "good");
	struct mail_label label = box_label(&box, 7);
	label.place.uid_validity++;
	assert_false(inbox_fetch(box.inbox, &label, MAX_BYTES, &bytes, &length, &box.why));
	assert_string_equal(box.why.code, "inbox.changed");
	assert_null(bytes);
	box_close(&box);
}

/* Legal, though no mail is one line: the bytes count, however they come. */
static void
test_inbox_fetch__a_quoted_body_is_a_body(void **state)
{
	struct box box;
	GString *mail = NULL;

	(void)state;
	box_open_good(&box, "quoted");
	assert_true(fetch_7(&box, &mail));
	assert_string_equal(mail->str, "one line");
	g_string_free(mail, TRUE);
	box_close(&box);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_inbox_fetch__gives_a_mail_whole_and_unmarked),
	    cmocka_unit_test(test_inbox_fetch__what_is_not_this_mail_whole_is_refused),
	    cmocka_unit_test(test_inbox_fetch__literals_are_held_to_the_bound),
	    cmocka_unit_test(test_inbox_fetch__a_slow_server_is_given_up),
	    cmocka_unit_test(test_inbox_fetch__a_mail_that_is_gone_is_no_fault_of_the_line),
	    cmocka_unit_test(test_inbox_fetch__a_large_mail_is_not_even_asked_for),
	    cmocka_unit_test(test_inbox_fetch__a_label_of_other_uids_is_refused),
	    cmocka_unit_test(test_inbox_fetch__a_quoted_body_is_a_body),
	};

	return cmocka_run_group_tests(tests, box_start_servers, box_stop_servers);
}
