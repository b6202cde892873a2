/* Finds entries of the directory by id, key and address. */
/* SPDX-License-Identifier: MIT */
#include "papers/directory.h"

#include <string.h>
#include <strings.h>

const struct entry *
directory_find(const struct directory *directory, enum entry_kind kind, const char *id)
{
	for (size_t at = 0; at < directory->count; at++)
		if (directory->entries[at].kind == kind &&
		    strcmp(directory->entries[at].id, id) == 0)
			return &directory->entries[at];
	return NULL;
}

const struct entry *
directory_by_key(
    const struct directory *directory, const char *fingerprint, const struct pinned_key **key_out)
{
	for (size_t at = 0; at < directory->count; at++)
		for (size_t key = 0; key < directory->entries[at].key_count; key++)
			if (strcmp(directory->entries[at].keys[key].fingerprint, fingerprint) ==
			    0) {
				if (key_out)
					*key_out = &directory->entries[at].keys[key];
				return &directory->entries[at];
			}
	return NULL;
}

const struct entry *
directory_by_address(const struct directory *directory, const char *address)
{
	for (size_t at = 0; at < directory->count; at++)
		if (directory->entries[at].kind != ENTRY_AGENCY &&
		    strcasecmp(directory->entries[at].address, address) == 0)
			return &directory->entries[at];
	return NULL;
}

bool
entry_is_reachable(const struct entry *entry, int32_t today)
{
	for (size_t key = 0; key < entry->key_count; key++)
		if (entry->keys[key].state == KEY_USABLE && entry->keys[key].until_day >= today)
			return true;
	return false;
}

const char *
key_state_name(enum key_state state)
{
	static const char *const NAMES[] = {"not-looked-up", "usable", "missing", "expired",
	    "revoked", "uncertified", "unsuitable"};

	return (size_t)state < COUNT_OF(NAMES) ? NAMES[state] : "unsuitable";
}
