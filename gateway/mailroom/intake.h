/* One mail, from the mailbox into the ledger: fetched, sealed, committed. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_INTAKE_H
#define MAILROOM_INTAKE_H

#include "inbox/inbox.h"
#include "ledger/ledger.h"

struct intake {
	struct inbox *inbox;
	struct ledger *ledger;
	const uint8_t *sealing_public;
	size_t max_bytes;
	const char
	    *address; /* our own: letters that a mail speaks of have its domain in their ids */
};

/* A mail's bytes as the server has them, until intake_forget(). */
struct fetched_mail {
	uint8_t *bytes;
	size_t length;
	uint8_t raw_hash[HASH_BYTES];
};
void intake_forget(struct fetched_mail *fetched);

/* Fetches a mail and sets the label's outer_id_hash. Fails as inbox_fetch() does. */
MUST_CHECK bool intake_fetch(const struct intake *intake, struct mail_label *label,
    struct fetched_mail *out, struct failure *why);

/*
 * Seals it under a key of its own and commits it; letters that a restore gave up in doubt and that it
 * speaks of are known to have left. Fails as ledger_add_mail() does.
 */
MUST_CHECK bool intake_commit(const struct intake *intake, const struct mail_label *label,
    const struct fetched_mail *fetched, enum mail_added *added, struct failure *why);

/*
 * Whether another mail than the known one lies at its place, by the sizes that the server said; where
 * it said none, that is found out by the bytes.
 */
bool intake_is_another(const struct place_known *known, const struct mail_label *label);

/*
 * Message-IDs of letters of ours, "<32 hex digits@our domain>", wherever a mail has them in the clear
 * (In-Reply-To, References, the headers that a delivery report returns); each once, at most `room`.
 */
size_t intake_named_letters(const uint8_t *bytes, size_t length, const char *address,
    struct arena *arena, const char **ids, size_t room);

/* SHA-256 of the one Message-ID in the outer header block (RFC 5322 3.6.4); zeros for none. */
void intake_outer_id(const uint8_t *bytes, size_t length, uint8_t out[HASH_BYTES]);

#endif
