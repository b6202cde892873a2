/* The subset of mustache, after the sections of its specification, and the faults at loading. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "letters/template.h"

/* cmocka calls a macro fail, so it comes last */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { WORLD, NOTHING, IS_TRUE, IS_FALSE, LIST, NONE, OUTER, TRICKY, LINES, SPACE, TOP };
enum { ITEM };
enum { INNER_NAME, INNER_LIST };

static const struct blank ITEMS[] = {{.name = "item", .kind = BLANK_TEXT, .number = ITEM}};
static const struct blank INNERS[] = {
    {.name = "name", .kind = BLANK_TEXT, .number = INNER_NAME},
    {.name = "deep", .kind = BLANK_LIST, .number = INNER_LIST, .inside = ITEMS, .inside_count = 1},
};
static const struct blank BLANKS[] = {
    {.name = "world", .kind = BLANK_TEXT, .number = WORLD},
    {.name = "nothing", .kind = BLANK_TEXT, .number = NOTHING},
    {.name = "yes", .kind = BLANK_TRUTH, .number = IS_TRUE},
    {.name = "no", .kind = BLANK_TRUTH, .number = IS_FALSE},
    {.name = "list", .kind = BLANK_LIST, .number = LIST, .inside = ITEMS, .inside_count = 1},
    {.name = "none", .kind = BLANK_LIST, .number = NONE, .inside = ITEMS, .inside_count = 1},
    {.name = "outer", .kind = BLANK_LIST, .number = OUTER, .inside = INNERS, .inside_count = 2},
    {.name = "tricky", .kind = BLANK_TEXT, .number = TRICKY},
    {.name = "lines", .kind = BLANK_TEXT, .number = LINES},
    {.name = "space", .kind = BLANK_TEXT, .number = SPACE},
    {.name = "item", .kind = BLANK_TEXT, .number = TOP},
};

#define WORDS(literal)                                                    \
	{                                                                 \
		.text = {.words = literal, .length = sizeof literal - 1 } \
	}
static const struct fill ONE[] = {WORDS("1")}, TWO[] = {WORDS("2")}, THREE[] = {WORDS("3")};
static const struct fill *const ROWS[] = {ONE, TWO, THREE};
static const struct fill ANNA[] = {WORDS("Anna"), {.rows = ROWS, .row_count = 2}};
static const struct fill BEN[] = {WORDS("Ben"), {.rows = NULL, .row_count = 0}};
static const struct fill *const PEOPLE[] = {ANNA, BEN};
static const struct fill FILLS[] = {
    [WORLD] = WORDS("world"),
    [NOTHING] = WORDS(""),
    [IS_TRUE] = {.is_true = true},
    [IS_FALSE] = {.is_true = false},
    [LIST] = {.rows = ROWS, .row_count = 3},
    [NONE] = {.rows = NULL, .row_count = 0},
    [OUTER] = {.rows = PEOPLE, .row_count = 2},
    [TRICKY] = WORDS("& \" < > {{world}}"),
    [LINES] = WORDS("one\ntwo\n\nthree"),
    [SPACE] = WORDS(" \t\n"),
    [TOP] = WORDS("top"),
};

static const struct {
	const char *template, *expected;
} CASES[] = {
    /* interpolation */
    {"Hello from {no braces}!\n", "Hello from {no braces}!\n"},
    {"Hello, {{world}}!\n", "Hello, world!\n"},
    {"{{tricky}}", "& \" < > {{world}}"},
    {"({{nothing}})", "()"},
    {"| {{world}} |", "| world |"},
    {"  {{world}}\n", "  world\n"},
    {"|{{  world   }}|", "|world|"},
    {"{{world}}{{world}}", "worldworld"},
    {"", ""},
    /* sections */
    {"\"{{#yes}}shown{{/yes}}\"", "\"shown\""},
    {"\"{{#no}}hidden{{/no}}\"", "\"\""},
    {"\"{{#world}}Hi {{world}}.{{/world}}\"", "\"Hi world.\""},
    {"\"{{#nothing}}hidden{{/nothing}}\"", "\"\""},
    {"\"{{#space}}hidden{{/space}}\"", "\"\""},
    {"\"{{#list}}{{item}}{{/list}}\"", "\"123\""},
    {"\"{{#none}}hidden{{/none}}\"", "\"\""},
    {"{{#yes}}1{{/yes}} 2 {{#yes}}3{{/yes}}", "1 2 3"},
    {"{{#yes}}A {{#yes}}B{{/yes}} C{{/yes}}", "A B C"},
    {"{{#yes}}A {{#no}}B{{/no}} C{{/yes}}", "A  C"},
    {"{{#no}}A {{#yes}}B{{/yes}} C{{/no}}", ""},
    {"{{item}}: {{#list}}{{item}}{{world}} {{/list}}", "top: 1world 2world 3world "},
    {"{{#outer}}{{name}}({{#deep}}{{name}}{{item}}{{world}},{{/deep}}{{item}}){{/outer}}",
	"Anna(Anna1world,Anna2world,top)Ben(top)"},
    {"{{#outer}}{{#yes}}{{#deep}}{{name}}{{item}}{{/deep}}{{/yes}}{{/outer}}", "Anna1Anna2"},
    {" | {{#yes}}\t|\t{{/yes}} | \n", " | \t|\t | \n"},
    {" | {{#yes}} {{! a }}\n {{/yes}} | \n", " |  \n  | \n"},
    {" {{#yes}}YES{{/yes}}\n {{#yes}}GOOD{{/yes}}\n", " YES\n GOOD\n"},
    {"| This Is\n{{#yes}}\n|\n{{/yes}}\n| A Line\n", "| This Is\n|\n| A Line\n"},
    {"| This Is\n  {{#yes}}\n|\n\t{{/yes}}\n| A Line\n", "| This Is\n|\n| A Line\n"},
    {"|\r\n{{#yes}}\r\n{{/yes}}\r\n|", "|\r\n|"},
    {"  {{#yes}}\n#{{/yes}}\n/", "#\n/"},
    {"#{{#yes}}\n/\n  {{/yes}}", "#\n/\n"},
    {"|{{# yes }}={{/ yes }}|", "|=|"},
    {"{{#list}}\n- {{item}}\n{{/list}}\n", "- 1\n- 2\n- 3\n"},
    /* inverted sections */
    {"\"{{^no}}shown{{/no}}\"", "\"shown\""},
    {"\"{{^yes}}hidden{{/yes}}\"", "\"\""},
    {"\"{{^nothing}}shown{{/nothing}}\"", "\"shown\""},
    {"\"{{^world}}hidden{{/world}}\"", "\"\""},
    {"\"{{^list}}hidden{{/list}}\"", "\"\""},
    {"\"{{^none}}shown{{/none}}\"", "\"shown\""},
    {"{{^no}}1{{/no}} 2 {{^no}}3{{/no}}", "1 2 3"},
    {"{{^no}}A {{^yes}}B{{/yes}} C{{/no}}", "A  C"},
    {" | {{^no}}\t|\t{{/no}} | \n", " | \t|\t | \n"},
    {"| This Is\n{{^no}}\n|\n{{/no}}\n| A Line\n", "| This Is\n|\n| A Line\n"},
    {"  {{^no}}\n#{{/no}}\n/", "#\n/"},
    {"|\r\n{{^no}}\r\n{{/no}}\r\n|", "|\r\n|"},
    {"|{{^ no }}={{/ no }}|", "|=|"},
    {"{{#outer}}{{^deep}}{{name}} has none{{/deep}}{{/outer}}", "Ben has none"},
    /* comments */
    {"12345{{! a comment }}67890", "1234567890"},
    {"12345{{!\n  over\n  lines\n}}67890\n", "1234567890\n"},
    {"Begin.\n{{! alone }}\nEnd.\n", "Begin.\nEnd.\n"},
    {"Begin.\n  {{! alone, indented }}\nEnd.\n", "Begin.\nEnd.\n"},
    {"|\r\n{{! alone }}\r\n|", "|\r\n|"},
    {"  {{! first }}\n!", "!"},
    {"!\n  {{! last }}", "!\n"},
    {"Begin.\n{{!\nover\nlines\n}}\nEnd.\n", "Begin.\nEnd.\n"},
    {"Begin.\n  {{!\n  over\n  lines\n  }}\nEnd.\n", "Begin.\nEnd.\n"},
    {"  12 {{! 34 }}\n", "  12 \n"},
    {"12345 {{! a comment }} 67890", "12345  67890"},
    {"Hides {{!yes}}nothing, {{! #yes }}opens nothing", "Hides nothing, opens nothing"},
    /* ours: a value of several lines keeps its place */
    {"{{lines}}", "one\ntwo\n\nthree"},
    {"  {{lines}}\n", "  one\n  two\n  \n  three\n"},
    {"> {{lines}}\n", "> one\n> two\n> \n> three\n"},
    {"  Said: {{lines}}\n", "  Said: one\n      two\n      \n      three\n"},
};

static struct template *
parse(const char *text, struct faults *faults)
{
	return template_parse("letter.txt", text, strlen(text), BLANKS, COUNT_OF(BLANKS), faults);
}

static void
test_template__fills_as_the_specification_says(void **state)
{
	(void)state;
	for (size_t at = 0; at < COUNT_OF(CASES); at++) {
		CLEANUP(arena_closep) struct arena *arena = arena_open(1 << 20);
		CLEANUP(faults_closep) struct faults *faults = faults_open();
		CLEANUP(template_freep)
		struct template *template = parse(CASES[at].template, faults);
		struct plain filled;
		struct failure why;
		faults_print(faults, stderr);
		assert_non_null(template);
		assert_true(template_fill(template, FILLS, 1000, arena, &filled, &why));
		assert_string_equal(filled.words, CASES[at].expected);
		assert_int_equal(filled.length, strlen(CASES[at].expected));
	}
}

static const struct {
	const char *template;
	unsigned line, column;
	const char *fault;
} FAULTS[] = {
    {"{{wrold}}", 1, 1, "did you mean {{world}}?"},
    {"a\n  b {{#lst}}{{/lst}}", 2, 5, "did you mean {{list}}?"},
    {"\xc3\xa9\xc3\xa9 {{^nope}}{{/nope}}", 1, 4, "nobody fills {{nope}}"},
    {"{{name}}", 1, 1, "nobody fills {{name}}"},
    {"{{^outer}}{{name}}{{/outer}}", 1, 11, "nobody fills {{name}}"},
    {"{{#outer}}{{nam}}{{/outer}}", 1, 11, "did you mean {{name}}?"},
    {"{{yes}}", 1, 1, "write {{#yes}} ... {{/yes}}"},
    {"{{list}}", 1, 1, "is a list"},
    {"a {{world", 1, 3, "{{ without }}"},
    {"{{}}", 1, 1, "without a name"},
    {"{{# }}", 1, 1, "without a name"},
    {"{{wor\nld}}", 1, 1, "over the end of its line"},
    {"{{{world}}}", 1, 1, "nothing is escaped"},
    {"{{&world}}", 1, 1, "nothing is escaped"},
    {"{{>part}}", 1, 1, "no partials"},
    {"{{=<% %>=}}", 1, 1, "delimiters"},
    {"{{#yes}}", 1, 1, "{{#yes}} is never closed"},
    {"x\n{{/yes}}", 2, 1, "{{/yes}} closes nothing"},
    {"{{#yes}}\n{{/no}}", 2, 1, "{{/no}} stands where {{/yes}} must, for line 1"},
    {"{{#yes}}{{#yes}}{{#yes}}{{#yes}}{{#yes}}{{#yes}}{{#yes}}{{#yes}}{{#yes}}", 1, 65,
	"at most 8"},
    {"a\n\xff", 2, 1, "no UTF-8"},
};

static void
test_template__each_wrong_tag_is_named_with_its_place(void **state)
{
	(void)state;
	for (size_t at = 0; at < COUNT_OF(FAULTS); at++) {
		CLEANUP(faults_closep) struct faults *faults = faults_open();
		CLEANUP(template_freep)
		struct template *template = parse(FAULTS[at].template, faults);
		assert_null(template);
		assert_true(faults_count(faults) > 0);
		const struct fault *fault = faults_at(faults, 0);
		if (!strstr(fault->text, FAULTS[at].fault) || fault->line != FAULTS[at].line ||
		    fault->column != FAULTS[at].column)
			fail_msg("%s: at %u:%u: %s", FAULTS[at].template, fault->line,
			    fault->column, fault->text);
		assert_string_equal(fault->file, "letter.txt");
	}
}

static void
test_template__all_faults_come_at_once(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();

	(void)state;
	assert_null(parse("{{wrld}}\n{{#lst}}\n{{item}}\n{{/lst}}\n{{yes}}\n{{#no}}\n", faults));
	assert_int_equal(faults_count(faults), 4);
}

static void
test_template__size_and_number_of_tags_are_bounded(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	g_autofree char *long_one = g_strnfill(TEMPLATE_MAX_BYTES + 1, 'x');
	g_autoptr(GString) tags = g_string_new(NULL);

	(void)state;
	assert_null(parse(long_one, faults));
	for (int at = 0; at <= TEMPLATE_MAX_TAGS; at++)
		g_string_append(tags, "{{world}}");
	assert_null(parse(tags->str, faults));
	assert_int_equal(faults_count(faults), 2);
	assert_non_null(strstr(faults_at(faults, 1)->text, "more than 2000 tags"));
}

static void
test_template__a_letter_past_its_size_fails(void **state)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(1 << 20);
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	CLEANUP(template_freep)
	struct template *template =
	    parse("{{#list}}{{#list}}{{#list}}{{world}}{{/list}}{{/list}}{{/list}}", faults);
	struct plain filled;
	struct failure why;

	(void)state;
	assert_true(template_fill(template, FILLS, 135, arena, &filled, &why));
	assert_int_equal(filled.length, 135);
	assert_false(template_fill(template, FILLS, 134, arena, &filled, &why));
	assert_string_equal(why.code, "letter.too-large");
	assert_int_equal(why.remedy, REMEDY_DESK);
	template_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_template__fills_as_the_specification_says),
	    cmocka_unit_test(test_template__each_wrong_tag_is_named_with_its_place),
	    cmocka_unit_test(test_template__all_faults_come_at_once),
	    cmocka_unit_test(test_template__size_and_number_of_tags_are_bounded),
	    cmocka_unit_test(test_template__a_letter_past_its_size_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
