/* Seals a letter, then reads what came out before it is believed. */
/* SPDX-License-Identifier: MIT */
#include "keyholder/seal.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "papers/armor.h"

/* The keys one letter goes to. */
struct recipients {
	const struct pinned_key *keys[KEYS_PER_ENTRY_MAX];
	size_t count;
	/* as gpgme takes them: a line each */
	char list[8 + KEYS_PER_ENTRY_MAX * FINGERPRINT_BYTES];
};

static int32_t
london_day(int64_t now)
{
	struct civil civil = clock_civil(now);

	return day_number(civil.year, civil.month, civil.day);
}

/* A key may have come to its end since it was looked up. */
static bool
is_usable_now(const struct pinned_key *key, int64_t now)
{
	return key->state == KEY_USABLE && key->until_day >= london_day(now) &&
	    (!key->expires_at || key->expires_at > now);
}

static bool
is_chosen(const struct recipients *recipients, const char *fingerprint)
{
	for (size_t at = 0; at < recipients->count; at++)
		if (strcmp(recipients->keys[at]->fingerprint, fingerprint) == 0)
			return true;
	return false;
}

static void
choose(struct recipients *recipients, const struct pinned_key *key)
{
	size_t used = strlen(recipients->list);

	recipients->keys[recipients->count++] = key;
	(void)snprintf(
	    recipients->list + used, sizeof recipients->list - used, "%s\n", key->fingerprint);
}

static bool
find_recipients(const struct keyring *keyring, enum entry_kind kind, const char *id,
    struct recipients *out, struct failure *why)
{
	const struct entry *entry = directory_find(keyring->directory, kind, id);
	const int64_t now = clock_now();

	if (!entry)
		return fail(why, REMEDY_DESK, "key.stranger", "no such entry in the directory");
	*out = (struct recipients){.list = "--\n"};
	for (size_t at = 0; at < entry->key_count; at++)
		if (is_usable_now(&entry->keys[at], now) &&
		    !is_chosen(out, entry->keys[at].fingerprint))
			choose(out, &entry->keys[at]);
	if (out->count)
		return true;
	return fail(why, REMEDY_DESK, "key.unusable", "%.80s has no usable key (%s)", entry->id,
	    entry->key_count ? key_state_name(entry->keys[0].state) : "none is pinned");
}

/* gpg itself refused: a recipient's key or ours has gone bad since the start, or gpg is ill. */
static bool
explain_refusal(struct engine *engine, gpgme_error_t error, struct failure *why)
{
	const gpgme_err_code_t code = gpgme_err_code(error);

	if (code != GPG_ERR_UNUSABLE_PUBKEY && code != GPG_ERR_UNUSABLE_SECKEY)
		return engine_failed(why, "sealing", error);
	if (!engine_works(engine))
		return fail(why, REMEDY_RETRY, "key.agent", "gpg does not open our own test text");
	if (code == GPG_ERR_UNUSABLE_SECKEY)
		return fail(why, REMEDY_STOP, "key.own", "our own key can no longer sign");
	return fail(why, REMEDY_DESK, "key.unusable", "gpg no longer accepts a key of this entry");
}

/* gpgme's word for it: nobody refused, one signature, made by us. */
static bool
is_signed_by_us(struct engine *engine, const struct keyring *keyring)
{
	gpgme_encrypt_result_t sealed = gpgme_op_encrypt_result(engine->gpgme);
	gpgme_sign_result_t made = gpgme_op_sign_result(engine->gpgme);

	if (!sealed || sealed->invalid_recipients || !made || made->invalid_signers ||
	    !made->signatures || made->signatures->next)
		return false;
	const struct known_key *signer = keyring_find(keyring, made->signatures->fpr);
	return signer && strcmp(signer->primary, keyring->own.fingerprint) == 0;
}

/* RFC 3156 5: the armor travels as text of a mail. */
static const char *
to_mail_lines(const struct vault *sealed, struct arena *arena, size_t *length)
{
	size_t lines = 0;

	for (size_t at = 0; at < sealed->used; at++)
		lines += sealed->bytes[at] == '\n';
	char *text = arena_take(arena, sealed->used + lines + 1);
	size_t used = 0;
	for (size_t at = 0; at < sealed->used; at++) {
		if (sealed->bytes[at] == '\n')
			text[used++] = '\r';
		text[used++] = (char)sealed->bytes[at];
	}
	*length = used;
	return text;
}

/* The packets themselves: one session key for each key chosen, and none for anyone else. */
static bool
names_only_chosen(const struct armor_keys *named, const struct recipients *recipients)
{
	for (size_t at = 0; at < recipients->count; at++) {
		struct armor_keys one = {.count = 1};
		size_t fits = 0;
		for (size_t id = 0; id < named->count; id++) {
			one.ids[0] = named->ids[id];
			fits += armor_keys_within(&one, recipients->keys[at]->encryption_ids,
			    recipients->keys[at]->encryption_id_count);
		}
		if (fits != 1)
			return false;
	}
	return named->count == recipients->count;
}

static bool
check_armor(
    const char *armor, size_t length, const struct recipients *recipients, struct failure *why)
{
	struct armor_keys named;

	if (length > LETTER_MAX_BYTES)
		return fail(
		    why, REMEDY_DESK, "key.too-large", "the letter is too long once sealed");
	if (!armor_read(armor, length, &named, why) || !names_only_chosen(&named, recipients))
		return fail(
		    why, REMEDY_RETRY, "key.agent", "gpg's armor is not what was asked for");
	return true;
}

bool
seal_for(struct engine *engine, const struct keyring *keyring, enum entry_kind kind, const char *id,
    const uint8_t *bytes, size_t length, struct arena *arena, const char **armor,
    size_t *armor_length, struct failure *why)
{
	/* Never ALWAYS_TRUST: without it gpg itself refuses a key that is not certified. */
	const gpgme_encrypt_flags_t how = GPGME_ENCRYPT_NO_ENCRYPT_TO | GPGME_ENCRYPT_NO_COMPRESS;
	CLEANUP(engine_release_text) gpgme_data_t words = NULL;
	CLEANUP(engine_release_text) gpgme_data_t sealed = NULL;
	struct recipients recipients;
	size_t used;

	if (!find_recipients(keyring, kind, id, &recipients, why))
		return false;
	vault_wipe(&engine->sealed);
	if (!engine_take_bytes(&words, bytes, length, why) ||
	    !engine_take_vault(&sealed, &engine->sealed, why))
		return false;
	gpgme_signers_clear(engine->gpgme);
	gpgme_error_t error = gpgme_signers_add(engine->gpgme, keyring->own_key);
	if (!error)
		error = gpgme_op_encrypt_sign_ext(
		    engine->gpgme, NULL, recipients.list, how, words, sealed);
	bool is_ours = !error && is_signed_by_us(engine, keyring);
	bool ended_well = engine_settle();
	if (engine->sealed.has_overflowed)
		return fail(
		    why, REMEDY_DESK, "key.too-large", "the letter is too long once sealed");
	if (error)
		return explain_refusal(engine, error, why);
	if (!is_ours || !ended_well)
		return fail(
		    why, REMEDY_RETRY, "key.agent", "gpg's result is not what was asked for");
	const char *text = to_mail_lines(&engine->sealed, arena, &used);
	vault_wipe(&engine->sealed);
	if (!check_armor(text, used, &recipients, why))
		return false;
	*armor = text;
	*armor_length = used;
	return true;
}
