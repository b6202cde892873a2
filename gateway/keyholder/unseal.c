/* Tells apart what a mail is and what the world did, where gpgme has one code for both. */
/* SPDX-License-Identifier: MIT */
#include "keyholder/unseal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mistake.h"

enum { TEXT_TRIES_MAX = 8 };

/* OpenPGP's own numbers; gpgme gives elliptic curves others. RFC 4880 9.1, RFC 6637 5. */
static uint32_t
algorithm_number(gpgme_pubkey_algo_t algorithm)
{
	switch (algorithm) {
	case GPGME_PK_ECDH:
		return 18;
	case GPGME_PK_ECDSA:
		return 19;
	case GPGME_PK_EDDSA:
		return 22;
	default:
		return (uint32_t)algorithm;
	}
}

static void
note_signature(gpgme_signature_t from, struct key_signature *out)
{
	*out = (struct key_signature){
	    .status = gpgme_err_code(from->status),
	    .is_valid = from->summary & GPGME_SIGSUM_VALID,
	    .is_green = from->summary & GPGME_SIGSUM_GREEN,
	    .has_other_bits = from->summary & ~(GPGME_SIGSUM_VALID | GPGME_SIGSUM_GREEN),
	    .wrong_key_usage = from->wrong_key_usage,
	    .hash_algorithm = (uint32_t)from->hash_algo,
	    .key_algorithm = algorithm_number(from->pubkey_algo),
	    .signed_at = (int64_t)from->timestamp,
	    .expires_at = (int64_t)from->exp_timestamp,
	};
	if (from->fpr && strspn(from->fpr, "0123456789ABCDEF") == strlen(from->fpr))
		(void)snprintf(out->fingerprint, sizeof out->fingerprint, "%s", from->fpr);
}

static void
note_signatures(struct engine *engine, struct key_opened *out)
{
	gpgme_verify_result_t found = gpgme_op_verify_result(engine->gpgme);

	for (gpgme_signature_t at = found ? found->signatures : NULL; at; at = at->next) {
		if (out->signature_count < SIGNATURES_MAX)
			note_signature(at, &out->signatures[out->signature_count]);
		out->signature_count++;
	}
}

/* Looks one key up by its full fingerprint, where it is not pinned. */
static void
look_up_primary(struct engine *engine, struct key_signature *signature)
{
	CLEANUP(engine_release_key) gpgme_key_t key = NULL;

	if (strlen(signature->fingerprint) != 40 ||
	    gpgme_get_key(engine->gpgme, signature->fingerprint, &key, 0) != 0 || !key->subkeys)
		return;
	(void)snprintf(signature->primary, sizeof signature->primary, "%s", key->subkeys->fpr);
	for (gpgme_subkey_t subkey = key->subkeys; subkey; subkey = subkey->next)
		if (strcmp(subkey->fpr, signature->fingerprint) == 0)
			signature->key_bits = subkey->length;
}

/* Needs the facts noted already: a lookup is an operation, and gpgme forgets the one before it. */
static void
find_primaries(struct engine *engine, const struct keyring *keyring, struct key_opened *out)
{
	for (size_t at = 0; at < out->signature_count && at < SIGNATURES_MAX; at++) {
		struct key_signature *signature = &out->signatures[at];
		const struct known_key *known = keyring_find(keyring, signature->fingerprint);
		if (known) {
			memcpy(signature->primary, known->primary, sizeof signature->primary);
			signature->key_bits = known->bits;
		} else if (signature->status != GPG_ERR_NO_PUBKEY) {
			look_up_primary(engine, signature);
		}
	}
	(void)engine_settle();
}

static bool
is_own_id(const struct keyring *keyring, const char *digits)
{
	const uint64_t id = digits ? strtoull(digits, NULL, 16) : 0;

	for (size_t at = 0; at < keyring->own_id_count; at++)
		if (keyring->own_ids[at] == id)
			return true;
	return false;
}

/* gpg names the mode of what has no integrity protection (RFC 4880 5.7) after PGP. */
static bool
is_unprotected(const char *symmetric)
{
	const char *mode = symmetric ? strchr(symmetric, '.') : NULL;

	return mode && strcmp(mode, ".PGPCFB") == 0;
}

/* For whom it is sealed, and which secret keys were there. */
struct recipients {
	bool has_any, had_key;
	bool lacked_ours; /* it names a key of ours whose secret half gpg did not find */
};

static void
note_recipients(gpgme_recipient_t first, const struct keyring *keyring, struct key_opened *out,
    struct recipients *recipients)
{
	recipients->has_any = first;
	for (gpgme_recipient_t at = first; at; at = at->next) {
		bool is_own = is_own_id(keyring, at->keyid);
		if (at->status) {
			recipients->lacked_ours = recipients->lacked_ours || is_own;
			continue;
		}
		recipients->had_key = true;
		out->to_our_key = out->to_our_key || is_own;
	}
}

/* What gpg said of the encryption. */
static void
note_encryption(struct engine *engine, const struct keyring *keyring, struct arena *arena,
    struct key_opened *out, struct recipients *recipients)
{
	gpgme_decrypt_result_t found = gpgme_op_decrypt_result(engine->gpgme);

	*recipients = (struct recipients){0};
	if (!found)
		return;
	out->not_integrity_protected =
	    found->legacy_cipher_nomdc || is_unprotected(found->symkey_algo);
	out->wrong_key_usage = found->wrong_key_usage;
	out->symmetric = arena_text(arena, found->symkey_algo);
	note_recipients(found->recipients, keyring, out, recipients);
}

/* One run of gpg, as it ended. */
struct attempt {
	gpgme_error_t error;
	bool gpg_ended_well; /* it was not killed, and could be started */
	struct key_opened facts;
	enum key_open_result result;
	bool is_verdict; /* the code can be the mail's own doing */
};

/*
 * What the mail may be, if the world was well: to be believed only after engine_works(). A code
 * that is not named here is never the mail's doing.
 */
static bool
judge_code(gpgme_err_code_t code, const struct recipients *recipients, enum key_open_result *result)
{
	switch (code) {
	case GPG_ERR_NO_ERROR:
		*result = KEY_OPENED;
		return true;
	case GPG_ERR_NO_SECKEY:
		*result = KEY_OPEN_NOT_FOR_US;
		return !recipients->lacked_ours;
	case GPG_ERR_CANCELED:
	case GPG_ERR_NO_PASSPHRASE:
	case GPG_ERR_BAD_PASSPHRASE:
	case GPG_ERR_NO_PIN_ENTRY:
		*result = KEY_OPEN_SYMMETRIC;
		return true;
	case GPG_ERR_GENERAL: /* a key block, for one */
		*result = KEY_OPEN_NOT_PGP;
		return !recipients->has_any;
	case GPG_ERR_NO_DATA: /* not PGP, only signed, or damaged where the text was out already */
	case GPG_ERR_DECRYPT_FAILED:
	case GPG_ERR_UNEXPECTED:
	case GPG_ERR_BAD_DATA:
	case GPG_ERR_INV_DATA:
	case GPG_ERR_INV_PACKET:
	case GPG_ERR_UNKNOWN_PACKET:
	case GPG_ERR_INV_ARMOR:
	case GPG_ERR_CHECKSUM:
	case GPG_ERR_BAD_SIGNATURE:
	case GPG_ERR_PUBKEY_ALGO:
	case GPG_ERR_CIPHER_ALGO:
	case GPG_ERR_UNSUPPORTED_ALGORITHM:
	case GPG_ERR_WRONG_SECKEY:
		*result = recipients->had_key ? KEY_OPEN_DAMAGED
		    : recipients->has_any     ? KEY_OPEN_NOT_FOR_US
					      : KEY_OPEN_NOT_PGP;
		return recipients->had_key || !recipients->lacked_ours;
	default:
		return false;
	}
}

static bool
has_bad_signature(const struct key_opened *facts)
{
	for (size_t at = 0; at < facts->signature_count && at < SIGNATURES_MAX; at++)
		if (facts->signatures[at].status == GPG_ERR_BAD_SIGNATURE)
			return true;
	return false;
}

/*
 * At a bad signature gpg ends before it comes to the proof that nothing was changed, and gpgme
 * says "no data". Only the encryption taken off, with the packets inside left as they are, shows
 * whether that proof holds.
 */
static bool
is_whole(struct engine *engine, const uint8_t *bytes, size_t length, bool *out, struct failure *why)
{
	CLEANUP(engine_release_text) gpgme_data_t sealed = NULL;
	CLEANUP(engine_release_text) gpgme_data_t packets = NULL;

	vault_wipe(&engine->opened);
	if (!engine_take_bytes(&sealed, bytes, length, why) ||
	    !engine_take_vault(&packets, &engine->opened, why))
		return false;
	gpgme_error_t error =
	    gpgme_op_decrypt_ext(engine->gpgme, GPGME_DECRYPT_UNWRAP, sealed, packets);
	gpgme_decrypt_result_t found = gpgme_op_decrypt_result(engine->gpgme);
	*out = !error && found && !found->legacy_cipher_nomdc &&
	    !is_unprotected(found->symkey_algo) && engine->opened.used;
	bool has_overflowed = engine->opened.has_overflowed;
	vault_wipe(&engine->opened);
	if (engine_settle() || has_overflowed)
		return true;
	return engine_failed(why, "taking the encryption off", error);
}

/* is_whole: integrity held, so that a text whose signature is bad may be seen as such. */
static bool
try_open(struct engine *engine, const struct keyring *keyring, const uint8_t *bytes, size_t length,
    bool is_whole, struct arena *arena, struct attempt *out, struct failure *why)
{
	CLEANUP(engine_release_text) gpgme_data_t sealed = NULL;
	CLEANUP(engine_release_text) gpgme_data_t words = NULL;
	struct attempt attempt = {0};
	struct recipients recipients;

	vault_wipe(&engine->opened);
	if (!engine_take_bytes(&sealed, bytes, length, why) ||
	    !engine_take_vault(&words, &engine->opened, why))
		return false;
	attempt.error = gpgme_op_decrypt_verify(engine->gpgme, sealed, words);
	note_encryption(engine, keyring, arena, &attempt.facts, &recipients);
	note_signatures(engine, &attempt.facts);
	attempt.gpg_ended_well = engine_settle();
	if (engine->opened.has_overflowed) {
		attempt.result = KEY_OPEN_TOO_LARGE;
		attempt.is_verdict = true;
	} else {
		attempt.is_verdict =
		    judge_code(gpgme_err_code(attempt.error), &recipients, &attempt.result) &&
		    attempt.gpg_ended_well;
		if (attempt.result == KEY_OPEN_DAMAGED && is_whole &&
		    has_bad_signature(&attempt.facts))
			attempt.result = KEY_OPENED;
	}
	if (attempt.result != KEY_OPENED || !attempt.is_verdict)
		vault_wipe(&engine->opened);
	*out = attempt;
	return true;
}

/*
 * The same again. gpgme lets go of the text as soon as gpg has ended badly, whether it has read it or
 * not, and on a busy machine it has not: a text whose signature is bad is then empty, and tried for
 * a few times.
 */
static bool
try_again(struct engine *engine, const struct keyring *keyring, const uint8_t *bytes, size_t length,
    bool is_whole, struct arena *arena, struct attempt *out, struct failure *why)
{
	for (unsigned tries = 0; tries < TEXT_TRIES_MAX; tries++) {
		if (!try_open(engine, keyring, bytes, length, is_whole, arena, out, why))
			return false;
		if (!is_whole || out->result != KEY_OPENED || engine->opened.used)
			return true;
	}
	out->result = KEY_OPEN_DAMAGED;
	return true;
}

/* Of a mail that was not opened, only what it is may be said, and why. */
static void
keep_verdict(const struct attempt *attempt, struct key_opened *out)
{
	*out = (struct key_opened){.result = attempt->result,
	    .not_integrity_protected = attempt->facts.not_integrity_protected,
	    .wrong_key_usage = attempt->facts.wrong_key_usage};
}

bool
unseal_open(struct engine *engine, const struct keyring *keyring, const uint8_t *bytes,
    size_t length, struct arena *arena, struct key_opened *out, struct failure *why)
{
	struct attempt first, attempt;
	bool whole = false;

	if (!try_open(engine, keyring, bytes, length, false, arena, &first, why))
		return false;
	/* The mistake "blind-verdict": whatever gpg says is the mail's own doing. */
	if (mistake("blind-verdict") && first.error) {
		*out = (struct key_opened){.result = KEY_OPEN_NOT_FOR_US};
		return true;
	}
	attempt = first;
	if (!first.is_verdict)
		return engine_failed(why, "opening", first.error);
	/*
	 * The agent may have been away for just this one mail. So a verdict takes a proof that all
	 * is well, and the same answer again.
	 */
	if (first.result != KEY_OPENED && first.result != KEY_OPEN_TOO_LARGE) {
		if (!engine_works(engine))
			return fail(why, REMEDY_RETRY, "key.agent",
			    "gpg does not open our own test text (%u)",
			    gpgme_err_code(first.error));
		if (first.result == KEY_OPEN_DAMAGED && has_bad_signature(&first.facts) &&
		    !is_whole(engine, bytes, length, &whole, why))
			return false;
		if (!try_again(engine, keyring, bytes, length, whole, arena, &attempt, why))
			return false;
		if (!attempt.is_verdict ||
		    (attempt.result != first.result && attempt.result != KEY_OPENED))
			return engine_failed(why, "opening again", attempt.error);
	}
	if (attempt.result != KEY_OPENED) {
		keep_verdict(&attempt, out);
		return true;
	}
	*out = attempt.facts;
	out->result = KEY_OPENED;
	find_primaries(engine, keyring, out);
	out->text = engine->opened.bytes;
	out->text_length = engine->opened.used;
	return true;
}

/* A key that gpg does not find may be a keyring that it cannot read. */
static bool
misses_a_key(const struct key_opened *opened)
{
	for (size_t at = 0; at < opened->signature_count && at < SIGNATURES_MAX; at++)
		if (opened->signatures[at].status == GPG_ERR_NO_PUBKEY)
			return true;
	return false;
}

bool
unseal_verify(struct engine *engine, const struct keyring *keyring, const uint8_t *bytes,
    size_t length, const uint8_t *signature, size_t signature_length, struct key_opened *out,
    struct failure *why)
{
	CLEANUP(engine_release_text) gpgme_data_t signed_words = NULL;
	CLEANUP(engine_release_text) gpgme_data_t seal = NULL;
	struct key_opened facts = {.result = KEY_OPENED};
	const struct recipients nobody = {0};
	enum key_open_result junk;

	if (!engine_take_bytes(&signed_words, bytes, length, why) ||
	    !engine_take_bytes(&seal, signature, signature_length, why))
		return false;
	gpgme_error_t error = gpgme_op_verify(engine->gpgme, seal, signed_words, NULL);
	note_signatures(engine, &facts);
	if (!engine_settle() || !judge_code(gpgme_err_code(error), &nobody, &junk))
		return engine_failed(why, "verifying", error);
	if ((error || !facts.signature_count || misses_a_key(&facts)) && !engine_works(engine))
		return fail(why, REMEDY_RETRY, "key.agent", "gpg does not open our own test text");
	if (error) {
		*out = (struct key_opened){.result = KEY_OPEN_NOT_PGP};
		return true;
	}
	find_primaries(engine, keyring, &facts);
	*out = facts;
	return true;
}
