/* Reads the lines of a backup of keys. */
/* SPDX-License-Identifier: MIT */
#include "keyholder/key_backup_lines.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

const char *const key_backup_files[KEY_BACKUP_FILES] = {"gpg.conf", "pubring.kbx", "trustdb.gpg"};

static bool
refused(struct failure *why, const char *what)
{
	return fail(why, REMEDY_STOP, "key.configuration", "%s", what);
}

/* The rest of the line that begins so, where the next line is one; moves on behind it. */
static const char *
next_line(const char **at, const char *end, const char *begins, size_t *length)
{
	const char *line_end = *at < end ? memchr(*at, '\n', (size_t)(end - *at)) : NULL;
	size_t head = strlen(begins);

	if (!line_end || (size_t)(line_end - *at) < head || memcmp(*at, begins, head) != 0)
		return NULL;
	const char *rest = *at + head;
	*length = (size_t)(line_end - rest);
	*at = line_end + 1;
	return rest;
}

static bool
read_half_line(const char **at, const char *end, const char *begins, uint8_t half[SEAL_KEY_BYTES])
{
	size_t length, bytes;
	const char *hex = next_line(at, end, begins, &length);

	return hex && sodium_hex2bin(half, SEAL_KEY_BYTES, hex, length, NULL, &bytes, NULL) == 0 &&
	    bytes == SEAL_KEY_BYTES;
}

bool
key_backup_read(const char *text, size_t text_length, const char *own_key, struct key_backup *out,
    struct failure *why)
{
	const char *at = text, *end = text + text_length;
	char begins[64];
	size_t length;

	const char *fingerprint = next_line(&at, end, KEY_BACKUP_HEAD, &length);
	if (!fingerprint)
		return refused(why,
		    "standard input holds no backup of keys: pipe `gpg --decrypt keys.asc` into it");
	if (length != strlen(own_key) || memcmp(fingerprint, own_key, length) != 0)
		return refused(
		    why, "the backup is of another key than identity.key in wandle.yaml");
	if (!read_half_line(&at, end, "sealing-secret ", out->sealing_secret) ||
	    !read_half_line(&at, end, "sealing-public ", out->sealing_public))
		return refused(why, "the backup has no sealing key");
	for (size_t file = 0; file < KEY_BACKUP_FILES; file++) {
		(void)snprintf(begins, sizeof begins, "file %s ", key_backup_files[file]);
		out->files[file].base64 = next_line(&at, end, begins, &out->files[file].length);
		if (!out->files[file].base64)
			return refused(why, "the backup lacks a file of the keyring");
	}
	out->armor = at;
	out->armor_length = (size_t)(end - at);
	return true;
}

bool
key_backup_file(const struct key_backup *backup, size_t number, uint8_t *bytes, size_t room,
    size_t *length, struct failure *why)
{
	if (sodium_base642bin(bytes, room, backup->files[number].base64,
		backup->files[number].length, NULL, length, NULL,
		sodium_base64_VARIANT_ORIGINAL) != 0)
		return refused(why, "a file of the keyring in the backup is damaged");
	return true;
}
