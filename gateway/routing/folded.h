/* Texts made comparable: whole words, without case, accents and punctuation. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_FOLDED_H
#define ROUTING_FOLDED_H

#include "base/arena.h"

/*
 * The words of a text in lower case without marks, one space before, between and after them:
 * "Zoë's self-harm" is " zoes self harm ". So one text has another's words in a row where its
 * folded bytes contain the other's. A text without a letter or digit folds to "".
 */
char *folded_text(struct arena *arena, const char *text, size_t length);

/* Whether a phrase stands in the text, both folded; an empty phrase never does. */
bool folded_has(const char *text, const char *phrase);

#endif
