/* Letters by the ledger's door: claimed, sent, waiting, failed, perhaps sent twice. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

static void
test_ledger_claim_letter__the_most_urgent_first_then_the_oldest(void **state)
{
	struct given *given = *state;
	static const enum urgency URGENCIES[] = {
	    URGENCY_GREEN, URGENCY_RED, URGENCY_BLUE, URGENCY_RED, URGENCY_NONE};
	static const char *const ORDER[] = {"l1", "l3", "l0", "l2", "l4"};

	for (unsigned at = 0; at < COUNT_OF(URGENCIES); at++) {
		struct outcome outcome;
		char name[8] = {'l', (char)('0' + at), 0};

		take_mail(given, at + 1);
		struct job job = claim_job(given, "sort-1", NOW);
		given_outcome(&outcome, FATE_SORTED, "sort.concern");
		outcome.urgency = URGENCIES[at];
		given_letter(&outcome, "receipt", ENTRY_OFFICER, "pc-day", name, -1);
		finish_job(given, "sort-1", &job, &outcome, NOW + at);
	}
	for (size_t at = 0; at < COUNT_OF(ORDER); at++) {
		struct due_letter letter = claim_letter(given, NOW + 100);
		assert_memory_equal(letter.message_id + 1, ORDER[at], 2);
		end_letter(given, letter.id, LETTER_SENT, NOW + 100);
	}
	assert_no_letter(given, NOW + 100);
}

static void
test_ledger_end_letter__one_that_waits_comes_again_with_the_same_bytes(void **state)
{
	struct given *given = *state;
	struct reference one = given_case(given, 1);
	struct due_letter first = claim_letter(given, NOW);

	end_letter(given, first.id, LETTER_WAITS, NOW);
	assert_no_letter(given, NOW + 59);
	struct due_letter second = claim_letter(given, NOW + 60);
	assert_int_equal(second.id, first.id);
	assert_int_equal(second.attempt, 2);
	assert_string_equal(second.message_id, first.message_id);
	assert_int_equal(second.length, first.length);
	assert_memory_equal(second.bytes, first.bytes, first.length);
	assert_false(second.may_be_second);
	assert_string_equal(referral_stands(given, one.text, "merton-mash"), "ready");
}

static void
test_ledger_claim_letter__one_in_sending_comes_back_as_perhaps_second(void **state)
{
	struct given *given = *state;
	struct reference one = given_case(given, 1);
	struct due_letter first = claim_letter(given, NOW);

	assert_no_letter(given, NOW + LEASE - 1);
	given_reopen(given); /* it died */
	struct due_letter second = claim_letter(given, NOW + LEASE);
	assert_int_equal(second.id, first.id);
	assert_true(second.may_be_second);
	assert_memory_equal(second.bytes, first.bytes, first.length);
	assert_int_equal(show_case(given, one.text).letters[0].resent, 1);
	assert_int_equal(show_case(given, one.text).letters[0].attempts, 2);
	end_letter(given, second.id, LETTER_SENT, NOW + LEASE);
	MUST_FAIL(ledger_end_letter(given->ledger, "deliver-1", second.id, LETTER_SENT, NULL, NULL,
		      NULL, 0, NOW, &given->why),
	    REMEDY_RETRY, "ledger.lease");
}

/* The line broke before the reply to the dot: the server may have the letter all the same. */
static void
test_ledger_claim_letter__one_whose_reply_was_not_heard_comes_back_as_perhaps_second(void **state)
{
	struct given *given = *state;
	struct reference one = given_case(given, 1);
	struct due_letter first = claim_letter(given, NOW);

	MUST(ledger_end_letter(given->ledger, "deliver-1", first.id, LETTER_WAITS, "smtp.unknown",
	    "Send failure: Broken pipe", NULL, NOW + 60, NOW, &given->why));
	assert_int_equal(show_case(given, one.text).letters[0].resent, 0);
	struct due_letter second = claim_letter(given, NOW + 60);
	assert_true(second.may_be_second);
	assert_memory_equal(second.bytes, first.bytes, first.length);
	assert_int_equal(show_case(given, one.text).letters[0].resent, 1);
	/* what the server says of this try tells nothing of the one before */
	end_letter(given, second.id, LETTER_WAITS, NOW + 60);
	struct due_letter third = claim_letter(given, NOW + 120);
	assert_true(third.may_be_second);
	assert_int_equal(show_case(given, one.text).letters[0].resent, 1);
}

static bool
is_deliver_1(const char *owner)
{
	return strcmp(owner, "deliver-1") == 0;
}

static bool
is_nobody(const char *owner)
{
	(void)owner;
	return false;
}

static void
test_ledger_free_leases__gives_back_what_the_dead_held_and_no_more(void **state)
{
	struct given *given = *state;
	size_t freed = 9;

	(void)given_case(given, 1);
	take_mail(given, 2);
	struct job job = claim_job(given, "sort-1", NOW);
	struct due_letter first = claim_letter(given, NOW);
	MUST(ledger_free_leases(given->ledger, is_nobody, NOW + 1, 3600, 1800, &freed, &given->why));
	assert_int_equal(freed, 0);
	MUST(ledger_free_leases(given->ledger, is_deliver_1, NOW + 1, 3600, 1800, &freed, &given->why));
	assert_int_equal(freed, 1);
	struct due_letter second = claim_letter(given, NOW + 1);
	assert_int_equal(second.id, first.id);
	assert_true(second.may_be_second);
	assert_no_job(given, NOW + 1);
	assert_int_equal(job.attempt, 1);
}

static void
test_ledger_claim_letter__leaves_a_living_process_its_own_however_late_it_is(void **state)
{
	struct given *given = *state;
	struct due_letter other;
	bool found = true;

	(void)given_case(given, 1);
	struct due_letter first = claim_letter(given, NOW);
	ledger_know_owners(given->ledger, is_deliver_1);
	for (int64_t late = NOW + 100 * LEASE; found;) {
		MUST(ledger_claim_letter(given->ledger, "deliver-2", late, LEASE, given->arena,
		    &other, &found, &given->why));
		if (found)
			assert_int_not_equal(other.id, first.id);
	}
	ledger_know_owners(given->ledger, is_nobody);
	MUST(ledger_claim_letter(given->ledger, "deliver-2", NOW + 100 * LEASE, LEASE,
	    given->arena, &other, &found, &given->why));
	assert_true(found && other.id == first.id && other.may_be_second);
}

static void
test_ledger_free_leases__frees_what_waits_because_the_clock_was_set_back(void **state)
{
	struct given *given = *state;
	int64_t back = NOW - 5 * 3600;
	size_t freed = 9;

	(void)given_case(given, 1);
	struct due_letter first = claim_letter(given, NOW);
	MUST(ledger_end_letter(given->ledger, "deliver-1", first.id, LETTER_WAITS, "smtp.later",
	    NULL, NULL, NOW + 100, NOW, &given->why));
	MUST(ledger_free_leases(given->ledger, is_nobody, NOW, 200, 1800, &freed, &given->why));
	assert_int_equal(freed, 0);
	MUST(ledger_free_leases(given->ledger, is_nobody, back, 200, 1800, &freed, &given->why));
	assert_int_equal(freed, 1);
	assert_int_equal(claim_letter(given, back).id, first.id);
}

/* Claimed while the clock was wrong, by one of whom nobody here can tell whether it lives. */
static void
test_ledger_free_leases__a_lease_longer_than_any_is_stuck(void **state)
{
	struct given *given = *state;
	size_t freed = 9;

	(void)given_case(given, 1);
	take_mail(given, 2);
	int64_t wrong = NOW + INT64_C(10) * 365 * 86400;
	struct due_letter letter = claim_letter(given, wrong);
	struct job job = claim_job(given, "sort-1", wrong);
	ledger_know_owners(given->ledger, is_deliver_1);
	MUST(ledger_free_leases(given->ledger, is_nobody, NOW, 3600, 1800, &freed, &given->why));
	assert_int_equal(freed, 1); /* the job: deliver-1 lives, and keeps its letter */
	assert_int_equal(claim_job(given, "sort-2", NOW).attempt, job.attempt + 1);
	ledger_know_owners(given->ledger, is_nobody);
	MUST(ledger_free_leases(given->ledger, is_nobody, NOW, 3600, 1800, &freed, &given->why));
	assert_int_equal(freed, 1);
	assert_int_equal(claim_letter(given, NOW).id, letter.id);
	/* A lease that can be right is left alone. */
	MUST(ledger_free_leases(given->ledger, is_nobody, NOW, 3600, 1800, &freed, &given->why));
	assert_int_equal(freed, 0);
}

static void
test_ledger_end_letter__only_whose_it_is_may_end_it(void **state)
{
	struct given *given = *state;

	(void)given_case(given, 1);
	struct due_letter letter = claim_letter(given, NOW);
	MUST_FAIL(ledger_end_letter(given->ledger, "deliver-2", letter.id, LETTER_SENT, NULL, NULL,
		      NULL, 0, NOW, &given->why),
	    REMEDY_RETRY, "ledger.lease");
	MUST_FAIL(ledger_end_letter(given->ledger, "deliver-1", letter.id, (enum letter_end)9, NULL,
		      NULL, NULL, 0, NOW, &given->why),
	    REMEDY_STOP, "ledger.state");
	end_letter(given, letter.id, LETTER_SENT, NOW);
}

static void
test_ledger_end_letter__a_failed_letter_is_a_notice_and_bounces_its_referral(void **state)
{
	struct given *given = *state;
	struct reference one = given_case(given, 1);
	struct due_letter letter = claim_letter(given, NOW);
	struct outcome outcome = {.code = "desk.notice"};

	end_letter(given, letter.id, LETTER_FAILED, NOW);
	assert_string_equal(referral_stands(given, one.text, "merton-mash"), "bounced");
	given_referral(&outcome, "phoenix", REFERRAL_CLOSED, "desk.not");
	decide(given, one.text, DESK_NOT, "phoenix", &outcome, NOW);
	outcome.referral_count = 0;
	/* Nothing else waits, but this does. */
	assert_string_equal(show_case(given, one.text).row.state, "held");
	struct job job = claim_job(given, "sort-1", NOW);
	assert_int_equal(job.kind, JOB_NOTICE);
	given_referral(&outcome, "phoenix", REFERRAL_READY, "x");
	MUST_FAIL(ledger_finish_job(given->ledger, "sort-1", &job, &outcome, RULES_HASH,
		      given_hash(0), NOW, &given->why),
	    REMEDY_STOP, "ledger.state");
	outcome.referral_count = 0;
	given_letter(&outcome, "notice", ENTRY_DESK, "duty-desk", "notice-1", -1);
	finish_job(given, "sort-1", &job, &outcome, NOW);
	assert_no_job(given, NOW);
	struct due_letter notice = claim_letter(given, NOW);
	assert_string_equal(notice.kind, "notice");
	assert_string_equal(notice.reference.text, one.text);
	assert_int_equal(notice.urgency, URGENCY_AMBER);
	/* A letter of no referral fails without one. */
	end_letter(given, notice.id, LETTER_FAILED, NOW);
	assert_int_equal(claim_job(given, "sort-1", NOW).id, notice.id);
}

static void
test_ledger_end_letter__a_long_reply_is_cut(void **state)
{
	struct given *given = *state;
	struct reference one = given_case(given, 1);
	struct due_letter letter = claim_letter(given, NOW);
	char reply[3000];

	memset(reply, 'x', sizeof reply - 1);
	reply[sizeof reply - 1] = '\0';
	MUST(ledger_end_letter(given->ledger, "deliver-1", letter.id, LETTER_WAITS, "smtp.451", reply,
	    NULL, NOW + 5, NOW, &given->why));
	assert_int_equal(strlen(show_case(given, one.text).letters[0].reply), 500);
}

int
main(void)
{
#define IN_LEDGER(test) cmocka_unit_test_setup_teardown(test, given_setup, given_teardown)
	const struct CMUnitTest tests[] = {
	    IN_LEDGER(test_ledger_claim_letter__the_most_urgent_first_then_the_oldest),
	    IN_LEDGER(test_ledger_end_letter__one_that_waits_comes_again_with_the_same_bytes),
	    IN_LEDGER(test_ledger_claim_letter__one_in_sending_comes_back_as_perhaps_second),
	    IN_LEDGER(
		test_ledger_claim_letter__one_whose_reply_was_not_heard_comes_back_as_perhaps_second),
	    IN_LEDGER(test_ledger_free_leases__gives_back_what_the_dead_held_and_no_more),
	    IN_LEDGER(test_ledger_claim_letter__leaves_a_living_process_its_own_however_late_it_is),
	    IN_LEDGER(test_ledger_free_leases__a_lease_longer_than_any_is_stuck),
	    IN_LEDGER(test_ledger_free_leases__frees_what_waits_because_the_clock_was_set_back),
	    IN_LEDGER(test_ledger_end_letter__only_whose_it_is_may_end_it),
	    IN_LEDGER(test_ledger_end_letter__a_failed_letter_is_a_notice_and_bounces_its_referral),
	    IN_LEDGER(test_ledger_end_letter__a_long_reply_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
