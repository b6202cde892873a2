/* The door of the form: loading, the blank form, reading. */
/* SPDX-License-Identifier: MIT */
#include "form/form.h"

#include "base/limits.h"
#include "form/form_answers.h"
#include "form/form_blank.h"
#include "form/form_clean.h"
#include "form/form_concern.h"
#include "form/form_definition.h"

struct form *
form_load(const char *path, struct faults *faults)
{
	return form_definition_load(path, faults);
}

void
form_free(struct form *form)
{
	form_definition_free(form);
}

void
form_freep(struct form **form)
{
	form_definition_free(*form);
	*form = NULL;
}

const struct field_list *
form_fields(const struct form *form)
{
	return &form->list;
}

char *
form_blank(const struct form *form, const char *desk_name, const char *desk_address)
{
	return form_blank_write(form, desk_name, desk_address);
}

/* At most FORM_MAX_BYTES, cut between characters. */
static struct plain
cut(struct plain text)
{
	if (text.length <= FORM_MAX_BYTES)
		return text;
	text.length = FORM_MAX_BYTES;
	while (text.length && ((unsigned char)text.words[text.length] & 0xC0) == 0x80)
		text.length--;
	return text;
}

static void
keep_faults(const struct answers *answers, struct form_faults *out)
{
	out->count = answers->fault_count;
	out->faults = arena_take_many(answers->arena, out->count + 1, sizeof *out->faults);
	for (size_t at = 0; at < out->count; at++)
		out->faults[at] = answers->faults[at];
}

bool
form_read(const struct form *form, struct plain text, const char *desk_address, int64_t mail_date,
    struct arena *arena, struct concern *concern, struct form_faults *faults)
{
	struct answers *answers = arena_take(arena, sizeof *answers);
	struct form_lines lines = form_lines_split(clean_text(cut(text), arena), arena);

	answers->form = form;
	answers->arena = arena;
	answers_read(answers, &lines, desk_address);
	if (!answers->has_label) {
		answers->fault_count = 0;
		answers_fault(answers, "form.not-a-form", NULL,
		    "We found no concern form in this mail. Please send it on the form that you "
		    "have "
		    "from us, as text and with its first line.",
		    false);
		*concern = (struct concern){.form = &form->list,
		    .reported_at = mail_date,
		    .reported_at_is_from_mail = true};
		keep_faults(answers, faults);
		return false;
	}
	if (text.length > FORM_MAX_BYTES || lines.is_cut)
		answers_fault(answers, "form.too-long", NULL,
		    "The form is longer than we can read. The end of it was not read.", false);
	concern_build(answers, mail_date, concern);
	keep_faults(answers, faults);
	return true;
}
