/* Writes files onto the disk, copies them, and sums them up. */
/* SPDX-License-Identifier: MIT */
#include "commands/ledger_files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "base/mistake.h"

enum { PART_BYTES = 64 * 1024 };

static void
close_file(int *file)
{
	if (*file >= 0)
		(void)close(*file);
}

static bool
cannot(struct failure *why, const char *code, const char *path)
{
	return fail(why, REMEDY_STOP, code, "%s: %s", path, g_strerror(errno));
}

static bool
write_all(int file, const char *bytes, size_t length)
{
	while (length) {
		ssize_t put = write(file, bytes, length);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		bytes += put;
		length -= (size_t)put;
	}
	return true;
}

bool
file_write(const char *path, const char *bytes, size_t length, struct failure *why)
{
	CLEANUP(close_file) int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (file < 0 || !write_all(file, bytes, length) || fsync(file) != 0)
		return cannot(why, "backup.write", path);
	return true;
}

bool
folder_sync(const char *path, struct failure *why)
{
	CLEANUP(close_file) int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return (folder >= 0 && fsync(folder) == 0) || cannot(why, "backup.write", path);
}

/* Gives each part of a file to `take`, which may say no. */
static bool
read_parts(const char *path, bool (*take)(const char *part, size_t length, void *about),
    void *about, struct failure *why)
{
	CLEANUP(close_file) int file = open(path, O_RDONLY | O_CLOEXEC);
	g_autofree char *part = g_malloc(PART_BYTES);
	ssize_t got = -1;

	while (file >= 0 && (got = read(file, part, PART_BYTES)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || !take(part, (size_t)got, about))
			break;
	}
	return got == 0 || cannot(why, "backup.read", path);
}

static bool
take_into_sum(const char *part, size_t length, void *about)
{
	g_checksum_update(about, (const guchar *)part, (gssize)length);
	return true;
}

/* The line that sha256sum would print; NULL where the file cannot be read. */
static char *
sum_line(const char *folder, struct failure *why)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *path = g_build_filename(folder, LEDGER_FILE, NULL);

	if (!read_parts(path, take_into_sum, sum, why))
		return NULL;
	return g_strdup_printf("%s  %s\n", g_checksum_get_string(sum), LEDGER_FILE);
}

bool
sum_write(const char *folder, struct failure *why)
{
	g_autofree char *path = g_build_filename(folder, LEDGER_SUM_FILE, NULL);
	g_autofree char *line = sum_line(folder, why);

	return line && file_write(path, line, strlen(line), why);
}

bool
sum_check(const char *folder, struct failure *why)
{
	g_autofree char *path = g_build_filename(folder, LEDGER_SUM_FILE, NULL);
	g_autofree char *line = sum_line(folder, why);
	g_autofree char *written = NULL;

	if (!line)
		return false;
	if (!g_file_get_contents(path, &written, NULL, NULL))
		return fail(why, REMEDY_STOP, "backup.damaged",
		    "%s cannot be read: the backup was not finished, or was damaged", path);
	/* The mistake "any-sum": a backup is taken as it is. */
	if (strcmp(line, written) != 0 && !mistake("any-sum"))
		return fail(why, REMEDY_STOP, "backup.damaged",
		    "%s is not the ledger that was backed up there: its sum differs", folder);
	return true;
}

static bool
take_into_file(const char *part, size_t length, void *about)
{
	return write_all(*(int *)about, part, length);
}

bool
file_copy(const char *from, const char *to, struct failure *why)
{
	CLEANUP(close_file) int file = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (file < 0)
		return cannot(why, "backup.write", to);
	if (!read_parts(from, take_into_file, &file, why))
		return false;
	return fsync(file) == 0 || cannot(why, "backup.write", to);
}
