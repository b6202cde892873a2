/* Packs and reads what is said to the keyholder, with bounds on every count. */
/* SPDX-License-Identifier: MIT */
#include "papers/key_talk.h"

#include <string.h>

enum {
	ENTRIES_MAX = 20000, /* officers of several forces */
	ID_MAX_BYTES = 128,
	PATH_MAX_BYTES = 4096,
	CIPHER_MAX_BYTES = 32,
};

static void
put_flag(struct wire_out *out, bool flag)
{
	wire_put_u32(out, flag);
}

static bool
get_flag(struct wire_in *in)
{
	return wire_get_below(in, 2) == 1;
}

/* Into a fixed place: upper-case hex of a key id or fingerprint, or nothing. */
static void
get_fingerprint(struct wire_in *in, struct arena *arena, char out[FINGERPRINT_BYTES])
{
	const char *text = wire_get_text(in, arena, FINGERPRINT_BYTES - 1);

	memset(out, 0, FINGERPRINT_BYTES);
	if (!text || strspn(text, "0123456789ABCDEF") != strlen(text))
		in->broken = true;
	else
		memcpy(out, text, strlen(text));
}

static void
put_signature(struct wire_out *out, const struct key_signature *signature)
{
	wire_put_text(out, signature->fingerprint);
	wire_put_text(out, signature->primary);
	wire_put_u32(out, signature->status);
	put_flag(out, signature->is_valid);
	put_flag(out, signature->is_green);
	put_flag(out, signature->has_other_bits);
	put_flag(out, signature->wrong_key_usage);
	wire_put_u32(out, signature->hash_algorithm);
	wire_put_u32(out, signature->key_algorithm);
	wire_put_u32(out, signature->key_bits);
	wire_put_i64(out, signature->signed_at);
	wire_put_i64(out, signature->expires_at);
}

static void
get_signature(struct wire_in *in, struct arena *arena, struct key_signature *signature)
{
	get_fingerprint(in, arena, signature->fingerprint);
	get_fingerprint(in, arena, signature->primary);
	signature->status = wire_get_u32(in);
	signature->is_valid = get_flag(in);
	signature->is_green = get_flag(in);
	signature->has_other_bits = get_flag(in);
	signature->wrong_key_usage = get_flag(in);
	signature->hash_algorithm = wire_get_u32(in);
	signature->key_algorithm = wire_get_u32(in);
	signature->key_bits = wire_get_u32(in);
	signature->signed_at = wire_get_i64(in);
	signature->expires_at = wire_get_i64(in);
}

static size_t
signatures_told(const struct key_opened *opened)
{
	return opened->signature_count < SIGNATURES_MAX ? opened->signature_count : SIGNATURES_MAX;
}

void
key_put_opened(struct wire_out *out, const struct key_opened *opened)
{
	wire_put_u32(out, opened->result);
	put_flag(out, opened->not_integrity_protected);
	put_flag(out, opened->wrong_key_usage);
	put_flag(out, opened->to_our_key);
	wire_put_text(out, opened->symmetric);
	wire_put_u32(out, (uint32_t)opened->signature_count);
	for (size_t at = 0; at < signatures_told(opened); at++)
		put_signature(out, &opened->signatures[at]);
	wire_put_bytes(out, opened->text, opened->text_length);
}

bool
key_get_opened(struct wire_in *in, struct arena *arena, struct key_opened *opened)
{
	struct key_opened read = {0};

	read.result = wire_get_below(in, KEY_OPEN_RESULTS);
	read.not_integrity_protected = get_flag(in);
	read.wrong_key_usage = get_flag(in);
	read.to_our_key = get_flag(in);
	read.symmetric = wire_get_text(in, arena, CIPHER_MAX_BYTES);
	read.signature_count = wire_get_u32(in);
	for (size_t at = 0; at < signatures_told(&read); at++)
		get_signature(in, arena, &read.signatures[at]);
	read.text = wire_get_bytes(in, arena, OPENED_MAX_BYTES, &read.text_length);
	if (!wire_is_whole(in) || (read.text_length && read.result != KEY_OPENED))
		return false;
	*opened = read;
	return true;
}

void
key_put_failure(struct wire_out *out, const struct failure *why)
{
	wire_put_u32(out, why->remedy);
	wire_put_text(out, why->code);
	wire_put_text(out, why->reason);
}

void
key_get_failure(struct wire_in *in, struct arena *arena, struct failure *why)
{
	static const char *const CODES[] = {"key.agent", "key.busy", "key.request",
	    "key.configuration", "key.own", "key.locked", "key.unusable", "key.stranger",
	    "key.refused", "key.too-large", "seal.wrong-key"};
	enum remedy remedy = wire_get_below(in, REMEDY_STOP + 1);
	const char *code = wire_get_text(in, arena, ID_MAX_BYTES);
	const char *reason = wire_get_text(in, arena, sizeof why->reason);

	if (wire_is_whole(in) && code && reason)
		for (size_t at = 0; at < COUNT_OF(CODES); at++)
			if (strcmp(code, CODES[at]) == 0) {
				(void)fail(why, remedy, CODES[at], "%s", reason);
				return;
			}
	(void)fail(why, REMEDY_RETRY, "key.unknown", "the keyholder failed in a way it cannot say");
}

void
key_put_hello(struct wire_out *out, const struct key_hello *hello)
{
	wire_put_text(out, hello->home);
	wire_put_text(out, hello->own_key);
	wire_put_text(out, hello->sealing_public);
	wire_put_text(out, hello->sealing_secret);
	wire_put_u32(out, (uint32_t)hello->directory->count);
	for (size_t at = 0; at < hello->directory->count; at++) {
		const struct entry *entry = &hello->directory->entries[at];
		wire_put_u32(out, entry->kind);
		wire_put_text(out, entry->id);
		wire_put_u32(out, (uint32_t)entry->key_count);
		for (size_t key = 0; key < entry->key_count; key++) {
			wire_put_text(out, entry->keys[key].fingerprint);
			wire_put_u32(out, (uint32_t)entry->keys[key].until_day);
		}
	}
}

static void
get_entry(struct wire_in *in, struct arena *arena, struct entry *entry)
{
	entry->kind = wire_get_below(in, ENTRY_DESK + 1);
	entry->id = wire_get_text(in, arena, ID_MAX_BYTES);
	if (!entry->id)
		in->broken = true;
	entry->key_count = wire_get_below(in, KEYS_PER_ENTRY_MAX + 1);
	for (size_t key = 0; key < entry->key_count; key++) {
		get_fingerprint(in, arena, entry->keys[key].fingerprint);
		entry->keys[key].until_day = (int32_t)wire_get_u32(in);
	}
}

bool
key_get_hello(struct wire_in *in, struct arena *arena, struct key_hello *hello)
{
	struct key_hello read = {0};

	read.home = wire_get_text(in, arena, PATH_MAX_BYTES);
	read.own_key = wire_get_text(in, arena, FINGERPRINT_BYTES - 1);
	read.sealing_public = wire_get_text(in, arena, PATH_MAX_BYTES);
	read.sealing_secret = wire_get_text(in, arena, PATH_MAX_BYTES);
	read.directory = arena_take(arena, sizeof *read.directory);
	read.directory->count = wire_get_below(in, ENTRIES_MAX + 1);
	/* An entry takes twelve bytes at least: a count that is a lie must not cost memory. */
	if (in->broken || read.directory->count > in->left / 12)
		return false;
	read.directory->entries =
	    arena_take_many(arena, read.directory->count, sizeof *read.directory->entries);
	for (size_t at = 0; at < read.directory->count && !in->broken; at++)
		get_entry(in, arena, &read.directory->entries[at]);
	if (!wire_is_whole(in) || !read.home || !read.own_key)
		return false;
	*hello = read;
	return true;
}

static void
put_state(struct wire_out *out, const struct pinned_key *key)
{
	wire_put_text(out, key->fingerprint);
	wire_put_u32(out, key->state);
	wire_put_i64(out, key->expires_at);
	wire_put_u32(out, (uint32_t)key->encryption_id_count);
	for (size_t at = 0; at < key->encryption_id_count; at++)
		wire_put_i64(out, (int64_t)key->encryption_ids[at]);
}

/* The answer must be about the key we asked for. */
static void
get_state(struct wire_in *in, struct pinned_key *key)
{
	const uint8_t *told = NULL;
	size_t length = wire_get_u32(in);

	if (length < FINGERPRINT_BYTES && length <= in->left)
		told = in->at;
	if (!told || strlen(key->fingerprint) != length ||
	    memcmp(told, key->fingerprint, length) != 0) {
		in->broken = true;
		return;
	}
	in->at += length;
	in->left -= length;
	key->state = wire_get_below(in, KEY_UNSUITABLE + 1);
	key->expires_at = wire_get_i64(in);
	key->encryption_id_count = wire_get_below(in, SUBKEYS_MAX + 1);
	for (size_t at = 0; at < key->encryption_id_count; at++)
		key->encryption_ids[at] = (uint64_t)wire_get_i64(in);
}

void
key_put_states(
    struct wire_out *out, const struct directory *directory, const struct pinned_key *own)
{
	put_state(out, own);
	for (size_t at = 0; at < directory->count; at++)
		for (size_t key = 0; key < directory->entries[at].key_count; key++)
			put_state(out, &directory->entries[at].keys[key]);
}

bool
key_get_states(struct wire_in *in, struct directory *directory, struct pinned_key *own)
{
	get_state(in, own);
	for (size_t at = 0; at < directory->count; at++)
		for (size_t key = 0; key < directory->entries[at].key_count && !in->broken; key++)
			get_state(in, &directory->entries[at].keys[key]);
	return wire_is_whole(in);
}
