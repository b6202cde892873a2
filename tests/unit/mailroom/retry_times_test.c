/* From when on a letter's time to be sent in is counted, and when it is over. */
/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "mailroom/retry_times.h"

#include <cmocka.h>

enum { NOW = 1772442000, MINUTE = 60, HOUR = 3600 };
static const struct settings SETTINGS = {
    .retry = {.red_deadline_minutes = 30, .deadline_minutes = 240}};

static bool
is_over(enum urgency urgency, int64_t ready_at, int64_t resumed_at)
{
	return NOW >
	    retry_deadline(&SETTINGS, urgency, retry_since(ready_at, resumed_at, NOW));
}

static void
test_retry_deadline__is_that_of_the_urgency(void **state)
{
	(void)state;
	assert_true(is_over(URGENCY_RED, NOW - 31 * MINUTE, 0));
	assert_false(is_over(URGENCY_RED, NOW - 29 * MINUTE, 0));
	assert_false(is_over(URGENCY_GREEN, NOW - 31 * MINUTE, 0));
	assert_true(is_over(URGENCY_GREEN, NOW - 241 * MINUTE, 0));
}

static void
test_retry_since__an_hour_without_power_is_no_time_to_try_in(void **state)
{
	(void)state;
	assert_false(is_over(URGENCY_RED, NOW - 61 * MINUTE, NOW - MINUTE));
	assert_true(is_over(URGENCY_RED, NOW - 2 * HOUR, NOW - 31 * MINUTE));
	/* what was over before is of no account */
	assert_true(is_over(URGENCY_RED, NOW - 31 * MINUTE, NOW - 50 * MINUTE));
}

static void
test_retry_since__a_letter_of_the_future_is_given_up_all_the_same(void **state)
{
	(void)state;
	/* the clock was set back by a day after it was sealed */
	assert_false(is_over(URGENCY_RED, NOW + 24 * HOUR, NOW - 29 * MINUTE));
	assert_true(is_over(URGENCY_RED, NOW + 24 * HOUR, NOW - 31 * MINUTE));
	/* or another machine's clock is a little ahead */
	assert_int_equal(retry_since(NOW + 5, 0, NOW), NOW);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_retry_deadline__is_that_of_the_urgency),
	    cmocka_unit_test(test_retry_since__an_hour_without_power_is_no_time_to_try_in),
	    cmocka_unit_test(test_retry_since__a_letter_of_the_future_is_given_up_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
