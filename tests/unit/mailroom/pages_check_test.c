/* Who looks at the pages is this very program: what it ends with is in the place of the settings. */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "mailroom/pages_check.h"

#include <cmocka.h>

#define HANGS "hangs"

static int
be_the_one_who_looks(char **words)
{
	static const char *const WORDS[] = {"--config", NULL, "ledger", "check", "--pages"};

	for (size_t at = 0; at < COUNT_OF(WORDS); at++)
		if (!words[at] || (WORDS[at] && strcmp(words[at], WORDS[at]) != 0))
			return EX_USAGE;
	while (strcmp(words[1], HANGS) == 0)
		(void)pause();
	return (int)strtol(words[1], NULL, 10);
}

static enum pages_found
found_by(const char *settings_path)
{
	struct pages_check check = {0};
	enum pages_found found;

	assert_true(pages_check_begin(&check, settings_path));
	while ((found = pages_check_ask(&check)) == PAGES_UNKNOWN)
		(void)poll(NULL, 0, 1);
	/* it is said once */
	assert_int_equal(pages_check_ask(&check), PAGES_UNKNOWN);
	return found;
}

static void
test_pages_check_ask__says_what_was_found(void **state)
{
	(void)state;
	assert_int_equal(found_by("0"), PAGES_WHOLE);
	assert_int_equal(found_by("65"), PAGES_DAMAGED);
	assert_int_equal(found_by("75"), PAGES_UNSEEN);
	assert_int_equal(found_by("78"), PAGES_UNSEEN);
}

static void
test_pages_check_ask__one_that_was_killed_has_found_nothing(void **state)
{
	struct pages_check check = {0};
	enum pages_found found;

	(void)state;
	assert_true(pages_check_begin(&check, HANGS));
	assert_int_equal(pages_check_ask(&check), PAGES_UNKNOWN);
	assert_int_equal(kill(check.pid, SIGKILL), 0);
	while ((found = pages_check_ask(&check)) == PAGES_UNKNOWN)
		(void)poll(NULL, 0, 1);
	assert_int_equal(found, PAGES_UNSEEN);
}

static void
test_pages_check_begin__no_second_one_at_the_same_time(void **state)
{
	struct pages_check check = {0};

	(void)state;
	assert_true(pages_check_begin(&check, HANGS));
	pid_t pid = check.pid;
	assert_true(pages_check_begin(&check, HANGS));
	assert_int_equal(check.pid, pid);
	pages_check_end(&check);
	/* and none is left */
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(errno, ESRCH);
	pages_check_end(&check);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pages_check_ask__says_what_was_found),
	    cmocka_unit_test(test_pages_check_ask__one_that_was_killed_has_found_nothing),
	    cmocka_unit_test(test_pages_check_begin__no_second_one_at_the_same_time),
	};

	if (argc > 1)
		return be_the_one_who_looks(argv + 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
