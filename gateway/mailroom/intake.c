/* One mail, from the mailbox into the ledger: fetched, sealed, committed. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/intake.h"

#include <glib.h>
#include <sodium.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mistake.h"
#include "papers/seal_box.h"

static const char ID_NAME[] = "Message-ID:";
enum { ID_DIGITS = 32, NAMED_MAX = 32 };

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

/* Behind "<32 hex digits": "@our domain". NULL where it is no id of ours. */
static const char *
id_around(const char *text, const char *end, const char *at, size_t domain, struct arena *arena)
{
	const size_t before = ID_DIGITS + 1;

	if ((size_t)(at - text) < before || (size_t)(end - at) <= domain || at[domain] != '>' ||
	    at[-(ptrdiff_t)before] != '<')
		return NULL;
	for (size_t digit = 1; digit <= ID_DIGITS; digit++)
		if (!g_ascii_isxdigit(at[-(ptrdiff_t)digit]))
			return NULL;
	return arena_textn(arena, at - before, before + domain + 1);
}

static bool
is_among(const char *id, const char **ids, size_t count)
{
	for (size_t at = 0; at < count; at++)
		if (strcmp(ids[at], id) == 0)
			return true;
	return false;
}

size_t
intake_named_letters(const uint8_t *bytes, size_t length, const char *address, struct arena *arena,
    const char **ids, size_t room)
{
	const char *text = (const char *)bytes, *end = text + length, *at = text;
	const char *domain = strchr(address, '@');
	size_t count = 0;

	if (!domain)
		return 0;
	while (
	    count < room && (at = memmem(at, (size_t)(end - at), domain, strlen(domain))) != NULL) {
		const char *id = id_around(text, end, at, strlen(domain), arena);
		if (id && !is_among(id, ids, count))
			ids[count++] = id;
		at += strlen(domain);
	}
	return count;
}

/* Before the mail is committed: after a kill between the two both are done again. */
static bool
recognise_letters(const struct intake *intake, const struct fetched_mail *fetched,
    struct arena *arena, struct failure *why)
{
	const char *ids[NAMED_MAX];
	size_t recognised,
	    count = intake_named_letters(
		fetched->bytes, fetched->length, intake->address, arena, ids, NAMED_MAX);

	if (!count)
		return true;
	if (!ledger_recognise(intake->ledger, ids, count, clock_now(), &recognised, why))
		return false;
	if (recognised)
		log_line(LOG_LEVEL_NOTICE,
		    "%zu letters had left before the ledger was brought back: a mail names them",
		    recognised);
	return true;
}

void
intake_forget(struct fetched_mail *fetched)
{
	/* The mistake "keeps-mails": what a mail took of memory is not given back. */
	if (!mistake("keeps-mails"))
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

	if (!recognise_letters(intake, fetched, arena, why))
		return false;
	seal_box_close(fetched->bytes, fetched->length, intake->sealing_public, arena, &sealed);
	return ledger_add_mail(
	    intake->ledger, label, &sealed, fetched->raw_hash, clock_now(), added, why);
}

bool
intake_is_another(const struct place_known *known, const struct mail_label *label)
{
	return known->is_known && known->bytes && label->bytes && known->bytes != label->bytes;
}
