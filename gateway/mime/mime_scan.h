/* Refuses bytes that would hurt GMime, before GMime sees them. */
/* SPDX-License-Identifier: MIT */
#ifndef MIME_MIME_SCAN_H
#define MIME_MIME_SCAN_H

#include "base/failure.h"

/*
 * Looks at raw bytes as lines, without trusting their MIME structure: whatever GMime may take for
 * a header block is held to the limits of base/limits.h. GMime recurses on nested address groups
 * (400 kB of them ended it), makes an object of each part and keeps all fields.
 *
 * fails   DESK  mime.shape    a NUL, or a CR that no LF follows
 *         DESK  mime.limits   a header block, a field, or their number past its limit
 */
MUST_CHECK bool mime_scan(const uint8_t *raw, size_t length, struct failure *why);

#endif
