/* A backup is whole though others write; a ledger that comes back from one does nothing blindly. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

#include <glib.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *
beside(const struct given *given, const char *name)
{
	return g_strconcat(given->folder, "/", name, NULL);
}

static void
run_sql(const char *path, const char *sql)
{
	sqlite3 *connection;

	assert_int_equal(sqlite3_open(path, &connection), SQLITE_OK);
	if (sqlite3_exec(connection, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(connection));
	(void)sqlite3_close(connection);
}

/* A case whose referral to mash waits to leave, with a receipt and a review. */
static void
open_case(struct given *given, unsigned number)
{
	struct outcome outcome;
	g_autofree char *referral = g_strdup_printf("mash%u", number);
	g_autofree char *receipt = g_strdup_printf("receipt%u", number);
	g_autofree char *review = g_strdup_printf("review%u", number);

	take_mail(given, number);
	struct job job = claim_job(given, "sort-1", NOW);
	given_outcome(&outcome, FATE_SORTED, "sort.concern");
	int mash = given_referral(&outcome, "mash", REFERRAL_READY, "route.rule");
	given_letter(&outcome, "referral", ENTRY_AGENCY, "mash", referral, mash);
	given_letter(&outcome, "receipt", ENTRY_OFFICER, "pc-okafor", receipt, -1);
	given_letter(&outcome, "review", ENTRY_DESK, "duty", review, -1);
	memcpy(outcome.payload_hash, given_hash(number + 1000), HASH_BYTES);
	finish_job(given, "sort-1", &job, &outcome, NOW);
}

static void
test_keeping__a_copy_is_one_moment_while_another_process_writes(void **state)
{
	struct given *given = *state;
	g_autofree char *path = beside(given, "copy.db");
	struct ledger *copy;
	struct stat file;
	int status;

	for (unsigned number = 1; number <= 20; number++)
		take_mail(given, number);
	ledger_closep(&given->ledger);
	pid_t child = fork();
	if (child == 0) {
		MUST(ledger_open(given->path, &given->ledger, &given->why));
		for (unsigned number = 21; number <= 200; number++)
			take_mail(given, number);
		_exit(0);
	}
	MUST(ledger_open(given->path, &given->ledger, &given->why));
	for (unsigned turn = 0; turn < 5; turn++) {
		(void)unlink(path);
		MUST(ledger_copy(given->ledger, path, NOW, &given->why));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0600);
	MUST(ledger_open(path, &copy, &given->why));
	struct ledger_status stands;
	MUST(ledger_status(copy, given->arena, &stands, &given->why));
	assert_int_equal(stands.backed_up_at, NOW);
	assert_in_range(stands.counts[0].count, 20, 200);
	ledger_close(copy);
	/* Never over a file that is there. */
	MUST_FAIL(ledger_copy(given->ledger, path, NOW, &given->why), REMEDY_STOP, "ledger.copy");
	MUST(ledger_status(given->ledger, given->arena, &stands, &given->why));
	assert_int_equal(stands.backed_up_at, 0);
	MUST(ledger_backed_up(given->ledger, NOW + 1, &given->why));
	MUST(ledger_status(given->ledger, given->arena, &stands, &given->why));
	assert_int_equal(stands.backed_up_at, NOW + 1);
}

static void
test_keeping__what_had_not_left_is_the_desks_to_decide(void **state)
{
	struct given *given = *state;
	struct restored restored;
	bool found;
	struct due_letter letter;

	/* One letter in each state in which it may yet leave: sending, waiting, ready. */
	open_case(given, 1);
	struct due_letter first = claim_letter(given, NOW);
	end_letter(given, first.id, LETTER_WAITS, NOW);
	(void)claim_letter(given, NOW);
	open_case(given, 2);
	MUST(ledger_backed_up(given->ledger, NOW, &given->why));
	MUST(ledger_restore(given->ledger, NOW + 86400, given->arena, &restored, &given->why));
	assert_int_equal(restored.backed_up_at, NOW);
	assert_int_equal(restored.held_count, 4);
	for (size_t at = 0; at < restored.held_count; at++)
		assert_string_not_equal(restored.held[at].to, "duty");
	/* The desk's own letters leave, no other; and the desk is told of each of those. */
	for (size_t desk = 0; desk < 2; desk++) {
		letter = claim_letter(given, NOW + 90000);
		assert_string_equal(letter.to, "duty");
		end_letter(given, letter.id, LETTER_SENT, NOW + 90000);
	}
	assert_no_letter(given, NOW + 900000);
	for (size_t at = 0; at < restored.held_count; at++) {
		struct outcome outcome;
		struct job job = claim_job(given, "sort-1", NOW + 90000);
		assert_int_equal(job.kind, JOB_NOTICE);
		assert_string_equal(job.letter_code, "restore.unsure");
		given_outcome(&outcome, FATE_SORTED, "letter.failed");
		outcome.opens_case = false;
		finish_job(given, "sort-1", &job, &outcome, NOW + 90000);
	}
	assert_no_job(given, NOW + 900000);
	struct case_row *cases;
	size_t count;
	MUST(ledger_cases(given->ledger, true, 0, 10, given->arena, &cases, &count, &given->why));
	assert_int_equal(count, 2);
	for (size_t at = 0; at < count; at++)
		assert_string_equal(
		    referral_stands(given, cases[at].reference.text, "mash"), "bounced");
	struct ledger_status stands;
	MUST(ledger_status(given->ledger, given->arena, &stands, &given->why));
	assert_int_equal(stands.restored_at, NOW + 86400);
	assert_int_equal(stands.restored_from, NOW);
	MUST(ledger_claim_letter(given->ledger, "deliver-1", NOW + 900000, LEASE, given->arena,
	    &letter, &found, &given->why));
	assert_false(found);
}

static size_t
recognise(struct given *given, const char *id)
{
	size_t recognised = 9;

	MUST(ledger_recognise(given->ledger, &id, 1, NOW + 90000, &recognised, &given->why));
	return recognised;
}

static void
test_keeping__a_letter_that_a_mail_names_has_left(void **state)
{
	struct given *given = *state;
	struct restored restored;
	struct case_row *cases;
	size_t count;

	/* given: two cases whose letters are in doubt, and of one the desk was told */
	open_case(given, 1);
	open_case(given, 2);
	MUST(ledger_restore(given->ledger, NOW + 86400, given->arena, &restored, &given->why));
	assert_int_equal(restored.held_count, 4);
	/* when: the referral of the first is named, and a mail names what is in no doubt or nobody's */
	assert_int_equal(recognise(given, "<mash1@wandle>"), 1);
	assert_int_equal(recognise(given, "<mash1@wandle>"), 0);
	assert_int_equal(recognise(given, "<review1@wandle>"), 0);
	assert_int_equal(recognise(given, "<nobody@wandle>"), 0);
	/* then: it is sent, nobody waits for that case, and the other is the desk's as before */
	MUST(ledger_cases(given->ledger, true, 0, 10, given->arena, &cases, &count, &given->why));
	assert_int_equal(count, 1);
	assert_string_equal(referral_stands(given, cases[0].reference.text, "mash"), "bounced");
	const char *waits = cases[0].reference.text;
	MUST(ledger_cases(given->ledger, false, 0, 10, given->arena, &cases, &count, &given->why));
	assert_int_equal(count, 2);
	const char *other = cases[strcmp(cases[0].reference.text, waits) == 0].reference.text;
	assert_string_equal(referral_stands(given, other, "mash"), "sent");
	assert_int_equal(count_events(given, other, "letter referral to mash: failed -> sent"), 1);
	/* and the desk is told of those alone that are left */
	for (size_t at = 1; at < restored.held_count; at++)
		assert_int_equal(claim_job(given, "sort-1", NOW + 90000).kind, JOB_NOTICE);
	assert_no_job(given, NOW + 90000);
	const char **flaws;
	MUST(ledger_check(given->ledger, given->arena, &flaws, &count, &given->why));
	assert_int_equal(count, 0);
}

static void
test_keeping__a_decision_not_yet_carried_out_is_made_anew(void **state)
{
	struct given *given = *state;
	struct restored restored;

	open_case(given, 1);
	struct case_row *cases;
	size_t count;
	MUST(ledger_cases(given->ledger, false, 0, 10, given->arena, &cases, &count, &given->why));
	struct desk_decision decision = {.reference = cases[0].reference,
	    .action = DESK_SEND,
	    .agency = "early-help",
	    .by = "server:root",
	    .reason = given_sealed(7)};
	MUST(ledger_add_decision(given->ledger, &decision, NOW, &given->why));
	MUST(ledger_restore(given->ledger, NOW + 1, given->arena, &restored, &given->why));
	assert_int_equal(restored.dropped_count, 1);
	assert_string_equal(restored.dropped[0].reference, cases[0].reference.text);
	assert_string_equal(restored.dropped[0].what, "send");
	assert_string_equal(restored.dropped[0].to, "early-help");
	assert_int_equal(
	    count_events(given, cases[0].reference.text, "decision: not carried out"), 1);
	for (size_t at = 0; at < restored.held_count; at++)
		assert_int_equal(claim_job(given, "sort-1", NOW + 2).kind, JOB_NOTICE);
	assert_no_job(given, NOW + 2);
}

/* --- more than fits into the memory of one transaction ------------------------------------------- */

enum { CROWD = 800 };

/* Letters that all wait, with replies so long that few of them are as many as tens of thousands. */
static void
add_waiting_letters(struct given *given)
{
	char sql[1024];

	open_case(given, 1);
	(void)snprintf(sql, sizeof sql,
	    "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < %d)"
	    " INSERT INTO letter (mail, reference, kind, to_kind, to_id, address, message_id,"
	    " urgency, state, code, changed_at, reply, ready_at, free_at)"
	    " SELECT mail, reference, kind, 'agency', 'mash', address, 'crowd-' || n, n %% 5,"
	    " 'waiting', 'smtp.later', changed_at, hex(zeroblob(50000)), ready_at, %d"
	    " FROM n, letter WHERE letter.id = 1;"
	    " UPDATE letter SET free_at = %d",
	    CROWD, NOW + 5000, NOW + 5000);
	run_sql(given->path, sql);
}

static bool
is_anybody(const char *owner)
{
	(void)owner;
	return true;
}

static void
test_keeping__leases_are_freed_however_many_letters_wait(void **state)
{
	struct given *given = *state;
	size_t freed = 9;

	add_waiting_letters(given);
	MUST(ledger_free_leases(given->ledger, is_anybody, NOW, 6000, 1800, &freed, &given->why));
	assert_int_equal(freed, 0);
	assert_no_letter(given, NOW);
	/* The clock was set back: all of them wait too long. */
	MUST(ledger_free_leases(given->ledger, is_anybody, NOW, 4000, 1800, &freed, &given->why));
	assert_in_range(freed, CROWD, CROWD + 3);
	MUST(ledger_free_leases(given->ledger, is_anybody, NOW, 4000, 1800, &freed, &given->why));
	assert_int_equal(freed, 0);
}

static void
test_keeping__a_restore_holds_however_many_letters_there_are(void **state)
{
	struct given *given = *state;
	CLEANUP(arena_closep) struct arena *arena = arena_open(1024 * 1024);
	struct restored restored;

	add_waiting_letters(given);
	MUST(ledger_restore(given->ledger, NOW + 1, arena, &restored, &given->why));
	assert_in_range(restored.held_count, CROWD, CROWD + 3);
	assert_string_equal(restored.held[CROWD - 1].to, "mash");
	MUST(ledger_restore(given->ledger, NOW + 2, arena, &restored, &given->why));
	assert_int_equal(restored.held_count, 0);
}

static void
test_keeping__a_letter_whose_bytes_are_gone_stops_no_other(void **state)
{
	struct given *given = *state;
	struct case_row *cases;
	size_t count;

	open_case(given, 1);
	open_case(given, 2);
	run_sql(given->path, "DELETE FROM letter_bytes WHERE letter = 1");
	for (unsigned letter = 0; letter < 5; letter++)
		end_letter(given, claim_letter(given, NOW).id, LETTER_SENT, NOW);
	assert_no_letter(given, NOW + 100 * LEASE);
	/* The desk is told, and the agency has not got it. */
	struct job job = claim_job(given, "sort-1", NOW);
	assert_int_equal(job.kind, JOB_NOTICE);
	assert_string_equal(job.letter_code, "letter.no-bytes");
	assert_string_equal(job.letter_to, "mash");
	MUST(ledger_cases(given->ledger, false, 0, 10, given->arena, &cases, &count, &given->why));
	assert_string_equal(referral_stands(given, cases[1].reference.text, "mash"), "bounced");
	assert_string_equal(referral_stands(given, cases[0].reference.text, "mash"), "sent");
}

/* --- what a check finds -------------------------------------------------------------------------- */

static void
assert_flaw(struct given *given, const char *sql, const char *says)
{
	const char **flaws;
	size_t count;

	run_sql(given->path, sql);
	MUST(ledger_check(given->ledger, given->arena, &flaws, &count, &given->why));
	for (size_t at = 0; at < count; at++)
		if (strstr(flaws[at], says))
			return;
	fail_msg("%s: %zu flaws, and none says \"%s\"", sql, count, says);
}

static void
test_keeping__a_check_finds_what_breaks_a_promise(void **state)
{
	struct given *given = *state;
	const char **flaws;
	size_t count;

	open_case(given, 1);
	take_mail(given, 2);
	MUST(ledger_check(given->ledger, given->arena, &flaws, &count, &given->why));
	assert_int_equal(count, 0);
	assert_flaw(given, "DELETE FROM job", "nothing is going to sort it");
	assert_flaw(given, "UPDATE letter SET free_at = NULL WHERE id = 1", "nothing is going to send it");
	assert_flaw(given, "UPDATE letter SET state = 'sent' WHERE id = 2", "would be sent again");
	assert_flaw(given, "DELETE FROM letter_bytes WHERE id = 1", "bytes are not there");
	assert_flaw(given, "UPDATE letter SET state = 'failed'", "no letter carries it");
	assert_flaw(given, "PRAGMA foreign_keys = OFF; UPDATE referral SET case_id = 99",
	    "names one of cases");
}

int
main(void)
{
#define IN_LEDGER(test) cmocka_unit_test_setup_teardown(test, given_setup, given_teardown)
	const struct CMUnitTest tests[] = {
	    IN_LEDGER(test_keeping__a_copy_is_one_moment_while_another_process_writes),
	    IN_LEDGER(test_keeping__what_had_not_left_is_the_desks_to_decide),
	    IN_LEDGER(test_keeping__a_letter_that_a_mail_names_has_left),
	    IN_LEDGER(test_keeping__a_decision_not_yet_carried_out_is_made_anew),
	    IN_LEDGER(test_keeping__leases_are_freed_however_many_letters_wait),
	    IN_LEDGER(test_keeping__a_restore_holds_however_many_letters_there_are),
	    IN_LEDGER(test_keeping__a_letter_whose_bytes_are_gone_stops_no_other),
	    IN_LEDGER(test_keeping__a_check_finds_what_breaks_a_promise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
