/* The blank form: what it looks like, and that reading it back finds nothing in it. */
/* SPDX-License-Identifier: MIT */
#include "reading.h"

#include <glib.h>
#include <string.h>

static char *
blank(const struct reading *reading)
{
	return form_blank(reading->form, "the Merton public protection desk", DESK);
}

static void
test_form_blank__the_shipped_template_is_the_form_that_is_read(void **state)
{
	struct reading *reading = *state;
	g_autofree char *written = form_blank(reading->form, "{{desk_name}}", "{{desk_address}}");
	g_autofree char *shipped = NULL;

	assert_true(
	    g_file_get_contents(SOURCE_ROOT "/templates/concern-form.txt", &shipped, NULL, NULL));
	assert_string_equal(written, shipped);
}

static void
test_form_blank__it_begins_with_its_desk_and_with_999(void **state)
{
	struct reading *reading = *state;
	g_autofree char *written = blank(reading);

	assert_true(g_str_has_prefix(
	    written, "Concern form for the Merton public protection desk <desk@gate.test>\n"));
	assert_non_null(strstr(written, "does not replace 999"));
}

static void
test_form_blank__no_line_is_so_wide_that_it_is_broken_on_its_way(void **state)
{
	struct reading *reading = *state;
	g_autofree char *written = blank(reading);
	g_auto(GStrv) lines = g_strsplit(written, "\n", -1);

	for (size_t at = 1; lines[at]; at++)
		if (strlen(lines[at]) > 72)
			fail_msg("%s", lines[at]);
}

static void
test_form_blank__the_few_that_matter_most_are_marked(void **state)
{
	static const char *const MARKED[] = {"Immediate danger", "Level of need", "Family name",
	    "First names", "Date of birth", "Where the child is now", "What happened"};
	struct reading *reading = *state;
	g_autofree char *written = blank(reading);
	size_t marks = 0;

	for (size_t at = 0; at < COUNT_OF(MARKED); at++) {
		g_autofree char *line = g_strdup_printf("\n* %s", MARKED[at]);
		assert_non_null(strstr(written, line));
	}
	for (const char *at = written; (at = strstr(at, "\n* ")); at++)
		marks++;
	/* four of them once for each of two children */
	assert_int_equal(marks, COUNT_OF(MARKED) + 4);
}

/* Nothing but what is asked for, and no answer anywhere. */
static void
expect_empty(struct reading *reading, const char *text, const char *how)
{
	reading_of(reading, text);
	const struct form_fault *fault = reading_fault(reading, NULL);
	const struct field_list *fields = form_fields(reading->form);

	if (!reading->is_form || fault)
		fail_msg("%s: %s", how, fault ? fault->text.words : "is no form");
	assert_true(reading->concern.names_desk);
	assert_int_equal(reading->concern.child_count, 0);
	assert_int_equal(reading->concern.adult_count, 0);
	for (size_t at = 0; at < fields->count; at++)
		if (concern_value(&reading->concern, &fields->fields[at], 0)->known != KNOWN_BLANK)
			fail_msg("%s: %s is %s", how, fields->fields[at].name,
			    reading_words(reading, fields->fields[at].name));
	for (size_t at = 0; at < reading->faults.count; at++) {
		assert_string_equal(reading->faults.faults[at].code, "form.missing");
		assert_true(field_find(fields, reading->faults.faults[at].field)->asked);
	}
	assert_true(reading->faults.count > 5);
}

/* Breaks lines as a mail program does that wraps at this width. */
static char *
wrap(const char *text, size_t width)
{
	GString *out = g_string_new(NULL);
	size_t column = 0;

	for (const char *at = text; *at;) {
		size_t word = strcspn(at, " \n");
		if (column && column + 1 + word > width) {
			g_string_append_c(out, '\n');
			column = 0;
		} else if (column) {
			g_string_append_c(out, ' ');
			column++;
		}
		g_string_append_len(out, at, (gssize)word);
		column += word;
		at += word;
		if (*at == '\n') {
			g_string_append_c(out, '\n');
			column = 0;
		}
		at += *at != 0;
	}
	return g_string_free(out, FALSE);
}

static char *
replace(const char *text, const char *what, const char *with)
{
	g_auto(GStrv) pieces = g_strsplit(text, what, -1);

	return g_strjoinv(with, pieces);
}

static void
test_form_blank__read_back_it_is_an_empty_concern(void **state)
{
	struct reading *reading = *state;
	g_autofree char *written = blank(reading);
	g_autofree char *crlf = replace(written, "\n", "\r\n");
	g_autofree char *quoted = replace(written, "\n", "\n> ");
	g_autofree char *spaced = replace(written, "\n", "\n\n");
	g_autofree char *hard = replace(written, " ", "\xC2\xA0");
	g_autofree char *stars = replace(written, "* ", "\xE2\x80\xA2 ");
	g_autofree char *signed_off =
	    g_strconcat(written, "\n-- \nTesta Officer\nRank: none\n", NULL);

	expect_empty(reading, written, "as it is");
	expect_empty(reading, crlf, "CRLF");
	expect_empty(reading, quoted, "quoted");
	expect_empty(reading, spaced, "double spaced");
	expect_empty(reading, hard, "hard spaces");
	expect_empty(reading, stars, "bullets");
	expect_empty(reading, signed_off, "signed off");
}

static void
test_form_blank__broken_at_any_width_it_is_still_empty(void **state)
{
	struct reading *reading = *state;
	g_autofree char *written = blank(reading);

	for (size_t width = 34; width <= 80; width++) {
		g_autofree char *how = g_strdup_printf("broken at %zu", width);
		g_autofree char *broken = wrap(written, width);
		expect_empty(reading, broken, how);
	}
}

/* What is written behind every colon of the blank form comes back, at any width. */
static void
test_form_blank__every_line_takes_an_answer(void **state)
{
	struct reading *reading = *state;
	const struct field_list *fields = form_fields(reading->form);
	g_autofree char *written = blank(reading);
	g_autofree char *body = g_strndup(written, (gsize)(strstr(written, "== END") - written));
	g_autofree char *answered = replace(body, ":\n", ": not known\n");

	for (size_t width = 40; width <= 100; width += 12) {
		g_autofree char *broken = wrap(answered, width);
		reading_of(reading, broken);
		const struct form_fault *fault = reading_fault(reading, NULL);
		if (fault)
			fail_msg("at %zu: %s", width, fault->text.words);
		assert_int_equal(reading->concern.child_count, 2);
		assert_int_equal(reading->concern.adult_count, 2);
		for (size_t at = 0; at < fields->count; at++) {
			const struct field *field = &fields->fields[at];
			g_autofree char *printed = g_strdup_printf(" %s", field->label);
			if (!strstr(written, printed) ||
			    concern_value(&reading->concern, field, 0)->known == KNOWN_UNKNOWN)
				continue;
			g_autofree char *alone = g_strdup_printf("\n  %s:", field->label);
			if (strstr(written, alone))
				fail_msg("at %zu: %s is lost", width, field->name);
		}
	}
}

int
main(void)
{
#define FACT(name) cmocka_unit_test_setup_teardown(name, reading_open, reading_close)
	const struct CMUnitTest tests[] = {
	    FACT(test_form_blank__the_shipped_template_is_the_form_that_is_read),
	    FACT(test_form_blank__it_begins_with_its_desk_and_with_999),
	    FACT(test_form_blank__no_line_is_so_wide_that_it_is_broken_on_its_way),
	    FACT(test_form_blank__the_few_that_matter_most_are_marked),
	    FACT(test_form_blank__read_back_it_is_an_empty_concern),
	    FACT(test_form_blank__broken_at_any_width_it_is_still_empty),
	    FACT(test_form_blank__every_line_takes_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
