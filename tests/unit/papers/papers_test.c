/* Tests of references, fingerprints, addresses, the directory and the names of things. */
/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "papers/concern.h"
#include "papers/decision.h"
#include "papers/letter.h"
#include "papers/outcome.h"
#include "papers/settings.h"

#include <cmocka.h> /* last: it has a macro of the name fail */

static void
test_reference__is_well_formed_and_found_again(void **state)
{
	(void)state;
	struct reference found;
	char text[100];

	for (int times = 0; times < 2000; times++) {
		struct reference made = reference_new(times % 2 ? "W" : "ABC", 2026 + times % 3);
		assert_true(reference_is_valid(made.text));
		(void)snprintf(text, sizeof text, "Re: Secure referral %s, urgent", made.text);
		assert_true(reference_find(text, strlen(text), times % 2 ? "W" : "ABC", &found));
		assert_string_equal(found.text, made.text);
	}
	assert_true(strncmp(reference_new("W", 2031).text, "W31-", 4) == 0);
}

/* What people and mail programs do to a reference, and what is not one. */
static void
test_reference__is_read_as_people_write_it(void **state)
{
	(void)state;
	struct reference made, found;
	char text[100];

	do
		made = reference_new("W", 2026);
	while (!strchr(made.text + 4, '0') || !strchr(made.text + 4, '1'));
	(void)snprintf(text, sizeof text, "(%s)", made.text);
	for (char *at = text + 5; *at; at++)
		*at = *at == '0' ? 'o' : *at == '1' ? 'l' : (char)(*at >= 'A' && *at <= 'Z' ? *at + 32 : *at);
	assert_true(reference_find(text, strlen(text), "W", &found));
	assert_string_equal(found.text, made.text);
	assert_false(reference_is_valid(text + 1));
	(void)snprintf(text, sizeof text, "X%s", made.text);
	assert_false(reference_find(text, strlen(text), "W", &found));
	(void)snprintf(text, sizeof text, "%s7", made.text);
	assert_false(reference_find(text, strlen(text), "W", &found));
	assert_false(reference_find(text, strlen(text), "", &found));
	assert_false(reference_is_valid(""));
}

static void
test_reference__any_one_wrong_character_is_noticed(void **state)
{
	(void)state;
	static const char ALPHABET[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	size_t noticed = 0, tried = 0;

	for (int times = 0; times < 50; times++) {
		struct reference made = reference_new("W", 2026);
		for (size_t at = 4; at < 9; at++)
			for (const char *other = ALPHABET; *other; other++) {
				struct reference wrong = made;
				if (wrong.text[at] == *other)
					continue;
				wrong.text[at] = *other;
				tried++;
				noticed += !reference_is_valid(wrong.text);
			}
	}
	/* The sum is modulo 31 over an alphabet of 32: Z for 0 alone is not told apart. */
	assert_true(noticed * 1000 >= tried * 990);
}

static void
test_fingerprint__is_forty_hex_digits(void **state)
{
	(void)state;
	char out[FINGERPRINT_BYTES];

	assert_true(fingerprint_clean("0123 4567 89ab cdef 0123  4567 89AB CDEF 0123 4567", out));
	assert_string_equal(out, "0123456789ABCDEF0123456789ABCDEF01234567");
	assert_false(fingerprint_clean("0123", out));
	assert_false(fingerprint_clean("0123456789ABCDEF0123456789ABCDEF0123456789", out));
	assert_false(fingerprint_clean("G123456789ABCDEF0123456789ABCDEF01234567", out));
}

static void
test_address__takes_plain_ones_only(void **state)
{
	(void)state;
	static const char *const GOOD[] = {
	    "desk@gate.test", "a.b+c_d-e@x-y.gov.uk", "x@y"};
	static const char *const BAD[] = {"", "@x.y", "x@", "x", "a b@x.y", "a@b@c", "a@x.y>\r\nRCPT TO:<b@c",
	    ".a@x.y", "a.@x.y", "a..b@x.y", "a@.x", "a@x..y", "a@x.", "a@-x.y", "a@x_y", "\"a\"@x.y", "a@x.y\n",
	    "\xc3\xa9@x.y"};

	for (size_t at = 0; at < COUNT_OF(GOOD); at++)
		assert_true(address_is_plain(GOOD[at]));
	for (size_t at = 0; at < COUNT_OF(BAD); at++)
		assert_false(address_is_plain(BAD[at]));
}

static void
test_directory__is_searched_by_id_key_and_address(void **state)
{
	(void)state;
	struct entry entries[] = {
	    {.id = "phoenix", .kind = ENTRY_AGENCY, .address = "in@phoenix.test", .key_count = 1,
		.keys = {{.fingerprint = "AA", .state = KEY_EXPIRED, .until_day = INT32_MAX}}},
	    {.id = "pc-1", .kind = ENTRY_OFFICER, .address = "pc@field.test", .key_count = 2,
		.keys = {{.fingerprint = "BB", .state = KEY_USABLE, .until_day = 99},
		    {.fingerprint = "CC", .state = KEY_USABLE, .until_day = 200}}},
	};
	struct directory directory = {.entries = entries, .count = 2};
	const struct pinned_key *key;

	assert_ptr_equal(directory_find(&directory, ENTRY_AGENCY, "phoenix"), &entries[0]);
	assert_null(directory_find(&directory, ENTRY_OFFICER, "phoenix"));
	assert_ptr_equal(directory_by_key(&directory, "CC", &key), &entries[1]);
	assert_ptr_equal(key, &entries[1].keys[1]);
	assert_null(directory_by_key(&directory, "DD", NULL));
	assert_ptr_equal(directory_by_address(&directory, "PC@Field.test"), &entries[1]);
	assert_null(directory_by_address(&directory, "in@phoenix.test"));
	assert_true(entry_is_reachable(&entries[1], 150));
	assert_false(entry_is_reachable(&entries[1], 201));
	assert_false(entry_is_reachable(&entries[0], 1));
}

static void
test_names__are_there_for_every_number_and_for_none(void **state)
{
	(void)state;
	enum urgency urgency;

	assert_true(urgency_of("amber", &urgency));
	assert_int_equal(urgency, URGENCY_AMBER);
	assert_false(urgency_of("purple", &urgency));
	assert_string_equal(urgency_name(URGENCY_RED), "red");
	assert_string_equal(urgency_name((enum urgency)99), "none");
	assert_string_equal(mail_fate_name(FATE_SET_ASIDE), "set-aside");
	assert_string_equal(referral_state_name(REFERRAL_CLOSED), "closed");
	assert_string_equal(decision_action_name(DESK_CLOSE), "close");
	assert_string_equal(mail_shape_name(SHAPE_INLINE_HTML), "inline-html");
	assert_string_equal(route_fate_name(ROUTE_WATCHED), "watch");
	assert_string_equal(letter_kind_name(LETTER_NOTICE), "notice");
	assert_string_equal(letter_kind_name(LETTER_DIGEST), "digest");
	assert_string_equal(key_state_name(KEY_UNSUITABLE), "unsuitable");
	assert_string_equal(key_state_name((enum key_state)99), "unsuitable");
	assert_string_equal(mail_fate_name((enum mail_fate)99), "unknown");
}

static void
test_fields__are_found_and_their_values_never_null(void **state)
{
	(void)state;
	struct choice choices[] = {{.name = "given"}, {.name = "refused"}};
	struct field fields[] = {
	    {.name = "agreement", .group = GROUP_REPORT, .choices = choices, .choice_count = 2},
	    {.name = "child.sex", .group = GROUP_CHILD}, {.name = "involved_adults.name", .group = GROUP_ADULT}};
	struct field_list list = {.fields = fields, .count = 3};
	struct value report = {.known = KNOWN_GIVEN}, child = {.known = KNOWN_REFUSED};
	struct concern concern = {.form = &list, .values = &report, .child_count = 1};
	struct choice_set set = {{0}};

	concern.children[0].values = &child;
	assert_ptr_equal(field_find(&list, "child.sex"), &fields[1]);
	assert_null(field_find(&list, "child"));
	assert_int_equal(choice_find(&fields[0], "refused"), 1);
	assert_int_equal(choice_find(&fields[0], "maybe"), -1);
	assert_ptr_equal(concern_value(&concern, &fields[0], 0), &report);
	assert_ptr_equal(concern_value(&concern, &fields[1], 0), &child);
	assert_int_equal(concern_value(&concern, &fields[1], 1)->known, KNOWN_BLANK);
	assert_int_equal(concern_value(&concern, &fields[2], 0)->known, KNOWN_BLANK);
	choice_set_add(&set, 0);
	choice_set_add(&set, 127);
	choice_set_add(&set, 128);
	assert_true(choice_set_has(&set, 127) && choice_set_has(&set, 0));
	assert_false(choice_set_has(&set, 64) || choice_set_has(&set, 128));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reference__is_well_formed_and_found_again),
	    cmocka_unit_test(test_reference__is_read_as_people_write_it),
	    cmocka_unit_test(test_reference__any_one_wrong_character_is_noticed),
	    cmocka_unit_test(test_fingerprint__is_forty_hex_digits),
	    cmocka_unit_test(test_address__takes_plain_ones_only),
	    cmocka_unit_test(test_directory__is_searched_by_id_key_and_address),
	    cmocka_unit_test(test_names__are_there_for_every_number_and_for_none),
	    cmocka_unit_test(test_fields__are_found_and_their_values_never_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
