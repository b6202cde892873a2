/* Words of a mail made fit for a letter: valid, visible, wrapped. */
/* SPDX-License-Identifier: MIT */
#ifndef LETTERS_CLEAN_WORDS_H
#define LETTERS_CLEAN_WORDS_H

#include "base/plain.h"

enum { LETTER_COLUMNS = 72 };

/*
 * Valid UTF-8 with LF line ends: wrong bytes become U+FFFD, control characters and those that turn
 * the direction of text (UTR 36 2.5) become spaces, tabs too. White space at both ends goes.
 */
struct plain clean_words(struct plain words, struct arena *arena);

/*
 * Wraps lines at LETTER_COLUMNS where there is a space. A line goes on under its beginning: behind
 * the bullet or number of a list, behind the marks of a quotation, and of an indented line at
 * column six, where the values of long answers stand. White space before line ends goes, and of
 * several blank lines one stays.
 */
struct plain wrap_words(struct plain words, struct arena *arena);

#endif
