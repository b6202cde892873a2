/* Jobs by the ledger's door: claimed, given back, finished, with the decisions of the desk. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

/* --- jobs -------------------------------------------------------------------------------------- */

static void
test_ledger_claim_job__decisions_then_notices_then_mails_by_age(void **state)
{
	struct given *given = *state;
	struct reference one = given_case(given, 1);
	struct desk_decision decision = {
	    .reference = one, .action = DESK_SEND, .agency = "phoenix", .by = "server:root"};

	struct due_letter letter = claim_letter(given, NOW);
	end_letter(given, letter.id, LETTER_FAILED, NOW);
	take_mail(given, 3);
	take_mail(given, 2);
	decision.reason = given_sealed(50);
	MUST(ledger_add_decision(given->ledger, &decision, NOW + 1, &given->why));

	struct job job = claim_job(given, "sort-1", NOW + 2);
	assert_int_equal(job.kind, JOB_DECISION);
	assert_string_equal(job.reference.text, one.text);
	assert_string_equal(job.decision.reference.text, one.text);
	assert_int_equal(job.decision.action, DESK_SEND);
	assert_string_equal(job.decision.agency, "phoenix");
	assert_string_equal(job.decision.by, "server:root");
	assert_memory_equal(job.decision.reason.bytes, given_sealed(50).bytes, 3000);
	assert_true(job.has_sealed);
	assert_memory_equal(job.sealed.bytes, given_sealed(1).bytes, 3000);
	assert_int_equal(job.received_at, NOW - 999);
	assert_int_equal(job.urgency, URGENCY_AMBER);

	job = claim_job(given, "sort-1", NOW + 2);
	assert_int_equal(job.kind, JOB_NOTICE);
	assert_int_equal(job.id, letter.id);
	assert_string_equal(job.reference.text, one.text);
	assert_string_equal(job.letter_kind, "referral");
	assert_string_equal(job.letter_to, "merton-mash");
	assert_string_equal(job.letter_code, "smtp.550");
	assert_string_equal(job.letter_reply, "250 2.0.0 Ok");
	assert_int_equal(job.urgency, URGENCY_AMBER);
	assert_false(job.has_sealed);

	/* UID 2 arrived before UID 3. */
	assert_int_equal(claim_job(given, "sort-1", NOW + 2).received_at, NOW - 998);
	assert_int_equal(claim_job(given, "sort-1", NOW + 2).received_at, NOW - 997);
	assert_no_job(given, NOW + 2);
}

static void
test_ledger_claim_job__each_attempt_counts_and_the_reference_stays(void **state)
{
	struct given *given = *state;

	take_mail(given, 1);
	struct job first = claim_job(given, "sort-1", NOW);
	assert_true(reference_is_valid(first.reference.text));
	assert_no_job(given, NOW + LEASE - 1);
	for (unsigned attempt = 2; attempt <= 5; attempt++) {
		/* Killed: nothing was given back, the lease ran out. */
		given_reopen(given);
		struct job job = claim_job(given, "sort-2", NOW + (attempt - 1) * LEASE);
		assert_int_equal(job.attempt, attempt);
		assert_string_equal(job.reference.text, first.reference.text);
	}
}

static void
test_ledger_finish_job__a_lost_lease_writes_nothing(void **state)
{
	struct given *given = *state;
	struct outcome outcome;

	take_mail(given, 1);
	struct job old = claim_job(given, "sort-1", NOW);
	struct job job = claim_job(given, "sort-2", NOW + LEASE);
	given_outcome(&outcome, FATE_SORTED, "sort.concern");
	MUST_FAIL(ledger_finish_job(given->ledger, "sort-1", &old, &outcome, RULES_HASH,
		      given_hash(0), NOW + LEASE, &given->why),
	    REMEDY_RETRY, "ledger.lease");
	MUST_FAIL(ledger_return_job(
		      given->ledger, "sort-1", &old, "sort.timeout", false, NOW, &given->why),
	    REMEDY_RETRY, "ledger.lease");
	/* The same worker at an older attempt has lost it too. */
	MUST_FAIL(ledger_finish_job(given->ledger, "sort-2", &old, &outcome, RULES_HASH,
		      given_hash(0), NOW + LEASE, &given->why),
	    REMEDY_RETRY, "ledger.lease");
	/* Nor has any other worker it. */
	MUST_FAIL(ledger_finish_job(given->ledger, "sort-3", &job, &outcome, RULES_HASH,
		      given_hash(0), NOW + LEASE, &given->why),
	    REMEDY_RETRY, "ledger.lease");
	finish_job(given, "sort-2", &job, &outcome, NOW + LEASE);
	MUST_FAIL(ledger_finish_job(given->ledger, "sort-2", &job, &outcome, RULES_HASH,
		      given_hash(0), NOW + LEASE, &given->why),
	    REMEDY_RETRY, "ledger.lease");
	assert_int_equal(count_events(given, job.reference.text, "case: new -> open"), 1);
}

static void
test_ledger_return_job__is_tried_again_when_due_and_counted_or_not(void **state)
{
	struct given *given = *state;

	take_mail(given, 1);
	struct job job = claim_job(given, "sort-1", NOW);
	MUST(ledger_return_job(
	    given->ledger, "sort-1", &job, "sort.timeout", false, NOW + 60, &given->why));
	assert_no_job(given, NOW + 59);
	job = claim_job(given, "sort-1", NOW + 60);
	assert_int_equal(job.attempt, 2);
	MUST(ledger_return_job(
	    given->ledger, "sort-1", &job, "keyholder.busy", true, NOW + 61, &given->why));
	job = claim_job(given, "sort-1", NOW + 61);
	assert_int_equal(job.attempt, 2);
	struct outcome outcome;
	given_outcome(&outcome, FATE_SORTED, "sort.concern");
	finish_job(given, "sort-1", &job, &outcome, NOW + 62);
	assert_int_equal(
	    count_events(given, job.reference.text, "attempt 1 given back (sort.timeout)"), 1);
	assert_int_equal(count_events(given, job.reference.text,
			     "attempt 2 given back, not counted (keyholder.busy)"),
	    1);
}

static void
test_ledger_return_job__how_often_our_own_keys_failed_is_known(void **state)
{
	struct given *given = *state;

	take_mail(given, 1);
	for (unsigned failed = 0; failed < 4; failed++) {
		given_reopen(given);
		struct job job = claim_job(given, "sort-1", NOW + failed);
		assert_int_equal(job.attempt, 1);
		assert_int_equal(job.keys_failed, failed);
		MUST(ledger_return_job(
		    given->ledger, "sort-1", &job, "key.agent", true, NOW + failed, &given->why));
	}
	struct job job = claim_job(given, "sort-1", NOW + 4);
	assert_int_equal(job.keys_failed, 4);
	MUST(ledger_return_job(
	    given->ledger, "sort-1", &job, "ledger.busy", true, NOW + 5, &given->why));
	job = claim_job(given, "sort-1", NOW + 5);
	assert_int_equal(job.keys_failed, 4);
	/* Another failure begins another attempt. */
	MUST(ledger_return_job(
	    given->ledger, "sort-1", &job, "job.crashed", false, NOW + 6, &given->why));
	job = claim_job(given, "sort-1", NOW + 6);
	assert_int_equal(job.attempt, 2);
	assert_int_equal(job.keys_failed, 0);
}

static void
test_ledger_finish_job__an_outcome_that_cannot_be_is_refused_whole(void **state)
{
	struct given *given = *state;
	struct outcome outcome, good;
	struct job job;

	take_mail(given, 1);
	job = claim_job(given, "sort-1", NOW);
	given_outcome(&good, FATE_SORTED, "sort.concern");
	int mash = given_referral(&good, "merton-mash", REFERRAL_READY, "route.rule");
	given_letter(&good, "referral", ENTRY_AGENCY, "merton-mash", "mash", mash);
	for (int fault = 0; fault < 11; fault++) {
		outcome = good;
		switch (fault) {
		case 0: outcome.letter_count = 0; break;                      /* ready, no letter */
		case 1: outcome.referrals[0].state = REFERRAL_HELD; break;    /* held, a letter */
		case 2: outcome.referrals[0].state = REFERRAL_SENT; break;
		case 3: outcome.letters[0].referral = 1; break;               /* there is no 1 */
		case 4: outcome.letters[0].length = 0; break;
		case 5: outcome.letters[0].length = LETTER_MAX_BYTES + 1; break;
		case 6: outcome.letters[0].address = NULL; break;
		case 7: outcome.opens_case = false; break;                    /* referrals, no case */
		case 8: outcome.fate = FATE_SET_ASIDE; break;                 /* and opens a case */
		case 9: outcome.fate = FATES; break;
		case 10: outcome.referral_count = AGENCIES_MAX + 1; break;
		}
		MUST_FAIL(ledger_finish_job(given->ledger, "sort-1", &job, &outcome, RULES_HASH,
			      given_hash(0), NOW, &given->why),
		    REMEDY_STOP, "ledger.state");
	}
	finish_job(given, "sort-1", &job, &good, NOW);
	assert_int_equal(show_case(given, job.reference.text).event_count, 5);
}

/* --- decisions --------------------------------------------------------------------------------- */

static void
test_ledger_add_decision__needs_a_case(void **state)
{
	struct given *given = *state;
	struct desk_decision decision = {.reference = {"W26-7KQ4M-3"}, .action = DESK_CLOSE, .by = "x"};
	struct outcome outcome;

	MUST_FAIL(ledger_add_decision(given->ledger, &decision, NOW, &given->why), REMEDY_DESK,
	    "ledger.no-case");
	take_mail(given, 1);
	struct job job = claim_job(given, "sort-1", NOW);
	given_outcome(&outcome, FATE_SORTED, "desk.decision");
	outcome.opens_case = false;
	outcome.decisions[0] = decision;
	outcome.decision_count = 1;
	MUST_FAIL(ledger_finish_job(given->ledger, "sort-1", &job, &outcome, RULES_HASH,
		      given_hash(0), NOW, &given->why),
	    REMEDY_DESK, "ledger.no-case");
}

static void
test_ledger_finish_job__a_mail_with_decisions_makes_a_job_of_each(void **state)
{
	struct given *given = *state;
	struct reference one = given_case(given, 1);
	struct outcome outcome;

	take_mail(given, 2);
	struct job job = claim_job(given, "sort-1", NOW);
	given_outcome(&outcome, FATE_SORTED, "desk.decision");
	outcome.opens_case = false;
	outcome.decision_count = 2;
	outcome.decisions[0] = (struct desk_decision){.reference = one, .action = DESK_SEND,
	    .agency = "phoenix", .by = "insp-smith", .reason = given_sealed(90)};
	outcome.decisions[1] =
	    (struct desk_decision){.reference = one, .action = DESK_CLOSE, .by = "insp-smith"};
	finish_job(given, "sort-1", &job, &outcome, NOW);
	job = claim_job(given, "sort-1", NOW);
	assert_int_equal(job.decision.action, DESK_SEND);
	assert_string_equal(job.decision.by, "insp-smith");
	job = claim_job(given, "sort-1", NOW);
	assert_int_equal(job.decision.action, DESK_CLOSE);
	assert_null(job.decision.agency);
	assert_int_equal(job.decision.reason.length, 0);
	assert_int_equal(
	    count_events(given, one.text, "decision: send phoenix by insp-smith"), 1);
}

static void
test_ledger_finish_job__two_decisions_at_once_do_not_both_count(void **state)
{
	struct given *given = *state;
	struct reference one = given_case(given, 1);
	struct desk_decision decision = {
	    .reference = one, .action = DESK_SEND, .agency = "phoenix", .by = "server:root"};
	struct outcome first = {.code = "desk.send"}, second;

	MUST(ledger_add_decision(given->ledger, &decision, NOW, &given->why));
	MUST(ledger_add_decision(given->ledger, &decision, NOW, &given->why));
	struct job job = claim_job(given, "sort-1", NOW), twin = claim_job(given, "sort-2", NOW);
	int number = given_referral(&first, "phoenix", REFERRAL_READY, "desk.send");
	second = first;
	given_letter(&first, "referral", ENTRY_AGENCY, "phoenix", "one", number);
	given_letter(&second, "referral", ENTRY_AGENCY, "phoenix", "two", number);
	finish_job(given, "sort-1", &job, &first, NOW);
	MUST_FAIL(ledger_finish_job(given->ledger, "sort-2", &twin, &second, RULES_HASH,
		      given_hash(0), NOW, &given->why),
	    REMEDY_RETRY, "ledger.facts");
	MUST(ledger_return_job(
	    given->ledger, "sort-2", &twin, "ledger.facts", true, NOW, &given->why));
	/* Looked at again, it finds the referral on its way, and has nothing to add. */
	twin = claim_job(given, "sort-2", NOW);
	assert_int_equal(twin.attempt, 1);
	second.letter_count = 0;
	finish_job(given, "sort-2", &twin, &second, NOW);
	assert_int_equal(show_case(given, one.text).letter_count, 2);
}

static void
test_ledger_finish_job__a_letter_that_left_meanwhile_makes_a_decision_stale(void **state)
{
	struct given *given = *state;
	struct reference one = given_case(given, 1);
	struct desk_decision decision = {
	    .reference = one, .action = DESK_NOT, .agency = "phoenix", .by = "server:root"};
	struct outcome outcome = {.code = "desk.not"};

	given_referral(&outcome, "phoenix", REFERRAL_CLOSED, "desk.not");
	MUST(ledger_add_decision(given->ledger, &decision, NOW, &given->why));
	struct job job = claim_job(given, "sort-1", NOW);
	struct due_letter letter = claim_letter(given, NOW);
	end_letter(given, letter.id, LETTER_SENT, NOW);
	MUST_FAIL(ledger_finish_job(given->ledger, "sort-1", &job, &outcome, RULES_HASH,
		      given_hash(0), NOW, &given->why),
	    REMEDY_RETRY, "ledger.facts");
}

static void
test_ledger_finish_job__a_referral_on_its_way_gets_no_second_letter(void **state)
{
	struct given *given = *state;
	struct reference one = given_case(given, 1);
	struct desk_decision decision = {
	    .reference = one, .action = DESK_SEND, .agency = "merton-mash", .by = "server:root"};
	struct outcome outcome = {.code = "desk.send"};

	int mash = given_referral(&outcome, "merton-mash", REFERRAL_READY, "desk.send");
	given_letter(&outcome, "referral", ENTRY_AGENCY, "merton-mash", "second", mash);
	MUST(ledger_add_decision(given->ledger, &decision, NOW, &given->why));
	struct job job = claim_job(given, "sort-1", NOW);
	MUST_FAIL(ledger_finish_job(given->ledger, "sort-1", &job, &outcome, RULES_HASH,
		      given_hash(0), NOW, &given->why),
	    REMEDY_STOP, "ledger.state");
}

static void
test_ledger_finish_job__close_ends_what_waits_and_lets_go_what_goes(void **state)
{
	struct given *given = *state;
	struct reference one = given_case(given, 1);
	struct outcome outcome = {.code = "desk.close", .closes_case = true};

	decide(given, one.text, DESK_CLOSE, NULL, &outcome, NOW + 5);
	struct case_file file = show_case(given, one.text);
	assert_string_equal(file.row.state, "closed");
	assert_string_equal(referral_stands(given, one.text, "phoenix"), "closed");
	assert_string_equal(referral_stands(given, one.text, "merton-mash"), "ready");
	struct due_letter letter = claim_letter(given, NOW + 6);
	end_letter(given, letter.id, LETTER_SENT, NOW + 6);
	assert_string_equal(referral_stands(given, one.text, "merton-mash"), "sent");
	/* One that bounces after all is told to the desk, but the case waits for nobody. */
	struct reference two = given_case(given, 2);
	decide(given, two.text, DESK_CLOSE, NULL, &outcome, NOW + 7);
	letter = claim_letter(given, NOW + 7);
	end_letter(given, letter.id, LETTER_FAILED, NOW + 7);
	assert_string_equal(referral_stands(given, two.text, "merton-mash"), "bounced");
	assert_string_equal(show_case(given, two.text).row.state, "closed");
	assert_int_equal(claim_job(given, "sort-1", NOW + 7).kind, JOB_NOTICE);
	/* Closing once more changes nothing. */
	decide(given, one.text, DESK_CLOSE, NULL, &outcome, NOW + 7);
	assert_int_equal(count_events(given, one.text, "case: open -> closed"), 1);
}

static void
test_ledger_finish_job__not_withdraws_a_letter_unless_it_is_leaving(void **state)
{
	struct given *given = *state;
	struct reference one = given_case(given, 1);
	struct desk_decision decision = {
	    .reference = one, .action = DESK_NOT, .agency = "merton-mash", .by = "server:root"};
	struct outcome outcome = {.code = "desk.not"};

	given_referral(&outcome, "merton-mash", REFERRAL_CLOSED, "desk.not");
	struct due_letter letter = claim_letter(given, NOW);
	MUST(ledger_add_decision(given->ledger, &decision, NOW, &given->why));
	struct job job = claim_job(given, "sort-1", NOW);
	MUST_FAIL(ledger_finish_job(given->ledger, "sort-1", &job, &outcome, RULES_HASH,
		      given_hash(0), NOW, &given->why),
	    REMEDY_RETRY, "ledger.facts");
	end_letter(given, letter.id, LETTER_WAITS, NOW);
	finish_job(given, "sort-1", &job, &outcome, NOW);
	assert_string_equal(referral_stands(given, one.text, "merton-mash"), "closed");
	assert_string_equal(show_case(given, one.text).letters[0].code, "desk.withdrawn");
	assert_no_letter(given, NOW + 10000);
	assert_no_job(given, NOW);
}

static void
test_ledger_finish_job__a_referral_still_held_says_its_new_reason(void **state)
{
	struct given *given = *state;
	struct reference one = given_case(given, 1);
	struct outcome outcome = {.code = "desk.send"};

	given_referral(&outcome, "phoenix", REFERRAL_HELD, "key.expired");
	given_referral(&outcome, "merton-mash", REFERRAL_READY, "route.rule"); /* as it stands */
	outcome.referrals[0].children = UINT64_MAX;
	decide(given, one.text, DESK_SEND, "phoenix", &outcome, NOW + 5);
	struct case_file file = show_case(given, one.text);
	assert_string_equal(file.referrals[1].state, "held");
	assert_string_equal(file.referrals[1].code, "key.expired");
	assert_true(file.referrals[1].children == UINT64_MAX);
	assert_string_equal(file.referrals[0].state, "ready");
	assert_int_equal(count_events(given, one.text, "decision: carried out (desk.send)"), 1);
	/* What was sent cannot be held again, and no outcome says "declined". */
	struct due_letter letter = claim_letter(given, NOW + 6);
	end_letter(given, letter.id, LETTER_SENT, NOW + 6);
	struct desk_decision decision = {
	    .reference = one, .action = DESK_SEND, .agency = "merton-mash", .by = "server:root"};
	MUST(ledger_add_decision(given->ledger, &decision, NOW + 7, &given->why));
	struct job job = claim_job(given, "sort-1", NOW + 7);
	enum referral_state never[] = {REFERRAL_HELD, REFERRAL_READY, REFERRAL_DECLINED};
	for (size_t at = 0; at < COUNT_OF(never); at++) {
		outcome = (struct outcome){.code = "x"};
		given_referral(&outcome, "merton-mash", never[at], "x");
		MUST_FAIL(ledger_finish_job(given->ledger, "sort-1", &job, &outcome, RULES_HASH,
			      given_hash(0), NOW + 7, &given->why),
		    REMEDY_STOP, "ledger.state");
	}
	outcome.referrals[0].state = REFERRAL_SENT; /* as it stands */
	finish_job(given, "sort-1", &job, &outcome, NOW + 7);
}

int
main(void)
{
#define IN_LEDGER(test) cmocka_unit_test_setup_teardown(test, given_setup, given_teardown)
	const struct CMUnitTest tests[] = {
	    IN_LEDGER(test_ledger_claim_job__decisions_then_notices_then_mails_by_age),
	    IN_LEDGER(test_ledger_claim_job__each_attempt_counts_and_the_reference_stays),
	    IN_LEDGER(test_ledger_finish_job__a_lost_lease_writes_nothing),
	    IN_LEDGER(test_ledger_return_job__is_tried_again_when_due_and_counted_or_not),
	    IN_LEDGER(test_ledger_return_job__how_often_our_own_keys_failed_is_known),
	    IN_LEDGER(test_ledger_finish_job__an_outcome_that_cannot_be_is_refused_whole),
	    IN_LEDGER(test_ledger_add_decision__needs_a_case),
	    IN_LEDGER(test_ledger_finish_job__a_mail_with_decisions_makes_a_job_of_each),
	    IN_LEDGER(test_ledger_finish_job__two_decisions_at_once_do_not_both_count),
	    IN_LEDGER(test_ledger_finish_job__a_letter_that_left_meanwhile_makes_a_decision_stale),
	    IN_LEDGER(test_ledger_finish_job__a_referral_on_its_way_gets_no_second_letter),
	    IN_LEDGER(test_ledger_finish_job__close_ends_what_waits_and_lets_go_what_goes),
	    IN_LEDGER(test_ledger_finish_job__not_withdraws_a_letter_unless_it_is_leaving),
	    IN_LEDGER(test_ledger_finish_job__a_referral_still_held_says_its_new_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
