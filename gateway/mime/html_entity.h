/* HTML character references. */
/* SPDX-License-Identifier: MIT */
#ifndef MIME_HTML_ENTITY_H
#define MIME_HTML_ENTITY_H

#include "base/base.h"

/*
 * Reads the reference at the start of text ("&eacute;", "&#233;", "&#xE9;"; the semicolon may be
 * missing) into at most 4 bytes of UTF-8. Returns how many bytes of the source it took, 0 when
 * there is none that we know: then the '&' stands for itself.
 */
size_t html_entity_read(const char *text, size_t length, char out[4], size_t *out_length);

#endif
