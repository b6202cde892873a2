/* Opens mailboxes on misbehaving servers for the inbox's tests. */
/* SPDX-License-Identifier: MIT */
#include "inbox_box.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct servers *box_servers;
static char *ca_file;

void
box_prepare(struct box *box, const char *scheme, const char *host, const char *scenario)
{
	*box = (struct box){0};
	box->url = servers_url(box_servers, scheme, host, scenario);
	box->settings.mailbox.server.url = box->url;
	box->settings.mailbox.server.user = "desk@gate.test";
	box->settings.mailbox.server.ca_file = ca_file;
	box->settings.mailbox.folder = "INBOX";
	box->settings.mailbox.handled = "Handled";
	box->settings.mailbox.timeout_seconds = 20;
}

bool
box_open(struct box *box)
{
	return inbox_open(&box->settings, "correct horse", &box->inbox, &box->why);
}

void
box_open_good(struct box *box, const char *scenario)
{
	box_prepare(box, "imaps", "localhost", scenario);
	if (!box_open(box))
		fail_msg("%s: %s %s", scenario, box->why.code, box->why.reason);
}

void
box_close(struct box *box)
{
	inbox_closep(&box->inbox);
	g_free(box->url);
}

static size_t
list(struct box *box, struct mail_label *labels, size_t room)
{
	size_t count = 0;

	if (!inbox_list(box->inbox, 0, labels, room, &count, &box->why))
		fail_msg("%s: %s %s", box->url, box->why.code, box->why.reason);
	return count;
}

struct mail_label
box_label(struct box *box, uint32_t uid)
{
	struct mail_label labels[16];
	size_t count = list(box, labels, COUNT_OF(labels));

	for (size_t at = 0; at < count; at++)
		if (labels[at].place.uid == uid)
			return labels[at];
	fail_msg("UID %u is not listed", uid);
	return (struct mail_label){0};
}

char *
box_uids(struct box *box)
{
	struct mail_label labels[16];
	g_autoptr(GString) uids = g_string_new(NULL);
	size_t count = list(box, labels, COUNT_OF(labels));

	for (size_t at = 0; at < count; at++)
		g_string_append_printf(uids, "%s%u", at ? " " : "", labels[at].place.uid);
	return g_strdup(uids->str);
}

int
box_start_servers(void **state)
{
	(void)state;
	box_servers = servers_start("fake_imap.py");
	ca_file = servers_file(box_servers, "ca.pem");
	return 0;
}

int
box_stop_servers(void **state)
{
	(void)state;
	servers_stop(box_servers);
	g_free(ca_file);
	return 0;
}
