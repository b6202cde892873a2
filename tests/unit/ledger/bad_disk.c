/* A disk under SQLite that fails on command: a VFS that hands on to the machine's own. */
/* SPDX-License-Identifier: MIT */
#include "bad_disk.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTOR_BYTES = 512, INDEX_BYTES = 4096 };

static struct {
	enum disk_fault fault;
	unsigned at, met;
	bool for_ever, failed, forgets_log_syncs;
	uint32_t seed;
	unsigned log_syncs;
	int index_of; /* the sync of a log whose index is found after a power cut */
	void *index;
	char old_index[INDEX_BYTES];
} disk = {.index_of = INDEX_KEPT};

/* What a write since the last sync covered, newest first: a power cut takes it back. */
struct undo {
	struct undo *next;
	sqlite3_int64 place, file_size;
	int length, new_length; /* new_length 0: it was cut off at `place` */
	char bytes[];           /* those that stood there, then the new ones */
};

struct bad_file {
	sqlite3_file base;
	struct bad_file *next_open;
	struct undo *undo;
	bool is_log;
	sqlite3_file *real; /* behind this */
};

static sqlite3_vfs bad_vfs;
static struct bad_file *open_files;

void
bad_disk_fail_at(enum disk_fault fault, unsigned n, bool for_ever)
{
	disk.fault = fault;
	disk.at = n;
	disk.for_ever = for_ever;
	disk.met = 0;
	disk.failed = false;
}

void
bad_disk_scramble(unsigned seed)
{
	disk.seed = seed;
}

void
bad_disk_forget_log_syncs(bool forget)
{
	disk.forgets_log_syncs = forget;
}

void
bad_disk_leave_index(int of_log_sync)
{
	disk.index_of = of_log_sync > 0 ? of_log_sync + (int)disk.log_syncs : of_log_sync;
	memset(disk.old_index, 0, sizeof disk.old_index);
}

bool
bad_disk_failed(void)
{
	return disk.failed;
}

unsigned
bad_disk_log_syncs(void)
{
	return disk.log_syncs;
}

static bool
fails_now(bool is_sync)
{
	if (disk.at == 0 || is_sync != (disk.fault >= DISK_SYNC_ERROR))
		return false;
	disk.met++;
	bool now = disk.met == disk.at || (disk.for_ever && disk.met > disk.at);
	disk.failed |= now;
	return now;
}

static sqlite3_file *
real_of(sqlite3_file *file)
{
	return ((struct bad_file *)file)->real;
}

/* Keeps what stands at a place, before it is written over or cut off, and what is to stand there. */
static void
remember(struct bad_file *bad, sqlite3_int64 place, sqlite3_int64 length, const void *new_bytes)
{
	sqlite3_file *real = bad->real;
	sqlite3_int64 size = 0;
	int new_length = new_bytes ? (int)length : 0;

	(void)real->pMethods->xFileSize(real, &size);
	if (place + length > size)
		length = place < size ? size - place : 0;
	struct undo *undo = calloc(1, sizeof *undo + (size_t)length + (size_t)new_length);
	*undo = (struct undo){.next = bad->undo,
	    .place = place,
	    .file_size = size,
	    .length = (int)length,
	    .new_length = new_length};
	if (length)
		(void)real->pMethods->xRead(real, undo->bytes, (int)length, place);
	if (new_length)
		memcpy(undo->bytes + length, new_bytes, (size_t)new_length);
	bad->undo = undo;
}

static void
forget(struct bad_file *bad)
{
	while (bad->undo) {
		struct undo *undo = bad->undo;
		bad->undo = undo->next;
		free(undo);
	}
}

static bool
came_through(void)
{
	disk.seed = disk.seed * 1664525u + 1013904223u;
	return disk.seed >> 31;
}

/* The oldest first, as they were written; each sector for itself. */
static void
bring_some_through(sqlite3_file *real, const struct undo *undo)
{
	if (!undo)
		return;
	bring_some_through(real, undo->next);
	if (!undo->new_length && came_through())
		(void)real->pMethods->xTruncate(real, undo->place);
	for (int at = 0; at < undo->new_length; at += SECTOR_BYTES) {
		int rest = undo->new_length - at;
		if (came_through())
			(void)real->pMethods->xWrite(real, undo->bytes + undo->length + at,
			    rest < SECTOR_BYTES ? rest : SECTOR_BYTES, undo->place + at);
	}
}

static void
cut_power(void)
{
	for (struct bad_file *bad = open_files; bad; bad = bad->next_open) {
		sqlite3_file *real = bad->real;
		for (struct undo *undo = bad->undo; undo; undo = undo->next) {
			if (undo->length)
				(void)real->pMethods->xWrite(
				    real, undo->bytes, undo->length, undo->place);
			(void)real->pMethods->xTruncate(real, undo->file_size);
		}
		if (disk.seed)
			bring_some_through(real, bad->undo);
	}
	if (disk.index && disk.index_of != INDEX_KEPT)
		memcpy(disk.index, disk.old_index, sizeof disk.old_index);
	_exit(POWER_CUT_EXIT);
}

static int
bad_write(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 place)
{
	sqlite3_file *real = real_of(file);

	if (disk.fault == DISK_POWER_CUT && disk.at)
		remember((struct bad_file *)file, place, length, bytes);
	if (!fails_now(false))
		return real->pMethods->xWrite(real, bytes, length, place);
	if (disk.fault == DISK_FULL)
		return SQLITE_FULL;
	(void)real->pMethods->xWrite(real, bytes, length / 2, place);
	return SQLITE_IOERR_WRITE;
}

static int
bad_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	sqlite3_file *real = real_of(file);
	sqlite3_int64 old = 0;

	(void)real->pMethods->xFileSize(real, &old);
	if (disk.fault == DISK_POWER_CUT && disk.at && old > size)
		remember((struct bad_file *)file, size, old - size, NULL);
	return real->pMethods->xTruncate(real, size);
}

static int
bad_sync(sqlite3_file *file, int flags)
{
	struct bad_file *bad = (struct bad_file *)file;

	disk.log_syncs += bad->is_log;
	if (bad->is_log && disk.index && disk.index_of == (int)disk.log_syncs)
		memcpy(disk.old_index, disk.index, sizeof disk.old_index);
	if (bad->is_log && disk.forgets_log_syncs)
		return SQLITE_OK;
	bool is_spared = bad->is_log && disk.fault == DISK_FILE_SYNC_ERROR;
	if (!is_spared && fails_now(true)) {
		if (disk.fault == DISK_POWER_CUT)
			cut_power();
		return SQLITE_IOERR_FSYNC;
	}
	forget(bad);
	return bad->real->pMethods->xSync(bad->real, flags);
}

static int
bad_close(sqlite3_file *file)
{
	struct bad_file *bad = (struct bad_file *)file;
	struct bad_file **place = &open_files;

	while (*place != bad)
		place = &(*place)->next_open;
	*place = bad->next_open;
	forget(bad);
	return bad->real->pMethods->xClose(bad->real);
}

/* Every other method takes the real file in place of ours. */
#define HAND_ON(name, parameters, arguments)              \
	static int bad_##name parameters                  \
	{                                                 \
		sqlite3_file *real = real_of(file);       \
                                                          \
		return real->pMethods->x##name arguments; \
	}
HAND_ON(Read, (sqlite3_file * file, void *bytes, int length, sqlite3_int64 place),
    (real, bytes, length, place))
HAND_ON(FileSize, (sqlite3_file * file, sqlite3_int64 *size), (real, size))
HAND_ON(Lock, (sqlite3_file * file, int lock), (real, lock))
HAND_ON(Unlock, (sqlite3_file * file, int lock), (real, lock))
HAND_ON(CheckReservedLock, (sqlite3_file * file, int *out), (real, out))
HAND_ON(FileControl, (sqlite3_file * file, int what, void *value), (real, what, value))
HAND_ON(SectorSize, (sqlite3_file * file), (real))
HAND_ON(DeviceCharacteristics, (sqlite3_file * file), (real))
HAND_ON(
    ShmLock, (sqlite3_file * file, int place, int count, int flags), (real, place, count, flags))

static int
bad_ShmMap(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	sqlite3_file *real = real_of(file);
	int result = real->pMethods->xShmMap(real, page, size, extend, out);

	if (page == 0 && result == SQLITE_OK)
		disk.index = (void *)*out;
	return result;
}

static int
bad_ShmUnmap(sqlite3_file *file, int erase)
{
	sqlite3_file *real = real_of(file);

	disk.index = NULL;
	return real->pMethods->xShmUnmap(real, erase);
}

static void
bad_ShmBarrier(sqlite3_file *file)
{
	sqlite3_file *real = real_of(file);

	real->pMethods->xShmBarrier(real);
}

static const sqlite3_io_methods METHODS = {
    .iVersion = 2,
    .xClose = bad_close,
    .xRead = bad_Read,
    .xWrite = bad_write,
    .xTruncate = bad_truncate,
    .xSync = bad_sync,
    .xFileSize = bad_FileSize,
    .xLock = bad_Lock,
    .xUnlock = bad_Unlock,
    .xCheckReservedLock = bad_CheckReservedLock,
    .xFileControl = bad_FileControl,
    .xSectorSize = bad_SectorSize,
    .xDeviceCharacteristics = bad_DeviceCharacteristics,
    .xShmMap = bad_ShmMap,
    .xShmLock = bad_ShmLock,
    .xShmBarrier = bad_ShmBarrier,
    .xShmUnmap = bad_ShmUnmap,
};

static int
bad_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags)
{
	struct bad_file *bad = (struct bad_file *)file;
	sqlite3_vfs *real = vfs->pAppData;

	memset(bad, 0, sizeof *bad);
	bad->real = (sqlite3_file *)(bad + 1);
	bad->is_log = (flags & SQLITE_OPEN_WAL) != 0;
	int result = real->xOpen(real, name, bad->real, flags, out_flags);
	if (bad->real->pMethods) {
		bad->base.pMethods = &METHODS;
		bad->next_open = open_files;
		open_files = bad;
	}
	return result;
}

void
bad_disk_register(void)
{
	sqlite3_vfs *real = sqlite3_vfs_find(NULL);

	bad_vfs = *real;
	bad_vfs.zName = "bad-disk";
	bad_vfs.pAppData = real;
	bad_vfs.szOsFile = (int)sizeof(struct bad_file) + real->szOsFile;
	bad_vfs.xOpen = bad_open;
	(void)sqlite3_vfs_register(&bad_vfs, 1);
}
