/* A mail opened: its words, its shape, who signed it and how far that may be believed. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_OPENED_MAIL_H
#define PAPERS_OPENED_MAIL_H

#include "base/plain.h"
#include "papers/directory.h"
#include "papers/settings.h"

struct attachment {
	struct plain name;    /* as sent, cleaned of controls; for sealed letters only */
	const char *type;     /* "application/pdf", lower case, checked grammar */
	const uint8_t *bytes; /* decoded; a text's in UTF-8 where it named its character set */
	size_t length;
};

enum { ATTACHMENTS_MAX = 40 };

/*
 * What kind of mail this is, seen from outside the ciphertext. MAIL_LETTER is the ordinary case.
 * The others are never answered. It says nothing about what is inside: a list can pass on a
 * concern, and a mail with an empty return path can be clean.
 */
enum mail_manner { MAIL_LETTER, MAIL_AUTO_REPLY, MAIL_BOUNCE, MAIL_LIST, MAIL_OUR_OWN };

struct opened_mail {
	enum mail_manner manner;
	enum mail_shape arrived_as;
	/*
	 * True when the accept rule holds in every point: then code is NULL. Otherwise code says
	 * which point failed first, and `reason` says it in a sentence for the desk:
	 *   how it came       open.unencrypted open.signed-only open.tnef open.shape
	 *   the encryption    open.not-for-us open.password open.wrong-key open.damaged
	 *                     open.too-large open.not-integrity-protected open.weak
	 *   the signature     open.unsigned open.several-signatures open.bad-signature
	 *                     open.unknown-signer open.uncertified-key open.expired-key
	 *                     open.revoked-key open.expired-signature open.old-signature
	 *                     open.future-signature open.weak open.our-own
	 *   who, for whom     open.from-contradicts open.not-for-this-desk
	 */
	bool is_clean;
	const char *code;
	const char *reason;
	/*
	 * True when text and attachments are the whole of a decrypted, integrity-protected payload
	 * (or of an unencrypted mail).
	 */
	bool has_text;
	bool was_encrypted;
	struct plain text; /* the first text part, UTF-8, LF line ends, format=flowed undone */
	struct attachment attachments[ATTACHMENTS_MAX];
	size_t attachment_count;
	/*
	 * The signer, when the signature itself is good and its key pinned. Not changed by later
	 * doubts.
	 */
	const struct entry *signer;
	/* primary key, "" when none or unknown to gpg */
	char signer_fingerprint[FINGERPRINT_BYTES];
	int64_t signed_at;
	/* Inner headers where they were protected by the signature. */
	bool has_protected_headers;
	struct plain inner_subject, inner_from, inner_to, inner_message_id, inner_date;
	/* From outside: decoration, never believed. */
	struct plain outer_from; /* the mailbox's address in lower case, "" unless exactly one */
	struct plain outer_subject;
	struct plain outer_message_id;
	int64_t outer_date; /* 0 when missing or unreadable */
	/* bounces and auto-replies: the mail they claim to be about, "<...>"; else "" */
	struct plain about_message_id;
	/*
	 * SHA-256 of what the signature covers, or of the decrypted payload, or of a mail that was not
	 * encrypted: replays have the same.
	 */
	uint8_t payload_hash[HASH_BYTES];
};

#endif
