/* Where a password may come from, and what is refused. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "setup/setup.h"

/* cmocka calls a macro fail, so it comes last */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct world {
	char *folder, *file;
};

static int
begin(void **state)
{
	struct world *world = g_new0(struct world, 1);

	world->folder = g_dir_make_tmp("secret-XXXXXX", NULL);
	world->file = g_build_filename(world->folder, "password", NULL);
	*state = world;
	return 0;
}

static int
end(void **state)
{
	struct world *world = *state;

	(void)g_remove(world->file);
	(void)g_rmdir(world->folder);
	g_free(world->folder);
	g_free(world->file);
	g_free(world);
	return 0;
}

static void
write_file(const struct world *world, const char *bytes, size_t length, mode_t mode)
{
	assert_true(g_file_set_contents(world->file, bytes, (gssize)length, NULL));
	assert_int_equal(chmod(world->file, mode), 0);
}

static void
expect_secret(const struct secret_source *source, const char *expected)
{
	struct failure why = {0};
	char *secret = NULL;

	if (!setup_secret(source, &secret, &why))
		fail_msg("%s: %s", why.code, why.reason);
	assert_string_equal(secret, expected);
	setup_forget_secret(secret);
}

static void
expect_failure(const struct secret_source *source, const char *code, const char *words)
{
	struct failure why = {0};
	char *untouched = (char *)&why, *secret = untouched;

	assert_false(setup_secret(source, &secret, &why));
	assert_ptr_equal(secret, untouched);
	assert_string_equal(why.code, code);
	assert_int_equal(why.remedy, REMEDY_STOP);
	if (!strstr(why.reason, words))
		fail_msg("the reason is: %s", why.reason);
}

static void
test_setup_secret__no_source_is_no_secret(void **state)
{
	struct secret_source source = {0};
	struct failure why;
	char *secret = (char *)&source;

	(void)state;
	assert_true(setup_secret(&source, &secret, &why));
	assert_null(secret);
	setup_forget_secret(NULL);
}

static void
test_setup_secret__file_gives_its_first_line(void **state)
{
	struct world *world = *state;
	struct secret_source source = {.credential = world->file};

	write_file(world, "open sesame\nsecond\n", 19, 0600);
	expect_secret(&source, "open sesame");
	write_file(world, "dos\r\n", 5, 0400);
	expect_secret(&source, "dos");
	write_file(world, "no end", 6, 0600);
	expect_secret(&source, "no end");
}

static void
test_setup_secret__file_that_others_read_is_refused(void **state)
{
	struct world *world = *state;
	struct secret_source source = {.credential = world->file};

	write_file(world, "x\n", 2, 0640);
	expect_failure(&source, "secret.mode", "mode 0600");
	write_file(world, "x\n", 2, 0604);
	expect_failure(&source, "secret.mode", "mode 0600");
}

static void
test_setup_secret__file_without_a_line_is_refused(void **state)
{
	struct world *world = *state;
	struct secret_source source = {.credential = world->file};
	struct secret_source folder = {.credential = world->folder};
	g_autofree char *long_one = g_strnfill(20000, 'x');

	expect_failure(&source, "secret.missing", "No such file");
	expect_failure(&folder, "secret.missing", "is no file");
	write_file(world, "\nsecond\n", 8, 0600);
	expect_failure(&source, "secret.missing", "first line");
	write_file(world, "", 0, 0600);
	expect_failure(&source, "secret.missing", "first line");
	write_file(world, "a\0b\n", 4, 0600);
	expect_failure(&source, "secret.missing", "first line");
	write_file(world, long_one, 20000, 0600);
	expect_failure(&source, "secret.missing", "longer than");
}

static void
test_setup_secret__credential_is_found_in_systemds_folder(void **state)
{
	struct world *world = *state;
	struct secret_source source = {.credential = "password"};

	write_file(world, "from systemd", 12, 0440);
	g_unsetenv("CREDENTIALS_DIRECTORY");
	expect_failure(&source, "secret.missing", "LoadCredential");
	assert_true(g_setenv("CREDENTIALS_DIRECTORY", world->folder, TRUE));
	expect_secret(&source, "from systemd");
	g_unsetenv("CREDENTIALS_DIRECTORY");
}

static void
test_setup_secret__command_gives_its_first_line(void **state)
{
	const char *const echo[] = {"printf", "%s\\n%s", "$HOME `id`", "second", NULL};
	const char *const deaf[] = {"sh", "-c", "trap; cat; echo quiet", NULL};

	(void)state;
	/* no shell has seen the words, and there is no input to wait for */
	expect_secret(&(struct secret_source){.command = echo}, "$HOME `id`");
	expect_secret(&(struct secret_source){.command = deaf}, "quiet");
}

static void
test_setup_secret__command_that_fails_gives_none(void **state)
{
	const char *const missing[] = {"/nowhere/program", NULL};
	const char *const failing[] = {"sh", "-c", "echo sesame; exit 3", NULL};
	const char *const killed[] = {"sh", "-c", "echo sesame; kill -9 $$", NULL};
	const char *const silent[] = {"true", NULL};
	const char *const endless[] = {"yes", "sesame", NULL};

	(void)state;
	expect_failure(
	    &(struct secret_source){.command = missing}, "secret.command", "does not start");
	expect_failure(&(struct secret_source){.command = failing}, "secret.command", "exit 3");
	expect_failure(&(struct secret_source){.command = killed}, "secret.command", "signal 9");
	expect_failure(&(struct secret_source){.command = silent}, "secret.missing", "first line");
	expect_failure(&(struct secret_source){.command = endless}, "secret.command", "more than");
}

static void
test_setup_secret__command_that_hangs_is_ended_with_all_it_started(void **state)
{
	struct world *world = *state;
	g_autofree char *script = g_strdup_printf("sleep 300 & echo $! > %s; wait", world->file);
	const char *const hanging[] = {"sh", "-c", script, NULL};
	g_autofree char *pid = NULL;
	int64_t start = g_get_monotonic_time();

	expect_failure(&(struct secret_source){.command = hanging}, "secret.command",
	    "did not end within 10 seconds");
	assert_true(g_get_monotonic_time() - start < 30 * G_USEC_PER_SEC);
	assert_true(g_file_get_contents(world->file, &pid, NULL, NULL));
	/* The grandchild is killed with its group; it may be a zombie for a moment, never asleep.
	 */
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", atoi(pid));
	g_autofree char *facts = NULL;
	if (g_file_get_contents(path, &facts, NULL, NULL))
		assert_null(strstr(facts, ") S "));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_setup_secret__no_source_is_no_secret),
	    cmocka_unit_test_setup_teardown(
		test_setup_secret__file_gives_its_first_line, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_setup_secret__file_that_others_read_is_refused, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_setup_secret__file_without_a_line_is_refused, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_setup_secret__credential_is_found_in_systemds_folder, begin, end),
	    cmocka_unit_test(test_setup_secret__command_gives_its_first_line),
	    cmocka_unit_test(test_setup_secret__command_that_fails_gives_none),
	    cmocka_unit_test_setup_teardown(
		test_setup_secret__command_that_hangs_is_ended_with_all_it_started, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
