/* Which spans digests tell, each once, and what they tell of them. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

#include <stdio.h>

enum { HOUR = 3600, DAY = 24 * HOUR, WEEK = 7 * DAY };

static bool
begin(struct given *given, int64_t until, int64_t now)
{
	bool is_new;

	MUST(ledger_begin_digest(given->ledger, until, now, &is_new, &given->why));
	return is_new;
}

/* Takes the note to ourselves, whose span this must be, and sets it aside with its letters. */
static void
tell(struct given *given, int64_t since, int64_t until)
{
	struct outcome outcome;
	struct job job = claim_job(given, "sort-1", until + 8 * WEEK);

	assert_int_equal(job.kind, JOB_MAIL);
	assert_false(job.has_sealed);
	assert_int_equal(job.digest_since, since);
	assert_int_equal(job.digest_until, until);
	given_outcome(&outcome, FATE_SET_ASIDE, "digest.written");
	given_letter(&outcome, "digest", ENTRY_DESK, "duty", job.reference.text, -1);
	finish_job(given, "sort-1", &job, &outcome, until + 8 * WEEK);
}

/* --- each span once ------------------------------------------------------------------------------ */

static void
test_digest__telling_begins_at_the_first_look(void **state)
{
	struct given *given = *state;
	int64_t since;

	MUST(ledger_digest_since(given->ledger, NOW, &since, &given->why));
	assert_int_equal(since, 0);
	assert_false(begin(given, NOW - DAY, NOW));
	assert_false(begin(given, NOW - DAY, NOW + HOUR));
	assert_no_job(given, NOW + WEEK);
	MUST(ledger_digest_since(given->ledger, NOW + HOUR, &since, &given->why));
	assert_int_equal(since, NOW);
	assert_true(begin(given, NOW + DAY, NOW + DAY));
	tell(given, NOW, NOW + DAY);
}

static void
test_digest__is_due_once_whoever_asks_and_however_often(void **state)
{
	struct given *given = *state;

	assert_false(begin(given, NOW, NOW));
	assert_true(begin(given, NOW + WEEK, NOW + WEEK));
	assert_false(begin(given, NOW + WEEK, NOW + WEEK));
	given_reopen(given);
	assert_false(begin(given, NOW + WEEK, NOW + WEEK + HOUR));
	tell(given, NOW, NOW + WEEK);
	assert_false(begin(given, NOW + WEEK, NOW + WEEK + 2 * HOUR));
	assert_no_job(given, NOW + 9 * WEEK);
	assert_true(begin(given, NOW + 2 * WEEK, NOW + 2 * WEEK));
	tell(given, NOW + WEEK, NOW + 2 * WEEK);
}

static void
test_digest__weeks_that_were_missed_are_told_in_one(void **state)
{
	struct given *given = *state;

	assert_false(begin(given, NOW, NOW));
	assert_true(begin(given, NOW + 7 * WEEK, NOW + 7 * WEEK + DAY));
	tell(given, NOW, NOW + 7 * WEEK);
	assert_no_job(given, NOW + 99 * WEEK);
}

/* A worker that is killed leaves the job to another, and its letter is sealed once. */
static void
test_digest__a_job_that_was_not_finished_is_done_again(void **state)
{
	struct given *given = *state;
	struct outcome outcome;

	assert_false(begin(given, NOW, NOW));
	assert_true(begin(given, NOW + WEEK, NOW + WEEK));
	struct job lost = claim_job(given, "sort-1", NOW + WEEK);
	assert_no_letter(given, NOW + 2 * WEEK);
	given_reopen(given);
	tell(given, NOW, NOW + WEEK);
	given_outcome(&outcome, FATE_SET_ASIDE, "digest.written");
	given_letter(&outcome, "digest", ENTRY_DESK, "duty", "again", -1);
	MUST_FAIL(ledger_finish_job(given->ledger, "sort-1", &lost, &outcome, RULES_HASH,
		      given_hash(0), NOW + WEEK, &given->why),
	    REMEDY_RETRY, "ledger.lease");
	(void)claim_letter(given, NOW + 20 * WEEK);
	assert_no_letter(given, NOW + 20 * WEEK);
}

static void
test_digest__a_clock_that_went_back_sends_nothing_twice(void **state)
{
	struct given *given = *state;

	assert_false(begin(given, NOW, NOW));
	for (unsigned week = 1; week <= 3; week++) {
		assert_true(begin(given, NOW + week * WEEK, NOW + week * WEEK));
		tell(given, NOW + (week - 1) * WEEK, NOW + week * WEEK);
	}
	assert_false(begin(given, NOW + WEEK, NOW + WEEK + DAY));
	assert_false(begin(given, NOW + 2 * WEEK, NOW + 2 * WEEK));
	/* long before there was a ledger */
	assert_false(begin(given, NOW - 52 * WEEK, NOW - 52 * WEEK));
	assert_false(begin(given, NOW + 3 * WEEK, NOW + 3 * WEEK + DAY));
	assert_true(begin(given, NOW + 4 * WEEK, NOW + 4 * WEEK));
	tell(given, NOW + 3 * WEEK, NOW + 4 * WEEK);
}

static void
test_digest__a_clock_that_was_ahead_keeps_none_back(void **state)
{
	struct given *given = *state;

	assert_false(begin(given, NOW, NOW));
	assert_true(begin(given, NOW + 8 * WEEK, NOW + 8 * WEEK + 5));
	tell(given, NOW, NOW + 8 * WEEK);
	for (unsigned week = 1; week <= 9; week++) {
		assert_true(begin(given, NOW + week * WEEK, NOW + week * WEEK + 5));
		tell(given, NOW + (week - 1) * WEEK, NOW + week * WEEK);
	}
}

/* --- what is told ------------------------------------------------------------------------------ */

static struct digest_facts
facts_of(struct given *given, int64_t since, int64_t until)
{
	const struct digest_span span = {.since = since, .until = until};
	struct digest_facts facts;

	MUST(ledger_digest_facts(given->ledger, &span, given->arena, &facts, &given->why));
	return facts;
}

static int64_t
counted(const struct digest_facts *facts, const char *what, const char *state)
{
	for (size_t at = 0; at < facts->count_count; at++)
		if (strcmp(facts->counts[at].what, what) == 0 &&
		    strcmp(facts->counts[at].state, state) == 0)
			return facts->counts[at].count;
	return -1;
}

static void
test_digest__counts_mails_cases_and_referrals_of_its_span(void **state)
{
	struct given *given = *state;

	(void)given_case(given, 1);
	(void)given_case(given, 2);
	take_mail(given, 3);
	end_letter(given, claim_letter(given, NOW + 10).id, LETTER_SENT, NOW + 10);
	end_letter(given, claim_letter(given, NOW + 10).id, LETTER_SENT, NOW + DAY);
	struct digest_facts facts = facts_of(given, NOW, NOW + DAY);
	assert_int_equal(counted(&facts, "mail", "sorted"), 2);
	assert_int_equal(counted(&facts, "mail", "received"), 1);
	assert_int_equal(counted(&facts, "mail", "held"), 0);
	assert_int_equal(counted(&facts, "case", "amber"), 2);
	assert_int_equal(counted(&facts, "case", "red"), 0);
	assert_int_equal(counted(&facts, "referral", "merton-mash"), 1);
	assert_int_equal(counted(&facts, "referral", "phoenix"), -1);
	facts = facts_of(given, NOW + DAY, NOW + 2 * DAY);
	assert_int_equal(counted(&facts, "mail", "sorted"), 0);
	assert_int_equal(counted(&facts, "referral", "merton-mash"), 1);
	facts = facts_of(given, NOW - DAY, NOW);
	assert_int_equal(counted(&facts, "mail", "sorted"), 0);
	assert_int_equal(counted(&facts, "case", "amber"), 0);
}

static void
test_digest__its_own_note_is_no_mail_that_came(void **state)
{
	struct given *given = *state;

	assert_false(begin(given, NOW, NOW));
	assert_true(begin(given, NOW + DAY, NOW + DAY));
	tell(given, NOW, NOW + DAY);
	struct digest_facts facts = facts_of(given, NOW, NOW + 9 * WEEK);
	assert_int_equal(counted(&facts, "mail", "received"), 0);
	assert_int_equal(counted(&facts, "mail", "set-aside"), 0);
}

static void
test_digest__names_what_waits_the_oldest_first(void **state)
{
	struct given *given = *state;
	struct reference first = given_case(given, 1);

	for (unsigned number = 2; number <= DIGEST_LISTED_MAX + 2; number++)
		(void)given_case(given, number);
	/* whenever it came, it waits now */
	struct digest_facts facts = facts_of(given, NOW + 2 * WEEK, NOW + 3 * WEEK);
	assert_int_equal(facts.waiting_count, DIGEST_LISTED_MAX);
	assert_int_equal(facts.waiting_all, DIGEST_LISTED_MAX + 2);
	assert_string_equal(facts.waiting[0].reference, first.text);
	assert_int_equal(facts.waiting[0].opened_at, NOW);
	assert_int_equal(facts.waiting[0].urgency, URGENCY_AMBER);
	assert_int_equal(facts.waiting[0].held, 1);
}

static void
test_digest__names_letters_that_failed_or_may_have_gone_twice(void **state)
{
	struct given *given = *state;
	struct reference first = given_case(given, 1);
	struct reference second = given_case(given, 2);

	end_letter(given, claim_letter(given, NOW).id, LETTER_FAILED, NOW + 1);
	/* its worker died: claimed again, it may be there already */
	(void)claim_letter(given, NOW);
	end_letter(given, claim_letter(given, NOW + DAY).id, LETTER_SENT, NOW + DAY);
	struct digest_facts facts = facts_of(given, NOW, NOW + WEEK);
	assert_int_equal(facts.letters_all, 2);
	assert_int_equal(facts.letter_count, 2);
	assert_true(facts.letters[0].has_failed);
	assert_string_equal(facts.letters[0].reference, first.text);
	assert_string_equal(facts.letters[0].to, "merton-mash");
	assert_string_equal(facts.letters[0].code, "smtp.550");
	assert_false(facts.letters[1].has_failed);
	assert_string_equal(facts.letters[1].reference, second.text);
	facts = facts_of(given, NOW + WEEK, NOW + 2 * WEEK);
	assert_int_equal(facts.letters_all, 0);
}

static void
test_digest__names_faults_of_rules_and_how_the_duties_stand(void **state)
{
	struct given *given = *state;
	struct rules_fault fault = {.which = "edited", .words = "routing.yaml:3", .faults = 2};
	const struct difference difference = {.kind = "mail.gone", .subject = 7};
	size_t news;
	bool is_new;

	MUST(ledger_note_rules_fault(
	    given->ledger, &fault, given_hash(1), NOW, &is_new, &given->why));
	fault.faults = 0;
	MUST(ledger_note_rules_fault(
	    given->ledger, &fault, given_hash(2), NOW + HOUR, &is_new, &given->why));
	MUST(ledger_note_differences(given->ledger, &difference, 1, NOW, &news, &given->why));
	MUST(ledger_heartbeat(given->ledger, "reconcile", true, NULL, NOW + 5, &given->why));
	struct digest_facts facts = facts_of(given, NOW, NOW + DAY);
	assert_int_equal(facts.faults_all, 1);
	assert_string_equal(facts.faults[0].which, "edited");
	assert_int_equal(facts.faults[0].faults, 2);
	assert_int_equal(facts.faults[0].since, NOW);
	assert_int_equal(facts.faults[0].until, NOW + HOUR);
	assert_int_equal(facts.now.duty_count, 1);
	assert_int_equal(facts.now.duties[0].worked_at, NOW + 5);
	for (size_t at = 0; at < facts.now.count_count; at++)
		if (strcmp(facts.now.counts[at].state, "mail.gone") == 0)
			assert_int_equal(facts.now.counts[at].count, 1);
	assert_int_equal(facts_of(given, NOW + DAY, NOW + WEEK).faults_all, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_digest__##name, given_setup, given_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(telling_begins_at_the_first_look),
	    TEST(is_due_once_whoever_asks_and_however_often),
	    TEST(weeks_that_were_missed_are_told_in_one),
	    TEST(a_job_that_was_not_finished_is_done_again),
	    TEST(a_clock_that_went_back_sends_nothing_twice),
	    TEST(a_clock_that_was_ahead_keeps_none_back),
	    TEST(counts_mails_cases_and_referrals_of_its_span),
	    TEST(its_own_note_is_no_mail_that_came),
	    TEST(names_what_waits_the_oldest_first),
	    TEST(names_letters_that_failed_or_may_have_gone_twice),
	    TEST(names_faults_of_rules_and_how_the_duties_stand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
