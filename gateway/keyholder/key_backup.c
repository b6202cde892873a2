/* Gathers the gateway's keys and seals them for the recovery key. */
/* SPDX-License-Identifier: MIT */
#include "keyholder/key_backup.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keyholder/key_backup_lines.h"

enum { SECRET_MAX_BYTES = 256 * 1024 };

static void
close_file(int *file)
{
	if (*file >= 0)
		(void)close(*file);
}

static bool
no_room(struct failure *why)
{
	return fail(why, REMEDY_STOP, "key.configuration", "the keyring is too long to be kept");
}

static bool
put_words(struct vault *lines, const char *words)
{
	return vault_write(lines, words, strlen(words)) >= 0;
}

static bool
put_hex(struct vault *lines, const char *name, const uint8_t half[SEAL_KEY_BYTES])
{
	char hex[2 * SEAL_KEY_BYTES + 1];

	(void)sodium_bin2hex(hex, sizeof hex, half, SEAL_KEY_BYTES);
	bool is_put = put_words(lines, name) && put_words(lines, " ") && put_words(lines, hex) &&
	    put_words(lines, "\n");
	sodium_memzero(hex, sizeof hex);
	return is_put;
}

/* Three bytes to four characters at a time, so that no copy of the whole is made. */
static bool
put_base64(int file, struct vault *lines)
{
	uint8_t bytes[3 * 1024];
	char text[4 * 1024 + 1];
	size_t used = 0;
	ssize_t got;

	while ((got = read(file, bytes + used, sizeof bytes - used)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		used += (size_t)got;
		if (used < sizeof bytes)
			continue;
		(void)sodium_bin2base64(
		    text, sizeof text, bytes, used, sodium_base64_VARIANT_ORIGINAL);
		used = 0;
		if (!put_words(lines, text))
			return false;
	}
	(void)sodium_bin2base64(text, sizeof text, bytes, used, sodium_base64_VARIANT_ORIGINAL);
	return put_words(lines, text);
}

static bool
put_file(struct vault *lines, const char *home, const char *name, struct failure *why)
{
	char path[4096];

	(void)snprintf(path, sizeof path, "%s/%s", home, name);
	CLEANUP(close_file) int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (file < 0)
		return fail(
		    why, REMEDY_STOP, "key.configuration", "%.120s: %s", path, strerror(errno));
	if (!put_words(lines, "file ") || !put_words(lines, name) || !put_words(lines, " ") ||
	    !put_base64(file, lines) || !put_words(lines, "\n"))
		return no_room(why);
	return true;
}

/* The secret key's armor: gpg asks the agent for it, which asks nobody: see engine_open(). */
static bool
put_secret_key(struct engine *engine, const char *own, struct vault *lines, struct failure *why)
{
	CLEANUP(engine_release_text) gpgme_data_t armor = NULL;
	struct vault secret;

	vault_open(&secret, SECRET_MAX_BYTES);
	if (!engine_take_vault(&armor, &secret, why)) {
		vault_close(&secret);
		return false;
	}
	gpgme_error_t error = gpgme_op_export(engine->gpgme, own, GPGME_EXPORT_MODE_SECRET, armor);
	bool ended_well = engine_settle() && !error;
	bool is_there = ended_well && secret.used > 0;
	bool is_put = is_there && vault_write(lines, secret.bytes, secret.used) >= 0;
	vault_close(&secret);
	if (is_there)
		return is_put || no_room(why);
	if (!engine_works(engine))
		return fail(why, REMEDY_RETRY, "key.agent", "gpg does not open our own test text");
	return fail(why, REMEDY_STOP, "key.locked",
	    "gpg hands our secret key out only for a passphrase, and asks nobody here: take the "
	    "passphrase off, or keep the key by hand with gpg --export-secret-keys");
}

/* Everything, one line after the other. The probe tells a locked key from an agent that is ill. */
static bool
gather(struct engine *engine, const struct keyring *keyring, const struct sealing_key *sealing_key,
    const char *home, struct vault *lines, struct failure *why)
{
	if (!keyring->own_key || keyring->own.state != KEY_USABLE)
		return fail(why, REMEDY_STOP, "key.own", "our own key is %s",
		    key_state_name(keyring->own.state));
	if (!engine_make_probe(engine, keyring->own_key, why))
		return false;
	if (!put_words(lines, KEY_BACKUP_HEAD) || !put_words(lines, keyring->own.fingerprint) ||
	    !put_words(lines, "\n") ||
	    !put_hex(lines, "sealing-secret", sealing_key->secret_half) ||
	    !put_hex(lines, "sealing-public", sealing_key->public_half))
		return no_room(why);
	for (size_t at = 0; at < KEY_BACKUP_FILES; at++)
		if (!put_file(lines, home, key_backup_files[at], why))
			return false;
	return put_secret_key(engine, keyring->own.fingerprint, lines, why);
}

static bool
find_recovery_key(struct engine *engine, const struct keyring *keyring, const char *fingerprint,
    gpgme_key_t *out, struct failure *why)
{
	struct pinned_key judged = {.until_day = INT32_MAX};

	gpgme_error_t error = gpgme_get_key(engine->gpgme, fingerprint, out, 0);
	if (!engine_settle() && !error)
		return engine_failed(why, "looking the recovery key up", error);
	if (error || !*out)
		return fail(why, REMEDY_DESK, "key.unusable",
		    "the recovery key is not in the keyring: `wandle keys add` its file");
	if (strcmp((*out)->subkeys->fpr, keyring->own.fingerprint) == 0)
		return fail(why, REMEDY_DESK, "key.unusable",
		    "the recovery key is the gateway's own: it would be lost with it");
	keyring_judge(*out, keyring->own.fingerprint, &judged);
	if (judged.state != KEY_USABLE)
		return fail(why, REMEDY_DESK, "key.unusable", "the recovery key is %s",
		    key_state_name(judged.state));
	return true;
}

static bool
seal_lines(struct engine *engine, const struct keyring *keyring, gpgme_key_t recovery,
    const struct vault *lines, struct failure *why)
{
	const gpgme_encrypt_flags_t how = GPGME_ENCRYPT_NO_ENCRYPT_TO;
	CLEANUP(engine_release_text) gpgme_data_t words = NULL;
	CLEANUP(engine_release_text) gpgme_data_t sealed = NULL;
	gpgme_key_t to[] = {recovery, NULL};

	vault_wipe(&engine->sealed);
	if (!engine_take_bytes(&words, lines->bytes, lines->used, why) ||
	    !engine_take_vault(&sealed, &engine->sealed, why))
		return false;
	gpgme_signers_clear(engine->gpgme);
	gpgme_error_t error = gpgme_signers_add(engine->gpgme, keyring->own_key);
	if (!error)
		error = gpgme_op_encrypt_sign(engine->gpgme, to, how, words, sealed);
	if (engine->sealed.has_overflowed)
		return no_room(why);
	if (!engine_settle() || error || !engine->sealed.used)
		return engine_failed(why, "sealing the keys", error);
	return true;
}

bool
key_backup_seal(struct engine *engine, const struct keyring *keyring,
    const struct sealing_key *sealing_key, const char *home, const char *recovery,
    struct failure *why)
{
	CLEANUP(engine_release_key) gpgme_key_t key = NULL;
	struct vault lines;

	if (!sealing_key->secret_half)
		return fail(
		    why, REMEDY_STOP, "key.configuration", "the sealing key was not loaded");
	if (!find_recovery_key(engine, keyring, recovery, &key, why))
		return false;
	vault_open(&lines, KEY_BACKUP_MAX_BYTES);
	bool is_sealed = gather(engine, keyring, sealing_key, home, &lines, why) &&
	    seal_lines(engine, keyring, key, &lines, why);
	vault_close(&lines);
	return is_sealed;
}
