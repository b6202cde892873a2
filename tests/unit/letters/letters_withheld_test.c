/* What counts as naming somebody, and what does not. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "letters/withheld.h"

/* cmocka calls a macro fail, so it comes last */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct plain
words(const char *text)
{
	return (struct plain){.words = text, .length = strlen(text)};
}

enum what { NAMES, SOURCE, ADDRESS, TEXT, POSTCODE, TELEPHONE, EMAIL };

static const struct {
	enum what what;
	const char *allowed; /* names that the agency has anyway */
	const char *withheld;
	const char *text;
	bool is_named;
} CASES[] = {
    /* names: whole words, without case and accents */
    {NAMES, "", "Zoë Quillfeather", "then zoe ran", true},
    {NAMES, "", "Zoe", "ZOË'S coat", true},
    {NAMES, "", "Zoe", "a zoetrope", false},
    {NAMES, "", "Zoe",
	"Zo\xe2\x80\x8b"
	"e hid",
	true},
    {NAMES, "", "Łukasz Groß", "Lukasz", true},
    {NAMES, "", "Groß", "the Gross family", true},
    {NAMES, "", "Ｔｉｌｄａ", "Tilda", true},
    {NAMES, "", "O'Brien", "Mr OBrien", true},
    {NAMES, "", "OBrien",
	"Mr O\xe2\x80\x99"
	"Brien",
	true},
    {NAMES, "", "O'Brien", "o brien", true},
    {NAMES, "", "Anne-Marie", "annemarie", true},
    {NAMES, "", "Annemarie", "Anne Marie", false},
    {NAMES, "", "Anne-Marie", "Marie", true},
    {NAMES, "", "Unknown", "unknown to us", false},
    {NAMES, "", "Baby Smith", "the baby cried", false},
    {NAMES, "", "Baby Smith", "smith", true},
    {NAMES, "", "Ella", "nothing of hers", false},
    {NAMES, "", "Mia van der Berg", "a white van, and der", false},
    {NAMES, "", "Mia van der Berg", "Berg", true},
    {NAMES, "", "", "anything", false},
    {NAMES, "", "Ella", "", false},
    /* a name that siblings share is no secret, a short one is one in its company */
    {NAMES, "Tilda Quillfeather", "Odo Quillfeather", "Tilda Quillfeather ran", false},
    {NAMES, "Tilda Quillfeather", "Odo Quillfeather", "Odo ran", true},
    {NAMES, "Tilda Quillfeather", "Jo Quillfeather", "jo quillfeather", true},
    {NAMES, "Tilda Quillfeather", "Jo Quillfeather", "Quillfeather, Jo", true},
    {NAMES, "Tilda Quillfeather", "Jo Quillfeather", "then jo cried with Mum", false},
    /* two letters, or a common word, are a name where they have a capital */
    {NAMES, "Tilda Quillfeather", "Jo Quillfeather", "Jo cried", true},
    {NAMES, "Tilda Quillfeather", "Jo Quillfeather", "then Jo's bag", true},
    {NAMES, "Tilda Quillfeather", "Jo Quillfeather", "JO CRIED", true},
    {NAMES, "Tilda Quillfeather", "Jo Quillfeather", "Joking apart", false},
    {NAMES, "", "Jo", "jo cried. she was cold", true},
    {NAMES, "", "Jo-Anne", "Jo cried", true},
    {NAMES, "Jo Smith", "Jo-Anne Smith", "Jo cried", false},
    {NAMES, "", "Van", "Van cried", true},
    {NAMES, "", "Van", "In a white van", false},
    {NAMES, "", "Den", "I saw Den there", true},
    {NAMES, "", "Das", "Mr Das came", true},
    {NAMES, "", "Son Man", "Son said", true},
    {NAMES, "", "He Li", "He said nothing", false},
    {NAMES, "", "He Li", "then He said", true},
    {NAMES, "", "He Li", "So Li said", true},
    {NAMES, "", "Baby Smith", "Baby cried. Baby slept", false},
    {NAMES, "", "Child", "I saw Child there", true},
    {NAMES, "", "J Smith", "J cried", false},
    {NAMES, "", "Mr Smith", "I saw Mr Jones", false},
    {NAMES, "", "이 지", "오늘 지 왔다", true},
    {NAMES, "Jo Smith", "Jo Smith", "Jo Smith", false},
    {NAMES, "O'Brien", "O'Brien", "OBrien", false},
    /* scripts that write no spaces */
    {NAMES, "", "李小明", "昨天李小明没有来", true},
    {NAMES, "", "李小明", "昨天没有来", false},
    {NAMES, "", "สมชาย", "วันนี้สมชายไม่มา", true},
    {NAMES, "", "Владимир", "ВЛАДИМИР", true},
    /* the source: names as written with capitals, numbers, postcodes */
    {SOURCE, "", "Mrs Prosser, neighbour at the door", "a neighbour at the door", false},
    {SOURCE, "", "Mrs Prosser, neighbour at the door", "Prosser says", true},
    {SOURCE, "", "prosser next door", "Prosser says", true},
    {SOURCE, "", "Ann, 07700 900123", "call 07700900123", true},
    {SOURCE, "", "Ann of SW19 1AA", "at sw191aa", true},
    {SOURCE, "Ann", "Ann", "Ann", false},
    {SOURCE, "", "Al Li next door", "Al told me. Li saw it.", true},
    {SOURCE, "", "Al Li next door", "I asked Li", true},
    {SOURCE, "", "Al Li next door", "We all asked", false},
    {SOURCE, "", "Mrs Prosser, Neighbour in Hill Street", "the Neighbour of High Street", false},
    /* addresses: a line, its street, its postcode */
    {ADDRESS, "", "Primrose House, 9 Tern Walk, London", "at Primrose House now", true},
    {ADDRESS, "", "Primrose House, 9 Tern Walk, London", "in tern walk", true},
    {ADDRESS, "", "Primrose House, 9 Tern Walk, London", "9, Tern Walk", true},
    {ADDRESS, "", "Primrose House, 9 Tern Walk, London", "walked to London", false},
    {ADDRESS, "", "Primrose House, 9 Tern Walk, London", "a primrose by the house", false},
    {ADDRESS, "", "Flat 2b\n14 Rose Lane\nSW19 1AA", "rose lane", true},
    {ADDRESS, "", "14 Rose Lane, SW19 1AA", "SW19 IAA", true},
    {ADDRESS, "", "14 Rose Lane, SW19 1AA", "SW19", false},
    {ADDRESS, "", "Hope Haven House, 14 Rose Lane", "at Hope Haven now", true},
    {ADDRESS, "", "Hope Haven House, 14 Rose Lane", "in hope of a haven", false},
    {ADDRESS, "", "The Old House, 14 Rose Lane", "the old man", false},
    {ADDRESS, "", "The Hope Haven House", "at Hope Haven", true},
    {ADDRESS, "", "Flat 2, Hope Haven House", "Hope Haven", true},
    /* a postcode that was misspelt is mended before it is searched for */
    {ADDRESS, "", "14 Rose Lane, SMI IAB", "now at SM1 1AB", true},
    {ADDRESS, "", "14 Rose Lane, smi iab", "now at sm11ab", true},
    {ADDRESS, "", "14 Rose Lane, SMIIAB", "now at SM1 1AB", true},
    {ADDRESS, "", "14 Rose Lane, SWl9 lAB", "now at SW19 1AB", true},
    {ADDRESS, "", "14 Rose Lane, 0X1 OAB", "now at OX1 0AB", true},
    {ADDRESS, "", "14 Rose Lane, SM1 1AB", "now at SMI IAB", true},
    {ADDRESS, "", "14 Rose Lane, SMI IAB", "now at SM1 1AD", false},
    {ADDRESS, "", "Stood House, 14 Rose Lane", "she stood there", false},
    /* a long text that is short, or of short sentences, is one as a whole */
    {TEXT, "", "Known dealer", "He is a known dealer there", true},
    {TEXT, "", "He deals. She buys.", "they say he deals, she buys", true},
    {TEXT, "", "He deals. She buys.", "they say he deals", false},
    {TEXT, "", "He is still ill", "She still is ill", false},
    {TEXT, "", "lives at SMI IAB now", "She is at SM1 1AB", true},
    {TEXT, "", "lives at SM1 IAB now", "She is at SM1 1AB", true},
    {ADDRESS, "", "Meadowbank", "taken to Meadowbank", true},
    {ADDRESS, "", "020 7946 0018", "02079460018", true},
    /* exact values */
    {POSTCODE, "", "SW19 1AA", "SW19 1AA", true},
    {POSTCODE, "", "SW19 1AA", "sw191aa.", true},
    {POSTCODE, "", "SW19 1AA", "SW 19 1 AA", true},
    {POSTCODE, "", "SW19 1AA", "SW19 1AB", false},
    {POSTCODE, "", "SW1O 1AA", "SW10 IAA", true},
    {TELEPHONE, "", "020 7946 0018", "+44 (0)20 7946 0018", true},
    {TELEPHONE, "", "+44 7700 900123", "07700-900-123", true},
    {TELEPHONE, "", "07700 900123", "07700 900124", false},
    {TELEPHONE, "", "0018", "0018", false},
    {EMAIL, "", "jo.smith@example.org", "JO.SMITH@EXAMPLE.ORG wrote", true},
    {EMAIL, "", "jo.smith@example.org", "jo.smith@example.com", false},
};

static void
add(struct withheld *withheld, enum what what, const char *text)
{
	const struct field field = {.kind = what == POSTCODE	? FIELD_POSTCODE
					    : what == TELEPHONE ? FIELD_TELEPHONE
								: FIELD_EMAIL};
	struct value value = {.known = KNOWN_GIVEN, .text = words(text)};
	struct plain names = words(text);

	if (what == NAMES)
		withheld_add_names(withheld, &names, 1);
	else if (what == SOURCE)
		withheld_add_source(withheld, names);
	else if (what == ADDRESS)
		withheld_add_address(withheld, names);
	else if (what == TEXT)
		withheld_add_text(withheld, names, true);
	else {
		value.is_full_postcode = what == POSTCODE;
		if (what == POSTCODE)
			memcpy(value.postcode, text, strlen(text) + 1);
		withheld_add_value(withheld, &field, &value);
	}
}

static void
test_withheld__finds_what_names_somebody_and_nothing_else(void **state)
{
	(void)state;
	for (size_t at = 0; at < COUNT_OF(CASES); at++) {
		CLEANUP(arena_closep) struct arena *arena = arena_open(1 << 20);
		struct withheld *withheld = withheld_new(arena);
		withheld_allow_names(withheld, words(CASES[at].allowed));
		add(withheld, CASES[at].what, CASES[at].withheld);
		if (withheld_is_named(withheld, words(CASES[at].text)) != CASES[at].is_named)
			fail_msg("\"%s\" in \"%s\"", CASES[at].withheld, CASES[at].text);
	}
}

static void
test_withheld__exact_values_may_be_allowed(void **state)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(1 << 20);
	struct withheld *withheld = withheld_new(arena);
	const struct field telephone = {.kind = FIELD_TELEPHONE}, text = {.kind = FIELD_TEXT};
	const struct value one = {.known = KNOWN_GIVEN, .text = words("020 7946 0018")};
	const struct value other = {.known = KNOWN_GIVEN, .text = words("+44 20 7946 0018")};

	(void)state;
	withheld_allow_value(withheld, &telephone, &one);
	withheld_add_value(withheld, &telephone, &other);
	withheld_add_value(withheld, &text, &one);
	assert_false(withheld_is_named(withheld, words("020 7946 0018")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_withheld__finds_what_names_somebody_and_nothing_else),
	    cmocka_unit_test(test_withheld__exact_values_may_be_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
