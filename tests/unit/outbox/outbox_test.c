/* The outbox against servers that misbehave: each ending of a transfer has one answer. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "outbox/outbox.h"
#include "servers.h"

#include <cmocka.h>

static struct servers *servers;
static char *ca_file;
static unsigned patience_seconds = 20; /* less where a server is slow on purpose */
static const char PASSWORD[] = "correct horse";
static const char FROM[] = "gateway@gate.test", TO[] = "mash@mash.test";
static const char LETTER[] = "Subject: Secure referral\r\n\r\n.a dot at first\r\nlast\r\n";

/* A server as the settings would name it, and an outbox to it. */
struct line {
	struct settings settings;
	char *url;
	struct outbox *outbox;
};

static void
open_line(struct line *line, const char *scheme, const char *host, const char *scenario,
    const char *password)
{
	*line = (struct line){0};
	line->url = servers_url(servers, scheme, host, scenario);
	line->settings.identity.address = FROM;
	line->settings.submission.server.url = line->url;
	line->settings.submission.server.user = password ? "gateway" : NULL;
	line->settings.submission.server.ca_file = ca_file;
	line->settings.submission.timeout_seconds = patience_seconds;
	line->outbox = outbox_open(&line->settings, password);
}

static void
close_line(struct line *line)
{
	outbox_closep(&line->outbox);
	g_free(line->url);
}

static void
send_letter(struct line *line, struct outbox_answer *answer)
{
	outbox_send(line->outbox, FROM, TO, LETTER, sizeof LETTER - 1, answer);
}

struct ending {
	const char *scenario;
	enum outbox_result result;
	const char *code;
	int reply_code;
	const char *queue_id; /* NULL: none */
};

static void
check_ending(const struct ending *expected, const char *scheme)
{
	struct line line;
	struct outbox_answer answer;

	open_line(&line, scheme, "localhost", expected->scenario, PASSWORD);
	send_letter(&line, &answer);
	if (strcmp(answer.code, expected->code) || answer.reply_code != expected->reply_code)
		print_error("%s: %s, %d %s\n", expected->scenario, answer.code, answer.reply_code,
		    answer.reply);
	assert_string_equal(answer.code, expected->code);
	assert_int_equal(answer.result, expected->result);
	assert_int_equal(answer.reply_code, expected->reply_code);
	assert_string_equal(answer.queue_id, expected->queue_id ? expected->queue_id : "");
	assert_true(answer.reply[0]);
	assert_null(strstr(answer.reply, PASSWORD));
	for (const char *at = answer.reply; *at; at++)
		assert_in_range(*at, ' ', '~');
	close_line(&line);
}

static void
test_outbox_send__each_ending_has_its_answer(void **state)
{
	static const struct ending ENDINGS[] = {
	    {"good", OUTBOX_SENT, "smtp.sent", 250, "4XyZ12abcD"},
	    {"exim", OUTBOX_SENT, "smtp.sent", 250, "1tEXaM-000abc-2Z"},
	    {"exchange", OUTBOX_SENT, "smtp.sent", 250, "4711"},
	    {"sendmail", OUTBOX_SENT, "smtp.sent", 250, "4ANFxyz012"},
	    {"unnamed", OUTBOX_SENT, "smtp.sent", 250, NULL},
	    {"quit_dropped", OUTBOX_SENT, "smtp.sent", 250, "4XyZ12abcD"},
	    {"dot_many_lines", OUTBOX_SENT, "smtp.sent", 250, "LAST1"},
	    {"dot_garbage", OUTBOX_SENT, "smtp.sent", 250, "AFTER"},
	    {"greeting_554", OUTBOX_LATER, "smtp.later", 554, NULL},
	    {"greeting_421", OUTBOX_LATER, "smtp.later", 421, NULL},
	    {"ehlo_550", OUTBOX_LATER, "smtp.later", 550, NULL},
	    {"auth_535", OUTBOX_LATER, "smtp.login", 535, NULL},
	    {"auth_454", OUTBOX_LATER, "smtp.login", 454, NULL},
	    {"auth_unknown", OUTBOX_LATER, "smtp.login", 0, NULL},
	    {"auth_echo", OUTBOX_LATER, "smtp.login", 535, NULL},
	    {"mail_530", OUTBOX_LATER, "smtp.login", 530, NULL},
	    {"mail_421", OUTBOX_LATER, "smtp.later", 421, NULL},
	    {"mail_450", OUTBOX_LATER, "smtp.later", 450, NULL},
	    {"mail_550", OUTBOX_NEVER, "smtp.never", 550, NULL},
	    {"mail_552", OUTBOX_NEVER, "smtp.never", 552, NULL},
	    {"rcpt_421", OUTBOX_LATER, "smtp.later", 421, NULL},
	    {"rcpt_450", OUTBOX_LATER, "smtp.later", 450, NULL},
	    {"rcpt_550", OUTBOX_NEVER, "smtp.never", 550, NULL},
	    {"rcpt_552", OUTBOX_NEVER, "smtp.never", 552, NULL},
	    {"data_421", OUTBOX_LATER, "smtp.later", 421, NULL},
	    {"data_451", OUTBOX_LATER, "smtp.later", 451, NULL},
	    {"data_554", OUTBOX_NEVER, "smtp.never", 554, NULL},
	    {"dot_421", OUTBOX_LATER, "smtp.later", 421, NULL},
	    {"dot_450", OUTBOX_LATER, "smtp.later", 450, NULL},
	    {"dot_451", OUTBOX_LATER, "smtp.later", 451, NULL},
	    {"dot_550", OUTBOX_NEVER, "smtp.never", 550, NULL},
	    {"dot_552", OUTBOX_NEVER, "smtp.never", 552, NULL},
	    {"mail_354", OUTBOX_LATER, "smtp.network", 0, NULL},
	    {"dot_354", OUTBOX_UNKNOWN, "smtp.unknown", 354, NULL},
	    {"dot_echo", OUTBOX_NEVER, "smtp.never", 554, NULL},
	    {"dot_binary", OUTBOX_NEVER, "smtp.never", 550, NULL},
	    {"dot_long", OUTBOX_NEVER, "smtp.never", 550, NULL},
	    {"drop_at_mail", OUTBOX_LATER, "smtp.network", 0, NULL},
	    {"drop_after_data", OUTBOX_UNKNOWN, "smtp.unknown", 0, NULL},
	    {"drop_in_body", OUTBOX_UNKNOWN, "smtp.unknown", 0, NULL},
	    {"drop_after_dot", OUTBOX_UNKNOWN, "smtp.unknown", 0, NULL},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(ENDINGS); at++)
		check_ending(&ENDINGS[at], "smtps");
}

static void
test_outbox_send__no_verified_tls_no_letter(void **state)
{
	static const struct {
		const char *scenario, *scheme;
	} LINES[] = {
	    {"self_signed", "smtps"},
	    {"unknown_ca", "smtps"},
	    {"wrong_host", "smtps"},
	    {"expired", "smtps"},
	    {"old_tls", "smtps"},
	    {"starttls_wrong_host", "smtp"},
	    {"starttls_stripped", "smtp"},
	    {"starttls_refused", "smtp"},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(LINES); at++) {
		struct ending ending = {LINES[at].scenario, OUTBOX_LATER, "smtp.tls", 0, NULL};
		if (!strcmp(LINES[at].scenario, "starttls_refused"))
			ending.reply_code = 454;
		check_ending(&ending, LINES[at].scheme);
		assert_int_equal(servers_heard(servers, LINES[at].scenario, "AUTH"), 0);
		assert_int_equal(servers_heard(servers, LINES[at].scenario, "MAIL"), 0);
	}
}

static void
test_outbox_send__starttls_counts_only_when_nothing_was_slipped_in(void **state)
{
	struct ending good = {"starttls", OUTBOX_SENT, "smtp.sent", 250, "4XyZ12abcD"};
	struct ending injected = {"starttls_injected", OUTBOX_LATER, "smtp.network", 0, NULL};
	struct ending promised = {"greeting_354", OUTBOX_LATER, "smtp.network", 0, NULL};

	(void)state;
	check_ending(&good, "smtp");
	check_ending(&injected, "smtp");
	check_ending(&promised, "smtp");
	assert_int_equal(servers_heard(servers, "greeting_354", "DATA"), 0);
	assert_int_equal(servers_heard(servers, "starttls_injected", "AUTH"), 0);
}

static void
test_outbox_send__a_slow_server_is_given_up(void **state)
{
	static const struct ending ENDINGS[] = {
	    {"greeting_silent", OUTBOX_LATER, "smtp.network", 0, NULL},
	    {"greeting_drips", OUTBOX_LATER, "smtp.network", 0, NULL},
	    {"silent_at_rcpt", OUTBOX_LATER, "smtp.network", 0, NULL},
	    {"late_after_dot", OUTBOX_SENT, "smtp.sent", 250, "4XyZ12abcD"}, /* that one may */
	    {"silent_after_dot", OUTBOX_UNKNOWN, "smtp.unknown", 0, NULL},
	    {"drip_after_dot", OUTBOX_UNKNOWN, "smtp.unknown", 0, NULL},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(ENDINGS); at++) {
		int64_t began_at = g_get_monotonic_time();
		patience_seconds = 1;
		check_ending(&ENDINGS[at], "smtps");
		patience_seconds = 20;
		assert_true(g_get_monotonic_time() - began_at < 20 * G_USEC_PER_SEC);
	}
}

static void
test_outbox_send__says_who_we_are_and_only_one_recipient(void **state)
{
	struct line line;
	struct outbox_answer answer;

	(void)state;
	open_line(&line, "smtp", "127.0.0.1", "plain", NULL);
	line.settings.submission.server.plain_on_loopback = true;
	send_letter(&line, &answer);
	assert_string_equal(answer.code, "smtp.sent");
	assert_int_equal(servers_heard(servers, "plain", "EHLO gate.test"), 1);
	assert_int_equal(servers_heard(servers, "plain", "MAIL FROM:<gateway@gate.test> SIZE="), 1);
	assert_int_equal(servers_heard(servers, "plain", "RCPT TO:<mash@mash.test>"), 1);
	assert_int_equal(servers_heard(servers, "plain", "RCPT"), 1);
	assert_int_equal(servers_heard(servers, "plain", "AUTH"), 0);
	assert_int_equal(servers_heard(servers, "plain", "..a dot at first"), 1);
	close_line(&line);
}

static void
test_outbox_send__plain_only_to_this_machine_and_only_when_said(void **state)
{
	struct line line;
	struct outbox_answer answer;

	(void)state;
	open_line(&line, "smtp", "127.0.0.1", "starttls_stripped", NULL);
	send_letter(&line, &answer); /* plain_on_loopback is not set */
	assert_string_equal(answer.code, "smtp.tls");
	close_line(&line);

	open_line(&line, "smtp", "mail.elsewhere.test", "starttls_stripped", NULL);
	line.settings.submission.server.plain_on_loopback = true;
	send_letter(&line, &answer);
	assert_string_equal(answer.code, "smtp.tls");
	assert_non_null(strstr(answer.reply, "is not this machine"));
	close_line(&line);
	assert_int_equal(servers_heard(servers, "starttls_stripped", "MAIL"), 0);
}

static void
test_outbox_send__one_connection_for_many_letters(void **state)
{
	struct line line;
	struct outbox_answer answer;
	unsigned before = servers_heard(servers, "good", "(connected)");
	unsigned letters = servers_heard(servers, "good", "DATA");

	(void)state;
	open_line(&line, "smtps", "localhost", "good", PASSWORD);
	for (unsigned at = 0; at < 5; at++) {
		send_letter(&line, &answer);
		assert_string_equal(answer.code, "smtp.sent");
	}
	assert_int_equal(servers_heard(servers, "good", "(connected)"), before + 1);
	assert_int_equal(servers_heard(servers, "good", "DATA"), letters + 5);
	close_line(&line);
}

static void
test_outbox_send__a_connection_closed_meanwhile_is_opened_again(void **state)
{
	static const char *const SCENARIOS[] = {"closed_between", "timed_out_between"};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(SCENARIOS); at++) {
		struct line line;
		struct outbox_answer answer;
		open_line(&line, "smtps", "localhost", SCENARIOS[at], PASSWORD);
		for (unsigned letter = 0; letter < 3; letter++) {
			send_letter(&line, &answer);
			assert_string_equal(answer.code, "smtp.sent");
		}
		assert_int_equal(servers_heard(servers, SCENARIOS[at], "(connected)"), 3);
		assert_int_equal(servers_heard(servers, SCENARIOS[at], "DATA"), 3);
		close_line(&line);
	}
}

static void
test_outbox_send__a_refusal_does_not_spoil_the_next_letter(void **state)
{
	struct line line;
	struct outbox_answer answer;

	(void)state;
	open_line(&line, "smtps", "localhost", "rcpt_554", PASSWORD);
	for (unsigned at = 0; at < 2; at++) {
		send_letter(&line, &answer);
		assert_string_equal(answer.code, "smtp.never");
		assert_string_equal(answer.reply, "554 5.7.1 refused");
	}
	close_line(&line);
}

static void
test_outbox_send__what_is_unfit_is_never_offered(void **state)
{
	static const struct {
		const char *from, *to, *bytes;
	} LETTERS[] = {
	    {"a@b.test", "c@d.test\r\nRCPT TO:<e@f.test>", "x\r\n"},
	    {"a@b.test>\r\nRSET", "c@d.test", "x\r\n"},
	    {"a@b.test", "", "x\r\n"},
	    {"a@b.test", "c@d.test", ""},
	    {"a@b.test", "c@d.test", "no end"},
	    {"a@b.test", "c@d.test", "x\n.\nMAIL FROM:<a@b.test>\r\n"},
	    {"a@b.test", "c@d.test", "x\r.\r\n"},
	    {"a@b.test", "c@d.test", "x\r"},
	    {"a@b.test", "c@d.test", "caf\xc3\xa9\r\n"},
	};
	g_autofree char *wide = g_strnfill(1001, 'x');
	struct line line;
	struct outbox_answer answer;
	unsigned before = servers_heard(servers, "good", "(connected)");

	(void)state;
	open_line(&line, "smtps", "localhost", "good", PASSWORD);
	for (size_t at = 0; at < COUNT_OF(LETTERS); at++) {
		outbox_send(line.outbox, LETTERS[at].from, LETTERS[at].to, LETTERS[at].bytes,
		    strlen(LETTERS[at].bytes), &answer);
		assert_string_equal(answer.code, "smtp.unfit");
		assert_int_equal(answer.result, OUTBOX_NEVER);
	}
	memcpy(wide + 999, "\r\n", 2);
	outbox_send(line.outbox, FROM, TO, wide, 1001, &answer);
	assert_string_equal(answer.code, "smtp.unfit");
	outbox_send(line.outbox, FROM, TO, "a\0b\r\n", 5, &answer);
	assert_string_equal(answer.code, "smtp.unfit");
	assert_int_equal(servers_heard(servers, "good", "(connected)"), before);
	outbox_send(line.outbox, FROM, TO, wide + 1, 1000, &answer); /* 998 and CR LF may */
	assert_string_equal(answer.code, "smtp.sent");
	close_line(&line);
}

static void
test_outbox_send__a_large_letter_arrives_whole(void **state)
{
	struct line line;
	struct outbox_answer answer;
	g_autoptr(GString) letter = g_string_new(NULL);
	unsigned before = servers_heard(servers, "good", "line ");

	(void)state;
	for (unsigned at = 0; at < 20000; at++)
		g_string_append_printf(letter, "line %060u\r\n", at);
	open_line(&line, "smtps", "localhost", "good", PASSWORD);
	outbox_send(line.outbox, FROM, TO, letter->str, letter->len, &answer);
	assert_string_equal(answer.code, "smtp.sent");
	assert_int_equal(servers_heard(servers, "good", "line "), before + 20000);
	close_line(&line);
}

static void
test_outbox_send__a_server_that_is_not_there_is_for_later(void **state)
{
	struct settings settings = {0};
	struct outbox_answer answer;

	(void)state;
	settings.identity.address = FROM;
	settings.submission.server.url = "smtps://127.0.0.1:1";
	CLEANUP(outbox_closep) struct outbox *outbox = outbox_open(&settings, NULL);
	outbox_send(outbox, FROM, TO, LETTER, sizeof LETTER - 1, &answer);
	assert_int_equal(answer.result, OUTBOX_LATER);
	assert_string_equal(answer.code, "smtp.network");
}

/* libcurl leaves the extended key usage unread: this is a fact to know, not a wish. */
static void
test_outbox_send__a_certificate_for_clients_passes(void **state)
{
	struct ending ending = {"client_only", OUTBOX_SENT, "smtp.sent", 250, "4XyZ12abcD"};

	(void)state;
	check_ending(&ending, "smtps");
}

static void
test_outbox_probe__tells_what_is_wrong_without_a_letter(void **state)
{
	static const struct {
		const char *scenario, *code; /* NULL: all is well */
		enum remedy remedy;
	} PROBES[] = {
	    {"good", NULL, 0},
	    {"wrong_host", "smtp.tls", REMEDY_STOP},
	    {"auth_535", "smtp.login", REMEDY_STOP},
	    {"greeting_421", "smtp.later", REMEDY_RETRY},
	    {"greeting_silent", "smtp.network", REMEDY_RETRY},
	};
	unsigned letters = servers_heard(servers, "good", "MAIL");

	(void)state;
	for (size_t at = 0; at < COUNT_OF(PROBES); at++) {
		struct line line;
		struct failure why;
		open_line(&line, "smtps", "localhost", PROBES[at].scenario, PASSWORD);
		line.settings.submission.timeout_seconds =
		    PROBES[at].remedy == REMEDY_RETRY ? 1 : 20;
		assert_int_equal(outbox_probe(line.outbox, &why), !PROBES[at].code);
		if (PROBES[at].code) {
			assert_string_equal(why.code, PROBES[at].code);
			assert_int_equal(why.remedy, PROBES[at].remedy);
		}
		close_line(&line);
	}
	assert_int_equal(servers_heard(servers, "good", "MAIL"), letters);
}

static void
test_outbox_probe__a_letter_may_follow_on_the_same_connection(void **state)
{
	struct line line;
	struct failure why;
	struct outbox_answer answer;
	unsigned before = servers_heard(servers, "good", "(connected)");

	(void)state;
	open_line(&line, "smtps", "localhost", "good", PASSWORD);
	assert_true(outbox_probe(line.outbox, &why));
	send_letter(&line, &answer);
	assert_string_equal(answer.code, "smtp.sent");
	assert_int_equal(servers_heard(servers, "good", "(connected)"), before + 1);
	close_line(&line);
}

static int
start_servers(void **state)
{
	(void)state;
	servers = servers_start("fake_smtp.py");
	ca_file = servers_file(servers, "ca.pem");
	return 0;
}

static int
stop_servers(void **state)
{
	(void)state;
	servers_stop(servers);
	g_free(ca_file);
	return 0;
}

static void
test_outbox_longest_seconds__a_large_letter_holds_up_the_others_no_longer_than_so(void **state)
{
	struct settings settings = {0};

	(void)state;
	assert_int_equal(outbox_longest_seconds(&settings), 9 * 60 + 300);
	settings.submission.timeout_seconds = 20;
	assert_int_equal(outbox_longest_seconds(&settings), 9 * 20 + 300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_outbox_send__each_ending_has_its_answer),
	    cmocka_unit_test(test_outbox_send__no_verified_tls_no_letter),
	    cmocka_unit_test(test_outbox_send__starttls_counts_only_when_nothing_was_slipped_in),
	    cmocka_unit_test(test_outbox_send__a_slow_server_is_given_up),
	    cmocka_unit_test(test_outbox_send__says_who_we_are_and_only_one_recipient),
	    cmocka_unit_test(test_outbox_send__plain_only_to_this_machine_and_only_when_said),
	    cmocka_unit_test(test_outbox_send__one_connection_for_many_letters),
	    cmocka_unit_test(test_outbox_send__a_connection_closed_meanwhile_is_opened_again),
	    cmocka_unit_test(test_outbox_send__a_refusal_does_not_spoil_the_next_letter),
	    cmocka_unit_test(test_outbox_send__what_is_unfit_is_never_offered),
	    cmocka_unit_test(test_outbox_send__a_large_letter_arrives_whole),
	    cmocka_unit_test(test_outbox_send__a_server_that_is_not_there_is_for_later),
	    cmocka_unit_test(test_outbox_send__a_certificate_for_clients_passes),
	    cmocka_unit_test(test_outbox_longest_seconds__a_large_letter_holds_up_the_others_no_longer_than_so),
	    cmocka_unit_test(test_outbox_probe__tells_what_is_wrong_without_a_letter),
	    cmocka_unit_test(test_outbox_probe__a_letter_may_follow_on_the_same_connection),
	};

	return cmocka_run_group_tests(tests, start_servers, stop_servers);
}
