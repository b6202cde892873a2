/* Duty 3: sealed letters leave, and the answer decides: sent, later, or a person's. */
/* SPDX-License-Identifier: MIT */
/*
 * The way of a letter out.
 *
 *   ledger_claim_letter   committed as `sending`: after a crash it is known that it may have left
 *   outbox_send           one try, always the same bytes with the same Message-ID
 *   ledger_end_letter     sent with the server's words, waiting for another try, or failed:
 *                         then the desk is told by a job of sort
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mistake.h"
#include "base/step.h"
#include "ledger/ledger.h"
#include "mailroom/alarm.h"
#include "mailroom/confine.h"
#include "mailroom/duties.h"
#include "mailroom/equipment.h"
#include "mailroom/owner.h"
#include "mailroom/retry_times.h"
#include "mailroom/signals.h"
#include "mailroom/write_down.h"
#include "outbox/outbox.h"

enum {
	PAUSE_MS = 250,
	BEAT_SECONDS = 10,
	JUMP_SECONDS = 60,
	LEASE_MORE_SECONDS = 60, /* than the longest try */
	ALARM_AFTER_FAILURES = 4
};

struct deliverer {
	const struct duty_orders *orders;
	struct equipment equipment;
	struct ledger *ledger;
	struct outbox *outbox;
	char owner[OWNER_BYTES];
	struct scribe scribe;
	int64_t leases_at;     /* by the steady clock: when to look whose owner is gone */
	unsigned failures;     /* tries in a row after which the server has no letter */
	const char *hindrance; /* the last one's code; NULL: none */
	bool login_refused;    /* the password may have been changed since it was read */
	int64_t password_at;   /* by the steady clock: when to ask for it again */
	int64_t clock_ahead;   /* of the steady clock */
	bool has_resumed;      /* since the start, or the last jump of the clock */
	int64_t resumed_at;    /* after a time that was no time to send in; 0: not noted */
};

/*
 * Time that a clock jumped over, or that the machine slept or was off, was no time to try in. With
 * `once` somebody else says when to come, and the time between is what it shall be.
 */
static bool
resume(struct deliverer *deliverer, int64_t now)
{
	struct failure why;

	if (deliverer->orders->once ||
	    ledger_resume(
		deliverer->ledger, "deliver", JUMP_SECONDS, now, &deliverer->resumed_at, &why))
		return true;
	log_failure(LOG_LEVEL_WARNING, "going on", &why);
	return false;
}

/*
 * What time it is. A jump of the wall clock is noted before any heartbeat of the new time: that
 * would hide it from us, and from others on this ledger.
 */
static int64_t
look_at_clock(struct deliverer *deliverer)
{
	int64_t now = clock_now();
	int64_t ahead = now - clock_steady(), by = ahead - deliverer->clock_ahead;

	if (by > JUMP_SECONDS || by < -JUMP_SECONDS) {
		log_line(LOG_LEVEL_NOTICE, "the clock jumped by %lld s", (long long)by);
		deliverer->clock_ahead = ahead;
		deliverer->has_resumed = false;
	}
	if (!deliverer->has_resumed)
		deliverer->has_resumed = resume(deliverer, now);
	return now;
}

/* What the answer means for this letter: sent, again later, or given up. */
static enum letter_end
end_of(const struct deliverer *deliverer, const struct due_letter *letter,
    const struct outbox_answer *answer, int64_t retry_at, int64_t now)
{
	/* The mistake "wall-clock": what the clock jumped over counts as time to try in. */
	int64_t since = mistake("wall-clock")
	    ? letter->ready_at
	    : retry_since(letter->ready_at, deliverer->resumed_at, now);
	int64_t deadline = retry_deadline(deliverer->equipment.settings, letter->urgency, since);

	switch (answer->result) {
	case OUTBOX_SENT:
		return LETTER_SENT;
	case OUTBOX_NEVER:
		return LETTER_FAILED;
	case OUTBOX_LATER:
	case OUTBOX_UNKNOWN:
		break;
	}
	return deliverer->has_resumed && retry_at > deadline ? LETTER_FAILED : LETTER_WAITS;
}

/*
 * What does not pass by itself: a certificate that is wrong, a login that is refused for good (454
 * is for now).
 */
static bool
is_serious(const struct outbox_answer *answer)
{
	return strcmp(answer->code, "smtp.tls") == 0 ||
	    (strcmp(answer->code, "smtp.login") == 0 && answer->reply_code >= 500);
}

struct ending {
	const char *owner;
	int64_t letter;
	enum letter_end end;
	const struct outbox_answer *answer;
	int64_t retry_at, now;
};

static bool
write_end(struct ledger *ledger, void *context, struct failure *why)
{
	const struct ending *ending = context;
	const struct outbox_answer *answer = ending->answer;

	return ledger_end_letter(ledger, ending->owner, ending->letter, ending->end, answer->code,
	    answer->reply, answer->queue_id, ending->retry_at, ending->now, why);
}

/* The mistake "new-bytes": another try is another letter. */
static const char *
bytes_of(const struct due_letter *letter)
{
	static char bytes[LETTER_MAX_BYTES];
	static const char FIELD[] = "Message-ID: <";

	if (!mistake("new-bytes"))
		return letter->bytes;
	memcpy(bytes, letter->bytes, letter->length);
	char *id = memmem(bytes, letter->length, FIELD, strlen(FIELD));
	if (id && letter->may_be_second)
		id[strlen(FIELD)] = id[strlen(FIELD)] == 'a' ? 'b' : 'a';
	return bytes;
}

static bool
send_letter(struct deliverer *deliverer, const struct due_letter *letter, struct failure *why)
{
	const struct settings *settings = deliverer->equipment.settings;
	struct outbox_answer answer = {0};

	if (letter->may_be_second)
		log_line(LOG_LEVEL_WARNING,
		    "case %s: letter %lld may have left before; its bytes are the same",
		    letter->reference.text, (long long)letter->id);
	step("before outbox_send");
	outbox_send(deliverer->outbox, settings->identity.address, letter->address,
	    bytes_of(letter), letter->length, &answer);
	step("after outbox_send");
	int64_t now = look_at_clock(deliverer);
	int64_t retry_at = now + retry_pause(settings, letter->attempt);
	enum letter_end end = end_of(deliverer, letter, &answer, retry_at, now);
	bool judged = answer.result == OUTBOX_SENT || answer.result == OUTBOX_NEVER;
	deliverer->failures = judged ? 0 : deliverer->failures + 1;
	deliverer->hindrance = judged ? NULL : answer.code;
	deliverer->login_refused = strcmp(answer.code, "smtp.login") == 0;
	log_line(end == LETTER_SENT ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
	    "case %s: %s to %s: %s (%s)", letter->reference.text, letter->kind, letter->to,
	    answer.reply, answer.code);
	if (deliverer->failures >= ALARM_AFTER_FAILURES || is_serious(&answer))
		alarm_raise(settings, answer.code, NULL);
	/*
	 * The server has answered: that must be written down, however busy the ledger is or full
	 * the disk, or the letter would go out again.
	 */
	struct ending ending = {deliverer->owner, letter->id, end, &answer, retry_at, now};
	return write_down(&deliverer->scribe, write_end, &ending, why);
}

static bool
connect_outbox(struct deliverer *deliverer, struct failure *why)
{
	const struct settings *settings = deliverer->equipment.settings;
	char *password = NULL;

	if (!setup_secret(&settings->submission.server.password, &password, why))
		return false;
	outbox_close(deliverer->outbox);
	deliverer->outbox = outbox_open(settings, password);
	setup_forget_secret(password);
	return true;
}

/*
 * What gives the password may fail for now, as a server may: letters wait, and it is asked again. No
 * outbox afterwards: not yet.
 */
static bool
get_password(struct deliverer *deliverer, struct failure *why)
{
	const struct settings *settings = deliverer->equipment.settings;

	if (clock_steady() < deliverer->password_at)
		return true;
	if (connect_outbox(deliverer, why)) {
		deliverer->failures = 0;
		deliverer->hindrance = NULL;
		return true;
	}
	if (deliverer->orders->once)
		return false;
	deliverer->hindrance = why->code;
	if (++deliverer->failures >= ALARM_AFTER_FAILURES)
		alarm_raise(settings, why->code, NULL);
	deliverer->password_at = clock_steady() + retry_pause(settings, deliverer->failures);
	why->remedy = REMEDY_RETRY;
	return false;
}

/* As long as the longest try, where that is not longer than any lease may be. */
static int64_t
lease_seconds(const struct settings *settings)
{
	int64_t seconds = outbox_longest_seconds(settings) + LEASE_MORE_SECONDS;

	return seconds < LEASE_MAX_SECONDS ? seconds : LEASE_MAX_SECONDS;
}

static bool
next_letter(struct deliverer *deliverer, bool *found, struct failure *why)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)LETTER_MAX_BYTES * 2);
	struct due_letter letter;

	*found = false;
	if (deliverer->scribe.was_damaged)
		return fail(why, REMEDY_STOP, "ledger.damaged", "a new process goes on");
	if (!deliverer->outbox && !get_password(deliverer, why))
		return false;
	if (!deliverer->outbox)
		return true;
	if (deliverer->login_refused && !connect_outbox(deliverer, why))
		log_failure(LOG_LEVEL_WARNING, "reading the password again", why);
	deliverer->login_refused = false;
	if (!write_down_has_room(&deliverer->scribe, why) ||
	    !ledger_claim_letter(deliverer->ledger, deliverer->owner, clock_now(),
		lease_seconds(deliverer->equipment.settings), arena, &letter, found, why))
		return false;
	return !*found || send_letter(deliverer, &letter, why);
}

static bool
keep_delivering(struct deliverer *deliverer, struct failure *why)
{
	int64_t beat_at = clock_steady() - BEAT_SECONDS;

	while (!signals_ask_stop()) {
		bool found = false;
		if (!next_letter(deliverer, &found, why)) {
			if (why->remedy == REMEDY_STOP)
				return false;
			log_failure(LOG_LEVEL_WARNING, "delivering", why);
			signals_nap(1000);
		}
		if (!found && deliverer->orders->once)
			return true;
		int64_t now = look_at_clock(deliverer);
		if (deliverer->has_resumed && (found || clock_steady() - beat_at >= BEAT_SECONDS)) {
			const char *hindrance = deliverer->hindrance;
			if (!owner_free_leases(deliverer->ledger, deliverer->equipment.settings,
				&deliverer->leases_at, why) ||
			    !ledger_heartbeat(
				deliverer->ledger, "deliver", !hindrance, hindrance, now, why))
				log_failure(LOG_LEVEL_WARNING, "delivering", why);
			alarm_raise_due(deliverer->ledger, deliverer->equipment.settings);
			beat_at = clock_steady();
		}
		(void)alarm_tend();
		if (!found)
			signals_nap(PAUSE_MS);
	}
	return true;
}

static bool
open_deliverer(struct deliverer *deliverer, struct failure *why)
{
	const struct settings *settings = deliverer->equipment.settings;

	owner_name("deliver", deliverer->owner);
	deliverer->clock_ahead = clock_now() - clock_steady();
	deliverer->scribe = (struct scribe){.ledger = &deliverer->ledger,
	    .settings = settings,
	    .is_brief = deliverer->orders->once};
	if (!ledger_open(settings->ledger.path, &deliverer->ledger, why))
		return false;
	(void)look_at_clock(deliverer);
	return owner_free_leases(deliverer->ledger, settings, &deliverer->leases_at, why);
}

int
deliver_run(const struct duty_orders *orders)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	struct deliverer deliverer = {.orders = orders};
	struct failure why = {0};

	log_begin("deliver");
	confine_process();
	signals_begin(false);
	if (!equipment_open(orders->settings_path, NULL, faults, &deliverer.equipment)) {
		faults_print(faults, stderr);
		equipment_close(&deliverer.equipment);
		return EX_CONFIG;
	}
	bool worked = confine_networker(&why) && open_deliverer(&deliverer, &why) &&
	    keep_delivering(&deliverer, &why);
	if (!worked) {
		log_failure(LOG_LEVEL_ERROR, "delivering", &why);
		alarm_raise(deliverer.equipment.settings, why.code, NULL);
	}
	alarm_finish(deliverer.ledger, deliverer.equipment.settings);
	outbox_close(deliverer.outbox);
	ledger_close(deliverer.ledger);
	equipment_close(&deliverer.equipment);
	if (worked)
		return EX_OK;
	return duty_end_code(&why);
}
