/* Walks a form line by line and knows whom it is about. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "form/form_answers.h"
#include "form/form_fold.h"
#include "form/form_labels.h"
#include "form/form_values.h"

enum {
	BROKEN_LINE_BYTES = 25, /* shorter lines are not broken by any mail program */
	TITLE_LINES = 3,        /* the first line of the form with its address, broken twice */
	PREAMBLE_LINES = 200,   /* a title this far down is not at the beginning */
};

struct reader {
	struct answers *answers;
	const struct form *form;
	const struct form_lines *lines;
	unsigned section;      /* where the last heading or label was */
	size_t person[GROUPS]; /* whom child and adult fields are about now */
	size_t people[GROUPS]; /* how many were begun */
	struct reply *open;    /* what the next words belong to; NULL for nothing */
	bool is_after_blank;
	bool has_begun; /* a title, heading or label was seen */
	bool has_ended[QUOTE_DEPTH_MAX + 1];
	bool was_stray;   /* the line before was reported already */
	bool is_in_title; /* the line before was the title, or a part of it */
	unsigned depth; /* how deep the form itself is quoted: its first title, heading or label */
	size_t last_bytes; /* of the line before */
};

/* True when the first address in the text is this one, in any case. */
static bool
has_address(const char *text, const char *address)
{
	static const char PARTS[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-.";
	const char *at = strchr(text, '@'), *start = at, *end = at ? at + 1 : NULL;

	if (!at)
		return false;
	while (start > text && strchr(PARTS, start[-1]))
		start--;
	end += strspn(end, PARTS);
	while (end[-1] == '.')
		end--;
	return (size_t)(end - start) == strlen(address) &&
	    g_ascii_strncasecmp(start, address, strlen(address)) == 0;
}

/* An address stands in the title as a whole: in a pair of < >, or without any. */
static bool
is_whole_title(const char *title)
{
	return strchr(title, '@') && (!strchr(title, '<') || strchr(title, '>'));
}

/* The title names the desk, also where its line was broken, even inside the address. */
static bool
title_names(const struct reader *reader, size_t at, const char *desk_address)
{
	char joined[TITLE_LINES * FOLD_INPUT_MAX_BYTES + 1], close[sizeof joined];
	size_t used = 0;

	for (size_t extra = 0; extra < TITLE_LINES; extra++) {
		struct line_meaning next;
		if (at + extra >= reader->lines->count)
			break;
		line_recognise(reader->form, reader->lines, at + extra, &next);
		if (extra && next.kind != LINE_WORDS)
			break;
		joined[form_lines_join(reader->lines, at, extra, joined, sizeof joined - 1)] = 0;
		if (is_whole_title(joined))
			break;
	}
	if (has_address(joined, desk_address))
		return true;
	/* Only from the < on: before it, a word would grow into the address. */
	for (const char *one = strchr(joined, '<'); one && *one; one++)
		if (*one != ' ')
			close[used++] = *one;
	close[used] = 0;
	return has_address(close, desk_address);
}

static void
begin_form(struct reader *reader)
{
	memset(reader->person, 0, sizeof reader->person);
	memset(reader->people, 0, sizeof reader->people);
	reader->section = 0;
	reader->open = NULL;
}

/* The first title, heading or label tells how deep the form is quoted. */
static void
note_begin(struct reader *reader, const struct form_line *line)
{
	if (!reader->has_begun)
		reader->depth = line->depth;
	reader->has_begun = true;
}

static void
read_title(struct reader *reader, size_t at, const char *desk_address)
{
	if (!reader->answers->has_title && at < PREAMBLE_LINES && !reader->answers->has_label)
		reader->answers->names_desk = title_names(reader, at, desk_address);
	reader->answers->has_title = true;
	note_begin(reader, &reader->lines->lines[at]);
	begin_form(reader);
}

static const char *const PEOPLE[] = {"", "children", "adults"};

/* From now on fields of the group are about this person, counted from 0. */
static void
begin_person(struct reader *reader, enum field_group group, size_t person)
{
	static const size_t MOST[] = {1, CHILDREN_MAX, ADULTS_MAX};
	bool was_too_many = reader->person[group] == PERSON_NONE;

	reader->person[group] = person < MOST[group] ? person : PERSON_NONE;
	if (person < MOST[group] && person >= reader->people[group])
		reader->people[group] = person + 1;
	if (person < MOST[group] || was_too_many)
		return;
	answers_fault(reader->answers, "form.too-many", NULL,
	    arena_print(reader->answers->arena,
		"The form has more than %zu %s. The others were not read: please send them on a "
		"form of their own.",
		MOST[group], PEOPLE[group]),
	    false);
}

static bool
person_has_answers(struct reader *reader, enum field_group group, size_t person)
{
	struct slot *slots = group == GROUP_CHILD ? reader->answers->children[person]
						  : reader->answers->adults[person];

	for (size_t at = 0; slots && at < reader->form->list.group_counts[group]; at++)
		if (slots[at].first)
			return true;
	return false;
}

static void
report_line(struct reader *reader, const char *words, size_t length)
{
	struct plain line = plain_copy(reader->answers->arena, words, length);

	answers_fault(reader->answers, "form.not-understood", NULL,
	    arena_print(reader->answers->arena,
		"We did not understand this line: %s. Please tell us "
		"where it belongs.",
		quote_answer(line, reader->answers->arena)),
	    false);
}

static void
read_heading(struct reader *reader, const struct line_meaning *meaning)
{
	enum field_group group = meaning->section->about;

	reader->section = (unsigned)(meaning->section - reader->form->sections);
	reader->open = NULL;
	if (group == GROUP_REPORT)
		return;
	size_t current = reader->person[group];
	if (meaning->number)
		begin_person(reader, group, meaning->number - 1);
	else if (current == PERSON_NONE || person_has_answers(reader, group, current))
		begin_person(reader, group, reader->people[group]);
	else
		begin_person(reader, group, current);
	if (meaning->rest_length)
		report_line(reader, meaning->rest, meaning->rest_length);
}

/* Which field a label means here: in this section, else of this group, else the only one there is.
 */
static const struct label_use *
choose_use(const struct reader *reader, const struct label_use *uses)
{
	enum field_group group = reader->form->sections[reader->section].about;
	const struct label_use *best = NULL;

	for (const struct label_use *use = uses; use; use = use->next) {
		if (form_extra(reader->form, use->field)->section == reader->section)
			return use;
		if (!best || use->field->group == group ||
		    (best->field->group != group && use->field->group < best->field->group))
			best = use;
	}
	return best;
}

/*
 * Free text has colons of its own. What ends it is the label of a field that comes later in the
 * form, or the printed label, of two words or more, of one that was not answered yet.
 */
static bool
ends_free_text(
    const struct reader *reader, const struct line_meaning *meaning, const struct label_use *use)
{
	const struct field *field = use->field, *open = reader->open->field;
	const struct slot *slot =
	    answers_slot(reader->answers, field, reader->person[field->group]);

	if (field == open)
		return false;
	if (field->kind == FIELD_LONG_TEXT)
		return use->is_own || (field > open && meaning->has_colon);
	bool is_alone = reader->is_after_blank && strchr(field->label, ' ') && field > open;
	if (!use->is_own || !(meaning->has_colon || is_alone))
		return false;
	return field > open ||
	    (strchr(field->label, ' ') && slot && (!slot->last || !slot->last->first));
}

/* The first question about a person, asked again at the same depth, is about the next person. */
static void
begin_next_person(struct reader *reader, const struct field *field, unsigned depth)
{
	const struct form_section *section =
	    &reader->form->sections[form_extra(reader->form, field)->section];
	size_t person = reader->person[field->group];

	if (field->group == GROUP_REPORT || person == PERSON_NONE)
		return;
	const struct slot *slot = answers_slot(reader->answers, field, person);
	bool is_first = field == &reader->form->list.fields[section->first_field];
	if (is_first && slot->last && slot->last->first && slot->last->depth >= depth)
		begin_person(reader, field->group, reader->people[field->group]);
	else if (!reader->people[field->group])
		begin_person(reader, field->group, person);
}

static void
read_label(struct reader *reader, const struct line_meaning *meaning, const struct field *field,
    const struct form_line *line)
{
	begin_next_person(reader, field, line->depth);
	struct slot *slot = answers_slot(reader->answers, field, reader->person[field->group]);
	struct slot nowhere = {0};
	struct reply *answer =
	    answer_begin(reader->answers, slot ? slot : &nowhere, field, line->depth);

	answer->label_bytes = line->length;
	answer->hint = meaning->hint;
	answer->hint_length = meaning->hint_length;
	answer_add_line(reader->answers, answer, meaning->rest, meaning->rest_length, false);
	reader->open = answer;
	reader->section = form_extra(reader->form, field)->section;
	reader->answers->has_label = true;
}

static bool
begins_with_box(const struct form_line *line)
{
	return line->length > 2 &&
	    (line->words[0] == '[' || memcmp(line->words, "\xE2\x98", 2) == 0);
}

/* Whether words belong to the open answer: free text takes all, others what may have been broken.
 */
static bool
belongs_to_open(const struct reader *reader, const struct form_line *line)
{
	const struct reply *open = reader->open;

	if (!open)
		return false;
	if (open->field->kind == FIELD_LONG_TEXT)
		return true;
	if (line_looks_labelled(line))
		return false;
	if (!open->first || begins_with_box(line))
		return true;
	if (reader->is_after_blank)
		return false;
	return open->field->kind == FIELD_TEXT || open->field->kind == FIELD_CHOICES ||
	    open->label_bytes >= BROKEN_LINE_BYTES;
}

/* Sentences of the blank form, or a part of one that a mail program broke off. */
static bool
is_boilerplate(const struct reader *reader, const struct form_line *line)
{
	const char *at = line->words, *end = line->words + line->length;
	struct fold fold;

	while (at < end) {
		size_t length = (size_t)(end - at);
		if (length > FOLD_INPUT_MAX_BYTES) {
			const char *space = memrchr(at, ' ', FOLD_INPUT_MAX_BYTES);
			length = space ? (size_t)(space - at) + 1 : FOLD_INPUT_MAX_BYTES;
		}
		fold_words(at, length, &fold);
		if (fold.length && !fold_has_words(reader->form->boilerplate, fold.key))
			return false;
		at += length;
	}
	return true;
}

static void
read_words(struct reader *reader, const struct form_line *line)
{
	if (belongs_to_open(reader, line)) {
		answer_add_line(reader->answers, reader->open, line->words, line->length,
		    reader->is_after_blank);
		return;
	}
	if (!reader->has_begun || reader->is_in_title || is_boilerplate(reader, line))
		return;
	/* What is quoted deeper than the form is another mail's. */
	if (!reader->was_stray && line->depth <= reader->depth)
		report_line(reader, line->words, line->length);
	reader->was_stray = true;
}

static bool
is_in_free_text(const struct reader *reader)
{
	return reader->open && reader->open->field->kind == FIELD_LONG_TEXT;
}

/*
 * A line that is just a label may also be the end of an answer that was broken: "missing" and
 * below it "education". Then only a printed label of two words or more is taken for one.
 */
static bool
may_be_broken_words(
    const struct reader *reader, const struct line_meaning *meaning, const struct label_use *use)
{
	return !meaning->has_separator && reader->open && reader->open->first &&
	    !reader->is_after_blank && reader->last_bytes >= BROKEN_LINE_BYTES &&
	    !(use->is_own && strchr(use->field->label, ' '));
}

/* The field that a label means here; NULL where it is just words. */
static const struct field *
label_field(const struct reader *reader, const struct line_meaning *meaning)
{
	const struct label_use *use = choose_use(reader, meaning->uses);

	if (is_in_free_text(reader) ? !ends_free_text(reader, meaning, use)
				    : may_be_broken_words(reader, meaning, use))
		return NULL;
	return use->field;
}

/* Reads line `at`; the number of lines it took. */
static size_t
read_line(struct reader *reader, size_t at, const char *desk_address)
{
	const struct form_line *line = &reader->lines->lines[at];
	const struct field *field;
	struct line_meaning meaning;

	line_recognise(reader->form, reader->lines, at, &meaning);
	if (meaning.kind == LINE_LABEL || meaning.kind == LINE_HEADING)
		note_begin(reader, line);
	if (meaning.kind == LINE_LABEL && (field = label_field(reader, &meaning))) {
		read_label(reader, &meaning, field, line);
	} else if (meaning.kind == LINE_TITLE) {
		read_title(reader, at, desk_address);
	} else if (meaning.kind == LINE_HEADING && (meaning.is_own || !is_in_free_text(reader))) {
		read_heading(reader, &meaning);
	} else if (meaning.kind == LINE_END && reader->answers->has_label) {
		reader->has_ended[line->depth] = true;
		reader->open = NULL;
	} else if (meaning.kind == LINE_LABEL || meaning.kind == LINE_HEADING ||
	    meaning.kind == LINE_WORDS) {
		read_words(reader, line);
		reader->is_after_blank = false;
		return 1;
	}
	reader->was_stray = false;
	reader->is_in_title = meaning.kind == LINE_TITLE;
	reader->is_after_blank = meaning.kind == LINE_BLANK;
	return 1 + meaning.extra_lines;
}

void
answers_read(struct answers *answers, const struct form_lines *lines, const char *desk_address)
{
	struct reader reader = {.answers = answers, .form = answers->form, .lines = lines};

	for (size_t at = 0; at < lines->count;) {
		const struct form_line *line = &lines->lines[at];
		if (line->is_dropped || reader.has_ended[line->depth])
			at++;
		else {
			size_t taken = read_line(&reader, at, desk_address);
			reader.last_bytes = lines->lines[at + taken - 1].length;
			at += taken;
		}
	}
}
