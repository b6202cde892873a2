/* The character sets that are read, opened before any wall. */
/* SPDX-License-Identifier: MIT */
#ifndef MIME_MIME_CHARSET_H
#define MIME_MIME_CHARSET_H

#include "base/plain.h"

/*
 * Opens a converter for each set that is read, for ourselves and so also for GMime's header
 * decoding: behind walls iconv finds no tables and letters would silently become '?'. False when
 * one cannot be opened.
 */
MUST_CHECK bool mime_open_charsets(void);

/*
 * Bytes in a named set to UTF-8. Bytes that are wrong in it become U+FFFD, and so does each byte
 * above 127 of a set that is not known; *lost is set then. "us-ascii" (and no name) with bytes
 * above 127 is read as UTF-8 where it is that, else as windows-1252, and iso-8859-1 always as
 * windows-1252: that is what mail programs mean.
 */
struct plain mime_to_utf8(
    const uint8_t *bytes, size_t length, const char *charset, struct arena *arena, bool *lost);

#endif
