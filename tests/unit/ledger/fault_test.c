/* A disk that fails at the n-th write or sync: the ledger stops cleanly, and loses nothing. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

#include <glib.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bad_disk.h"
#include "life.h"

struct place {
	char folder[64];
	char path[96], sink[96];
};

static void
make_place(struct place *place)
{
	given_folder(place->folder);
	(void)snprintf(place->path, sizeof place->path, "%s/ledger.db", place->folder);
	(void)snprintf(place->sink, sizeof place->sink, "%s/sink", place->folder);
}

static void
assert_clean(const struct failure *why, enum disk_fault fault)
{
	/* A full disk may also be met where SQLite can only call it an error. */
	bool is_full = strcmp(why->code, "ledger.full") == 0;
	bool is_damaged = strcmp(why->code, "ledger.damaged") == 0;

	if (!is_damaged && !(is_full && fault == DISK_FULL))
		fail_msg("%s: %s", why->code, why->reason);
	assert_int_equal(why->remedy, REMEDY_STOP);
}

/* One life with a fault at the n-th operation, then a good disk; false when the fault was not met. */
static bool
live_with_fault(enum disk_fault fault, unsigned n, bool for_ever, const char *expected)
{
	struct place place;
	struct failure why;

	make_place(&place);
	bad_disk_fail_at(fault, n, for_ever);
	bool ended = life_run(place.path, place.sink, NOW, &why);
	bool met = bad_disk_failed();
	bad_disk_fail_at(fault, 0, false);
	if (!ended)
		assert_clean(&why, fault);
	/* A checkpoint that fails is made up for later: the commits before it are in the log. */
	if (!met)
		assert_true(ended);
	if (!life_run(place.path, place.sink, NOW + 100000, &why))
		fail_msg("after %d at %u: %s: %s", (int)fault, n, why.code, why.reason);
	g_autofree char *end = life_end(place.path);
	assert_string_equal(end, expected);
	(void)life_duplicates(place.path, place.sink);
	given_no_folder(place.folder);
	return met;
}

/* The sanitizers take four times as long: there a part of all moments must do. */
#ifdef __SANITIZE_ADDRESS__
enum { SPREAD = 5 };
#else
enum { SPREAD = 1 };
#endif

/* At the first, and then each `stride` further, until a life does not meet the fault any more. */
static void
run_until_not_met(enum disk_fault fault, bool for_ever, unsigned stride)
{
	struct place whole;
	struct failure why;
	unsigned n = 1;

	bad_disk_fail_at(fault, 0, false);
	make_place(&whole);
	assert_true(life_run(whole.path, whole.sink, NOW, &why));
	g_autofree char *expected = life_end(whole.path);
	given_no_folder(whole.folder);
	while (live_with_fault(fault, n, for_ever, expected))
		n += stride * SPREAD;
	assert_true(n > 30);
}

static void
test_fault__no_room_at_each_write(void **state)
{
	(void)state;
	run_until_not_met(DISK_FULL, false, 1);
}

static void
test_fault__no_room_from_many_writes_on(void **state)
{
	(void)state;
	run_until_not_met(DISK_FULL, true, 7);
}

static void
test_fault__an_error_at_many_writes(void **state)
{
	(void)state;
	run_until_not_met(DISK_WRITE_ERROR, false, 7);
}

static void
test_fault__an_error_at_each_sync(void **state)
{
	(void)state;
	run_until_not_met(DISK_SYNC_ERROR, false, 1);
}

static void
test_fault__errors_from_each_sync_on(void **state)
{
	(void)state;
	run_until_not_met(DISK_SYNC_ERROR, true, 1);
}

/* A life whose power is cut at the n-th sync; false when it had fewer. */
static bool
live_until_power_cut(const struct place *place, unsigned n, int64_t now)
{
	int status;

	pid_t child = fork();
	if (child == 0) {
		struct failure why;

		bad_disk_fail_at(DISK_POWER_CUT, n, false);
		_exit(life_run(place->path, place->sink, now, &why) ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == POWER_CUT_EXIT);
	return WEXITSTATUS(status) == POWER_CUT_EXIT;
}

/* At each sync of a life, `stride` apart; and once more on the way back up. */
static void
cut_power_at_each_sync(unsigned stride, unsigned seed)
{
	struct place whole;
	struct failure why;
	unsigned n = 1;
	bool was_cut = true;

	make_place(&whole);
	assert_true(life_run(whole.path, whole.sink, NOW, &why));
	g_autofree char *expected = life_end(whole.path);
	given_no_folder(whole.folder);
	for (; was_cut; n += stride * SPREAD) {
		struct place place;

		make_place(&place);
		bad_disk_scramble(seed ? seed + n : 0);
		bad_disk_leave_index(seed ? (int)(n * 5 % 13) : INDEX_KEPT);
		was_cut = live_until_power_cut(&place, n, NOW);
		if (was_cut)
			(void)live_until_power_cut(&place, n * 7 % 11 + 1, NOW + 100000);
		assert_false(live_until_power_cut(&place, 100000, NOW + 200000));
		g_autofree char *end = life_end(place.path);
		assert_string_equal(end, expected);
		(void)life_duplicates(place.path, place.sink);
		given_no_folder(place.folder);
	}
	bad_disk_scramble(0);
	bad_disk_leave_index(INDEX_KEPT);
	assert_true(n > 30);
}

/*
 * All that was told to be on the disk is there: a letter the server accepted is one the ledger
 * has, and none is accepted twice but in the window. With synchronous=NORMAL this fails.
 */
static void
test_fault__a_power_cut_at_each_sync_loses_no_commit(void **state)
{
	(void)state;
	cut_power_at_each_sync(1, 0);
}

static void
test_fault__writes_that_a_power_cut_reorders_and_tears_lose_no_commit(void **state)
{
	(void)state;
	cut_power_at_each_sync(3, 20261125);
}

enum { LOG_MAILS = 260, CUT_AT = 250, STOPPED = 77 };

/* Takes mails in until the power goes, after the log has begun anew; *told counts those committed. */
static void
take_until_power_cut(const char *path, int index, uint32_t *told)
{
	struct failure why = {0};
	struct ledger *ledger;
	enum mail_added added;

	bad_disk_leave_index(index);
	if (!ledger_make(path, &ledger, &why))
		_exit(STOPPED);
	for (uint32_t uid = 1; uid <= LOG_MAILS; uid++) {
		struct mail_label label = given_label(1, uid);
		struct sealed_bytes sealed = given_sealed(uid);

		if (uid == CUT_AT)
			bad_disk_fail_at(DISK_POWER_CUT, 3, false);
		if (!ledger_add_mail(
			ledger, &label, &sealed, given_hash(uid), NOW, &added, &why))
			_exit(STOPPED);
		*told = uid;
	}
	_exit(STOPPED);
}

/*
 * The kernel writes the index back when it likes: after a power cut it may be one of long ago, of a
 * log that was copied into the database and begun anew since.
 */
static void
test_fault__an_index_that_is_older_than_the_log_is_no_damage(void **state)
{
	static const int INDICES[] = {INDEX_KEPT, INDEX_ZEROED, 5, 20, 60, 150, CUT_AT - 10};
	uint32_t *told = mmap(
	    NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	(void)state;
	for (size_t at = 0; at < COUNT_OF(INDICES); at++) {
		struct place place;
		struct failure why;
		struct ledger *ledger;
		uint32_t last;
		int status;

		make_place(&place);
		pid_t child = fork();
		if (child == 0)
			take_until_power_cut(place.path, INDICES[at], told);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == POWER_CUT_EXIT);
		if (!ledger_open(place.path, &ledger, &why))
			fail_msg("index %d: %s: %s", INDICES[at], why.code, why.reason);
		assert_true(ledger_last_uid(ledger, ACCOUNT, FOLDER, 1, &last, &why));
		assert_in_range(last, *told, *told + 1);
		assert_true(*told >= CUT_AT);
		ledger_close(ledger);
		given_no_folder(place.folder);
	}
	(void)munmap(told, sizeof *told);
}

/* The control: where commits are not synced, the same cut loses letters that were accepted. */
static void
test_fault__without_syncs_a_power_cut_loses_what_was_told(void **state)
{
	struct place place;
	struct ledger *ledger;
	struct ledger_status stands;
	struct failure why;
	g_autofree char *sink = NULL;

	(void)state;
	make_place(&place);
	CLEANUP(arena_closep) struct arena *arena = arena_open(1024 * 1024);
	bad_disk_forget_log_syncs(true);
	bool was_cut = live_until_power_cut(&place, 1, NOW);
	for (unsigned n = 2; was_cut && !g_file_get_contents(place.sink, &sink, NULL, NULL); n++) {
		given_no_folder(place.folder);
		make_place(&place);
		was_cut = live_until_power_cut(&place, n, NOW);
	}
	bad_disk_forget_log_syncs(false);
	assert_true(was_cut && sink && *sink);
	/* The log's index tells of the loss, as long as it is there; without it, nothing does. */
	assert_false(ledger_open(place.path, &ledger, &why));
	assert_true(!strcmp(why.code, "ledger.damaged") || !strcmp(why.code, "ledger.missing"));
	g_autofree char *index = g_strconcat(place.path, "-shm", NULL);
	(void)unlink(index);
	if (ledger_open(place.path, &ledger, &why)) {
		assert_true(ledger_status(ledger, arena, &stands, &why));
		for (size_t at = 0; at < stands.count_count; at++)
			if (strcmp(stands.counts[at].what, "letter") == 0 &&
			    strcmp(stands.counts[at].state, "sent") == 0)
				assert_int_equal(stands.counts[at].count, 0);
		ledger_close(ledger);
	} else
		assert_string_equal(why.code, "ledger.missing");
	given_no_folder(place.folder);
}

static void
test_fault__every_commit_is_synced(void **state)
{
	struct given *given = *state;

	for (unsigned number = 1; number <= 5; number++) {
		unsigned before = bad_disk_log_syncs();
		take_mail(given, number);
		assert_true(bad_disk_log_syncs() > before);
	}
}

static void
test_fault__after_damage_the_handle_does_nothing_more(void **state)
{
	struct given *given = *state;
	struct mail_label label = given_label(1, 2);
	struct sealed_bytes sealed = given_sealed(2);
	enum mail_added added;
	uint32_t uid;

	take_mail(given, 1);
	bad_disk_fail_at(DISK_SYNC_ERROR, 1, false);
	MUST_FAIL(ledger_add_mail(
		      given->ledger, &label, &sealed, given_hash(2), NOW, &added, &given->why),
	    REMEDY_STOP, "ledger.damaged");
	/* The disk is well again, and it makes no difference. */
	MUST_FAIL(ledger_add_mail(
		      given->ledger, &label, &sealed, given_hash(2), NOW, &added, &given->why),
	    REMEDY_STOP, "ledger.damaged");
	MUST_FAIL(ledger_last_uid(given->ledger, ACCOUNT, FOLDER, 1, &uid, &given->why),
	    REMEDY_STOP, "ledger.damaged");
	/* Closing copies nothing from a log that nobody can vouch for. */
	g_autofree char *log = g_strconcat(given->path, "-wal", NULL);
	ledger_closep(&given->ledger);
	assert_int_equal(access(log, F_OK), 0);
	MUST(ledger_open(given->path, &given->ledger, &given->why));
	MUST(ledger_last_uid(given->ledger, ACCOUNT, FOLDER, 1, &uid, &given->why));
	assert_in_range(uid, 1, 2);
}

/* The commits are in the log; but the disk does not keep what is written to it. */
static void
test_fault__a_checkpoint_that_cannot_be_synced_stops_the_work(void **state)
{
	struct given *given = *state;
	struct mail_label label = given_label(1, 9999);
	struct sealed_bytes sealed = given_sealed(9999);
	enum mail_added added;
	struct job job;
	unsigned number = 0;
	uint32_t uid;
	bool found;

	bad_disk_fail_at(DISK_FILE_SYNC_ERROR, 1, false);
	while (!bad_disk_failed())
		take_mail(given, ++number);
	MUST_FAIL(ledger_claim_job(given->ledger, "sort-1", "W", 2026, NOW, LEASE, given->arena,
		      &job, &found, &given->why),
	    REMEDY_STOP, "ledger.damaged");
	MUST_FAIL(ledger_add_mail(given->ledger, &label, &sealed, given_hash(9999), NOW, &added,
		      &given->why),
	    REMEDY_STOP, "ledger.damaged");
	given_reopen(given);
	MUST(ledger_last_uid(given->ledger, ACCOUNT, FOLDER, 1, &uid, &given->why));
	assert_int_equal(uid, number);
	for (; number < 400; number++)
		take_mail(given, number + 1);
}

static void
test_fault__a_full_disk_is_no_damage(void **state)
{
	struct given *given = *state;
	struct mail_label label = given_label(1, 2);
	struct sealed_bytes sealed = given_sealed(2);
	enum mail_added added;

	bad_disk_fail_at(DISK_FULL, 1, false);
	MUST_FAIL(ledger_add_mail(
		      given->ledger, &label, &sealed, given_hash(2), NOW, &added, &given->why),
	    REMEDY_STOP, "ledger.full");
	MUST(ledger_add_mail(
	    given->ledger, &label, &sealed, given_hash(2), NOW, &added, &given->why));
	assert_int_equal(added, MAIL_ADDED);
}

int
main(void)
{
#define IN_LEDGER(test) cmocka_unit_test_setup_teardown(test, given_setup, given_teardown)
	const struct CMUnitTest tests[] = {
	    IN_LEDGER(test_fault__every_commit_is_synced),
	    IN_LEDGER(test_fault__after_damage_the_handle_does_nothing_more),
	    IN_LEDGER(test_fault__a_checkpoint_that_cannot_be_synced_stops_the_work),
	    IN_LEDGER(test_fault__a_full_disk_is_no_damage),
	    cmocka_unit_test(test_fault__an_index_that_is_older_than_the_log_is_no_damage),
	    cmocka_unit_test(test_fault__without_syncs_a_power_cut_loses_what_was_told),
	    cmocka_unit_test(test_fault__a_power_cut_at_each_sync_loses_no_commit),
	    cmocka_unit_test(test_fault__writes_that_a_power_cut_reorders_and_tears_lose_no_commit),
	    cmocka_unit_test(test_fault__no_room_at_each_write),
	    cmocka_unit_test(test_fault__no_room_from_many_writes_on),
	    cmocka_unit_test(test_fault__an_error_at_many_writes),
	    cmocka_unit_test(test_fault__an_error_at_each_sync),
	    cmocka_unit_test(test_fault__errors_from_each_sync_on),
	};

	bad_disk_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
