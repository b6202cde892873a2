/* Killed at each durable step and started again, a life ends as if nothing had happened. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/step.h"
#include "life.h"

enum { MOMENTS = 120, MOMENT_MICROSECONDS = 173 };

struct place {
	char folder[64];
	char path[96], sink[96], steps[96];
};

static void
make_place(struct place *place)
{
	given_folder(place->folder);
	(void)snprintf(place->path, sizeof place->path, "%s/ledger.db", place->folder);
	(void)snprintf(place->sink, sizeof place->sink, "%s/sink", place->folder);
	(void)snprintf(place->steps, sizeof place->steps, "%s/steps", place->folder);
}

/* Runs a life in a process group of its own; true when it came to its end, false when killed. */
static bool
run_and_stop_at(const struct place *place, unsigned step_number, unsigned run)
{
	int status;

	(void)unlink(place->steps);
	pid_t child = fork();
	if (child == 0) {
		g_autofree char *number = g_strdup_printf("%u", step_number);
		struct failure why;

		(void)setpgid(0, 0);
		(void)setenv("WANDLE_STEP_FILE", place->steps, 1);
		(void)setenv("WANDLE_STOP_AT", number, 1);
		if (life_run(place->path, place->sink, NOW + run * 100000, &why))
			_exit(0);
		(void)fprintf(stderr, "%s: %s\n", why.code, why.reason);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status)) {
		assert_int_equal(WTERMSIG(status), SIGKILL);
		return false;
	}
	assert_int_equal(WEXITSTATUS(status), 0);
	return true;
}

/* The name of the last step that was reached. */
static char *
last_step(const struct place *place)
{
	g_autofree char *text = NULL;
	gsize length;

	assert_true(g_file_get_contents(place->steps, &text, &length, NULL));
	assert_int_equal(length % STEP_LINE_BYTES, 0);
	text[length - 1] = '\0';
	return g_strdup(g_strchomp(text + length - STEP_LINE_BYTES + 12));
}

/* Where the one window is: the server has it, the ledger does not know yet. */
static bool
is_in_window(const char *name)
{
	return strcmp(name, "after server.accept") == 0 ||
	    strcmp(name, "before ledger.end_letter") == 0;
}

static void
test_crash__killed_at_each_step_all_ends_the_same(void **state)
{
	struct place whole;
	unsigned number, in_window = 0, duplicates = 0;
	bool ended = false;

	(void)state;
	make_place(&whole);
	assert_true(run_and_stop_at(&whole, 0, 0));
	g_autofree char *expected = life_end(whole.path);
	assert_int_equal(life_duplicates(whole.path, whole.sink), 0);
	given_no_folder(whole.folder);
	assert_non_null(strstr(expected, "referral phoenix sent desk.send"));
	for (number = 1; !ended; number++) {
		struct place place;

		make_place(&place);
		ended = run_and_stop_at(&place, number, 0);
		g_autofree char *name = last_step(&place);
		/* Killed once more on the way back up. */
		if (!ended)
			(void)run_and_stop_at(&place, number * 7 % 13 + 1, 1);
		g_autofree char *again = last_step(&place);
		assert_true(run_and_stop_at(&place, 0, 2));
		g_autofree char *end = life_end(place.path);
		assert_string_equal(end, expected);
		size_t twice = life_duplicates(place.path, place.sink);
		if (twice && !is_in_window(name) && !is_in_window(again))
			fail_msg("a letter went twice after %s, then %s", name, again);
		in_window += is_in_window(name);
		duplicates += twice > 0;
		given_no_folder(place.folder);
	}
	/* The life is long enough, and the window is real. */
	assert_true(number > 60);
	assert_true(in_window > 8);
	assert_true(duplicates > 0);
	print_message("%u kills, %u of them in the window\n", number - 2, in_window);
}

/* Starts a life and kills it after so many microseconds, wherever it is then. */
static void
run_and_kill_after(const struct place *place, unsigned microseconds)
{
	int status;

	pid_t child = fork();
	if (child == 0) {
		struct failure why;

		_exit(life_run(place->path, place->sink, NOW, &why) ? 0 : 1);
	}
	g_usleep(microseconds);
	(void)kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
}

/* Between the steps too: in the middle of SQLite's own writes. */
static void
test_crash__killed_at_any_moment_all_ends_the_same(void **state)
{
	g_autofree char *expected = NULL;

	(void)state;
	for (unsigned number = 0; number < MOMENTS; number++) {
		struct place place;

		make_place(&place);
		run_and_kill_after(&place, number * MOMENT_MICROSECONDS);
		assert_true(run_and_stop_at(&place, 0, 1));
		g_autofree char *end = life_end(place.path);
		if (!expected)
			expected = g_strdup(end);
		assert_string_equal(end, expected);
		(void)life_duplicates(place.path, place.sink);
		given_no_folder(place.folder);
	}
}

static void
test_step__counts_over_processes_and_kills_the_group(void **state)
{
	struct place place;
	g_autofree char *text = NULL;
	int status;

	(void)state;
	make_place(&place);
	(void)setenv("WANDLE_STEP_FILE", place.steps, 1);
	(void)setenv("WANDLE_STOP_AT", "3", 1);
	step_reached("one");
	pid_t child = fork();
	if (child == 0) {
		(void)setpgid(0, 0);
		step_reached("two");
		step_reached("three");
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	(void)unsetenv("WANDLE_STEP_FILE");
	step_reached("uncounted");
	assert_true(g_file_get_contents(place.steps, &text, NULL, NULL));
	assert_int_equal(strlen(text), 3 * STEP_LINE_BYTES);
	given_no_folder(place.folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_step__counts_over_processes_and_kills_the_group),
	    cmocka_unit_test(test_crash__killed_at_each_step_all_ends_the_same),
	    cmocka_unit_test(test_crash__killed_at_any_moment_all_ends_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
