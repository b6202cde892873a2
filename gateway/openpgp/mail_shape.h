/* Which shape a mail has, and where its one ciphertext is, before anything is decrypted. */
/* SPDX-License-Identifier: MIT */
#ifndef OPENPGP_MAIL_SHAPE_H
#define OPENPGP_MAIL_SHAPE_H

#include "mime/mime_read.h"
#include "papers/settings.h"

struct shape_found {
	enum mail_shape shape;          /* SHAPE_NONE when code is set */
	struct plain armor;             /* the ciphertext, as a document of its own */
	const struct mime_part *around; /* the mail whose header stands directly above it */
	const char *charset;            /* of the text part that held it, NULL: none said */
	/*
	 * Where there is no shape: "open.unencrypted" (nothing encrypted at all),
	 * "open.signed-only", "open.tnef", or "open.shape" (something encrypted that is not exactly
	 * one of our shapes).
	 */
	const char *code;
	const char *reason; /* a sentence for the desk, ours */
};

/*
 * The shapes, each with exactly one ciphertext in the whole mail; what stands beside it is never
 * looked at again (EFAIL: neighbours are never joined):
 *
 *   pgp-mime     multipart/encrypted [application/pgp-encrypted "Version: 1", octet-stream armor]
 *                (RFC 3156 4), nothing but white space around the armor
 *   mixed-up     multipart/mixed [text, application/pgp-encrypted "Version: 1", octet-stream
 *                armor]: what Exchange makes of it (draft-dkg-openpgp-pgpmime-message-mangling
 *                4.1); banners of mail gateways may stand in the text
 *   attached     multipart/mixed [texts, one message/rfc822], or message/rfc822 itself, with one
 *                of the two above or another such in it, at most four deep
 *   list-footer  multipart/mixed [one multipart/encrypted, texts before or behind]
 *   inline       one armor in a text/plain; beside it only texts and keys, no attachments, which
 *                its signature would not cover; a text/html may repeat the same armor
 *   inline-html  the same, in a text/html alone
 */
struct shape_found mail_shape_find(const struct mime_part *root, struct arena *arena);

#endif
