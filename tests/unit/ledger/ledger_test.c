/* The ledger by its door: from a mail to its letter, and what people ask. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

/* --- a whole life ------------------------------------------------------------------------------ */

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
	MUST(ledger_cases(given->ledger, true, 0, 10, given->arena, &cases, &count, &given->why));
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
	MUST(ledger_cases(given->ledger, true, 0, 10, given->arena, &cases, &count, &given->why));
	assert_int_equal(count, 0);
}

/* --- what people ask --------------------------------------------------------------------------- */

static void
test_ledger_cases__newest_first_and_no_more_than_asked(void **state)
{
	struct given *given = *state;
	struct case_row *cases;
	size_t count;
	struct reference references[3];

	for (unsigned at = 0; at < 3; at++)
		references[at] = given_case(given, at + 1);
	MUST(ledger_cases(given->ledger, false, 0, 2, given->arena, &cases, &count, &given->why));
	assert_int_equal(count, 2);
	assert_string_equal(cases[0].reference.text, references[2].text);
	assert_string_equal(cases[1].reference.text, references[1].text);
	MUST(ledger_cases(given->ledger, false, cases[1].number, 2, given->arena, &cases, &count,
	    &given->why));
	assert_int_equal(count, 1);
	assert_string_equal(cases[0].reference.text, references[0].text);
	MUST(ledger_cases(given->ledger, false, 0, 0, given->arena, &cases, &count, &given->why));
	assert_int_equal(count, 0);
}

static void
test_ledger_case__an_unknown_reference_is_not_found(void **state)
{
	struct given *given = *state;
	struct case_file file;
	bool found;

	MUST(ledger_case(given->ledger, "W26-7KQ4M-3", given->arena, &file, &found, &given->why));
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
	assert_int_equal(count_of(&status, "alarm", "unheard", &oldest), 0);
	assert_int_equal(status.count_count, 4 + 8 + 5 + 1 + 12);
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
	MUST(
	    ledger_heartbeat(given->ledger, "sort", false, "keyholder.gone", NOW + 9, &given->why));
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

/* One rule set of two files under a hash that is told apart by its number. */
static int64_t
begin_activation(struct given *given, unsigned number, int64_t follows, int64_t now)
{
	static char hash[HASH_HEX_BYTES];
	const uint8_t bytes[] = "send: []";
	struct rule_file files[] = {{"empty.yaml", NULL, 0}, {"routing.yaml", bytes, sizeof bytes}};
	int64_t begun = 0;

	hex_of(given_hash(number), HASH_BYTES, hash);
	struct activation change = {
	    .hash = hash, .by = "root", .approved_by = "sgt-marlowe", .approved_key = "AB12",
	    .despite_errors = number == 1};
	MUST(ledger_begin_activation(
	    given->ledger, &change, files, 2, follows, now, &begun, &given->why));
	return begun;
}

static void
test_ledger_activation__what_was_done_last_counts_and_not_what_was_begun(void **state)
{
	struct given *given = *state;
	struct ledger_status status;
	struct activation *found;
	char one[HASH_HEX_BYTES];
	size_t count;

	hex_of(given_hash(1), HASH_BYTES, one);
	int64_t first = begin_activation(given, 1, 0, NOW);
	MUST(ledger_status(given->ledger, given->arena, &status, &given->why));
	assert_null(status.rules_hash);
	MUST(ledger_end_activation(given->ledger, first, NOW + 1, &given->why));
	(void)begin_activation(given, 2, first, NOW + 2);
	MUST(ledger_status(given->ledger, given->arena, &status, &given->why));
	assert_string_equal(status.rules_hash, one);
	assert_int_equal(status.rules_at, NOW + 1);
	MUST(ledger_activations(given->ledger, 10, given->arena, &found, &count, &given->why));
	assert_int_equal(count, 2);
	assert_int_equal(found[0].done_at, 0);
	assert_string_equal(found[1].approved_by, "sgt-marlowe");
	assert_string_equal(found[1].approved_key, "AB12");
	assert_null(found[1].instead_of);
	assert_true(found[1].despite_errors && !found[0].despite_errors);
}

static void
test_ledger_activation__one_that_another_overtook_is_refused(void **state)
{
	struct given *given = *state;
	struct activation change = {.hash = "ab", .by = "root"};
	int64_t first = begin_activation(given, 1, 0, NOW), number;

	MUST(ledger_end_activation(given->ledger, first, NOW, &given->why));
	assert_false(
	    ledger_begin_activation(given->ledger, &change, NULL, 0, 0, NOW, &number, &given->why));
	assert_string_equal(given->why.code, "rules.moved");
}

static void
test_ledger_rules_of__gives_the_bytes_by_the_beginning_of_the_hash(void **state)
{
	struct given *given = *state;
	struct rule_files rules = {0};
	char one[HASH_HEX_BYTES], prefix[9] = "";

	hex_of(given_hash(1), HASH_BYTES, one);
	(void)begin_activation(given, 1, 0, NOW);
	(void)begin_activation(given, 2, 0, NOW);
	memcpy(prefix, one, 8);
	MUST(ledger_rules_of(given->ledger, prefix, given->arena, &rules, &given->why));
	assert_string_equal(rules.hash, one);
	assert_int_equal(rules.count, 2);
	assert_string_equal(rules.files[1].name, "routing.yaml");
	assert_memory_equal(rules.files[1].bytes, "send: []", 9);
	assert_int_equal(rules.files[0].length, 0);
	assert_false(ledger_rules_of(given->ledger, "", given->arena, &rules, &given->why));
	assert_string_equal(given->why.code, "rules.ambiguous");
	assert_false(ledger_rules_of(given->ledger, "nn", given->arena, &rules, &given->why));
	assert_string_equal(given->why.code, "rules.unknown");
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

static int64_t
resumed_at(struct given *given, int64_t now)
{
	int64_t at = -1;

	MUST(ledger_resume(given->ledger, "deliver", 60, now, &at, &given->why));
	return at;
}

static void
test_ledger_resume__notes_each_time_in_which_a_duty_could_not_work(void **state)
{
	struct given *given = *state;

	/* a ledger on which nobody has delivered yet, whatever waits in it */
	assert_int_equal(resumed_at(given, NOW - 7), NOW - 7);
	MUST(ledger_heartbeat(given->ledger, "deliver", true, NULL, NOW, &given->why));
	/* a new process, soon: nothing was missed */
	assert_int_equal(resumed_at(given, NOW + 59), NOW - 7);
	/* the machine was off for an hour */
	assert_int_equal(resumed_at(given, NOW + 3600), NOW + 3600);
	/* and another process knows of it */
	MUST(ledger_heartbeat(given->ledger, "deliver", true, NULL, NOW + 3620, &given->why));
	assert_int_equal(resumed_at(given, NOW + 3630), NOW + 3600);
	/* the clock is set back, by much or by as much as it had jumped */
	assert_int_equal(resumed_at(given, NOW + 100), NOW + 100);
	MUST(ledger_heartbeat(given->ledger, "deliver", true, NULL, NOW + 90, &given->why));
	assert_int_equal(resumed_at(given, NOW + 95), NOW + 95);
	/* to go on is no work, and no other duty's affair */
	MUST(ledger_heartbeat(given->ledger, "sort", true, NULL, NOW, &given->why));
	struct ledger_status status;
	MUST(ledger_status(given->ledger, given->arena, &status, &given->why));
	assert_int_equal(status.duties[0].worked_at, NOW + 90);
}

int
main(void)
{
#define IN_LEDGER(test) cmocka_unit_test_setup_teardown(test, given_setup, given_teardown)
	const struct CMUnitTest tests[] = {
	    IN_LEDGER(test_ledger__a_case_goes_from_mail_to_sent_letter),
	    IN_LEDGER(test_ledger__a_held_mail_opens_a_case_that_waits_until_the_desk_decides),
	    IN_LEDGER(test_ledger_cases__newest_first_and_no_more_than_asked),
	    IN_LEDGER(test_ledger_case__an_unknown_reference_is_not_found),
	    IN_LEDGER(test_ledger_case__has_the_newest_record_and_its_sealed_half),
	    IN_LEDGER(test_ledger_status__counts_every_state_with_its_oldest),
	    IN_LEDGER(test_ledger_heartbeat__keeps_when_a_duty_last_worked),
	    IN_LEDGER(test_ledger_resume__notes_each_time_in_which_a_duty_could_not_work),
	    IN_LEDGER(test_ledger_activation__what_was_done_last_counts_and_not_what_was_begun),
	    IN_LEDGER(test_ledger_activation__one_that_another_overtook_is_refused),
	    IN_LEDGER(test_ledger_rules_of__gives_the_bytes_by_the_beginning_of_the_hash),
	    IN_LEDGER(test_ledger_next_due__says_when_to_wake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
