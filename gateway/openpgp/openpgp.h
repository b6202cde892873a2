/* What we accept as sealed for us, and what we promise when we seal. */
/* SPDX-License-Identifier: MIT */
#ifndef OPENPGP_OPENPGP_H
#define OPENPGP_OPENPGP_H

#include "papers/key_talk.h"
#include "papers/letter.h"
#include "papers/opened_mail.h"
#include "papers/sealed_letter.h"

/* The way to the keyholder: one job's own line. */
struct openpgp {
	int line; /* socket to the keyholder */
	const struct settings *settings;
	const struct directory *directory;
	int64_t now;
};

/*
 * Opens all that reading and writing mail needs from outside this process, once, before a child is
 * forked and walled in: GMime, every character set that is allowed, Europe/London.
 * fails   STOP  open.charsets   the C library's converters are not installed
 */
MUST_CHECK bool openpgp_prepare(struct failure *why);

/*
 * Opens one mail and judges it by the accept rule. What is wrong with the mail is in *out
 * (is_clean, code, reason); false only when the keyholder or its agent could not do its work.
 *
 * fails   RETRY  key.agent, key.answer, wire.*   never a verdict on the mail
 */
MUST_CHECK bool openpgp_open_mail(const struct openpgp *openpgp, const uint8_t *raw, size_t length,
    struct arena *arena, struct opened_mail *out, struct failure *why);

/*
 * Judges a detached signature over these words as that of a mail is judged, but for who the mail
 * is from and for: sets signer, signer_fingerprint, signed_at, code and reason of *out (code NULL: it is good).
 *
 * fails   RETRY  key.agent, key.answer, wire.*   never a verdict
 */
MUST_CHECK bool openpgp_verify(const struct openpgp *openpgp, struct plain words,
    struct plain signature, struct arena *arena, struct opened_mail *out, struct failure *why);

/* Takes a sealed text out of its box through the keyholder. */
MUST_CHECK bool openpgp_unbox(const struct openpgp *openpgp, const struct sealed_bytes *sealed,
    struct arena *arena, const uint8_t **bytes, size_t *length, struct failure *why);

/*
 * Signs and encrypts one letter for its one recipient.
 *
 * fails   DESK   key.unusable   no usable key: missing, expired, revoked or not certified
 *         DESK   key.stranger   not in the directory the keyholder was started with
 *         RETRY  key.agent, key.answer, wire.*
 */
MUST_CHECK bool openpgp_seal(const struct openpgp *openpgp, const struct letter *letter,
    struct arena *arena, struct sealed_letter *out, struct failure *why);

#endif
