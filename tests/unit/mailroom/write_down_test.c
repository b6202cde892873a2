/* What cannot be asked for again is written down once the disk allows it; nothing is claimed after damage. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/write_down.h"

#include <signal.h>
#include <sys/time.h>

#include "bad_disk.h"
#include "given.h"

/* The disk is well again so long after this. */
static void
make_room(int number)
{
	(void)number;
	bad_disk_fail_at(DISK_FULL, 0, false);
}

static void
make_room_in(int milliseconds)
{
	struct itimerval timer = {.it_value.tv_usec = milliseconds * 1000};

	(void)signal(SIGALRM, make_room);
	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

static struct scribe
scribe_of(struct given *given)
{
	static struct settings settings;

	settings.ledger.path = given->path;
	return (struct scribe){.ledger = &given->ledger, .settings = &settings};
}

struct finish {
	const struct job *job;
	const struct outcome *outcome;
	unsigned calls;
};

static bool
finish(struct ledger *ledger, void *context, struct failure *why)
{
	struct finish *finish = context;

	finish->calls++;
	return ledger_finish_job(ledger, "sort-1", finish->job, finish->outcome, RULES_HASH,
	    given_hash(0), NOW, why);
}

static bool
give_back(struct ledger *ledger, void *context, struct failure *why)
{
	(void)context;
	return ledger_forgo_job(ledger, "sort-1", "ledger.damaged", NOW, why);
}

static bool
end_sent(struct ledger *ledger, void *context, struct failure *why)
{
	return ledger_end_letter(ledger, "deliver-1", *(int64_t *)context, LETTER_SENT, "smtp.sent",
	    "250 2.0.0 Ok", "4A", 0, NOW, why);
}

/* The claim found room, what was made of the mail does not. */
static void
test_write_down__an_outcome_waits_for_a_disk_that_is_full(void **state)
{
	struct given *given = *state;
	struct scribe scribe = scribe_of(given);
	struct outcome outcome;

	take_mail(given, 1);
	struct job job = claim_job(given, "sort-1", NOW);
	given_outcome(&outcome, FATE_SORTED, "sort.concern");
	given_letter(&outcome, "receipt", ENTRY_OFFICER, "pc-day", "one", -1);
	struct finish written = {.job = &job, .outcome = &outcome};
	bad_disk_fail_at(DISK_FULL, 1, true);
	make_room_in(350);
	MUST(write_down(&scribe, finish, &written, &given->why));
	assert_true(written.calls > 1);
	assert_false(scribe.was_damaged);
	assert_string_equal(show_case(given, job.reference.text).row.mail_state, "sorted");
	assert_no_job(given, NOW + 100 * LEASE);
}

/* The server has the letter: after damage the ledger is read anew, and says so. */
static void
test_write_down__an_answer_outlives_damage(void **state)
{
	struct given *given = *state;
	struct scribe scribe = scribe_of(given);
	struct reference one = given_case(given, 1);

	for (int fault = DISK_WRITE_ERROR; fault <= DISK_SYNC_ERROR; fault++) {
		struct reference next = fault == DISK_SYNC_ERROR ? given_case(given, 2) : one;
		int64_t id = claim_letter(given, NOW).id;

		scribe.was_damaged = false;
		bad_disk_fail_at((enum disk_fault)fault, 1, false);
		MUST(write_down(&scribe, end_sent, &id, &given->why));
		assert_true(bad_disk_failed());
		assert_true(scribe.was_damaged);
		assert_string_equal(show_case(given, next.text).letters[0].state, "sent");
		assert_no_letter(given, NOW + 100 * LEASE);
	}
}

static void
test_write_down__an_attempt_that_the_disk_ended_does_not_count(void **state)
{
	struct given *given = *state;
	struct scribe scribe = scribe_of(given);

	take_mail(given, 1);
	for (unsigned times = 0; times < 4; times++) {
		assert_int_equal(claim_job(given, "sort-1", NOW).attempt, 1);
		bad_disk_fail_at(DISK_WRITE_ERROR, 1, false);
		MUST(write_down(&scribe, give_back, NULL, &given->why));
		assert_true(scribe.was_damaged);
	}
}

/* Nobody heard of the claim; but it may be on the disk. */
static void
test_write_down__a_claim_that_lasted_in_spite_of_an_error_does_not_count(void **state)
{
	struct given *given = *state;
	struct scribe scribe = scribe_of(given);
	struct job job;
	bool found;

	take_mail(given, 1);
	for (unsigned times = 0; times < 4; times++) {
		bad_disk_fail_at(DISK_SYNC_ERROR, 1, false);
		MUST_FAIL(ledger_claim_job(given->ledger, "sort-1", "W", 2026, NOW, LEASE,
			      given->arena, &job, &found, &given->why),
		    REMEDY_STOP, "ledger.damaged");
		MUST(write_down(&scribe, give_back, NULL, &given->why));
	}
	assert_int_equal(claim_job(given, "sort-1", NOW).attempt, 1);
}

/* Our own mistakes, and work that is another's by now, are no fault of the disk. */
static void
test_write_down__other_failures_come_back_at_once(void **state)
{
	struct given *given = *state;
	struct scribe scribe = scribe_of(given);
	int64_t none = 77;

	MUST_FAIL(write_down(&scribe, end_sent, &none, &given->why), REMEDY_RETRY, "ledger.lease");
	assert_false(scribe.was_damaged);
	assert_false(write_down_later(&given->why));
}

/* With --once nobody waits for ever, and no handle is left that could be asked. */
static void
test_write_down__what_is_brief_gives_up(void **state)
{
	struct given *given = *state;
	struct scribe scribe = scribe_of(given);
	int64_t id;

	(void)given_case(given, 1);
	id = claim_letter(given, NOW).id;
	scribe.is_brief = true;
	bad_disk_fail_at(DISK_FULL, 1, true);
	MUST_FAIL(write_down(&scribe, end_sent, &id, &given->why), REMEDY_STOP, "ledger.full");
	bad_disk_fail_at(DISK_FULL, 0, false);
	MUST(write_down(&scribe, end_sent, &id, &given->why));
}

int
main(void)
{
#define IN_LEDGER(test) cmocka_unit_test_setup_teardown(test, given_setup, given_teardown)
	const struct CMUnitTest tests[] = {
	    IN_LEDGER(test_write_down__an_outcome_waits_for_a_disk_that_is_full),
	    IN_LEDGER(test_write_down__an_answer_outlives_damage),
	    IN_LEDGER(test_write_down__an_attempt_that_the_disk_ended_does_not_count),
	    IN_LEDGER(test_write_down__a_claim_that_lasted_in_spite_of_an_error_does_not_count),
	    IN_LEDGER(test_write_down__other_failures_come_back_at_once),
	    IN_LEDGER(test_write_down__what_is_brief_gives_up),
	};

	bad_disk_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
