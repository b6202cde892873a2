/* Adds one key that a person vouches for by its fingerprint. */
/* SPDX-License-Identifier: MIT */
#ifndef KEYHOLDER_ENROL_H
#define KEYHOLDER_ENROL_H

#include "keyholder/keyring.h"

/*
 * Imports the key file's one key, when its primary fingerprint is the one that was typed,
 * certifies it for this keyring alone with our own key, and has gpg work out anew whom it trusts.
 *
 * gives   *out, the key as it now stands; its state is KEY_USABLE
 * fails   DESK   key.refused   not that key, more than one, a secret one, or one we cannot use
 *         STOP   key.own       our own key cannot certify
 *         RETRY  key.agent
 * once    safe to call again for the same key
 */
MUST_CHECK bool enrol_key(struct engine *engine, const struct keyring *keyring, const char *typed,
    const uint8_t *bytes, size_t length, struct pinned_key *out, struct failure *why);

/*
 * Takes the home for the one who changes keys, and sees that an agent runs, since gpg may not start
 * one by itself. Only for a keyholder that may write.
 *
 * fails   STOP   key.configuration   the home cannot be locked
 *         RETRY  key.busy            another keyholder changes keys just now
 */
MUST_CHECK bool enrol_begin(const char *home, struct failure *why);

#endif
