/* The words of a text part, as a person reads them. */
/* SPDX-License-Identifier: MIT */
#ifndef MIME_MIME_TEXT_H
#define MIME_MIME_TEXT_H

#include "mime/mime_read.h"

/*
 * The text of a text part: UTF-8, LF line ends, format=flowed undone (RFC 3676, DelSp too), HTML
 * as text (html_to_text()). No-break spaces and other letters stay as they are. *lost is set when
 * bytes had to be replaced by U+FFFD.
 *
 * fails   DESK  mime.limits   more than MIME_TEXT_MAX_BYTES
 */
MUST_CHECK bool mime_read_text(const struct mime_part *part, struct arena *arena, struct plain *out,
    bool *lost, struct failure *why);

#endif
