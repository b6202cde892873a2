/* Labels, headings and words through all that mail programs do to a text. */
/* SPDX-License-Identifier: MIT */
#include "reading.h"

#include <glib.h>
#include <string.h>

/* A text and one value that must come of it, without any fault. */
struct row {
	const char *text, *field, *words;
};

static void
check_rows(struct reading *reading, const struct row *rows, size_t count)
{
	for (size_t at = 0; at < count; at++) {
		reading_of(reading, rows[at].text);
		const struct form_fault *fault = reading_fault(reading, NULL);
		const char *words = reading_words(reading, rows[at].field);
		if (strcmp(words, rows[at].words) != 0 || fault)
			fail_msg("%s\ngives \"%s\", not \"%s\" (%s)", rows[at].text, words,
			    rows[at].words, fault ? fault->text.words : "no fault");
	}
}

static void
test_form_lines__a_label_is_found_through_mangling(void **state)
{
#define SCHOOL "child.school.name", "Example Primary"
	static const struct row ROWS[] = {
	    {"School or nursery: Example Primary\n", SCHOOL},
	    {"SCHOOL OR NURSERY: Example Primary", SCHOOL},
	    {"  School or nursery (or home educated): Example Primary\n", SCHOOL},
	    {"School or nursery (one - or two: say which): Example Primary\n", SCHOOL},
	    {"School or nursery :Example Primary\n", SCHOOL},
	    {"School or nursery - Example Primary\n", SCHOOL},
	    {"School or nursery \xE2\x80\x93 Example Primary\n", SCHOOL},
	    {"School or nursery\tExample Primary\n", SCHOOL},
	    {"School or nursery    Example Primary\n", SCHOOL},
	    {"| School or nursery | Example Primary |\n", SCHOOL},
	    {"School or nursery\xEF\xBC\x9A Example Primary\n", SCHOOL},
	    {"*School or nursery:* Example Primary\n", SCHOOL},
	    {"*School or nursery*: Example Primary\n", SCHOOL},
	    {"_School or nursery:_ Example Primary\n", SCHOOL},
	    {"- School or nursery: Example Primary\n", SCHOOL},
	    {"\xE2\x80\xA2 School or nursery: Example Primary\n", SCHOOL},
	    {"o School or nursery: Example Primary\n", SCHOOL},
	    {"12. School or nursery: Example Primary\n", SCHOOL},
	    {"(3) School or nursery: Example Primary\n", SCHOOL},
	    {"b) School or nursery: Example Primary\n", SCHOOL},
	    {"> School or nursery: Example Primary\n", SCHOOL},
	    {">> School or nursery: Example Primary\n", SCHOOL},
	    {"> > School or nursery: > Example Primary\n", "child.school.name",
		"> Example Primary"},
	    {"School\xC2\xA0or\xC2\xA0nursery:\xC2\xA0"
	     "Example\xC2\xA0Primary\n",
		SCHOOL},
	    {"Sch\xE2\x80\x8Bool or\xC2\xAD nursery: Example Primary\n", SCHOOL},
	    {"\xEF\xBC\xB3\xEF\xBD\x83hool or nursery: Example Primary\n", SCHOOL}, /* full width */
	    {"School or nursery:\r\nExample Primary\r\n", SCHOOL},
	    {"School or nursery:\n\n\nExample Primary\n", SCHOOL},
	    {"School or nursery\nExample Primary\n", SCHOOL},
	    {"School or\nnursery: Example Primary\n", SCHOOL},
	    {"School or nursery (or\nhome\neducated): Example Primary\n", SCHOOL},
	    {"School or nursery (or home educated): (or home educated) Example Primary\n", SCHOOL},
	    {"School: Example\nPrimary\n", SCHOOL},
	    {"School: Example \n  Primary  \n", SCHOOL},
	    {"Name of school: Example Primary\n", SCHOOL},
	    {"Where is the child now? at home\n", "child.now.whereabouts", "at home"},
	    {"Where is the child now?: at home\n", "child.now.whereabouts", "at home"},
	    {"D.O.B. 14/03/2015: \nDate of birth: 14/03/2015\n", "child.birth",
		"14 March 2015 (aged 10)"},
	    {"Immediate danger (yes):\n", "immediate_danger", "yes"},
	    {"Immediate danger (no)\n", "immediate_danger", "no"},
	    {"Agreement to help (given): \n", "agreement", "given"},
	    {"Immediate danger (yes / no): \n", "immediate_danger", ""},
	    {"Immediate danger (please say): \n", "immediate_danger", ""},
	};
	struct reading *reading = *state;

	check_rows(reading, ROWS, COUNT_OF(ROWS));
}

static void
test_form_lines__children_and_adults_are_kept_apart(void **state)
{
	static const char *const HEADINGS[][2] = {{"CHILD 1", "CHILD 2"},
	    {"== CHILD 1 ==", "== CHILD 2 =="}, {"Child 1:", "Child 2:"},
	    {"CHILD (1)", "CHILD (2)"}, {"Child no. 1", "Child no. 2"},
	    {"child 1 of 2", "child 2 of 2"}, {"*CHILD 1*", "*CHILD 2*"},
	    {"> CHILD 1", "> CHILD 2"}, {"CHILD", "CHILD"}, {"Young person 1", "Young person 2"},
	    {"CHILD 3", "CHILD 7"}, {"", ""}};
	struct reading *reading = *state;

	for (size_t at = 0; at < COUNT_OF(HEADINGS); at++) {
		g_autofree char *text =
		    g_strdup_printf("%s\nFamily name: Exampleton\nFirst names: Anna\n%s\n"
				    "Family name: Exampleton\nFirst names: Bertie\n"
				    "ADULT 1\nFamily name: Exampleton\nFirst names: Carla\n",
			HEADINGS[at][0], HEADINGS[at][1]);
		reading_of(reading, text);
		if (reading->concern.child_count != 2 || reading->concern.adult_count != 1)
			fail_msg("\"%s\" gives %zu children", HEADINGS[at][0],
			    reading->concern.child_count);
		assert_string_equal(reading_words_of(reading, "child.given_names", 0), "Anna");
		assert_string_equal(reading_words_of(reading, "child.given_names", 1), "Bertie");
		assert_string_equal(
		    reading_words_of(reading, "involved_adults.given_names", 0), "Carla");
		assert_null(reading_fault(reading, NULL));
	}
}

static void
test_form_lines__a_blank_block_is_no_child(void **state)
{
	struct reading *reading = *state;

	reading_of(reading,
	    "CHILD 1\nFamily name:\nFirst names:\nSex (M / F / not known):\n"
	    "CHILD 2\nFamily name: Exampleton\nCHILD 3\nFamily name:\nADULT 1\nFamily name:\n");
	assert_int_equal(reading->concern.child_count, 1);
	assert_int_equal(reading->concern.adult_count, 0);
	assert_string_equal(reading_words(reading, "child.family_name"), "Exampleton");
	/* one of whom nothing is known is a child all the same */
	reading_of(reading, "CHILD 1\nFamily name: not known\n");
	assert_int_equal(reading->concern.child_count, 1);
}

static void
test_form_lines__free_text_keeps_its_lines_and_its_colons(void **state)
{
	struct reading *reading = *state;

	reading_of(reading,
	    "What happened: First line\nsecond line\n\nNew paragraph: with a colon\n"
	    "School: she was not there\nMother said: nothing\n"
	    "Where: outside\nCHILD 1 was asleep\nTelephone: broken\n\n\n"
	    "What the child said:\n\"Go away\"\n== AGREEMENT AND SHARING ==\n"
	    "Agreement to help: given\n");
	assert_string_equal(reading_words(reading, "what_happened"),
	    "First line\nsecond line\n\nNew paragraph: with a colon\nSchool: she was not there\n"
	    "Mother said: nothing\nWhere: outside\nCHILD 1 was asleep\nTelephone: broken");
	assert_string_equal(reading_words(reading, "child_words"), "\"Go away\"");
	assert_string_equal(reading_words(reading, "agreement"), "given");
	assert_null(reading_fault(reading, NULL));
}

static void
test_form_lines__free_text_ends_at_what_the_form_asks_later_or_still(void **state)
{
	struct reading *reading = *state;

	/* headings lost; "Agreement to help" comes later, "Home postcode" was not answered yet */
	reading_of(reading, "What happened: He fell.\nAgreement to help: given\n");
	assert_string_equal(reading_words(reading, "agreement"), "given");
	assert_string_equal(reading_words(reading, "what_happened"), "He fell.");
	reading_of(reading, "What happened: He fell.\nHome postcode: SW19 1AA\n");
	assert_string_equal(reading_words(reading, "child.home.postcode"), "SW19 1AA");
	/* answered, so this one is part of the story */
	reading_of(
	    reading, "Home postcode: SW19 1AA\nWhat happened: He fell.\nHome postcode: is wrong\n");
	assert_string_equal(reading_words(reading, "child.home.postcode"), "SW19 1AA");
	assert_string_equal(
	    reading_words(reading, "what_happened"), "He fell.\nHome postcode: is wrong");
}

static void
test_form_lines__the_senders_own_words_count_above_quoted_ones(void **state)
{
	struct reading *reading = *state;

	reading_of(reading, "Level of need: 4\n\n> Level of need: 2\n> Child seen: yes\n");
	assert_string_equal(reading_words(reading, "level_of_need"), "Level 4 (acute)");
	assert_string_equal(reading_words(reading, "child.seen"), "yes");
	assert_null(reading_fault(reading, NULL));
	/* answered between the quoted lines */
	reading_of(
	    reading, "> Level of need (1 blue, 2 green, 3 amber, 4 red):\n3\n> Child seen:\nyes\n");
	assert_string_equal(reading_words(reading, "level_of_need"), "Level 3 (complex)");
	assert_string_equal(reading_words(reading, "child.seen"), "yes");
	reading_of(reading, "Level of need: 4\n-----Original Message-----\n> Level of need: 2\n");
	assert_null(reading_fault(reading, NULL));
	/* Outlook quotes without a sign, below a header */
	reading_of(reading,
	    "Level of need: 4\n\nFrom: Desk <desk@gate.test>\nSent: Monday\nTo: Officer\n"
	    "Subject: What we need\n\nLevel of need: 2\nChild seen: yes\n");
	assert_string_equal(reading_words(reading, "level_of_need"), "Level 4 (acute)");
	assert_string_equal(reading_words(reading, "child.seen"), "yes");
	assert_null(reading_fault(reading, NULL));
}

static void
test_form_lines__two_answers_to_one_question_are_a_question(void **state)
{
	struct reading *reading = *state;

	reading_of(reading, "CHILD 2\nSex: M\nSex: F\n");
	const struct form_fault *fault = reading_fault(reading, "form.twice");
	assert_string_equal(
	    fault->text.words, "Child 2, Sex is answered twice: \"M\" and \"F\". Which is right?");
	assert_string_equal(fault->field, "child.sex");
	assert_int_equal(reading_value(reading, "child.sex")->known, KNOWN_UNCLEAR);
	assert_string_equal(reading_words(reading, "child.sex"), "M / F (as written)");
	/* the same twice, a blank beside an answer, and lists, which add up */
	reading_of(reading, "Sex: M\nSex:\nSex: m.\nConcerns: neglect\nConcerns: gangs\n"
			    "What happened: one\nWhat happened: two\n");
	assert_null(reading_fault(reading, NULL));
	assert_string_equal(reading_words(reading, "child.sex"), "Male");
	assert_string_equal(reading_words(reading, "child.concerns"), "gangs; neglect");
	assert_string_equal(reading_words(reading, "what_happened"), "one\nWhat happened: two");
	reading_of(reading, "What happened: one\nLevel of need: 3\nWhat happened: two\n");
	assert_string_equal(reading_words(reading, "what_happened"), "one\ntwo");
}

static void
test_form_lines__what_is_not_understood_is_told(void **state)
{
	static const char *const TEXTS[] = {"Level of need: 3\nFavourite colour: blue\n",
	    "Level of need: 3\n\nHe is in the cellar.\n", "CHILD 1: Anna\nLevel of need: 3\n",
	    "Level of need: 3\nHe may be more.\nAnd more.\n"};
	static const char *const QUOTES[] = {"\"Favourite colour: blue\"",
	    "\"He is in the cellar.\"", "\"Anna\"", "\"He may be more.\""};
	struct reading *reading = *state;

	for (size_t at = 0; at < COUNT_OF(TEXTS); at++) {
		reading_of(reading, TEXTS[at]);
		const struct form_fault *fault = reading_fault(reading, "form.not-understood");
		assert_non_null(fault);
		assert_non_null(strstr(fault->text.words, QUOTES[at]));
		assert_null(fault->field);
		size_t told = 0;
		for (size_t one = 0; one < reading->faults.count; one++)
			told += !reading->faults.faults[one].asks_only;
		assert_int_equal(told, 1);
		assert_string_equal(reading_words(reading, "level_of_need"), "Level 3 (complex)");
	}
}

static void
test_form_lines__greetings_and_signatures_are_no_answers(void **state)
{
	struct reading *reading = *state;

	reading_of(reading,
	    "Dear desk,\nplease see below. Tel: 0000\n\nSchool: Example Primary\n-- \n"
	    "Testa Officer\nSchool: of life\nRank: none\n");
	assert_null(reading_fault(reading, NULL));
	assert_string_equal(reading_words(reading, "child.school.name"), "Example Primary");
	assert_string_equal(reading_words(reading, "reporter.role"), "");
	/* a signature above the form does not end it */
	reading_of(reading, "See below.\n--\nTesta\n\nSchool: Example Primary\n");
	assert_string_equal(reading_words(reading, "child.school.name"), "Example Primary");
	/* and what stands below the end of the form is not read */
	reading_of(reading, "School: Example Primary\n== END OF FORM ==\nSchool: other\n");
	assert_null(reading_fault(reading, NULL));
	/* but the sender's own words below a quoted form are */
	reading_of(
	    reading, "> School: Example Primary\n> END OF FORM\n> Rank: none\nLevel of need: 3\n");
	assert_string_equal(reading_words(reading, "level_of_need"), "Level 3 (complex)");
	assert_string_equal(reading_words(reading, "reporter.role"), "");
}

static void
test_form_lines__the_first_line_names_the_desk(void **state)
{
	static const char *const NAMES[] = {"Concern form for the Merton desk <desk@gate.test>\n",
	    "CONCERN FORM FOR THE MERTON DESK <DESK@GATE.TEST>\n",
	    "> > Concern form for the Merton desk <desk@gate.test>\n",
	    "Dear all,\n\nplease see.\n\nConcern form for the Merton desk <desk@gate.test>\n",
	    "*Concern form for the Merton desk <desk@gate.test>*\n",
	    "Concern form for the Merton desk <mailto:desk@gate.test>\n",
	    "Concern form for the Merton desk <desk@gate.test<mailto:desk@gate.test>>\n",
	    "Concern form for the Merton desk desk@gate.test\n",
	    "Concern form for the Merton desk\n<desk@gate.test>\n",
	    "Concern form for the\nMerton desk\n<desk@gate.test>.\n",
	    "Concern form for the Merton desk: desk@gate.test.\n",
	    "Concern form for the Merton desk <desk@\ngate.test>\n",
	    ("Concern\xC2\xA0"
	     "form for the Merton desk \xE2\x80\x8B<desk@gate.test>\n")};
	static const char *const NOT[] = {"", "To: desk@gate.test\n", "Dear desk@gate.test,\n",
	    "Concern form for the Merton desk <desk@gate.test.example>\n",
	    "Concern form for the Merton desk <mydesk@gate.test>\n",
	    "Concern form for the Merton desk <my-desk@gate.test>\n",
	    "Concern form for the Sutton desk <desk@other.test>\n",
	    ("Concern form for the Sutton desk <desk@other.test>\n"
	     "Concern form for the Merton desk <desk@gate.test>\n"),
	    "Concern form for the Sutton desk <desk@other.test>\nand for desk@gate.test\n",
	    "Concern form for the Sutton desk <desk@other.test> and desk@gate.test\n",
	    "Concern form for the Sutton desk\n\n\n\n\n<desk@gate.test>\n",
	    "Level of need: 3\nConcern form for the Merton desk <desk@gate.test>\n",
	    "Concern form for the desk @ gate.test\n"};
	struct reading *reading = *state;

	for (size_t at = 0; at < COUNT_OF(NAMES) + COUNT_OF(NOT); at++) {
		bool expected = at < COUNT_OF(NAMES);
		const char *first = expected ? NAMES[at] : NOT[at - COUNT_OF(NAMES)];
		g_autofree char *text = g_strdup_printf("%s\nSchool: Example Primary\n", first);
		reading_of(reading, text);
		if (reading->concern.names_desk != expected)
			fail_msg("%s %s the desk", first, expected ? "does not name" : "names");
		if (expected && reading_fault(reading, NULL))
			fail_msg("%s: %s", first, reading_fault(reading, NULL)->text.words);
	}
}

static void
test_form_lines__a_text_without_a_label_is_no_form(void **state)
{
	static const char *const TEXTS[] = {"", "\n\n", "Dear desk, call me.\n", "a: b\n",
	    "Concern form for the Merton desk <desk@gate.test>\n", "CHILD 1\nAnna\n"};
	struct reading *reading = *state;

	for (size_t at = 0; at < COUNT_OF(TEXTS); at++) {
		reading_of(reading, TEXTS[at]);
		assert_false(reading->is_form);
		assert_int_equal(reading->faults.count, 1);
		assert_string_equal(reading->faults.faults[0].code, "form.not-a-form");
		assert_int_equal(reading->concern.child_count, 0);
		assert_string_equal(reading_words(reading, "level_of_need"), "");
	}
}

int
main(void)
{
#define FACT(name) cmocka_unit_test_setup_teardown(name, reading_open, reading_close)
	const struct CMUnitTest tests[] = {
	    FACT(test_form_lines__a_label_is_found_through_mangling),
	    FACT(test_form_lines__children_and_adults_are_kept_apart),
	    FACT(test_form_lines__a_blank_block_is_no_child),
	    FACT(test_form_lines__free_text_keeps_its_lines_and_its_colons),
	    FACT(test_form_lines__free_text_ends_at_what_the_form_asks_later_or_still),
	    FACT(test_form_lines__the_senders_own_words_count_above_quoted_ones),
	    FACT(test_form_lines__two_answers_to_one_question_are_a_question),
	    FACT(test_form_lines__what_is_not_understood_is_told),
	    FACT(test_form_lines__greetings_and_signatures_are_no_answers),
	    FACT(test_form_lines__the_first_line_names_the_desk),
	    FACT(test_form_lines__a_text_without_a_label_is_no_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
