/* Waiting for mail: woken by the server, by ourselves, by the clock, and never for ever. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "inbox_box.h"

#include <cmocka.h>

enum { LONG = 600 }; /* seconds nobody waits here */

/* What is longer than a quarter of an hour passes at once, and is written down. */
enum { SHORT_MS = 15 * 60 * 1000 };
static int longest_ms;

int __real_pulse_poll(struct pollfd *ready, nfds_t count, int timeout_ms);
int __wrap_pulse_poll(struct pollfd *ready, nfds_t count, int timeout_ms);

int
__wrap_pulse_poll(struct pollfd *ready, nfds_t count, int timeout_ms)
{
	if (timeout_ms >= 0 && timeout_ms < SHORT_MS)
		return __real_pulse_poll(ready, count, timeout_ms);
	longest_ms = timeout_ms < 0 ? G_MAXINT : MAX(longest_ms, timeout_ms);
	return 0;
}

static void
check_empty(struct box *box, const char *scenario)
{
	struct mail_label labels[4];
	size_t count;

	box_open_good(box, scenario);
	assert_true(inbox_list(box->inbox, 0, labels, COUNT_OF(labels), &count, &box->why));
	assert_int_equal(count, 0);
}

static int64_t
wait_long(struct box *box, unsigned seconds, int wake_fd)
{
	int64_t began_at = g_get_monotonic_time();

	if (!inbox_wait(box->inbox, seconds, wake_fd, &box->why))
		fail_msg("%s: %s", box->why.code, box->why.reason);
	return (g_get_monotonic_time() - began_at) / 1000;
}

static void
test_inbox_wait__the_server_wakes_us(void **state)
{
	static const char *const SCENARIOS[] = {"wait_arrives", "wait_arrives_at_once"};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(SCENARIOS); at++) {
		struct box box;
		check_empty(&box, SCENARIOS[at]);
		assert_true(wait_long(&box, LONG, -1) < 60 * 1000);
		(void)box_label(&box, 50);
		box_close(&box);
	}
}

static void
test_inbox_wait__what_is_there_already_is_not_waited_for(void **state)
{
	struct box box;

	(void)state;
	box_open_good(&box, "wait_between"); /* a mail, and no list yet */
	assert_true(wait_long(&box, LONG, -1) < 60 * 1000);
	(void)box_label(&box, 3);
	assert_int_equal(servers_heard(box_servers, "wait_between", "5 IDLE"), 0);
	assert_true(wait_long(&box, 1, -1) >= 900); /* and listed, it wakes nobody */
	box_close(&box);
}

static void
test_inbox_wait__ends_with_its_time(void **state)
{
	static const char *const SCENARIOS[] = {"wait", "wait_no_idle"};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(SCENARIOS); at++) {
		struct box box;
		check_empty(&box, SCENARIOS[at]);
		assert_true(wait_long(&box, 1, -1) >= 900);
		assert_true(wait_long(&box, 0, -1) < 60 * 1000); /* and works again */
		box_close(&box);
	}
	assert_int_equal(servers_heard(box_servers, "wait", "6 IDLE"), 1);
	assert_int_equal(servers_heard(box_servers, "wait", "DONE"), 2);
	assert_int_equal(servers_heard(box_servers, "wait_no_idle", "6 NOOP"), 1);
}

/* RFC 2177: a server may log a client out that idles for 30 minutes. */
static void
test_inbox_wait__idle_is_renewed_before_29_minutes(void **state)
{
	static const char *const SCENARIOS[] = {"wait_day", "wait_day_no_idle"};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(SCENARIOS); at++) {
		struct box box;
		check_empty(&box, SCENARIOS[at]);
		longest_ms = 0;
		for (unsigned times = 0; times < 2; times++)
			(void)wait_long(&box, 86400, -1);
		assert_in_range(longest_ms, SHORT_MS, 29 * 60 * 1000 - 1);
		box_close(&box);
	}
	assert_int_equal(servers_heard(box_servers, "wait_day", "DONE"), 2);
	assert_int_equal(servers_heard(box_servers, "wait_day_no_idle", "6 NOOP"), 1);
}

static void
test_inbox_wait__we_can_wake_ourselves(void **state)
{
	static const char *const SCENARIOS[] = {"wait", "wait_no_idle"};
	int wake_fd = eventfd(1, EFD_CLOEXEC);

	(void)state;
	for (size_t at = 0; at < COUNT_OF(SCENARIOS); at++) {
		struct box box;
		check_empty(&box, SCENARIOS[at]);
		assert_true(wait_long(&box, LONG, wake_fd) < 60 * 1000);
		box_close(&box);
	}
	(void)close(wake_fd);
}

static void
test_inbox_wait__a_lost_connection_is_told(void **state)
{
	static const char *const SCENARIOS[] = {"wait_bye", "wait_drop"};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(SCENARIOS); at++) {
		struct box box;
		check_empty(&box, SCENARIOS[at]);
		assert_false(inbox_wait(box.inbox, LONG, -1, &box.why));
		assert_string_equal(box.why.code, "inbox.network");
		assert_int_equal(box.why.remedy, REMEDY_RETRY);
		box_close(&box);
	}
}

static void
test_inbox_wait__a_server_that_does_not_keep_to_idle(void **state)
{
	static const struct {
		const char *scenario, *code;
	} WAITS[] = {
	    {"wait_refused", "inbox.refused"},
	    {"wait_bad", "inbox.protocol"},
	    {"wait_done", "inbox.protocol"},
	    {"wait_early_word", "inbox.network"},
	    {"wait_deaf", "inbox.network"},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(WAITS); at++) {
		struct box box;
		box_prepare(&box, "imaps", "localhost", WAITS[at].scenario);
		box.settings.mailbox.timeout_seconds = 2;
		assert_true(box_open(&box));
		assert_false(inbox_wait(box.inbox, 1, -1, &box.why));
		if (strcmp(box.why.code, WAITS[at].code))
			print_error(
			    "%s: %s: %s\n", WAITS[at].scenario, box.why.code, box.why.reason);
		assert_string_equal(box.why.code, WAITS[at].code);
		assert_int_equal(box.why.remedy, REMEDY_RETRY);
		box_close(&box);
	}
}

static void
test_inbox_wait__where_idle_is_refused_the_poll_is_left(void **state)
{
	struct box box;

	(void)state;
	box_open_good(&box, "wait_refused");
	assert_false(inbox_wait(box.inbox, 1, -1, &box.why));
	assert_true(inbox_wait(box.inbox, 1, -1, &box.why));
	box_close(&box);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_inbox_wait__the_server_wakes_us),
	    cmocka_unit_test(test_inbox_wait__what_is_there_already_is_not_waited_for),
	    cmocka_unit_test(test_inbox_wait__ends_with_its_time),
	    cmocka_unit_test(test_inbox_wait__idle_is_renewed_before_29_minutes),
	    cmocka_unit_test(test_inbox_wait__we_can_wake_ourselves),
	    cmocka_unit_test(test_inbox_wait__a_lost_connection_is_told),
	    cmocka_unit_test(test_inbox_wait__a_server_that_does_not_keep_to_idle),
	    cmocka_unit_test(test_inbox_wait__where_idle_is_refused_the_poll_is_left),
	};

	return cmocka_run_group_tests(tests, box_start_servers, box_stop_servers);
}
