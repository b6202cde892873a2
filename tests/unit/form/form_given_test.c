/* Whole forms as officers' mail programs send them, and all that is read from each. */
/* SPDX-License-Identifier: MIT */
#include "reading.h"

#include <glib.h>
#include <string.h>

#define GIVEN SOURCE_ROOT "/tests/unit/form/given/"

/* Compares what is read from given/NAME.txt with given/NAME.expected. */
static void
check(void **state, const char *name)
{
	struct reading *reading = *state;
	g_autofree char *path = g_strdup_printf(GIVEN "%s.txt", name);
	g_autofree char *expected_path = g_strdup_printf(GIVEN "%s.expected", name);
	g_autofree char *text = NULL, *expected = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	reading_of(reading, text);
	const char *dump = reading_dump(reading);
	if (!g_file_get_contents(expected_path, &expected, NULL, NULL) ||
	    strcmp(dump, expected) != 0)
		fail_msg("%s reads as\n%s", name, dump);
	assert_true(reading->is_form);
}

#define GIVEN_TEST(function, name)                            \
	static void test_form_given__##function(void **state) \
	{                                                     \
		check(state, name);                           \
	}

GIVEN_TEST(a_night_shift, "night-shift")
GIVEN_TEST(two_children_by_outlook, "two-children-outlook")
GIVEN_TEST(an_unborn_child, "unborn")
GIVEN_TEST(an_unknown_date_of_birth_quoted, "unknown-birth")
GIVEN_TEST(broken_lines_of_a_telephone, "phone-wrapped")
GIVEN_TEST(a_table_that_was_html, "html-table")
GIVEN_TEST(refused_answers_in_capitals, "refused-answers")
GIVEN_TEST(every_fault_at_once, "many-faults")
GIVEN_TEST(a_reply_above_the_quoted_form, "follow-up-reply")

int
main(void)
{
#define FACT(name) cmocka_unit_test_setup_teardown(name, reading_open, reading_close)
	const struct CMUnitTest tests[] = {
	    FACT(test_form_given__a_night_shift),
	    FACT(test_form_given__two_children_by_outlook),
	    FACT(test_form_given__an_unborn_child),
	    FACT(test_form_given__an_unknown_date_of_birth_quoted),
	    FACT(test_form_given__broken_lines_of_a_telephone),
	    FACT(test_form_given__a_table_that_was_html),
	    FACT(test_form_given__refused_answers_in_capitals),
	    FACT(test_form_given__every_fault_at_once),
	    FACT(test_form_given__a_reply_above_the_quoted_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
