/* What the tree holds, and what is refused with which words. */
/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/limits.h"
#include "yaml/yaml.h"

static struct yaml_document *
parse(const char *text, struct faults *faults)
{
	return yaml_parse("some.yaml", text, strlen(text), faults);
}

static void
test_yaml_parse__tree_knows_kinds_and_places(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	CLEANUP(yaml_freep)
	struct yaml_document *document = parse("# first\n"
					       "name: Anna\n"
					       "list:\n"
					       "  - one\n"
					       "  - \"two\"\n"
					       "flow: {a: 1, b: [x, y]}\n"
					       "empty: {}\n"
					       "none:\n",
	    faults);

	(void)state;
	assert_non_null(document);
	const struct yaml_node *root = yaml_root(document);
	assert_int_equal(root->kind, YAML_MAP);
	assert_int_equal(root->count, 5);
	const struct yaml_node *list = yaml_get(root, "list");
	assert_int_equal(list->kind, YAML_LIST);
	assert_int_equal(list->count, 2);
	assert_string_equal(list->items[1].text, "two");
	assert_true(list->items[1].is_quoted);
	assert_false(list->items[0].is_quoted);
	assert_int_equal(list->items[1].line, 5);
	assert_int_equal(list->items[1].column, 5);
	assert_string_equal(list->items[1].file, "some.yaml");
	const struct yaml_node *flow = yaml_get(root, "flow");
	assert_string_equal(yaml_get(flow, "a")->text, "1");
	assert_int_equal(yaml_get(flow, "b")->count, 2);
	assert_int_equal(yaml_get(root, "empty")->count, 0);
	assert_string_equal(yaml_get(root, "none")->text, "");
	assert_null(yaml_get(root, "nam"));
	assert_null(yaml_get(list, "one"));
	assert_null(yaml_get(NULL, "one"));
	assert_string_equal(root->keys[2].text, "flow");
}

static void
test_yaml_parse__scalars_keep_their_spelling(void **state)
{
	static const char *const SPELLINGS[] = {"NO", "yes", "0800", "09:00", "1e3", "null", "~",
	    "2015-03-14", "0x1F", "1_000", ".inf"};
	CLEANUP(faults_closep) struct faults *faults = faults_open();

	(void)state;
	for (size_t at = 0; at < COUNT_OF(SPELLINGS); at++) {
		g_autofree char *text = g_strdup_printf("key: %s\n", SPELLINGS[at]);
		CLEANUP(yaml_freep) struct yaml_document *document = parse(text, faults);
		assert_string_equal(yaml_get(yaml_root(document), "key")->text, SPELLINGS[at]);
	}
}

static void
test_yaml_parse__an_empty_file_is_an_empty_map(void **state)
{
	static const char *const EMPTY[] = {
	    "", "\n", "# nothing\n", "---\n", "\xEF\xBB\xBF# bom\n"};
	CLEANUP(faults_closep) struct faults *faults = faults_open();

	(void)state;
	for (size_t at = 0; at < COUNT_OF(EMPTY); at++) {
		CLEANUP(yaml_freep) struct yaml_document *document = parse(EMPTY[at], faults);
		assert_non_null(document);
		assert_int_equal(yaml_root(document)->kind, YAML_MAP);
		assert_int_equal(yaml_root(document)->count, 0);
	}
}

static const struct refused {
	const char *text;
	unsigned line, column;
	const char *words; /* a part of the fault */
} REFUSED[] = {
    {"a: 1\nb: 2\na: 3\n", 3, 1, "\"a\" stands here a second time; the first is in line 1"},
    {"m: {a: 1, a: 2}\n", 1, 11, "\"a\" stands here a second time"},
    {"a: &x 1\n", 1, 4, "an anchor"},
    {"a: &x [1]\n", 1, 4, "an anchor"},
    {"a: &x {b: 1}\n", 1, 4, "an anchor"},
    {"a: *x\n", 1, 4, "an alias"},
    {"a: !!str 1\n", 1, 4, "a tag"},
    {"a: ! 1\n", 1, 4, "a tag"},
    {"<<: {a: 1}\n", 1, 1, "a merge key"},
    {"a: 1\n---\nb: 2\n", 2, 1, "a second document"},
    {"%YAML 1.1\n---\na: 1\n", 1, 1, "a line that begins with %"},
    {"a:\n\t- b\n", 2, 1, "a tab at the start of the line"},
    {"a:\n  \tb: 1\n", 2, 3, "a tab at the start of the line"},
    {"a: \xFF\n", 1, 4, "no UTF-8"},
    {"\xFF\xFE"
     "a",
	1, 1, "no UTF-8"},
    {"a:\xC2\xA0"
     "b\n",
	1, 3, "nobody can see (U+00A0)"},
    {"a: b\xE2\x80\x8B\n", 1, 5, "nobody can see (U+200B)"},
    {"a: b\xE2\x80\xAE\n", 1, 5, "nobody can see (U+202E)"},
    {"a: b\xE2\x80\xA8"
     "c: d\n",
	1, 5, "nobody can see (U+2028)"},
    {"a: b\x01\n", 1, 5, "nobody can see (U+0001)"},
    {"a: b\rc: d\n", 1, 5, "nobody can see (U+000D)"},
    {"a: \"x\\0y\"\n", 1, 4, "a control character (\\x00)"},
    {"a: \"x\\e\"\n", 1, 4, "a control character (\\x1B)"},
    {"a: {why: Level 3, living here}\n", 1, 19, "inside { } a comma ends a value"},
    {"[a]: b\n", 1, 1, "a key must be one word"},
    {"{a: b}: c\n", 1, 1, "a key must be one word"},
    {"?\n: b\n", 1, 2, "a colon without a key"},
    {"{: b}\n", 1, 2, "a value is missing before this"},
    {"a: b: c\n", 1, 5, "a colon where no key can stand"},
    {"a: \"b\nc: d\n", 1, 4, "this quote is never closed"},
    {"a: \"b\n---\n", 1, 4, "this quote is not closed before"},
    {"a: \"\\q\"\n", 1, 5, "a backslash that means nothing"},
    {"a: [b, c\n", 1, 4, "the [ in this line is not closed"},
    {"a: {b: c\n", 1, 4, "the { in this line is not closed"},
    {"a: 1\nb\nc: 2\n", 2, 1, "a line without a colon"},
    {"a: @b\n", 1, 4, "a text cannot begin with this character"},
    {"a: - b\n", 1, 4, "a \"- \" where no list can begin"},
    {"- a\nb: c\n", 2, 1, "does not go on the list above"},
    {"a: \"b\" c\n", 1, 8, "does not go on the map above"},
    {"a: 1\n b: 2\n", 2, 3, "a colon where no key can stand"},
    {"a: |x\n b\n", 1, 5, "the | or > of a long text"},
    {"a: b\n...\nc\n", 3, 1, "does not belong to what stands above it"},
};

static void
test_yaml_parse__what_misleads_is_refused_in_plain_words_with_its_place(void **state)
{
	(void)state;
	for (size_t at = 0; at < COUNT_OF(REFUSED); at++) {
		const struct refused *one = &REFUSED[at];
		CLEANUP(faults_closep) struct faults *faults = faults_open();
		CLEANUP(yaml_freep) struct yaml_document *document = parse(one->text, faults);
		if (document || !faults_count(faults))
			fail_msg("taken: %s", one->text);
		const struct fault *fault = faults_at(faults, 0);
		if (!strstr(fault->text, one->words) || fault->line != one->line ||
		    fault->column != one->column)
			fail_msg("%s gives %u:%u: %s", one->text, fault->line, fault->column,
			    fault->text);
	}
}

static void
test_yaml_parse__a_nul_byte_is_refused(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();

	(void)state;
	assert_null(yaml_parse("x", "a: b\0c", 6, faults));
	assert_non_null(strstr(faults_at(faults, 0)->text, "NUL"));
}

static void
test_yaml_parse__all_faults_are_told_at_once(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();

	(void)state;
	assert_null(parse("a: &x 1\na: 2\nb: *x\nc: !t 3\n", faults));
	assert_int_equal(faults_count(faults), 4);
}

static void
test_yaml_parse__a_flood_of_faults_ends(void **state)
{
	static const char *const LINES[] = {"- &x 1\n", "\tx\n"};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(LINES); at++) {
		CLEANUP(faults_closep) struct faults *faults = faults_open();
		g_autoptr(GString) text = g_string_new(NULL);
		for (int line = 0; line < 10000; line++)
			g_string_append(text, LINES[at]);
		assert_null(yaml_parse("x", text->str, text->len, faults));
		assert_in_range(faults_count(faults), 1, 50);
	}
}

static char *
nested(const char *open, size_t depth, const char *close)
{
	g_autoptr(GString) text = g_string_new("a: ");

	for (size_t at = 0; at < depth; at++)
		g_string_append(text, open);
	g_string_append(text, "x");
	for (size_t at = 0; at < depth; at++)
		g_string_append(text, close);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
test_yaml_parse__depth_ends_at_the_limit(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	g_autofree char *fits = nested("[", YAML_MAX_DEPTH - 1, "]");
	g_autofree char *deep = nested("[", YAML_MAX_DEPTH, "]");
	g_autofree char *hostile = nested("{a: ", 300000, "}");

	(void)state;
	CLEANUP(yaml_freep) struct yaml_document *document = parse(fits, faults);
	assert_non_null(document);
	assert_null(parse(deep, faults));
	assert_null(parse(hostile, faults));
	assert_int_equal(faults_count(faults), 2);
	assert_non_null(strstr(faults_at(faults, 1)->text, "inside one another"));
}

static void
test_yaml_parse__length_ends_at_the_limit(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	g_autofree char *bytes = g_malloc(YAML_MAX_BYTES + 1);

	(void)state;
	memset(bytes, '#', YAML_MAX_BYTES + 1);
	CLEANUP(yaml_freep)
	struct yaml_document *document = yaml_parse("x", bytes, YAML_MAX_BYTES, faults);
	assert_non_null(document);
	assert_null(yaml_parse("x", bytes, YAML_MAX_BYTES + 1, faults));
	assert_non_null(strstr(faults_at(faults, 0)->text, "longer than 4096 kB"));
}

static void
test_yaml_parse__values_without_end_are_refused(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	g_autoptr(GString) text = g_string_new("[");

	(void)state;
	for (int at = 0; at < 1000001; at++)
		g_string_append(text, "a,\n");
	g_string_append(text, "]");
	assert_null(yaml_parse("x", text->str, text->len, faults));
	assert_non_null(strstr(faults_at(faults, 0)->text, "more than 1000000 values"));
}

static void
test_yaml_load__a_file_is_read_and_what_is_none_is_refused(void **state)
{
	g_autofree char *folder = g_dir_make_tmp("yaml-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "a.yaml", NULL);
	CLEANUP(faults_closep) struct faults *faults = faults_open();

	(void)state;
	assert_null(yaml_load(path, faults));
	assert_non_null(strstr(faults_at(faults, 0)->text, "cannot be read"));
	assert_string_equal(faults_at(faults, 0)->file, path);
	assert_null(yaml_load(folder, faults));
	assert_non_null(strstr(faults_at(faults, 1)->text, "is no file"));
	assert_true(g_file_set_contents(path, "a: 1\r\nb: 2\r\n", -1, NULL));
	CLEANUP(yaml_freep) struct yaml_document *document = yaml_load(path, faults);
	assert_string_equal(yaml_get(yaml_root(document), "b")->text, "2");
	assert_int_equal(yaml_get(yaml_root(document), "b")->line, 2);
	assert_int_equal(g_unlink(path), 0);
	assert_int_equal(g_rmdir(folder), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_yaml_parse__tree_knows_kinds_and_places),
	    cmocka_unit_test(test_yaml_parse__scalars_keep_their_spelling),
	    cmocka_unit_test(test_yaml_parse__an_empty_file_is_an_empty_map),
	    cmocka_unit_test(
		test_yaml_parse__what_misleads_is_refused_in_plain_words_with_its_place),
	    cmocka_unit_test(test_yaml_parse__a_nul_byte_is_refused),
	    cmocka_unit_test(test_yaml_parse__all_faults_are_told_at_once),
	    cmocka_unit_test(test_yaml_parse__a_flood_of_faults_ends),
	    cmocka_unit_test(test_yaml_parse__depth_ends_at_the_limit),
	    cmocka_unit_test(test_yaml_parse__length_ends_at_the_limit),
	    cmocka_unit_test(test_yaml_parse__values_without_end_are_refused),
	    cmocka_unit_test(test_yaml_load__a_file_is_read_and_what_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
