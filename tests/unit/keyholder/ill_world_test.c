/* When gpg, its agent or the keyring is ill, no mail is judged: the answer is to try again. */
/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "key_world.h"
#include "repack.h"

#include <cmocka.h>

static const char WORDS[] = "A concern about a child.\n";
static struct keeper keeper;
static int job;
static GBytes *good, *stranger, *alien, *junk;

static int
make_world(void **state)
{
	if (key_world_make(state) != 0)
		return -1;
	g_autoptr(GBytes) words = bytes_of(WORDS);
	good = run_gpg(world.others, words, "-r", world.own, "--encrypt", "--sign", "-u",
	    world.fingerprints[ALICE], NULL);
	stranger =
	    run_gpg(world.others, words, "--detach-sign", "-u", world.fingerprints[UNKNOWN], NULL);
	alien = run_gpg(world.others, words, "-r", world.fingerprints[UNKNOWN], "--encrypt", NULL);
	junk = bytes_of("no PGP at all");
	return 0;
}

static int
end_world(void **state)
{
	g_bytes_unref(good);
	g_bytes_unref(stranger);
	g_bytes_unref(alien);
	g_bytes_unref(junk);
	return key_world_end(state);
}

static int
begin(void **state)
{
	*state = arena_open(512u << 20);
	keeper = keeper_at_work(*state);
	job = keeper_job(&keeper);
	return 0;
}

static int
end(void **state)
{
	keeper_end_job(&keeper, job);
	keeper_end(&keeper);
	return key_world_is_tidy(state);
}

static int
end_killed(void **state)
{
	(void)close(job);
	return key_world_is_tidy(state);
}

/* Not one of these may be taken for a verdict. */
static void
every_answer_is_to_try_again(struct arena *arena)
{
	GBytes *const mails[] = {good, alien, junk};

	for (size_t at = 0; at < COUNT_OF(mails); at++) {
		struct key_opened opened;
		struct failure why = {0};
		if (ask_to_open(job, mails[at], arena, &opened, &why))
			fail_msg("mail %zu was judged: %d", at, opened.result);
		assert_string_equal(why.code, "key.agent");
		assert_int_equal(why.remedy, REMEDY_RETRY);
	}
}

static void
all_is_well_again(struct arena *arena)
{
	static const enum key_open_result RESULTS[] = {
	    KEY_OPENED, KEY_OPEN_NOT_FOR_US, KEY_OPEN_NOT_PGP};
	GBytes *const mails[] = {good, alien, junk};

	for (size_t at = 0; at < COUNT_OF(mails); at++) {
		struct key_opened opened;
		struct failure why = {0};
		if (!ask_to_open(job, mails[at], arena, &opened, &why))
			fail_msg("mail %zu: %s: %s", at, why.code, why.reason);
		assert_int_equal(opened.result, RESULTS[at]);
	}
}

static void
test_unseal__a_dead_agent_is_no_verdict(void **state)
{
	key_world_stop_agent();
	every_answer_is_to_try_again(*state);
	key_world_start_agent();
	all_is_well_again(*state);
}

static void
move_in_home(const char *from, const char *to)
{
	g_autofree char *old = g_build_filename(world.home, from, NULL);
	g_autofree char *new = g_build_filename(world.home, to, NULL);

	assert_int_equal(rename(old, new), 0);
}

static void
test_unseal__lost_secret_keys_are_no_verdict(void **state)
{
	move_in_home("private-keys-v1.d", "away");
	every_answer_is_to_try_again(*state);
	move_in_home("away", "private-keys-v1.d");
	all_is_well_again(*state);
}

static void
test_unseal__a_broken_keyring_is_no_verdict(void **state)
{
	g_autofree char *ring = g_build_filename(world.home, "pubring.kbx", NULL);
	CLEANUP(wire_done) struct wire_out request = {0};
	struct failure why = {0};
	struct wire_in in;

	move_in_home("pubring.kbx", "away");
	assert_true(g_file_set_contents(ring, "this is no keyring, whatever its name", -1, NULL));
	every_answer_is_to_try_again(*state);
	/* Nor is "nobody knows this signer" said while nobody is known. */
	wire_put_bytes(&request, WORDS, strlen(WORDS));
	wire_put_bytes(&request, g_bytes_get_data(stranger, NULL), g_bytes_get_size(stranger));
	assert_false(ask(job, KEY_VERIFY, &request, *state, &in, &why));
	assert_string_equal(why.code, "key.agent");
	move_in_home("away", "pubring.kbx");
	all_is_well_again(*state);
}

static void
test_seal__a_dead_agent_is_to_be_tried_again(void **state)
{
	CLEANUP(wire_done) struct wire_out request = {0};
	struct failure why = {0};
	struct wire_in in;

	key_world_stop_agent();
	wire_put_u32(&request, ENTRY_AGENCY);
	wire_put_text(&request, "mash");
	wire_put_bytes(&request, WORDS, strlen(WORDS));
	assert_false(ask(job, KEY_SEAL, &request, *state, &in, &why));
	assert_string_equal(why.code, "key.agent");
	assert_int_equal(why.remedy, REMEDY_RETRY);
	key_world_start_agent();
	assert_true(ask(job, KEY_SEAL, &request, *state, &in, &why));
}

static void
send_to_open(GBytes *mail)
{
	CLEANUP(wire_done) struct wire_out request = {0};
	struct failure why;

	wire_put_bytes(&request, g_bytes_get_data(mail, NULL), g_bytes_get_size(mail));
	assert_true(wire_send(job, KEY_OPEN, &request, wire_deadline(10), &why));
}

/* gpg, while it waits for an agent that is stopped: a child of the keyholder. */
static bool
gpg_is_at_work(void *about)
{
	int children[8], *found = about;
	size_t count = children_of(keeper.process, children, COUNT_OF(children));

	for (size_t at = 0; at < count; at++) {
		char path[64], name[64] = "";
		(void)snprintf(path, sizeof path, "/proc/%d/comm", children[at]);
		FILE *file = fopen(path, "re");
		if (!file)
			continue;
		bool is_gpg = fgets(name, sizeof name, file) && strcmp(name, "gpg\n") == 0;
		(void)fclose(file);
		*found = children[at];
		if (is_gpg)
			return true;
	}
	return false;
}

static void
test_unseal__a_killed_gpg_is_no_verdict(void **state)
{
	struct failure why = {0};
	struct wire_in in;
	uint32_t kind;
	int agent = key_world_agent(), gpg;

	key_world_freeze(agent);
	send_to_open(good);
	assert_true(comes_true(gpg_is_at_work, &gpg));
	assert_int_equal(kill(gpg, SIGKILL), 0);
	assert_int_equal(kill(agent, SIGCONT), 0);
	assert_true(
	    wire_receive(job, *state, KEY_FRAME_MAX_BYTES, wire_deadline(60), &kind, &in, &why));
	if (kind == KEY_ANSWER_OK) {
		struct key_opened opened;
		assert_true(key_get_opened(&in, *state, &opened));
		fail_msg("it was judged: %d", opened.result);
	}
	key_get_failure(&in, *state, &why);
	assert_string_equal(why.code, "key.agent");
	all_is_well_again(*state);
}

/* gpgme waits for ever; sort has the deadline, and kills the whole group so that no gpg is left. */
static void
test_unseal__a_stopped_agent_ends_with_the_group(void **state)
{
	struct failure why = {0};
	struct wire_in in;
	uint32_t kind;
	int agent = key_world_agent(), gpg;

	key_world_freeze(agent);
	send_to_open(good);
	assert_true(comes_true(gpg_is_at_work, &gpg));
	assert_false(
	    wire_receive(job, *state, KEY_FRAME_MAX_BYTES, wire_deadline(1), &kind, &in, &why));
	assert_string_equal(why.code, "wire.deadline");
	keeper_kill(&keeper);
	assert_int_equal(kill(agent, SIGCONT), 0);
}

/*
 * It cannot see that the line is closed while gpgme waits for an agent that is stopped. gpg itself
 * ends as soon as it finds nobody to write to.
 */
static void
test_keyholder__ends_with_its_parent_and_leaves_nothing(void **state)
{
	int lines[2], gpg, agent = key_world_agent();

	(void)state;
	assert_int_equal(pipe(lines), 0);
	pid_t parent = fork();
	if (parent == 0) {
		keeper = keeper_at_work(arena_open(512u << 20));
		key_world_freeze(agent);
		job = keeper_job(&keeper);
		send_to_open(good);
		(void)write(lines[1], &keeper, sizeof keeper);
		(void)pause();
		_exit(0);
	}
	struct keeper ours = keeper;
	assert_int_equal(read(lines[0], &keeper, sizeof keeper), sizeof keeper);
	assert_true(comes_true(gpg_is_at_work, &gpg));
	assert_int_equal(kill(parent, SIGKILL), 0);
	assert_int_equal(waitpid(parent, NULL, 0), parent);
	bool is_gone = comes_true(has_ended, &keeper.process);
	assert_int_equal(kill(agent, SIGCONT), 0);
	assert_true(is_gone);
	keeper = ours;
	(void)close(lines[0]);
	(void)close(lines[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_unseal__a_dead_agent_is_no_verdict, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_unseal__lost_secret_keys_are_no_verdict, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_unseal__a_broken_keyring_is_no_verdict, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_seal__a_dead_agent_is_to_be_tried_again, begin, end),
	    cmocka_unit_test_setup_teardown(test_unseal__a_killed_gpg_is_no_verdict, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_unseal__a_stopped_agent_ends_with_the_group, begin, end_killed),
	    cmocka_unit_test_setup_teardown(
		test_keyholder__ends_with_its_parent_and_leaves_nothing, begin, end),
	};

	return cmocka_run_group_tests(tests, make_world, end_world);
}
