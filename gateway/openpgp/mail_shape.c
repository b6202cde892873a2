/* Matches a mail against each shape exactly, and names what matches none. */
/* SPDX-License-Identifier: MIT */
#include "openpgp/mail_shape.h"

#include <string.h>
#include <strings.h>

#include "mime/mime_text.h"
#include "openpgp/armor_find.h"

enum { WRAPPINGS_MAX = 4 };

/* What there is of ciphertext and its signs in a whole mail. */
struct census {
	struct arena *arena;
	size_t armors;       /* BEGIN PGP MESSAGE lines, wherever */
	size_t plain_armors; /* of them in text/plain */
	struct plain plain_armor, html_armor;
	const struct mime_part *plain_part, *html_part; /* where those stood */
	struct armor_found other;                       /* the last one elsewhere, and where */
	const struct mime_part *other_part;
	bool has_pgp_parts; /* multipart/encrypted, application/pgp-encrypted */
	bool has_smime, has_signature, has_tnef;
	bool only_text; /* texts and keys in plain multiparts, nothing else */
};

static struct plain
content_of(const struct mime_part *part)
{
	return (struct plain){.words = (const char *)part->bytes, .length = part->length};
}

static bool
is_text(const struct mime_part *part)
{
	return mime_is(part, "text", "plain") || mime_is(part, "text", "html");
}

static void
count_text(struct census *census, const struct mime_part *part)
{
	bool lost = false;
	struct plain text;
	struct failure why;

	/* a text that is too long to be read may hold anything */
	if (!mime_read_text(part, census->arena, &text, &lost, &why)) {
		census->only_text = false;
		text = content_of(part);
	}
	struct armor_found found = armor_find(text, census->arena);
	census->armors += found.count;
	census->has_signature |= found.is_signed_text;
	if (!found.count)
		return;
	if (mime_is(part, "text", "plain")) {
		census->plain_armors += found.count;
		census->plain_armor = found.armor;
		census->plain_part = part;
	} else {
		census->html_armor = found.armor;
		census->html_part = part;
	}
}

static bool
is_tnef(const struct mime_part *part)
{
	return mime_is(part, "application", "ms-tnef") ||
	    mime_is(part, "application", "vnd.ms-tnef") ||
	    (part->file_name.length == strlen("winmail.dat") &&
		strncasecmp(part->file_name.words, "winmail.dat", part->file_name.length) == 0);
}

static bool
is_smime(const struct mime_part *part)
{
	return mime_is(part, "application", "pkcs7-mime") ||
	    mime_is(part, "application", "x-pkcs7-mime");
}

static void
count_leaf(struct census *census, const struct mime_part *part)
{
	census->has_tnef |= is_tnef(part);
	census->has_smime |= is_smime(part);
	census->has_pgp_parts |= mime_is(part, "application", "pgp-encrypted");
	census->has_signature |= mime_is(part, "application", "pgp-signature");
	if (is_text(part)) {
		count_text(census, part);
		return;
	}
	census->only_text &= mime_is(part, "application", "pgp-keys");
	struct armor_found found = armor_find(content_of(part), census->arena);
	census->armors += found.count;
	if (found.count) {
		census->other = found;
		census->other_part = part;
	}
}

static void
count_parts(struct census *census, const struct mime_part *part)
{
	if (!part->part_count) {
		count_leaf(census, part);
		return;
	}
	census->has_pgp_parts |= mime_is(part, "multipart", "encrypted");
	census->has_signature |= mime_is(part, "multipart", "signed");
	census->only_text &= mime_is(part, "multipart", "mixed") ||
	    mime_is(part, "multipart", "alternative") || mime_is(part, "multipart", "related");
	for (size_t at = 0; at < part->part_count; at++)
		count_parts(census, &part->parts[at]);
}

static bool
is_version_part(const struct mime_part *part)
{
	static const char WORDS[] = "Version: 1";
	const char *words = (const char *)part->bytes;
	size_t length = part->length;

	if (!mime_is(part, "application", "pgp-encrypted") || part->part_count)
		return false;
	while (length && strchr(" \t\r\n", words[length - 1]))
		length--;
	while (length && strchr(" \t\r\n", *words)) {
		words++;
		length--;
	}
	return length == strlen(WORDS) && strncasecmp(words, WORDS, length) == 0;
}

/* The armor of an octet-stream with nothing else in it. */
static bool
take_armor(const struct census *census, const struct mime_part *part, struct plain *out)
{
	if (!mime_is(part, "application", "octet-stream") || part != census->other_part ||
	    census->other.count != 1 || !census->other.is_alone || !census->other.armor.length)
		return false;
	*out = census->other.armor;
	return true;
}

static bool
match_pgp_mime(const struct census *census, const struct mime_part *part, struct shape_found *out)
{
	const char *protocol = mime_parameter(part, "protocol");

	if (!mime_is(part, "multipart", "encrypted") || part->part_count != 2 || !protocol ||
	    strcasecmp(protocol, "application/pgp-encrypted") != 0 ||
	    !is_version_part(&part->parts[0]))
		return false;
	out->shape = SHAPE_PGP_MIME;
	return take_armor(census, &part->parts[1], &out->armor);
}

static bool
match_mixed_up(const struct census *census, const struct mime_part *part, struct shape_found *out)
{
	if (!mime_is(part, "multipart", "mixed") || part->part_count != 3 ||
	    !is_text(&part->parts[0]) || !is_version_part(&part->parts[1]))
		return false;
	out->shape = SHAPE_MIXED_UP;
	return take_armor(census, &part->parts[2], &out->armor);
}

static bool
match_list_footer(
    const struct census *census, const struct mime_part *part, struct shape_found *out)
{
	const struct mime_part *sealed = NULL;

	if (!mime_is(part, "multipart", "mixed") || part->part_count < 2)
		return false;
	for (size_t at = 0; at < part->part_count; at++) {
		if (is_text(&part->parts[at]))
			continue;
		if (sealed)
			return false;
		sealed = &part->parts[at];
	}
	if (!sealed || !match_pgp_mime(census, sealed, out))
		return false;
	out->shape = SHAPE_LIST_FOOTER;
	return true;
}

static bool
is_all_text(const struct mime_part *part)
{
	if (!part->part_count)
		return is_text(part);
	for (size_t at = 0; at < part->part_count; at++)
		if (!is_all_text(&part->parts[at]))
			return false;
	return !mime_is(part, "message", NULL);
}

/* The one message within, NULL where there is none, or more than texts beside it. */
static const struct mime_part *
wrapped_message(const struct mime_part *part)
{
	const struct mime_part *message = NULL;

	if (mime_is(part, "message", "rfc822") && part->part_count == 1)
		return &part->parts[0];
	if (!mime_is(part, "multipart", "mixed"))
		return NULL;
	for (size_t at = 0; at < part->part_count; at++) {
		const struct mime_part *one = &part->parts[at];
		bool is_message = mime_is(one, "message", "rfc822") && one->part_count == 1;
		if (!is_message && !is_all_text(one))
			return NULL;
		if (is_message && message)
			return NULL;
		if (is_message)
			message = &one->parts[0];
	}
	return message;
}

static bool
match_attached(const struct census *census, const struct mime_part *part, struct shape_found *out)
{
	for (unsigned depth = 0; depth < WRAPPINGS_MAX; depth++) {
		part = wrapped_message(part);
		if (!part)
			return false;
		if (match_pgp_mime(census, part, out) || match_mixed_up(census, part, out)) {
			out->shape = SHAPE_ATTACHED;
			out->around = part;
			return true;
		}
	}
	return false;
}

static bool
equals(struct plain one, struct plain other)
{
	return one.length == other.length && memcmp(one.words, other.words, one.length) == 0;
}

static bool
match_inline(const struct census *census, struct shape_found *out)
{
	if (!census->only_text || census->has_pgp_parts)
		return false;
	if (census->armors == 1 && census->html_armor.length) {
		out->shape = SHAPE_INLINE_HTML;
		out->armor = census->html_armor;
		out->charset = mime_parameter(census->html_part, "charset");
		return true;
	}
	bool is_repeated = census->armors == 2 && census->plain_armors == 1 &&
	    equals(census->plain_armor, census->html_armor);
	if (!census->plain_armor.length || (census->armors != 1 && !is_repeated))
		return false;
	out->shape = SHAPE_INLINE;
	out->armor = census->plain_armor;
	out->charset = mime_parameter(census->plain_part, "charset");
	return true;
}

static bool
match_any(const struct census *census, const struct mime_part *root, struct shape_found *out)
{
	if (match_inline(census, out))
		return true;
	if (census->armors != 1)
		return false;
	return match_pgp_mime(census, root, out) || match_mixed_up(census, root, out) ||
	    match_list_footer(census, root, out) || match_attached(census, root, out);
}

static struct shape_found
name_misfit(const struct census *census)
{
	if (census->armors > 1)
		return (struct shape_found){
		    .code = "open.shape", .reason = "there is more than one encrypted part in it"};
	if (census->armors && census->only_text)
		return (struct shape_found){
		    .code = "open.shape", .reason = "the encrypted text in it is broken"};
	if (census->armors || census->has_pgp_parts)
		return (struct shape_found){.code = "open.shape",
		    .reason =
			"it is encrypted, but not put together in a way that we know: attachments "
			"beside the encrypted text, or parts that do not belong there"};
	if (census->has_smime)
		return (struct shape_found){
		    .code = "open.shape", .reason = "it uses S/MIME, and this desk reads OpenPGP"};
	if (census->has_tnef)
		return (struct shape_found){.code = "open.tnef",
		    .reason =
			"Outlook sent it as winmail.dat (rich text): it must be sent as plain text "
			"or HTML, and encrypted"};
	if (census->has_signature)
		return (struct shape_found){.code = "open.signed-only",
		    .reason =
			"it is signed but not encrypted: others could have read it on its way"};
	return (struct shape_found){.code = "open.unencrypted",
	    .reason = "it is not encrypted: others could have read it on its way"};
}

struct shape_found
mail_shape_find(const struct mime_part *root, struct arena *arena)
{
	struct census census = {.arena = arena, .only_text = true};
	struct shape_found found = {.around = root};

	count_parts(&census, root);
	return match_any(&census, root, &found) ? found : name_misfit(&census);
}
