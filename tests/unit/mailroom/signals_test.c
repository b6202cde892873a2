/* What a duty and the supervisor make of signals. */
/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mailroom/signals.h"

#include <cmocka.h>

static bool
is_woken(void)
{
	struct pollfd wake = {.fd = signals_wake_fd(), .events = POLLIN};

	return poll(&wake, 1, 0) != 0;
}

static void
test_signals__a_duty_does_not_hear_what_is_for_the_supervisor(void **state)
{
	(void)state;
	signals_begin(false);
	assert_int_equal(raise(SIGHUP), 0);
	/* or it would never nap again */
	assert_false(is_woken());
	assert_false(signals_ask_reload());
	assert_false(signals_ask_stop());
	signals_end();
}

static void
test_signals__a_child_of_a_duty_outlives_it_too(void **state)
{
	int status;

	(void)state;
	signals_begin(false);
	pid_t child = fork();
	if (child == 0) {
		signals_end();
		(void)raise(SIGHUP);
		_exit(7);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	signals_end();
}

static void
test_signals__the_supervisor_hears_each_once(void **state)
{
	(void)state;
	signals_begin(true);
	assert_int_equal(raise(SIGHUP), 0);
	assert_true(is_woken());
	assert_true(signals_ask_reload());
	assert_false(signals_ask_reload());
	signals_nap(0);
	assert_false(is_woken());
	assert_int_equal(raise(SIGTERM), 0);
	assert_true(signals_ask_stop());
	signals_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_signals__a_duty_does_not_hear_what_is_for_the_supervisor),
	    cmocka_unit_test(test_signals__a_child_of_a_duty_outlives_it_too),
	    cmocka_unit_test(test_signals__the_supervisor_hears_each_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
