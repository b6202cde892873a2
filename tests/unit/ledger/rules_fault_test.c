/* What is wrong with rule files is noted once, and told by a mail to ourselves. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

static bool
note(struct given *given, const char *which, const char *words, unsigned digest, int64_t now)
{
	const struct rules_fault fault = {
	    .which = which, .words = words ? words : "", .faults = words ? 2 : 0};
	bool is_new;

	MUST(ledger_note_rules_fault(
	    given->ledger, &fault, given_hash(digest), now, &is_new, &given->why));
	return is_new;
}

static struct ledger_status
status_of(struct given *given)
{
	struct ledger_status status;

	MUST(ledger_status(given->ledger, given->arena, &status, &given->why));
	return status;
}

/* Takes the notice to ourselves and sets it aside, as sort does when the letters are sealed. */
static void
tell(struct given *given, const char *words)
{
	struct outcome outcome;
	struct job job = claim_job(given, "sort-1", NOW + 1000);

	assert_int_equal(job.kind, JOB_MAIL);
	assert_false(job.has_sealed);
	assert_string_equal(job.rules_fault, words);
	assert_string_equal(job.unfetched_code, "rules.fault");
	given_outcome(&outcome, FATE_SET_ASIDE, "rules.fault");
	given_letter(&outcome, "notice", ENTRY_DESK, "duty", job.reference.text, -1);
	finish_job(given, "sort-1", &job, &outcome, NOW + 1000);
}

static void
test_rules_fault__nothing_wrong_makes_no_job(void **state)
{
	struct given *given = *state;

	assert_false(note(given, "edited", NULL, 1, NOW));
	assert_no_job(given, NOW + 1000);
	assert_int_equal(status_of(given).rules_fault_count, 0);
}

static void
test_rules_fault__is_told_once_for_as_long_as_it_is_the_same(void **state)
{
	struct given *given = *state;

	assert_true(note(given, "edited", "routing.yaml:3", 1, NOW));
	assert_false(note(given, "edited", "routing.yaml:3", 1, NOW + 5));
	tell(given, "edited\nrouting.yaml:3");
	assert_false(note(given, "edited", "routing.yaml:3", 1, NOW + 5000));
	assert_no_job(given, NOW + 9000);
	struct ledger_status status = status_of(given);
	assert_int_equal(status.rules_fault_count, 1);
	assert_string_equal(status.rules_faults[0].which, "edited");
	assert_string_equal(status.rules_faults[0].words, "routing.yaml:3");
	assert_int_equal(status.rules_faults[0].faults, 2);
	assert_int_equal(status.rules_faults[0].found_at, NOW);
}

static void
test_rules_fault__another_one_is_told_anew(void **state)
{
	struct given *given = *state;

	assert_true(note(given, "edited", "first", 1, NOW));
	assert_true(note(given, "edited", "second", 2, NOW + 5));
	tell(given, "edited\nfirst");
	tell(given, "edited\nsecond");
	assert_int_equal(status_of(given).rules_fault_count, 1);
	assert_string_equal(status_of(given).rules_faults[0].words, "second");
}

static void
test_rules_fault__mended_and_back_again_is_told_again(void **state)
{
	struct given *given = *state;

	assert_true(note(given, "edited", "first", 1, NOW));
	tell(given, "edited\nfirst");
	assert_false(note(given, "edited", NULL, 0, NOW + 10));
	assert_int_equal(status_of(given).rules_fault_count, 0);
	assert_true(note(given, "edited", "first", 1, NOW + 20));
	tell(given, "edited\nfirst");
	assert_int_equal(status_of(given).rules_faults[0].found_at, NOW + 20);
}

static void
test_rules_fault__edited_and_active_rules_are_two_things(void **state)
{
	struct given *given = *state;

	assert_true(note(given, "edited", "the same", 1, NOW));
	assert_true(note(given, "active", "the same", 1, NOW + 1));
	assert_false(note(given, "edited", NULL, 0, NOW + 2));
	assert_int_equal(status_of(given).rules_fault_count, 1);
	assert_string_equal(status_of(given).rules_faults[0].which, "active");
	tell(given, "edited\nthe same");
	tell(given, "active\nthe same");
}

/* No server has it: it is neither filed away nor missed there. */
static void
test_rules_fault__its_mail_is_none_of_the_mailbox(void **state)
{
	struct given *given = *state;
	uint32_t uids[4], last;
	int64_t ids[4];
	size_t count;

	assert_true(note(given, "edited", "first", 1, NOW));
	MUST(ledger_last_uid(given->ledger, ACCOUNT, FOLDER, 1, &last, &given->why));
	assert_int_equal(last, 0);
	MUST(ledger_unfiled(given->ledger, "wandle", "rules", 1, uids, 4, &count, &given->why));
	assert_int_equal(count, 0);
	MUST(ledger_filed_mails(given->ledger, 0, NOW + 9000, ids, 4, &count, &given->why));
	assert_int_equal(count, 0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(test_rules_fault__##name, given_setup, given_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(nothing_wrong_makes_no_job),
	    TEST(is_told_once_for_as_long_as_it_is_the_same),
	    TEST(another_one_is_told_anew),
	    TEST(mended_and_back_again_is_told_again),
	    TEST(edited_and_active_rules_are_two_things),
	    TEST(its_mail_is_none_of_the_mailbox),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
