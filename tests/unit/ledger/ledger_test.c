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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_ledger__a_case_goes_from_mail_to_sent_letter, given_setup, given_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
