/* Names of accounts and folders, as the ledger keeps them and as IMAP spells them. */
/* SPDX-License-Identifier: MIT */
#include "inbox/folder_name.h"

#include <glib.h>
#include <string.h>

char *
folder_account(const struct server *server)
{
	const char *host = strstr(server->url, "://");

	host = host ? host + 3 : server->url;
	size_t length = strcspn(host, "/");
	return g_strdup_printf("%s%s%.*s", server->user ? server->user : "",
	    server->user ? "@" : "", (int)length, host);
}

/* RFC 3501 5.1.3. A control character could begin a command of its own. */
bool
folder_spell(const char *name, char **out, struct failure *why)
{
	for (const char *at = name; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			return fail(why, REMEDY_STOP, "inbox.folder",
			    "a folder's name has a control character");
	*out = g_convert(name, -1, "UTF-7-IMAP", "UTF-8", NULL, NULL, NULL);
	return *out || fail(why, REMEDY_STOP, "inbox.folder", "a folder's name is not UTF-8");
}
