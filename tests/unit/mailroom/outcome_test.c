/* Tests that sort believes nothing: an outcome passes whole, and each part that is not as it must be is refused. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "mailroom/job_talk.h"
#include "mailroom/outcome_check.h"

#include <cmocka.h> /* last: it has a macro of the name fail */

static const uint64_t PHOENIX_KEY = 0x1122334455667788, DESK_KEY = 0x99aabbccddeeff00;

static struct settings settings = {.identity = {.address = "desk@gate.test", .name = "Desk"}};
static struct entry entries[3];
static struct directory directory = {.entries = entries, .count = 3};
static struct job_order order;
static struct arena *arena;
static struct failure why;

/* An armored message for one key id: a session key packet and a protected packet of zeros. */
static const char *
armor_for(uint64_t id)
{
	uint8_t bytes[14 + 32] = {0x85, 0, 12, 3};

	for (int at = 0; at < 8; at++)
		bytes[4 + at] = (uint8_t)(id >> (56 - 8 * at));
	memcpy(bytes + 12, "\x12\x00\x01", 3);
	memcpy(bytes + 15, "\xd2\x1d\x01", 3);
	g_autofree char *base64 = g_base64_encode(bytes, sizeof bytes);
	return arena_print(arena, "-----BEGIN PGP MESSAGE-----\r\n\r\n%s\r\n-----END PGP MESSAGE-----\r\n", base64);
}

static struct outcome_letter
letter(const char *kind, enum entry_kind to_kind, const char *to, uint64_t key, int referral)
{
	const char *armor = armor_for(key);

	return (struct outcome_letter){.letter = {.kind = kind, .to_kind = to_kind, .to = to,
		.message_id = "<0123456789abcdef0123456789abcdef@gate.test>", .armor = armor,
		.armor_length = strlen(armor)}, .referral = referral};
}

/* A case with one referral that goes and one that waits, and the desk told. */
static struct outcome *
good(void)
{
	struct outcome *outcome = arena_take(arena, sizeof *outcome);

	*outcome = (struct outcome){.fate = FATE_SORTED, .code = "sort.concern", .arrived_as = "pgp-mime",
	    .signer = "pc-1", .signer_fingerprint = "AA", .opens_case = true, .urgency = URGENCY_AMBER,
	    .referral_count = 2, .letter_count = 2, .record = "{}"};
	outcome->referrals[0] = (struct outcome_referral){"phoenix", REFERRAL_READY, "route.rule", "phoenix", 1};
	outcome->referrals[1] = (struct outcome_referral){"merton-mash", REFERRAL_HELD, "route.cannot-tell", "", 2};
	outcome->letters[0] = letter("referral", ENTRY_AGENCY, "phoenix", PHOENIX_KEY, 0);
	outcome->letters[1] = letter("review", ENTRY_DESK, "sgt", DESK_KEY, -1);
	return outcome;
}

static int
set_up(void **state)
{
	(void)state;
	arena = arena_open(64 * 1024 * 1024);
	entries[0] = (struct entry){.id = "phoenix", .kind = ENTRY_AGENCY, .name = "Phoenix", .address = "in@phoenix.test",
	    .key_count = 1, .keys = {{.fingerprint = "AA", .state = KEY_USABLE, .encryption_ids = {PHOENIX_KEY}, .encryption_id_count = 1}}};
	entries[1] = (struct entry){.id = "merton-mash", .kind = ENTRY_AGENCY, .name = "MASH", .address = "in@mash.test"};
	entries[2] = (struct entry){.id = "sgt", .kind = ENTRY_DESK, .name = "Sergeant", .address = "sgt@gate.test", .may_decide = true,
	    .key_count = 1, .keys = {{.fingerprint = "BB", .state = KEY_USABLE, .encryption_ids = {DESK_KEY}, .encryption_id_count = 1}}};
	order = (struct job_order){.job = {.kind = JOB_MAIL, .id = 1}, .now = 1795000000};
	order.job.reference = reference_new("W", 2026);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_close(arena);
	return 0;
}

static bool
passes(struct outcome *outcome)
{
	return outcome_check(&order, &settings, &directory, arena, outcome, &why);
}

static void
test_outcome_check__writes_envelope_and_outer_headers_itself(void **state)
{
	(void)state;
	struct outcome *outcome = good();

	assert_true(passes(outcome));
	assert_string_equal(outcome->letters[0].address, "in@phoenix.test");
	const char *bytes = outcome->letters[0].bytes;
	assert_non_null(strstr(bytes, "To: in@phoenix.test\r\n"));
	assert_non_null(strstr(bytes, order.job.reference.text));
	assert_non_null(strstr(bytes, "-----BEGIN PGP MESSAGE-----"));
	assert_null(strstr(bytes, "Phoenix"));
}

/* Each spoils one thing of a good outcome. */
static void unknown_agency(struct outcome *o) { o->referrals[1].agency = "nobody"; }
static void twice(struct outcome *o) { o->referrals[1] = o->referrals[0]; o->referrals[1].state = REFERRAL_HELD; }
static void ready_unwritten(struct outcome *o) { o->letters[0] = o->letters[1]; }
static void held_but_written(struct outcome *o) { o->referrals[0].state = REFERRAL_HELD; }
static void already_sent(struct outcome *o) { o->referrals[0].state = REFERRAL_SENT; }
static void other_agency(struct outcome *o) { o->letters[0].letter.to = "merton-mash"; }
static void stranger(struct outcome *o) { o->letters[0].letter.to = "mallory"; }
static void wrong_key(struct outcome *o) { o->letters[0] = letter("referral", ENTRY_AGENCY, "phoenix", DESK_KEY, 0); }
static void dead_key(struct outcome *o) { (void)o; entries[0].keys[0].state = KEY_EXPIRED; }
static void review_to_agency(struct outcome *o) { o->letters[0].letter.kind = "review"; }
static void receipt_to_agency(struct outcome *o) { o->letters[0].letter.kind = "receipt"; }
static void unknown_kind(struct outcome *o) { o->letters[1].letter.kind = "gossip"; }
static void foreign_id(struct outcome *o) { o->letters[0].letter.message_id = "<0123456789abcdef0123456789abcdef@else.test>"; }
static void header_in_id(struct outcome *o) { o->letters[0].letter.message_id = "<0123456789abcdef0123456789abcdef@gate.test>\r\nBcc: x@y.z"; }
static void short_id(struct outcome *o) { o->letters[0].letter.message_id = "<01@gate.test>"; }
static void clear_text(struct outcome *o) { o->letters[0].letter.armor = "a child is at risk"; o->letters[0].letter.armor_length = 18; }
static void words_as_code(struct outcome *o) { o->code = "Ada Byron"; }
static void words_as_reason(struct outcome *o) { o->referrals[1].code = "lives at 5 Hill Rd"; }
static void words_as_rules(struct outcome *o) { o->referrals[0].rules = "\"Ada\""; }
static void words_as_alarm(struct outcome *o) { o->alarm = "Ada is at 5 Hill Rd"; }
static void nobody_told(struct outcome *o) { o->letter_count = 1; }
static void held_caseless(struct outcome *o) { o->fate = FATE_HELD; o->opens_case = false; }
static void aside_yet_case(struct outcome *o) { o->fate = FATE_SET_ASIDE; }
static void recordless(struct outcome *o) { o->record = NULL; }
static void referral_unnamed(struct outcome *o) { o->letters[0].referral = -1; }
static void referral_beyond(struct outcome *o) { o->letters[0].referral = 2; }
static void decision_of_officer(struct outcome *o)
{
	o->decision_count = 1;
	o->decisions[0] = (struct desk_decision){.reference = order.job.reference, .action = DESK_CLOSE, .by = "pc-1"};
}
static void decision_of_reader(struct outcome *o)
{
	entries[2].may_decide = false;
	o->decision_count = 1;
	o->decisions[0] = (struct desk_decision){.reference = order.job.reference, .action = DESK_CLOSE, .by = "sgt"};
}
static void decision_on_nobody(struct outcome *o)
{
	o->decision_count = 1;
	o->decisions[0] = (struct desk_decision){.reference = order.job.reference, .action = DESK_SEND, .agency = "nobody", .by = "sgt"};
}
static void decision_on_no_case(struct outcome *o)
{
	o->decision_count = 1;
	o->decisions[0] = (struct desk_decision){.action = DESK_CLOSE, .by = "sgt"};
}

static void
test_outcome_check__refuses_each_thing_no_child_of_ours_says(void **state)
{
	static void (*const SPOILS[])(struct outcome *) = {unknown_agency, twice, ready_unwritten, held_but_written,
	    already_sent, other_agency, stranger, wrong_key, dead_key, review_to_agency, receipt_to_agency, unknown_kind,
	    foreign_id, header_in_id, short_id, clear_text, words_as_code, words_as_reason, words_as_rules, words_as_alarm,
	    nobody_told, held_caseless, aside_yet_case, recordless, referral_unnamed, referral_beyond, decision_of_officer,
	    decision_of_reader, decision_on_nobody, decision_on_no_case};

	for (size_t at = 0; at < COUNT_OF(SPOILS); at++) {
		struct outcome *outcome = good();
		SPOILS[at](outcome);
		if (passes(outcome))
			fail_msg("spoil %zu passed", at);
		(void)tear_down(state);
		(void)set_up(state);
	}
}

static void
test_outcome_check__a_decision_job_opens_no_case(void **state)
{
	(void)state;
	struct outcome *outcome = good();

	order.job.kind = JOB_DECISION;
	assert_false(passes(outcome));
	outcome->opens_case = false;
	assert_true(passes(outcome));
}

/* A digest goes to the desk, where one was asked for, and nothing else does then. */
static void
test_outcome_check__a_digest_is_one_that_was_asked_for(void **state)
{
	(void)state;
	const struct digest digest = {0};
	struct outcome *outcome = arena_take(arena, sizeof *outcome);

	*outcome = (struct outcome){.fate = FATE_SET_ASIDE, .code = "digest.written", .signer_fingerprint = "",
	    .letter_count = 1};
	outcome->letters[0] = letter("digest", ENTRY_DESK, "sgt", DESK_KEY, -1);
	assert_false(passes(outcome));
	order.digest = &digest;
	assert_true(passes(outcome));
	outcome->letters[0] = letter("notice", ENTRY_DESK, "sgt", DESK_KEY, -1);
	assert_false(passes(outcome));
	outcome->letters[0] = letter("digest", ENTRY_AGENCY, "phoenix", PHOENIX_KEY, -1);
	assert_false(passes(outcome));
	order.digest = NULL;
}

/* Whole, or not at all. */
static void
test_job_talk__a_digest_passes_with_its_lines(void **state)
{
	(void)state;
	static const char *lines[] = {"W26-7KQ4M-3, red, since 2026-11-23 08:31", "and 3 more"};
	const struct digest digest = {.since = 5, .until = 9, .parts = {[DIGEST_WAITING] = {lines, 2}}};
	const struct job_order sent = {.job = {.kind = JOB_MAIL}, .digest = &digest};
	struct job_order got = {0};
	CLEANUP(wire_done) struct wire_out out = {0};

	job_put_order(&out, &sent);
	struct wire_in in = {.at = out.bytes, .left = out.used};
	assert_true(job_get_order(&in, arena, &got));
	assert_int_equal(got.digest->since, 5);
	assert_int_equal(got.digest->until, 9);
	assert_int_equal(got.digest->parts[DIGEST_MAILS].count, 0);
	assert_int_equal(got.digest->parts[DIGEST_WAITING].count, 2);
	assert_string_equal(got.digest->parts[DIGEST_WAITING].lines[1], "and 3 more");
	for (size_t length = 0; length < out.used; length++) {
		in = (struct wire_in){.at = out.bytes, .left = length};
		assert_false(job_get_order(&in, arena, &got));
	}
}

static void
test_job_talk__an_outcome_comes_out_as_it_went_in(void **state)
{
	(void)state;
	struct outcome *sent = good(), *got = arena_take(arena, sizeof *got);
	CLEANUP(wire_done) struct wire_out out = {0};

	sent->alarm = "duty-phone";
	sent->decision_count = 1;
	sent->decisions[0] = (struct desk_decision){.reference = order.job.reference, .action = DESK_NOT, .agency = "phoenix",
	    .by = "sgt", .reason = {.bytes = (const uint8_t *)"sealed", .length = 6}};
	job_put_outcome(&out, sent);
	struct wire_in in = {.at = out.bytes, .left = out.used};
	assert_true(job_get_outcome(&in, arena, got));
	assert_string_equal(got->code, sent->code);
	assert_int_equal(got->referral_count, 2);
	assert_string_equal(got->referrals[1].code, "route.cannot-tell");
	assert_int_equal(got->letters[0].referral, 0);
	assert_int_equal(got->letters[1].referral, -1);
	assert_string_equal(got->letters[0].letter.armor, sent->letters[0].letter.armor);
	assert_string_equal(got->decisions[0].agency, "phoenix");
	assert_memory_equal(got->decisions[0].reason.bytes, "sealed", 6);
	assert_string_equal(got->alarm, "duty-phone");
}

/* Every shorter message is refused, and none is read past its end. */
static void
test_job_talk__a_cut_outcome_is_none(void **state)
{
	(void)state;
	struct outcome *got = arena_take(arena, sizeof *got);
	CLEANUP(wire_done) struct wire_out out = {0};

	job_put_outcome(&out, good());
	for (size_t length = 0; length < out.used; length++) {
		CLEANUP(arena_closep) struct arena *other = arena_open(1024 * 1024);
		uint8_t *exact = g_memdup2(out.bytes, length);
		struct wire_in in = {.at = exact, .left = length};
		assert_false(job_get_outcome(&in, other, got));
		g_free(exact);
	}
}

static void
test_job_talk__order_facts_finding_and_failure_pass(void **state)
{
	(void)state;
	CLEANUP(wire_done) struct wire_out a = {0}, b = {0}, c = {0}, d = {0};
	struct job_order got_order = {0}, sent = {.plan = PLAN_REPORT, .now = 5};
	struct ledger_facts facts = {.has_case = true, .referral_count = 1}, got_facts = {0};
	struct finding finding = {.named = order.job.reference.text, .letter_id = "<1@gate.test>"}, got_finding = {0};
	struct failure failed;

	sent.job = (struct job){.kind = JOB_NOTICE, .attempt = 2, .letter_kind = "receipt", .letter_to = "pc-1",
	    .letter_code = "smtp.never", .letter_reply = "550 no"};
	job_put_order(&a, &sent);
	struct wire_in in = {.at = a.bytes, .left = a.used};
	assert_true(job_get_order(&in, arena, &got_order));
	assert_int_equal(got_order.plan, PLAN_REPORT);
	assert_string_equal(got_order.job.letter_reply, "550 no");

	facts.referrals[0] = (struct known_referral){"phoenix", REFERRAL_SENT, 5};
	job_put_facts(&b, &facts);
	in = (struct wire_in){.at = b.bytes, .left = b.used};
	assert_true(job_get_facts(&in, arena, &got_facts));
	assert_int_equal(got_facts.referrals[0].state, REFERRAL_SENT);
	assert_int_equal(got_facts.referrals[0].children, 5);

	job_put_finding(&c, &finding);
	in = (struct wire_in){.at = c.bytes, .left = c.used};
	assert_true(job_get_finding(&in, arena, &got_finding));
	assert_string_equal(got_finding.letter_id, "<1@gate.test>");

	(void)(fail)(&failed, REMEDY_RETRY, "key.agent", "it is %s", "gone");
	job_put_failure(&d, &failed);
	in = (struct wire_in){.at = d.bytes, .left = d.used};
	assert_true(job_get_failure(&in, arena, &why));
	assert_string_equal(why.code, "key.agent");
	assert_string_equal(why.reason, "it is gone");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_outcome_check__writes_envelope_and_outer_headers_itself, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_outcome_check__refuses_each_thing_no_child_of_ours_says, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_outcome_check__a_decision_job_opens_no_case, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_outcome_check__a_digest_is_one_that_was_asked_for, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_job_talk__a_digest_passes_with_its_lines, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_job_talk__an_outcome_comes_out_as_it_went_in, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_job_talk__a_cut_outcome_is_none, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_job_talk__order_facts_finding_and_failure_pass, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
