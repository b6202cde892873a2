/* One mail of the mailbox or of the Handled folder, held against the ledger. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/reconcile_mail.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mistake.h"
#include "mailroom/intake.h"

void
review_add(struct review *review, const char *kind, int64_t subject)
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
	review_add(review, kind, known.mail);
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

/* What nobody has read is not settled by lying there: the desk is told, unless it was already. */
static bool
look_at_large(struct review *review, const struct mail_label *label, struct failure *why)
{
	struct ledger *ledger = review->reconciler->ledger;
	struct place_known known;
	enum mail_added added;

	if (!ledger_note_sighting(ledger, label, NULL, &known, why))
		return false;
	if (!known.is_known) {
		if (!ledger_add_unfetched(
			ledger, label, "mail.too-large", clock_now(), &added, why) ||
		    !ledger_find_place(ledger, &label->place, &known, why))
			return false;
		review_add(review, "mail.found", known.mail);
	}
	remember(review, known.mail);
	return true;
}

static bool
look_at_bytes(struct review *review, struct mail_label *label, struct failure *why)
{
	CLEANUP(intake_forget) struct fetched_mail fetched = {0};
	const struct settings *settings = review->reconciler->settings;
	const struct intake intake = {.inbox = review->handled,
	    .ledger = review->reconciler->ledger,
	    .sealing_public = review->reconciler->sealing_public,
	    .max_bytes = settings->mailbox.max_bytes,
	    .address = settings->identity.address};
	struct place_known known;
	bool has_id;

	label->is_in_handled = true;
	if (label->bytes > settings->mailbox.max_bytes)
		return look_at_large(review, label, why);
	review->fetches++;
	if (!intake_fetch(&intake, label, &fetched, why))
		return is_for_later(why);
	if (!ledger_note_sighting(intake.ledger, label, fetched.raw_hash, &known, why) ||
	    !ledger_has_outer_id(intake.ledger, label->outer_id_hash, &has_id, why))
		return false;
	if (!known.is_known)
		return take_in(
		    review, &intake, label, &fetched, has_id ? "mail.altered" : "mail.found", why);
	remember(review, known.mail);
	return true;
}

bool
review_handled(struct review *review, struct mail_label *label, struct failure *why)
{
	struct place_known known;

	if (!ledger_find_place(review->reconciler->ledger, &label->place, &known, why))
		return false;
	/* The mistake "skip-unknown": what the ledger does not have is passed over. */
	if (mistake("skip-unknown") && !known.is_known)
		return true;
	if (!known.is_known)
		return look_at_bytes(review, label, why);
	remember(review, known.mail);
	return true;
}

/* It has a row now, whose mail it was or not: `added` says which. */
static bool
tell_what_lay_there(struct review *review, const struct mail_label *label, enum mail_added added,
    struct failure *why)
{
	struct ledger *ledger = review->reconciler->ledger;
	struct place_known known;

	if (!ledger_find_place(ledger, &label->place, &known, why))
		return false;
	if (added != MAIL_KNOWN) {
		log_line(LOG_LEVEL_WARNING, "uid %u of %s was not in the ledger: taken in",
		    label->place.uid, label->place.folder);
		review_add(review, "mail.passed-over", known.mail);
		return true;
	}
	if (!known.is_fetched || !known.is_filed)
		return true;
	review_add(review, "mail.not-filed", known.mail);
	return ledger_refile(ledger, known.mail, why);
}

/*
 * A mail that receive stepped over, or that lies where one was filed away from: no server may give
 * a UID out twice, and some do, so only its bytes tell which it is; where it is too large for that,
 * its size and date.
 */
static bool
look_what_it_is(struct review *review, struct mail_label *label, struct failure *why)
{
	CLEANUP(intake_forget) struct fetched_mail fetched = {0};
	const struct settings *settings = review->reconciler->settings;
	const struct intake intake = {.inbox = review->mailbox,
	    .ledger = review->reconciler->ledger,
	    .sealing_public = review->reconciler->sealing_public,
	    .max_bytes = settings->mailbox.max_bytes,
	    .address = settings->identity.address};
	enum mail_added added;

	if (label->bytes > settings->mailbox.max_bytes)
		return ledger_add_unfetched(
			   intake.ledger, label, "mail.too-large", clock_now(), &added, why) &&
		    tell_what_lay_there(review, label, added, why);
	if (!intake_fetch(&intake, label, &fetched, why))
		return is_for_later(why);
	return intake_commit(&intake, label, &fetched, &added, why) &&
	    tell_what_lay_there(review, label, added, why);
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

bool
review_waiting(
    struct review *review, struct mail_label *label, uint32_t newest, struct failure *why)
{
	struct ledger *ledger = review->reconciler->ledger;
	struct place_known known;
	bool lies_there;

	if (!ledger_find_place(ledger, &label->place, &known, why))
		return false;
	if (!known.is_known && label->place.uid > newest)
		return true;
	if (!known.is_known || intake_is_another(&known, label))
		return look_what_it_is(review, label, why);
	if (!known.is_fetched || !known.is_filed)
		return true;
	if (!is_present(review, label->place.uid, &lies_there, why))
		return false;
	return !lies_there || look_what_it_is(review, label, why);
}
