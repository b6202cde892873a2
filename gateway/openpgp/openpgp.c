/* Opens a mail through the keyholder and judges it, shape first and identity last. */
/* SPDX-License-Identifier: MIT */
#include "openpgp/openpgp.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "mime/mime_field.h"
#include "mime/mime_read.h"
#include "openpgp/accept_rule.h"
#include "openpgp/key_line.h"
#include "openpgp/mail_manner.h"
#include "openpgp/mail_shape.h"
#include "openpgp/payload.h"
#include "papers/seal_box.h"

bool
openpgp_prepare(struct failure *why)
{
	if (!clock_open_zone())
		return fail(why, REMEDY_STOP, "open.charsets", "no time zone data: install tzdata");
	return mime_init() ||
	    fail(why, REMEDY_STOP, "open.charsets", "the C library's character sets are missing");
}

/* One mail on its way through the rule. */
struct opening {
	const struct openpgp *openpgp;
	struct accept_facts facts;
	struct arena *arena;
	struct shape_found shape;
	struct opened_mail mail;
	struct doubt doubt;
};

static void
begin_mail(struct opening *opening)
{
	const struct plain none = plain_copy(opening->arena, "", 0);
	struct opened_mail *mail = &opening->mail;

	mail->text = mail->inner_subject = mail->inner_from = mail->inner_to = none;
	mail->inner_message_id = mail->inner_date = none;
	mail->outer_from = mail->outer_subject = mail->outer_message_id = mail->about_message_id =
	    none;
}

static void
hash_payload(struct opening *opening, struct plain payload)
{
	(void)crypto_hash_sha256(
	    opening->mail.payload_hash, (const uint8_t *)payload.words, payload.length);
}

/* What a shelf could not read is a doubt about the mail, never a failure of ours. */
static void
note_failure(struct opening *opening, const struct failure *why)
{
	(void)doubt_note(&opening->doubt, "open.shape", arena_text(opening->arena, why->reason));
}

static void
read_outside(struct opening *opening, const struct mime_part *root)
{
	struct opened_mail *mail = &opening->mail;

	mail->manner = mail_manner_find(root, opening->arena);
	mail->outer_from = mime_field_mailbox(root, "From", opening->arena);
	mail->outer_subject = mime_field_text(root, "Subject", opening->arena);
	mail->outer_message_id = mime_field_text(root, "Message-ID", opening->arena);
	mail->outer_date = mime_field_date(root, "Date");
	if (mail->manner == MAIL_BOUNCE || mail->manner == MAIL_AUTO_REPLY)
		mail->about_message_id = mail_manner_about(root, opening->arena);
}

/* Unencrypted: the words are there for the desk, and nothing of them is believed. */
static void
take_unencrypted(struct opening *opening, const struct mime_part *root)
{
	struct failure why;

	(void)doubt_note(&opening->doubt, opening->shape.code, opening->shape.reason);
	opening->mail.was_encrypted = strcmp(opening->shape.code, "open.shape") == 0;
	if (opening->mail.was_encrypted)
		return;
	opening->mail.has_text = payload_take_words(root, opening->arena, &opening->mail, &why);
	if (!opening->mail.has_text)
		note_failure(opening, &why);
}

/*
 * A signature may be in the encryption or be the one of a multipart/signed that is the whole
 * payload (RFC 3156 6.1, 6.2), never both. The words are then those that were signed, read again
 * as a document of their own, so that no two readers can differ on where they end.
 *
 * gives   *content where it could be read
 * fails   as the keyholder: no verdict on the mail
 */
static bool
take_nested(struct opening *opening, struct mime_part *content, bool *is_readable,
    struct key_opened *verified, struct failure *why)
{
	struct plain words, signature;
	struct failure unread;

	if (verified->signature_count) {
		(void)doubt_note(&opening->doubt, "open.several-signatures",
		    "it is signed twice, one within the other");
		return true;
	}
	if (!payload_take_signed(content, opening->arena, &words, &signature)) {
		(void)doubt_note(&opening->doubt, "open.unsigned",
		    "its signature is not one of OpenPGP over the whole text");
		return true;
	}
	if (!key_line_verify(
		opening->openpgp->line, words, signature, opening->arena, verified, why))
		return false;
	hash_payload(opening, words);
	*is_readable =
	    mime_read((const uint8_t *)words.words, words.length, opening->arena, content, &unread);
	if (!*is_readable)
		note_failure(opening, &unread);
	return true;
}

static struct inner_header
read_inner(const struct opening *opening, const struct mime_part *content)
{
	const char *us = opening->openpgp->settings->identity.address;

	return (struct inner_header){
	    .has_from = mime_field_count(content, "From") > 0,
	    .has_recipients = mime_field_count(content, "To") || mime_field_count(content, "Cc"),
	    .from = mime_field_mailbox(content, "From", opening->arena),
	    .names_us = mime_field_lists(content, "To", us) || mime_field_lists(content, "Cc", us),
	};
}

static bool
take_opened(struct opening *opening, struct key_opened *opened, struct failure *why)
{
	struct plain payload = {.words = (const char *)opened->text, .length = opened->text_length};
	struct inner_header inner = {0};
	struct mime_part content;
	struct failure unread;

	hash_payload(opening, payload);
	bool is_readable =
	    payload_read(payload, opening->shape.charset, opening->arena, &content, &unread);
	if (!is_readable)
		note_failure(opening, &unread);
	else if (mime_is(&content, "multipart", "signed") &&
	    !take_nested(opening, &content, &is_readable, opened, why))
		return false;
	accept_signature(&opening->facts, opened, &opening->mail, &opening->doubt);
	if (!is_readable)
		return true;
	inner = read_inner(opening, &content);
	accept_identity(&opening->facts, &inner,
	    mime_field_mailbox(opening->shape.around, "From", opening->arena), &opening->mail,
	    &opening->doubt);
	payload_take_fields(&content, opening->arena, &opening->mail);
	opening->mail.has_text =
	    payload_take_words(&content, opening->arena, &opening->mail, &unread);
	if (!opening->mail.has_text)
		note_failure(opening, &unread);
	return true;
}

static bool
open_ciphertext(struct opening *opening, struct failure *why)
{
	struct key_opened opened;

	opening->mail.arrived_as = opening->shape.shape;
	opening->mail.was_encrypted = true;
	if (!opening->openpgp->settings->openpgp.accepts[opening->shape.shape]) {
		(void)doubt_note(&opening->doubt, "open.shape",
		    arena_print(opening->arena, "this desk does not take mail in the form '%s'",
			mail_shape_name(opening->shape.shape)));
		return true;
	}
	if (!key_line_open(
		opening->openpgp->line, opening->shape.armor, opening->arena, &opened, why))
		return false;
	if (!accept_encryption(&opened, &opening->doubt))
		return true;
	return take_opened(opening, &opened, why);
}

/*
 * Our own mail comes back: signed by us, or in our name by nobody we know. One that a pinned key
 * signed under our address is a contradiction for the desk to see, and never put aside.
 */
static void
name_our_own(struct opening *opening)
{
	struct opened_mail *mail = &opening->mail;
	const char *us = opening->openpgp->settings->identity.address;

	if ((opening->doubt.code && strcmp(opening->doubt.code, "open.our-own") == 0) ||
	    (!mail->signer && mail->outer_from.length == strlen(us) &&
		strncasecmp(mail->outer_from.words, us, mail->outer_from.length) == 0))
		mail->manner = MAIL_OUR_OWN;
}

static bool
judge_mail(struct opening *opening, const uint8_t *raw, size_t length, struct failure *why)
{
	struct mime_part root;
	struct failure unread;

	hash_payload(opening, (struct plain){.words = (const char *)raw, .length = length});
	if (!mime_read(raw, length, opening->arena, &root, &unread)) {
		note_failure(opening, &unread);
		return true;
	}
	read_outside(opening, &root);
	opening->shape = mail_shape_find(&root, opening->arena);
	if (opening->shape.code)
		take_unencrypted(opening, &root);
	else if (!open_ciphertext(opening, why))
		return false;
	name_our_own(opening);
	return true;
}

bool
openpgp_open_mail(const struct openpgp *openpgp, const uint8_t *raw, size_t length,
    struct arena *arena, struct opened_mail *out, struct failure *why)
{
	struct opening opening = {.openpgp = openpgp,
	    .arena = arena,
	    .facts = {.settings = openpgp->settings,
		.directory = openpgp->directory,
		.now = openpgp->now,
		.arena = arena}};

	begin_mail(&opening);
	if (!judge_mail(&opening, raw, length, why))
		return false;
	opening.mail.code = opening.doubt.code;
	opening.mail.reason = opening.doubt.reason;
	opening.mail.is_clean = !opening.doubt.code && opening.mail.signer && opening.mail.has_text;
	*out = opening.mail;
	return true;
}

bool
openpgp_verify(const struct openpgp *openpgp, struct plain words, struct plain signature,
    struct arena *arena, struct opened_mail *out, struct failure *why)
{
	const struct accept_facts facts = {.settings = openpgp->settings,
	    .directory = openpgp->directory,
	    .now = openpgp->now,
	    .arena = arena};
	struct doubt doubt = {0};
	struct key_opened verified;

	*out = (struct opened_mail){0};
	if (!key_line_verify(openpgp->line, words, signature, arena, &verified, why))
		return false;
	if (verified.signature_count)
		accept_signature(&facts, &verified, out, &doubt);
	else
		(void)doubt_note(&doubt, "open.unsigned", "there is no signature in it");
	out->code = doubt.code;
	out->reason = doubt.reason;
	return true;
}

bool
openpgp_unbox(const struct openpgp *openpgp, const struct sealed_bytes *sealed, struct arena *arena,
    const uint8_t **bytes, size_t *length, struct failure *why)
{
	uint8_t key[SEAL_KEY_BYTES];
	bool is_open = key_line_unbox(openpgp->line, sealed, key, sizeof key, why) &&
	    seal_box_open(sealed, key, arena, bytes, length, why);

	sodium_memzero(key, sizeof key);
	return is_open;
}

bool
openpgp_seal(const struct openpgp *openpgp, const struct letter *letter, struct arena *arena,
    struct sealed_letter *out, struct failure *why)
{
	const char *armor;
	size_t length;

	if (!key_line_seal(openpgp->line, letter->to->kind, letter->to->id, letter->entity, arena,
		&armor, &length, why))
		return fail_while(why, "sealing for %s", letter->to->id);
	*out = (struct sealed_letter){.kind = letter_kind_name(letter->kind),
	    .to_kind = letter->to->kind,
	    .to = letter->to->id,
	    .message_id = letter->message_id,
	    .armor = armor,
	    .armor_length = length};
	return true;
}
