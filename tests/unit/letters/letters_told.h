/* A form filled with words that occur once, and a search for each of them in a letter. */
/* SPDX-License-Identifier: MIT */
#ifndef LETTERS_TOLD_H
#define LETTERS_TOLD_H

#include <glib.h>

#include "base/arena.h"
#include "papers/concern.h"

/* One answer of the form. */
struct told_value {
	const struct field *field;
	unsigned person;
	const char *words;     /* as it was written */
	const char *tokens[4]; /* what is looked for: squashed, each alone gives the value away */
	/* of a free text: the value that it repeats; NULL for none */
	const struct told_value *repeats;
};

enum { TOLD_MAX = 900 };

struct told {
	struct arena *arena;
	GRand *random;
	unsigned seed, children, adults, number;
	struct told_value values[TOLD_MAX];
	size_t count;
	struct told_value fixed[40]; /* what rules ask about: no tokens */
	size_t fixed_count;
};

/* Below `most`. */
unsigned told_draw(struct told *told, unsigned most);

/* An answer that is not looked for. */
void told_fix(struct told *told, const char *field, unsigned person, const char *words);
/* Fills in most fields, and lets a few free texts repeat another answer in another spelling. */
void told_fill(struct told *told, const struct field_list *fields);
/* The form as an officer sends it. */
const char *told_text(struct told *told, const struct field_list *fields);
/* Forgets the values that were not read as they were written; most must have been. */
void told_keep_what_was_read(struct told *told, const struct concern *concern);

/* Header, file names and decoded parts, without case, accents and all that is no letter or digit. */
char *told_squash_letter(struct plain entity, struct arena *arena);

/* Whether a field may go to somebody. */
typedef bool told_may_go(const void *whom, const struct field *field, unsigned person);

/* The name and word of a value that is there and may not be; NULL for none. */
const char *told_leak(struct told *told, const char *seen, told_may_go *may_go, const void *whom);
/* The name of a value that may go and is not there; NULL for none. */
const char *told_missing(
    struct told *told, const char *seen, told_may_go *may_go, const void *whom);
/* The name of a free text that may go and repeats what may not; NULL for none. */
const char *told_planted(struct told *told, told_may_go *may_go, const void *whom);
/* A value that may not go. */
const struct told_value *told_secret(struct told *told, told_may_go *may_go, const void *whom);

#endif
