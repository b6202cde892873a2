/* The pinned keys, looked up once at the start. */
/* SPDX-License-Identifier: MIT */
#ifndef KEYHOLDER_KEYRING_H
#define KEYHOLDER_KEYRING_H

#include "keyholder/engine.h"
#include "papers/directory.h"

enum { OWN_SUBKEYS_MAX = 16 };

/* One key or subkey of a pinned key, or of our own. */
struct known_key {
	char fingerprint[FINGERPRINT_BYTES];
	char primary[FINGERPRINT_BYTES];
	uint32_t bits;
};

struct keyring {
	struct directory *directory; /* the caller's; states and encryption ids are filled in */
	struct pinned_key own;
	gpgme_key_t own_key; /* NULL when it is missing */
	/* every subkey of ours that can decrypt, expired or not */
	uint64_t own_ids[OWN_SUBKEYS_MAX];
	size_t own_id_count;
	struct known_key *known; /* sorted by fingerprint */
	size_t known_count, known_room;
};

/*
 * Looks up our own key and every pinned one by full fingerprint. Needs own.fingerprint and
 * directory; safe to call again, after a change of keys.
 *
 * A key is usable when it is whole, not revoked or expired, has a subkey to encrypt to, gpg calls
 * it valid, and our own key's signature is on it: gpg goes on calling a key valid that was deleted
 * and imported again without one.
 *
 * fails   RETRY  key.agent   gpg did not list the keys
 */
MUST_CHECK bool keyring_load(struct keyring *keyring, struct engine *engine, struct failure *why);
void keyring_free(struct keyring *keyring);

/* A key by the fingerprint of itself or a subkey; NULL when it belongs to no pinned key. */
const struct known_key *keyring_find(const struct keyring *keyring, const char *fingerprint);

/* Judges one key as gpgme lists it with signatures, into state, expires_at and encryption ids. */
void keyring_judge(gpgme_key_t key, const char *own, struct pinned_key *out);

#endif
