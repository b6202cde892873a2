/* What is taken out of a sealed record, so that its concern can be read again. */
/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four before it. */
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "mailroom/record.h"

static void
test_record_form__finds_what_the_concern_was_read_from(void **state)
{
	static const struct {
		const char *record, *form;
		int64_t date;
	} CASES[] = {
	    {"{\"text\":\"as mailed\",\"form_date\":77}", "as mailed", 77},
	    {"{\"text\":\"see file\",\"form_date\":77,\"form\":\"as a file\"}", "as a file", 77},
	    /* as records were before the date was kept */
	    {"{\"rules\":\"ab\",\"text\":\"as mailed\"}", "as mailed", 5},
	    {"{\"rules\":\"ab\"}", NULL, 5},
	    {"{\"text\":7}", NULL, 5},
	    {"[]", NULL, 5},
	    {"", NULL, 5},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(CASES); at++) {
		CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)1024 * 1024);
		struct plain form = {0};
		int64_t date = 5;
		bool found = record_form((const uint8_t *)CASES[at].record,
		    strlen(CASES[at].record), arena, &form, &date);
		assert_int_equal(found, CASES[at].form != NULL);
		if (found)
			assert_string_equal(form.words, CASES[at].form);
		assert_int_equal(date, CASES[at].date);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_record_form__finds_what_the_concern_was_read_from),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
