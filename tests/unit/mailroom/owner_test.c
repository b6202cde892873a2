/* Whose process lives and whose does not, and of whom it cannot be told from here. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/owner.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { HOST = 1, PID, START, BOOT, SPACE, PARTS };

/* This process's name with one part in another way. */
static char *
name_with(size_t part, const char *instead)
{
	char name[OWNER_BYTES];

	owner_name("deliver", name);
	g_auto(GStrv) parts = g_strsplit(name, ":", -1);
	assert_int_equal(g_strv_length(parts), PARTS);
	if (part) {
		g_free(parts[part]);
		parts[part] = g_strdup(instead);
	}
	return g_strjoinv(":", parts);
}

static void
assert_owner(size_t part, const char *instead, bool is_here, bool is_gone)
{
	g_autofree char *name = name_with(part, instead);

	if (owner_is_here(name) != is_here || owner_is_gone(name) != is_gone)
		fail_msg("%s: here %d, gone %d", name, owner_is_here(name), owner_is_gone(name));
}

static void
test_owner__this_process_is_here(void **state)
{
	(void)state;
	assert_owner(0, NULL, true, false);
}

static void
test_owner__a_number_that_is_another_process_by_now_is_gone(void **state)
{
	(void)state;
	assert_owner(START, "1", false, true);
}

static void
test_owner__a_child_that_ended_is_gone_waited_for_or_not(void **state)
{
	char name[OWNER_BYTES] = {0};
	siginfo_t ended;
	int line[2];

	(void)state;
	assert_int_equal(pipe(line), 0);
	pid_t child = fork();
	if (child == 0) {
		owner_name("sort", name);
		_exit(write(line[1], name, sizeof name) == sizeof name ? 0 : 1);
	}
	assert_int_equal(read(line[0], name, sizeof name), sizeof name);
	assert_int_equal(waitid(P_PID, (id_t)child, &ended, WEXITED | WNOWAIT), 0);
	assert_true(owner_is_gone(name));
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_true(owner_is_gone(name));
	assert_false(owner_is_here(name));
}

/* A container may come back under another name; its processes are no others for that. */
static void
test_owner__what_the_host_is_called_decides_nothing_within_a_boot(void **state)
{
	(void)state;
	assert_owner(HOST, "renamed", true, false);
}

/* Two containers of one name, each with numbers of its own: neither may call the other dead. */
static void
test_owner__of_another_space_it_cannot_be_told(void **state)
{
	(void)state;
	assert_owner(SPACE, "4026539999", false, false);
}

static void
test_owner__of_an_earlier_boot_of_this_host_nobody_lives(void **state)
{
	(void)state;
	assert_owner(BOOT, "11111111-2222-3333-4444-555555555555", false, true);
}

static void
test_owner__of_other_machines_it_cannot_be_told(void **state)
{
	(void)state;
	assert_false(owner_is_gone("sort:elsewhere:1:1:11111111-2222:4026531836"));
	assert_false(owner_is_here("sort:elsewhere:1:1:11111111-2222:4026531836"));
	assert_false(owner_is_gone("sort:elsewhere:1:1"));
	assert_false(owner_is_gone(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_owner__this_process_is_here),
	    cmocka_unit_test(test_owner__a_number_that_is_another_process_by_now_is_gone),
	    cmocka_unit_test(test_owner__a_child_that_ended_is_gone_waited_for_or_not),
	    cmocka_unit_test(test_owner__what_the_host_is_called_decides_nothing_within_a_boot),
	    cmocka_unit_test(test_owner__of_another_space_it_cannot_be_told),
	    cmocka_unit_test(test_owner__of_an_earlier_boot_of_this_host_nobody_lives),
	    cmocka_unit_test(test_owner__of_other_machines_it_cannot_be_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
