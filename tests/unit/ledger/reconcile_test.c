/* Reconciliation by the ledger's door: places, sightings, and rows that do not agree. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

#include <sqlite3.h>

static struct mail_place
handled_place(uint32_t uid)
{
	return (struct mail_place){ACCOUNT, "Handled", 7, uid};
}

static void
change_file(struct given *given, const char *sql, int rows)
{
	sqlite3 *file;

	assert_int_equal(sqlite3_open(given->path, &file), SQLITE_OK);
	assert_int_equal(sqlite3_exec(file, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_changes(file), rows);
	assert_int_equal(sqlite3_close(file), SQLITE_OK);
}

/* Something in the file is otherwise than the ledger left it. */
static void
damage(struct given *given, const char *sql)
{
	change_file(given, sql, 1);
}

/* The kinds that an audit finds, one after the other. */
static const char *
audit(struct given *given)
{
	struct audit_place place = {0};
	struct difference *found;
	size_t count;
	const char *all = "";

	while (!place.is_done) {
		MUST(ledger_audit(
		    given->ledger, NOW, &place, 100, given->arena, &found, &count, &given->why));
		for (size_t at = 0; at < count; at++) {
			assert_non_null(difference_words(found[at].kind));
			all = arena_print(
			    given->arena, "%s%s%s", all, *all ? " " : "", found[at].kind);
		}
	}
	return all;
}

/* A case with one referral, whose letter was sent. */
static void
give_sent_case(struct given *given)
{
	struct outcome *outcome = arena_take(given->arena, sizeof *outcome);

	take_mail(given, 1);
	struct job job = claim_job(given, "sort-1", NOW);
	given_outcome(outcome, FATE_SORTED, "sort.concern");
	int referral = given_referral(outcome, "phoenix", REFERRAL_READY, "route.rule");
	given_letter(outcome, "referral", ENTRY_AGENCY, "phoenix", "l1", referral);
	finish_job(given, "sort-1", &job, outcome, NOW);
	struct due_letter letter = claim_letter(given, NOW);
	end_letter(given, letter.id, LETTER_SENT, NOW);
	damage(given, "UPDATE letter SET reply = '250 2.0.0 Ok: queued as 4A1'");
}

static void
test_ledger_note_sighting__bytes_that_are_known_are_this_mail(void **state)
{
	struct given *given = *state;
	struct mail_label label = {.place = handled_place(3)};
	struct place_known known;

	take_mail(given, 1);
	MUST(ledger_find_place(given->ledger, &label.place, &known, &given->why));
	assert_false(known.is_known);
	MUST(ledger_note_sighting(given->ledger, &label, given_hash(1001), &known, &given->why));
	assert_true(known.is_known);
	int64_t mail = known.mail;
	assert_true(mail > 0);
	MUST(ledger_find_place(given->ledger, &label.place, &known, &given->why));
	assert_true(known.is_known && known.is_filed && known.mail == mail);
}

static void
test_ledger_note_sighting__other_bytes_are_not_noted(void **state)
{
	struct given *given = *state;
	struct mail_label label = {.place = handled_place(3)};
	struct place_known known;

	take_mail(given, 1);
	MUST(ledger_note_sighting(given->ledger, &label, given_hash(55), &known, &given->why));
	assert_false(known.is_known);
	MUST(ledger_find_place(given->ledger, &label.place, &known, &given->why));
	assert_false(known.is_known);
}

static void
test_ledger_note_sighting__without_bytes_a_mail_is_known_by_size_and_date(void **state)
{
	struct given *given = *state;
	struct mail_label label = given_label(1, 1);
	struct place_known known;

	take_mail(given, 1);
	label.place = handled_place(3);
	MUST(ledger_note_sighting(given->ledger, &label, NULL, &known, &given->why));
	assert_true(known.is_known && known.mail > 0);
	/* Another that is too large to be looked at: nobody has told the desk of it. */
	label.place = handled_place(4);
	label.bytes++;
	MUST(ledger_note_sighting(given->ledger, &label, NULL, &known, &given->why));
	assert_false(known.is_known);
	MUST(ledger_find_place(given->ledger, &label.place, &known, &given->why));
	assert_false(known.is_known);
}

static void
test_ledger_mails_alike__are_all_rows_of_the_same_bytes(void **state)
{
	struct given *given = *state;
	struct sealed_bytes sealed = given_sealed(9);
	struct mail_label again = given_label(1, 9);
	enum mail_added added;
	int64_t ids[4];
	size_t count;

	take_mail(given, 1);
	take_mail(given, 2);
	MUST(ledger_add_mail(
	    given->ledger, &again, &sealed, given_hash(1001), NOW, &added, &given->why));
	assert_int_equal(added, MAIL_SAME_BYTES);
	MUST(ledger_mails_alike(given->ledger, 3, ids, 4, &count, &given->why));
	assert_int_equal(count, 2);
	assert_int_equal(ids[0], 1);
	assert_int_equal(ids[1], 3);
	MUST(ledger_mails_alike(given->ledger, 2, ids, 4, &count, &given->why));
	assert_int_equal(count, 1);
}

static void
test_ledger_add_mail__what_was_found_is_filed_and_says_so_in_its_job(void **state)
{
	struct given *given = *state;
	struct sealed_bytes sealed = given_sealed(9);
	struct mail_label label = {.place = handled_place(4), .bytes = 9, .is_in_handled = true};
	struct place_known known;
	enum mail_added added;
	bool has_id;

	memset(label.outer_id_hash, 0x5a, HASH_BYTES);
	MUST(ledger_add_mail(
	    given->ledger, &label, &sealed, given_hash(9), NOW, &added, &given->why));
	assert_int_equal(added, MAIL_ADDED);
	MUST(ledger_find_place(given->ledger, &label.place, &known, &given->why));
	assert_true(known.is_known && known.is_filed && known.is_fetched);
	MUST(ledger_has_outer_id(given->ledger, label.outer_id_hash, &has_id, &given->why));
	assert_true(has_id);
	assert_true(claim_job(given, "sort-1", NOW).was_found);
}

static void
test_ledger_audit__a_ledger_that_was_left_alone_agrees_with_itself(void **state)
{
	struct given *given = *state;

	take_mail(given, 2);
	give_sent_case(given);
	assert_string_equal(audit(given), "");
}

static void
test_ledger_audit__names_each_row_that_does_not_agree(void **state)
{
	static const struct {
		const char *damage, *found;
	} ROWS[] = {
	    {"DELETE FROM job", "mail.no-job"},
	    {"UPDATE letter SET reply = NULL", "letter.no-reply"},
	    {"UPDATE letter SET reply = '451 later'", "letter.no-reply"},
	    {"UPDATE letter SET state = 'waiting', free_at = NULL",
		"letter.stuck referral.no-letter"},
	    {"UPDATE job SET free_at = 9999999999", "mail.no-job"},
	    {"UPDATE letter SET state = 'waiting', free_at = 9999999999",
		"letter.stuck referral.no-letter"},
	    {"UPDATE letter SET referral = NULL", "referral.no-letter"},
	    {"UPDATE mail SET state = 'held' WHERE is_case = 0", "mail.no-case"},
	};
	struct given *given = *state;

	for (size_t at = 0; at < COUNT_OF(ROWS); at++) {
		give_sent_case(given);
		take_mail(given, 2);
		damage(given, ROWS[at].damage);
		assert_string_equal(audit(given), ROWS[at].found);
		(void)given_teardown((void **)&given);
		(void)given_setup((void **)&given);
	}
	*state = given;
}

static void
test_ledger_audit__goes_on_where_the_last_call_stopped(void **state)
{
	enum { MAILS = 10100 };
	struct given *given = *state;
	struct audit_place place = {0};
	struct difference *found;
	size_t count, calls = 0, all = 0;

	change_file(given,
	    "INSERT INTO mail (account, folder, uid_validity, uid, size, arrived_at, taken_at,"
	    " is_filed, state, changed_at) WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL"
	    " SELECT n + 1 FROM number WHERE n < 10100) SELECT 'a', 'f', 1, n, 1, 1, 1, 1, 'held',"
	    " 1 FROM number",
	    MAILS);
	for (; !place.is_done; calls++) {
		CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)4 * 1024 * 1024);
		MUST(ledger_audit(given->ledger, NOW, &place, MAILS, arena, &found, &count,
		    &given->why));
		for (size_t at = 0; at < count; at++)
			assert_int_equal(found[at].subject, ++all);
	}
	/* new mail can come in between */
	assert_int_equal(calls, 2);
	assert_int_equal(all, MAILS);
}

static void
test_ledger_note_differences__news_are_told_once_and_settled_when_gone(void **state)
{
	struct given *given = *state;
	struct difference two[] = {{"mail.gone", 1, NOW}, {"mail.gone", 2, NOW}}, *all;
	size_t news, count;

	MUST(ledger_note_differences(given->ledger, two, 2, NOW, &news, &given->why));
	assert_int_equal(news, 2);
	MUST(ledger_note_differences(given->ledger, two, 1, NOW + 10, &news, &given->why));
	assert_int_equal(news, 0);
	MUST(ledger_settle_differences(given->ledger, NOW + 10, &given->why));
	MUST(ledger_differences(given->ledger, 10, given->arena, &all, &count, &given->why));
	assert_int_equal(count, 1);
	assert_string_equal(all[0].kind, "mail.gone");
	assert_int_equal(all[0].subject, 1);
	assert_int_equal(all[0].at, NOW);
}

static void
test_ledger_refile__is_to_be_filed_again(void **state)
{
	struct given *given = *state;
	uint32_t uids[4];
	int64_t ids[4];
	size_t count;

	take_mail(given, 1);
	MUST(ledger_unfiled(given->ledger, ACCOUNT, FOLDER, 1, uids, 4, &count, &given->why));
	assert_int_equal(count, 1);
	MUST(ledger_filed(given->ledger, ACCOUNT, FOLDER, 1, uids, 1, &given->why));
	MUST(ledger_filed_mails(given->ledger, 0, NOW, ids, 4, &count, &given->why));
	assert_int_equal(count, 1);
	MUST(ledger_refile(given->ledger, ids[0], &given->why));
	MUST(ledger_unfiled(given->ledger, ACCOUNT, FOLDER, 1, uids, 4, &count, &given->why));
	assert_int_equal(count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_setup, given_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_ledger_note_sighting__bytes_that_are_known_are_this_mail),
	    TEST(test_ledger_note_sighting__other_bytes_are_not_noted),
	    TEST(test_ledger_note_sighting__without_bytes_a_mail_is_known_by_size_and_date),
	    TEST(test_ledger_mails_alike__are_all_rows_of_the_same_bytes),
	    TEST(test_ledger_add_mail__what_was_found_is_filed_and_says_so_in_its_job),
	    TEST(test_ledger_audit__a_ledger_that_was_left_alone_agrees_with_itself),
	    TEST(test_ledger_audit__names_each_row_that_does_not_agree),
	    TEST(test_ledger_audit__goes_on_where_the_last_call_stopped),
	    TEST(test_ledger_note_differences__news_are_told_once_and_settled_when_gone),
	    TEST(test_ledger_refile__is_to_be_filed_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
