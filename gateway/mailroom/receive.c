/* Duty 1: new mail goes from the inbox into the ledger, once, sealed. */
/* SPDX-License-Identifier: MIT */
/*
 * The way of a mail in.
 *
 *   inbox_list        what is above the highest UID that the ledger has, and now and then below
 *   inbox_fetch       its bytes, whole and as long as they should be
 *   seal_box_close    under a key of its own, boxed to the keyholder
 *   ledger_add_mail   committed: from here on it cannot be lost
 *   inbox_file        only then moved to the Handled folder
 *   reconcile         once a day: mailbox and Handled folder against the ledger
 *   inbox_wait        IDLE, and a poll beside it
 */
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mistake.h"
#include "base/step.h"
#include "mailroom/alarm.h"
#include "mailroom/confine.h"
#include "mailroom/duties.h"
#include "mailroom/equipment.h"
#include "mailroom/intake.h"
#include "mailroom/reconcile.h"
#include "mailroom/refetch.h"
#include "mailroom/retry_times.h"
#include "mailroom/signals.h"

enum {
	BATCH = 16,
	FILE_BATCH = 64,
	FETCH_TRIES_MAX = 3,
	ALARM_AFTER_FAILURES = 4,
	LOOK_BACK_SECONDS = 600,
	TURN_PAUSE_MS = 50,
	TURN_PAUSES_MAX = 60
};

struct receiver {
	const struct duty_orders *orders;
	struct equipment equipment;
	struct ledger *ledger;
	struct inbox *inbox;
	struct reconciler reconciler;
	unsigned failures;     /* in a row */
	uint32_t stubborn_uid; /* the mail that could not be fetched last, and how often */
	unsigned stubborn_tries;
	bool fetch_failed;      /* how the connection ended: at a mail that is tried again, */
	bool passed_over;       /* or at one that is not, and there is no reason to wait */
	int64_t looked_back_at; /* at the whole mailbox, 0: not on this connection */
	int64_t refetched_at;   /* what could not be fetched was asked for again */
	unsigned refusals;      /* to file what the ledger has, in a row */
};

static bool
add_unfetched(struct receiver *receiver, const struct mail_label *label, const char *code,
    struct failure *why)
{
	enum mail_added added;

	log_line(LOG_LEVEL_WARNING, "uid %u: %s, %llu bytes", label->place.uid, code,
	    (unsigned long long)label->bytes);
	return ledger_add_unfetched(receiver->ledger, label, code, clock_now(), &added, why);
}

/* The mail is written down as one that stays where it is. What is left of its connection is not used. */
static bool
pass_over(struct receiver *receiver, const struct mail_label *label, const char *code,
    struct failure *why)
{
	if (!add_unfetched(receiver, label, code, why))
		return false;
	receiver->stubborn_tries = 0;
	receiver->passed_over = true;
	return fail(why, REMEDY_RETRY, "inbox.network", "uid %u is passed over", label->place.uid);
}

/*
 * A mail that cannot be fetched does not keep the others waiting for ever, whatever the server
 * does instead of handing it out: it hands out others, so the fault lies with this mail when it
 * happens again and again. While it hands out none, that is an outage, and no mail's fault.
 */
static bool
give_up_fetching(struct receiver *receiver, const struct mail_label *label, struct failure *why)
{
	struct failure of = *why;

	if (of.remedy == REMEDY_DESK && strcmp(of.code, "inbox.vanished") == 0) {
		log_line(
		    LOG_LEVEL_NOTICE, "uid %u vanished before it was fetched", label->place.uid);
		return true;
	}
	/* Larger than it was said to be: a server that is ill says so of any mail, so once is not enough. */
	bool is_too_large = of.remedy == REMEDY_DESK;
	if (is_too_large && !label->bytes)
		return pass_over(receiver, label, "mail.too-large", why);
	if (strcmp(of.code, "inbox.changed") == 0)
		return false;
	if (receiver->stubborn_uid != label->place.uid)
		receiver->stubborn_tries = 0;
	receiver->stubborn_uid = label->place.uid;
	if (!refetch_server_is_well(receiver->equipment.settings))
		return false;
	receiver->fetch_failed = true;
	if (++receiver->stubborn_tries < FETCH_TRIES_MAX)
		return false;
	log_failure(LOG_LEVEL_WARNING, "fetching", &of);
	return pass_over(
	    receiver, label, is_too_large ? "mail.too-large" : "mail.unfetchable", why);
}

static bool
take_in(struct receiver *receiver, struct mail_label *label, struct failure *why)
{
	CLEANUP(intake_forget) struct fetched_mail fetched = {0};
	const struct settings *settings = receiver->equipment.settings;
	const struct intake intake = {.inbox = receiver->inbox,
	    .ledger = receiver->ledger,
	    .sealing_public = receiver->equipment.sealing_public,
	    .max_bytes = settings->mailbox.max_bytes,
	    .address = settings->identity.address};
	enum mail_added added;

	if (label->bytes > settings->mailbox.max_bytes)
		return add_unfetched(receiver, label, "mail.too-large", why);
	if (!intake_fetch(&intake, label, &fetched, why))
		return give_up_fetching(receiver, label, why);
	if (mistake("move-first") && !inbox_file(receiver->inbox, &label->place.uid, 1, why))
		return false;
	if (!intake_commit(&intake, label, &fetched, &added, why))
		return false;
	if (added == MAIL_ADDED)
		log_line(
		    LOG_LEVEL_INFO, "uid %u received, %zu bytes", label->place.uid, fetched.length);
	return true;
}

/*
 * Two gateways may be at work on one ledger and one mailbox: where both move a mail at once, the
 * server leaves two of it. Whoever ends lets go of its turn. -1: it is not ours now.
 */
static int
take_turn(const struct settings *settings)
{
	g_autofree char *folder = g_path_get_dirname(settings->ledger.path);
	int turn = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (unsigned pauses = 0; turn >= 0 && flock(turn, LOCK_EX | LOCK_NB) != 0; pauses++) {
		if (pauses == TURN_PAUSES_MAX || signals_ask_stop()) {
			(void)close(turn);
			return -1;
		}
		signals_nap(TURN_PAUSE_MS);
	}
	return turn;
}

/*
 * Files away what the ledger has, as far as this connection has looked; what was committed before a
 * crash is filed after it. What lies further up may be another mail by now.
 */
static bool
file_all(struct receiver *receiver, uint32_t looked_to, struct failure *why)
{
	const char *account = inbox_account(receiver->inbox);
	const char *folder = receiver->equipment.settings->mailbox.folder;
	uint32_t validity = inbox_uid_validity(receiver->inbox), uids[FILE_BATCH];
	size_t count;

	do {
		if (!ledger_unfiled(
			receiver->ledger, account, folder, validity, uids, FILE_BATCH, &count, why))
			return false;
		bool is_all = count < FILE_BATCH;
		while (count && uids[count - 1] > looked_to)
			count--;
		if (!count)
			return true;
		step("before inbox_file");
		if (!inbox_file(receiver->inbox, uids, count, why))
			return false;
		step("after inbox_file");
		if (!ledger_filed(receiver->ledger, account, folder, validity, uids, count, why))
			return false;
		if (is_all)
			return true;
	} while (count == FILE_BATCH);
	return true;
}

/* What lies there when it is another's turn is filed by that one, or at the next look. */
static bool
file_handled(struct receiver *receiver, uint32_t looked_to, struct failure *why)
{
	int turn = take_turn(receiver->equipment.settings);

	if (turn < 0)
		return true;
	bool filed = file_all(receiver, looked_to, why);
	(void)close(turn);
	return filed;
}

/* New mail does not wait for what the server will not file: that stays where it is. */
static bool
file_or_bear(struct receiver *receiver, uint32_t looked_to, struct failure *why)
{
	bool filed = file_handled(receiver, looked_to, why);

	if (!filed && (receiver->orders->once || strcmp(why->code, "inbox.refused") != 0))
		return false;
	receiver->refusals = filed ? 0 : receiver->refusals + 1;
	if (!filed)
		log_failure(LOG_LEVEL_WARNING, "filing", why);
	if (receiver->refusals >= ALARM_AFTER_FAILURES)
		alarm_raise(receiver->equipment.settings, "inbox.not-filed", NULL);
	return true;
}

/* Of those at or below the newest known: one that the ledger does not have, or has as another mail. */
static bool
is_to_be_looked_at(
    struct receiver *receiver, const struct mail_label *label, bool *out, struct failure *why)
{
	struct place_known known;
	uint32_t uid = label->place.uid, present;
	size_t count = 0;

	if (!ledger_find_place(receiver->ledger, &label->place, &known, why))
		return false;
	*out = !known.is_known || intake_is_another(&known, label);
	if (*out || !known.is_fetched || !known.is_filed)
		return true;
	/* It may lie there only until somebody expunges it. */
	if (!inbox_among(receiver->inbox, &uid, 1, &present, &count, why))
		return false;
	*out = count == 1;
	return true;
}

/*
 * Where to begin: behind the newest mail known, and now and then at the first. A server that gives
 * UIDs out again would have its mails stepped over.
 */
static uint32_t
begin_after(struct receiver *receiver, uint32_t newest)
{
	int64_t now = clock_steady();

	if (receiver->looked_back_at && now - receiver->looked_back_at < LOOK_BACK_SECONDS)
		return newest;
	receiver->looked_back_at = now;
	return 0;
}

static bool
take_in_all(struct receiver *receiver, struct mail_label *labels, size_t count, uint32_t newest,
    struct failure *why)
{
	for (size_t at = 0; at < count && !signals_ask_stop(); at++) {
		bool wanted = true;
		if (labels[at].place.uid <= newest &&
		    !is_to_be_looked_at(receiver, &labels[at], &wanted, why))
			return false;
		if (wanted && !take_in(receiver, &labels[at], why))
			return false;
	}
	return true;
}

/* Everything that is new, in batches, each filed away after it is committed. */
static bool
take_all_in(struct receiver *receiver, struct failure *why)
{
	const char *account = inbox_account(receiver->inbox);
	const char *folder = receiver->equipment.settings->mailbox.folder;
	struct mail_label labels[BATCH];
	uint32_t newest, last;
	size_t count;

	if (!ledger_last_uid(receiver->ledger, account, folder, inbox_uid_validity(receiver->inbox),
		&newest, why))
		return false;
	last = begin_after(receiver, newest);
	do {
		if (!inbox_list(receiver->inbox, last, labels, BATCH, &count, why))
			return false;
		if (!take_in_all(receiver, labels, count, newest, why))
			return false;
		if (count)
			last = labels[count - 1].place.uid;
		/* Further up lies what another gateway has taken in since, unseen from here. */
		if (!file_or_bear(receiver, count < BATCH ? MAX(last, newest) : last, why))
			return false;
	} while (count == BATCH && !signals_ask_stop());
	return true;
}

static bool
open_inbox(struct receiver *receiver, struct failure *why)
{
	const struct settings *settings = receiver->equipment.settings;
	char *password = NULL;

	if (!setup_secret(&settings->mailbox.server.password, &password, why))
		return false;
	bool opened = inbox_open(settings, password, &receiver->inbox, why);
	setup_forget_secret(password);
	receiver->looked_back_at = 0;
	if (opened)
		log_line(LOG_LEVEL_INFO, "mailbox %s open", inbox_account(receiver->inbox));
	return opened;
}

static void
refetch_when_due(struct receiver *receiver)
{
	int64_t now = clock_steady();

	if (receiver->refetched_at && now - receiver->refetched_at < LOOK_BACK_SECONDS)
		return;
	receiver->refetched_at = now;
	refetch(&receiver->reconciler, receiver->inbox);
}

/* One connection, as long as it lasts. True: asked to stop, or done. */
static bool
serve(struct receiver *receiver, struct failure *why)
{
	unsigned poll_seconds = receiver->equipment.settings->mailbox.poll_seconds;

	if (!open_inbox(receiver, why))
		return false;
	while (!signals_ask_stop()) {
		refetch_when_due(receiver);
		if (!take_all_in(receiver, why))
			return false;
		receiver->failures = 0;
		alarm_raise_due(receiver->ledger, receiver->equipment.settings);
		const char *hindrance = receiver->refusals ? "inbox.not-filed" : NULL;
		if (!ledger_heartbeat(
			receiver->ledger, "receive", true, hindrance, clock_now(), why))
			return false;
		if (receiver->orders->once)
			return true;
		if (reconcile_when_due(&receiver->reconciler, receiver->inbox))
			continue;
		if (!inbox_wait(receiver->inbox, poll_seconds, signals_wake_fd(), why))
			return false;
	}
	return true;
}

/*
 * Says what hinders it, in the ledger and, where it lasts or is serious, by the alarm; then waits.
 */
static void
bear(struct receiver *receiver, const struct failure *why)
{
	const struct settings *settings = receiver->equipment.settings;
	struct failure again;

	receiver->failures++;
	log_failure(LOG_LEVEL_WARNING, "receiving", why);
	if (!ledger_heartbeat(receiver->ledger, "receive", false, why->code, clock_now(), &again))
		log_failure(LOG_LEVEL_ERROR, "receiving", &again);
	if (why->remedy == REMEDY_STOP || receiver->failures >= ALARM_AFTER_FAILURES)
		alarm_raise(settings, why->code, NULL);
	int64_t end = clock_steady() + retry_pause(settings, receiver->failures);
	while (clock_steady() < end && !signals_ask_stop()) {
		(void)alarm_tend();
		signals_nap(1000);
	}
}

/* Connects again and again; only the ledger's own failures end the duty. */
static bool
keep_receiving(struct receiver *receiver, struct failure *why)
{
	while (!signals_ask_stop()) {
		receiver->fetch_failed = receiver->passed_over = false;
		bool served = serve(receiver, why);
		inbox_close(receiver->inbox);
		receiver->inbox = NULL;
		if (served)
			return true;
		if (why->remedy == REMEDY_STOP && strncmp(why->code, "ledger.", 7) == 0)
			return false;
		if (receiver->passed_over)
			continue;
		if (receiver->orders->once && !receiver->fetch_failed &&
		    strcmp(why->code, "inbox.changed") != 0)
			return false;
		bear(receiver, why);
	}
	return true;
}

int
receive_run(const struct duty_orders *orders)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	struct receiver receiver = {.orders = orders};
	struct failure why = {0};

	log_begin("receive");
	confine_process();
	signals_begin(false);
	if (!equipment_open(orders->settings_path, NULL, faults, &receiver.equipment)) {
		faults_print(faults, stderr);
		equipment_close(&receiver.equipment);
		return EX_CONFIG;
	}
	bool worked = confine_networker(&why) &&
	    ledger_open(receiver.equipment.settings->ledger.path, &receiver.ledger, &why);
	receiver.reconciler = (struct reconciler){.settings_path = orders->settings_path,
	    .settings = receiver.equipment.settings,
	    .sealing_public = receiver.equipment.sealing_public,
	    .ledger = receiver.ledger};
	worked = worked && keep_receiving(&receiver, &why);
	if (!worked) {
		log_failure(LOG_LEVEL_ERROR, "receiving", &why);
		alarm_raise(receiver.equipment.settings, why.code, NULL);
	}
	reconciler_end(&receiver.reconciler);
	alarm_finish(receiver.ledger, receiver.equipment.settings);
	ledger_close(receiver.ledger);
	equipment_close(&receiver.equipment);
	if (worked)
		return EX_OK;
	return strncmp(why.code, "ledger.", 7) == 0 ? duty_end_code(&why) : EX_TEMPFAIL;
}
