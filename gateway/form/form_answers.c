/* Keeps what was written to each question, and decides which of several counts. */
/* SPDX-License-Identifier: MIT */
#include "form/form_answers.h"

#include <string.h>

#include "form/form_fold.h"

static struct slot *
take_slots(struct answers *answers, enum field_group group)
{
	return arena_take_many(
	    answers->arena, answers->form->list.group_counts[group] + 1, sizeof(struct slot));
}

struct slot *
answers_slot(struct answers *answers, const struct field *field, size_t person)
{
	struct slot **slots = NULL;

	if (field->group == GROUP_REPORT)
		slots = &answers->report;
	else if (field->group == GROUP_CHILD && person < CHILDREN_MAX)
		slots = &answers->children[person];
	else if (field->group == GROUP_ADULT && person < ADULTS_MAX)
		slots = &answers->adults[person];
	if (!slots)
		return NULL;
	if (!*slots)
		*slots = take_slots(answers, field->group);
	return &(*slots)[field->index];
}

struct reply *
answer_begin(struct answers *answers, struct slot *slot, const struct field *field, unsigned depth)
{
	struct reply *answer = arena_take(answers->arena, sizeof *answer);

	*answer = (struct reply){.field = field, .depth = depth};
	if (slot->count == ANSWERS_PER_SLOT_MAX)
		return answer; /* read on, so that its lines are not taken for something else */
	if (slot->last)
		slot->last->next = answer;
	else
		slot->first = answer;
	slot->last = answer;
	slot->count++;
	return answer;
}

void
answer_add_line(struct answers *answers, struct reply *answer, const char *words, size_t length,
    bool is_paragraph)
{
	if (!length)
		return;
	struct answer_line *line = arena_take(answers->arena, sizeof *line);
	*line = (struct answer_line){
	    .words = words, .length = length, .is_paragraph = is_paragraph && answer->last};
	if (answer->last)
		answer->last->next = line;
	else
		answer->first = line;
	answer->last = line;
}

static bool
keeps_lines(const struct field *field)
{
	return field->kind == FIELD_LONG_TEXT || field->kind == FIELD_CHOICES ||
	    field->kind == FIELD_CHOICE;
}

/* Tabs and runs of spaces to one space; the number of bytes left. */
static size_t
close_up(char *words, size_t length)
{
	size_t used = 0;

	for (size_t at = 0; at < length; at++) {
		char one = words[at] == '\t' ? ' ' : words[at];
		if (one != ' ' || !used || words[used - 1] != ' ')
			words[used++] = one;
	}
	memset(words + used, 0, length - used);
	return used;
}

/* Puts an answer's words at `out`, which has room; the number of bytes. */
static size_t
put_words(const struct reply *answer, char *out)
{
	bool is_long = answer->field->kind == FIELD_LONG_TEXT;
	size_t used = 0;

	for (const struct answer_line *line = answer->first; line; line = line->next) {
		if (used && is_long && line->is_paragraph)
			out[used++] = '\n';
		if (used)
			out[used++] = keeps_lines(answer->field) ? '\n' : ' ';
		memcpy(out + used, line->words, line->length);
		used += line->length;
	}
	return is_long ? used : close_up(out, used);
}

static size_t
count_bytes(const struct reply *answer)
{
	size_t bytes = 0;

	for (const struct answer_line *line = answer->first; line; line = line->next)
		bytes += line->length + 2;
	return bytes;
}

struct plain
answer_text(const struct answers *answers, const struct reply *answer)
{
	char *words = arena_take(answers->arena, count_bytes(answer) + 1);

	return (struct plain){.words = words, .length = put_words(answer, words)};
}

static bool
says_the_same(struct plain one, struct plain other)
{
	struct fold folded, another;

	if (one.length == other.length && memcmp(one.words, other.words, one.length) == 0)
		return true;
	fold_words(one.words, one.length, &folded);
	fold_words(other.words, other.length, &another);
	return folded.length && strcmp(folded.key, another.key) == 0;
}

/* The least depth at which something was answered; the sender's own words are newer than quoted
 * ones. */
static unsigned
least_depth(const struct slot *slot)
{
	unsigned least = QUOTE_DEPTH_MAX;

	for (const struct reply *answer = slot->first; answer; answer = answer->next)
		if (answer->first && answer->depth < least)
			least = answer->depth;
	return least;
}

/* Both texts, one below the other. */
static struct plain
add_texts(const struct answers *answers, struct plain one, struct plain other)
{
	char *both = arena_print(answers->arena, "%s\n%s", one.words, other.words);

	return (struct plain){.words = both, .length = strlen(both)};
}

bool
slot_text(
    const struct answers *answers, const struct slot *slot, struct plain *one, struct plain *other)
{
	unsigned depth = least_depth(slot);

	*one = *other = (struct plain){.words = ""};
	for (const struct reply *answer = slot->first; answer; answer = answer->next) {
		if (!answer->first || answer->depth != depth)
			continue;
		struct plain text = answer_text(answers, answer);
		enum field_kind kind = answer->field->kind;
		if (!one->length)
			*one = text;
		else if (says_the_same(*one, text))
			continue;
		else if (kind == FIELD_LONG_TEXT || kind == FIELD_CHOICES)
			*one = add_texts(answers, *one, text);
		else
			*other = text;
		if (other->length)
			return false;
	}
	return true;
}

void
answers_fault(struct answers *answers, const char *code, const struct field *field,
    const char *text, bool asks_only)
{
	if (answers->fault_count == FORM_FAULTS_MAX)
		return;
	answers->faults[answers->fault_count++] = (struct form_fault){
	    .code = code,
	    .field = field ? field->name : NULL,
	    .text = {.words = text, .length = strlen(text)},
	    .asks_only = asks_only,
	};
}
