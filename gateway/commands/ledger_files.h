/* The files of a backup: written so that a half-written one is never taken for whole. */
/* SPDX-License-Identifier: MIT */
#ifndef COMMANDS_LEDGER_FILES_H
#define COMMANDS_LEDGER_FILES_H

#include "base/failure.h"

#define LEDGER_FILE "ledger.sqlite"
#define LEDGER_SUM_FILE "ledger.sha256"
#define KEYS_FILE "keys.asc"

/* Writes a new file, mode 0600, onto the disk. fails STOP backup.write */
MUST_CHECK bool file_write(const char *path, const char *bytes, size_t length, struct failure *why);

/* Puts what was written or renamed in this folder onto the disk. */
MUST_CHECK bool folder_sync(const char *path, struct failure *why);

/* Writes LEDGER_SUM_FILE for the folder's ledger, as sha256sum -c reads it; and compares. */
MUST_CHECK bool sum_write(const char *folder, struct failure *why);
MUST_CHECK bool sum_check(const char *folder, struct failure *why);

/* Copies a file to a new one of mode 0600, onto the disk. fails STOP backup.write, backup.read */
MUST_CHECK bool file_copy(const char *from, const char *to, struct failure *why);

#endif
