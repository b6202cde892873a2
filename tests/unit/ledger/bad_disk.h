/* A disk under SQLite that fails at its n-th write or sync, or loses its power there. */
/* SPDX-License-Identifier: MIT */
#ifndef LEDGER_BAD_DISK_H
#define LEDGER_BAD_DISK_H

#include <stdbool.h>

enum disk_fault {
	DISK_FULL,        /* a write finds no room */
	DISK_WRITE_ERROR, /* a write fails, half of it done */
	DISK_SYNC_ERROR,  /* fsync fails */
	DISK_FILE_SYNC_ERROR, /* the same, but of the log it does not */
	DISK_POWER_CUT, /* at a sync: all that was written since the last is gone, and so are we */
	DISK_FAULTS,
};

/* Puts itself under every file that SQLite opens from now on. */
void bad_disk_register(void);
/* Fails at the n-th operation of this kind from now, from 1; 0 never. */
void bad_disk_fail_at(enum disk_fault fault, unsigned n, bool for_ever);
/*
 * At a power cut from now on each sector of what was not synced came through or did not, as this
 * seed has it: so writes are reordered, and torn. 0: none of it came through.
 */
void bad_disk_scramble(unsigned seed);
/* From now on a sync of a log says that it was done, and nothing was: as synchronous=NORMAL asks. */
void bad_disk_forget_log_syncs(bool forget);
/*
 * A log's index is memory that a file lies under, and nobody syncs it: at a power cut from now on it
 * is found as it stood at the n-th sync of a log from now, or as zeros.
 */
enum { INDEX_KEPT = -1, INDEX_ZEROED = 0 };
void bad_disk_leave_index(int of_log_sync);
/* How the process ends at DISK_POWER_CUT. */
enum { POWER_CUT_EXIT = 99 };
/* True when the fault was met. */
bool bad_disk_failed(void);
/* Syncs of write-ahead logs so far. */
unsigned bad_disk_log_syncs(void);

#endif
