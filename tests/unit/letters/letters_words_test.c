/* Words cleaned and wrapped for a letter. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "letters/clean_words.h"

/* cmocka calls a macro fail, so it comes last */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const struct {
	const char *given;
	size_t length; /* 0: to the NUL */
	const char *expected;
} CLEANED[] = {
    {"plain", 0, "plain"},
    {"", 0, ""},
    {" \n both ends \n\n", 0, "both ends"},
    {"two\r\nlines\rthree", 0, "two\nlines three"},
    {"tab\tbell\a nul", 0, "tab bell  nul"},
    {"a\0b", 3, "a b"},
    {"\x1b[31mred", 0, "[31mred"},
    {"wrong \xff byte, cut \xc3", 0, "wrong \xef\xbf\xbd byte, cut \xef\xbf\xbd"},
    {"Zo\xc3\xab \xc5\x81ukasz", 0, "Zo\xc3\xab \xc5\x81ukasz"},
    {"turned \xe2\x80\xae"
     "round\xe2\x81\xa9",
	0, "turned  round"},
    {"next\xc2\x85line", 0, "next line"},
    {"paragraph\xe2\x80\xa9separator", 0, "paragraph\nseparator"},
};

static void
test_clean_words__gives_visible_text(void **state)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(1 << 20);

	(void)state;
	for (size_t at = 0; at < COUNT_OF(CLEANED); at++) {
		const char *given = CLEANED[at].given;
		size_t length = CLEANED[at].length ? CLEANED[at].length : strlen(given);
		struct plain cleaned = clean_words((struct plain){given, length}, arena);
		assert_string_equal(cleaned.words, CLEANED[at].expected);
		assert_int_equal(cleaned.length, strlen(CLEANED[at].expected));
	}
}

#define TEN "123456789 "
#define SIXTY TEN TEN TEN TEN TEN TEN

static const struct {
	const char *given, *expected;
} WRAPPED[] = {
    {"short\n\nlines\n", "short\n\nlines\n"},
    {"no end", "no end"},
    {"a\n\n \n\nb\n\n\n", "a\n\nb\n\n"},
    {"trailing  \n  \nend ", "trailing\n\nend"},
    {SIXTY "123456789 12", SIXTY "123456789 12"},
    {SIXTY "123456789 123", SIXTY "123456789\n123"},
    {SIXTY TEN TEN, SIXTY "123456789\n123456789"},
    {"- " SIXTY "123456789 end", "- " SIXTY "123456789\n  end"},
    {"12. " SIXTY "123456789 end", "12. " SIXTY "\n    123456789 end"},
    {"  Label: " SIXTY "123456789", "  Label: " SIXTY "\n      123456789"},
    {"      " SIXTY "123456789 end", "      " SIXTY "\n      123456789 end"},
    {"> " SIXTY "123456789 end", "> " SIXTY "123456789\n> end"},
    {">> | " SIXTY "123456789 end", ">> | " SIXTY "\n>> | 123456789 end"},
    /* a word that is longer than a line stays whole */
    {"a " SIXTY "end", "a " SIXTY "end"},
    {"https://example.org/012345678901234567890123456789012345678901234567890123456789 end",
	"https://example.org/012345678901234567890123456789012345678901234567890123456789\nend"},
    /* columns, not bytes: an accent has no width of its own, a wide letter two */
    {SIXTY "123456789 e\xcc\x81"
	   "1",
	SIXTY "123456789 e\xcc\x81"
	      "1"},
    {SIXTY "123456789 \xe6\x9d\x8e", SIXTY "123456789 \xe6\x9d\x8e"},
    {SIXTY "123456789 \xe6\x9d\x8e\xe6\x9d\x8e", SIXTY "123456789\n\xe6\x9d\x8e\xe6\x9d\x8e"},
};

static struct plain
without_line_end_spaces(const char *expected, struct arena *arena)
{
	g_autoptr(GString) text = g_string_new(expected);

	while (g_string_replace(text, " \n", "\n", 0))
		continue;
	return plain_copy(arena, text->str, text->len);
}

static void
test_wrap_words__wraps_at_72_columns_under_the_lines_beginning(void **state)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(1 << 20);

	(void)state;
	for (size_t at = 0; at < COUNT_OF(WRAPPED); at++) {
		const char *given = WRAPPED[at].given;
		struct plain wrapped = wrap_words((struct plain){given, strlen(given)}, arena);
		struct plain again =
		    wrap_words((struct plain){wrapped.words, wrapped.length}, arena);
		assert_string_equal(
		    wrapped.words, without_line_end_spaces(WRAPPED[at].expected, arena).words);
		assert_string_equal(again.words, wrapped.words);
	}
}

static void
test_wrap_words__a_hostile_margin_does_not_multiply(void **state)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(64 << 20);
	g_autofree char *marks = g_strnfill(100000, '>');
	g_autoptr(GString) text = g_string_new(marks);

	(void)state;
	for (int at = 0; at < 100000; at++)
		g_string_append(text, " \xe2\x80\x8b");
	for (int at = 0; at < 100000; at++)
		g_string_append(text, " x");
	struct plain wrapped = wrap_words((struct plain){text->str, text->len}, arena);
	assert_true(wrapped.length < 2 * text->len);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_clean_words__gives_visible_text),
	    cmocka_unit_test(test_wrap_words__wraps_at_72_columns_under_the_lines_beginning),
	    cmocka_unit_test(test_wrap_words__a_hostile_margin_does_not_multiply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
