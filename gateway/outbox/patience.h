/* How long one try to hand a letter over may take. */
/* SPDX-License-Identifier: MIT */
#ifndef OUTBOX_PATIENCE_H
#define OUTBOX_PATIENCE_H

#include <stddef.h>

#include "papers/settings.h"

/*
 * RFC 5321 4.5.3.2.6: the reply to the dot may take far longer than any other, since the letter is
 * filtered and stored in that time, and giving up too early makes a second copy. It has so many
 * times what any other has.
 */
enum { PATIENCE_AT_DOT = 5 };

unsigned patience_reply_seconds(const struct settings *settings);
/* For all of a letter of this length. */
unsigned patience_whole_seconds(const struct settings *settings, size_t length);

#endif
