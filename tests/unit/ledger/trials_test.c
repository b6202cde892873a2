/* What rules on trial asked for, and how often the desk agreed. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

static const char OLDER_RULES[] =
    "00000000000000000000000000000000000000000000000000000000000000aa";

/* A case whose rules asked for these agencies, decided at `now` under the rules of this hash. */
static struct reference
open_case(struct given *given, unsigned number, struct outcome_trial *trials, size_t count,
    const char *hash, int64_t now)
{
	struct outcome outcome;

	take_mail(given, number);
	struct job job = claim_job(given, "sort-1", now);
	given_outcome(&outcome, FATE_SORTED, "sort.concern");
	given_referral(&outcome, "phoenix", REFERRAL_HELD, "route.propose");
	given_referral(&outcome, "early-help", REFERRAL_HELD, "route.propose");
	outcome.trials = trials;
	outcome.trial_count = count;
	MUST(ledger_finish_job(given->ledger, "sort-1", &job, &outcome, hash, given_hash(0), now,
	    &given->why));
	return job.reference;
}

static struct reference
propose(struct given *given, unsigned number, int64_t now)
{
	struct outcome_trial trials[] = {
	    {.rule = "young", .agency = "phoenix"}, {.rule = "family", .agency = "early-help"}};

	return open_case(given, number, trials, COUNT_OF(trials), RULES_HASH, now);
}

/* The desk decides, and what it says is carried out, or refused. */
static void
answer(struct given *given, struct reference reference, enum decision_action action,
    const char *agency, const char *code)
{
	struct outcome outcome;

	given_outcome(&outcome, FATE_SORTED, code);
	outcome.opens_case = false;
	outcome.closes_case = action == DESK_CLOSE;
	decide(given, reference.text, action, agency, &outcome, NOW + 60);
}

static struct trial_counts
count(struct given *given, const struct trial_question *question)
{
	struct trial_counts counts;

	MUST(ledger_trials(given->ledger, question, &counts, &given->why));
	return counts;
}

#define ASSERT_COUNTS(counts, asked_, agreed_, declined_, closed_)  \
	do {                                                        \
		const struct trial_counts found_ = (counts);        \
		assert_int_equal(found_.asked, asked_);             \
		assert_int_equal(found_.agreed, agreed_);           \
		assert_int_equal(found_.declined, declined_);       \
		assert_int_equal(found_.closed, closed_);           \
	} while (0)

static const struct trial_question YOUNG = {.rule = "young"}, FAMILY = {.rule = "family"};

static void
test_trials__a_rule_that_never_asked_has_none(void **state)
{
	struct given *given = *state;
	struct trial_counts counts = count(given, &YOUNG);

	ASSERT_COUNTS(counts, 0, 0, 0, 0);
	assert_int_equal(counts.since, 0);
}

static void
test_trials__each_word_of_the_desk_is_counted_where_it_belongs(void **state)
{
	struct given *given = *state;

	answer(given, propose(given, 1, NOW), DESK_SEND, "phoenix", "desk.send");
	answer(given, propose(given, 2, NOW + 1), DESK_NOT, "phoenix", "desk.not");
	(void)propose(given, 3, NOW + 2);
	struct trial_counts young = count(given, &YOUNG);
	ASSERT_COUNTS(young, 3, 1, 1, 0);
	assert_int_equal(young.since, NOW);
	/* what was said of one agency answers nothing of another */
	ASSERT_COUNTS(count(given, &FAMILY), 3, 0, 0, 0);
}

static void
test_trials__closing_answers_only_what_nobody_had_answered(void **state)
{
	struct given *given = *state;
	struct reference reference = propose(given, 1, NOW);

	answer(given, reference, DESK_SEND, "phoenix", "desk.send");
	answer(given, reference, DESK_CLOSE, NULL, "desk.close");
	ASSERT_COUNTS(count(given, &YOUNG), 1, 1, 0, 0);
	ASSERT_COUNTS(count(given, &FAMILY), 1, 0, 0, 1);
}

static void
test_trials__the_last_word_counts(void **state)
{
	struct given *given = *state;
	struct reference reference = propose(given, 1, NOW);

	answer(given, reference, DESK_NOT, "phoenix", "desk.not");
	answer(given, reference, DESK_SEND, "phoenix", "desk.send");
	ASSERT_COUNTS(count(given, &YOUNG), 1, 1, 0, 0);
}

static void
test_trials__a_decision_that_was_refused_is_no_answer(void **state)
{
	struct given *given = *state;

	answer(given, propose(given, 1, NOW), DESK_SEND, "phoenix", "desk.refused");
	ASSERT_COUNTS(count(given, &YOUNG), 1, 0, 0, 0);
}

static void
test_trials__what_only_watches_is_counted_by_itself_and_never_answered(void **state)
{
	struct given *given = *state;
	struct outcome_trial trials[] = {{.rule = "young", .agency = "phoenix", .is_watch = true}};
	const struct trial_question watched = {.rule = "young", .is_watch = true};

	answer(given, open_case(given, 1, trials, 1, RULES_HASH, NOW), DESK_SEND, "phoenix",
	    "desk.send");
	ASSERT_COUNTS(count(given, &watched), 1, 0, 0, 0);
	ASSERT_COUNTS(count(given, &YOUNG), 0, 0, 0, 0);
}

static void
test_trials__earlier_rules_count_only_where_asked_for(void **state)
{
	struct given *given = *state;
	struct outcome_trial trials[] = {{.rule = "young", .agency = "phoenix"}};
	const struct trial_question now = {.rule = "young", .rules_hash = RULES_HASH};

	(void)open_case(given, 1, trials, 1, OLDER_RULES, NOW);
	(void)propose(given, 2, NOW + 10);
	ASSERT_COUNTS(count(given, &YOUNG), 2, 0, 0, 0);
	ASSERT_COUNTS(count(given, &now), 1, 0, 0, 0);
	assert_int_equal(count(given, &now).since, NOW + 10);
}

static void
test_trials__a_period_has_its_first_second_and_not_its_last(void **state)
{
	struct given *given = *state;
	struct trial_question period = {.rule = "young", .from = NOW + 10, .until = NOW + 20};

	(void)propose(given, 1, NOW + 9);
	(void)propose(given, 2, NOW + 10);
	(void)propose(given, 3, NOW + 19);
	(void)propose(given, 4, NOW + 20);
	ASSERT_COUNTS(count(given, &period), 2, 0, 0, 0);
	period.until = 0;
	ASSERT_COUNTS(count(given, &period), 3, 0, 0, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_trials__##name, given_setup, given_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_rule_that_never_asked_has_none),
	    TEST(each_word_of_the_desk_is_counted_where_it_belongs),
	    TEST(closing_answers_only_what_nobody_had_answered),
	    TEST(the_last_word_counts),
	    TEST(a_decision_that_was_refused_is_no_answer),
	    TEST(what_only_watches_is_counted_by_itself_and_never_answered),
	    TEST(earlier_rules_count_only_where_asked_for),
	    TEST(a_period_has_its_first_second_and_not_its_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
