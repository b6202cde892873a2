/* Every key of the gateway, sealed for whoever holds the recovery key. */
/* SPDX-License-Identifier: MIT */
#ifndef KEYHOLDER_KEY_BACKUP_H
#define KEYHOLDER_KEY_BACKUP_H

#include "keyholder/keyring.h"
#include "keyholder/sealing_key.h"

/*
 * What is sealed are lines, so that a person can use them without this program: "wandle-keys 1
 * FINGERPRINT", "sealing-secret HEX", "sealing-public HEX", "file NAME BASE64" for what lies in
 * GNUPGHOME and is no secret, and then the secret key's armor, which gpg --import reads.
 *
 * gives   engine->sealed, armor: signed by our own key, encrypted to the recovery key alone
 * fails   DESK   key.unusable   the recovery key is not in the keyring, not certified, or ended
 *         STOP   key.locked     our secret key has a passphrase, and nobody is here to be asked
 *         STOP   key.own        our own key is missing, or can no longer sign
 *         STOP   key.configuration   a file of GNUPGHOME cannot be read
 *         RETRY  key.agent
 */
MUST_CHECK bool key_backup_seal(struct engine *engine, const struct keyring *keyring,
    const struct sealing_key *sealing_key, const char *home, const char *recovery,
    struct failure *why);

/* Where keys are brought back to. */
struct key_places {
	const char *home, *sealing_secret, *sealing_public, *own_key;
};

/*
 * Reads those lines from standard input and puts everything in its place: only where there are no
 * keys yet. Then proves that our own key opens and signs. What it made is removed when it fails.
 *
 * fails   STOP   key.exists          there are keys in one of the places: they are left alone
 *         STOP   key.configuration   the lines are not a backup, or of another gateway's keys
 *         RETRY  key.agent           gpg did not do its work
 */
MUST_CHECK bool key_backup_restore(const struct key_places *places, struct failure *why);

#endif
