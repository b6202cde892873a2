/* Joins the lines that format=flowed has broken. */
/* SPDX-License-Identifier: MIT */
#ifndef MIME_FLOWED_TEXT_H
#define MIME_FLOWED_TEXT_H

#include "base/plain.h"

/*
 * RFC 3676 4: lines that end in a space flow into the next one of the same quote depth; stuffed
 * spaces go; the signature separator "-- " never flows; with DelSp the breaking space goes too.
 * Quote marks are kept, ">> ". Line ends are LF.
 */
struct plain flowed_to_text(struct plain text, bool deletes_space, struct arena *arena);

#endif
