/* Holds mailbox, Handled folder and ledger against each other, and takes in what was missed. */
/* SPDX-License-Identifier: MIT */
/*
 * The way of a reconciliation.
 *
 *   look_at_handled   each mail there: known by its place, by its bytes, or taken in
 *   look_at_mailbox   each mail there: known, or taken in; filed away already: filed again
 *   ledger_audit      the rows against each other
 *   look_for_gone     what was filed and is no longer there
 *   note              written down, and the alarm where there is news
 */
#include "mailroom/reconcile.h"

#include <glib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "mailroom/alarm.h"
#include "mailroom/intake.h"
#include "setup/setup.h"

enum {
	BATCH = 200,
	FETCHES_MAX = 200,   /* of one call: new mail must not wait for it */
	FLAWS_MAX = 1000,    /* of the ledger's own rows, which should have none */
	NOTED_AT_ONCE = 200, /* by one commit: others write meanwhile */
	EVERY_SECONDS = 24 * 3600,
	AGAIN_SECONDS = 3600,  /* after a failure */
	FILING_SECONDS = 3600, /* a mail may be on its way to the Handled folder */
};

/* How far the Handled folder has been looked at; a large one takes several calls. */
struct reconcile_place {
	int64_t began_at;
	uint32_t uid_validity, last;
	size_t looked_at, differences, news;
	GHashTable *lying; /* ids of the mails that lie there */
};

struct review {
	const struct reconciler *reconciler;
	struct reconcile_place *place;
	struct inbox *mailbox, *handled;
	GArray *found; /* of struct difference */
	size_t fetches;
	int64_t now;
	struct reconciliation *out;
};

static void
add_difference(struct review *review, const char *kind, int64_t subject)
{
	struct difference one = {.kind = kind, .subject = subject, .at = review->now};

	g_array_append_val(review->found, one);
}

static void
remember(struct review *review, int64_t mail)
{
	gint64 *key = g_new(gint64, 1);

	*key = mail;
	(void)g_hash_table_add(review->place->lying, key);
}

/* Takes in a mail that the ledger does not have, and names the difference by its row. */
static bool
take_in(struct review *review, const struct intake *intake, const struct mail_label *label,
    const struct fetched_mail *fetched, const char *kind, struct failure *why)
{
	struct place_known known;
	enum mail_added added;

	if (!intake_commit(intake, label, fetched, &added, why) ||
	    !ledger_find_place(intake->ledger, &label->place, &known, why))
		return false;
	log_line(LOG_LEVEL_WARNING, "uid %u of %s was not in the ledger: taken in",
	    label->place.uid, label->place.folder);
	add_difference(review, kind, known.mail);
	if (label->is_in_handled)
		remember(review, known.mail);
	return true;
}

/* A mail that vanished while it was looked at, or is kept back, is looked at the next time. */
static bool
is_for_later(const struct failure *why)
{
	return strcmp(why->code, "inbox.vanished") == 0 || strcmp(why->code, "inbox.refused") == 0;
}

static bool
look_at_bytes(struct review *review, struct mail_label *label, struct failure *why)
{
	CLEANUP(intake_forget) struct fetched_mail fetched = {0};
	const struct settings *settings = review->reconciler->settings;
	const struct intake intake = {.inbox = review->handled,
	    .ledger = review->reconciler->ledger,
	    .sealing_public = review->reconciler->sealing_public,
	    .max_bytes = settings->mailbox.max_bytes};
	struct place_known known;
	bool has_id;

	if (label->bytes > settings->mailbox.max_bytes)
		return ledger_note_sighting(intake.ledger, &label->place, NULL, &known, why);
	review->fetches++;
	label->is_in_handled = true;
	if (!intake_fetch(&intake, label, &fetched, why))
		return is_for_later(why);
	if (!ledger_note_sighting(intake.ledger, &label->place, fetched.raw_hash, &known, why) ||
	    !ledger_has_outer_id(intake.ledger, label->outer_id_hash, &has_id, why))
		return false;
	if (!known.is_known)
		return take_in(
		    review, &intake, label, &fetched, has_id ? "mail.altered" : "mail.found", why);
	remember(review, known.mail);
	return true;
}

static bool
look_at_one_handled(struct review *review, struct mail_label *label, struct failure *why)
{
	struct place_known known;

	if (!ledger_find_place(review->reconciler->ledger, &label->place, &known, why))
		return false;
	if (!known.is_known)
		return look_at_bytes(review, label, why);
	remember(review, known.mail);
	return true;
}

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
			if (review->fetches >= FETCHES_MAX) {
				review->out->is_partial = true;
				return true;
			}
			if (!look_at_one_handled(review, &labels[at], why))
				return false;
			place->last = labels[at].place.uid;
			place->looked_at++;
		}
	} while (count == BATCH);
	return true;
}

/* A mail that receive stepped over: it lies below the newest, and no row has it. */
static bool
take_in_passed_over(struct review *review, struct mail_label *label, struct failure *why)
{
	CLEANUP(intake_forget) struct fetched_mail fetched = {0};
	const struct settings *settings = review->reconciler->settings;
	const struct intake intake = {.inbox = review->mailbox,
	    .ledger = review->reconciler->ledger,
	    .sealing_public = review->reconciler->sealing_public,
	    .max_bytes = settings->mailbox.max_bytes};
	struct place_known known;
	enum mail_added added;

	if (label->bytes <= settings->mailbox.max_bytes) {
		if (!intake_fetch(&intake, label, &fetched, why))
			return is_for_later(why);
		return take_in(review, &intake, label, &fetched, "mail.passed-over", why);
	}
	if (!ledger_add_unfetched(
		intake.ledger, label, "mail.too-large", clock_now(), &added, why) ||
	    !ledger_find_place(intake.ledger, &label->place, &known, why))
		return false;
	add_difference(review, "mail.passed-over", known.mail);
	return true;
}

/* Only what lies there and is not about to be expunged by somebody (\Deleted). */
static bool
is_present(struct review *review, uint32_t uid, bool *out, struct failure *why)
{
	uint32_t present[1];
	size_t found;

	if (!inbox_among(review->mailbox, &uid, 1, present, &found, why))
		return false;
	*out = found == 1;
	return true;
}

static bool
look_at_one(struct review *review, struct mail_label *label, uint32_t newest, struct failure *why)
{
	struct ledger *ledger = review->reconciler->ledger;
	struct place_known known;
	bool lies_there;

	if (!ledger_find_place(ledger, &label->place, &known, why))
		return false;
	if (!known.is_known)
		return label->place.uid > newest || take_in_passed_over(review, label, why);
	if (!known.is_fetched || !known.is_filed)
		return true;
	if (!is_present(review, label->place.uid, &lies_there, why))
		return false;
	if (!lies_there)
		return true;
	add_difference(review, "mail.not-filed", known.mail);
	return ledger_refile(ledger, known.mail, why);
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
			if (!look_at_one(review, &labels[at], newest, why))
				return false;
		}
		review->out->in_mailbox += count;
	} while (count == BATCH);
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
			after = ids[at];
			if (!g_hash_table_contains(review->place->lying, &after))
				add_difference(review, "mail.gone", after);
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
	if (news)
		alarm_raise(review->reconciler->settings, "reconcile.differences", NULL);
	review->place->differences += review->found->len;
	review->place->news += news;
	if (review->out->is_partial)
		return true;
	write_down(review->reconciler, true, NULL);
	return ledger_settle_differences(review->reconciler->ledger, review->place->began_at, why);
}

static bool
go_through(struct review *review, struct failure *why)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)1024 * 1024);
	struct difference *own;
	size_t count;

	if (!look_at_handled(review, why) || !look_at_mailbox(review, why) ||
	    !ledger_audit(
		review->reconciler->ledger, review->now, FLAWS_MAX, arena, &own, &count, why) ||
	    (!review->out->is_partial && !look_for_gone(review, why)))
		return false;
	for (size_t at = 0; at < count; at++)
		add_difference(review, own[at].kind, own[at].subject);
	return note(review, why);
}

void
reconciler_done(struct reconciler *reconciler)
{
	if (reconciler->place)
		g_hash_table_destroy(reconciler->place->lying);
	g_free(reconciler->place);
	reconciler->place = NULL;
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

bool
reconcile_when_due(struct reconciler *reconciler, struct inbox *inbox)
{
	struct reconciliation found;
	struct failure why = {0};
	int64_t now = clock_now();

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
	if (went)
		log_line(LOG_LEVEL_INFO,
		    "reconciled: %zu in the mailbox, %zu handled, %zu differences",
		    found.in_mailbox, found.in_handled, found.differences);
	else
		write_down(reconciler, false, why.code);
	return false;
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
	do {
		if (!reconcile(reconciler, inbox, out, why))
			return false;
	} while (out->is_partial);
	return true;
}
