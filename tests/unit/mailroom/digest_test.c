/* When a digest is due by the settings, and the lines it is made of. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "given.h"
#include "base/clock.h"
#include "mailroom/mailroom.h"

/* A ledger, and the shipped rules without settings or keys. */
struct digests {
	struct given *given;
	struct equipment equipment;
	struct settings settings;
};

static char *
shipped(const char *name)
{
	return g_build_filename(g_getenv("WANDLE_SOURCE"), "rules", name, NULL);
}

static int
begin(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	struct digests *digests = g_new0(struct digests, 1);
	struct equipment *equipment = &digests->equipment;
	g_autofree char *folder = shipped(""), *form = shipped("form.yaml");
	g_autofree char *routing = shipped("routing.yaml"), *areas = shipped("areas.csv");
	void *given = NULL;

	assert_true(clock_open_zone());
	assert_int_equal(given_setup(&given), 0);
	digests->given = given;
	equipment->settings = &digests->settings;
	equipment->form = form_load(form, faults);
	assert_non_null(equipment->form);
	const struct field_list *fields = form_fields(equipment->form);
	equipment->book = setup_load_directory(folder, fields->blocks, fields->block_count, faults);
	assert_non_null(equipment->book);
	equipment->directory = setup_directory(equipment->book);
	equipment->routing = routing_load(routing, areas, fields, equipment->directory, faults);
	assert_non_null(equipment->routing);
	(void)g_strlcpy(equipment->rules_hash, RULES_HASH, sizeof equipment->rules_hash);
	*state = digests;
	return 0;
}

static int
end(void **state)
{
	struct digests *digests = *state;
	void *given = digests->given;

	routing_free(digests->equipment.routing);
	setup_free_directory(digests->equipment.book);
	form_free(digests->equipment.form);
	(void)given_teardown(&given);
	g_free(digests);
	return 0;
}

static struct digest
tell(struct digests *digests, int64_t since, int64_t until)
{
	struct given *given = digests->given;
	const struct digest_span span = {.since = since, .until = until};
	struct digest digest;

	MUST(digest_tell(
	    given->ledger, &digests->equipment, &span, given->arena, &digest, &given->why));
	return digest;
}

static void
expect(const struct digest *digest, enum digest_part part, const char *line)
{
	for (size_t at = 0; at < digest->parts[part].count; at++)
		if (strcmp(digest->parts[part].lines[at], line) == 0)
			return;
	for (size_t at = 0; at < digest->parts[part].count; at++)
		print_message("  %s\n", digest->parts[part].lines[at]);
	fail_msg("no line \"%s\"", line);
}

/* A case for which phoenix was proposed, as the shipped rule does. */
static struct reference
propose(struct given *given, unsigned number, int64_t now)
{
	struct outcome_trial trials[] = {{.rule = "phoenix", .agency = "phoenix"}};
	struct outcome outcome;

	take_mail(given, number);
	struct job job = claim_job(given, "sort-1", now);
	given_outcome(&outcome, FATE_SORTED, "sort.concern");
	given_referral(&outcome, "phoenix", REFERRAL_HELD, "route.propose");
	outcome.trials = trials;
	outcome.trial_count = 1;
	finish_job(given, "sort-1", &job, &outcome, now);
	return job.reference;
}

static void
test_digest_tell__says_of_an_empty_ledger_that_there_was_nothing(void **state)
{
	struct digest digest = tell(*state, NOW, NOW + 86400);

	expect(&digest, DIGEST_MAILS, "0 mails received");
	expect(&digest, DIGEST_MAILS, "0 cases opened");
	assert_int_equal(digest.parts[DIGEST_REFERRALS].count, 0);
	assert_int_equal(digest.parts[DIGEST_WAITING].count, 0);
	assert_int_equal(digest.parts[DIGEST_LETTERS].count, 0);
	assert_int_equal(digest.parts[DIGEST_FAULTS].count, 0);
	expect(&digest, DIGEST_DIFFERENCES,
	    "mailbox and ledger were never held against each other yet");
	expect(&digest, DIGEST_DIFFERENCES, "none is known");
	expect(&digest, DIGEST_TRIALS,
	    "proposes phoenix: Phoenix works with nine to eighteen year olds");
	expect(&digest, DIGEST_TRIALS, "    in this time: not once");
	expect(&digest, DIGEST_TRIALS, "    under the rules of now: never yet");
}

static void
test_digest_tell__says_how_often_the_desk_agreed_in_its_time_and_ever(void **state)
{
	struct digests *digests = *state;
	struct given *given = digests->given;
	struct outcome outcome;

	struct reference before = propose(given, 1, NOW);
	struct reference within = propose(given, 2, NOW + 100);
	(void)propose(given, 3, NOW + 101);
	given_outcome(&outcome, FATE_SORTED, "desk.send");
	outcome.opens_case = false;
	decide(given, before.text, DESK_SEND, "phoenix", &outcome, NOW + 200);
	outcome.code = "desk.not";
	decide(given, within.text, DESK_NOT, "phoenix", &outcome, NOW + 200);
	struct digest digest = tell(digests, NOW + 100, NOW + 200);
	expect(&digest, DIGEST_TRIALS,
	    "    in this time: proposed 2; the desk agreed 0, declined 1, closed the case 0, "
	    "has not answered 1");
	expect(&digest, DIGEST_TRIALS,
	    "    under the rules of now, since 2026-03-02 09:00: proposed 3; the desk agreed 1, "
	    "declined 1, closed the case 0, has not answered 1");
}

static void
test_digest_tell__has_counts_references_and_names_of_agencies(void **state)
{
	struct digests *digests = *state;
	struct given *given = digests->given;
	const struct rules_fault fault = {.which = "edited", .words = "x", .faults = 1};
	const struct difference difference = {.kind = "mail.gone", .subject = 7};
	size_t news;
	bool is_new;

	struct reference first = given_case(given, 1);
	struct reference second = given_case(given, 2);
	end_letter(given, claim_letter(given, NOW).id, LETTER_SENT, NOW);
	end_letter(given, claim_letter(given, NOW).id, LETTER_FAILED, NOW + 60);
	MUST(ledger_note_rules_fault(
	    given->ledger, &fault, given_hash(1), NOW, &is_new, &given->why));
	MUST(ledger_note_differences(given->ledger, &difference, 1, NOW, &news, &given->why));
	MUST(ledger_heartbeat(given->ledger, "reconcile", true, NULL, NOW, &given->why));
	struct digest digest = tell(digests, NOW, NOW + 86400);
	expect(&digest, DIGEST_MAILS, "2 mails received: 2 sorted");
	expect(&digest, DIGEST_MAILS, "2 cases opened: 2 amber");
	expect(&digest, DIGEST_REFERRALS, "1 to Merton MASH");
	expect(&digest, DIGEST_WAITING,
	    arena_print(given->arena, "%s, amber, since 2026-03-02 09:00, 1 referral waiting",
		first.text));
	expect(&digest, DIGEST_LETTERS,
	    arena_print(given->arena,
		"%s: referral to merton-mash failed (smtp.550), 2026-03-02 09:01", second.text));
	expect(&digest, DIGEST_DIFFERENCES,
	    "mailbox and ledger were held against each other on 2026-03-02 09:00");
	expect(&digest, DIGEST_DIFFERENCES,
	    arena_print(given->arena, "mail.gone, once, since 2026-03-02 09:00: %s",
		difference_words("mail.gone")));
	expect(&digest, DIGEST_FAULTS,
	    "the edited rules had 1 fault, from 2026-03-02 09:00 until now: `wandle check` names "
	    "them");
	/* the fault was found before: it is told as long as it is there */
	digest = tell(digests, NOW + 86400, NOW + 2 * 86400);
	assert_int_equal(digest.parts[DIGEST_FAULTS].count, 1);
	assert_int_equal(digest.parts[DIGEST_LETTERS].count, 0);
}

static void
test_digest_tell__a_long_list_ends_with_how_many_more(void **state)
{
	struct digests *digests = *state;

	for (unsigned number = 1; number <= DIGEST_LISTED_MAX + 3; number++)
		(void)given_case(digests->given, number);
	struct digest digest = tell(digests, NOW, NOW + 1);
	assert_int_equal(digest.parts[DIGEST_WAITING].count, DIGEST_LISTED_MAX + 1);
	expect(&digest, DIGEST_WAITING, "and 3 more");
}

/* --- when ---------------------------------------------------------------------------------------- */

static bool
is_due(struct digests *digests, struct digest_watch *watch)
{
	struct given *given = digests->given;
	struct job job;
	bool found;

	digest_when_due(watch, given->ledger, &digests->settings);
	MUST(ledger_claim_job(given->ledger, "sort-1", "W", 2026, clock_now(), LEASE, given->arena,
	    &job, &found, &given->why));
	return found;
}

/* Telling has begun long ago: one is due at once, and no second worker finds another. */
static void
test_digest_when_due__asks_once_however_many_look(void **state)
{
	struct digests *digests = *state;
	struct given *given = digests->given;
	struct digest_watch first = {0}, second = {0};
	bool is_new;

	digests->settings.digest.day = DIGEST_EACH_DAY;
	MUST(ledger_begin_digest(given->ledger, NOW - 1, NOW, &is_new, &given->why));
	assert_true(is_due(digests, &first));
	assert_false(is_due(digests, &second));
	assert_false(is_due(digests, &first));
	assert_int_equal(first.asked, clocks_latest(0, 0, clock_now()));
}

static void
test_digest_when_due__never_is_never(void **state)
{
	struct digests *digests = *state;
	struct given *given = digests->given;
	struct digest_watch watch = {0};
	int64_t since;
	bool is_new;

	MUST(ledger_begin_digest(given->ledger, NOW - 1, NOW, &is_new, &given->why));
	digests->settings.digest.day = DIGEST_NEVER;
	assert_false(is_due(digests, &watch));
	MUST(ledger_digest_since(given->ledger, clock_now(), &since, &given->why));
	assert_int_equal(since, NOW);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(digest_tell__says_of_an_empty_ledger_that_there_was_nothing),
	    TEST(digest_tell__says_how_often_the_desk_agreed_in_its_time_and_ever),
	    TEST(digest_tell__has_counts_references_and_names_of_agencies),
	    TEST(digest_tell__a_long_list_ends_with_how_many_more),
	    TEST(digest_when_due__asks_once_however_many_look),
	    TEST(digest_when_due__never_is_never),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
