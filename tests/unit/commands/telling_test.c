/* Lines of eighty columns, near misses, and JUnit that every reader takes. */
/* SPDX-License-Identifier: MIT */
#include "shipped_rules.h"

#include <stdio.h>
#include <string.h>

#include "commands/junit.h"
#include "commands/telling.h"
#include "papers/near_miss.h"

static char *
told(unsigned first, unsigned rest, const char *text)
{
	char *out = NULL;
	size_t length;
	FILE *file = open_memstream(&out, &length);

	tell_text(file, first, rest, text);
	assert_int_equal(fclose(file), 0);
	return out;
}

static void
test_no_line_is_wider(void **state)
{
	g_autoptr(GString) text = g_string_new(NULL);

	(void)state;
	for (unsigned at = 0; at < 40; at++) {
		g_string_append_printf(text, "%.*s ", (int)at, "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz");
		g_string_append(text, at % 3 ? "Zo\xC3\xAB " : "\xE6\xBC\xA2\xE5\xAD\x97 ");
	}
	for (unsigned at = 0; at < 200; at++)
		g_string_append_c(text, 'w');
	for (unsigned rest = 0; rest < 40; rest++) {
		char *out = told(rest / 2, rest, text->str);
		g_auto(GStrv) lines = g_strsplit(out, "\n", -1);
		for (size_t at = 0; lines[at]; at++) {
			assert_true(g_utf8_validate(lines[at], -1, NULL));
			assert_true(tell_width(lines[at], strlen(lines[at])) <= TELLING_COLUMNS);
		}
		free(out);
	}
	char *out = told(2, 4, "a\x1b[31m b\r\nc");
	assert_string_equal(out, "  a[31m b c\n");
	free(out);
}

/* all of: a, any of: b, c; not: d */
static void
test_near_misses(void **state)
{
	static const struct {
		enum answer a, b, c, d;
		const char *alone; /* which of a to d */
	} CASES[] = {
	    {ANSWER_NO, ANSWER_YES, ANSWER_NO, ANSWER_NO, "a"},
	    {ANSWER_YES, ANSWER_NO, ANSWER_NO, ANSWER_NO, "bc"},
	    {ANSWER_YES, ANSWER_YES, ANSWER_NO, ANSWER_YES, "d"},
	    {ANSWER_NO, ANSWER_NO, ANSWER_NO, ANSWER_NO, ""},
	    {ANSWER_NO, ANSWER_YES, ANSWER_NO, ANSWER_CANNOT_TELL, ""},
	    {ANSWER_NO, ANSWER_CANNOT_TELL, ANSWER_YES, ANSWER_NO, "a"},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(CASES); at++) {
		const struct condition_seen seen[] = {{.kind = CONDITION_ALL},
		    {.depth = 1, .answer = CASES[at].a}, {.kind = CONDITION_ANY, .depth = 1},
		    {.depth = 2, .answer = CASES[at].b}, {.depth = 2, .answer = CASES[at].c},
		    {.kind = CONDITION_NOT, .depth = 1}, {.depth = 2, .answer = CASES[at].d}};
		const struct rule_seen rule = {.conditions = seen, .condition_count = COUNT_OF(seen)};
		static const size_t PLACES[] = {1, 3, 4, 6};
		for (size_t one = 0; one < COUNT_OF(PLACES); one++)
			assert_int_equal(is_near_miss(&rule, PLACES[one]),
			    strchr(CASES[at].alone, "abcd"[one]) != NULL);
		assert_int_equal(has_near_miss(&rule), *CASES[at].alone != 0);
		assert_false(is_near_miss(&rule, 0));
	}
}

static void
test_junit(void **state)
{
	struct shipped *shipped = *state;
	CLEANUP(junit_closep) struct junit *junit = junit_open();
	g_autofree char *path = g_build_filename(shipped->folder, "out.xml", NULL), *text = NULL;

	junit_add(junit, "a.yaml", 2, "Zo\xC3\xAB <&\"'> \x01", 0.5, NULL);
	junit_add(junit, "b.yaml", 3, "b", 0.25, "! a < b\n");
	junit_add(junit, "a.yaml", 9, "c", 0.25, NULL);
	assert_true(junit_write(junit, path));
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	assert_int_equal(remove(path), 0);
	assert_non_null(strstr(text, "<testsuites name=\"wandle rules test\" tests=\"3\" failures=\"1\">"));
	assert_non_null(strstr(text, "<testsuite name=\"a.yaml\" tests=\"2\" failures=\"0\""));
	assert_non_null(strstr(text, "Zo\xC3\xAB &lt;&amp;&quot;&apos;&gt;  \""));
	assert_non_null(strstr(text, "! a &lt; b\n</failure>"));
	assert_false(junit_write(junit, "/nowhere/out.xml"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, shipped_open, shipped_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_no_line_is_wider),
	    cmocka_unit_test(test_near_misses),
	    TEST(test_junit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
