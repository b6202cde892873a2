/* Choices, yes and no, postcodes, numbers and the words for not knowing. */
/* SPDX-License-Identifier: MIT */
#include "reading.h"

#include <glib.h>
#include <string.h>

/* A label with its answer, the field, and what a letter says; code where it is a fault. */
struct row {
	const char *label, *field, *written, *words, *code;
};

static void
check_rows(struct reading *reading, const struct row *rows, size_t count)
{
	for (size_t at = 0; at < count; at++) {
		const struct row *row = &rows[at];
		g_autofree char *text = g_strdup_printf("%s: %s\n", row->label, row->written);
		reading_of(reading, text);
		const struct form_fault *fault = reading_fault(reading, NULL);
		const char *words = reading_words(reading, row->field);
		if (strcmp(words, row->words) != 0 ||
		    g_strcmp0(fault ? fault->code : NULL, row->code) != 0)
			fail_msg("%s: \"%s\" is \"%s\" (%s), not \"%s\" (%s)", row->label,
			    row->written, words, fault ? fault->code : "no fault", row->words,
			    row->code ? row->code : "no fault");
		if (row->code)
			assert_int_equal(reading_value(reading, row->field)->known, KNOWN_UNCLEAR);
	}
}

static void
test_form_values__not_known_refused_and_not_applicable_are_answers(void **state)
{
#define SCHOOL "School or nursery", "child.school.name"
	static const struct row ROWS[] = {
	    {SCHOOL, "unknown", "not known", NULL},
	    {SCHOOL, "Not known.", "not known", NULL},
	    {SCHOOL, "N/K", "not known", NULL},
	    {SCHOOL, "n/k", "not known", NULL},
	    {SCHOOL, "NK", "not known", NULL},
	    {SCHOOL, "UNK", "not known", NULL},
	    {SCHOOL, "don\xE2\x80\x99t know", "not known", NULL},
	    {SCHOOL, "?", "not known", NULL},
	    {SCHOOL, "???", "not known", NULL},
	    {SCHOOL, "-", "not known", NULL},
	    {SCHOOL, "\xE2\x80\x94", "not known", NULL},
	    {SCHOOL, "TBC", "not known", NULL},
	    {SCHOOL, "refused", "refused to say", NULL},
	    {SCHOOL, "REFUSED TO SAY", "refused to say", NULL},
	    {SCHOOL, "declined", "refused to say", NULL},
	    {SCHOOL, "N/A", "not applicable", NULL},
	    {SCHOOL, "n.a.", "not applicable", NULL},
	    {SCHOOL, "not applicable", "not applicable", NULL},
	    {SCHOOL, "none", "not applicable", NULL},
	    {SCHOOL, "no", "not applicable", NULL},
	    {SCHOOL, "_______", "", NULL},
	    {SCHOOL, "......", "", NULL},
	    {SCHOOL, "Refused Street Primary", "Refused Street Primary", NULL},
	    {"Date of birth", "child.birth", "not known", "not known", NULL},
	    {"Date of birth", "child.birth", "refused", "refused to say", NULL},
	    {"Home postcode", "child.home.postcode", "unknown", "not known", NULL},
	    {"Level of need", "level_of_need", "not known", "not known", NULL},
	    {"Level of need", "level_of_need", "-", "not known", NULL},
	    {"Concerns", "child.concerns", "n/k", "not known", NULL},
	    {"Immediate danger", "immediate_danger", "N/K", "not known", NULL},
	    {"Immediate danger", "immediate_danger", "n/a", "not applicable", NULL},
	    {"Ethnicity", "child.ethnicity", "REFU", "refused to say", NULL},
	    {"Ethnicity", "child.ethnicity", "NOBT", "not known", NULL},
	    /* a choice's own word is an answer */
	    {"Agreement to help", "agreement", "refused", "refused", NULL},
	    {"Agreement to help", "agreement", "declined", "refused", NULL},
	    {"Agreement to help", "agreement", "no", "refused", NULL},
	    {"Agreement to help", "agreement", "not known", "not known", NULL},
	    {"Concerns", "child.concerns", "none", "no concern", NULL},
	};
	struct reading *reading = *state;

	check_rows(reading, ROWS, COUNT_OF(ROWS));
}

static void
test_form_values__choices_by_word_code_synonym_and_order_of_words(void **state)
{
#define CONCERNS "Concerns", "child.concerns"
	static const struct row ROWS[] = {
	    {CONCERNS, "neglect", "neglect", NULL},
	    {CONCERNS, "NEGLECT.", "neglect", NULL},
	    {CONCERNS, "Child drug misuse", "child drug misuse", NULL},
	    {CONCERNS, "child-drugs", "child drug misuse", NULL},
	    {CONCERNS, "misuse of drugs by the child", "child drug misuse", NULL},
	    {CONCERNS, "2A", "child drug misuse", NULL},
	    {CONCERNS, "2a, 16A; 13A", "child drug misuse; gangs; neglect", NULL},
	    {CONCERNS, "2A 16A", "child drug misuse; neglect", NULL},
	    {CONCERNS, "2A/16A", "child drug misuse; neglect", NULL},
	    {CONCERNS, "2A - child drug misuse", "child drug misuse", NULL},
	    {CONCERNS, "neglect and gangs", "gangs; neglect", NULL},
	    {CONCERNS, "neglect & CSE + county lines",
		"child sexual exploitation; neglect; county lines", NULL},
	    {CONCERNS, "neglect\ngangs", "gangs; neglect", NULL},
	    {CONCERNS, "\nneglect\ngangs", "gangs; neglect", NULL},
	    {CONCERNS, "- neglect\n- gangs", "gangs; neglect", NULL},
	    {CONCERNS, "domestic abuse\nof a parent, gangs", "domestic abuse of a parent; gangs",
		NULL},
	    {CONCERNS, "honour-based abuse, FGM",
		"female genital mutilation; forced marriage or honour-based abuse", NULL},
	    {CONCERNS, "drugs", "drugs (as written)", "form.unclear-choice"},
	    {CONCERNS, "neglect, drugs", "neglect, drugs (as written)", "form.unclear-choice"},
	    {CONCERNS, "2A - neglect", "child drug misuse; neglect", NULL},
	    {CONCERNS, "18A", "18A (as written)", "form.unclear-choice"},
	    {CONCERNS, "no concerns, neglect", "no concerns, neglect (as written)",
		"form.unclear-choice"},
	    {CONCERNS, "he is well", "he is well (as written)", "form.unclear-choice"},
	    {"Level of need", "level_of_need", "3", "Level 3 (complex)", NULL},
	    {"Level of need", "level_of_need", "Level 3", "Level 3 (complex)", NULL},
	    {"Level of need", "level_of_need", "L3", "Level 3 (complex)", NULL},
	    {"Level of need", "level_of_need", "amber", "Level 3 (complex)", NULL},
	    {"Level of need", "level_of_need", "3 amber", "Level 3 (complex)", NULL},
	    {"Level of need", "level_of_need", "3 (amber)", "Level 3 (complex)", NULL},
	    {"Level of need", "level_of_need", "2 or 3", "2 or 3 (as written)",
		"form.unclear-choice"},
	    {"Level of need", "level_of_need", "2/3", "2/3 (as written)", "form.unclear-choice"},
	    {"Level of need", "level_of_need", "3 red", "3 red (as written)",
		"form.unclear-choice"},
	    {"Level of need", "level_of_need", "3?", "3? (as written)", "form.unclear-choice"},
	    {"Level of need", "level_of_need", "3 (?)", "3 (?) (as written)",
		"form.unclear-choice"},
	    {"Level of need", "level_of_need", "not 3", "not 3 (as written)",
		"form.unclear-choice"},
	    {"Level of need", "level_of_need", "maybe 3", "maybe 3 (as written)",
		"form.unclear-choice"},
	    {CONCERNS, "neglect?", "neglect? (as written)", "form.unclear-choice"},
	    {CONCERNS, "gangs, neglect ?", "gangs, neglect ? (as written)", "form.unclear-choice"},
	    {"Level of need", "level_of_need", "5", "5 (as written)", "form.unclear-choice"},
	    {"Sex", "child.sex", "M", "Male", NULL},
	    {"Sex", "child.sex", "girl", "Female", NULL},
	    {"Sex", "child.sex", "U", "Unborn or not determined", NULL},
	    {"Sex", "child.sex", "M/F", "M/F (as written)", "form.unclear-choice"},
	};
	struct reading *reading = *state;

	check_rows(reading, ROWS, COUNT_OF(ROWS));
}

static void
test_form_values__boxes_with_a_tick_are_the_answer(void **state)
{
	static const struct row ROWS[] = {
	    {CONCERNS, "[x] neglect [ ] gangs", "neglect", NULL},
	    {CONCERNS, "\n[ ] neglect\n[X] gangs\n[x] missing", "missing; gangs", NULL},
	    {CONCERNS, "\n\n  [ x ] neglect\n\n  [] gangs", "neglect", NULL},
	    {CONCERNS, "neglect [x], gangs [ ], missing [x]", "missing; neglect", NULL},
	    {CONCERNS, "(x) neglect ( ) gangs", "neglect", NULL},
	    {CONCERNS, "\xE2\x98\x91 neglect \xE2\x98\x90 gangs \xE2\x98\x92 missing",
		"missing; neglect", NULL},
	    {CONCERNS, "[\xE2\x9C\x93] neglect", "neglect", NULL},
	    {CONCERNS, "[ ] neglect [ ] gangs", "", NULL},
	    {CONCERNS, "[x] drugs [ ] gangs", "[x] drugs [ ] gangs (as written)",
		"form.unclear-choice"},
	    {"Level of need", "level_of_need", "[ ] 1 [ ] 2 [x] 3 [ ] 4", "Level 3 (complex)",
		NULL},
	    {"Level of need", "level_of_need", "[ ] 1 [x] 2 [x] 3 [ ] 4",
		"[ ] 1 [x] 2 [x] 3 [ ] 4 (as written)", "form.unclear-choice"},
	    {"Child seen", "child.seen", "[x] yes [ ] no", "yes", NULL},
	    {"Child seen", "child.seen", "[ ] yes [x] no", "no", NULL},
	    {"Child seen", "child.seen", "[ ] yes [ ] no", "", NULL},
	    {"Child seen", "child.seen", "[x] yes [x] no", "[x] yes [x] no (as written)",
		"form.unclear-choice"},
	    {"Child seen", "child.seen", "\xE2\x98\x91 yes \xE2\x98\x90 no", "yes", NULL},
	    {"Child seen", "child.seen", "\xE2\x98\x90 yes \xE2\x98\x90 no", "", NULL},
	    {"Child seen", "child.seen", "[ ] yes [ ] no [x] not known", "not known", NULL},
	    {"Child seen", "child.seen", "[x] yes [ ] no [x] not known",
		"[x] yes [ ] no [x] not known (as written)", "form.unclear-choice"},
	    {"Child seen", "child.seen", "[ ] yes [ ] no [ ] not known", "", NULL},
	    {"Child seen", "child.seen", "[ ] yes [ ] no [ ] refused", "", NULL},
	    {"Child seen", "child.seen", "[x] yes [x] no", "[x] yes [x] no (as written)",
		"form.unclear-choice"},
	    {"Child seen", "child.seen", "yes / no / not known", "", NULL},
	    {CONCERNS, "[ ] neglect [x] refused", "refused to say", NULL},
	    {CONCERNS, "[x] neglect [x] not known", "[x] neglect [x] not known (as written)",
		"form.unclear-choice"},
	    {"Agreement to help", "agreement", "[ ] given [x] refused", "refused", NULL},
	    {"Child seen", "child.seen", "[x] perhaps", "[x] perhaps (as written)",
		"form.unclear-choice"},
	};
	struct reading *reading = *state;

	check_rows(reading, ROWS, COUNT_OF(ROWS));
}

static void
test_form_values__yes_and_no_with_words_behind_them(void **state)
{
#define DANGER "Immediate danger", "immediate_danger"
	static const struct row ROWS[] = {
	    {DANGER, "yes", "yes", NULL},
	    {DANGER, "YES!", "YES!", NULL},
	    {DANGER, "Y", "yes", NULL},
	    {DANGER, "no", "no", NULL},
	    {DANGER, "N", "no", NULL},
	    {DANGER, "*no*", "no", NULL},
	    {DANGER, "yes - father is on his way", "yes - father is on his way", NULL},
	    {DANGER, "yes he has a knife", "yes he has a knife", NULL},
	    {DANGER, "no, with grandmother now", "no, with grandmother now", NULL},
	    {DANGER, "yes - who is with him?", "yes - who is with him?", NULL},
	    {DANGER, "yes?", "yes? (as written)", "form.unclear-choice"},
	    {DANGER, "yes (?)", "yes (?) (as written)", "form.unclear-choice"},
	    {DANGER, "no?", "no? (as written)", "form.unclear-choice"},
	    {DANGER, "yes / no", "", NULL},
	    {DANGER, "Yes/No", "", NULL},
	    {DANGER, "Y / N", "", NULL},
	    {DANGER, "yes / no / not known", "", NULL},
	    {DANGER, "(yes / no / not known)", "", NULL},
	    {DANGER, "(yes / no / not known) yes", "yes", NULL},
	    {DANGER, "no longer", "no longer (as written)", "form.unclear-choice"},
	    {DANGER, "no way of telling", "no way of telling (as written)", "form.unclear-choice"},
	    {DANGER, "yes and no", "yes and no (as written)", "form.unclear-choice"},
	    {DANGER, "yes unless he comes back", "yes unless he comes back (as written)",
		"form.unclear-choice"},
	    {DANGER, "no, not known", "no, not known (as written)", "form.unclear-choice"},
	    {DANGER, "not yet", "not yet (as written)", "form.unclear-choice"},
	    {DANGER, "perhaps", "perhaps (as written)", "form.unclear-choice"},
	};
	struct reading *reading = *state;

	check_rows(reading, ROWS, COUNT_OF(ROWS));
}

static void
test_form_values__postcodes_are_mended_by_position(void **state)
{
#define POSTCODE "Home postcode", "child.home.postcode"
#define UNREAD "form.unclear-postcode"
	static const struct row ROWS[] = {
	    {POSTCODE, "SW19 1AA", "SW19 1AA", NULL},
	    {POSTCODE, "sw191aa", "SW19 1AA", NULL},
	    {POSTCODE, "SW19-1AA.", "SW19 1AA", NULL},
	    {POSTCODE, "S W 1 9 1 A A", "SW19 1AA", NULL},
	    {POSTCODE, "M1 1AE", "M1 1AE", NULL},
	    {POSTCODE, "m11ae", "M1 1AE", NULL},
	    {POSTCODE, "W1A 0AX", "W1A 0AX", NULL},
	    {POSTCODE, "EC1A 1BB", "EC1A 1BB", NULL},
	    {POSTCODE, "B33 8TH", "B33 8TH", NULL},
	    {POSTCODE, "CR2 6XH", "CR2 6XH", NULL},
	    {POSTCODE, "SWI9 IAA", "SW19 1AA (written as SWI9 IAA)", NULL},
	    {POSTCODE, "SW19 lAA", "SW19 1AA (written as SW19 lAA)", NULL},
	    {POSTCODE, "SE1O OAA", "SE10 0AA (written as SE1O OAA)", NULL},
	    {POSTCODE, "0X1 1AA", "OX1 1AA (written as 0X1 1AA)", NULL},
	    {POSTCODE, "SW19 O1A", "SW19 O1A (as written)", UNREAD},
	    {POSTCODE, "SWI 9 1AA", "SWI 9 1AA (as written)", UNREAD},
	    {POSTCODE, "SW191A", "SW191A (as written)", UNREAD},
	    {POSTCODE, "SW1 9 1A", "SW1 9 1A (as written)", UNREAD},
	    {POSTCODE, "12 Example Road, Mitcham CR4 1AA", "CR4 1AA", NULL},
	    {POSTCODE, "Mitcham CR41AA", "CR4 1AA", NULL},
	    {POSTCODE, "CR4 1AA Mitcham", "CR4 1AA", NULL},
	    {POSTCODE, "SW19", "SW19 (district only)", NULL},
	    {POSTCODE, "SW19 ?", "SW19 (district only)", NULL},
	    {POSTCODE, "sw19 1", "SW19 (district only)", NULL},
	    {POSTCODE, "SW19 1A?", "SW19 (district only)", NULL},
	    {POSTCODE, "SW19 (Wimbledon)", "SW19 (district only)", NULL},
	    {POSTCODE, "no fixed abode", "no fixed abode", NULL},
	    {POSTCODE, "NFA", "no fixed abode", NULL},
	    {POSTCODE, "ZZ99 3VZ", "no fixed abode", NULL},
	    {POSTCODE, "zz993wz", "not known", NULL},
	    {POSTCODE, "ZZ99 3CZ", "not known", NULL},
	    {POSTCODE, "QX1 1AA", "QX1 1AA (as written)", UNREAD},
	    {POSTCODE, "SW19 1CC", "SW19 1CC (as written)", UNREAD},
	    {POSTCODE, "Mitcham", "Mitcham (as written)", UNREAD},
	    {POSTCODE, "12345", "12345 (as written)", UNREAD},
	    {POSTCODE, "SW19 1AA?", "SW19 1AA (written as SW19 1AA?)", NULL},
	    {POSTCODE, "NFA, last SM1 1AA", "SM1 1AA (written as NFA, last SM1 1AA)", NULL},
	    {POSTCODE, "19 7NB", "19 7NB (as written)", UNREAD},
	    {POSTCODE, "SW19 1AA or SW19 1AB", "SW19 1AA or SW19 1AB (as written)", UNREAD},
	    {POSTCODE, "S", "S (as written)", UNREAD},
	};
	struct reading *reading = *state;

	check_rows(reading, ROWS, COUNT_OF(ROWS));
	reading_of(reading, "Home postcode: SW19 1AA\n");
	assert_true(reading_value(reading, "child.home.postcode")->is_full_postcode);
	assert_false(reading_value(reading, "child.home.postcode")->is_estimated);
	reading_of(reading, "Home postcode: SWI9 1AA\n");
	assert_true(reading_value(reading, "child.home.postcode")->is_estimated);
	reading_of(reading, "Home postcode: SW19\n");
	assert_false(reading_value(reading, "child.home.postcode")->is_full_postcode);
	reading_of(reading, "Home postcode: NFA\n");
	assert_true(reading_value(reading, "child.home.postcode")->no_fixed_abode);
	assert_string_equal(reading_value(reading, "child.home.postcode")->postcode, "");
}

static void
test_form_values__numbers_telephones_and_addresses_are_looked_at(void **state)
{
#define COUNT_ROW "Other children in the home", "household.other_children"
#define PHONE "Your telephone", "reporter.telephone"
#define EMAIL "Your email", "reporter.email"
	static const struct row ROWS[] = {
	    {COUNT_ROW, "3", "3", NULL},
	    {COUNT_ROW, "two", "2", NULL},
	    {COUNT_ROW, "none", "0", NULL},
	    {COUNT_ROW, "no", "0", NULL},
	    {COUNT_ROW, "2 (twins)", "2", NULL},
	    {COUNT_ROW, "2 or 3", "2 or 3 (as written)", "form.unclear-count"},
	    {COUNT_ROW, "3?", "3? (as written)", "form.unclear-count"},
	    {COUNT_ROW, "two?", "two? (as written)", "form.unclear-count"},
	    {COUNT_ROW, "3 maybe", "3 maybe (as written)", "form.unclear-count"},
	    {COUNT_ROW, "many", "many (as written)", "form.unclear-count"},
	    {COUNT_ROW, "123", "123 (as written)", "form.unclear-count"},
	    {PHONE, "020 7946 0000", "020 7946 0000", NULL},
	    {PHONE, "+44 (0)20 7946-0000 ext. 12", "+44 (0)20 7946-0000 ext. 12", NULL},
	    {PHONE, "07700 900000 / 07700 900001", "07700 900000 / 07700 900001", NULL},
	    {PHONE, "ask control", "ask control (as written)", "form.unclear-telephone"},
	    {PHONE, "101", "101 (as written)", "form.unclear-telephone"},
	    {PHONE, "not known", "not known", NULL},
	    {EMAIL, "officer@force.test", "officer@force.test", NULL},
	    {EMAIL, "Testa Officer <officer@force.test>", "officer@force.test", NULL},
	    {EMAIL, "<mailto:officer@force.test>", "officer@force.test", NULL},
	    {EMAIL, "officer@force.test.", "officer@force.test", NULL},
	    {EMAIL, "officer at force", "officer at force (as written)", "form.unclear-email"},
	};
	struct reading *reading = *state;

	check_rows(reading, ROWS, COUNT_OF(ROWS));
}

static void
test_form_values__a_fault_names_what_may_have_been_meant(void **state)
{
	struct reading *reading = *state;

	reading_of(reading, "CHILD 2\nConcerns: drugs\n");
	const char *text = reading_fault(reading, "form.unclear-choice")->text.words;
	assert_string_equal(text,
	    "Child 2, Concerns: \"drugs\" is not among the possible answers. Please "
	    "choose from: child drug misuse, parent drug misuse, other person drug misuse.");
	reading_of(reading, "Level of need: 7\n");
	text = reading_fault(reading, "form.unclear-choice")->text.words;
	assert_non_null(strstr(
	    text, "Level 1 (universal), Level 2 (early help), Level 3 (complex), Level 4 (acute)"));
	reading_of(reading, "Concerns: qqqqqq\n");
	text = reading_fault(reading, "form.unclear-choice")->text.words;
	assert_non_null(strstr(text, "the words at the end of the blank form"));
}

static void
test_form_values__names_keep_their_letters_and_lose_what_is_unseen(void **state)
{
	static const struct row ROWS[] = {
	    {"Family name", "child.family_name",
		"O\xE2\x80\x99"
		"Example-\xC5\x81uk\xC3\xA1\xC5\xA1",
		"O\xE2\x80\x99"
		"Example-\xC5\x81uk\xC3\xA1\xC5\xA1",
		NULL},
	    /* decomposed letters come out composed, bidi controls and zero-width spaces not at all
	     */
	    {"Family name", "child.family_name", "Luka\xCC\x81s", "Luk\xC3\xA1s", NULL},
	    {"Family name", "child.family_name",
		"Ex\xE2\x80\xAE"
		"am\xE2\x80\x8Bple\xEF\xBB\xBF",
		"Example", NULL},
	    {"Family name", "child.family_name",
		"Ex\x01"
		"ample\x7F",
		"Example", NULL},
	    {"Family name", "child.family_name", "Example\xC2\xA0 \xE2\x80\x83 Two", "Example Two",
		NULL},
	    {"Family name", "child.family_name",
		"Ex\xFF"
		"ample",
		"Ex\xEF\xBF\xBD"
		"ample",
		NULL},
	    {"Family name", "child.family_name", "\xD9\x85\xD8\xAB\xD8\xA7\xD9\x84",
		"\xD9\x85\xD8\xAB\xD8\xA7\xD9\x84", NULL},
	};
	struct reading *reading = *state;

	check_rows(reading, ROWS, COUNT_OF(ROWS));
}

int
main(void)
{
#define FACT(name) cmocka_unit_test_setup_teardown(name, reading_open, reading_close)
	const struct CMUnitTest tests[] = {
	    FACT(test_form_values__not_known_refused_and_not_applicable_are_answers),
	    FACT(test_form_values__choices_by_word_code_synonym_and_order_of_words),
	    FACT(test_form_values__boxes_with_a_tick_are_the_answer),
	    FACT(test_form_values__yes_and_no_with_words_behind_them),
	    FACT(test_form_values__postcodes_are_mended_by_position),
	    FACT(test_form_values__numbers_telephones_and_addresses_are_looked_at),
	    FACT(test_form_values__a_fault_names_what_may_have_been_meant),
	    FACT(test_form_values__names_keep_their_letters_and_lose_what_is_unseen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
