/* Hostile texts: whatever comes, reading ends soon, and takes no more than its limits. */
/* SPDX-License-Identifier: MIT */
#include "reading.h"

#include <glib.h>
#include <string.h>

#include "base/limits.h"

/*
 * Texts that cost something for each of their bytes. None of them may cost more than that: a
 * step that grows with the square of 512 kB would run for minutes, into the time limit of the
 * test.
 */
static const struct {
	const char *head, *unit;
} HOSTILE[] = {
    {"Level of need: 3\n", "\n"},
    {"Level of need: 3\n", ">"},
    {"Level of need: 3\n", ">>>>>\n"},
    {"", "School: a\n"},
    {"", "School: a\nSex: M\nSex: F\n"},
    {"", "School or nursery (\n"},
    {"", "School or\n"},
    {"School: ", "a:b:c:d:e\n"},
    {"School: ", "a  b  c  d  e\n"},
    {"School: a\n\n", "Foo: bar\n\n"},
    {"School: ", "e\xCC\x81\xCC\xA3"},
    {"School: ", "\xCC\x81"},
    {"School: ", "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8"},
    {"School: ", "\xEF\xB7\xBA"},
    {"School: ", "\xFF"},
    {"Concerns: ", "[x]"},
    {"Concerns: ", "[x]neglect "},
    {"Concerns: ", "neglect,"},
    {"Concerns: ", "a,"},
    {"Concerns: x", " and "},
    {"Concerns:\n", "neglect\n"},
    {"School: a\n", "From: a\n"},
    {"", "CHILD 1\nFamily name: a\n"},
    {"", "CHILD 2: a\n"},
    {"", "Family name: a\n"},
    {"", "CHILD\nFamily name: a\n"},
    {"", "ADULT\nWorks for: a\n"},
    {"", "Concern form for <\nLevel of need: 3\n"},
    {"", "What happened: a\nSex: M\n"},
    {"What happened:\n", "Agreement to help: x\n"},
    {"What happened:\n", "words words words\n"},
    {"Level of need: 3\n\n", "One block for each child.\n"},
    {"Date of birth: ", "1/"},
    {"Home postcode: ", "SW19 "},
    {"Immediate danger: ", "("},
    {"Level of need: 3\n", "--\n"},
    {"Level of need: 3\n", "| "},
    {"Level of need: 3\n", "((((((((((\n"},
};

static char *
hostile_text(const char *head, const char *unit, size_t length)
{
	GString *text = g_string_new(head);

	while (text->len < length)
		g_string_append(text, unit);
	g_string_truncate(text, length);
	return g_string_free(text, FALSE);
}

static void
test_form_limits__the_longest_hostile_text_is_read_to_its_end(void **state)
{
	struct reading *reading = *state;

	for (size_t at = 0; at < COUNT_OF(HOSTILE); at++) {
		g_autofree char *text =
		    hostile_text(HOSTILE[at].head, HOSTILE[at].unit, FORM_MAX_BYTES);
		reading_of(reading, text);
		assert_true(reading->faults.count <= 60);
		assert_true(reading->concern.child_count <= CHILDREN_MAX);
		assert_true(reading->concern.adult_count <= ADULTS_MAX);
	}
}

static void
test_form_limits__what_is_longer_is_cut_and_told(void **state)
{
	struct reading *reading = *state;
	g_autofree char *text =
	    hostile_text("What happened: a\n", "\xC3\xA9", FORM_MAX_BYTES + 1000);
	g_autofree char *lines = hostile_text("Level of need: 3\n", "\n", 100000);

	reading_of(reading, text);
	assert_non_null(reading_fault(reading, "form.too-long"));
	assert_null(strstr(reading_words(reading, "what_happened"), "\xEF\xBF\xBD"));
	reading_of(reading, lines);
	assert_non_null(reading_fault(reading, "form.too-long"));
	assert_string_equal(reading_words(reading, "level_of_need"), "Level 3 (complex)");
}

static void
test_form_limits__marks_on_one_letter_are_counted(void **state)
{
	struct reading *reading = *state;
	g_autofree char *text = hostile_text("School: e", "\xCC\xA3", 2009);

	reading_of(reading, text);
	assert_int_equal(g_utf8_strlen(reading_words(reading, "child.school.name"), -1), 8);
}

static void
test_form_limits__the_thirteenth_child_is_told_and_not_read(void **state)
{
	struct reading *reading = *state;
	g_autoptr(GString) text = g_string_new(NULL);

	for (int at = 1; at <= CHILDREN_MAX + 3; at++)
		g_string_append_printf(
		    text, "CHILD %d\nFamily name: Example\nFirst names: N%d\n", at, at);
	for (int at = 1; at <= ADULTS_MAX + 3; at++)
		g_string_append_printf(text, "ADULT\nFamily name: Example\nFirst names: N%d\n", at);
	reading_of(reading, text->str);
	assert_int_equal(reading->concern.child_count, CHILDREN_MAX);
	assert_int_equal(reading->concern.adult_count, ADULTS_MAX);
	assert_string_equal(
	    reading_words_of(reading, "child.given_names", CHILDREN_MAX - 1), "N12");
	size_t told = 0;
	for (size_t at = 0; at < reading->faults.count; at++)
		told += strcmp(reading->faults.faults[at].code, "form.too-many") == 0;
	assert_int_equal(told, 2);
	assert_non_null(strstr(reading_fault(reading, "form.too-many")->text.words, "12 children"));
	/* a number out of the air is as much too many */
	reading_of(reading,
	    "CHILD 999\nFamily name: Example\nLevel of need: 3\nCHILD 1\nFamily name: One\n");
	assert_int_equal(reading->concern.child_count, 1);
	assert_string_equal(reading_words(reading, "child.family_name"), "One");
	assert_non_null(reading_fault(reading, "form.too-many"));
}

static void
test_form_limits__faults_end_where_nobody_reads_on(void **state)
{
	struct reading *reading = *state;
	g_autofree char *text = hostile_text("Level of need: 3\n\n", "Foo: bar\n\n", 10000);

	reading_of(reading, text);
	assert_int_equal(reading->faults.count, 60);
}

static void
test_form_limits__a_nul_is_nothing(void **state)
{
	struct reading *reading = *state;
	static const char TEXT[] = "School: Exam\0ple\nSex: M";

	arena_close(reading->arena);
	reading->arena = arena_open(1024 * 1024);
	assert_true(form_read(reading->form, plain_copy(reading->arena, TEXT, sizeof TEXT), DESK,
	    1772427600, reading->arena, &reading->concern, &reading->faults));
	assert_string_equal(reading_words(reading, "child.school.name"), "Example");
	assert_string_equal(reading_words(reading, "child.sex"), "Male");
}

/* An officer who begins at the second block: faults, letters and the officer's own words agree. */
static void
test_form_limits__a_block_left_blank_keeps_the_numbers_of_the_others(void **state)
{
	struct reading *reading = *state;
	bool asks_of_four = false;

	reading_of(reading,
	    "== CHILD 1 ==\nFamily name:\nDate of birth:\n\n"
	    "== CHILD 2 ==\nFamily name: Quill\nDate of birth: 31/02/2014\n\n"
	    "== CHILD 3 ==\nFamily name:\n\n"
	    "== CHILD 4 ==\nFamily name: Ash\n\n"
	    "== ADULT 1 ==\nFamily name:\n\n"
	    "== ADULT 2 ==\nFamily name: Thistle\nRelationship to the child: father of child 2\n");
	assert_true(reading->is_form);
	assert_int_equal(reading->concern.child_count, 2);
	assert_int_equal(concern_number(&reading->concern, GROUP_CHILD, 0), 2);
	assert_int_equal(concern_number(&reading->concern, GROUP_CHILD, 1), 4);
	assert_int_equal(reading->concern.adult_count, 1);
	assert_int_equal(concern_number(&reading->concern, GROUP_ADULT, 0), 2);
	assert_non_null(strstr(reading_fault(reading, NULL)->text.words, "Child 2, Date of birth"));
	for (size_t at = 0; at < reading->faults.count; at++) {
		const char *words = reading->faults.faults[at].text.words;
		assert_null(strstr(words, "child 1"));
		assert_null(strstr(words, "child 3"));
		asks_of_four = asks_of_four || strstr(words, "about child 4");
	}
	assert_true(asks_of_four);
}

int
main(void)
{
#define FACT(name) cmocka_unit_test_setup_teardown(name, reading_open, reading_close)
	const struct CMUnitTest tests[] = {
	    FACT(test_form_limits__the_longest_hostile_text_is_read_to_its_end),
	    FACT(test_form_limits__what_is_longer_is_cut_and_told),
	    FACT(test_form_limits__marks_on_one_letter_are_counted),
	    FACT(test_form_limits__the_thirteenth_child_is_told_and_not_read),
	    FACT(test_form_limits__a_block_left_blank_keeps_the_numbers_of_the_others),
	    FACT(test_form_limits__faults_end_where_nobody_reads_on),
	    FACT(test_form_limits__a_nul_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
