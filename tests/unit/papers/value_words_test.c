/* Every kind of value in the words of a letter. */
/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/clock.h"
#include "papers/concern.h"

static const struct choice CHOICES[] = {{.name = "neglect", .label = "neglect"},
    {.name = "gangs", .label = "gangs"}, {.name = "other", .label = "other"}};

/* What is said of a value of this kind, on 2 March 2026. */
static void
expect(enum field_kind kind, struct value value, const char *words)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(1024 * 1024);
	const struct field field = {
	    .kind = kind, .choices = CHOICES, .choice_count = COUNT_OF(CHOICES)};

	assert_true(clock_open_zone());
	const struct concern concern = {.reported_at = clock_moment(2026, 3, 2, 5, 0)};
	if (!value.text.words)
		value.text = plain_copy(arena, "", 0);
	struct plain said = value_words(&concern, &field, &value, arena);
	assert_string_equal(said.words, words);
	assert_int_equal(said.length, strlen(words));
}

static struct plain
text(const char *words)
{
	return (struct plain){.words = words, .length = strlen(words)};
}

static void
test_value_words__what_is_not_given_is_said_as_such(void **state)
{
	(void)state;
	expect(FIELD_BIRTH, (struct value){.known = KNOWN_BLANK}, "");
	expect(
	    FIELD_BIRTH, (struct value){.known = KNOWN_UNKNOWN, .text = text("n/k")}, "not known");
	expect(FIELD_CHOICE, (struct value){.known = KNOWN_REFUSED}, "refused to say");
	expect(FIELD_TEXT, (struct value){.known = KNOWN_NOT_APPLICABLE}, "not applicable");
	expect(FIELD_DAY, (struct value){.known = KNOWN_UNCLEAR, .text = text("31/02")},
	    "31/02 (as written)");
}

static void
test_value_words__texts_and_numbers(void **state)
{
	(void)state;
	expect(
	    FIELD_TEXT, (struct value){.known = KNOWN_GIVEN, .text = text("Example")}, "Example");
	expect(FIELD_LONG_TEXT, (struct value){.known = KNOWN_GIVEN, .text = text("a\nb")}, "a\nb");
	expect(FIELD_TELEPHONE, (struct value){.known = KNOWN_GIVEN, .text = text("020")}, "020");
	expect(FIELD_EMAIL, (struct value){.known = KNOWN_GIVEN, .text = text("a@b")}, "a@b");
	expect(FIELD_COUNT, (struct value){.known = KNOWN_GIVEN, .text = text("two"), .number = 2},
	    "2");
}

static void
test_value_words__choices_and_yes_and_no(void **state)
{
	struct value value = {.known = KNOWN_GIVEN, .text = text("16A, 20")};

	(void)state;
	choice_set_add(&value.choices, 2);
	choice_set_add(&value.choices, 0);
	expect(FIELD_CHOICES, value, "neglect; other");
	value = (struct value){.known = KNOWN_GIVEN, .text = text("Y")};
	choice_set_add(&value.choices, 1);
	expect(FIELD_YES_NO, value, "yes");
	expect(FIELD_CHOICE, value, "gangs");
	value.text = text("yes, he has a knife");
	expect(FIELD_YES_NO, value, "yes, he has a knife");
	value = (struct value){.known = KNOWN_GIVEN, .text = text("no")};
	choice_set_add(&value.choices, 0);
	expect(FIELD_YES_NO, value, "no");
}

static void
test_value_words__postcodes(void **state)
{
	(void)state;
	struct value value = {.known = KNOWN_GIVEN,
	    .text = text("swI91aa"),
	    .postcode = "SW19 1AA",
	    .is_full_postcode = true};
	expect(FIELD_POSTCODE, value, "SW19 1AA");
	value.is_estimated = true;
	expect(FIELD_POSTCODE, value, "SW19 1AA (written as swI91aa)");
	value = (struct value){.known = KNOWN_GIVEN, .postcode = "SW19"};
	expect(FIELD_POSTCODE, value, "SW19 (district only)");
	value = (struct value){.known = KNOWN_GIVEN, .no_fixed_abode = true};
	expect(FIELD_POSTCODE, value, "no fixed abode");
}

static struct value
between(int32_t first, int32_t last)
{
	return (struct value){
	    .known = KNOWN_GIVEN, .first_day = first, .last_day = last, .is_estimated = true};
}

static void
test_value_words__births_whole_partial_and_estimated(void **state)
{
	(void)state;
	struct value value = between(day_number(2015, 3, 14), day_number(2015, 3, 14));
	expect(FIELD_BIRTH, value, "14 March 2015 (aged 10), estimated");
	value.is_estimated = false;
	expect(FIELD_BIRTH, value, "14 March 2015 (aged 10)");
	expect(FIELD_BIRTH, between(day_number(2015, 2, 1), day_number(2015, 2, 28)),
	    "February 2015 (about 11 years old)");
	expect(FIELD_BIRTH, between(day_number(2015, 1, 1), day_number(2015, 12, 31)),
	    "2015 (10 or 11 years old)");
	expect(FIELD_BIRTH, between(day_number(2015, 1, 1), day_number(2015, 3, 31)),
	    "10 or 11 years old (born between 1 January 2015 and 31 March 2015)");
	expect(FIELD_BIRTH, between(day_number(2018, 3, 3), day_number(2019, 3, 2)),
	    "about 7 years old (born between 3 March 2018 and 2 March 2019)");
	expect(FIELD_BIRTH, between(day_number(2017, 3, 3), day_number(2020, 3, 2)),
	    "about 7 years old (born between 3 March 2017 and 2 March 2020)");
	expect(FIELD_BIRTH, between(day_number(2015, 3, 3), day_number(2020, 3, 2)),
	    "6 to 10 years old (born between 3 March 2015 and 2 March 2020)");
	expect(FIELD_BIRTH, between(day_number(2024, 3, 3), day_number(2025, 3, 2)),
	    "12 to 23 months old (born between 3 March 2024 and 2 March 2025)");
	expect(FIELD_BIRTH, between(day_number(2026, 1, 20), day_number(2026, 2, 2)),
	    "about 1 month old (born between 20 January 2026 and 2 February 2026)");
	expect(FIELD_BIRTH, between(day_number(2026, 2, 20), day_number(2026, 3, 2)),
	    "less than a month old (born between 20 February 2026 and 2 March 2026)");
}

static void
test_value_words__the_unborn_are_due(void **state)
{
	(void)state;
	struct value value = between(day_number(2026, 5, 3), day_number(2026, 5, 3));
	value.is_unborn = true;
	expect(FIELD_BIRTH, value, "unborn, due 3 May 2026");
	value.first_day = day_number(2026, 5, 1);
	value.last_day = day_number(2026, 5, 31);
	expect(FIELD_BIRTH, value, "unborn, due in May 2026");
	value.last_day = day_number(2026, 6, 12);
	expect(FIELD_BIRTH, value, "unborn, due between 1 May 2026 and 12 June 2026");
}

static void
test_value_words__days_and_moments(void **state)
{
	int32_t day = day_number(2025, 7, 1);
	struct value value = {
	    .known = KNOWN_GIVEN, .text = text("1/7/25"), .first_day = day, .last_day = day};

	(void)state;
	expect(FIELD_DAY, value, "1 July 2025");
	expect(FIELD_MOMENT, value, "1 July 2025");
	value.moment = clock_moment(2025, 7, 1, 0, 5);
	expect(FIELD_MOMENT, value, "1 July 2025, 00:05");
	value.moment = 0;
	value.last_day = day + 1;
	expect(FIELD_MOMENT, value, "between 1 July 2025 and 2 July 2025");
	value.is_estimated = true;
	expect(FIELD_MOMENT, value, "1/7/25");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_value_words__what_is_not_given_is_said_as_such),
	    cmocka_unit_test(test_value_words__texts_and_numbers),
	    cmocka_unit_test(test_value_words__choices_and_yes_and_no),
	    cmocka_unit_test(test_value_words__postcodes),
	    cmocka_unit_test(test_value_words__births_whole_partial_and_estimated),
	    cmocka_unit_test(test_value_words__the_unborn_are_due),
	    cmocka_unit_test(test_value_words__days_and_moments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
