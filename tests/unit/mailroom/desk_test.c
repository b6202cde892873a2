/* Tests of what the desk's reply is read as, and which case it is about. */
/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "mailroom/desk.h"
#include "mailroom/retry_times.h"

#include <cmocka.h> /* last: it has a macro of the name fail */

static struct plain
plain_of(const char *text)
{
	return (struct plain){.words = text, .length = strlen(text)};
}

/* One line as a person may write it: what is read, or -1 for no decision. */
static const struct {
	const char *text;
	int action;
	const char *agency, *reason;
} LINES[] = {
    {"SEND phoenix because she asked for help", DESK_SEND, "phoenix", "she asked for help"},
    {"send phoenix because she asked\r\n", DESK_SEND, "phoenix", "she asked"},
    {"\n\n  Not early-help Because: mother refused", DESK_NOT, "early-help", "mother refused"},
    {"CLOSE because double of the other", DESK_CLOSE, "", "double of the other"},
    {"SEND phoenix W26-7KQ4M-3 because yes, do", DESK_SEND, "phoenix", "yes, do"},
    {"SEND phoenix", DESK_SEND, "phoenix", ""},
    {"send phoenix W26-7KQ4M-3\r\n", DESK_SEND, "phoenix", ""},
    {"SEND phoenix today", -1, NULL, NULL},
    {"SEND phoenix W26-7KQ4M-3 today", -1, NULL, NULL},
    {"SEND because", -1, NULL, NULL},
    {"SEND", -1, NULL, NULL},
    {"NOT phoenix", -1, NULL, NULL},
    {"SEND phoenix because", -1, NULL, NULL},
    {"SEND because I say so", -1, NULL, NULL},
    {"CLOSE", -1, NULL, NULL},
    {"Please SEND phoenix because x y z", -1, NULL, NULL},
    {"> SEND phoenix because somebody quoted this", -1, NULL, NULL},
    {"NOTE phoenix because of nothing", -1, NULL, NULL},
    {"", -1, NULL, NULL},
};

static void
test_desk_read_lines__takes_decisions_and_nothing_like_them(void **state)
{
	(void)state;
	struct desk_line line;

	for (size_t at = 0; at < COUNT_OF(LINES); at++) {
		size_t count = desk_read_lines(plain_of(LINES[at].text), &line, 1);
		assert_int_equal(count, LINES[at].action >= 0);
		if (!count)
			continue;
		assert_int_equal(line.action, LINES[at].action);
		assert_true(plain_equals(line.agency, LINES[at].agency));
		assert_true(plain_equals(line.reason, LINES[at].reason));
	}
}

static void
test_desk_read_lines__stops_at_the_first_other_line(void **state)
{
	(void)state;
	struct desk_line lines[4];

	assert_int_equal(
	    desk_read_lines(plain_of("SEND a because one two\nNOT b because three four\n"
				     "Regards\nCLOSE because quoted by mistake\n"),
		lines, 4),
	    2);
	assert_true(plain_equals(lines[1].agency, "b"));
	assert_int_equal(
	    desk_read_lines(plain_of("SEND a because 111\nSEND b because 222\n"), lines, 1), 1);
}

static void
test_desk_find_case__wants_one_case_only(void **state)
{
	(void)state;
	struct reference one = reference_new("W", 2026), two = reference_new("W", 2026), found;
	char text[300], subject[60];
	struct opened_mail mail = {0};

	(void)snprintf(
	    text, sizeof text, "CLOSE because done\n> Case %s\n> again %s\n", one.text, one.text);
	mail.text = plain_of(text);
	assert_true(desk_find_case(&mail, "W", &found));
	assert_string_equal(found.text, one.text);
	(void)snprintf(text, sizeof text, "CLOSE because done\n> %s\n> %s\n", one.text, two.text);
	mail.text = plain_of(text);
	assert_false(desk_find_case(&mail, "W", &found));
	/* The subject counts where the signature covers it, and only there. */
	(void)snprintf(subject, sizeof subject, "Re: Review %s", two.text);
	mail.inner_subject = plain_of(subject);
	assert_false(desk_find_case(&mail, "W", &found));
	mail.has_protected_headers = true;
	assert_true(desk_find_case(&mail, "W", &found));
	assert_string_equal(found.text, two.text);
	mail = (struct opened_mail){.text = plain_of("CLOSE because done\n")};
	assert_false(desk_find_case(&mail, "W", &found));
}

static void
test_desk_advice__is_there_for_what_a_sender_can_mend(void **state)
{
	(void)state;
	assert_non_null(desk_advice("open.unsigned"));
	assert_non_null(desk_advice("form.none"));
	assert_null(desk_advice("route.nobody"));
}

static void
test_retry_pause__doubles_to_its_longest_with_at_most_a_quarter_more(void **state)
{
	(void)state;
	struct settings settings = {
	    .retry = {.first_pause_seconds = 10, .longest_pause_seconds = 60}};
	static const int64_t LEAST[] = {10, 20, 40, 60, 60};

	for (unsigned tries = 1; tries <= COUNT_OF(LEAST); tries++)
		for (int times = 0; times < 200; times++) {
			int64_t pause = retry_pause(&settings, tries);
			assert_in_range(pause, LEAST[tries - 1], LEAST[tries - 1] * 5 / 4);
		}
	assert_in_range(retry_pause(&settings, 4000000000u), 60, 75);
	settings.retry.first_pause_seconds = 0;
	assert_int_equal(retry_pause(&settings, 1), 1);
}

static void
test_retry_deadline__is_nearer_for_red(void **state)
{
	(void)state;
	struct settings settings = {.retry = {.red_deadline_minutes = 30, .deadline_minutes = 240}};

	assert_int_equal(retry_deadline(&settings, URGENCY_RED, 1000), 1000 + 30 * 60);
	assert_int_equal(retry_deadline(&settings, URGENCY_AMBER, 1000), 1000 + 240 * 60);
	assert_int_equal(retry_deadline(&settings, URGENCY_NONE, 1000), 1000 + 240 * 60);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_desk_read_lines__takes_decisions_and_nothing_like_them),
	    cmocka_unit_test(test_desk_read_lines__stops_at_the_first_other_line),
	    cmocka_unit_test(test_desk_find_case__wants_one_case_only),
	    cmocka_unit_test(test_desk_advice__is_there_for_what_a_sender_can_mend),
	    cmocka_unit_test(test_retry_pause__doubles_to_its_longest_with_at_most_a_quarter_more),
	    cmocka_unit_test(test_retry_deadline__is_nearer_for_red),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
