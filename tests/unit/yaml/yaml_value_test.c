/* What the readers take, and the words of their faults. */
/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <string.h>

#include "yaml/yaml.h"

struct world {
	struct faults *faults; /* of all the test */
	struct yaml_document *document;
};

static const struct yaml_node *
value_of(struct world *world, const char *written)
{
	g_autofree char *text = g_strdup_printf("key: %s\n", written);

	yaml_freep(&world->document);
	world->document = yaml_parse("some.yaml", text, strlen(text), world->faults);
	assert_non_null(world->document);
	return yaml_get(yaml_root(world->document), "key");
}

/* The last fault. */
static void
expect_fault(const struct world *world, const char *words)
{
	assert_true(faults_count(world->faults) > 0);
	const struct fault *fault = faults_at(world->faults, faults_count(world->faults) - 1);
	if (!strstr(fault->text, words))
		fail_msg("the fault says: %s", fault->text);
	assert_int_equal(fault->line, 1);
	assert_string_equal(fault->file, "some.yaml");
}

static int
begin(void **state)
{
	struct world *world = g_new0(struct world, 1);

	world->faults = faults_open();
	*state = world;
	return 0;
}

static int
end(void **state)
{
	struct world *world = *state;

	yaml_free(world->document);
	faults_close(world->faults);
	g_free(world);
	return 0;
}

static void
test_yaml_value__text_is_read_and_other_kinds_are_named(void **state)
{
	struct world *world = *state;
	const char *text = NULL;

	assert_true(yaml_text(value_of(world, "some words"), "name", &text, world->faults));
	assert_string_equal(text, "some words");
	assert_true(yaml_text(value_of(world, "\"\""), "name", &text, world->faults));
	assert_string_equal(text, "");
	assert_false(yaml_text(value_of(world, ""), "name", &text, world->faults));
	expect_fault(world, "name: expected a text, here stands nothing");
	assert_false(yaml_text(value_of(world, "[a]"), "name", &text, world->faults));
	expect_fault(world, "name: expected a text, here stands a list");
	assert_false(yaml_is_map(value_of(world, "a"), "name", world->faults));
	expect_fault(world, "name: expected a map of \"key: value\", here stands a text");
	assert_false(yaml_is_list(value_of(world, "{a: b}"), "name", world->faults));
	expect_fault(world, "name: expected a list, here stands a map");
	assert_true(yaml_is_list(value_of(world, "[]"), "name", world->faults));
	assert_true(yaml_is_map(value_of(world, "{}"), "name", world->faults));
}

static void
test_yaml_value__no_node_is_false_without_a_fault(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	const char *text;
	int64_t number;
	bool is_yes;
	unsigned word;

	(void)state;
	assert_false(yaml_text(NULL, "x", &text, faults));
	assert_false(yaml_number(NULL, "x", 0, 1, &number, faults));
	assert_false(yaml_yes_no(NULL, "x", &is_yes, faults));
	assert_false(yaml_word(NULL, "x", NULL, 0, &word, faults));
	assert_null(yaml_need(NULL, "x", "y", faults));
	yaml_only_keys(NULL, "x", NULL, 0, faults);
	assert_int_equal(faults_total(faults), 0);
}

static void
test_yaml_value__numbers_are_whole_plain_and_in_range(void **state)
{
	static const char *const BAD[] = {"21", "-6", "0800", "1.5", "1e1", "0x1", "-", "+5", "5 ",
	    "99999999999999999999", "-0x", "five"};
	struct world *world = *state;
	int64_t number = 77;

	for (size_t at = 0; at < COUNT_OF(BAD); at++) {
		g_autofree char *quoted = g_strdup_printf("'%s'", BAD[at]);
		assert_false(
		    yaml_number(value_of(world, quoted), "port", -5, 20, &number, world->faults));
		expect_fault(world, "port: expected a whole number from -5 to 20, here stands");
	}
	assert_int_equal(number, 77);
	assert_true(yaml_number(value_of(world, "20"), "port", -5, 20, &number, world->faults));
	assert_int_equal(number, 20);
	assert_true(yaml_number(value_of(world, "-5"), "port", -5, 20, &number, world->faults));
	assert_int_equal(number, -5);
	assert_true(yaml_number(value_of(world, "0"), "port", -5, 20, &number, world->faults));
	assert_int_equal(number, 0);
	assert_false(yaml_number(value_of(world, "0800"), "port", 0, 9999, &number, world->faults));
}

static void
test_yaml_value__yes_and_no_are_four_words(void **state)
{
	static const struct {
		const char *word;
		bool is_yes;
	} WORDS[] = {{"yes", true}, {"no", false}, {"true", true}, {"false", false}, {"NO", false}};
	struct world *world = *state;
	bool is_yes;

	for (size_t at = 0; at < COUNT_OF(WORDS); at++) {
		is_yes = !WORDS[at].is_yes;
		assert_true(
		    yaml_yes_no(value_of(world, WORDS[at].word), "verify", &is_yes, world->faults));
		assert_int_equal(is_yes, WORDS[at].is_yes);
	}
	assert_false(yaml_yes_no(value_of(world, "on"), "verify", &is_yes, world->faults));
	expect_fault(world, "verify: expected yes or no, here stands \"on\"");
}

static const char *const WORDS[] = {"send", "wait", "propose"};

static void
test_yaml_value__a_word_is_found_or_the_near_one_is_suggested(void **state)
{
	struct world *world = *state;
	unsigned word = 9;

	assert_true(yaml_word(
	    value_of(world, "wait"), "mode", WORDS, COUNT_OF(WORDS), &word, world->faults));
	assert_int_equal(word, 1);
	assert_false(yaml_word(
	    value_of(world, "prpose"), "mode", WORDS, COUNT_OF(WORDS), &word, world->faults));
	expect_fault(world, "mode: unknown word \"prpose\": did you mean \"propose\"?");
	assert_false(yaml_word(
	    value_of(world, "Wait"), "mode", WORDS, COUNT_OF(WORDS), &word, world->faults));
	assert_false(yaml_word(
	    value_of(world, "xxxxxxx"), "mode", WORDS, COUNT_OF(WORDS), &word, world->faults));
	expect_fault(world, "mode: unknown word \"xxxxxxx\": expected one of send, wait, propose");
	assert_int_equal(word, 1);
}

static void
test_yaml_value__unknown_keys_are_named_at_their_place(void **state)
{
	struct world *world = *state;
	const struct yaml_node *map = value_of(world, "{send: 1, wiat: 2, zzzzzz: 3}");

	yaml_only_keys(map, "rule", WORDS, COUNT_OF(WORDS), world->faults);
	assert_int_equal(faults_count(world->faults), 2);
	assert_string_equal(faults_at(world->faults, 0)->text,
	    "rule: unknown key \"wiat\": did you mean \"wait\"?");
	assert_int_equal(faults_at(world->faults, 0)->column, 16);
}

static void
test_yaml_value__a_needed_key_that_is_missing_is_a_fault(void **state)
{
	struct world *world = *state;

	assert_non_null(yaml_need(value_of(world, "{a: 1}"), "rule", "a", world->faults));
	assert_null(yaml_need(value_of(world, "{a: 1}"), "rule", "id", world->faults));
	expect_fault(world, "rule: \"id\" is missing");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_yaml_value__text_is_read_and_other_kinds_are_named, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_yaml_value__no_node_is_false_without_a_fault, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_yaml_value__numbers_are_whole_plain_and_in_range, begin, end),
	    cmocka_unit_test_setup_teardown(test_yaml_value__yes_and_no_are_four_words, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_yaml_value__a_word_is_found_or_the_near_one_is_suggested, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_yaml_value__unknown_keys_are_named_at_their_place, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_yaml_value__a_needed_key_that_is_missing_is_a_fault, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
