/* Names of accounts and folders, as the ledger keeps them and as IMAP spells them. */
/* SPDX-License-Identifier: MIT */
#ifndef INBOX_FOLDER_NAME_H
#define INBOX_FOLDER_NAME_H

#include "base/failure.h"
#include "papers/settings.h"

/* "user@host:port"; newly allocated (g_free). */
char *folder_account(const struct server *server);

/* In modified UTF-7; newly allocated (g_free). fails STOP inbox.folder */
MUST_CHECK bool folder_spell(const char *name, char **out, struct failure *why);

#endif
