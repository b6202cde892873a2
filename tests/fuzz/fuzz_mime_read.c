/* Any bytes give a bounded tree or a reason, and every part of it can be read. */
/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "mime/mime_field.h"
#include "mime/mime_text.h"

static void
read_fields(const struct mime_part *part, struct arena *arena)
{
	(void)mime_field_text(part, "Subject", arena);
	(void)mime_field_mailbox(part, "From", arena);
	(void)mime_field_lists(part, "To", "desk@wandle.example");
	(void)mime_field_date(part, "Date");
}

static size_t
walk(const struct mime_part *part, unsigned depth, struct arena *arena)
{
	size_t seen = 1;
	struct failure why;
	struct plain text;
	bool lost = false;

	if (part->depth != depth || depth > MIME_MAX_DEPTH)
		abort();
	read_fields(part, arena);
	if (!part->part_count && !mime_read_text(part, arena, &text, &lost, &why) &&
	    strcmp(why.code, "mime.limits") != 0)
		abort();
	for (size_t at = 0; at < part->part_count; at++)
		seen += walk(&part->parts[at], depth + 1, arena);
	return seen;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static bool is_ready;
	CLEANUP(arena_closep) struct arena *arena = arena_open(512u * 1024 * 1024);
	struct mime_part root;
	struct failure why = {0};

	if (!is_ready && !(is_ready = mime_init()))
		abort();
	if (!mime_read(bytes, length, arena, &root, &why)) {
		if (why.remedy != REMEDY_DESK || !why.code)
			abort();
		return 0;
	}
	if (walk(&root, 0, arena) > MIME_MAX_PARTS)
		abort();
	return 0;
}
