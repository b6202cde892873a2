/* The shipped form, and texts read by it, for all tests of the room. */
/* SPDX-License-Identifier: MIT */
#ifndef FORM_READING_H
#define FORM_READING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "form/form.h"

#define DESK "desk@gate.test"

/* One test's form and what was read last. */
struct reading {
	struct form *form;
	struct arena *arena;
	struct concern concern;
	struct form_faults faults;
	bool is_form;
};

/* cmocka's setup and teardown of a test; *state becomes a struct reading. */
int reading_open(void **state);
int reading_close(void **state);

/* Reads a text as one that was mailed on 2 March 2026 at 05:00 in London. */
void reading_of(struct reading *reading, const char *text);
/* The same at another moment. */
void reading_of_mail(struct reading *reading, const char *text, int64_t mailed_at);

/* The value of a field, of the first child or adult where it is about one. */
const struct value *reading_value(const struct reading *reading, const char *field);
/* The same in the words of a letter. */
const char *reading_words(const struct reading *reading, const char *field);
const char *reading_words_of(const struct reading *reading, const char *field, size_t person);

/* The first fault with this code, NULL for none; code NULL: the first that asks for more than what
 * is missing. */
const struct form_fault *reading_fault(const struct reading *reading, const char *code);

/* All that was read, a line a value, then all faults but what is missing. In the arena. */
const char *reading_dump(const struct reading *reading);

#endif
