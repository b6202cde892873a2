/* Opens and verifies, and says what gpg found, with no policy of its own. */
/* SPDX-License-Identifier: MIT */
#ifndef KEYHOLDER_UNSEAL_H
#define KEYHOLDER_UNSEAL_H

#include "keyholder/keyring.h"
#include "papers/key_talk.h"

/*
 * Decrypts and verifies one OpenPGP message.
 *
 * gives   *out; its text lies in engine->opened until that is wiped, and is there only when the
 *         whole operation has ended well
 * fails   RETRY  key.agent   it may have been gpg, the agent or the keyring: no verdict on the mail
 * once    safe to call again
 */
MUST_CHECK bool unseal_open(struct engine *engine, const struct keyring *keyring,
    const uint8_t *bytes, size_t length, struct arena *arena, struct key_opened *out,
    struct failure *why);

/* Verifies a detached signature. Junk is KEY_OPENED or KEY_OPEN_NOT_PGP, with no signature. */
MUST_CHECK bool unseal_verify(struct engine *engine, const struct keyring *keyring,
    const uint8_t *bytes, size_t length, const uint8_t *signature, size_t signature_length,
    struct key_opened *out, struct failure *why);

#endif
