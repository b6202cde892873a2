/* Reads, hashes and activates the files that decide. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/rule_set.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/step.h"

static const char *const NAMES[RULE_FILES] = {"agencies.yaml", "areas.csv", "bank-holidays.yaml",
    "desk.yaml", "form.yaml", "officers.yaml", "routing.yaml"};

static const char LETTERS[] = "templates", LETTER_END[] = ".txt";

/* Letters are read in the order of their names: "templates/ask.txt" first. */
static int
compare_names(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void
letter_names(const char *out[LETTER_KINDS])
{
	for (unsigned kind = 0; kind < LETTER_KINDS; kind++) {
		g_autofree char *name = g_strconcat(
		    LETTERS, "/", letter_kind_name((enum letter_kind)kind), LETTER_END, NULL);
		out[kind] = g_intern_string(name);
	}
	qsort(out, LETTER_KINDS, sizeof *out, compare_names);
}

bool
rule_file_is_letter(const struct rule_file *file)
{
	return g_str_has_prefix(file->name, LETTERS);
}

const struct rule_file *
rule_set_file(const struct rule_set *set, const char *name)
{
	for (size_t at = 0; at < set->count; at++)
		if (strcmp(set->files[at].name, name) == 0)
			return &set->files[at];
	return NULL;
}

char *
rule_set_letters(const struct settings *settings, const char *folder)
{
	g_autofree char *own = g_build_filename(folder, LETTERS, NULL);
	g_autofree char *whole = g_canonicalize_filename(folder, NULL);
	g_autofree char *above = g_path_get_dirname(whole);
	g_autofree char *stored = settings->ledger.active_rules
	    ? g_canonicalize_filename(settings->ledger.active_rules, NULL)
	    : NULL;

	if (g_file_test(own, G_FILE_TEST_IS_DIR))
		return TAKE(own);
	if (g_strcmp0(above, stored) == 0)
		return NULL;
	return g_strdup(settings->templates);
}

static bool
read_file(const char *path, const char *name, struct rule_set *set, struct faults *faults)
{
	g_autoptr(GError) error = NULL;
	char *bytes = NULL;
	gsize length = 0;

	if (!g_file_get_contents(path, &bytes, &length, &error)) {
		faults_add(faults, path, 0, 0, "cannot be read: %s", error->message);
		return false;
	}
	set->files[set->count++] =
	    (struct rule_file){.name = name, .bytes = (uint8_t *)bytes, .length = length};
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
	for (size_t at = 0; at < set->count; at++) {
		const struct rule_file *file = &set->files[at];
		g_autofree char *head = g_strdup_printf("%s %zu\n", file->name, file->length);
		crypto_hash_sha256_update(&state, (const uint8_t *)head, strlen(head));
		crypto_hash_sha256_update(&state, file->bytes, file->length);
	}
	crypto_hash_sha256_final(&state, hash);
	hex_of(hash, sizeof hash, set->hash);
}

static bool
read_letters(const char *folder, struct rule_set *set, struct faults *faults)
{
	const char *names[LETTER_KINDS];
	bool all_read = true;

	letter_names(names);
	for (size_t at = 0; folder && at < LETTER_KINDS; at++) {
		g_autofree char *path =
		    g_build_filename(folder, names[at] + strlen(LETTERS) + 1, NULL);
		if (g_file_test(path, G_FILE_TEST_EXISTS))
			all_read = read_file(path, names[at], set, faults) && all_read;
	}
	return all_read;
}

bool
rule_set_read(const struct settings *settings, const char *folder, struct rule_set *out,
    struct faults *faults)
{
	g_autofree char *letters = rule_set_letters(settings, folder);
	bool all_read = true;

	memset(out, 0, sizeof *out);
	for (size_t at = 0; at < RULE_FILES; at++) {
		g_autofree char *path = g_build_filename(folder, NAMES[at], NULL);
		all_read = read_file(path, NAMES[at], out, faults) && all_read;
	}
	all_read = read_letters(letters, out, faults) && all_read;
	if (all_read)
		hash_files(out);
	else
		rule_set_forget(out);
	return all_read;
}

/* Takes the file of this name, if it is the next of those that were kept. */
static bool
take_kept(const struct rule_files *kept, const char *name, struct rule_set *out)
{
	const struct rule_file *file = &kept->files[out->count];

	if (out->count == kept->count || strcmp(file->name, name) != 0)
		return false;
	out->files[out->count++] = (struct rule_file){
	    .name = name, .bytes = g_memdup2(file->bytes, file->length), .length = file->length};
	return true;
}

bool
rule_set_of(const struct rule_files *kept, struct rule_set *out, struct failure *why)
{
	const char *letters[LETTER_KINDS];
	bool fits = true;

	memset(out, 0, sizeof *out);
	letter_names(letters);
	for (size_t at = 0; at < RULE_FILES; at++)
		fits = take_kept(kept, NAMES[at], out) && fits;
	for (size_t at = 0; at < LETTER_KINDS; at++)
		(void)take_kept(kept, letters[at], out);
	fits = fits && out->count == kept->count;
	if (fits)
		hash_files(out);
	if (fits && strcmp(out->hash, kept->hash) == 0)
		return true;
	rule_set_forget(out);
	return fail(why, REMEDY_STOP, "rules.kept",
	    "what the ledger keeps as %s is not that rule set", kept->hash);
}

void
rule_set_forget(struct rule_set *set)
{
	for (size_t at = 0; at < set->count; at++)
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

static void
remove_files(const char *folder)
{
	g_autoptr(GDir) open = g_dir_open(folder, 0, NULL);
	const char *name;

	while (open && (name = g_dir_read_name(open))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		(void)g_unlink(path);
	}
	(void)g_rmdir(folder);
}

/* Takes away what a store left that was killed or failed, or an edited set that was put right. */
static void
remove_folder(const char *folder)
{
	g_autofree char *letters = g_build_filename(folder, LETTERS, NULL);

	remove_files(letters);
	remove_files(folder);
}

/* Whether the set lies under its hash, unchanged. */
static bool
is_stored(const struct settings *settings, const char *folder, const char *hash)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	struct rule_set found;

	if (!g_file_test(folder, G_FILE_TEST_IS_DIR) ||
	    !rule_set_read(settings, folder, &found, faults))
		return false;
	bool is_same = strcmp(found.hash, hash) == 0;
	rule_set_forget(&found);
	return is_same;
}

char *
rule_set_folder(const struct settings *settings, const char *hash)
{
	return g_build_filename(settings->ledger.active_rules, hash, NULL);
}

static bool
write_set(const struct rule_set *set, const char *folder, struct failure *why)
{
	g_autofree char *letters = g_build_filename(folder, LETTERS, NULL);
	bool has_letters = set->count > RULE_FILES;

	if (g_mkdir_with_parents(has_letters ? letters : folder, 0755) != 0)
		return fail_write(why, folder);
	for (size_t at = 0; at < set->count; at++)
		if (!write_file(folder, &set->files[at], why))
			return false;
	return (!has_letters || sync_folder(letters, why)) && sync_folder(folder, why);
}

/* An edited set that lies there takes the other name. */
static bool
put_in_place(const char *fresh, const char *folder, struct failure *why)
{
	bool is_edited = g_file_test(folder, G_FILE_TEST_EXISTS);

	step("before rules.store");
	if (renameat2(AT_FDCWD, fresh, AT_FDCWD, folder, is_edited ? RENAME_EXCHANGE : 0) != 0)
		return fail_write(why, folder);
	step("after rules.store");
	return true;
}

/* What is written beside its place and then renamed is there whole or not at all. */
bool
rule_set_store(const struct rule_set *set, const struct settings *settings, struct failure *why)
{
	const char *active = settings->ledger.active_rules;
	g_autofree char *folder = rule_set_folder(settings, set->hash);
	g_autofree char *fresh = g_strdup_printf("%s.new", folder);

	if (is_stored(settings, folder, set->hash))
		return true;
	remove_folder(fresh);
	bool is_placed = write_set(set, fresh, why) && put_in_place(fresh, folder, why);
	remove_folder(fresh);
	return is_placed && sync_folder(active, why);
}

bool
rule_set_switch(const char *hash, const struct settings *settings, struct failure *why)
{
	const char *active = settings->ledger.active_rules;
	g_autofree char *fresh = g_build_filename(active, "current.new", NULL);
	g_autofree char *current = g_build_filename(active, "current", NULL);

	(void)g_unlink(fresh);
	if (symlink(hash, fresh) != 0)
		return fail_write(why, fresh);
	step("before rules.switch");
	if (g_rename(fresh, current) != 0) {
		(void)fail_write(why, current);
		(void)g_unlink(fresh);
		return false;
	}
	step("after rules.switch");
	return sync_folder(active, why);
}

void
rule_set_current(const struct settings *settings, char out[HASH_HEX_BYTES])
{
	g_autofree char *current = rule_set_folder(settings, "current");
	g_autofree char *target = g_file_read_link(current, NULL);

	(void)g_strlcpy(out, target ? target : "", HASH_HEX_BYTES);
}
