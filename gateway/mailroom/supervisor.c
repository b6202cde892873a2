/* Keeps the duties at work, each a process of its own. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "mailroom/agent_watch.h"
#include "mailroom/alarm.h"
#include "mailroom/alarm_book.h"
#include "mailroom/errand.h"
#include "mailroom/retry_times.h"
#include "mailroom/rules_watch.h"
#include "mailroom/signals.h"
#include "mailroom/watchdog.h"
#include "outbox/outbox.h"

enum {
	WORKERS_MAX = 8,
	STAFF_MAX = WORKERS_MAX + 2,
	TICK_MS = 500,
	STOP_SECONDS = 20,
	STOP_STEP_MS = 20
};
enum {
	AGENT_EVERY_SECONDS = 5,
	AGENT_MAX_MS = 10000,
	AGENT_SILENCES_MAX = 3,
	STEADY_SECONDS = 60,
	ROUNDS_MAX = 1000,
	PULSE_FD = 3 /* in the duty */
};

struct worker {
	enum duty duty;
	unsigned number;
	pid_t pid; /* 0: not running */
	struct watchdog dog;
	int64_t started_at;
	int64_t start_at; /* not before */
	int64_t kill_at;  /* it was asked to stop, and is killed then; 0: it was not */
	unsigned falls;   /* in a row */
	bool is_broken;   /* it says the installation is wrong: tried again after a long pause */
};

struct staff {
	struct rules_watch watch;
	const struct supervisor_orders *orders;
	const struct settings *settings;
	struct worker workers[STAFF_MAX];
	size_t count;
	int64_t agent_at;
	unsigned agent_silences; /* in a row */
};

extern char **environ;

const char *
duty_name(enum duty duty)
{
	static const char *const NAMES[DUTIES] = {"receive", "sort", "deliver"};

	return (unsigned)duty < DUTIES ? NAMES[duty] : "unknown";
}

int
duty_end_code(const struct failure *why)
{
	static const char *const DISK[] = {
	    "ledger.full", "ledger.damaged", "ledger.open", "ledger.missing"};

	if (why->remedy != REMEDY_STOP)
		return EX_TEMPFAIL;
	for (size_t at = 0; at < COUNT_OF(DISK); at++)
		if (strcmp(why->code, DISK[at]) == 0)
			return EX_IOERR;
	return EX_CONFIG;
}

/*
 * The keyholder's gpg starts no agent of its own (no-autostart), so it is started here, and again
 * when it fell.
 */
static void
ensure_agent(struct staff *staff)
{
	const char *const launch[] = {
	    "gpgconf", "--homedir", staff->settings->openpgp.home, "--launch", "gpg-agent", NULL};

	if (clock_steady() - staff->agent_at < AGENT_EVERY_SECONDS)
		return;
	staff->agent_at = clock_steady();
	if (agent_is_silent(staff->settings->openpgp.home)) {
		staff->agent_silences++;
		if (staff->agent_silences < AGENT_SILENCES_MAX)
			return;
		log_line(LOG_LEVEL_WARNING, "gpg-agent hangs and is ended");
		alarm_raise(staff->settings, "key.agent", NULL);
		agent_end(staff->settings->openpgp.home);
	}
	staff->agent_silences = 0;
	if (errand_run(launch, AGENT_MAX_MS) != 0)
		alarm_raise(staff->settings, "key.agent", NULL);
}

static bool
start(struct staff *staff, struct worker *worker)
{
	char number[12], own[12], pulse[12];
	posix_spawn_file_actions_t files;
	const char *words[15] = {"wandle", "--config", staff->orders->settings_path, "run",
	    "--duty", duty_name(worker->duty), "--worker", number, "--supervisor", own, "--pulse",
	    pulse, staff->orders->once ? "--once" : NULL, NULL};

	(void)snprintf(number, sizeof number, "%u", worker->number);
	(void)snprintf(own, sizeof own, "%d", (int)getpid());
	(void)snprintf(pulse, sizeof pulse, "%d", worker->dog.word ? PULSE_FD : 0);
	(void)posix_spawn_file_actions_init(&files);
	if (worker->dog.word)
		(void)posix_spawn_file_actions_adddup2(&files, worker->dog.fd, PULSE_FD);
	watchdog_begin(&worker->dog, clock_steady());
	int failed = posix_spawn(
	    &worker->pid, "/proc/self/exe", &files, NULL, (char *const *)(uintptr_t)words, environ);
	(void)posix_spawn_file_actions_destroy(&files);
	worker->is_broken = false;
	worker->started_at = clock_steady();
	if (failed) {
		worker->pid = 0;
		log_line(
		    LOG_LEVEL_ERROR, "starting %s: %s", duty_name(worker->duty), strerror(failed));
	}
	return !failed;
}

static void
note_end(struct staff *staff, struct worker *worker, int status)
{
	bool was_steady = clock_steady() - worker->started_at >= STEADY_SECONDS;

	worker->pid = 0;
	if (worker->kill_at) {
		worker->falls = 0;
		worker->start_at = worker->kill_at = 0;
		return;
	}
	worker->falls = was_steady ? 1 : worker->falls + 1;
	worker->start_at = clock_steady() +
	    (worker->falls > 1 ? retry_pause(staff->settings, worker->falls - 1) : 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == EX_CONFIG) {
		worker->is_broken = true;
		worker->start_at = clock_steady() + staff->settings->retry.longest_pause_seconds;
		alarm_raise(staff->settings, "duty.configuration", duty_name(worker->duty));
	} else if (worker->falls >= 3)
		alarm_raise(staff->settings, "duty.falls", duty_name(worker->duty));
	if (WIFSIGNALED(status))
		log_line(LOG_LEVEL_WARNING, "%s %u ended by signal %d", duty_name(worker->duty),
		    worker->number, WTERMSIG(status));
	else if (!signals_ask_stop() && WEXITSTATUS(status) != EX_OK)
		log_line(LOG_LEVEL_NOTICE, "%s %u ended with %d", duty_name(worker->duty),
		    worker->number, WEXITSTATUS(status));
}

static void
reap(struct staff *staff)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		alarm_note_end(pid, status);
		for (size_t at = 0; at < staff->count; at++)
			if (staff->workers[at].pid == pid)
				note_end(staff, &staff->workers[at], status);
	}
}

static size_t
running(const struct staff *staff, enum duty spared)
{
	size_t count = 0;

	for (size_t at = 0; at < staff->count; at++)
		count += staff->workers[at].pid > 0 && staff->workers[at].duty != spared;
	return count;
}

static void
tell_all(struct staff *staff, int number)
{
	for (size_t at = 0; at < staff->count; at++)
		if (staff->workers[at].pid > 0)
			(void)kill(staff->workers[at].pid, number);
}

/*
 * Each has its own time to finish what it is at; then it is killed: every duty can be. A letter that
 * is under way has all of its time, since one that is killed before the server's answer goes again.
 */
static void
ask_stop(struct staff *staff, struct worker *worker)
{
	int64_t seconds = STOP_SECONDS;

	if (worker->duty == DUTY_DELIVER)
		seconds += outbox_longest_seconds(staff->settings);
	if (!worker->kill_at)
		worker->kill_at = clock_steady() + seconds;
	(void)kill(worker->pid, SIGTERM);
}

/* A duty that hangs, or that somebody stopped, would keep its work waiting unseen. */
static void
look_after(struct staff *staff, struct worker *worker)
{
	if (!worker->pid || !watchdog_finds_silent(&worker->dog, clock_steady()))
		return;
	log_line(LOG_LEVEL_WARNING, "%s %u hangs: not heard of for longer than it may take; killed",
	    duty_name(worker->duty), worker->number);
	alarm_raise(staff->settings, "duty.hangs", duty_name(worker->duty));
	watchdog_kill(worker->pid);
}

static void
kill_late(struct staff *staff)
{
	for (size_t at = 0; at < staff->count; at++) {
		struct worker *worker = &staff->workers[at];
		if (worker->pid > 0 && worker->kill_at && clock_steady() >= worker->kill_at)
			(void)kill(worker->pid, SIGKILL);
		else
			look_after(staff, worker);
	}
}

/* Asks all to stop, and waits for each but those of the duty that is `spared`; DUTIES: none. */
static void
stop_all(struct staff *staff, enum duty spared)
{
	for (size_t at = 0; at < staff->count; at++)
		if (staff->workers[at].pid > 0)
			ask_stop(staff, &staff->workers[at]);
	while (running(staff, spared)) {
		(void)poll(NULL, 0, STOP_STEP_MS);
		reap(staff);
		kill_late(staff);
	}
}

/* Whether the active rules and everything else still open, tried in a process of its own. */
static bool
may_reload(const struct staff *staff)
{
	const char *const report[] = {"/proc/self/exe", "--config", staff->orders->settings_path,
	    "check", "--active", "--report", NULL};
	const char *const check[] = {
	    "/proc/self/exe", "--config", staff->orders->settings_path, "check", "--active", NULL};

	return errand_run(report, 60000) == 0 && errand_run(check, 60000) == 0;
}

/*
 * The active rules are loaded by starting each duty again; a bad set leaves the old ones at work.
 * Deliver knows no rules: it reads its settings anew when it is done with its letter, and nobody
 * waits for that.
 */
static void
reload(struct staff *staff)
{
	if (!may_reload(staff)) {
		log_line(LOG_LEVEL_ERROR,
		    "reload refused: `wandle check --active` says why; the old rules stay at work");
		alarm_raise(staff->settings, "reload.refused", NULL);
		return;
	}
	log_line(LOG_LEVEL_NOTICE, "loading the active rules");
	stop_all(staff, DUTY_DELIVER);
	for (size_t at = 0; at < staff->count; at++) {
		staff->workers[at].is_broken = false;
		staff->workers[at].falls = 0;
		staff->workers[at].start_at = 0;
	}
}

static int
keep_at_work(struct staff *staff)
{
	while (!signals_ask_stop()) {
		ensure_agent(staff);
		size_t broken = 0;
		for (size_t at = 0; at < staff->count; at++) {
			struct worker *worker = &staff->workers[at];
			broken += worker->is_broken;
			if (!worker->pid && clock_steady() >= worker->start_at)
				(void)start(staff, worker);
			look_after(staff, worker);
		}
		if (broken == staff->count)
			return EX_CONFIG;
		signals_nap(TICK_MS);
		reap(staff);
		kill_late(staff);
		bool is_asked = signals_ask_reload();
		if (is_asked)
			reload(staff);
		rules_watch_look(
		    &staff->watch, staff->settings, staff->orders->settings_path, is_asked);
	}
	stop_all(staff, DUTIES);
	return EX_OK;
}

/* Its wait status. */
static int
await_end(struct staff *staff, struct worker *worker)
{
	struct pollfd end = {.fd = (int)syscall(SYS_pidfd_open, worker->pid, 0), .events = POLLIN};
	int status = -1;

	while (waitpid(worker->pid, &status, WNOHANG) == 0) {
		if (poll(&end, 1, TICK_MS) < 0 && signals_ask_stop())
			tell_all(staff, SIGTERM);
		look_after(staff, worker);
	}
	if (end.fd >= 0)
		(void)close(end.fd);
	return status;
}

/* Runs every worker of one duty to its end; EX_OK when all did. */
static int
run_duty_once(struct staff *staff, enum duty duty)
{
	int worst = EX_OK;

	for (size_t at = 0; at < staff->count; at++)
		if (staff->workers[at].duty == duty && !start(staff, &staff->workers[at]))
			worst = EX_OSERR;
	for (size_t at = 0; at < staff->count; at++) {
		struct worker *worker = &staff->workers[at];
		if (worker->duty != duty || !worker->pid)
			continue;
		int status = await_end(staff, worker);
		worker->pid = 0;
		if (!WIFEXITED(status) || WEXITSTATUS(status) != EX_OK)
			worst = WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE;
	}
	return worst;
}

/*
 * Receives once; then sorts and delivers, twice over, because a letter that fails makes work for
 * sort.
 */
static int
work_once(struct staff *staff)
{
	int worst = EX_OK;
	static const enum duty ORDER[] = {
	    DUTY_RECEIVE, DUTY_SORT, DUTY_DELIVER, DUTY_SORT, DUTY_DELIVER};

	ensure_agent(staff);
	for (size_t at = 0; at < COUNT_OF(ORDER) && !signals_ask_stop(); at++) {
		if (!staff->orders->wanted[ORDER[at]])
			continue;
		int ended = run_duty_once(staff, ORDER[at]);
		if (ended != EX_OK)
			worst = ended;
	}
	return worst;
}

static void
hire(struct staff *staff)
{
	for (unsigned duty = 0; duty < DUTIES; duty++) {
		if (!staff->orders->wanted[duty])
			continue;
		unsigned workers =
		    duty == DUTY_SORT && !staff->orders->once ? staff->settings->sort_workers : 1;
		for (unsigned number = 0; number < workers && number < WORKERS_MAX; number++) {
			struct worker *worker = &staff->workers[staff->count++];
			*worker = (struct worker){.duty = (enum duty)duty, .number = number};
			watchdog_open(&worker->dog);
		}
	}
}

int
supervise(const struct supervisor_orders *orders, const struct settings *settings)
{
	struct staff staff = {.orders = orders,
	    .settings = settings,
	    .agent_at = clock_steady() - AGENT_EVERY_SECONDS};

	log_begin("wandle");
	signals_begin(true);
	/* What a duty leaves behind when it is killed (gpg, an alarm's command) is ours to take away. */
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	alarm_book_prepare(settings->ledger.path);
	hire(&staff);
	int ended = orders->once ? work_once(&staff) : keep_at_work(&staff);
	alarm_finish(NULL, settings);
	for (size_t at = 0; at < staff.count; at++)
		watchdog_close(&staff.workers[at].dog);
	return ended;
}
