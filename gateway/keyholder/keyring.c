/* Resolves pinned fingerprints to the state of their keys. */
/* SPDX-License-Identifier: MIT */
#include "keyholder/keyring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KEYS_PER_LISTING = 200, V4_FINGERPRINT_DIGITS = 40, KEY_ID_DIGITS = 16 };

static uint64_t
key_id_of(const char *digits)
{
	size_t length = strlen(digits);

	return strtoull(
	    length > KEY_ID_DIGITS ? digits + length - KEY_ID_DIGITS : digits, NULL, 16);
}

/* Newest first, and the oldest goes where there is no room: gpg takes the newest. */
static void
add_encryption_id(struct pinned_key *out, int64_t made_at[SUBKEYS_MAX], gpgme_subkey_t subkey)
{
	size_t at =
	    out->encryption_id_count < SUBKEYS_MAX ? out->encryption_id_count++ : SUBKEYS_MAX - 1;

	for (; at > 0 && made_at[at - 1] < subkey->timestamp; at--) {
		made_at[at] = made_at[at - 1];
		out->encryption_ids[at] = out->encryption_ids[at - 1];
	}
	made_at[at] = subkey->timestamp;
	out->encryption_ids[at] = key_id_of(subkey->keyid);
}

/* The subkeys to encrypt to, and how long they live; or what is in the way. */
static enum key_state
judge_subkeys(gpgme_key_t key, struct pinned_key *out)
{
	int64_t made_at[SUBKEYS_MAX] = {0}, longest = 0;
	enum key_state state = KEY_UNSUITABLE;
	bool lives_for_ever = false;

	for (gpgme_subkey_t subkey = key->subkeys; subkey; subkey = subkey->next) {
		if (!subkey->can_encrypt || subkey->invalid || subkey->disabled)
			continue;
		if (subkey->revoked || subkey->expired) {
			state = subkey->revoked ? KEY_REVOKED : KEY_EXPIRED;
			continue;
		}
		add_encryption_id(out, made_at, subkey);
		lives_for_ever = lives_for_ever || !subkey->expires;
		if (subkey->expires > longest)
			longest = subkey->expires;
	}
	if (!out->encryption_id_count)
		return state;
	out->expires_at = key->subkeys->expires;
	if (!lives_for_ever && (!out->expires_at || longest < out->expires_at))
		out->expires_at = longest;
	return KEY_USABLE;
}

/* A user id that gpg calls valid and that bears a signature of our own key. */
static bool
is_certified(gpgme_key_t key, const char *own)
{
	const uint64_t own_id = key_id_of(own);

	if (strcmp(key->subkeys->fpr, own) == 0)
		return key->uids && key->uids->validity >= GPGME_VALIDITY_FULL;
	for (gpgme_user_id_t uid = key->uids; uid; uid = uid->next) {
		if (uid->revoked || uid->invalid || uid->validity < GPGME_VALIDITY_FULL)
			continue;
		for (gpgme_key_sig_t signature = uid->signatures; signature;
		     signature = signature->next)
			if (!signature->revoked && !signature->expired && !signature->invalid &&
			    key_id_of(signature->keyid) == own_id)
				return true;
	}
	return false;
}

void
keyring_judge(gpgme_key_t key, const char *own, struct pinned_key *out)
{
	out->encryption_id_count = 0;
	out->expires_at = key->subkeys->expires;
	if (key->revoked)
		out->state = KEY_REVOKED;
	else if (key->expired)
		out->state = KEY_EXPIRED;
	else if (key->disabled || key->invalid ||
	    strlen(key->subkeys->fpr) != V4_FINGERPRINT_DIGITS)
		out->state = KEY_UNSUITABLE;
	else
		out->state = judge_subkeys(key, out);
	if (out->state == KEY_USABLE && !is_certified(key, own))
		out->state = KEY_UNCERTIFIED;
}

static int
compare_known(const void *one, const void *other)
{
	return strcmp(((const struct known_key *)one)->fingerprint,
	    ((const struct known_key *)other)->fingerprint);
}

const struct known_key *
keyring_find(const struct keyring *keyring, const char *fingerprint)
{
	struct known_key wanted = {0};

	if (!keyring->known_count || strlen(fingerprint) >= sizeof wanted.fingerprint)
		return NULL;
	(void)snprintf(wanted.fingerprint, sizeof wanted.fingerprint, "%s", fingerprint);
	return bsearch(&wanted, keyring->known, keyring->known_count, sizeof wanted, compare_known);
}

static void
remember_subkeys(struct keyring *keyring, gpgme_key_t key)
{
	for (gpgme_subkey_t subkey = key->subkeys; subkey; subkey = subkey->next) {
		if (keyring->known_count == keyring->known_room) {
			keyring->known_room = keyring->known_room * 2 + 64;
			keyring->known =
			    realloc(keyring->known, keyring->known_room * sizeof *keyring->known);
			if (!keyring->known)
				abort();
		}
		struct known_key *known = &keyring->known[keyring->known_count++];
		*known = (struct known_key){.bits = subkey->length};
		(void)snprintf(known->fingerprint, sizeof known->fingerprint, "%s", subkey->fpr);
		(void)snprintf(known->primary, sizeof known->primary, "%s", key->subkeys->fpr);
	}
}

/* Some may be the same: a person may be officer and desk. */
static int
compare_pinned(const void *one, const void *other)
{
	return strcmp((*(struct pinned_key *const *)one)->fingerprint,
	    (*(struct pinned_key *const *)other)->fingerprint);
}

static void
note_own(struct keyring *keyring, gpgme_key_t key)
{
	engine_release_key(&keyring->own_key);
	gpgme_key_ref(key);
	keyring->own_key = key;
	keyring->own_id_count = 0;
	for (gpgme_subkey_t subkey = key->subkeys; subkey; subkey = subkey->next)
		if (subkey->can_encrypt && keyring->own_id_count < OWN_SUBKEYS_MAX)
			keyring->own_ids[keyring->own_id_count++] = key_id_of(subkey->keyid);
}

/* Every pin of this very primary fingerprint gets its state. */
static void
note_key(struct keyring *keyring, gpgme_key_t key, struct pinned_key **pins, size_t count)
{
	bool is_pinned = false;

	if (!key->subkeys || !key->subkeys->fpr)
		return;
	for (size_t at = 0; at < count; at++)
		if (strcmp(pins[at]->fingerprint, key->subkeys->fpr) == 0) {
			keyring_judge(key, keyring->own.fingerprint, pins[at]);
			if (pins[at] == &keyring->own)
				note_own(keyring, key);
			is_pinned = true;
		}
	if (is_pinned)
		remember_subkeys(keyring, key);
}

/* One run of gpg for up to KEYS_PER_LISTING fingerprints. */
static bool
list_keys(struct keyring *keyring, struct engine *engine, struct pinned_key **pins, size_t count,
    struct failure *why)
{
	const char *patterns[KEYS_PER_LISTING + 1] = {0};
	size_t wanted = 0;

	for (size_t at = 0; at < count; at++)
		if (strlen(pins[at]->fingerprint) == V4_FINGERPRINT_DIGITS &&
		    (!wanted || strcmp(patterns[wanted - 1], pins[at]->fingerprint) != 0))
			patterns[wanted++] = pins[at]->fingerprint;
	if (!wanted)
		return true; /* no pattern at all would list every key there is */
	gpgme_error_t error = gpgme_op_keylist_ext_start(engine->gpgme, patterns, 0, 0);
	while (!error) {
		CLEANUP(engine_release_key) gpgme_key_t key = NULL;
		error = gpgme_op_keylist_next(engine->gpgme, &key);
		if (!error)
			note_key(keyring, key, pins, count);
	}
	bool was_cut = gpgme_op_keylist_result(engine->gpgme)->truncated;
	gpgme_error_t end = gpgme_op_keylist_end(engine->gpgme);
	if (!engine_settle() || was_cut || gpgme_err_code(error) != GPG_ERR_EOF || end)
		return engine_failed(why, "listing the pinned keys", end ? end : error);
	return true;
}

static size_t
gather_pins(struct keyring *keyring, struct pinned_key ***out)
{
	const struct directory *directory = keyring->directory;
	size_t count = 1;

	for (size_t at = 0; at < directory->count; at++)
		count += directory->entries[at].key_count;
	struct pinned_key **pins = calloc(count, sizeof *pins);
	if (!pins)
		abort();
	size_t used = 0;
	pins[used++] = &keyring->own;
	for (size_t at = 0; at < directory->count; at++)
		for (size_t key = 0; key < directory->entries[at].key_count; key++)
			pins[used++] = &directory->entries[at].keys[key];
	for (size_t at = 0; at < used; at++) {
		pins[at]->state = KEY_MISSING;
		pins[at]->expires_at = 0;
		pins[at]->encryption_id_count = 0;
	}
	*out = pins;
	return count;
}

bool
keyring_load(struct keyring *keyring, struct engine *engine, struct failure *why)
{
	struct pinned_key **pins;
	bool is_listed = true;

	keyring_free(keyring);
	size_t count = gather_pins(keyring, &pins);
	qsort(pins, count, sizeof(struct pinned_key *), compare_pinned);
	(void)gpgme_set_keylist_mode(
	    engine->gpgme, GPGME_KEYLIST_MODE_LOCAL | GPGME_KEYLIST_MODE_SIGS);
	for (size_t at = 0; at < count && is_listed;) {
		size_t batch = count - at < KEYS_PER_LISTING ? count - at : KEYS_PER_LISTING;
		is_listed = list_keys(keyring, engine, pins + at, batch, why);
		at += batch;
	}
	free(pins);
	if (keyring->known_count)
		qsort(keyring->known, keyring->known_count, sizeof *keyring->known, compare_known);
	return is_listed;
}

void
keyring_free(struct keyring *keyring)
{
	engine_release_key(&keyring->own_key);
	free(keyring->known);
	keyring->known = NULL;
	keyring->known_count = keyring->known_room = 0;
	keyring->own_id_count = 0;
}
