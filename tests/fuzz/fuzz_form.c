/* Any bytes read as a form give a concern that keeps its promises, and words for all of it. */
/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "base/clock.h"
#include "form/form.h"

enum { ARENA_BYTES = 64 * 1024 * 1024, FORM_TEXT_MAX_BYTES = 64 * 1024 };

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

static struct form *
load(void)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	struct form *form = form_load(SOURCE_ROOT "/rules/form.yaml", faults);

	demand(form && clock_open_zone());
	return form;
}

/* What every value promises, whatever was written. */
static void
check_value(const struct concern *concern, const struct field *field, const struct value *value,
    struct arena *arena)
{
	bool is_given = value->known == KNOWN_GIVEN;
	struct plain words = value_words(concern, field, value, arena);

	demand(value->text.words &&
	       g_utf8_validate(value->text.words, (gssize)value->text.length, NULL));
	demand(words.length == strlen(words.words));
	demand((value->known == KNOWN_BLANK) == (words.length == 0));
	demand(value->first_day <= value->last_day);
	demand(is_given || (!value->postcode[0] && !value->moment && !value->is_unborn));
	demand(value->is_full_postcode == (strchr(value->postcode, ' ') != NULL));
	for (unsigned at = 0; at < CHOICES_MAX; at++)
		demand(!choice_set_has(&value->choices, at) ||
		       (is_given && at < (field->kind == FIELD_YES_NO ? 2 : field->choice_count)));
	if (is_given && field->kind == FIELD_BIRTH && !value->is_unborn)
		demand(age_on(value->last_day, day_number(2026, 3, 3)) >= 0);
}

static void
check_concern(const struct concern *concern, struct arena *arena)
{
	const struct field_list *list = concern->form;

	demand(concern->child_count <= CHILDREN_MAX && concern->adult_count <= ADULTS_MAX);
	for (size_t at = 0; at < list->count; at++)
		for (size_t person = 0; person < ADULTS_MAX; person++) {
			const struct field *field = &list->fields[at];
			size_t people = field->group == GROUP_CHILD   ? concern->child_count
			                : field->group == GROUP_ADULT ? concern->adult_count
			                                              : 1;
			if (person < people)
				check_value(
				    concern, field, concern_value(concern, field, person), arena);
		}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct form *form;
	CLEANUP(arena_closep) struct arena *arena = arena_open(ARENA_BYTES);
	struct concern concern;
	struct form_faults faults;

	if (!form)
		form = load();
	if (length > FORM_TEXT_MAX_BYTES)
		length = FORM_TEXT_MAX_BYTES;
	struct plain text = plain_copy(arena, (const char *)bytes, length);
	bool is_form = form_read(
	    form, text, "desk@gate.test", clock_moment(2026, 3, 2, 5, 0), arena, &concern, &faults);
	demand(is_form || (faults.count == 1 && !concern.values && !concern.child_count));
	for (size_t at = 0; at < faults.count; at++) {
		const struct form_fault *fault = &faults.faults[at];
		demand(g_str_has_prefix(fault->code, "form."));
		demand(g_utf8_validate(fault->text.words, (gssize)fault->text.length, NULL));
		demand(!fault->field || field_find(form_fields(form), fault->field));
	}
	if (is_form)
		check_concern(&concern, arena);
	return 0;
}
