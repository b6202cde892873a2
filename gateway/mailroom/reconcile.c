/* Holds mailbox, Handled folder and ledger against each other, and takes in what was missed. */
/* SPDX-License-Identifier: MIT */
/*
 * The way of a reconciliation.
 *
 *   look_at_handled   each mail there: known by its place, by its bytes, or taken in (reconcile_mail.c)
 *   look_at_mailbox   each mail there: known, or taken in; filed away already: filed again, unless
 *                     its bytes are another mail's
 *   look_at_rows      the ledger's rows against each other
 *   look_for_gone     what was filed and is no longer there
 *   note              written down, and the alarm where there is news
 *   look_at_pages     whether the file is whole (pages_check.c)
 *
 * One call looks at no more of it than new mail can wait for.
 */
#include "mailroom/reconcile.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "mailroom/alarm.h"
#include "mailroom/reconcile_mail.h"
#include "mailroom/refetch.h"
#include "setup/setup.h"

enum {
	BATCH = 200,
	TWINS_MAX = 64,      /* rows of the same bytes that are looked for */
	LOOKS_MAX = 2000,    /* of one call, that takes a second or two */
	FETCHES_MAX = 200,   /* of one call */
	FLAWS_MAX = 1000,    /* of the ledger's own rows, which should have none */
	NOTED_AT_ONCE = 200, /* by one commit: others write meanwhile */
	EVERY_SECONDS = 24 * 3600,
	AGAIN_SECONDS = 3600,  /* after a failure */
	FILING_SECONDS = 3600, /* a mail may be on its way to the Handled folder */
};

static bool
look_at_handled(struct review *review, struct failure *why)
{
	struct reconcile_place *place = review->place;
	struct mail_label labels[BATCH];
	size_t count;

	do {
		if (!inbox_list(review->handled, place->last, labels, BATCH, &count, why))
			return false;
		for (size_t at = 0; at < count; at++) {
			if (review->fetches >= FETCHES_MAX || review->looks >= LOOKS_MAX) {
				review->out->is_partial = true;
				return true;
			}
			review->looks++;
			if (!review_handled(review, &labels[at], why))
				return false;
			place->last = labels[at].place.uid;
			place->looked_at++;
		}
	} while (count == BATCH);
	return true;
}

static bool
look_at_mailbox(struct review *review, struct failure *why)
{
	struct mail_label labels[BATCH];
	uint32_t last = 0, newest;
	size_t count;

	if (!ledger_last_uid(review->reconciler->ledger, inbox_account(review->mailbox),
		review->reconciler->settings->mailbox.folder, inbox_uid_validity(review->mailbox),
		&newest, why))
		return false;
	do {
		if (!inbox_list(review->mailbox, last, labels, BATCH, &count, why))
			return false;
		for (size_t at = 0; at < count; at++) {
			last = labels[at].place.uid;
			if (!review_waiting(review, &labels[at], newest, why))
				return false;
		}
		review->out->in_mailbox += count;
	} while (count == BATCH);
	return true;
}

/* The same bytes may have come twice, and then what lies there is all of these mails. */
static bool
lies_there(struct review *review, int64_t mail, bool *out, struct failure *why)
{
	int64_t twins[TWINS_MAX];
	size_t count;

	*out = g_hash_table_contains(review->place->lying, &mail);
	if (*out)
		return true;
	if (!ledger_mails_alike(review->reconciler->ledger, mail, twins, TWINS_MAX, &count, why))
		return false;
	for (size_t at = 0; at < count; at++)
		*out = *out || g_hash_table_contains(review->place->lying, &twins[at]);
	return true;
}

static bool
look_for_gone(struct review *review, struct failure *why)
{
	int64_t ids[BATCH], after = 0;
	size_t count;

	do {
		if (!ledger_filed_mails(review->reconciler->ledger, after,
			review->now - FILING_SECONDS, ids, BATCH, &count, why))
			return false;
		for (size_t at = 0; at < count; at++) {
			bool is_there;
			after = ids[at];
			if (!lies_there(review, after, &is_there, why))
				return false;
			if (!is_there)
				review_add(review, "mail.gone", after);
		}
	} while (count == BATCH);
	return true;
}

static void
write_down(const struct reconciler *reconciler, bool went, const char *hindrance)
{
	struct failure why;

	if (!ledger_heartbeat(reconciler->ledger, "reconcile", went, hindrance, clock_now(), &why))
		log_failure(LOG_LEVEL_WARNING, "reconciling", &why);
}

static bool
note_all(struct review *review, size_t *news, struct failure *why)
{
	const struct difference *found = (const struct difference *)(void *)review->found->data;
	size_t few, new_ones;

	*news = 0;
	for (size_t at = 0; at < review->found->len; at += few) {
		few = MIN(review->found->len - at, NOTED_AT_ONCE);
		if (!ledger_note_differences(
			review->reconciler->ledger, found + at, few, review->now, &new_ones, why))
			return false;
		*news += new_ones;
	}
	return true;
}

/* Differences are settled only by a look at everything. */
static bool
note(struct review *review, struct failure *why)
{
	size_t news;

	if (!note_all(review, &news, why))
		return false;
	alarm_raise_due(review->reconciler->ledger, review->reconciler->settings);
	review->place->differences += review->found->len;
	review->place->news += news;
	if (review->out->is_partial)
		return true;
	write_down(review->reconciler, true, NULL);
	return ledger_settle_differences(review->reconciler->ledger, review->place->began_at, why);
}

static bool
look_at_rows(struct review *review, struct failure *why)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)1024 * 1024);
	struct reconcile_place *place = review->place;
	struct difference *own;
	size_t count;

	if (!ledger_audit(review->reconciler->ledger, review->now, &place->audit,
		FLAWS_MAX - place->flaws, arena, &own, &count, why))
		return false;
	for (size_t at = 0; at < count; at++)
		review_add(review, own[at].kind, own[at].subject);
	place->flaws += count;
	review->out->is_partial = !place->audit.is_done;
	return true;
}

static bool
go_through(struct review *review, struct failure *why)
{
	struct reconciliation *out = review->out;

	return look_at_handled(review, why) && look_at_mailbox(review, why) &&
	    (out->is_partial || look_at_rows(review, why)) &&
	    (out->is_partial || look_for_gone(review, why)) && note(review, why);
}

void
reconciler_done(struct reconciler *reconciler)
{
	if (reconciler->place)
		g_hash_table_destroy(reconciler->place->lying);
	g_free(reconciler->place);
	reconciler->place = NULL;
}

void
reconciler_end(struct reconciler *reconciler)
{
	reconciler_done(reconciler);
	pages_check_end(&reconciler->pages);
}

/* Goes on where the last call stopped, unless the server has numbered the folder anew since. */
static struct reconcile_place *
find_place(struct reconciler *reconciler, uint32_t uid_validity)
{
	if (reconciler->place && reconciler->place->uid_validity != uid_validity)
		reconciler_done(reconciler);
	if (!reconciler->place) {
		reconciler->place = g_new0(struct reconcile_place, 1);
		reconciler->place->uid_validity = uid_validity;
		reconciler->place->began_at = clock_now();
		reconciler->place->lying =
		    g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	}
	return reconciler->place;
}

bool
reconcile(struct reconciler *reconciler, struct inbox *inbox, struct reconciliation *out,
    struct failure *why)
{
	CLEANUP(inbox_closep) struct inbox *handled = NULL;
	g_autofree struct review *review = g_new0(struct review, 1);
	char *password = NULL;

	*out = (struct reconciliation){0};
	if (!setup_secret(&reconciler->settings->mailbox.server.password, &password, why))
		return false;
	bool opened = inbox_open_handled(reconciler->settings, password, &handled, why);
	setup_forget_secret(password);
	if (!opened)
		return false;
	review->reconciler = reconciler;
	review->place = find_place(reconciler, inbox_uid_validity(handled));
	review->mailbox = inbox;
	review->handled = handled;
	review->now = clock_now();
	review->out = out;
	review->found = g_array_new(FALSE, FALSE, sizeof(struct difference));
	bool went = go_through(review, why);
	(void)g_array_free(review->found, TRUE);
	out->in_handled = review->place->looked_at;
	out->differences = review->place->differences;
	out->news = review->place->news;
	if (!went || !out->is_partial)
		reconciler_done(reconciler);
	return went;
}

/* When it was done last; 0: never. */
static int64_t
last_done_at(const struct reconciler *reconciler)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)1024 * 1024);
	struct ledger_status status;
	struct failure why;

	if (!ledger_status(reconciler->ledger, arena, &status, &why))
		return 0;
	for (size_t at = 0; at < status.duty_count; at++)
		if (strcmp(status.duties[at].duty, "reconcile") == 0)
			return status.duties[at].worked_at;
	return 0;
}

/* What has become of the look at the pages. */
static void
ask_for_pages(struct reconciler *reconciler)
{
	switch (pages_check_ask(&reconciler->pages)) {
	case PAGES_UNKNOWN:
	case PAGES_WHOLE:
		return;
	case PAGES_DAMAGED:
		log_line(LOG_LEVEL_ERROR, "the ledger is damaged: `wandle ledger check` says how");
		alarm_raise(reconciler->settings, "ledger.damaged", NULL);
		write_down(reconciler, false, "ledger.damaged");
		break;
	case PAGES_UNSEEN:
		log_line(LOG_LEVEL_WARNING, "the ledger's pages could not be looked at");
		write_down(reconciler, false, "ledger.unchecked");
		break;
	}
	reconciler->due_at = clock_now() + AGAIN_SECONDS;
}

bool
reconcile_when_due(struct reconciler *reconciler, struct inbox *inbox)
{
	struct reconciliation found;
	struct failure why = {0};
	int64_t now = clock_now();

	ask_for_pages(reconciler);
	if (!reconciler->due_at)
		reconciler->due_at = last_done_at(reconciler) + EVERY_SECONDS;
	/* a due date further away than that comes of a clock that was wrong */
	if (now < reconciler->due_at && reconciler->due_at <= now + EVERY_SECONDS)
		return false;
	bool went = reconcile(reconciler, inbox, &found, &why);
	if (!went)
		log_failure(LOG_LEVEL_WARNING, "reconciling", &why);
	if (went && found.is_partial)
		return true;
	reconciler->due_at = clock_now() + (went ? EVERY_SECONDS : AGAIN_SECONDS);
	if (!went) {
		write_down(reconciler, false, why.code);
		return false;
	}
	log_line(LOG_LEVEL_INFO, "reconciled: %zu in the mailbox, %zu handled, %zu differences",
	    found.in_mailbox, found.in_handled, found.differences);
	if (!pages_check_begin(&reconciler->pages, reconciler->settings_path))
		log_line(LOG_LEVEL_WARNING, "the ledger's pages could not be looked at");
	return false;
}

static bool
look_at_pages(const struct reconciler *reconciler, struct failure *why)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)1024 * 1024);
	const char **flaws;
	size_t count;

	if (!ledger_check_pages(reconciler->ledger, arena, &flaws, &count, why))
		return false;
	return count == 0 || fail(why, REMEDY_STOP, "ledger.damaged", "%s", flaws[0]);
}

bool
reconcile_now(struct reconciler *reconciler, struct reconciliation *out, struct failure *why)
{
	CLEANUP(inbox_closep) struct inbox *inbox = NULL;
	char *password = NULL;

	if (!setup_secret(&reconciler->settings->mailbox.server.password, &password, why))
		return false;
	bool opened = inbox_open(reconciler->settings, password, &inbox, why);
	setup_forget_secret(password);
	if (!opened)
		return false;
	refetch(reconciler, inbox);
	do {
		if (!reconcile(reconciler, inbox, out, why))
			return false;
	} while (out->is_partial);
	return look_at_pages(reconciler, why);
}
