/* What an HTML mail says, as lines of text. */
/* SPDX-License-Identifier: MIT */
#ifndef MIME_HTML_TEXT_H
#define MIME_HTML_TEXT_H

#include "base/plain.h"

/*
 * Paragraphs, line breaks and list items become lines. A table row becomes "label: value" for
 * each two of its cells, a line a pair, as Outlook sends forms. Character references become
 * letters; style, script, title and comments go; white space is folded outside <pre>, no-break
 * spaces stay. Nothing is fetched, nothing is run. Never longer than its source by more than a
 * line end. One pass without recursion: any bytes will do.
 */
struct plain html_to_text(struct plain html, struct arena *arena);

#endif
