/* Chooses the text of a payload and lists what lies beside it. */
/* SPDX-License-Identifier: MIT */
#include "openpgp/payload.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "mime/mime_charset.h"
#include "mime/mime_field.h"
#include "mime/mime_header.h"
#include "mime/mime_text.h"

/* Behind the block of lines in front of the first empty line. */
static size_t
block_length(struct plain payload)
{
	const char *at = payload.words, *end = at + payload.length;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		if (*at == '\n' || (*at == '\r' && newline == at + 1))
			break;
		at = newline ? newline + 1 : end;
	}
	return (size_t)(at - payload.words);
}

/*
 * A form is made of "Label: value" lines, which look like a header. So only a block with a
 * Content-Type field is one; a payload without is a text (RFC 2045 5.2 would have it us-ascii).
 */
static bool
is_entity(struct plain payload)
{
	static const char NAME[] = "content-type:";
	const char *at = payload.words, *end = at + block_length(payload);

	while (at && at < end) {
		if ((size_t)(end - at) >= strlen(NAME) && strncasecmp(at, NAME, strlen(NAME)) == 0)
			return true;
		at = memchr(at, '\n', (size_t)(end - at));
		at = at ? at + 1 : NULL;
	}
	return false;
}

bool
payload_read(struct plain payload, const char *charset, struct arena *arena, struct mime_part *out,
    struct failure *why)
{
	if (is_entity(payload))
		return mime_read((const uint8_t *)payload.words, payload.length, arena, out, why);
	struct mime_parameter *parameter = arena_take(arena, sizeof *parameter);
	*parameter = (struct mime_parameter){.name = "charset", .value = charset ? charset : ""};
	*out = (struct mime_part){.type = "text",
	    .subtype = "plain",
	    .disposition = "",
	    .file_name = plain_copy(arena, "", 0),
	    .parameters = parameter,
	    .parameter_count = 1,
	    .raw = (const uint8_t *)payload.words,
	    .raw_length = payload.length,
	    .bytes = (const uint8_t *)payload.words,
	    .length = payload.length};
	return true;
}

/* A text that was chosen, and the alternatives that say the same. */
struct choice_of_text {
	const struct mime_part *leaf; /* NULL: none yet */
	/* the multipart/alternative it stands in, or the leaf itself */
	const struct mime_part *group;
	struct plain words;
	struct arena *arena;
	struct failure *why;
};

static bool
is_readable_text(const struct mime_part *part)
{
	return !part->part_count && strcmp(part->disposition, "attachment") != 0 &&
	    (mime_is(part, "text", "plain") || mime_is(part, "text", "html"));
}

/* Takes this text unless there is one with words already. */
static bool
consider_leaf(
    struct choice_of_text *choice, const struct mime_part *leaf, const struct mime_part *group)
{
	struct plain words;
	bool lost = false;

	if (choice->leaf && !plain_is_empty(choice->words))
		return true;
	if (!mime_read_text(leaf, choice->arena, &words, &lost, choice->why))
		return false;
	if (!choice->leaf || !plain_is_empty(words)) {
		choice->leaf = leaf;
		choice->group = group;
		choice->words = words;
	}
	return true;
}

/* group is the outermost multipart/alternative around the part, NULL where there is none. */
static bool
choose_text(
    struct choice_of_text *choice, const struct mime_part *part, const struct mime_part *group)
{
	if (is_readable_text(part))
		return consider_leaf(choice, part, group ? group : part);
	if (!mime_is(part, "multipart", NULL))
		return true;
	if (!group && mime_is(part, "multipart", "alternative"))
		group = part;
	for (size_t at = 0; at < part->part_count; at++)
		if (!choose_text(choice, &part->parts[at], group))
			return false;
	return true;
}

/* Its character set would be lost on the way, so a text leaves it here. */
static struct plain
content_of(const struct mime_part *leaf, struct arena *arena)
{
	const char *charset = mime_parameter(leaf, "charset");
	bool lost = false;

	/* a plain text without one is what a mail program took from an editor as it was */
	if (!charset && mime_is(leaf, "text", "plain"))
		charset = "";
	if (!mime_is(leaf, "text", NULL) || !charset || leaf->length > MIME_TEXT_MAX_BYTES)
		return (struct plain){.words = (const char *)leaf->bytes, .length = leaf->length};
	return mime_to_utf8(leaf->bytes, leaf->length, charset, arena, &lost);
}

static bool
add_attachment(
    const struct mime_part *part, struct arena *arena, struct opened_mail *out, struct failure *why)
{
	if (out->attachment_count == ATTACHMENTS_MAX)
		return fail(why, REMEDY_DESK, "mime.limits", "it has more than %d attachments",
		    ATTACHMENTS_MAX);
	struct attachment *one = &out->attachments[out->attachment_count++];
	one->name = part->file_name;
	one->type = mime_header_type(arena_print(arena, "%s/%s", part->type, part->subtype));
	if (part->part_count) {
		one->type = "message/rfc822";
		one->bytes = part->parts[0].raw ? part->parts[0].raw : (const uint8_t *)"";
		one->length = part->parts[0].raw ? part->parts[0].raw_length : 0;
		return true;
	}
	struct plain content = content_of(part, arena);
	one->bytes = (const uint8_t *)content.words;
	one->length = content.length;
	return true;
}

/* Among alternatives the other texts are the same words in other clothes; what else is there is
 * not. */
static bool
add_attachments(const struct mime_part *part, const struct choice_of_text *choice,
    bool is_alternative, struct opened_mail *out)
{
	if (part == choice->leaf || (is_alternative && is_readable_text(part)))
		return true;
	if (!part->part_count || mime_is(part, "message", NULL))
		return add_attachment(part, choice->arena, out, choice->why);
	for (size_t at = 0; at < part->part_count; at++)
		if (!add_attachments(
			&part->parts[at], choice, is_alternative || part == choice->group, out))
			return false;
	return true;
}

bool
payload_take_words(const struct mime_part *content, struct arena *arena, struct opened_mail *out,
    struct failure *why)
{
	struct choice_of_text choice = {.words.words = "", .arena = arena, .why = why};

	out->attachment_count = 0;
	if (!choose_text(&choice, content, NULL) || !add_attachments(content, &choice, false, out))
		return false;
	out->text = choice.words;
	return true;
}

static bool
protects_its_header(const struct mime_part *content)
{
	const char *hp = mime_parameter(content, "hp"),
		   *older = mime_parameter(content, "protected-headers");

	return (hp && (strcasecmp(hp, "cipher") == 0 || strcasecmp(hp, "clear") == 0)) ||
	    (older && strcasecmp(older, "v1") == 0);
}

void
payload_take_fields(const struct mime_part *content, struct arena *arena, struct opened_mail *out)
{
	bool is_protected = protects_its_header(content);

	out->has_protected_headers = is_protected && mime_field_count(content, "From") &&
	    (mime_field_count(content, "To") || mime_field_count(content, "Cc"));
	if (!is_protected)
		return;
	out->inner_subject = mime_field_text(content, "Subject", arena);
	out->inner_from = mime_field_mailbox(content, "From", arena);
	out->inner_to = mime_field_text(content, "To", arena);
	out->inner_message_id = mime_field_text(content, "Message-ID", arena);
	out->inner_date = mime_field_text(content, "Date", arena);
}

/* RFC 3156 5: signatures are over CRLF line ends, whatever the text came with; trailing space
 * stays. */
static struct plain
with_crlf(const uint8_t *bytes, size_t length, struct arena *arena)
{
	size_t lines = 0, to = 0;

	for (size_t at = 0; at < length; at++)
		lines += bytes[at] == '\n';
	char *copy = arena_take(arena, length + lines + 1);

	for (size_t at = 0; at < length; at++) {
		if (bytes[at] == '\n' && (at == 0 || bytes[at - 1] != '\r'))
			copy[to++] = '\r';
		copy[to++] = (char)bytes[at];
	}
	return (struct plain){.words = copy, .length = to};
}

bool
payload_take_signed(const struct mime_part *content, struct arena *arena, struct plain *words,
    struct plain *signature)
{
	const char *protocol = mime_parameter(content, "protocol");

	if (content->part_count != 2 || !protocol ||
	    strcasecmp(protocol, "application/pgp-signature") != 0)
		return false;
	const struct mime_part *first = &content->parts[0], *second = &content->parts[1];
	if (!first->raw || !mime_is(second, "application", "pgp-signature") || second->part_count)
		return false;
	*words = with_crlf(first->raw, first->raw_length, arena);
	*signature = (struct plain){.words = (const char *)second->bytes, .length = second->length};
	return true;
}
