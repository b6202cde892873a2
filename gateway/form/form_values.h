/* One written answer read as what its field asks for. */
/* SPDX-License-Identifier: MIT */
#ifndef FORM_FORM_VALUES_H
#define FORM_FORM_VALUES_H

#include "form/form_definition.h"
#include "form/form_fold.h"
#include "papers/concern.h"

/* What an answer is read by. */
struct value_reading {
	const struct form *form;
	const struct field *field;
	struct arena *arena;
	int32_t today; /* the London day of the report */
	int64_t mail_date;
};

/* What is wrong with an answer, as the end of a sentence that begins with the field's label. */
struct trouble {
	const char *code;
	const char *text; /* in the arena; may quote the form */
};

/*
 * Reads a clean answer. *out is always filled in: where false is returned it is KNOWN_UNCLEAR
 * with the text as it was written, and *trouble says why. An answer that only repeats the hint of
 * the blank form is none.
 */
bool value_read(const struct value_reading *reading, struct plain text, struct value *out,
    struct trouble *trouble);

/* Kind by kind; `out` has the text already. False with *trouble. */
bool value_read_choices(
    const struct value_reading *reading, struct value *out, struct trouble *trouble);
bool value_read_yes_no(
    const struct value_reading *reading, struct value *out, struct trouble *trouble);
bool value_read_postcode(
    const struct value_reading *reading, struct value *out, struct trouble *trouble);
/* Notes the postcodes and districts that an answer which cannot be read may mean. */
void value_keep_postcodes(struct value *out);
bool value_read_moment(
    const struct value_reading *reading, struct value *out, struct trouble *trouble);
bool value_read_birth(
    const struct value_reading *reading, struct value *out, struct trouble *trouble);

/* Whether folded words say that something is not known, refused, or does not apply; KNOWN_GIVEN if
 * none of these. */
enum known known_of(const struct fold *words);

/* The same for an answer of signs only: question marks and dashes say "not known", others nothing.
 */
enum known known_of_signs(struct plain text);

/* Whether words of the answer take it back or leave it open: "not", "was", "maybe", "no fixed". */
bool says_doubt(struct plain text);
bool has_question_mark(struct plain text);

/* The answer in quotes, cut to a length that people read. In the arena. */
const char *quote_answer(struct plain text, struct arena *arena);

/* Fills in *trouble and returns false. */
bool value_trouble(const struct value_reading *reading, struct trouble *trouble, const char *code,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
