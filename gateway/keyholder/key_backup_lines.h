/* The lines of a backup of keys, as they are written and read. */
/* SPDX-License-Identifier: MIT */
#ifndef KEYHOLDER_KEY_BACKUP_LINES_H
#define KEYHOLDER_KEY_BACKUP_LINES_H

#include "base/base.h"
#include "base/limits.h"

#define KEY_BACKUP_HEAD "wandle-keys 1 "
enum { KEY_BACKUP_FILES = 3, KEY_BACKUP_MAX_BYTES = 24 * 1024 * 1024 };

/* Files of GNUPGHOME that are no secret, but that gpg does not make anew as they were. */
extern const char *const key_backup_files[KEY_BACKUP_FILES];

#endif
