/* Makes, reads and forgets the sealing key pair. */
/* SPDX-License-Identifier: MIT */
#include "keyholder/sealing_key.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEX_BYTES = 2 * SEAL_KEY_BYTES, FILE_BYTES = HEX_BYTES + 1 };

static void
close_file(int *file)
{
	if (*file >= 0)
		(void)close(*file);
}

static bool
refused(struct failure *why, const char *path, const char *what)
{
	return fail(why, REMEDY_STOP, "key.configuration", "sealing key %.120s: %s", path, what);
}

/* Reads one half; the secret one must be closed to everyone else. */
static bool
read_half(const char *path, bool is_secret, uint8_t half[SEAL_KEY_BYTES], struct failure *why)
{
	CLEANUP(close_file) int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char hex[FILE_BYTES];
	struct stat what;
	size_t read_bytes;

	if (file < 0 || fstat(file, &what) != 0)
		return refused(why, path, strerror(errno));
	if (!S_ISREG(what.st_mode) || what.st_size != FILE_BYTES)
		return refused(why, path, "not a file of 64 hex digits and a newline");
	if (is_secret && (what.st_uid != geteuid() || what.st_mode & 077))
		return refused(why, path, "must belong to this user, with mode 0600");
	bool is_read = read(file, hex, sizeof hex) == FILE_BYTES && hex[HEX_BYTES] == '\n' &&
	    sodium_hex2bin(half, SEAL_KEY_BYTES, hex, HEX_BYTES, NULL, &read_bytes, NULL) == 0 &&
	    read_bytes == SEAL_KEY_BYTES;
	sodium_memzero(hex, sizeof hex);
	return is_read ? true : refused(why, path, "not 64 hex digits and a newline");
}

bool
sealing_key_load(
    struct sealing_key *key, const char *secret_path, const char *public_path, struct failure *why)
{
	struct sealing_key read = {0};
	uint8_t fits[SEAL_KEY_BYTES];

	if (sodium_init() < 0 || !(read.secret_half = sodium_malloc(SEAL_KEY_BYTES)))
		return refused(why, secret_path, "no locked memory for it");
	if (!read_half(public_path, false, read.public_half, why) ||
	    !read_half(secret_path, true, read.secret_half, why)) {
		sealing_key_free(&read);
		return false;
	}
	(void)crypto_scalarmult_base(fits, read.secret_half);
	if (sodium_memcmp(fits, read.public_half, sizeof fits) != 0) {
		sealing_key_free(&read);
		return refused(why, public_path, "not the other half of the secret one");
	}
	*key = read;
	return true;
}

void
sealing_key_free(struct sealing_key *key)
{
	sodium_free(key->secret_half);
	key->secret_half = NULL;
}

static bool
write_half(const char *path, mode_t mode, const uint8_t half[SEAL_KEY_BYTES], struct failure *why)
{
	CLEANUP(close_file) int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	char hex[FILE_BYTES + 1];

	if (file < 0)
		return refused(why, path, strerror(errno));
	(void)sodium_bin2hex(hex, sizeof hex, half, SEAL_KEY_BYTES);
	hex[HEX_BYTES] = '\n';
	/* fchmod: the umask of whoever runs this must not decide. */
	bool is_written = write(file, hex, FILE_BYTES) == FILE_BYTES && fchmod(file, mode) == 0 &&
	    fsync(file) == 0;
	sodium_memzero(hex, sizeof hex);
	if (is_written)
		return true;
	(void)refused(why, path, strerror(errno));
	(void)unlink(path);
	return false;
}

bool
sealing_key_write(const char *secret_path, const uint8_t secret_half[SEAL_KEY_BYTES],
    const char *public_path, const uint8_t public_half[SEAL_KEY_BYTES], struct failure *why)
{
	bool is_written = write_half(secret_path, 0600, secret_half, why);

	if (is_written && !write_half(public_path, 0644, public_half, why)) {
		(void)unlink(secret_path);
		is_written = false;
	}
	return is_written;
}

bool
sealing_key_make(const char *secret_path, const char *public_path, struct failure *why)
{
	uint8_t public_half[SEAL_KEY_BYTES], secret_half[SEAL_KEY_BYTES];

	if (sodium_init() < 0 || crypto_box_keypair(public_half, secret_half) != 0)
		return refused(why, secret_path, "no randomness");
	bool is_made = sealing_key_write(secret_path, secret_half, public_path, public_half, why);
	sodium_memzero(secret_half, sizeof secret_half);
	return is_made;
}
