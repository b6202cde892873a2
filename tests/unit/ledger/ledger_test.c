/* The ledger by its door: the life of a mail, of a referral and of a letter. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

/* --- a whole life ---------------------------------------------------------------------------- */

static void
test_ledger__a_case_goes_from_mail_to_sent_letter(void **state)
{
	struct given *given = *state;
	struct reference reference = given_case(given, 1);

	assert_true(reference_is_valid(reference.text));
	assert_string_equal(referral_stands(given, reference.text, "merton-mash"), "ready");
	struct due_letter letter = claim_letter(given, NOW + 1);
	assert_string_equal(letter.reference.text, reference.text);
	assert_string_equal(letter.kind, "referral");
	assert_string_equal(letter.to, "merton-mash");
	assert_string_equal(letter.address, "box@agency.example");
	assert_string_equal(letter.message_id, "<mash-1@wandle>");
	assert_memory_equal(letter.bytes, "<mash-1@wandle>", letter.length);
	assert_int_equal(letter.attempt, 1);
	assert_int_equal(letter.urgency, URGENCY_AMBER);
	assert_int_equal(letter.ready_at, NOW);
	assert_false(letter.may_be_second);
	end_letter(given, letter.id, LETTER_SENT, NOW + 2);
	given_reopen(given);
	struct case_file file = show_case(given, reference.text);
	assert_string_equal(file.row.state, "held");
	assert_string_equal(file.row.mail_state, "sorted");
	assert_string_equal(file.row.rules_hash, RULES_HASH);
	assert_int_equal(file.row.referrals, 2);
	assert_int_equal(file.row.referrals_held, 1);
	assert_int_equal(file.row.received_at, NOW - 999);
	assert_string_equal(file.arrived_as, "pgp-mime");
	assert_string_equal(file.signer, "pc-day");
	assert_string_equal(file.record, "{\"rules\":[]}");
	assert_string_equal(referral_stands(given, reference.text, "merton-mash"), "sent");
	assert_string_equal(file.letters[0].state, "sent");
	assert_string_equal(file.letters[0].reply, "250 2.0.0 Ok");
	assert_string_equal(file.letters[0].queue_id, "4ABC");
	assert_int_equal(file.letters[0].sent_at, NOW + 2);
	assert_no_letter(given, NOW + 10000);
	assert_no_job(given, NOW + 10000);
}

static void
test_ledger__a_held_mail_opens_a_case_that_waits_until_the_desk_decides(void **state)
{
	struct given *given = *state;
	struct outcome outcome;
	struct case_row *cases;
	size_t count;

	take_mail(given, 1);
	struct job job = claim_job(given, "sort-1", NOW);
	given_outcome(&outcome, FATE_HELD, "open.unsigned");
	outcome.opens_case = false; /* the ledger knows better */
	finish_job(given, "sort-1", &job, &outcome, NOW);
	MUST(ledger_cases(given->ledger, true, 10, given->arena, &cases, &count, &given->why));
	assert_int_equal(count, 1);
	assert_string_equal(cases[0].reference.text, job.reference.text);
	assert_string_equal(cases[0].state, "held");
	assert_string_equal(cases[0].mail_state, "held");
	assert_string_equal(cases[0].code, "open.unsigned");

	/* NOT settles nothing: nobody has it yet. */
	outcome = (struct outcome){.code = "desk.not"};
	given_referral(&outcome, "phoenix", REFERRAL_CLOSED, "desk.not");
	decide(given, job.reference.text, DESK_NOT, "phoenix", &outcome, NOW + 5);
	assert_string_equal(show_case(given, job.reference.text).row.state, "held");

	outcome = (struct outcome){.code = "desk.send"};
	int mash = given_referral(&outcome, "merton-mash", REFERRAL_READY, "desk.send");
	given_letter(&outcome, "referral", ENTRY_AGENCY, "merton-mash", "mash", mash);
	decide(given, job.reference.text, DESK_SEND, "merton-mash", &outcome, NOW + 6);
	struct case_file file = show_case(given, job.reference.text);
	assert_string_equal(file.row.state, "open");
	assert_string_equal(file.row.mail_state, "sorted");
	assert_string_equal(file.row.code, "desk.send");
	MUST(ledger_cases(given->ledger, true, 10, given->arena, &cases, &count, &given->why));
	assert_int_equal(count, 0);
}

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

/* --- facts --------------------------------------------------------------------------------------- */

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

/* --- letters ------------------------------------------------------------------------------------- */

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
	MUST(ledger_free_leases(given->ledger, is_nobody, NOW + 1, &freed, &given->why));
	assert_int_equal(freed, 0);
	MUST(ledger_free_leases(given->ledger, is_deliver_1, NOW + 1, &freed, &given->why));
	assert_int_equal(freed, 1);
	struct due_letter second = claim_letter(given, NOW + 1);
	assert_int_equal(second.id, first.id);
	assert_true(second.may_be_second);
	assert_no_job(given, NOW + 1);
	assert_int_equal(job.attempt, 1);
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

/* --- what people ask ------------------------------------------------------------------------------ */

static void
test_ledger_cases__newest_first_and_no_more_than_asked(void **state)
{
	struct given *given = *state;
	struct case_row *cases;
	size_t count;
	struct reference references[3];

	for (unsigned at = 0; at < 3; at++)
		references[at] = given_case(given, at + 1);
	MUST(ledger_cases(given->ledger, false, 2, given->arena, &cases, &count, &given->why));
	assert_int_equal(count, 2);
	assert_string_equal(cases[0].reference.text, references[2].text);
	assert_string_equal(cases[1].reference.text, references[1].text);
	MUST(ledger_cases(given->ledger, false, 0, given->arena, &cases, &count, &given->why));
	assert_int_equal(count, 0);
}

static void
test_ledger_case__an_unknown_reference_is_not_found(void **state)
{
	struct given *given = *state;
	struct case_file file;
	bool found;

	MUST(ledger_case(
	    given->ledger, "W26-7KQ4M-3", given->arena, &file, &found, &given->why));
	assert_false(found);
}

static void
test_ledger_case__has_the_newest_record_and_its_sealed_half(void **state)
{
	struct given *given = *state;
	struct outcome outcome;

	take_mail(given, 1);
	struct job job = claim_job(given, "sort-1", NOW);
	given_outcome(&outcome, FATE_SORTED, "sort.concern");
	outcome.has_sealed_record = true;
	outcome.sealed_record = given_sealed(60);
	finish_job(given, "sort-1", &job, &outcome, NOW);
	struct case_file file = show_case(given, job.reference.text);
	assert_true(file.has_sealed_record);
	assert_memory_equal(file.sealed_record.bytes, given_sealed(60).bytes, 3000);
	outcome = (struct outcome){.code = "desk.not", .record = "{\"second\":true}"};
	decide(given, job.reference.text, DESK_NOT, "phoenix", &outcome, NOW + 1);
	file = show_case(given, job.reference.text);
	assert_string_equal(file.record, "{\"second\":true}");
	assert_false(file.has_sealed_record);
}

static int64_t
count_of(const struct ledger_status *status, const char *what, const char *named, int64_t *oldest)
{
	for (size_t at = 0; at < status->count_count; at++)
		if (strcmp(status->counts[at].what, what) == 0 &&
		    strcmp(status->counts[at].state, named) == 0) {
			*oldest = status->counts[at].oldest_at;
			return status->counts[at].count;
		}
	return -1;
}

static void
test_ledger_status__counts_every_state_with_its_oldest(void **state)
{
	struct given *given = *state;
	struct ledger_status status;
	int64_t oldest;

	(void)given_case(given, 1);
	take_mail(given, 3);
	take_mail(given, 2);
	MUST(ledger_status(given->ledger, given->arena, &status, &given->why));
	assert_int_equal(count_of(&status, "mail", "received", &oldest), 2);
	assert_int_equal(oldest, NOW - 998);
	assert_int_equal(count_of(&status, "mail", "held", &oldest), 0);
	assert_int_equal(count_of(&status, "referral", "held", &oldest), 1);
	assert_int_equal(count_of(&status, "letter", "ready", &oldest), 1);
	assert_int_equal(oldest, NOW);
	assert_int_equal(count_of(&status, "letter", "failed", &oldest), 0);
	assert_int_equal(status.count_count, 4 + 8 + 5);
	assert_null(status.rules_hash);
	assert_int_equal(status.duty_count, 0);
}

static void
test_ledger_heartbeat__keeps_when_a_duty_last_worked(void **state)
{
	struct given *given = *state;
	struct ledger_status status;

	MUST(ledger_heartbeat(given->ledger, "sort", true, NULL, NOW, &given->why));
	MUST(ledger_heartbeat(given->ledger, "receive", false, "imap.tls", NOW, &given->why));
	MUST(ledger_heartbeat(
	    given->ledger, "sort", false, "keyholder.gone", NOW + 9, &given->why));
	MUST(ledger_status(given->ledger, given->arena, &status, &given->why));
	assert_int_equal(status.duty_count, 2);
	assert_string_equal(status.duties[0].duty, "receive");
	assert_int_equal(status.duties[0].worked_at, 0);
	assert_string_equal(status.duties[1].hindrance, "keyholder.gone");
	assert_int_equal(status.duties[1].seen_at, NOW + 9);
	assert_int_equal(status.duties[1].worked_at, NOW);
	MUST(ledger_heartbeat(given->ledger, "sort", true, NULL, NOW + 10, &given->why));
	MUST(ledger_status(given->ledger, given->arena, &status, &given->why));
	assert_null(status.duties[1].hindrance);
	assert_int_equal(status.duties[1].worked_at, NOW + 10);
}

static void
test_ledger_add_rules__the_newest_activation_counts(void **state)
{
	struct given *given = *state;
	struct ledger_status status;
	const uint8_t bytes[] = "send: []";
	char one[HASH_HEX_BYTES], two[HASH_HEX_BYTES];
	struct rule_file files[] = {{"routing.yaml", bytes, sizeof bytes}, {"empty.yaml", NULL, 0}};

	hex_of(given_hash(1), HASH_BYTES, one);
	hex_of(given_hash(2), HASH_BYTES, two);
	MUST(ledger_add_rules(given->ledger, one, files, 2, "root", NOW, &given->why));
	MUST(ledger_add_rules(given->ledger, two, files, 2, "root", NOW + 1, &given->why));
	MUST(ledger_add_rules(given->ledger, one, files, 2, "root", NOW + 2, &given->why));
	MUST(ledger_status(given->ledger, given->arena, &status, &given->why));
	assert_string_equal(status.rules_hash, one);
	assert_int_equal(status.rules_at, NOW + 2);
}

static void
test_ledger_next_due__says_when_to_wake(void **state)
{
	struct given *given = *state;
	int64_t jobs_at, letters_at;

	MUST(ledger_next_due(given->ledger, &jobs_at, &letters_at, &given->why));
	assert_true(jobs_at == INT64_MAX && letters_at == INT64_MAX);
	(void)given_case(given, 1);
	take_mail(given, 2);
	MUST(ledger_next_due(given->ledger, &jobs_at, &letters_at, &given->why));
	assert_int_equal(jobs_at, NOW);
	assert_int_equal(letters_at, NOW);
	struct job job = claim_job(given, "sort-1", NOW);
	struct due_letter letter = claim_letter(given, NOW);
	MUST(ledger_next_due(given->ledger, &jobs_at, &letters_at, &given->why));
	assert_int_equal(jobs_at, NOW + LEASE);
	assert_int_equal(letters_at, NOW + LEASE);
	MUST(ledger_return_job(
	    given->ledger, "sort-1", &job, "sort.timeout", false, NOW + 7, &given->why));
	end_letter(given, letter.id, LETTER_SENT, NOW);
	MUST(ledger_next_due(given->ledger, &jobs_at, &letters_at, &given->why));
	assert_int_equal(jobs_at, NOW + 7);
	assert_true(letters_at == INT64_MAX);
}

int
main(void)
{
#define IN_LEDGER(test) cmocka_unit_test_setup_teardown(test, given_setup, given_teardown)
	const struct CMUnitTest tests[] = {
	    IN_LEDGER(test_ledger__a_case_goes_from_mail_to_sent_letter),
	    IN_LEDGER(test_ledger__a_held_mail_opens_a_case_that_waits_until_the_desk_decides),
	    IN_LEDGER(test_ledger_claim_job__decisions_then_notices_then_mails_by_age),
	    IN_LEDGER(test_ledger_claim_job__each_attempt_counts_and_the_reference_stays),
	    IN_LEDGER(test_ledger_finish_job__a_lost_lease_writes_nothing),
	    IN_LEDGER(test_ledger_return_job__is_tried_again_when_due_and_counted_or_not),
	    IN_LEDGER(test_ledger_finish_job__an_outcome_that_cannot_be_is_refused_whole),
	    IN_LEDGER(test_ledger_add_decision__needs_a_case),
	    IN_LEDGER(test_ledger_finish_job__a_mail_with_decisions_makes_a_job_of_each),
	    IN_LEDGER(test_ledger_finish_job__two_decisions_at_once_do_not_both_count),
	    IN_LEDGER(test_ledger_finish_job__close_ends_what_waits_and_lets_go_what_goes),
	    IN_LEDGER(test_ledger_finish_job__not_withdraws_a_letter_unless_it_is_leaving),
	    IN_LEDGER(test_ledger_finish_job__a_referral_still_held_says_its_new_reason),
	    IN_LEDGER(test_ledger_facts__a_duplicate_is_another_mail_that_became_a_case),
	    IN_LEDGER(test_ledger_facts__a_case_and_its_referrals_and_our_letter),
	    IN_LEDGER(test_ledger_finish_job__two_workers_with_one_payload_open_one_case),
	    IN_LEDGER(test_ledger_claim_letter__the_most_urgent_first_then_the_oldest),
	    IN_LEDGER(test_ledger_end_letter__one_that_waits_comes_again_with_the_same_bytes),
	    IN_LEDGER(test_ledger_claim_letter__one_in_sending_comes_back_as_perhaps_second),
	    IN_LEDGER(test_ledger_free_leases__gives_back_what_the_dead_held_and_no_more),
	    IN_LEDGER(test_ledger_end_letter__only_whose_it_is_may_end_it),
	    IN_LEDGER(test_ledger_end_letter__a_failed_letter_is_a_notice_and_bounces_its_referral),
	    IN_LEDGER(test_ledger_end_letter__a_long_reply_is_cut),
	    IN_LEDGER(test_ledger_cases__newest_first_and_no_more_than_asked),
	    IN_LEDGER(test_ledger_case__an_unknown_reference_is_not_found),
	    IN_LEDGER(test_ledger_case__has_the_newest_record_and_its_sealed_half),
	    IN_LEDGER(test_ledger_status__counts_every_state_with_its_oldest),
	    IN_LEDGER(test_ledger_heartbeat__keeps_when_a_duty_last_worked),
	    IN_LEDGER(test_ledger_add_rules__the_newest_activation_counts),
	    IN_LEDGER(test_ledger_next_due__says_when_to_wake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
