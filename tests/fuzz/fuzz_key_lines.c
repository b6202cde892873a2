/* Any bytes are a backup of keys, whole and within its bytes, or refused. */
/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "keyholder/key_backup_lines.h"

static const char OWN_KEY[] = "00112233445566778899AABBCCDDEEFF00112233";

static void
check_within(const char *part, size_t length, const char *bytes, size_t whole)
{
	if (part < bytes || part + length > bytes + whole)
		abort();
}

static void
read_file(const struct key_backup *backup, size_t number)
{
	size_t room = backup->files[number].length + 1, length = 0;
	uint8_t *bytes = malloc(room);
	struct failure why = {0};

	if (!bytes)
		abort();
	if (!key_backup_file(backup, number, bytes, room, &length, &why)) {
		if (strcmp(why.code, "key.configuration") != 0)
			abort();
	} else if (length >= room)
		abort();
	free(bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct key_backup backup = {0};
	struct failure why = {0};
	char *text = malloc(length + 1); /* of its own, so that a read past it is seen */

	if (sodium_init() < 0 || !text)
		abort();
	char *exact = length ? realloc(text, length) : text;
	if (!exact)
		abort();
	if (length)
		memcpy(exact, bytes, length);
	if (key_backup_read(exact, length, OWN_KEY, &backup, &why)) {
		check_within(backup.armor, backup.armor_length, exact, length);
		for (size_t number = 0; number < KEY_BACKUP_FILES; number++) {
			check_within(
			    backup.files[number].base64, backup.files[number].length, exact, length);
			read_file(&backup, number);
		}
	} else if (!why.code || strcmp(why.code, "key.configuration") != 0)
		abort();
	free(exact);
	return 0;
}
