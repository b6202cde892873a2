/* Reads, hashes and activates the files that decide. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/rule_set.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

static const char *const NAMES[RULE_FILES] = {"agencies.yaml", "areas.csv", "bank-holidays.yaml",
    "desk.yaml", "form.yaml", "officers.yaml", "routing.yaml"};

static bool
read_file(const char *folder, const char *name, struct rule_file *out, struct faults *faults)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autoptr(GError) error = NULL;
	char *bytes = NULL;
	gsize length = 0;

	if (!g_file_get_contents(path, &bytes, &length, &error)) {
		faults_add(faults, path, 0, 0, "cannot be read: %s", error->message);
		return false;
	}
	*out = (struct rule_file){.name = name, .bytes = (uint8_t *)bytes, .length = length};
	if (length > YAML_MAX_BYTES) {
		faults_add(faults, path, 0, 0, "is longer than %u bytes", YAML_MAX_BYTES);
		return false;
	}
	return true;
}

static void
hash_files(struct rule_set *set)
{
	crypto_hash_sha256_state state;
	uint8_t hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256_init(&state);
	for (size_t at = 0; at < RULE_FILES; at++) {
		const struct rule_file *file = &set->files[at];
		g_autofree char *head = g_strdup_printf("%s %zu\n", file->name, file->length);
		crypto_hash_sha256_update(&state, (const uint8_t *)head, strlen(head));
		crypto_hash_sha256_update(&state, file->bytes, file->length);
	}
	crypto_hash_sha256_final(&state, hash);
	hex_of(hash, sizeof hash, set->hash);
}

bool
rule_set_read(const char *folder, struct rule_set *out, struct faults *faults)
{
	bool all_read = true;

	memset(out, 0, sizeof *out);
	for (size_t at = 0; at < RULE_FILES; at++)
		if (!read_file(folder, NAMES[at], &out->files[at], faults))
			all_read = false;
	if (all_read)
		hash_files(out);
	else
		rule_set_forget(out);
	return all_read;
}

void
rule_set_forget(struct rule_set *set)
{
	for (size_t at = 0; at < RULE_FILES; at++)
		g_free((void *)(uintptr_t)set->files[at].bytes);
	memset(set, 0, sizeof *set);
}

static bool
fail_write(struct failure *why, const char *path)
{
	return fail(why, REMEDY_STOP, "rules.write", "%s: %s", path, strerror(errno));
}

/* Writes a file so that it is on the disk when this returns. */
static bool
write_file(const char *folder, const struct rule_file *file, struct failure *why)
{
	g_autofree char *path = g_build_filename(folder, file->name, NULL);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return fail_write(why, path);
	size_t done = 0;
	while (done < file->length) {
		ssize_t put = write(fd, file->bytes + done, file->length - done);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			break;
		done += (size_t)put;
	}
	bool written = done == file->length && fsync(fd) == 0;
	if (close(fd) != 0 || !written)
		return fail_write(why, path);
	return true;
}

static bool
sync_folder(const char *path, struct failure *why)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return fail_write(why, path);
	bool synced = fsync(fd) == 0;
	(void)close(fd);
	return synced || fail_write(why, path);
}

bool
rule_set_activate(const struct rule_set *set, const struct settings *settings, struct failure *why)
{
	const char *active = settings->ledger.active_rules;
	g_autofree char *folder = g_build_filename(active, set->hash, NULL);
	g_autofree char *fresh = g_build_filename(active, "current.new", NULL);
	g_autofree char *current = g_build_filename(active, "current", NULL);

	if (g_mkdir_with_parents(folder, 0755) != 0)
		return fail_write(why, folder);
	for (size_t at = 0; at < RULE_FILES; at++)
		if (!write_file(folder, &set->files[at], why))
			return false;
	if (!sync_folder(folder, why))
		return false;
	(void)g_unlink(fresh);
	if (symlink(set->hash, fresh) != 0 || g_rename(fresh, current) != 0)
		return fail_write(why, current);
	return sync_folder(active, why);
}
