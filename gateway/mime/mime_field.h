/* What the header fields of a part say. */
/* SPDX-License-Identifier: MIT */
#ifndef MIME_MIME_FIELD_H
#define MIME_MIME_FIELD_H

#include "mime/mime_read.h"

/* How many fields of this name (compared without case) there are. */
size_t mime_field_count(const struct mime_part *part, const char *name);

/* The first one's raw value, NULL where there is none. */
const char *mime_field_raw(const struct mime_part *part, const char *name);

/* The first one unfolded, RFC 2047 undone, valid UTF-8, controls as spaces, trimmed; "" for none.
 */
struct plain mime_field_text(const struct mime_part *part, const char *name, struct arena *arena);

/*
 * The address of a field that holds exactly one mailbox, in ASCII lower case; "" when the field is
 * missing, there twice, or holds none, several or a group.
 */
struct plain mime_field_mailbox(
    const struct mime_part *part, const char *name, struct arena *arena);

/* True when an address list of this name has the address among its mailboxes (compared without
 * case). */
bool mime_field_lists(const struct mime_part *part, const char *name, const char *address);

/* The moment of a date field, 0 when it is missing or unreadable. */
int64_t mime_field_date(const struct mime_part *part, const char *name);

#endif
