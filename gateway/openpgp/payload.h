/* What an opened text holds: its words, its attachments and its own header. */
/* SPDX-License-Identifier: MIT */
#ifndef OPENPGP_PAYLOAD_H
#define OPENPGP_PAYLOAD_H

#include "mime/mime_read.h"
#include "papers/opened_mail.h"

/*
 * Reads a decrypted payload: an entity where its first block of lines has a Content-Type field
 * (also inside inline armor: some web mailers do so), else a text of this character set, whole.
 *
 * fails   DESK  mime.*   it is an entity, and not one that we read
 */
MUST_CHECK bool payload_read(struct plain payload, const char *charset, struct arena *arena,
    struct mime_part *out, struct failure *why);

/*
 * The first text part with words in it becomes out->text (of alternatives the plain one, unless
 * it is empty), every other leaf an attachment, a message within one too.
 *
 * fails   DESK  mime.limits   more than ATTACHMENTS_MAX, or a text too long
 */
MUST_CHECK bool payload_take_words(const struct mime_part *content, struct arena *arena,
    struct opened_mail *out, struct failure *why);

/*
 * The header fields that stand inside, under the signature. out->has_protected_headers only where
 * the content says that it protects them (hp, RFC 9788 2.1; protected-headers="v1") and both From
 * and To or Cc are among them.
 */
void payload_take_fields(
    const struct mime_part *content, struct arena *arena, struct opened_mail *out);

/* The two parts of a multipart/signed by OpenPGP: the bytes that are signed, with CRLF, and the
 * signature. */
bool payload_take_signed(const struct mime_part *content, struct arena *arena, struct plain *words,
    struct plain *signature);

#endif
