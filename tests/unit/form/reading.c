/* Reads texts by the shipped form and shows what came of them. */
/* SPDX-License-Identifier: MIT */
#include "reading.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

enum { ARENA_BYTES = 256 * 1024 * 1024 };

int
reading_open(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	struct reading *reading = g_new0(struct reading, 1);

	assert_true(clock_open_zone());
	reading->form = form_load(SOURCE_ROOT "/rules/form.yaml", faults);
	faults_print(faults, stderr);
	assert_non_null(reading->form);
	*state = reading;
	return 0;
}

int
reading_close(void **state)
{
	struct reading *reading = *state;

	arena_close(reading->arena);
	form_free(reading->form);
	g_free(reading);
	return 0;
}

void
reading_of(struct reading *reading, const char *text)
{
	reading_of_mail(reading, text, clock_moment(2026, 3, 2, 5, 0));
}

void
reading_of_mail(struct reading *reading, const char *text, int64_t mailed_at)
{
	arena_close(reading->arena);
	reading->arena = arena_open(ARENA_BYTES);
	reading->is_form = form_read(reading->form, plain_copy(reading->arena, text, strlen(text)),
	    DESK, mailed_at, reading->arena, &reading->concern, &reading->faults);
}

const struct value *
reading_value(const struct reading *reading, const char *name)
{
	const struct field *field = field_find(form_fields(reading->form), name);

	if (!field)
		fail_msg("no field %s", name);
	return concern_value(&reading->concern, field, 0);
}

const char *
reading_words_of(const struct reading *reading, const char *name, size_t person)
{
	const struct field *field = field_find(form_fields(reading->form), name);

	if (!field)
		fail_msg("no field %s", name);
	return value_words(&reading->concern, field,
	    concern_value(&reading->concern, field, person), reading->arena)
	    .words;
}

const char *
reading_words(const struct reading *reading, const char *name)
{
	return reading_words_of(reading, name, 0);
}

const struct form_fault *
reading_fault(const struct reading *reading, const char *code)
{
	for (size_t at = 0; at < reading->faults.count; at++) {
		const struct form_fault *fault = &reading->faults.faults[at];
		if (code ? strcmp(fault->code, code) == 0 : !fault->asks_only)
			return fault;
	}
	return NULL;
}

static void
dump_group(const struct reading *reading, enum field_group group, size_t person, GString *out)
{
	const struct field_list *fields = form_fields(reading->form);

	for (size_t at = 0; at < fields->count; at++) {
		const struct field *field = &fields->fields[at];
		const struct value *value = concern_value(&reading->concern, field, person);
		if (field->group != group || value->known == KNOWN_BLANK)
			continue;
		g_string_append_printf(out, "%s: %s\n", field->name,
		    value_words(&reading->concern, field, value, reading->arena).words);
	}
}

const char *
reading_dump(const struct reading *reading)
{
	g_autoptr(GString) out = g_string_new(NULL);

	g_string_append_printf(
	    out, "names the desk: %s\n", reading->concern.names_desk ? "yes" : "no");
	dump_group(reading, GROUP_REPORT, 0, out);
	for (size_t at = 0; at < reading->concern.child_count; at++) {
		g_string_append_printf(out, "\nCHILD %zu\n", at + 1);
		dump_group(reading, GROUP_CHILD, at, out);
	}
	for (size_t at = 0; at < reading->concern.adult_count; at++) {
		g_string_append_printf(out, "\nADULT %zu\n", at + 1);
		dump_group(reading, GROUP_ADULT, at, out);
	}
	g_string_append(out, "\nFAULTS\n");
	for (size_t at = 0; at < reading->faults.count; at++)
		g_string_append_printf(out, "%s %s\n", reading->faults.faults[at].code,
		    reading->faults.faults[at].text.words);
	return arena_text(reading->arena, out->str);
}
