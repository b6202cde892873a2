/* What the ledger says of the past, and what it does when the past changed meanwhile. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

static struct ledger_facts
facts_of(struct given *given, int64_t mail, unsigned payload, unsigned message_id, const char *named,
    const char *letter)
{
	struct ledger_facts facts;

	MUST(ledger_facts(given->ledger, mail, given_hash(payload), given_hash(message_id), named,
	    letter, given->arena, &facts, &given->why));
	return facts;
}

static void
sort_with_hashes(struct given *given, const struct job *job, enum mail_fate fate, unsigned payload,
    unsigned message_id)
{
	struct outcome outcome;

	given_outcome(&outcome, fate, "sort.concern");
	memcpy(outcome.payload_hash, given_hash(payload), HASH_BYTES);
	MUST(ledger_finish_job(given->ledger, "sort-1", job, &outcome, RULES_HASH,
	    given_hash(message_id), NOW, &given->why));
}

static void
test_ledger_facts__a_duplicate_is_another_mail_that_became_a_case(void **state)
{
	struct given *given = *state;

	take_mail(given, 1);
	take_mail(given, 2);
	take_mail(given, 3);
	struct job one = claim_job(given, "sort-1", NOW), two = claim_job(given, "sort-1", NOW);
	sort_with_hashes(given, &one, FATE_SORTED, 11, 12);
	sort_with_hashes(given, &two, FATE_SET_ASIDE, 21, 22);

	struct ledger_facts facts = facts_of(given, 99, 11, 0, NULL, NULL);
	assert_true(facts.is_duplicate);
	assert_string_equal(facts.duplicate_of.text, one.reference.text);
	assert_true(facts_of(given, 99, 0, 12, NULL, NULL).is_duplicate);
	assert_true(facts_of(given, 99, 5, 12, NULL, NULL).is_duplicate);
	/* Itself, no hash, a hash in the other column, what was set aside: no duplicates. */
	assert_false(facts_of(given, one.mail_id, 11, 12, NULL, NULL).is_duplicate);
	assert_false(facts_of(given, 99, 0, 0, NULL, NULL).is_duplicate);
	assert_false(facts_of(given, 99, 12, 11, NULL, NULL).is_duplicate);
	assert_false(facts_of(given, 99, 21, 22, NULL, NULL).is_duplicate);
	facts = facts_of(given, 99, 1, 1, "W26-7KQ4M-3", "<no@where>");
	assert_false(facts.has_case);
	assert_false(facts.is_our_letter);
}

static void
test_ledger_facts__a_case_and_its_referrals_and_our_letter(void **state)
{
	struct given *given = *state;
	struct reference one = given_case(given, 1);
	struct outcome outcome = {.code = "desk.close", .closes_case = true};
	struct ledger_facts facts = facts_of(given, 99, 0, 0, one.text, "<mash-1@wandle>");

	assert_true(facts.has_case);
	assert_false(facts.case_is_closed);
	assert_int_equal(facts.referral_count, 2);
	assert_string_equal(facts.referrals[0].agency, "merton-mash");
	assert_int_equal(facts.referrals[0].state, REFERRAL_READY);
	assert_string_equal(facts.referrals[1].agency, "phoenix");
	assert_int_equal(facts.referrals[1].state, REFERRAL_HELD);
	assert_true(facts.is_our_letter);
	assert_string_equal(facts.letter_reference.text, one.text);
	decide(given, one.text, DESK_CLOSE, NULL, &outcome, NOW);
	facts = facts_of(given, 99, 0, 0, one.text, NULL);
	assert_true(facts.case_is_closed);
	assert_int_equal(facts.referrals[1].state, REFERRAL_CLOSED);
}

static void
test_ledger_finish_job__two_workers_with_one_payload_open_one_case(void **state)
{
	struct given *given = *state;
	struct outcome outcome;

	for (unsigned column = 0; column < 2; column++) {
		unsigned payload = 31 + column, message_id = column ? 40 : 0;

		take_mail(given, 10 + 2 * column);
		take_mail(given, 11 + 2 * column);
		struct job one = claim_job(given, "sort-1", NOW);
		struct job two = claim_job(given, "sort-2", NOW);
		sort_with_hashes(given, &one, FATE_SORTED, payload, message_id);
		given_outcome(&outcome, FATE_SORTED, "sort.concern");
		memcpy(outcome.payload_hash, given_hash(column ? 99 : payload), HASH_BYTES);
		MUST_FAIL(ledger_finish_job(given->ledger, "sort-2", &two, &outcome, RULES_HASH,
			      given_hash(message_id), NOW, &given->why),
		    REMEDY_RETRY, "ledger.facts");
		MUST(ledger_return_job(
		    given->ledger, "sort-2", &two, "ledger.facts", true, NOW, &given->why));
		/* Now it knows, and may open a second case all the same: the desk wants to see it. */
		two = claim_job(given, "sort-2", NOW);
		outcome.fate = FATE_HELD;
		MUST(ledger_finish_job(given->ledger, "sort-2", &two, &outcome, RULES_HASH,
		    given_hash(message_id), NOW, &given->why));
	}
}

int
main(void)
{
#define IN_LEDGER(test) cmocka_unit_test_setup_teardown(test, given_setup, given_teardown)
	const struct CMUnitTest tests[] = {
	    IN_LEDGER(test_ledger_facts__a_duplicate_is_another_mail_that_became_a_case),
	    IN_LEDGER(test_ledger_facts__a_case_and_its_referrals_and_our_letter),
	    IN_LEDGER(test_ledger_finish_job__two_workers_with_one_payload_open_one_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
