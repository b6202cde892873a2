/* What the keyholder demands before it works, the walls around it, and how it is spoken to. */
/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "key_world.h"

#include <cmocka.h>

static struct key_hello hello;
static struct pinned_key own;

static int
begin(void **state)
{
	struct arena *arena = arena_open(512u << 20);

	*state = arena;
	hello = (struct key_hello){.home = world.home,
	    .own_key = world.own,
	    .sealing_public = world.public_half,
	    .sealing_secret = world.secret_half,
	    .directory = usual_directory(arena)};
	own = (struct pinned_key){0};
	return 0;
}

/* HELLO must be refused, with a reason that says this. */
static void
is_refused(enum remedy remedy, const char *code, const char *reason, struct arena *arena)
{
	struct keeper keeper = keeper_start(false);
	struct failure why = {0};

	if (keeper_greet(&keeper, arena, &hello, &own, &why))
		fail_msg("taken, but: %s", reason);
	assert_string_equal(why.code, code);
	assert_int_equal(why.remedy, remedy);
	if (!strstr(why.reason, reason))
		fail_msg("\"%s\" does not say \"%s\"", why.reason, reason);
	keeper_end_with(&keeper, EX_CONFIG);
}

static void
is_misconfigured(const char *reason, struct arena *arena)
{
	is_refused(REMEDY_STOP, "key.configuration", reason, arena);
}

static void
write_conf(const char *text)
{
	g_autofree char *path = g_build_filename(world.home, "gpg.conf", NULL);

	assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
test_hello__names_the_line_that_gpg_conf_lacks(void **state)
{
	static const char *const LINES[] = {"no-autostart", "no-auto-key-retrieve",
	    "no-auto-key-locate", "no-auto-check-trustdb", "lock-never", "no-random-seed-file"};

	for (size_t at = 0; at < COUNT_OF(LINES); at++) {
		g_autoptr(GString) text = g_string_new(GPG_CONF);
		g_autofree char *commented = g_strdup_printf("# %s", LINES[at]);
		g_autofree char *expected = g_strdup_printf("lacks the line '%s'", LINES[at]);
		assert_int_equal(g_string_replace(text, LINES[at], commented, 1), 1);
		write_conf(text->str);
		is_misconfigured(expected, *state);
	}
	g_autoptr(GString) text = g_string_new(GPG_CONF);
	assert_int_equal(g_string_replace(text, "SHA1", "MD5", 1), 1);
	write_conf(text->str);
	is_misconfigured("lacks the line 'weak-digest SHA1'", *state);
	write_conf(GPG_CONF);
}

static void
test_hello__names_the_line_that_gpg_conf_must_not_have(void **state)
{
	static const char *const LINES[] = {"max-output 1000", "--encrypt-to 1122",
	    "\tgroup mash = alice", "trust-model always", "throw-keyids", "hidden-encrypt-to=1122",
	    "comment a word"};
	static const char *const NAMES[] = {"'max-output'", "'encrypt-to'", "'group'",
	    "'trust-model'", "'throw-keyids'", "'hidden-encrypt-to'", "'comment'"};

	for (size_t at = 0; at < COUNT_OF(LINES); at++) {
		g_autofree char *text = g_strdup_printf("%s%s\n", GPG_CONF, LINES[at]);
		write_conf(text);
		is_misconfigured(NAMES[at], *state);
	}
	/* Its likeness in a comment, or as part of another word, does no harm. */
	g_autofree char *harmless = g_strdup_printf("#max-output 1\n%sno-encrypt-to\n", GPG_CONF);
	write_conf(harmless);
	struct keeper keeper = keeper_at_work(*state);
	keeper_end(&keeper);
	g_autofree char *wide = g_strnfill(5000, 'x');
	write_conf(wide);
	is_misconfigured("too long", *state);
	write_conf(GPG_CONF);
}

static void
test_hello__demands_a_home_that_is_ours_alone(void **state)
{
	g_autofree char *nowhere = path_in_world("nowhere"), *bare = path_in_world("bare");

	hello.home = "g";
	is_misconfigured("not an absolute path", *state);
	hello.home = nowhere;
	is_misconfigured("No such file", *state);
	hello.home = world.public_half;
	is_misconfigured("must be a folder", *state);
	assert_int_equal(mkdir(bare, 0700), 0);
	hello.home = bare;
	is_misconfigured("gpg.conf: No such file", *state);
	hello.home = world.home;
	assert_int_equal(chmod(world.home, 0770), 0);
	is_misconfigured("nobody else may write", *state);
	assert_int_equal(chmod(world.home, 0700), 0);
}

static void
test_hello__demands_a_whole_sealing_key(void **state)
{
	g_autofree char *other_secret = path_in_world("other.secret"),
			*other_public = path_in_world("other.public"), *odd = path_in_world("odd"),
			*link_path = path_in_world("link");
	const char *const make[] = {
	    getenv("WANDLE_KEYHOLDER"), "--make-sealing-key", other_secret, other_public, NULL};

	g_bytes_unref(run_for(NULL, make));
	hello.sealing_public = other_public;
	is_misconfigured("not the other half", *state);
	hello.sealing_secret = other_secret;
	assert_int_equal(chmod(other_secret, 0640), 0);
	is_misconfigured("mode 0600", *state);
	assert_int_equal(symlink(world.secret_half, link_path), 0);
	hello.sealing_secret = link_path;
	is_misconfigured("symbolic links", *state);
	hello.sealing_secret = NULL;
	is_misconfigured("sealing key", *state);
	hello.sealing_secret = odd;
	is_misconfigured("No such file", *state);
	assert_true(g_file_set_contents(odd, "0123", -1, NULL));
	assert_int_equal(chmod(odd, 0600), 0);
	is_misconfigured("64 hex digits", *state);
	g_autofree char *wrong = g_strdup_printf("%064d\n", 0);
	wrong[10] = 'x';
	assert_true(g_file_set_contents(odd, wrong, -1, NULL));
	assert_int_equal(chmod(odd, 0600), 0);
	is_misconfigured("64 hex digits", *state);
}

static void
test_hello__demands_our_own_key_in_good_health(void **state)
{
	hello.own_key = "ABC";
	is_misconfigured("no fingerprint", *state);
	hello.own_key = world.fingerprints[UNKNOWN];
	is_refused(REMEDY_STOP, "key.own", "missing", *state);
	hello.own_key = world.fingerprints[EXPIRED];
	is_refused(REMEDY_STOP, "key.own", "expired", *state);
	/* In the ring and valid, but its secret half is not here. */
	hello.own_key = world.fingerprints[ALICE];
	is_refused(REMEDY_RETRY, "key.agent", "our own key", *state);
}

static void
test_hello__without_an_agent_is_to_be_tried_again(void **state)
{
	key_world_stop_agent();
	is_refused(REMEDY_RETRY, "key.agent", "gpg-agent", *state);
	key_world_start_agent();
}

static void
test_hello__other_first_words_are_refused(void **state)
{
	static const uint32_t KINDS[] = {KEY_JOB, KEY_HELLO, 4711};

	for (size_t at = 0; at < COUNT_OF(KINDS); at++) {
		struct keeper keeper = keeper_start(false);
		CLEANUP(wire_done) struct wire_out out = {0};
		struct failure why = {0};
		struct wire_in in;
		uint32_t kind;
		wire_put_text(&out, "half a hello");
		assert_true(wire_send(keeper.control, KINDS[at], &out, wire_deadline(10), &why));
		assert_true(wire_receive(
		    keeper.control, *state, 10000, wire_deadline(10), &kind, &in, &why));
		assert_int_equal(kind, KEY_ANSWER_FAILURE);
		key_get_failure(&in, *state, &why);
		assert_string_equal(why.code, "key.request");
		keeper_end_with(&keeper, EX_CONFIG);
	}
	struct keeper silent = keeper_start(false);
	keeper_end_with(&silent, EX_CONFIG);
}

/* Not in normal mode, not without the job's line, not ever. */
static void
test_control__what_is_no_request_ends_it(void **state)
{
	static const uint32_t KINDS[] = {KEY_ADD, KEY_LIST, KEY_JOB, KEY_HELLO, KEY_OPEN, 4711};

	for (size_t at = 0; at < COUNT_OF(KINDS); at++) {
		struct keeper keeper = keeper_at_work(*state);
		struct failure why = {0};
		struct wire_in in;
		uint32_t kind;
		assert_true(wire_send(keeper.control, KINDS[at], NULL, wire_deadline(10), &why));
		assert_true(wire_receive(
		    keeper.control, *state, 10000, wire_deadline(10), &kind, &in, &why));
		assert_int_equal(kind, KEY_ANSWER_FAILURE);
		key_get_failure(&in, *state, &why);
		assert_string_equal(why.code, "key.request");
		keeper_end(&keeper);
	}
}

static void
test_job__what_is_no_request_ends_the_job_alone(void **state)
{
	static const uint32_t KINDS[] = {
	    KEY_UNBOX, KEY_OPEN, KEY_VERIFY, KEY_SEAL, KEY_HELLO, 4711};
	struct keeper keeper = keeper_at_work(*state);

	for (size_t at = 0; at < COUNT_OF(KINDS); at++) {
		CLEANUP(wire_done) struct wire_out request = {0};
		int job = keeper_job(&keeper);
		struct failure why = {0};
		struct wire_in in;
		uint32_t kind;
		wire_put_u32(&request, 0);
		wire_put_u32(&request, 0xfffffff0);
		assert_false(ask(job, KINDS[at], &request, *state, &in, &why));
		assert_string_equal(why.code, "key.request");
		assert_false(wire_receive(job, *state, 10000, wire_deadline(10), &kind, &in, &why));
		assert_string_equal(why.code, "wire.closed");
		keeper_end_job(&keeper, job);
	}
	keeper_end(&keeper);
}

static void
test_job__several_after_one_another_are_served(void **state)
{
	struct keeper keeper = keeper_at_work(*state);

	for (int round = 0; round < 3; round++) {
		int job = keeper_job(&keeper);
		g_autoptr(GBytes) junk = bytes_of("junk");
		struct key_opened opened;
		struct failure why;
		assert_true(ask_to_open(job, junk, *state, &opened, &why));
		assert_true(ask_to_open(job, junk, *state, &opened, &why));
		keeper_end_job(&keeper, job);
	}
	keeper_end(&keeper);
}

static char *
about_process(int process, const char *name)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/%s", process, name);
	char *text = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return text;
}

static void
test_walls__stand_before_the_first_job(void **state)
{
	struct keeper keeper = keeper_at_work(*state);
	g_autofree char *limits = about_process(keeper.process, "limits");
	g_autofree char *status = about_process(keeper.process, "status");
	int files, cores;

	assert_int_equal(sscanf(strstr(limits, "Max file size"), "Max file size %d", &files), 1);
	assert_int_equal(
	    sscanf(strstr(limits, "Max core file size"), "Max core file size %d", &cores), 1);
	assert_int_equal(files, 0);
	assert_int_equal(cores, 0);
	assert_non_null(strstr(status, "Seccomp:\t2"));
	assert_non_null(strstr(status, "NoNewPrivs:\t1"));
	assert_int_equal(getpgid(keeper.process), keeper.process);
	keeper_end(&keeper);
}

/* True for a call that changes a file, by strace's line with the files behind descriptors. */
static bool
changes_a_file(const char *line)
{
	/* Counts of a coverage build, and the kernel's own places, are no files of ours. */
	if (strstr(line, ".gcda") || strstr(line, "/dev/null") || strstr(line, "/dev/tty") ||
	    strstr(line, "\"/proc/") || strstr(line, " = -1 ") || strstr(line, "+++") ||
	    strstr(line, "---"))
		return false;
	if (strstr(line, "write"))
		return strstr(line, "</") != NULL;
	/* gpg opens its trust database for writing whatever it does, and then must not write. */
	if (strstr(line, "open") && strstr(line, "trustdb.gpg"))
		return false;
	return !strstr(line, "open") || strstr(line, "O_WRONLY") || strstr(line, "O_RDWR") ||
	       strstr(line, "O_CREAT");
}

/* The whole of what a mail costs, watched: gpg and the keyholder write no byte to a file. */
static void
test_walls__no_file_is_written(void **state)
{
	g_autofree char *log = path_in_world("calls"), *said = NULL;
	const char *const watched[] = {"strace", "-f", "-qq", "-y", "-s", "0", "-o", log, "-e",
	    "trace=open,openat,openat2,creat,rename,renameat,renameat2,link,linkat,symlink,"
	    "symlinkat,unlink,"
	    "unlinkat,mkdir,mkdirat,truncate,ftruncate,mknod,mknodat,chmod,fchmod,fchmodat,write,"
	    "writev,pwrite64",
	    getenv("WANDLE_KEYHOLDER"), NULL};
	CLEANUP(wire_done) struct wire_out request = {0};
	struct failure why = {0};
	struct wire_in in;

	g_autofree char *strace = g_find_program_in_path("strace");

	/* Of a process that may not be dumped, only root sees what its calls name. */
	if (!strace || geteuid() != 0)
		fail_msg("this test needs strace and root: tests/run brings both");
	/* The leak checker of a sanitizer build cannot trace what is traced already. */
	(void)setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
	struct keeper keeper = keeper_start_as(watched);
	(void)unsetenv("ASAN_OPTIONS");
	if (!keeper_greet(&keeper, *state, &hello, &own, &why))
		fail_msg("%s: %s", why.code, why.reason);
	int job = keeper_job(&keeper);
	wire_put_u32(&request, ENTRY_OFFICER);
	wire_put_text(&request, "alice");
	wire_put_text(&request, "words");
	assert_true(ask(job, KEY_SEAL, &request, *state, &in, &why));
	g_autoptr(GBytes) words = bytes_of("words");
	g_autoptr(GBytes) mail = run_gpg(world.others, words, "-r", world.own, "--encrypt",
	    "--sign", "-u", world.fingerprints[ALICE], NULL);
	struct key_opened opened;
	assert_true(ask_to_open(job, mail, *state, &opened, &why));
	assert_int_equal(opened.result, KEY_OPENED);
	keeper_end_job(&keeper, job);
	keeper_end(&keeper);

	assert_true(g_file_get_contents(log, &said, NULL, NULL));
	assert_non_null(strstr(said, "pubring.kbx"));
	g_auto(GStrv) lines = g_strsplit(said, "\n", -1);
	for (char **line = lines; *line; line++)
		if (**line && changes_a_file(*line))
			fail_msg("%s", *line);
}

static int
ends_with(const char *const words[])
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		(void)freopen("/dev/null", "w", stderr);
		(void)execv(words[0], (char *const *)(uintptr_t)words);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
test_make_sealing_key__never_writes_over_one(void **state)
{
	g_autofree char *secret = path_in_world("new.secret"),
			*public = path_in_world("new.public"), *text = NULL;
	const char *const make[] = {
	    getenv("WANDLE_KEYHOLDER"), "--make-sealing-key", secret, public, NULL};
	struct stat what;

	(void)state;
	assert_int_equal(ends_with(make), EX_OK);
	assert_int_equal(stat(secret, &what), 0);
	assert_int_equal(what.st_mode & 07777, 0600);
	assert_int_equal(stat(public, &what), 0);
	assert_int_equal(what.st_mode & 07777, 0644);
	assert_true(g_file_get_contents(secret, &text, NULL, NULL));
	assert_int_equal(strspn(text, "0123456789abcdef"), 64);
	assert_string_equal(text + 64, "\n");
	assert_int_equal(ends_with(make), EX_CANTCREAT);
	/* Where only the public half is in the way, no lone secret half is left. */
	assert_int_equal(unlink(secret), 0);
	assert_int_equal(ends_with(make), EX_CANTCREAT);
	assert_int_equal(stat(secret, &what), -1);
}

static void
test_main__wrong_words_are_a_usage_error(void **state)
{
	const char *program = getenv("WANDLE_KEYHOLDER");
	const char *const wrong[] = {program, "--help", NULL};
	const char *const half[] = {program, "--make-sealing-key", "/nowhere/x", NULL};

	(void)state;
	assert_int_equal(ends_with(wrong), EX_USAGE);
	assert_int_equal(ends_with(half), EX_USAGE);
}

int
main(void)
{
#define START(name) cmocka_unit_test_setup_teardown(test_##name, begin, key_world_is_tidy)
	const struct CMUnitTest tests[] = {
	    START(hello__names_the_line_that_gpg_conf_lacks),
	    START(hello__names_the_line_that_gpg_conf_must_not_have),
	    START(hello__demands_a_home_that_is_ours_alone),
	    START(hello__demands_a_whole_sealing_key),
	    START(hello__demands_our_own_key_in_good_health),
	    START(hello__without_an_agent_is_to_be_tried_again),
	    START(hello__other_first_words_are_refused),
	    START(control__what_is_no_request_ends_it),
	    START(job__what_is_no_request_ends_the_job_alone),
	    START(job__several_after_one_another_are_served),
	    START(walls__stand_before_the_first_job),
	    START(walls__no_file_is_written),
	    START(make_sealing_key__never_writes_over_one),
	    START(main__wrong_words_are_a_usage_error),
	};

	return cmocka_run_group_tests(tests, key_world_make, key_world_end);
}
