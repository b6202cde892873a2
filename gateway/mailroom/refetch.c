/* Asks for a mail that must be there, or once more for those that did not come. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/refetch.h"

#include <string.h>

#include "base/log.h"
#include "mailroom/intake.h"
#include "setup/setup.h"

/* Of one round: new mail must not wait for mails that each let the line go dead. */
enum { BATCH = 64, CUTS_MAX = 2 };

typedef bool open_folder(
    const struct settings *settings, const char *password, struct inbox **out, struct failure *why);

static bool
open_with(
    open_folder *open, const struct settings *settings, struct inbox **out, struct failure *why)
{
	char *password = NULL;

	if (!setup_secret(&settings->mailbox.server.password, &password, why))
		return false;
	bool opened = open(settings, password, out, why);
	setup_forget_secret(password);
	return opened;
}

bool
refetch_server_is_well(const struct settings *settings)
{
	CLEANUP(inbox_closep) struct inbox *handled = NULL;
	struct mail_label label;
	struct failure why;
	uint8_t *bytes = NULL;
	size_t count, length = 0;

	if (!open_with(inbox_open_handled, settings, &handled, &why) ||
	    !inbox_list(handled, 0, &label, 1, &count, &why))
		return false;
	if (!count)
		return true;
	bool came =
	    inbox_fetch(handled, &label, settings->mailbox.max_bytes, &bytes, &length, &why);
	inbox_forget(bytes, length);
	/* one that is kept back itself, or gone, tells nothing of the server */
	return came || why.remedy == REMEDY_DESK;
}

/* False where the connection ended. */
static bool
ask_for(const struct intake *intake, uint32_t uid, struct failure *why)
{
	CLEANUP(intake_forget) struct fetched_mail fetched = {0};
	struct mail_label label;
	enum mail_added added;
	size_t count;

	if (!inbox_list(intake->inbox, uid - 1, &label, 1, &count, why))
		return false;
	if (!count || label.place.uid != uid)
		return true;
	if (!intake_fetch(intake, &label, &fetched, why))
		return strcmp(why->code, "inbox.refused") == 0 ||
		    strcmp(why->code, "inbox.vanished") == 0;
	if (!intake_commit(intake, &label, &fetched, &added, why))
		return strcmp(why->code, "ledger.facts") == 0;
	log_line(
	    LOG_LEVEL_NOTICE, "uid %u is handed out after all, %zu bytes", uid, fetched.length);
	return true;
}

/* Each on the connection of the one before, unless that was cut. False where there is none to be had. */
static bool
ask_for_each(const struct reconciler *reconciler, uint32_t uid_validity, const uint32_t *uids,
    size_t count, uint32_t *last, struct failure *why)
{
	CLEANUP(inbox_closep) struct inbox *own = NULL;
	struct intake intake = {.ledger = reconciler->ledger,
	    .sealing_public = reconciler->sealing_public,
	    .max_bytes = reconciler->settings->mailbox.max_bytes,
	    .address = reconciler->settings->identity.address};
	unsigned cuts = 0;

	for (size_t at = 0; at < count && cuts < CUTS_MAX; at++) {
		if (!own && !open_with(inbox_open, reconciler->settings, &own, why))
			return false;
		intake.inbox = own;
		*last = uids[at];
		if (inbox_uid_validity(own) != uid_validity || ask_for(&intake, uids[at], why))
			continue;
		log_failure(LOG_LEVEL_NOTICE, "fetching once more", why);
		inbox_closep(&own);
		cuts++;
	}
	return true;
}

void
refetch(struct reconciler *reconciler, const struct inbox *inbox)
{
	const struct mail_place above = {.account = inbox_account(inbox),
	    .folder = reconciler->settings->mailbox.folder,
	    .uid_validity = inbox_uid_validity(inbox),
	    .uid = reconciler->asked_to};
	struct failure why;
	uint32_t uids[BATCH];
	size_t count;

	reconciler->asked_to = 0;
	if (!ledger_unfetched(reconciler->ledger, &above, reconciler->settings->mailbox.max_bytes,
		uids, BATCH, &count, &why) ||
	    !ask_for_each(reconciler, above.uid_validity, uids, count, &reconciler->asked_to, &why))
		log_failure(LOG_LEVEL_WARNING, "fetching once more", &why);
}
