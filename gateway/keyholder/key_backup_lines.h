/* The lines of a backup of keys, as they are written and read. */
/* SPDX-License-Identifier: MIT */
#ifndef KEYHOLDER_KEY_BACKUP_LINES_H
#define KEYHOLDER_KEY_BACKUP_LINES_H

#include "base/failure.h"
#include "base/limits.h"
#include "papers/seal_box.h"

#define KEY_BACKUP_HEAD "wandle-keys 1 "
enum { KEY_BACKUP_FILES = 3, KEY_BACKUP_MAX_BYTES = 24 * 1024 * 1024 };

/* Files of GNUPGHOME that are no secret, but that gpg does not make anew as they were. */
extern const char *const key_backup_files[KEY_BACKUP_FILES];

/* What a backup says, pointing into its lines. */
struct key_backup {
	uint8_t sealing_secret[SEAL_KEY_BYTES], sealing_public[SEAL_KEY_BYTES];
	struct {
		const char *base64;
		size_t length;
	} files[KEY_BACKUP_FILES];
	const char *armor;
	size_t armor_length;
};

/*
 * Reads the lines, which whoever runs a restore may have from anywhere.
 * fails   STOP   key.configuration   they are no backup, or of another key than own_key
 */
MUST_CHECK bool key_backup_read(const char *bytes, size_t length, const char *own_key,
    struct key_backup *out, struct failure *why);

/*
 * The bytes of a file that it has; room: its base64's length and one are enough.
 * fails   STOP   key.configuration   it is damaged
 */
MUST_CHECK bool key_backup_file(const struct key_backup *backup, size_t number, uint8_t *bytes,
    size_t room, size_t *length, struct failure *why);

#endif
