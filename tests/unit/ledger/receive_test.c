/* Taking mails in by the ledger's door, and what still lies in the mailbox. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

static enum mail_added
add_at(struct given *given, struct mail_label label, unsigned bytes)
{
	struct sealed_bytes sealed = given_sealed(bytes);
	enum mail_added added;
	static unsigned next;

	memcpy(sealed.seal_id + 4, &next, sizeof next);
	next++;
	MUST(ledger_add_mail(
	    given->ledger, &label, &sealed, given_hash(bytes), NOW, &added, &given->why));
	return added;
}

static enum mail_added
add_unfetched(struct given *given, struct mail_label label)
{
	enum mail_added added;

	MUST(ledger_add_unfetched(
	    given->ledger, &label, "mail.too-large", NOW, &added, &given->why));
	return added;
}

static uint32_t
last_uid(struct given *given, uint32_t uid_validity)
{
	uint32_t uid = 77;

	MUST(ledger_last_uid(
	    given->ledger, ACCOUNT, FOLDER, uid_validity, &uid, &given->why));
	return uid;
}

static size_t
unfiled(struct given *given, uint32_t uid_validity, uint32_t *uids, size_t room)
{
	size_t count;

	MUST(ledger_unfiled(
	    given->ledger, ACCOUNT, FOLDER, uid_validity, uids, room, &count, &given->why));
	return count;
}

static void
test_ledger_add_mail__the_bytes_come_back_in_the_job(void **state)
{
	struct given *given = *state;
	struct sealed_bytes sealed = given_sealed(5);

	take_mail(given, 5);
	given_reopen(given);
	struct job job = claim_job(given, "sort-1", NOW);
	assert_int_equal(job.kind, JOB_MAIL);
	assert_int_equal(job.attempt, 1);
	assert_int_equal(job.mail_id, job.id);
	assert_int_equal(job.received_at, NOW - 1000 + 5);
	assert_null(job.unfetched_code);
	assert_true(job.has_sealed);
	assert_memory_equal(job.sealed.seal_id, sealed.seal_id, SEAL_ID_BYTES);
	assert_memory_equal(job.sealed.boxed_key, sealed.boxed_key, BOXED_KEY_BYTES);
	assert_int_equal(job.sealed.length, sealed.length);
	assert_memory_equal(job.sealed.bytes, sealed.bytes, sealed.length);
}

static void
test_ledger_add_mail__the_same_place_is_known(void **state)
{
	struct given *given = *state;

	assert_int_equal(add_at(given, given_label(1, 5), 1), MAIL_ADDED);
	assert_int_equal(add_at(given, given_label(1, 5), 1), MAIL_KNOWN);
	(void)claim_job(given, "sort-1", NOW);
	assert_no_job(given, NOW);
}

static void
test_ledger_add_mail__a_uid_that_is_given_out_again_is_another_mails(void **state)
{
	struct given *given = *state;
	uint32_t uids[4];

	for (int again = 1; again <= 3; again++)
		assert_int_equal(add_at(given, given_label(1, 5), again), MAIL_ADDED);
	assert_int_equal(add_at(given, given_label(1, 5), 3), MAIL_KNOWN);
	/* each has its job; only the last one lies there */
	for (int again = 1; again <= 3; again++)
		(void)claim_job(given, "sort-1", NOW);
	assert_no_job(given, NOW);
	assert_int_equal(unfiled(given, 1, uids, 4), 1);
	assert_int_equal(uids[0], 5);
}

static void
test_ledger_add_mail__the_same_bytes_elsewhere_are_set_aside_and_filed(void **state)
{
	struct given *given = *state;
	uint32_t uids[4];
	struct mail_label elsewhere = given_label(1, 9);

	assert_int_equal(add_at(given, given_label(1, 5), 1), MAIL_ADDED);
	assert_int_equal(add_at(given, given_label(1, 6), 1), MAIL_SAME_BYTES);
	elsewhere.place.account = "second@localhost:993";
	assert_int_equal(add_at(given, elsewhere, 1), MAIL_SAME_BYTES);
	assert_int_equal(unfiled(given, 1, uids, 4), 2);
	(void)claim_job(given, "sort-1", NOW);
	assert_no_job(given, NOW);
}

static void
test_ledger_add_mail__a_renumbered_mail_keeps_its_row(void **state)
{
	struct given *given = *state;
	uint32_t uids[4];

	assert_int_equal(add_at(given, given_label(1, 5), 1), MAIL_ADDED);
	assert_int_equal(add_at(given, given_label(1, 6), 1), MAIL_SAME_BYTES);
	MUST(ledger_filed(given->ledger, ACCOUNT, FOLDER, 1, (uint32_t[]){5}, 1, &given->why));
	/* The server shows both again, under new numbers: one row follows each. */
	assert_int_equal(add_at(given, given_label(2, 1), 1), MAIL_SAME_BYTES);
	assert_int_equal(add_at(given, given_label(2, 2), 1), MAIL_SAME_BYTES);
	assert_int_equal(last_uid(given, 1), 0);
	assert_int_equal(last_uid(given, 2), 2);
	assert_int_equal(unfiled(given, 2, uids, 4), 2);
	assert_int_equal(add_at(given, given_label(2, 1), 1), MAIL_KNOWN);
	(void)claim_job(given, "sort-1", NOW);
	assert_no_job(given, NOW);
}

static void
test_ledger_add_unfetched__the_desk_gets_a_job_and_the_mail_stays(void **state)
{
	struct given *given = *state;
	uint32_t uids[4];

	assert_int_equal(add_unfetched(given, given_label(1, 8)), MAIL_ADDED);
	assert_int_equal(add_unfetched(given, given_label(1, 8)), MAIL_KNOWN);
	assert_int_equal(unfiled(given, 1, uids, 4), 0);
	assert_int_equal(last_uid(given, 1), 8);
	struct job job = claim_job(given, "sort-1", NOW);
	assert_false(job.has_sealed);
	assert_string_equal(job.unfetched_code, "mail.too-large");
	/* Re-numbered, it is known by its size and date, and the desk is not told twice. */
	struct mail_label again = given_label(1, 8);
	again.place.uid_validity = 2;
	again.place.uid = 1;
	assert_int_equal(add_unfetched(given, again), MAIL_SAME_BYTES);
	assert_int_equal(unfiled(given, 2, uids, 4), 0);
	assert_no_job(given, NOW);
	/* A mail that was fetched is no match for one that was not. */
	struct mail_label fetched = given_label(2, 30), too_large = given_label(3, 30);
	assert_int_equal(add_at(given, fetched, 1), MAIL_ADDED);
	assert_int_equal(add_unfetched(given, too_large), MAIL_ADDED);
}

static size_t
unfetched(struct given *given, uint32_t above, size_t max_bytes)
{
	struct mail_place place = {ACCOUNT, FOLDER, 1, above};
	uint32_t uids[4];
	size_t count;

	MUST(ledger_unfetched(given->ledger, &place, max_bytes, uids, 4, &count, &given->why));
	return count;
}

static void
test_ledger_unfetched__one_that_is_handed_out_later_is_a_mail_like_any_other(void **state)
{
	struct given *given = *state;
	struct mail_label label = given_label(1, 8);
	struct outcome outcome;

	/* given: the desk was told of it, and another waits for that */
	assert_int_equal(add_unfetched(given, label), MAIL_ADDED);
	struct job job = claim_job(given, "sort-1", NOW);
	given_outcome(&outcome, FATE_HELD, "mail.unfetchable");
	finish_job(given, "sort-1", &job, &outcome, NOW);
	assert_string_equal(show_case(given, job.reference.text).row.state, "held");
	struct mail_label other = given_label(1, 9);
	assert_int_equal(add_unfetched(given, other), MAIL_ADDED);
	struct sealed_bytes sealed = given_sealed(4);
	enum mail_added added;
	MUST_FAIL(ledger_add_mail(given->ledger, &other, &sealed, given_hash(4), NOW, &added, &given->why),
	    REMEDY_RETRY, "ledger.facts");
	job = claim_job(given, "sort-1", NOW);
	finish_job(given, "sort-1", &job, &outcome, NOW);
	assert_int_equal(unfetched(given, 0, other.bytes), 2);
	assert_int_equal(unfetched(given, 8, other.bytes), 1);
	assert_int_equal(unfetched(given, 0, other.bytes - 1), 1);
	/* when */
	assert_int_equal(add_at(given, label, 3), MAIL_ADDED);
	assert_int_equal(add_at(given, other, 4), MAIL_ADDED);
	assert_int_equal(add_at(given, label, 3), MAIL_KNOWN);
	/* then: nobody is to look any more, and both are sorted */
	assert_int_equal(unfetched(given, 0, other.bytes), 0);
	assert_string_equal(show_case(given, job.reference.text).row.state, "closed");
	for (unsigned at = 0; at < 2; at++)
		assert_true(claim_job(given, "sort-1", NOW).has_sealed);
	assert_no_job(given, NOW);
}

static void
test_ledger_add_unfetched__a_uid_that_is_given_out_again_is_another_mails(void **state)
{
	struct given *given = *state;
	struct mail_label large = given_label(1, 5), later = given_label(1, 5);
	uint32_t uids[4];

	large.bytes = later.bytes = 400000000;
	later.arrived_at += 60;
	/* What is there now was neither fetched nor said to be of this size or of this date. */
	assert_int_equal(add_at(given, given_label(1, 5), 1), MAIL_ADDED);
	assert_int_equal(add_unfetched(given, large), MAIL_ADDED);
	assert_int_equal(add_unfetched(given, large), MAIL_KNOWN);
	assert_int_equal(add_unfetched(given, later), MAIL_ADDED);
	/* each has its job, and nothing that nobody has read is moved away */
	for (int each = 1; each <= 3; each++)
		(void)claim_job(given, "sort-1", NOW);
	assert_no_job(given, NOW);
	assert_int_equal(unfiled(given, 1, uids, 4), 0);
}

static void
test_ledger_add_unfetched__a_mail_that_was_fetched_is_known_by_size_and_date(void **state)
{
	struct given *given = *state;

	/* It lies there still, and the administrator has lowered what may be fetched. */
	assert_int_equal(add_at(given, given_label(1, 5), 1), MAIL_ADDED);
	assert_int_equal(add_unfetched(given, given_label(1, 5)), MAIL_KNOWN);
	(void)claim_job(given, "sort-1", NOW);
	assert_no_job(given, NOW);
}

static void
test_ledger_last_uid__is_of_the_folder_and_its_numbering(void **state)
{
	struct given *given = *state;
	struct mail_label other = given_label(1, 500);

	other.place.folder = "Junk";
	assert_int_equal(last_uid(given, 1), 0);
	(void)add_at(given, given_label(1, 5), 1);
	(void)add_at(given, given_label(1, 12), 2);
	(void)add_at(given, other, 3);
	(void)add_at(given, given_label(2, 4000000000u), 4);
	assert_int_equal(last_uid(given, 1), 12);
	assert_int_equal(last_uid(given, 2), 4000000000u);
	assert_int_equal(last_uid(given, 3), 0);
}

static void
test_ledger_filed__filed_mails_are_not_named_again(void **state)
{
	struct given *given = *state;
	uint32_t uids[8];

	for (unsigned uid = 1; uid <= 5; uid++)
		(void)add_at(given, given_label(1, uid), uid);
	assert_int_equal(unfiled(given, 1, uids, 8), 5);
	assert_int_equal(uids[0], 1);
	assert_int_equal(uids[4], 5);
	assert_int_equal(unfiled(given, 1, uids, 2), 2);
	assert_int_equal(unfiled(given, 1, uids, 0), 0);
	/* 99 is not ours: a person moved it. */
	MUST(ledger_filed(
	    given->ledger, ACCOUNT, FOLDER, 1, (uint32_t[]){1, 99, 3}, 3, &given->why));
	assert_int_equal(unfiled(given, 1, uids, 8), 3);
	assert_int_equal(uids[0], 2);
	assert_int_equal(uids[1], 4);
}

int
main(void)
{
#define IN_LEDGER(test) cmocka_unit_test_setup_teardown(test, given_setup, given_teardown)
	const struct CMUnitTest tests[] = {
	    IN_LEDGER(test_ledger_add_mail__the_bytes_come_back_in_the_job),
	    IN_LEDGER(test_ledger_add_mail__the_same_place_is_known),
	    IN_LEDGER(test_ledger_add_mail__a_uid_that_is_given_out_again_is_another_mails),
	    IN_LEDGER(test_ledger_add_mail__the_same_bytes_elsewhere_are_set_aside_and_filed),
	    IN_LEDGER(test_ledger_add_mail__a_renumbered_mail_keeps_its_row),
	    IN_LEDGER(test_ledger_add_unfetched__the_desk_gets_a_job_and_the_mail_stays),
	    IN_LEDGER(test_ledger_add_unfetched__a_uid_that_is_given_out_again_is_another_mails),
	    IN_LEDGER(test_ledger_add_unfetched__a_mail_that_was_fetched_is_known_by_size_and_date),
	    IN_LEDGER(test_ledger_unfetched__one_that_is_handed_out_later_is_a_mail_like_any_other),
	    IN_LEDGER(test_ledger_last_uid__is_of_the_folder_and_its_numbering),
	    IN_LEDGER(test_ledger_filed__filed_mails_are_not_named_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
