/* Duty 2: each mail is opened, read, routed, written and sealed by a child, and committed here. */
/* SPDX-License-Identifier: MIT */
/*
 * The way of a job. Sort sees no word of a mail: it hands sealed bytes out and takes sealed
 * letters and identities back.
 *
 *   ledger_claim_job     the attempt is on the disk before anything is opened
 *   sorter_ask_child     in sorter.c: these three, and what fell on the way
 *   start_child          nursery forks it; one line to us, one to the keyholder
 *   talk                 order ->, <- finding, facts ->, <- outcome
 *   end_child            its memory is gone, the keyholder's line has ended
 *   outcome_check        nothing of it is believed
 *   ledger_finish_job    all of it in one transaction
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mistake.h"
#include "mailroom/activation.h"
#include "mailroom/alarm.h"
#include "mailroom/confine.h"
#include "mailroom/duties.h"
#include "mailroom/job.h"
#include "mailroom/owner.h"
#include "mailroom/retry_times.h"
#include "mailroom/signals.h"
#include "mailroom/sorter.h"

enum {
	BEAT_SECONDS = 10,
	PAUSE_MS = 250,
	LEASE_SECONDS = 4 * JOB_MAX_SECONDS,
	GIVE_UP_ATTEMPT = ATTEMPTS_MAX + 4,
	ALARM_AFTER_FAILURES = 3,
	NAP_MAX_SECONDS = 30,
	KEYS_ALARM_TRIES = 3,
	KEYS_MAX_TRIES = 5,
	KEYS_PAUSE_TRIES = 3, /* from then on the pause grows no more */
};
_Static_assert((int)LEASE_SECONDS <= (int)LEASE_MAX_SECONDS, "longer ones count as stuck");

static int32_t
london_day(int64_t at)
{
	struct civil civil = clock_civil(at);

	return day_number(civil.year, civil.month, civil.day);
}

/* In this order: no child may be forked from a process that has the ledger or a secret open. */
static bool
open_sorter(struct sorter *sorter, struct failure *why)
{
	const struct settings *settings = sorter->equipment.settings;

	sorter->day = london_day(clock_now());
	owner_name("sort", sorter->owner);
	sorter->scribe = (struct scribe){
	    .ledger = &sorter->ledger, .settings = settings, .is_brief = sorter->orders->once};
	if (!openpgp_prepare(why) || !sorter_start_keyholder(sorter, why))
		return false;
	const int away[] = {sorter->keyholder.control, signals_wake_fd()};
	return nursery_open(&sorter->equipment, job_do, away, 1, &sorter->nursery, why) &&
	    ledger_open(settings->ledger.path, &sorter->ledger, why) &&
	    activation_check(sorter->ledger, settings, sorter->equipment.rules_hash, why) &&
	    owner_free_leases(sorter->ledger, settings, &sorter->leases_at, why);
}

static void
close_sorter(struct sorter *sorter)
{
	ledger_close(sorter->ledger);
	nursery_close(&sorter->nursery);
	keyholder_end(&sorter->keyholder);
	equipment_close(&sorter->equipment);
}

/* The world hinders the duty, no single mail. */
static void
note_hindrance(struct sorter *sorter, const char *code)
{
	(void)snprintf(sorter->hindrance, sizeof sorter->hindrance, "%s", code);
	if (++sorter->failures >= ALARM_AFTER_FAILURES)
		alarm_raise(sorter->equipment.settings, code, NULL);
}

/*
 * Nothing could be written or read of it, again and again: held without a letter, and the alarm
 * says so. A note to ourselves is no case.
 */
static void
give_up(const struct job *job, struct outcome *outcome)
{
	bool is_own = job->rules_fault || job->digest_until;

	memset(outcome, 0, sizeof *outcome);
	outcome->fate = is_own ? FATE_SET_ASIDE : FATE_HELD;
	outcome->code = "sort.could-not-be-read";
	outcome->signer_fingerprint = "";
	outcome->opens_case = !is_own;
	outcome->record = "{\"code\":\"sort.could-not-be-read\"}";
	outcome->alarm = "mail.could-not-be-read";
}

struct finish {
	struct sorter *sorter;
	const struct job *job;
	const struct outcome *outcome;
	const uint8_t *message_id_hash;
	const char *code; /* why it is given back */
};

static bool
write_outcome(struct ledger *ledger, void *context, struct failure *why)
{
	const struct finish *finish = context;

	return ledger_finish_job(ledger, finish->sorter->owner, finish->job, finish->outcome,
	    finish->sorter->equipment.rules_hash, finish->message_id_hash, clock_now(), why);
}

static bool
finish_job(struct sorter *sorter, const struct job_order *order, struct outcome *outcome,
    const struct finding *finding, struct failure *why)
{
	const char *reference = order->job.reference.text;
	struct finish finish = {.sorter = sorter,
	    .job = &order->job,
	    .outcome = outcome,
	    .message_id_hash = finding->message_id_hash};

	if (!write_down(&sorter->scribe, write_outcome, &finish, why))
		return false;
	log_line(LOG_LEVEL_INFO, "case %s: %s (%s), urgency %s, referrals %zu, letters %zu",
	    outcome->opens_case || order->job.kind != JOB_MAIL ? reference : "-",
	    mail_fate_name(outcome->fate), outcome->code, urgency_name(outcome->urgency),
	    outcome->referral_count, outcome->letter_count);
	if (outcome->alarm)
		alarm_raise_due(sorter->ledger, sorter->equipment.settings);
	return true;
}

/*
 * Our own keys failed at this mail again and again. That a letter about it could be sealed shows
 * that they work now: if the mail still cannot be opened after that, a person must know of it.
 * While nothing can be sealed it stays with us: an outage is no verdict on any mail.
 */
static bool
report_keys(struct sorter *sorter, const struct job_order *order, struct arena *arena,
    struct finding *finding, struct outcome *outcome, struct failure *why)
{
	struct job_order report = *order;
	struct outcome *sealed = arena_take(arena, sizeof *sealed);
	struct finding nothing = {0};

	report.plan = PLAN_REPORT_KEYS;
	if (!sorter_ask_child(sorter, &report, arena, &nothing, sealed, why))
		return false;
	if (sorter_ask_child(sorter, order, arena, finding, outcome, why))
		return true;
	if (strcmp(why->code, "key.agent") != 0)
		return false;
	*outcome = *sealed;
	*finding = nothing;
	return true;
}

/* The mistake "crash-is-done": a mail whose reader fell counts as one that was read. */
static bool
lay_aside(struct sorter *sorter, const struct job_order *order, struct outcome *outcome,
    const struct finding *finding, struct failure *why)
{
	give_up(&order->job, outcome);
	outcome->fate = FATE_SET_ASIDE;
	outcome->opens_case = false;
	outcome->alarm = NULL;
	return finish_job(sorter, order, outcome, finding, why);
}

/* One job, from claimed to committed. */
static bool
work_job(
    struct sorter *sorter, const struct job_order *order, struct arena *arena, struct failure *why)
{
	struct outcome *outcome = arena_take(arena, sizeof *outcome);
	const struct job *job = &order->job;
	struct finding finding = {0};

	if (job->kind == JOB_MAIL && job->attempt >= GIVE_UP_ATTEMPT) {
		give_up(job, outcome);
		return finish_job(sorter, order, outcome, &finding, why);
	}
	if (!sorter_ask_child(sorter, order, arena, &finding, outcome, why)) {
		if (mistake("crash-is-done") && strcmp(why->code, "job.crashed") == 0)
			return lay_aside(sorter, order, outcome, &finding, why);
		if (strcmp(why->code, "key.agent") != 0)
			return false;
		if (job->keys_failed + 1 >= KEYS_ALARM_TRIES)
			alarm_raise(sorter->equipment.settings, why->code, NULL);
		if (job->kind != JOB_MAIL || job->keys_failed + 1 < KEYS_MAX_TRIES ||
		    !report_keys(sorter, order, arena, &finding, outcome, why))
			return false;
	}
	return finish_job(sorter, order, outcome, &finding, why);
}

/* Failures of the world, not of this mail: they cost it no attempt. */
static bool
is_worlds_fault(const char *code)
{
	static const char *const CODES[] = {"key.agent", "key.busy", "key.line", "key.program",
	    "ledger.busy", "job.nursery", "ledger.lease", "ledger.facts"};

	for (size_t at = 0; at < COUNT_OF(CODES); at++)
		if (strcmp(code, CODES[at]) == 0)
			return true;
	return false;
}

static bool
return_job(struct sorter *sorter, const struct job_order *order, const struct failure *of,
    struct failure *why)
{
	bool uncount = is_worlds_fault(of->code);
	unsigned held_up = order->job.keys_failed;
	if (held_up > KEYS_PAUSE_TRIES)
		held_up = KEYS_PAUSE_TRIES;
	int64_t pause = retry_pause(sorter->equipment.settings, order->job.attempt + held_up);

	log_line(LOG_LEVEL_WARNING, "case %s, attempt %u: %s (%s)", order->job.reference.text,
	    order->job.attempt, of->reason, of->code);
	if (uncount)
		note_hindrance(sorter, of->code);
	return ledger_return_job(sorter->ledger, sorter->owner, &order->job, of->code, uncount,
	    clock_now() + pause, why);
}

static bool
write_forgone(struct ledger *ledger, void *context, struct failure *why)
{
	const struct finish *finish = context;

	return ledger_forgo_job(ledger, finish->sorter->owner, finish->code, clock_now(), why);
}

/* Fails as `of` did. Where that was the disk's doing, no mail is to blame: its attempt does not count. */
static bool
give_back(struct sorter *sorter, const struct failure *of, struct failure *why)
{
	struct finish finish = {.sorter = sorter, .code = of->code};
	struct failure again;

	if (write_down_later(of) && !write_down(&sorter->scribe, write_forgone, &finish, &again))
		log_failure(LOG_LEVEL_WARNING, "giving a job back", &again);
	*why = *of;
	return false;
}

static enum job_plan
plan_of(const struct job *job)
{
	/* The mistake "no-giving-up": it is read again however often its reader has fallen. */
	if (job->attempt <= ATTEMPTS_MAX || mistake("no-giving-up"))
		return PLAN_READ;
	return job->attempt <= ATTEMPTS_MAX + 2 ? PLAN_REPORT : PLAN_REPORT_BARE;
}

/* What a job's child must be told of the ledger before it begins. */
static bool
prepare(struct sorter *sorter, struct job_order *order, struct arena *arena, struct failure *why)
{
	const struct digest_span span = {
	    .since = order->job.digest_since, .until = order->job.digest_until};

	order->plan = plan_of(&order->job);
	if (!span.until)
		return true;
	struct digest *digest = arena_take(arena, sizeof *digest);
	order->digest = digest;
	return digest_tell(sorter->ledger, &sorter->equipment, &span, arena, digest, why);
}

/* Claims and works one job. False: the duty cannot go on. */
static bool
next_job(struct sorter *sorter, bool *found, struct failure *why)
{
	CLEANUP(arena_closep)
	struct arena *arena = arena_open((size_t)JOB_TALK_MAX_BYTES * 6);
	struct job_order order = {.now = clock_now()};
	struct failure of, back;
	const char *prefix = sorter->equipment.settings->identity.case_prefix;

	if (sorter->scribe.was_damaged)
		return fail(why, REMEDY_STOP, "ledger.damaged", "a new process goes on");
	if (!keyholder_lives(&sorter->keyholder) && !sorter_renew_keyholder(sorter, why))
		return false;
	if (!write_down_has_room(&sorter->scribe, why))
		return false;
	if (!ledger_claim_job(sorter->ledger, sorter->owner, prefix, clock_civil(order.now).year,
		order.now, LEASE_SECONDS, arena, &order.job, found, &of))
		return give_back(sorter, &of, why);
	if (!*found)
		return true;
	if (prepare(sorter, &order, arena, &of) && work_job(sorter, &order, arena, &of)) {
		sorter->failures = 0;
		sorter->hindrance[0] = '\0';
		return true;
	}
	if (of.remedy == REMEDY_STOP && strncmp(of.code, "ledger.", 7) == 0)
		return give_back(sorter, &of, why);
	return return_job(sorter, &order, &of, &back) || give_back(sorter, &back, why);
}

/* Longer each time that no keyholder can be started. */
static int
nap_ms(const struct sorter *sorter)
{
	unsigned seconds = sorter->keyholder_falls + 1;

	return 1000 * (int)(seconds < NAP_MAX_SECONDS ? seconds : NAP_MAX_SECONDS);
}

/* Until asked to stop, or with `once` until nothing is left to do now. */
static bool
keep_sorting(struct sorter *sorter, struct failure *why)
{
	const char *name = sorter->owner;
	int64_t beat_at = clock_steady() - BEAT_SECONDS;

	while (!signals_ask_stop() && !sorter->lost_nursery &&
	    london_day(clock_now()) == sorter->day) {
		bool found = false;
		if (!nursery_lives(&sorter->nursery)) {
			sorter->lost_nursery = true;
			break;
		}
		digest_when_due(&sorter->digests, sorter->ledger, sorter->equipment.settings);
		if (!next_job(sorter, &found, why)) {
			if (why->remedy == REMEDY_STOP)
				return false;
			log_failure(LOG_LEVEL_WARNING, "sorting", why);
			note_hindrance(sorter, why->code);
			signals_nap(nap_ms(sorter));
		}
		if (!found && sorter->orders->once)
			return true;
		int64_t now = clock_now();
		if (found || clock_steady() - beat_at >= BEAT_SECONDS) {
			const char *hindrance = *sorter->hindrance ? sorter->hindrance : NULL;
			if (!owner_free_leases(sorter->ledger, sorter->equipment.settings,
				&sorter->leases_at, why) ||
			    !ledger_heartbeat(
				sorter->ledger, "sort", !hindrance, hindrance, now, why))
				log_failure(LOG_LEVEL_WARNING, name, why);
			alarm_raise_due(sorter->ledger, sorter->equipment.settings);
			beat_at = clock_steady();
		}
		(void)alarm_tend();
		if (!found)
			signals_nap(PAUSE_MS);
	}
	return true;
}

int
sort_run(const struct duty_orders *orders)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	struct sorter sorter = {
	    .orders = orders, .keyholder = {.control = -1}, .nursery = {.line = -1}};
	struct failure why = {0};

	log_begin("sort");
	confine_process();
	signals_begin(false);
	if (!equipment_open(orders->settings_path, NULL, faults, &sorter.equipment)) {
		faults_print(faults, stderr);
		equipment_close(&sorter.equipment);
		return EX_CONFIG;
	}
	bool worked = open_sorter(&sorter, &why) && keep_sorting(&sorter, &why);
	if (!worked) {
		log_failure(LOG_LEVEL_ERROR, "sorting", &why);
		alarm_raise(sorter.equipment.settings, why.code, NULL);
	}
	alarm_finish(sorter.ledger, sorter.equipment.settings);
	close_sorter(&sorter);
	if (worked && !sorter.lost_nursery)
		return signals_ask_stop() || orders->once ? EX_OK : EX_TEMPFAIL;
	if (sorter.lost_nursery)
		return EX_TEMPFAIL;
	return duty_end_code(&why);
}
