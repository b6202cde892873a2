/* Lists, fetches and files mails by UID, and lets nothing the server says stand unchecked. */
/* SPDX-License-Identifier: MIT */
#include "inbox/inbox.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mistake.h"
#include "base/pulse.h"
#include "inbox/filing.h"
#include "inbox/folder_name.h"
#include "inbox/imap_session.h"
#include "inbox/refiling.h"

enum {
	UIDS_PER_COMMAND = 200, /* some servers stop reading a line after 8 kB */
	FIRST_BUFFER_BYTES = 64 * 1024,
};

struct inbox {
	struct imap_session *session;
	char *account;
	const char *folder;   /* the operator's spelling; of the settings */
	char *folder_on_wire; /* IMAP's: modified UTF-7 */
	char *handled_on_wire;
	uint32_t uid_validity;
	uint32_t listed; /* the highest UID given out so far */
	GArray *ahead;   /* UIDs above it that were found with it */
	GArray *fetched; /* UIDs that cannot have been filed before: the ledger had none of them */
};

/* RFC 5530: a NO that will pass must not read like a folder that is not there. */
static bool
will_pass(const struct failure *why)
{
	return strstr(why->reason, "[UNAVAILABLE]") || strstr(why->reason, "[INUSE]") ||
	    strstr(why->reason, "[SERVERBUG]");
}

static bool
fail_for_folder(const char *folder, struct failure *why)
{
	if (!strcmp(why->code, "inbox.refused") && !will_pass(why)) {
		why->remedy = REMEDY_STOP;
		why->code = "inbox.folder";
	}
	return fail_while(why, "folder %s", folder);
}

static GArray *
new_uids(void)
{
	return g_array_new(FALSE, FALSE, sizeof(uint32_t));
}

static uint32_t
validity_of(const struct inbox *inbox)
{
	/* The mistake "old-numbers": a folder that is numbered anew is taken for the old one. */
	return mistake("old-numbers") ? 1 : imap_session_uid_validity(inbox->session);
}

static bool
learn_uid_validity(struct inbox *inbox, struct failure *why)
{
	inbox->uid_validity = validity_of(inbox);
	return inbox->uid_validity ||
	    fail(why, REMEDY_STOP, "inbox.folder", "the server gives %s no UIDVALIDITY",
		inbox->folder);
}

static bool
open_folders(struct inbox *inbox, const char *handled, struct failure *why)
{
	if (!filing_ensure_folder(inbox->session, inbox->handled_on_wire, why))
		return fail_for_folder(handled, why);
	if (!imap_session_select(inbox->session, inbox->folder_on_wire, why))
		return fail_for_folder(inbox->folder, why);
	if (!learn_uid_validity(inbox, why))
		return false;
	if (imap_session_is_read_only(inbox->session))
		return fail(
		    why, REMEDY_STOP, "inbox.folder", "%s opens for reading only", inbox->folder);
	return true;
}

static bool
examine_folder(struct inbox *inbox, struct failure *why)
{
	if (!filing_ensure_folder(inbox->session, inbox->folder_on_wire, why) ||
	    !imap_session_examine(inbox->session, inbox->folder_on_wire, why))
		return fail_for_folder(inbox->folder, why);
	return learn_uid_validity(inbox, why);
}

static bool
log_in(struct inbox *inbox, const struct settings *settings, const char *folder,
    const char *password, struct failure *why)
{
	inbox->fetched = new_uids();
	inbox->ahead = new_uids();
	inbox->folder = folder;
	inbox->account = folder_account(&settings->mailbox.server);
	return folder_spell(folder, &inbox->folder_on_wire, why) &&
	    folder_spell(settings->mailbox.handled, &inbox->handled_on_wire, why) &&
	    imap_session_open(&settings->mailbox.server, password,
		settings->mailbox.timeout_seconds, &inbox->session, why);
}

bool
inbox_open(
    const struct settings *settings, const char *password, struct inbox **out, struct failure *why)
{
	CLEANUP(inbox_closep) struct inbox *inbox = g_new0(struct inbox, 1);

	if (!log_in(inbox, settings, settings->mailbox.folder, password, why) ||
	    !open_folders(inbox, settings->mailbox.handled, why))
		return false;
	*out = TAKE(inbox);
	return true;
}

bool
inbox_open_handled(
    const struct settings *settings, const char *password, struct inbox **out, struct failure *why)
{
	CLEANUP(inbox_closep) struct inbox *inbox = g_new0(struct inbox, 1);

	if (!log_in(inbox, settings, settings->mailbox.handled, password, why) ||
	    !examine_folder(inbox, why))
		return false;
	*out = TAKE(inbox);
	return true;
}

void
inbox_close(struct inbox *inbox)
{
	if (!inbox)
		return;
	imap_session_close(inbox->session);
	g_free(inbox->account);
	g_free(inbox->folder_on_wire);
	g_free(inbox->handled_on_wire);
	if (inbox->fetched)
		g_array_unref(inbox->fetched);
	if (inbox->ahead)
		g_array_unref(inbox->ahead);
	g_free(inbox);
}

void
inbox_closep(struct inbox **inbox)
{
	inbox_close(*inbox);
	*inbox = NULL;
}

uint32_t
inbox_uid_validity(const struct inbox *inbox)
{
	return inbox->uid_validity;
}

const char *
inbox_account(const struct inbox *inbox)
{
	return inbox->account;
}

/* A server may say mid-session that the UIDs mean other mails from now on. */
static bool
uids_still_hold(const struct inbox *inbox, struct failure *why)
{
	uint32_t now = validity_of(inbox);

	return now == inbox->uid_validity ||
	    fail(why, REMEDY_RETRY, "inbox.changed", "UIDVALIDITY was %u and is %u",
		inbox->uid_validity, now);
}

static bool
search_after(struct inbox *inbox, uint32_t last_uid, GArray *found, struct failure *why)
{
	if (last_uid == UINT32_MAX) {
		g_array_set_size(found, 0);
		return imap_session_noop(inbox->session, why) && uids_still_hold(inbox, why);
	}
	return imap_session_search_from(inbox->session, last_uid + 1, found, why) &&
	    uids_still_hold(inbox, why);
}

/*
 * A mail that SEARCH named and FETCH passed over gets a label all the same, of size 0: what has
 * become of it is found out when it is fetched, and none is stepped over.
 */
static void
write_label(const struct inbox *inbox, const struct imap_description *mail, struct mail_label *out)
{
	*out = (struct mail_label){
	    .place = {.account = inbox->account,
		.folder = inbox->folder,
		.uid_validity = inbox->uid_validity,
		.uid = mail->uid},
	    .bytes = mail->bytes,
	    .arrived_at = mail->arrived_at > 0 ? mail->arrived_at : clock_now(),
	};
}

static bool
describe(struct inbox *inbox, const GArray *uids, struct imap_description *mails, size_t count,
    struct failure *why)
{
	for (size_t at = 0; at < count; at++)
		mails[at] = (struct imap_description){.uid = g_array_index(uids, uint32_t, at)};
	for (size_t at = 0; at < count; at += UIDS_PER_COMMAND)
		if (!imap_session_describe(
			inbox->session, mails + at, MIN(count - at, UIDS_PER_COMMAND), why))
			return false;
	return uids_still_hold(inbox, why);
}

bool
inbox_list(struct inbox *inbox, uint32_t last_uid, struct mail_label *labels, size_t room,
    size_t *count, struct failure *why)
{
	g_autofree struct imap_description *mails = NULL;
	bool goes_on = inbox->ahead->len && last_uid == inbox->listed;

	/* A search names all there are: once for each page would cost their number squared. */
	if (!goes_on && !search_after(inbox, last_uid, inbox->ahead, why))
		return false;
	size_t listed = MIN(room, inbox->ahead->len);
	mails = g_new0(struct imap_description, listed + 1);
	if (listed && !describe(inbox, inbox->ahead, mails, listed, why))
		return false;
	g_array_remove_range(inbox->ahead, 0, (guint)listed);
	for (size_t at = 0; at < listed; at++)
		write_label(inbox, &mails[at], &labels[at]);
	inbox->listed = listed ? mails[listed - 1].uid : last_uid;
	*count = listed;
	return true;
}

bool
inbox_among(struct inbox *inbox, const uint32_t *uids, size_t count, uint32_t *present,
    size_t *found, struct failure *why)
{
	*found = 0;
	for (size_t at = 0; at < count; at += UIDS_PER_COMMAND) {
		g_autoptr(GArray) asked = new_uids(), there = new_uids();
		g_array_append_vals(asked, uids + at, (guint)MIN(count - at, UIDS_PER_COMMAND));
		if (!imap_session_search_among(inbox->session, asked, true, there, why) ||
		    !uids_still_hold(inbox, why))
			return false;
		for (guint one = 0; one < there->len && *found < count; one++)
			present[(*found)++] = g_array_index(there, uint32_t, one);
	}
	return true;
}

/* A mail's bytes as they come; an outgrown place is wiped, not left in the heap. */
struct gathered {
	uint8_t *bytes;
	size_t used, size;
};

void
inbox_forget(uint8_t *bytes, size_t length)
{
	if (bytes)
		explicit_bzero(bytes, length);
	g_free(bytes);
}

static void
forget_gathered(struct gathered *gathered)
{
	inbox_forget(gathered->bytes, gathered->used);
	*gathered = (struct gathered){0};
}

static bool
gather(void *context, const char *bytes, size_t length)
{
	struct gathered *gathered = context;

	if (length > gathered->size - gathered->used) {
		size_t size = (gathered->used + length) * 2;
		uint8_t *larger = g_malloc(MAX(size, FIRST_BUFFER_BYTES));
		if (gathered->used)
			memcpy(larger, gathered->bytes, gathered->used);
		inbox_forget(gathered->bytes, gathered->used);
		gathered->bytes = larger;
		gathered->size = MAX(size, FIRST_BUFFER_BYTES);
	}
	memcpy(gathered->bytes + gathered->used, bytes, length);
	gathered->used += length;
	return true;
}

/* Nothing came, or not what was asked for: is the mail gone, or does the server keep it back? */
static bool
fail_for_mail(struct inbox *inbox, uint32_t uid, struct failure *why)
{
	g_autoptr(GArray) asked = new_uids(), present = new_uids();
	struct failure refused = *why;

	g_array_append_val(asked, uid);
	if (!imap_session_search_among(inbox->session, asked, false, present, why))
		return false;
	if (present->len == 0)
		return fail(why, REMEDY_DESK, "inbox.vanished", "UID %u is no longer there", uid);
	*why = refused;
	return false;
}

static bool
fetch_once(struct inbox *inbox, const struct mail_label *label, size_t max_bytes,
    struct gathered *out, struct failure *why)
{
	const uint32_t uid = label->place.uid;
	bool was_it = false;

	if (!imap_session_fetch(
		inbox->session, uid, label->bytes, max_bytes, gather, out, &was_it, why))
		return !strcmp(why->code, "inbox.refused") ? fail_for_mail(inbox, uid, why) : false;
	if (was_it && out->used)
		return uids_still_hold(inbox, why);
	(void)fail(why, REMEDY_RETRY, "inbox.refused", "the server sent %s for UID %u",
	    out->used ? "something else" : "nothing", uid);
	return fail_for_mail(inbox, uid, why);
}

/*
 * Exchange estimates RFC822.SIZE unless told otherwise, so a length that differs is no proof of
 * a fault. Twice the same bytes are: the server has no more than these.
 */
static bool
confirm(struct inbox *inbox, const struct mail_label *label, size_t max_bytes,
    const struct gathered *first, struct failure *why)
{
	CLEANUP(forget_gathered) struct gathered second = {0};

	if (first->used == label->bytes)
		return true;
	if (!fetch_once(inbox, label, max_bytes, &second, why))
		return false;
	return (second.used == first->used && !memcmp(first->bytes, second.bytes, first->used)) ||
	    fail(why, REMEDY_RETRY, "inbox.refused", "UID %u came twice and differently",
		label->place.uid);
}

bool
inbox_fetch(struct inbox *inbox, const struct mail_label *label, size_t max_bytes, uint8_t **bytes,
    size_t *length, struct failure *why)
{
	CLEANUP(forget_gathered) struct gathered whole = {0};

	if (label->bytes > max_bytes)
		return fail(why, REMEDY_DESK, "inbox.too-large", "%" G_GUINT64_FORMAT " bytes",
		    label->bytes);
	if (label->place.uid_validity != inbox->uid_validity)
		return fail(why, REMEDY_RETRY, "inbox.changed", "the label is of UIDVALIDITY %u",
		    label->place.uid_validity);
	bool is_whole = fetch_once(inbox, label, max_bytes, &whole, why) &&
	    confirm(inbox, label, max_bytes, &whole, why);
	/* The mistake "half-mail": what came before the line was cut is taken for the mail. */
	if (!is_whole && !(mistake("half-mail") && whole.used))
		return false;
	g_array_append_val(inbox->fetched, label->place.uid);
	*length = whole.used;
	*bytes = TAKE(whole.bytes);
	whole.used = 0;
	return true;
}

/* A mail that was not fetched just now may have been copied before a crash. */
static bool
mark_copied_before(struct inbox *inbox, const uint32_t *uids, size_t count, struct failure *why)
{
	g_autoptr(GArray) suspects = new_uids();

	if (imap_session_has_move(inbox->session))
		return true;
	for (size_t at = 0; at < count; at++) {
		bool is_new = false;
		for (guint seen = 0; seen < inbox->fetched->len && !is_new; seen++)
			is_new = g_array_index(inbox->fetched, uint32_t, seen) == uids[at];
		if (!is_new)
			g_array_append_val(suspects, uids[at]);
	}
	return refiling_mark_copied(
		   inbox->session, inbox->folder_on_wire, inbox->handled_on_wire, suspects, why) &&
	    uids_still_hold(inbox, why);
}

bool
inbox_file(struct inbox *inbox, const uint32_t *uids, size_t count, struct failure *why)
{
	for (size_t at = 0; at < count; at += UIDS_PER_COMMAND) {
		size_t some = MIN(count - at, UIDS_PER_COMMAND);
		if (!uids_still_hold(inbox, why) ||
		    !mark_copied_before(inbox, uids + at, some, why) ||
		    !filing_move(inbox->session, uids + at, some, inbox->handled_on_wire, why)) {
			g_array_set_size(inbox->fetched, 0);
			return false;
		}
	}
	g_array_set_size(inbox->fetched, 0);
	return uids_still_hold(inbox, why);
}

/* Sleeps; true when wake_fd woke us, or a signal did. */
static bool
sleep_until_woken(unsigned seconds, int wake_fd)
{
	struct pollfd wake = {.fd = wake_fd, .events = POLLIN};

	return pulse_poll(&wake, 1, (int)(seconds * 1000)) != 0;
}

bool
inbox_wait(struct inbox *inbox, unsigned seconds, int wake_fd, struct failure *why)
{
	g_autoptr(GArray) found = new_uids();

	/* asks first: what came since the last list would otherwise be told before IDLE's "+" */
	if (!search_after(inbox, inbox->listed, found, why))
		return false;
	if (found->len)
		return true;
	seconds = MIN(seconds, IDLE_MAX_SECONDS);
	if (imap_session_has_idle(inbox->session))
		return imap_session_idle(inbox->session, seconds, wake_fd, why);
	return sleep_until_woken(seconds, wake_fd) || imap_session_noop(inbox->session, why);
}
