/* Tests of arena, plain, failure, faults and clock. */
/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/failure.h"
#include "base/faults.h"
#include "base/log.h"
#include "base/plain.h"

#include <cmocka.h> /* last: it has a macro of the name fail */

static void
test_arena__pieces_are_zeroed_aligned_and_apart(void **state)
{
	(void)state;
	struct arena *arena = arena_open(1024 * 1024);
	unsigned char *first = arena_take(arena, 3), *second = arena_take(arena, 200000),
		      *third = arena_take(arena, 1);

	assert_int_equal((uintptr_t)first % _Alignof(max_align_t), 0);
	assert_int_equal((uintptr_t)third % _Alignof(max_align_t), 0);
	for (size_t at = 0; at < 200000; at++)
		assert_int_equal(second[at], 0);
	memset(second, 1, 200000);
	assert_int_equal(first[0] + first[1] + first[2] + third[0], 0);
	assert_string_equal(arena_print(arena, "%s-%d", "case", 7), "case-7");
	assert_null(arena_text(arena, NULL));
	arena_close(arena);
	arena_close(NULL);
}

/* What a process ends with that does this. */
static int
signal_of(void (*work)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		(void)freopen("/dev/null", "w", stderr);
		work();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void
take_past_the_ceiling(void)
{
	struct arena *arena = arena_open(1000);

	(void)arena_take(arena, 600);
	(void)arena_take(arena, 600);
}

static void
take_an_overflow(void)
{
	struct arena *arena = arena_open(SIZE_MAX);

	(void)arena_take_many(arena, SIZE_MAX / 2, 3);
}

static void
test_arena__ends_the_process_at_its_ceiling(void **state)
{
	(void)state;
	assert_int_equal(signal_of(take_past_the_ceiling), SIGABRT);
	assert_int_equal(signal_of(take_an_overflow), SIGABRT);
}

static void
test_plain__is_copied_with_an_end_and_compared_exactly(void **state)
{
	(void)state;
	struct arena *arena = arena_open(4096);
	struct plain plain = plain_copy(arena, "abc!", 3);

	assert_int_equal(plain.words[3], 0);
	assert_true(plain_equals(plain, "abc"));
	assert_false(plain_equals(plain, "abcd"));
	assert_false(plain_equals(plain, "abd"));
	assert_true(plain_is_empty(plain_copy(arena, " \t\r\n", 4)));
	assert_true(plain_is_empty((struct plain){0}));
	assert_false(plain_is_empty(plain));
	arena_close(arena);
}

static void
test_failure__prefixes_on_the_way_up_and_stays_in_bounds(void **state)
{
	(void)state;
	struct failure why;
	char long_text[500];

	assert_false((fail)(&why, REMEDY_DESK, "test.code", "port %d", 993));
	assert_false(fail_while(&why, "reading %s", "x.yaml"));
	assert_string_equal(why.reason, "reading x.yaml: port 993");
	assert_string_equal(why.code, "test.code");
	memset(long_text, 'x', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = 0;
	for (int times = 0; times < 5; times++)
		assert_false(fail_while(&why, "%.100s", long_text));
	assert_true(strlen(why.reason) < sizeof why.reason);
	assert_string_equal(remedy_name(REMEDY_ASK_SENDER), "ask-sender");
	assert_string_equal(remedy_name(REMEDY_RETRY), "retry");
	assert_string_equal(remedy_name(REMEDY_STOP), "stop");
	assert_string_equal(remedy_name(REMEDY_DESK), "desk");
}

static void
test_faults__are_all_kept_and_printed_by_place(void **state)
{
	(void)state;
	struct faults *faults = faults_open();
	char printed[500] = {0};

	faults_add(faults, "b.yaml", 9, 1, "second");
	faults_add(faults, "a.yaml", 0, 0, "whole file");
	faults_warn(faults, "b.yaml", 2, 7, "first");
	faults_add(faults, "b.yaml", 2, 3, "before");
	assert_int_equal(faults_count(faults), 3);
	assert_int_equal(faults_total(faults), 4);
	assert_true(faults_at(faults, 2)->warning);
	FILE *out = fmemopen(printed, sizeof printed, "w");
	faults_print(faults, out);
	(void)fclose(out);
	assert_string_equal(printed,
	    "a.yaml: whole file\nb.yaml:2:3: before\nb.yaml:2:7: warning: first\nb.yaml:9:1: second\n");
	faults_close(faults);
	faults_close(NULL);
}

static void
test_near_word__finds_slips_and_nothing_else(void **state)
{
	(void)state;
	static const char *const WORDS[] = {"activate", "list", "child.home.area", "urgency"};
	static const struct {
		const char *word, *near;
	} CASES[] = {{"activte", "activate"}, {"acitvate", "activate"}, {"lst", "list"},
	    {"child.home.aera", "child.home.area"}, {"urgencies", "urgency"}, {"zebra", NULL}};

	for (size_t at = 0; at < COUNT_OF(CASES); at++) {
		const char *near = near_word(CASES[at].word, WORDS, COUNT_OF(WORDS));
		if (CASES[at].near)
			assert_string_equal(near, CASES[at].near);
		else
			assert_null(near);
	}
}

static void
test_clock__follows_london_through_the_changes(void **state)
{
	(void)state;
	assert_true(clock_open_zone());
	/* 2026-03-29 00:59:59 UTC is 00:59:59 GMT, one second later it is 02:00 BST. */
	struct civil before = clock_civil(1774745999), after = clock_civil(1774746000);
	assert_int_equal(before.hour * 100 + before.minute, 59);
	assert_int_equal(after.hour, 2);
	/* 23:30 UTC on 30 June is half past midnight on 1 July in London. */
	struct civil summer = clock_civil(clock_moment(2026, 7, 1, 0, 30));
	assert_int_equal(summer.day, 1);
	assert_int_equal(summer.month, 7);
	assert_int_equal(clock_moment(2026, 7, 1, 0, 30), 1782862200);
	assert_int_equal(clock_civil(clock_moment(2026, 11, 23, 9, 0)).weekday, 1);
	assert_true(clock_now() > 1700000000);
}

static void
test_days__count_and_come_back(void **state)
{
	(void)state;
	static const int DAYS[][4] = {{1970, 1, 1, 0}, {1969, 12, 31, -1}, {2000, 2, 29, 11016},
	    {2026, 11, 23, 20780}, {1900, 3, 1, -25508}};
	int year, month, day;

	for (size_t at = 0; at < COUNT_OF(DAYS); at++) {
		assert_int_equal(day_number(DAYS[at][0], DAYS[at][1], DAYS[at][2]), DAYS[at][3]);
		day_civil(DAYS[at][3], &year, &month, &day);
		assert_int_equal(year, DAYS[at][0]);
		assert_int_equal(month, DAYS[at][1]);
		assert_int_equal(day, DAYS[at][2]);
	}
	assert_true(day_is_valid(2024, 2, 29));
	assert_false(day_is_valid(2026, 2, 29));
	assert_false(day_is_valid(2026, 13, 1));
	assert_false(day_is_valid(2026, 6, 31));
	assert_false(day_is_valid(0, 1, 1));
}

static void
test_age__is_attained_at_the_start_of_the_anniversary(void **state)
{
	(void)state;
	int32_t born = day_number(2008, 11, 23), leap = day_number(2008, 2, 29);

	assert_int_equal(age_on(born, day_number(2026, 11, 22)), 17);
	assert_int_equal(age_on(born, day_number(2026, 11, 23)), 18);
	assert_int_equal(age_on(leap, day_number(2026, 2, 28)), 17);
	assert_int_equal(age_on(leap, day_number(2026, 3, 1)), 18);
	assert_int_equal(age_on(leap, day_number(2024, 2, 29)), 16);
	assert_true(age_on(born, day_number(2008, 11, 22)) < 0);
}

static void
log_to_a_pipe(int pipe_end, const char *journal)
{
	(void)dup2(pipe_end, STDERR_FILENO);
	if (journal)
		setenv("JOURNAL_STREAM", journal, 1);
	else
		unsetenv("JOURNAL_STREAM");
	log_begin("sort");
	log_line(LOG_LEVEL_WARNING, "case %s\x1b[2Jend", "W26\n<3>fake");
	_exit(0);
}

static void
read_log(const char *journal, char out[400])
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	if (pid == 0)
		log_to_a_pipe(ends[1], journal);
	(void)close(ends[1]);
	ssize_t got = read(ends[0], out, 399);
	out[got > 0 ? got : 0] = 0;
	(void)close(ends[0]);
	(void)waitpid(pid, NULL, 0);
}

static void
test_log__is_one_line_whatever_is_in_it(void **state)
{
	(void)state;
	char line[400];

	read_log("8:1", line);
	assert_string_equal(line, "<4>sort: case W26?<3>fake?[2Jend\n");
	read_log(NULL, line);
	assert_non_null(strstr(line, "sort["));
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_arena__pieces_are_zeroed_aligned_and_apart),
	    cmocka_unit_test(test_arena__ends_the_process_at_its_ceiling),
	    cmocka_unit_test(test_plain__is_copied_with_an_end_and_compared_exactly),
	    cmocka_unit_test(test_failure__prefixes_on_the_way_up_and_stays_in_bounds),
	    cmocka_unit_test(test_faults__are_all_kept_and_printed_by_place),
	    cmocka_unit_test(test_near_word__finds_slips_and_nothing_else),
	    cmocka_unit_test(test_clock__follows_london_through_the_changes),
	    cmocka_unit_test(test_days__count_and_come_back),
	    cmocka_unit_test(test_age__is_attained_at_the_start_of_the_anniversary),
	    cmocka_unit_test(test_log__is_one_line_whatever_is_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
