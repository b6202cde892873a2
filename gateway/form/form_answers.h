/* The answers of a form as they were written, by field and person. */
/* SPDX-License-Identifier: MIT */
#ifndef FORM_FORM_ANSWERS_H
#define FORM_FORM_ANSWERS_H

#include "form/form_definition.h"
#include "form/form_lines.h"
#include "papers/concern.h"
#include "papers/form_fault.h"

enum {
	ANSWERS_PER_SLOT_MAX = 8, /* the same question, answered again and again */
	PERSON_NONE = 1000,       /* past the last child or adult we take */
	FORM_FAULTS_MAX = 60,     /* more would not be read */
};

/* A line of an answer. */
struct answer_line {
	const char *words;
	size_t length;
	bool is_paragraph; /* a blank line stands before it */
	struct answer_line *next;
};

/* One time that a label was written. */
struct reply {
	const struct field *field;
	unsigned depth; /* how deep the label was quoted */
	/* the length of its line: a short one was not broken by a mail program */
	size_t label_bytes;
	const char *hint; /* what stood in brackets in the label; NULL where nothing */
	size_t hint_length;
	struct answer_line *first, *last;
	struct reply *next; /* of the same slot, in the order of the form */
};

/* All answers to one question about one person. */
struct slot {
	struct reply *first, *last;
	unsigned count;
};

struct answers {
	const struct form *form;
	struct arena *arena;
	struct slot *report, *children[CHILDREN_MAX], *adults[ADULTS_MAX]; /* by field->index */
	bool names_desk; /* the first title names it */
	bool has_title, has_label;
	struct form_fault faults[FORM_FAULTS_MAX];
	size_t fault_count;
};

/* The slot of a field; makes room for a person not seen yet. NULL for PERSON_NONE. */
struct slot *answers_slot(struct answers *answers, const struct field *field, size_t person);

/* Begins an answer in a slot. */
struct reply *answer_begin(
    struct answers *answers, struct slot *slot, const struct field *field, unsigned depth);
void answer_add_line(struct answers *answers, struct reply *answer, const char *words,
    size_t length, bool is_paragraph);

/* The words of an answer: paragraphs kept in free text, lines kept in lists, else one line. */
struct plain answer_text(const struct answers *answers, const struct reply *answer);

/*
 * What the answers of a slot come to: the least quoted ones count, lists and free text add up.
 * False, with both in *one and *other, when two say different things.
 */
bool slot_text(
    const struct answers *answers, const struct slot *slot, struct plain *one, struct plain *other);

/* Adds a fault, unless there are too many; text is in the arena. */
void answers_fault(struct answers *answers, const char *code, const struct field *field,
    const char *text, bool asks_only);

/* Reads every line of the form into slots. */
void answers_read(
    struct answers *answers, const struct form_lines *lines, const char *desk_address);

#endif
