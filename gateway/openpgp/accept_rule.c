/* The accept rule, point by point: what is not named here as good is a doubt. */
/* SPDX-License-Identifier: MIT */
#include "openpgp/accept_rule.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"

/* What key_signature.status can say: the numbers of libgpg-error, which never change. */
enum {
	STATUS_GOOD = 0,
	STATUS_BAD = 8,
	STATUS_NO_KEY = 9,
	STATUS_REVOKED = 94,
	STATUS_KEY_EXPIRED = 153,
	STATUS_EXPIRED = 154,
};

/* RFC 4880 9.1, RFC 9580 9.1 */
enum {
	KEY_RSA = 1,
	KEY_RSA_SIGN = 3,
	KEY_ECDSA = 19,
	KEY_EDDSA = 22,
	KEY_ED25519 = 27,
	KEY_ED448 = 28
};
enum { HASH_SHA256 = 8, HASH_SHA384 = 9, HASH_SHA512 = 10 };

enum {
	RSA_MIN_BITS = 2048,
	CURVE_MIN_BITS = 255,
	AHEAD_MAX_SECONDS = 10 * 60,
	DAY_SECONDS = 24 * 60 * 60
};

bool
doubt_note(struct doubt *doubt, const char *code, const char *reason)
{
	if (!doubt->code)
		*doubt = (struct doubt){.code = code, .reason = reason};
	return false;
}

/* "AES256.CFB": the cipher in front of the mode. */
static bool
is_strong_cipher(const char *symmetric)
{
	static const char *const CIPHERS[] = {"AES", "AES128", "AES192", "AES256", "TWOFISH",
	    "CAMELLIA128", "CAMELLIA192", "CAMELLIA256"};
	size_t length = symmetric ? strcspn(symmetric, ".") : 0;

	for (size_t at = 0; at < COUNT_OF(CIPHERS); at++)
		if (strlen(CIPHERS[at]) == length &&
		    strncasecmp(CIPHERS[at], symmetric, length) == 0)
			return true;
	return false;
}

static bool
note_closed(enum key_open_result result, struct doubt *doubt)
{
	switch (result) {
	case KEY_OPENED:
		return true;
	case KEY_OPEN_NOT_FOR_US:
		return doubt_note(
		    doubt, "open.not-for-us", "it is encrypted to another key than this desk's");
	case KEY_OPEN_NOT_PGP:
		return doubt_note(doubt, "open.shape",
		    "what looks encrypted in it is no OpenPGP message to a key");
	case KEY_OPEN_SYMMETRIC:
		return doubt_note(
		    doubt, "open.password", "it is encrypted with a password and not to a key");
	case KEY_OPEN_TOO_LARGE:
		return doubt_note(
		    doubt, "open.too-large", "opened it is larger than this desk takes");
	case KEY_OPEN_DAMAGED:
	case KEY_OPEN_RESULTS:
		break;
	}
	return doubt_note(doubt, "open.damaged", "it was damaged or changed on its way");
}

bool
accept_encryption(const struct key_opened *opened, struct doubt *doubt)
{
	if (opened->not_integrity_protected)
		return doubt_note(doubt, "open.not-integrity-protected",
		    "its encryption is of an old kind that does not show whether it was changed");
	if (!note_closed(opened->result, doubt))
		return false;
	if (opened->wrong_key_usage || !opened->to_our_key)
		(void)doubt_note(
		    doubt, "open.wrong-key", "it is not encrypted to this desk's encryption key");
	if (!is_strong_cipher(opened->symmetric))
		(void)doubt_note(doubt, "open.weak", "it is encrypted with a weak cipher");
	return true;
}

static bool
has_strong_hash(const struct key_signature *signature)
{
	return signature->hash_algorithm == HASH_SHA256 ||
	    signature->hash_algorithm == HASH_SHA384 || signature->hash_algorithm == HASH_SHA512;
}

static bool
has_strong_key(const struct key_signature *signature)
{
	switch (signature->key_algorithm) {
	case KEY_RSA:
	case KEY_RSA_SIGN:
		return signature->key_bits >= RSA_MIN_BITS;
	case KEY_ECDSA:
	case KEY_EDDSA:
	case KEY_ED25519:
	case KEY_ED448:
		return signature->key_bits >= CURVE_MIN_BITS;
	default:
		return false;
	}
}

/* Whose key it is, for the reason: a name from our own directory, never the key's user id. */
static const char *
owner_of(const struct accept_facts *facts, const struct key_signature *signature)
{
	const struct entry *entry = directory_by_key(facts->directory, signature->primary, NULL);

	return entry ? entry->name : "somebody who is not in the directory";
}

static const char *
reason_with(const struct accept_facts *facts, const char *format, const char *name)
{
	const char *gap = strstr(format, "{}");

	return arena_print(facts->arena, "%.*s%s%s", (int)(gap - format), format, name, gap + 2);
}

static bool
check_status(
    const struct accept_facts *facts, const struct key_signature *signature, struct doubt *doubt)
{
	const char *owner = owner_of(facts, signature);

	switch (signature->status) {
	case STATUS_GOOD:
		return true;
	case STATUS_NO_KEY:
		return doubt_note(doubt, "open.unknown-signer",
		    "it is signed with a key that this desk does not know");
	case STATUS_REVOKED:
		return doubt_note(doubt, "open.revoked-key",
		    reason_with(facts, "the key of {} was revoked", owner));
	case STATUS_KEY_EXPIRED:
		return doubt_note(doubt, "open.expired-key",
		    reason_with(facts, "the key of {} has expired", owner));
	case STATUS_EXPIRED:
		return doubt_note(doubt, "open.expired-signature", "its signature has expired");
	default:
		break;
	}
	if (signature->status != STATUS_BAD && !has_strong_hash(signature))
		return doubt_note(doubt, "open.weak", "its signature uses an old kind of hash");
	return doubt_note(doubt, "open.bad-signature",
	    "its signature does not fit: the text was changed, or the signature was");
}

/* The rest of gpg's view: the key is certified by us and nothing speaks against it. */
static bool
check_standing(
    const struct accept_facts *facts, const struct key_signature *signature, struct doubt *doubt)
{
	if (!signature->is_valid || signature->has_other_bits)
		return doubt_note(doubt, "open.uncertified-key",
		    reason_with(facts, "the key of {} is not certified here: wandle keys add",
			owner_of(facts, signature)));
	if (signature->wrong_key_usage || !has_strong_key(signature) || !has_strong_hash(signature))
		return doubt_note(doubt, "open.weak",
		    "its signature is made with a weak key or an old kind of hash");
	return true;
}

static bool
check_owner(const struct accept_facts *facts, const struct key_signature *signature,
    const struct entry **signer, struct doubt *doubt)
{
	const struct pinned_key *key = NULL;
	const struct entry *entry = NULL;

	if (strcmp(signature->primary, facts->settings->identity.key) == 0)
		return doubt_note(doubt, "open.our-own", "this desk signed it itself");
	if (*signature->primary)
		entry = directory_by_key(facts->directory, signature->primary, &key);
	if (!entry)
		return doubt_note(
		    doubt, "open.unknown-signer", "its signer is not in the directory");
	struct civil today = clock_civil(facts->now);
	if (key->until_day < day_number(today.year, today.month, today.day))
		return doubt_note(doubt, "open.expired-key",
		    reason_with(
			facts, "the directory no longer accepts this key of {}", entry->name));
	*signer = entry;
	return true;
}

static bool
check_moment(const struct accept_facts *facts, int64_t signed_at, struct doubt *doubt)
{
	const int64_t age_max =
	    (int64_t)facts->settings->openpgp.signature_max_age_days * DAY_SECONDS;

	if (signed_at > facts->now + AHEAD_MAX_SECONDS)
		return doubt_note(doubt, "open.future-signature",
		    "its signature is dated in the future: is a clock wrong?");
	if (signed_at < facts->now - age_max)
		return doubt_note(doubt, "open.old-signature",
		    "its signature is older than this desk takes: it may be an old mail sent "
		    "again");
	return true;
}

void
accept_signature(const struct accept_facts *facts, const struct key_opened *verified,
    struct opened_mail *out, struct doubt *doubt)
{
	const struct key_signature *signature = &verified->signatures[0];
	const struct entry *signer = NULL;

	if (verified->signature_count != 1) {
		(void)(verified->signature_count
			? doubt_note(
			      doubt, "open.several-signatures", "it has more than one signature")
			: doubt_note(doubt, "open.unsigned",
			      "it is encrypted but not signed: anyone could have sent it"));
		return;
	}
	memcpy(out->signer_fingerprint, signature->primary, sizeof out->signer_fingerprint);
	out->signed_at = signature->signed_at;
	if (!check_status(facts, signature, doubt) ||
	    !check_owner(facts, signature, &signer, doubt) ||
	    !check_standing(facts, signature, doubt))
		return;
	out->signer = signer;
	(void)check_moment(facts, signature->signed_at, doubt);
}

static bool
is_address(struct plain mailbox, const char *address)
{
	return mailbox.length == strlen(address) &&
	    strncasecmp(mailbox.words, address, mailbox.length) == 0;
}

void
accept_identity(const struct accept_facts *facts, const struct inner_header *inner,
    struct plain from_above, const struct opened_mail *mail, struct doubt *doubt)
{
	if (!mail->signer)
		return;
	const char *address = mail->signer->address;
	if ((inner->has_from && !is_address(inner->from, address)) ||
	    !is_address(from_above, address))
		(void)doubt_note(doubt, "open.from-contradicts",
		    reason_with(facts, "it is signed by {}, and its From says another sender",
			mail->signer->name));
	if (inner->has_recipients && !inner->names_us)
		(void)doubt_note(doubt, "open.not-for-this-desk",
		    "what was signed was addressed to somebody else and sealed for this desk");
}
