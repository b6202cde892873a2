/* When a duty counts as silent, and that its end is that of all it started. */
/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/pulse.h"
#include "mailroom/watchdog.h"

#include <cmocka.h>

enum { NOW = 1000 };

/* One that has just been started, and this process as the duty it listens to. */
static struct watchdog
listening(void)
{
	struct watchdog dog;

	watchdog_open(&dog);
	assert_non_null(dog.word);
	watchdog_begin(&dog, NOW);
	return dog;
}

/* Looks each second from the one to the other; the second of the first silence, 0 for none. */
static int64_t
silent_at(struct watchdog *dog, int64_t from, int64_t to)
{
	for (int64_t now = from; now <= to; now++)
		if (watchdog_finds_silent(dog, now))
			return now;
	return 0;
}

static void
test_watchdog__a_process_has_time_to_begin(void **state)
{
	struct watchdog dog = listening();
	int64_t end = NOW + PULSE_START_SECONDS + WATCHDOG_GRACE_SECONDS;

	(void)state;
	assert_int_equal(silent_at(&dog, NOW, end), 0);
	assert_int_equal(silent_at(&dog, end + 1, end + 1), end + 1);
	watchdog_close(&dog);
}

static void
test_watchdog__what_it_says_counts_and_the_grace(void **state)
{
	struct watchdog dog = listening();

	(void)state;
	pulse_begin(dup(dog.fd));
	pulse_within(7);
	/* heard at the first look */
	assert_int_equal(silent_at(&dog, NOW, NOW + 7 + WATCHDOG_GRACE_SECONDS), 0);
	pulse_within(7); /* the same again is news */
	int64_t end = NOW + 2 * (7 + WATCHDOG_GRACE_SECONDS) + 1;
	assert_int_equal(silent_at(&dog, NOW + 7 + WATCHDOG_GRACE_SECONDS + 1, end), 0);
	assert_int_equal(silent_at(&dog, end + 1, end + 10), end + 1);
	/* and after that it has the full time again */
	assert_int_equal(silent_at(&dog, end + 2, end + 1000), end + 1 + 7 + WATCHDOG_GRACE_SECONDS + 1);
	pulse_end();
	watchdog_close(&dog);
}

static void
test_watchdog__nobody_is_believed_for_ever(void **state)
{
	struct watchdog dog = listening();
	int64_t most = WATCHDOG_MOST_SECONDS + WATCHDOG_GRACE_SECONDS;

	(void)state;
	pulse_begin(dup(dog.fd));
	pulse_within(INT64_MAX);
	assert_int_equal(silent_at(&dog, NOW, NOW + 2 * most), NOW + most + 1);
	pulse_end();
	watchdog_close(&dog);
}

static void
test_watchdog__one_that_was_stopped_itself_gives_the_full_time_again(void **state)
{
	struct watchdog dog = listening();
	int64_t whole = PULSE_START_SECONDS + WATCHDOG_GRACE_SECONDS;

	(void)state;
	assert_int_equal(silent_at(&dog, NOW, NOW + whole), 0);
	int64_t again = NOW + whole + WATCHDOG_LATE_SECONDS + 1;
	assert_int_equal(silent_at(&dog, again, again + whole), 0);
	assert_int_equal(silent_at(&dog, again + whole + 1, again + whole + 1), again + whole + 1);
	watchdog_close(&dog);
}

static void
test_watchdog__a_new_process_begins_anew(void **state)
{
	struct watchdog dog = listening();
	int64_t whole = PULSE_START_SECONDS + WATCHDOG_GRACE_SECONDS;

	(void)state;
	assert_int_equal(silent_at(&dog, NOW, NOW + whole), 0);
	watchdog_begin(&dog, NOW + whole);
	assert_int_equal(silent_at(&dog, NOW + whole + 1, NOW + 2 * whole), 0);
	watchdog_close(&dog);
}

static void
test_watchdog__the_page_cannot_be_cut_off(void **state)
{
	struct watchdog dog = listening();

	(void)state;
	assert_int_equal(ftruncate(dog.fd, 0), -1);
	assert_false(watchdog_finds_silent(&dog, NOW + 1));
	watchdog_close(&dog);
}

static void
test_pulse__is_said_while_it_waits_and_not_by_a_child(void **state)
{
	struct watchdog dog = listening();

	(void)state;
	pulse_begin(dup(dog.fd));
	uint64_t before = *dog.word;
	assert_int_equal(pulse_poll(NULL, 0, 1), 0);
	assert_true(*dog.word != before);
	pid_t child = fork();
	if (child == 0) {
		pulse_end();
		pulse_within(1); /* with the page it would die of it, and must not reach it */
		_exit(0);
	}
	before = *dog.word;
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_true(*dog.word == before);
	pulse_end();
	watchdog_close(&dog);
}

/* A child that has a child, and both stopped; tells the number of the latter. */
static void
begin_family(pid_t *parent, pid_t *child)
{
	int line[2];

	assert_int_equal(pipe(line), 0);
	*parent = fork();
	if (*parent == 0) {
		pid_t own = fork();
		if (own > 0 && write(line[1], &own, sizeof own) != sizeof own)
			_exit(1);
		for (;;)
			(void)raise(SIGSTOP);
	}
	assert_int_equal(read(line[0], child, sizeof *child), sizeof *child);
	(void)close(line[0]);
	(void)close(line[1]);
}

static void
test_watchdog_kill__ends_what_it_started_as_well(void **state)
{
	pid_t parent, child;
	int status;

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	begin_family(&parent, &child);
	watchdog_kill(parent);
	assert_int_equal(waitpid(parent, &status, 0), parent);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_watchdog__a_process_has_time_to_begin),
	    cmocka_unit_test(test_watchdog__what_it_says_counts_and_the_grace),
	    cmocka_unit_test(test_watchdog__nobody_is_believed_for_ever),
	    cmocka_unit_test(test_watchdog__one_that_was_stopped_itself_gives_the_full_time_again),
	    cmocka_unit_test(test_watchdog__a_new_process_begins_anew),
	    cmocka_unit_test(test_watchdog__the_page_cannot_be_cut_off),
	    cmocka_unit_test(test_pulse__is_said_while_it_waits_and_not_by_a_child),
	    cmocka_unit_test(test_watchdog_kill__ends_what_it_started_as_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
