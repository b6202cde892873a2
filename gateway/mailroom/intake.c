/* One mail, from the mailbox into the ledger: fetched, sealed, committed. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/intake.h"

#include <glib.h>
#include <sodium.h>
#include <string.h>

#include "base/clock.h"
#include "papers/seal_box.h"

static const char ID_NAME[] = "Message-ID:";

/* A line without its end; *next is where the one after it begins. */
static size_t
measure_line(const char *line, size_t left, size_t *next)
{
	const char *end = memchr(line, '\n', left);
	size_t length = end ? (size_t)(end - line) : left;

	*next = end ? length + 1 : left;
	return length && line[length - 1] == '\r' ? length - 1 : length;
}

void
intake_outer_id(const uint8_t *bytes, size_t length, uint8_t out[HASH_BYTES])
{
	const char *text = (const char *)bytes;
	const size_t name = sizeof ID_NAME - 1;
	size_t next;

	memset(out, 0, HASH_BYTES);
	for (size_t at = 0; at < length; at += next) {
		size_t line = measure_line(text + at, length - at, &next);
		if (line == 0)
			return;
		if (line <= name || g_ascii_strncasecmp(text + at, ID_NAME, name) != 0)
			continue;
		const char *id = memchr(text + at + name, '<', line - name);
		const char *end = id ? memchr(id, '>', (size_t)(text + at + line - id)) : NULL;
		if (end)
			(void)crypto_hash_sha256(
			    out, (const uint8_t *)id, (unsigned long long)(end - id + 1));
		return;
	}
}

void
intake_forget(struct fetched_mail *fetched)
{
	inbox_forget(fetched->bytes, fetched->length);
	*fetched = (struct fetched_mail){0};
}

bool
intake_fetch(const struct intake *intake, struct mail_label *label, struct fetched_mail *out,
    struct failure *why)
{
	if (!inbox_fetch(intake->inbox, label, intake->max_bytes, &out->bytes, &out->length, why))
		return false;
	(void)crypto_hash_sha256(out->raw_hash, out->bytes, out->length);
	intake_outer_id(out->bytes, out->length, label->outer_id_hash);
	return true;
}

bool
intake_commit(const struct intake *intake, const struct mail_label *label,
    const struct fetched_mail *fetched, enum mail_added *added, struct failure *why)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)MAIL_MAX_BYTES * 2);
	struct sealed_bytes sealed;

	seal_box_close(fetched->bytes, fetched->length, intake->sealing_public, arena, &sealed);
	return ledger_add_mail(
	    intake->ledger, label, &sealed, fetched->raw_hash, clock_now(), added, why);
}

bool
intake_is_another(const struct place_known *known, const struct mail_label *label)
{
	return known->is_known && known->bytes && label->bytes && known->bytes != label->bytes;
}
