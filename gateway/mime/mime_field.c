/* Reads header fields: words, mailboxes and dates. */
/* SPDX-License-Identifier: MIT */
#include "mime/mime_field.h"

#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"

static void
unref_listp(InternetAddressList **list)
{
	if (*list)
		g_object_unref(*list);
}

size_t
mime_field_count(const struct mime_part *part, const char *name)
{
	size_t count = 0;

	for (size_t at = 0; at < part->field_count; at++)
		count += strcasecmp(part->fields[at].name, name) == 0;
	return count;
}

const char *
mime_field_raw(const struct mime_part *part, const char *name)
{
	for (size_t at = 0; at < part->field_count; at++)
		if (strcasecmp(part->fields[at].name, name) == 0)
			return part->fields[at].value;
	return NULL;
}

struct plain
mime_field_text(const struct mime_part *part, const char *name, struct arena *arena)
{
	const char *raw = mime_field_raw(part, name);

	if (!raw)
		return plain_copy(arena, "", 0);
	g_autofree char *unfolded = g_mime_utils_header_unfold(raw);
	g_autofree char *decoded = g_mime_utils_header_decode_text(NULL, unfolded);
	g_autofree char *text = g_utf8_make_valid(decoded, -1);
	for (char *at = text; *at; at++)
		if ((unsigned char)*at < 32 || *at == 127)
			*at = ' ';
	g_strstrip(text);
	return plain_copy(arena, text, strlen(text));
}

/* NULL where the field is missing or there twice. */
static InternetAddressList *
parse_addresses(const struct mime_part *part, const char *name)
{
	const char *raw = mime_field_raw(part, name);

	if (!raw || mime_field_count(part, name) != 1 || strlen(raw) > MIME_FIELD_MAX_BYTES)
		return NULL;
	return internet_address_list_parse(NULL, raw);
}

static const char *
mailbox_of(InternetAddress *address)
{
	if (!INTERNET_ADDRESS_IS_MAILBOX(address))
		return NULL;
	return internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
}

struct plain
mime_field_mailbox(const struct mime_part *part, const char *name, struct arena *arena)
{
	CLEANUP(unref_listp) InternetAddressList *list = parse_addresses(part, name);
	const char *address = NULL;

	if (list && internet_address_list_length(list) == 1)
		address = mailbox_of(internet_address_list_get_address(list, 0));
	if (!address || !strchr(address, '@'))
		return plain_copy(arena, "", 0);
	char *lower = arena_text(arena, address);
	for (char *at = lower; *at; at++)
		*at = g_ascii_tolower(*at);
	return (struct plain){.words = lower, .length = strlen(lower)};
}

bool
mime_field_lists(const struct mime_part *part, const char *name, const char *address)
{
	CLEANUP(unref_listp) InternetAddressList *list = parse_addresses(part, name);

	for (int at = 0; list && at < internet_address_list_length(list); at++) {
		const char *one = mailbox_of(internet_address_list_get_address(list, at));
		if (one && strcasecmp(one, address) == 0)
			return true;
	}
	return false;
}

int64_t
mime_field_date(const struct mime_part *part, const char *name)
{
	const char *raw = mime_field_raw(part, name);
	g_autoptr(GDateTime) date = raw ? g_mime_utils_header_decode_date(raw) : NULL;

	return date ? g_date_time_to_unix(date) : 0;
}
