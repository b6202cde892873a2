/* Opening a mailbox: verified TLS or nothing, a login refused, folders that are not there. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "inbox_box.h"

#include <cmocka.h>

struct refusal {
	const char *scenario, *scheme;
	enum remedy remedy;
	const char *code;
};

static void
check_refusal(const struct refusal *expected, unsigned timeout_seconds)
{
	struct box box;

	box_prepare(&box, expected->scheme, "localhost", expected->scenario);
	box.settings.mailbox.timeout_seconds = timeout_seconds;
	if (box_open(&box))
		fail_msg("%s: opened", expected->scenario);
	if (strcmp(box.why.code, expected->code))
		print_error("%s: %s: %s\n", expected->scenario, box.why.code, box.why.reason);
	assert_string_equal(box.why.code, expected->code);
	assert_int_equal(box.why.remedy, expected->remedy);
	assert_true(box.why.reason[0]);
	assert_null(strstr(box.why.reason, "correct horse"));
	assert_null(box.inbox);
	box_close(&box);
}

static void
test_inbox_open__no_verified_tls_no_login(void **state)
{
	static const struct refusal REFUSALS[] = {
	    {"self_signed", "imaps", REMEDY_STOP, "inbox.certificate"},
	    {"unknown_ca", "imaps", REMEDY_STOP, "inbox.certificate"},
	    {"wrong_host", "imaps", REMEDY_STOP, "inbox.certificate"},
	    {"expired", "imaps", REMEDY_STOP, "inbox.certificate"},
	    {"starttls_wrong_host", "imap", REMEDY_STOP, "inbox.certificate"},
	    {"old_tls", "imaps", REMEDY_RETRY, "inbox.network"},
	    {"starttls_stripped", "imap", REMEDY_STOP, "inbox.no-tls"},
	    {"starttls_refused", "imap", REMEDY_STOP, "inbox.no-tls"},
	    {"starttls_injected", "imap", REMEDY_RETRY, "inbox.network"},
	    {"preauth_plain", "imap", REMEDY_STOP, "inbox.no-tls"},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(REFUSALS); at++) {
		const char *scenario = REFUSALS[at].scenario;
		check_refusal(&REFUSALS[at], 20);
		assert_int_equal(servers_heard(box_servers, scenario, "A"),
		    servers_heard(box_servers, scenario, "A001 CAPABILITY") +
			servers_heard(box_servers, scenario, "A002 STARTTLS"));
	}
}

static void
test_inbox_open__a_server_that_does_not_let_us_in(void **state)
{
	static const struct refusal REFUSALS[] = {
	    {"login_refused", "imaps", REMEDY_STOP, "inbox.login"},
	    {"greeting_bye", "imaps", REMEDY_RETRY, "inbox.network"},
	    {"no_inbox", "imaps", REMEDY_STOP, "inbox.folder"},
	    {"inbox_busy", "imaps", REMEDY_RETRY, "inbox.refused"},
	    {"not_connected", "imaps", REMEDY_RETRY, "inbox.protocol"},
	    {"read_only", "imaps", REMEDY_STOP, "inbox.folder"},
	    {"no_uidvalidity", "imaps", REMEDY_STOP, "inbox.folder"},
	    {"create_refused", "imaps", REMEDY_STOP, "inbox.folder"},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(REFUSALS); at++)
		check_refusal(&REFUSALS[at], 20);
}

static void
test_inbox_open__a_slow_server_is_given_up(void **state)
{
	static const struct refusal REFUSALS[] = {
	    {"greeting_silent", "imaps", REMEDY_RETRY, "inbox.network"},
	    {"greeting_drips", "imaps", REMEDY_RETRY, "inbox.network"},
	    {"greeting_garbage", "imaps", REMEDY_RETRY, "inbox.network"},
	    {"plain", "imaps", REMEDY_RETRY, "inbox.network"}, /* waits for words, we for TLS */
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(REFUSALS); at++) {
		int64_t began_at = g_get_monotonic_time();
		check_refusal(&REFUSALS[at], 1);
		assert_true(g_get_monotonic_time() - began_at < 10 * G_USEC_PER_SEC);
	}
	/* each step in time, and all of them not */
	struct refusal slow = {"slow_steps", "imaps", REMEDY_RETRY, "inbox.network"};
	check_refusal(&slow, 2);
	assert_int_equal(servers_heard(box_servers, "slow_steps", "1 CAPABILITY"), 0);
}

static void
test_inbox_open__both_ways_of_tls(void **state)
{
	struct box box;

	(void)state;
	box_open_good(&box, "good");
	assert_int_equal(inbox_uid_validity(box.inbox), 9);
	g_autofree char *account =
	    g_strdup_printf("desk@gate.test@%s", box.url + strlen("imaps://"));
	assert_string_equal(inbox_account(box.inbox), account);
	box_close(&box);

	box_prepare(&box, "imap", "localhost", "starttls");
	assert_true(box_open(&box));
	box_close(&box);
	assert_int_equal(servers_heard(box_servers, "starttls", "A002 STARTTLS"), 1);
}

static void
test_inbox_open__plain_only_to_this_machine_and_only_when_said(void **state)
{
	static const struct {
		const char *host;
		bool is_said;
		const char *code; /* NULL: opens */
	} LINES[] = {
	    {"127.0.0.1", false, "inbox.no-tls"},
	    {"127.0.0.1", true, NULL},
	    {"localhost", true, NULL},
	    {"mail.elsewhere.test", true, "inbox.no-tls"},
	    {"10.0.0.1", true, "inbox.no-tls"},
	    {"127.0.0.1.elsewhere.test", true, "inbox.no-tls"},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(LINES); at++) {
		struct box box;
		box_prepare(&box, "imap", LINES[at].host, "plain");
		box.settings.mailbox.server.plain_on_loopback = LINES[at].is_said;
		assert_int_equal(box_open(&box), !LINES[at].code);
		if (LINES[at].code)
			assert_string_equal(box.why.code, LINES[at].code);
		box_close(&box);
	}
}

static void
test_inbox_open__login_disabled_is_not_bypassed(void **state)
{
	struct box box;

	(void)state;
	box_prepare(&box, "imap", "127.0.0.1", "login_disabled");
	box.settings.mailbox.server.plain_on_loopback = true;
	assert_false(box_open(&box));
	assert_string_equal(box.why.code, "inbox.login");
	assert_int_equal(servers_heard(box_servers, "login_disabled", "A002 LOGIN"), 0);
	assert_int_equal(servers_heard(box_servers, "login_disabled", "A002 AUTHENTICATE"), 0);
	box_close(&box);
}

static void
test_inbox_open__makes_the_handled_folder_where_there_is_none(void **state)
{
	static const char *const SCENARIOS[] = {
	    "no_handled", "handled_noselect", "subscribe_refused"};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(SCENARIOS); at++) {
		struct box box;
		box_open_good(&box, SCENARIOS[at]);
		assert_int_equal(servers_heard(box_servers, SCENARIOS[at], "2 LIST"), 1);
		assert_int_equal(servers_heard(box_servers, SCENARIOS[at], "3 CREATE Handled"), 1);
		assert_int_equal(
		    servers_heard(box_servers, SCENARIOS[at], "4 SUBSCRIBE Handled"), 1);
		box_close(&box);
	}
	assert_int_equal(servers_heard(box_servers, "good", "3 CREATE"), 0);
}

static void
test_inbox_open__folders_are_spelled_as_imap_has_it(void **state)
{
	static const char *const BAD[] = {"Handled\r\n9 DELETE INBOX", "\xff", "a\tb"};
	struct box box;

	(void)state;
	box_prepare(&box, "imaps", "localhost", "umlaut");
	box.settings.mailbox.handled = "Erledigt & f\xc3\xbcr";
	assert_true(box_open(&box));
	assert_int_equal(servers_heard(box_servers, "umlaut", "3 CREATE"), 0);
	box_close(&box);

	for (size_t at = 0; at < COUNT_OF(BAD); at++) {
		box_prepare(&box, "imaps", "localhost", "good");
		box.settings.mailbox.handled = BAD[at];
		assert_false(box_open(&box));
		assert_string_equal(box.why.code, "inbox.folder");
		box_close(&box);
	}
}

/* libcurl leaves the extended key usage unread: this is a fact to know, not a wish. */
static void
test_inbox_open__a_certificate_for_clients_passes(void **state)
{
	struct box box;

	(void)state;
	box_open_good(&box, "client_only");
	box_close(&box);
}

static void
test_inbox_open__a_url_that_names_no_imap_server_is_refused(void **state)
{
	static const char *const URLS[] = {
	    "https://localhost:1", "localhost", "imaps://", "imaps://desk:secret@localhost:1"};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(URLS); at++) {
		struct box box;
		box_prepare(&box, "imaps", "localhost", "good");
		box.settings.mailbox.server.url = URLS[at];
		assert_false(box_open(&box));
		box_close(&box);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_inbox_open__no_verified_tls_no_login),
	    cmocka_unit_test(test_inbox_open__a_server_that_does_not_let_us_in),
	    cmocka_unit_test(test_inbox_open__a_slow_server_is_given_up),
	    cmocka_unit_test(test_inbox_open__both_ways_of_tls),
	    cmocka_unit_test(test_inbox_open__plain_only_to_this_machine_and_only_when_said),
	    cmocka_unit_test(test_inbox_open__login_disabled_is_not_bypassed),
	    cmocka_unit_test(test_inbox_open__makes_the_handled_folder_where_there_is_none),
	    cmocka_unit_test(test_inbox_open__folders_are_spelled_as_imap_has_it),
	    cmocka_unit_test(test_inbox_open__a_certificate_for_clients_passes),
	    cmocka_unit_test(test_inbox_open__a_url_that_names_no_imap_server_is_refused),
	};

	return cmocka_run_group_tests(tests, box_start_servers, box_stop_servers);
}
