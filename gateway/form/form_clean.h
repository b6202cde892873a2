/* The words of a mail made safe to read and to show. */
/* SPDX-License-Identifier: MIT */
#ifndef FORM_FORM_CLEAN_H
#define FORM_FORM_CLEAN_H

#include "base/plain.h"

/* Combining marks on one letter: real writing has four; a thousand make normalising quadratic. */
enum { CLEAN_MARKS_MAX = 8 };

/*
 * A copy in NFC with LF line ends. Control, bidi and zero-width characters are gone, every kind
 * of space is a plain one, tabs stay, bytes that are no UTF-8 become U+FFFD.
 */
struct plain clean_text(struct plain text, struct arena *arena);

#endif
