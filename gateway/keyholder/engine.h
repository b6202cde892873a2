/* The one gpgme context, and what must hold around each of its operations. */
/* SPDX-License-Identifier: MIT */
#ifndef KEYHOLDER_ENGINE_H
#define KEYHOLDER_ENGINE_H

#include <gpgme.h>

#include "base/failure.h"
#include "keyholder/vault.h"

struct engine {
	gpgme_ctx_t gpgme;
	struct vault opened; /* plaintext from gpg, at most OPENED_MAX_BYTES */
	struct vault sealed; /* armor from gpg, at most LETTER_MAX_BYTES */
	struct vault probe;  /* a few words sealed to our own key */
};

/*
 * Starts gpgme for this home: offline, no pinentry, armor, one context for the whole life.
 *
 * fails   STOP  key.configuration   there is no usable gpg
 */
MUST_CHECK bool engine_open(struct engine *engine, const char *home, struct failure *why);
void engine_close(struct engine *engine);

/* Seals the probe to our own key, by which engine_works() can tell. fails RETRY key.agent */
MUST_CHECK bool engine_make_probe(struct engine *engine, gpgme_key_t own, struct failure *why);

/*
 * True when gpg, keyring, secret key and agent open the probe. gpgme has the same codes for "not
 * for us" and "agent dead", and for "not PGP" and "gpg was killed": so no code is a verdict on a
 * mail before this is true.
 */
bool engine_works(struct engine *engine);

/*
 * Reaps the gpg processes of the operation that has just ended (gpgme leaves them to us). False
 * when one was killed, could not be started, or has not ended in good time.
 */
bool engine_settle(void);

/* Reaps without waiting; true when a child is still there. */
bool engine_reap(void);

/* Enders for gpgme's things. */
void engine_release_text(gpgme_data_t *text);
void engine_release_key(gpgme_key_t *key);

/* gpgme's data over bytes that stay where they are, or over a vault; gpgme wipes what it copies. */
MUST_CHECK bool engine_take_bytes(
    gpgme_data_t *out, const void *bytes, size_t length, struct failure *why);
MUST_CHECK bool engine_take_vault(gpgme_data_t *out, struct vault *vault, struct failure *why);

/* RETRY key.agent with gpgme's words for the code. */
bool engine_failed(struct failure *why, const char *doing, gpgme_error_t error);

#endif
