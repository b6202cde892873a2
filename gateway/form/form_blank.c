/* Writes the blank form: a line a question, what is known by heart first. */
/* SPDX-License-Identifier: MIT */
#include "form/form_blank.h"

#include <string.h>

char *
form_hint(const struct form *form, const struct field *field)
{
	if (field->help)
		return g_strdup(field->help);
	if (!field->choice_count || form_extra(form, field)->shown != SHOWN_HERE)
		return NULL;
	GString *hint = g_string_new(NULL);
	for (size_t at = 0; at < field->choice_count; at++)
		g_string_append_printf(hint, "%s%s", at ? " / " : "", field->choices[at].label);
	return g_string_free(hint, FALSE);
}

static void
write_field(const struct form *form, const struct field *field, GString *out)
{
	const struct field_extra *extra = form_extra(form, field);
	g_autofree char *hint = form_hint(form, field);

	if (!extra->in_blank)
		return;
	g_string_append_printf(out, "%s%s", extra->is_marked ? "* " : "  ", field->label);
	if (hint)
		g_string_append_printf(out, " (%s)", hint);
	g_string_append(out, field->kind == FIELD_LONG_TEXT ? ":\n\n" : ":\n");
}

static void
write_section(const struct form *form, const struct form_section *section, GString *out)
{
	for (unsigned copy = 1; copy <= section->copies; copy++) {
		if (section->about == GROUP_REPORT)
			g_string_append_printf(out, "\n== %s ==\n", section->heading);
		else
			g_string_append_printf(out, "\n== %s %u ==\n", section->heading, copy);
		if (section->note && copy == 1)
			g_string_append(out, section->note);
		for (size_t at = 0; at < section->field_count; at++)
			write_field(form, &form->list.fields[section->first_field + at], out);
	}
}

/* The words of a long list of choices, broken between words so that no line is too wide. */
static void
write_choices(const struct field *field, GString *out)
{
	size_t width = 0;

	g_string_append_printf(out, "\nFor \"%s\", %s:", field->label,
	    field->kind == FIELD_CHOICES ? "as many as fit, with commas" : "one of");
	for (size_t at = 0; at < field->choice_count; at++) {
		size_t length = strlen(field->choices[at].label) + 1;
		if (!width || width + 1 + length > BLANK_WIDTH) {
			g_string_append(out, "\n ");
			width = 1;
		}
		g_string_append_printf(out, " %s%s", field->choices[at].label,
		    at + 1 < field->choice_count ? "," : "\n");
		width += 1 + length;
	}
}

char *
form_blank_write(const struct form *form, const char *desk_name, const char *desk_address)
{
	GString *out = g_string_new(NULL);

	g_string_append_printf(
	    out, "%s %s <%s>\n\n%s", form->title, desk_name, desk_address, form->opening);
	for (size_t at = 0; at < form->section_count; at++)
		write_section(form, &form->sections[at], out);
	g_string_append_printf(out, "\n== %s ==\n", form->end);
	for (size_t at = 0; at < form->list.count; at++) {
		const struct field_extra *extra = &form->extras[at];
		if (extra->in_blank && extra->shown == SHOWN_END && extra->field->choice_count)
			write_choices(extra->field, out);
	}
	return g_string_free(out, FALSE);
}
