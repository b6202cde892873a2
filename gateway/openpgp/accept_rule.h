/* What must hold of a decryption, a signature and a sender before a mail is believed. */
/* SPDX-License-Identifier: MIT */
#ifndef OPENPGP_ACCEPT_RULE_H
#define OPENPGP_ACCEPT_RULE_H

#include "papers/key_talk.h"
#include "papers/opened_mail.h"

/* Against what it is judged. */
struct accept_facts {
	const struct settings *settings;
	const struct directory *directory;
	int64_t now;
	struct arena *arena; /* for reasons that name an entry of the directory */
};

/* The first point that does not hold; code is NULL while all do. */
struct doubt {
	const char *code;
	const char *reason;
};

/* Notes a doubt unless there is one already. Returns false. */
bool doubt_note(struct doubt *doubt, const char *code, const char *reason);

/*
 * True when the text may be shown at all: the keyholder opened it, and its integrity was
 * protected (RFC 4880 5.13; EFAIL). Further doubts about the encryption are noted too.
 *
 *   open.not-for-us open.password open.damaged open.too-large open.shape
 *   open.not-integrity-protected
 *   open.wrong-key    not to our encryption key, or by a key that is not for encryption
 *   open.weak         a symmetric cipher that is not allowed
 */
bool accept_encryption(const struct key_opened *opened, struct doubt *doubt);

/*
 * Judges the one signature and finds who made it: sets out->signer, signer_fingerprint and
 * signed_at. The key must be pinned, the signature be VALID to gpg and nothing else, its hash and
 * key strong, its moment within settings->openpgp.signature_max_age_days and not more than ten
 * minutes ahead.
 *
 *   open.unsigned open.several-signatures open.bad-signature open.unknown-signer
 *   open.expired-key open.revoked-key open.expired-signature open.uncertified-key open.weak
 *   open.old-signature open.future-signature open.our-own
 */
void accept_signature(const struct accept_facts *facts, const struct key_opened *verified,
    struct opened_mail *out, struct doubt *doubt);

/*
 * The signer is the identity; every From must agree with it: the one inside where there is one,
 * and the one directly above the ciphertext. To or Cc inside must name us, or somebody sealed
 * another's old letter to us. gpg 2.2 does not read RFC 9580's intended recipient.
 *
 *   open.from-contradicts open.not-for-this-desk
 */
struct inner_header {
	bool has_from, has_recipients; /* whether they are declared as protected or not */
	struct plain from;             /* "" unless exactly one mailbox */
	bool names_us;
};
void accept_identity(const struct accept_facts *facts, const struct inner_header *inner,
    struct plain from_above, const struct opened_mail *mail, struct doubt *doubt);

#endif
