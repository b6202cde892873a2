/* Puts the gateway's keys back in their places, where there are none. */
/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keyholder/enrol.h"
#include "keyholder/gpg_conf.h"
#include "keyholder/key_backup.h"
#include "keyholder/key_backup_lines.h"

enum { PATH_MAX_BYTES = 4096 };

static bool
refused(struct failure *why, const char *what)
{
	return fail(why, REMEDY_STOP, "key.configuration", "%s", what);
}

static bool
read_all(struct vault *lines, struct failure *why)
{
	uint8_t part[16 * 1024];
	ssize_t got;

	while ((got = read(STDIN_FILENO, part, sizeof part)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		bool is_kept = got > 0 && vault_write(lines, part, (size_t)got) >= 0;
		sodium_memzero(part, sizeof part);
		if (!is_kept)
			return refused(why, "standard input holds no backup of keys");
	}
	return true;
}

static void
file_path(const struct key_places *places, const char *name, char path[PATH_MAX_BYTES])
{
	(void)snprintf(path, PATH_MAX_BYTES, "%s/%s", places->home, name);
}

static bool
is_free(const char *path, struct failure *why)
{
	struct stat what;

	if (lstat(path, &what) != 0 && errno == ENOENT)
		return true;
	return fail(why, REMEDY_STOP, "key.exists",
	    "%.150s is there already: keys are only brought back where there are none", path);
}

/* gpg.conf may be the site's own, and then it stays. */
static bool
places_are_free(const struct key_places *places, struct failure *why)
{
	static const char *const NAMES[] = {"pubring.kbx", "trustdb.gpg", "private-keys-v1.d"};
	char path[PATH_MAX_BYTES];

	for (size_t at = 0; at < COUNT_OF(NAMES); at++) {
		file_path(places, NAMES[at], path);
		if (!is_free(path, why))
			return false;
	}
	return is_free(places->sealing_secret, why) && is_free(places->sealing_public, why);
}

static bool
write_whole(const char *path, const uint8_t *bytes, size_t length, struct failure *why)
{
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	size_t done = 0;

	while (file >= 0 && done < length) {
		ssize_t put = write(file, bytes + done, length - done);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			break;
		done += (size_t)put;
	}
	bool is_written = file >= 0 && done == length && fsync(file) == 0;
	if (!is_written)
		(void)fail(
		    why, REMEDY_STOP, "key.configuration", "%.150s: %s", path, strerror(errno));
	if (file >= 0)
		(void)close(file);
	return is_written;
}

static bool
write_file(const struct key_places *places, const struct key_backup *brought, size_t number,
    struct failure *why)
{
	size_t room = brought->files[number].length + 1, length;
	uint8_t *bytes = malloc(room);
	char path[PATH_MAX_BYTES];

	if (!bytes)
		abort();
	file_path(places, key_backup_files[number], path);
	bool is_written = key_backup_file(brought, number, bytes, room, &length, why) &&
	    write_whole(path, bytes, length, why);
	free(bytes);
	return is_written;
}

static bool
write_files(const struct key_places *places, const struct key_backup *brought, struct failure *why)
{
	char path[PATH_MAX_BYTES];

	if (mkdir(places->home, 0700) != 0 && errno != EEXIST)
		return fail(why, REMEDY_STOP, "key.configuration", "%.150s: %s", places->home,
		    strerror(errno));
	for (size_t at = 0; at < KEY_BACKUP_FILES; at++) {
		file_path(places, key_backup_files[at], path);
		if (at == 0 && access(path, F_OK) == 0)
			continue;
		if (!write_file(places, brought, at, why))
			return false;
	}
	return sealing_key_write(places->sealing_secret, brought->sealing_secret,
	    places->sealing_public, brought->sealing_public, why);
}

static bool
import_secret(
    struct engine *engine, const struct key_backup *brought, const char *own, struct failure *why)
{
	CLEANUP(engine_release_text) gpgme_data_t armor = NULL;

	if (!engine_take_bytes(&armor, brought->armor, brought->armor_length, why))
		return false;
	gpgme_error_t error = gpgme_op_import(engine->gpgme, armor);
	gpgme_import_result_t done = gpgme_op_import_result(engine->gpgme);
	bool is_ours = done && done->secret_read == 1 && done->imports && done->imports->fpr &&
	    strcmp(done->imports->fpr, own) == 0;
	if (!engine_settle() || error)
		return engine_failed(why, "importing our key", error);
	return is_ours || refused(why, "the backup's secret key is not our own");
}

/* The proof of a restore is that the key opens and the sealing key's halves fit. */
static bool
prove(struct engine *engine, const struct key_places *places, struct failure *why)
{
	CLEANUP(engine_release_key) gpgme_key_t own = NULL;
	struct sealing_key sealing_key = {0};

	gpgme_error_t error = gpgme_get_key(engine->gpgme, places->own_key, &own, 0);
	if (!engine_settle() || error)
		return engine_failed(why, "looking our key up", error);
	if (!engine_make_probe(engine, own, why))
		return false;
	if (!engine_works(engine))
		return fail(why, REMEDY_RETRY, "key.agent",
		    "the key was brought back, but does not open a test text");
	bool fits =
	    sealing_key_load(&sealing_key, places->sealing_secret, places->sealing_public, why);
	sealing_key_free(&sealing_key);
	return fits;
}

static bool
put_keys(const struct key_places *places, const struct key_backup *brought, struct failure *why)
{
	struct engine engine = {0};

	if (!write_files(places, brought, why) || !gpg_conf_check(places->home, why) ||
	    !enrol_begin(places->home, why))
		return false;
	bool is_put = engine_open(&engine, places->home, why) &&
	    import_secret(&engine, brought, places->own_key, why) && prove(&engine, places, why);
	engine_close(&engine);
	return is_put;
}

/* So that the same call can be made again. */
static void
take_back(const struct key_places *places, bool had_conf)
{
	char path[PATH_MAX_BYTES];

	for (size_t at = had_conf ? 1 : 0; at < KEY_BACKUP_FILES; at++) {
		file_path(places, key_backup_files[at], path);
		(void)unlink(path);
	}
	(void)unlink(places->sealing_secret);
	(void)unlink(places->sealing_public);
	file_path(places, "private-keys-v1.d", path);
	DIR *folder = opendir(path);
	for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder))
		(void)unlinkat(dirfd(folder), entry->d_name, 0);
	if (folder)
		(void)closedir(folder);
	(void)rmdir(path);
}

bool
key_backup_restore(const struct key_places *places, struct failure *why)
{
	struct key_backup brought = {0};
	struct vault lines;
	char conf[PATH_MAX_BYTES];

	if (isatty(STDIN_FILENO))
		return refused(why, "pipe `gpg --decrypt keys.asc` into it");
	if (sodium_init() < 0 || !places_are_free(places, why))
		return false;
	file_path(places, "gpg.conf", conf);
	bool had_conf = access(conf, F_OK) == 0;
	vault_open(&lines, KEY_BACKUP_MAX_BYTES);
	bool is_read = read_all(&lines, why) &&
	    key_backup_read((const char *)lines.bytes, lines.used, places->own_key, &brought, why);
	bool is_put = is_read && put_keys(places, &brought, why);
	if (is_read && !is_put)
		take_back(places, had_conf);
	sodium_memzero(&brought, sizeof brought);
	vault_close(&lines);
	return is_put;
}
