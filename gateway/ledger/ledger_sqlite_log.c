/* Tells files that lost commits from files that a crash left. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_sqlite.h"

#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "base/mistake.h"

/*
 * A log that was cut off, damaged or deleted looks to SQLite like one whose last frames a crash
 * kept from being written: it goes on without them and says nothing. But the log's index, the
 * file -shm, counts frames only once they are synced (synchronous=FULL), and outlives the process.
 * Where it counts more frames than the log still has, and than were copied into the database,
 * commits are gone that were told to be on the disk. (Formats: sqlite.org/walformat.html.)
 *
 * Nobody syncs the index: after a power cut it may be an older one. Of the same log it counts too
 * few frames, which proves nothing. Of a log before this one it counts frames that are in the
 * database, synced there before the log began anew with a number one higher.
 */
enum {
	HEAD_PAGE_BYTES = 16, /* in the database's own head, where 1 means 65536 */
	HEAD_BYTES = 18,
	INDEX_BYTES = 100,
	INDEX_COPY_BYTES = 48, /* the head stands twice */
	INDEX_SUMMED_BYTES = 40,
	INDEX_IS_READY = 12,
	INDEX_FRAMES = 16,
	INDEX_SALT = 32,
	INDEX_COPIED = 96,
	LOG_HEAD_BYTES = 32,
	LOG_SUMMED_BYTES = 24,
	LOG_PAGE_BYTES = 8,
	LOG_SALT = 16,
	FRAME_HEAD_BYTES = 24,
	FRAME_SUMMED_BYTES = 8,
	FRAME_SALT = 8,
	FRAME_SUM = 16,
	SALT_BYTES = 8,
	PAGE_MAX_BYTES = 65536,
	LOOKS_MAX = 20,
	NEW_STARTS_MAX =
	    1 << 20, /* of a log in its life; a number that is no successor is far off */
};

struct sum {
	uint32_t one, two;
};

static uint32_t
number_at(const uint8_t *at, bool is_big_endian)
{
	uint32_t number;

	memcpy(&number, at, sizeof number);
	return is_big_endian ? GUINT32_FROM_BE(number) : GUINT32_FROM_LE(number);
}

static void
add_to_sum(struct sum *sum, const uint8_t *bytes, size_t length, bool is_big_endian)
{
	for (size_t at = 0; at + 8 <= length; at += 8) {
		sum->one += number_at(bytes + at, is_big_endian) + sum->two;
		sum->two += number_at(bytes + at + 4, is_big_endian) + sum->one;
	}
}

static bool
is_sum_at(const struct sum *sum, const uint8_t *at, bool is_big_endian)
{
	return number_at(at, is_big_endian) == sum->one &&
	    number_at(at + 4, is_big_endian) == sum->two;
}

static void
close_file(int *file)
{
	if (*file >= 0)
		(void)close(*file);
}

static int
open_beside(const char *path, const char *ending)
{
	g_autofree char *name = g_strconcat(path, ending, NULL);

	return open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

/* The index's head, where there is one that is whole. */
static bool
read_index(const char *path, uint8_t head[INDEX_BYTES])
{
	CLEANUP(close_file) int file = open_beside(path, "-shm");
	const bool is_big_endian = G_BYTE_ORDER == G_BIG_ENDIAN;
	struct sum sum = {0};

	if (file < 0 || pread(file, head, INDEX_BYTES, 0) != INDEX_BYTES)
		return false;
	add_to_sum(&sum, head, INDEX_SUMMED_BYTES, is_big_endian);
	return head[INDEX_IS_READY] == 1 &&
	    memcmp(head, head + INDEX_COPY_BYTES, INDEX_COPY_BYTES) == 0 &&
	    is_sum_at(&sum, head + INDEX_SUMMED_BYTES, is_big_endian);
}

/* Whether a log with this salt began anew after the one with that. */
static bool
is_later(const uint8_t *salt, const uint8_t *than)
{
	uint32_t starts = number_at(salt, true) - number_at(than, true);

	return starts > 0 && starts < NEW_STARTS_MAX;
}

/*
 * How many frames of the log with this salt are whole, one after the other from its start; all there
 * can be, where the log began anew since.
 */
static uint32_t
whole_frames(const char *path, const uint8_t salt[SALT_BYTES])
{
	CLEANUP(close_file) int file = open_beside(path, "-wal");
	uint8_t head[LOG_HEAD_BYTES];
	struct sum sum = {0};
	uint32_t count = 0;

	if (file < 0 || pread(file, head, sizeof head, 0) != (ssize_t)sizeof head)
		return 0;
	const bool is_big_endian = head[3] & 1;
	const uint32_t page = number_at(head + LOG_PAGE_BYTES, true);
	add_to_sum(&sum, head, LOG_SUMMED_BYTES, is_big_endian);
	if (!is_sum_at(&sum, head + LOG_SUMMED_BYTES, true) || page > PAGE_MAX_BYTES)
		return 0;
	if (memcmp(head + LOG_SALT, salt, SALT_BYTES) != 0)
		return is_later(head + LOG_SALT, salt) ? UINT32_MAX : 0;
	const size_t length = FRAME_HEAD_BYTES + page;
	g_autofree uint8_t *frame = g_malloc(length);
	for (;; count++) {
		off_t place = LOG_HEAD_BYTES + (off_t)count * (off_t)length;
		if (pread(file, frame, length, place) != (ssize_t)length ||
		    memcmp(frame + FRAME_SALT, salt, SALT_BYTES) != 0)
			return count;
		add_to_sum(&sum, frame, FRAME_SUMMED_BYTES, is_big_endian);
		add_to_sum(&sum, frame + FRAME_HEAD_BYTES, page, is_big_endian);
		if (!is_sum_at(&sum, frame + FRAME_SUM, true))
			return count;
	}
}

/* Where nothing is left to copy out of a log, the database is a whole number of pages. */
static bool
is_cut_short(const char *path)
{
	CLEANUP(close_file) int file = open_beside(path, "");
	CLEANUP(close_file) int log = open_beside(path, "-wal");
	uint8_t head[HEAD_BYTES];

	if (file < 0 || (log >= 0 && lseek(log, 0, SEEK_END) > 0))
		return false;
	off_t length = lseek(file, 0, SEEK_END);
	if (length <= 0 || pread(file, head, sizeof head, 0) != (ssize_t)sizeof head)
		return length > 0;
	off_t page = head[HEAD_PAGE_BYTES] << 8 | head[HEAD_PAGE_BYTES + 1];
	return page && length % (page == 1 ? PAGE_MAX_BYTES : page) != 0;
}

static bool
log_is_whole(const char *path, struct failure *why)
{
	uint8_t before[INDEX_BYTES], after[INDEX_BYTES];
	const bool is_big_endian = G_BYTE_ORDER == G_BIG_ENDIAN;

	/* Another process may be at work: a look counts when nothing moved under it. */
	for (int look = 0; look < LOOKS_MAX; look++) {
		if (!read_index(path, before))
			return true;
		uint32_t told = number_at(before + INDEX_FRAMES, is_big_endian);
		if (told <= number_at(before + INDEX_COPIED, is_big_endian))
			return true;
		uint32_t there = whole_frames(path, before + INDEX_SALT);
		/* The mistake "short-log": a log may have lost commits. */
		if (there >= told || mistake("short-log"))
			return true;
		if (read_index(path, after) && memcmp(before, after, sizeof before) == 0)
			return fail(why, REMEDY_STOP, "ledger.damaged",
			    "its log %s-wal has %u of the %u frames that were written: what was "
			    "committed last is gone",
			    path, there, told);
	}
	return true;
}

bool
sqlite_files_are_whole(const char *path, struct failure *why)
{
	if (is_cut_short(path))
		return fail(why, REMEDY_STOP, "ledger.damaged", "the file was cut short");
	return log_is_whole(path, why);
}
