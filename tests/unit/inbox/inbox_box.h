/* What the inbox's tests share: servers that misbehave, and a mailbox opened on one. */
/* SPDX-License-Identifier: MIT */
#ifndef INBOX_INBOX_BOX_H
#define INBOX_INBOX_BOX_H

#include "inbox/inbox.h"
#include "servers.h"

extern struct servers *box_servers;

/* One scenario's mailbox. */
struct box {
	struct settings settings;
	char *url;
	struct inbox *inbox;
	struct failure why;
};

/* Settings for a scenario of fake_imap.py: user and password right, CA known, folders as usual. */
void box_prepare(struct box *box, const char *scheme, const char *host, const char *scenario);
bool box_open(struct box *box);
/* Both, by imaps; the test fails when it does not open. */
void box_open_good(struct box *box, const char *scenario);
void box_close(struct box *box);

/* The label of a mail as inbox_list() gives it; the test fails when it is not listed. */
struct mail_label box_label(struct box *box, uint32_t uid);
/* Which UIDs are listed, "3 7 9"; g_free(). */
char *box_uids(struct box *box);

int box_start_servers(void **state);
int box_stop_servers(void **state);

#endif
