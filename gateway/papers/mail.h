/* A mail as the ledger keeps it: where it lay, and its sealed bytes. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_MAIL_H
#define PAPERS_MAIL_H

#include "papers/papers.h"

/* Where a mail lies on the server. */
struct mail_place {
	const char *account; /* user@host:port of the mailbox */
	const char *folder;
	uint32_t uid_validity;
	uint32_t uid;
};

/* What is known of a mail besides its bytes; the first three before it is fetched. */
struct mail_label {
	struct mail_place place;
	uint64_t bytes;     /* RFC822.SIZE */
	int64_t arrived_at; /* INTERNALDATE: the clocks of a case start here */
	bool is_in_handled; /* it lies in the Handled folder already */
	/* SHA-256 of its outer Message-ID, zeros for none: by it a mail is known that was changed on the way */
	uint8_t outer_id_hash[HASH_BYTES];
};

/*
 * A mail's bytes under a key of its own (XChaCha20-Poly1305-IETF secretstream or one-shot AEAD,
 * bound to the row's `seal_id`), and that key as a libsodium sealed box to the keyholder.
 */
enum { SEAL_ID_BYTES = 16, BOXED_KEY_BYTES = 32 + 48, SEAL_NONCE_BYTES = 24, SEAL_TAG_BYTES = 16 };

struct sealed_bytes {
	uint8_t seal_id[SEAL_ID_BYTES]; /* random; the additional data of the AEAD */
	uint8_t boxed_key[BOXED_KEY_BYTES];
	const uint8_t *bytes; /* nonce, ciphertext, tag */
	size_t length;
};

#endif
