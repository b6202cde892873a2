/* Forks a child for each job, and ends it when told. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/nursery.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/pulse.h"
#include "base/wire.h"
#include "mailroom/confine.h"
#include "mailroom/errand.h"
#include "mailroom/signals.h"

enum { NURSERY_START = 1, NURSERY_END, NURSERY_ENDED };
enum { ANSWER_SECONDS = 10, FRAME_MAX_BYTES = 64, END_STEPS = 400, END_STEP_MS = 5 };

static void
leave(int status)
{
#ifdef WANDLE_COVERAGE
	extern void __gcov_dump(void);
	__gcov_dump();
#endif
	_exit(status);
}

/* One child of the nursery; -1 when there is none. */
struct charge {
	pid_t pid;
	int watch; /* a pidfd */
};

static void
start_child(const struct equipment *equipment, nursery_work *work, int line, int *fds,
    struct charge *charge)
{
	charge->pid = fork();
	if (charge->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)close(line);
		work(equipment, fds[0], fds[1]);
		leave(0);
	}
	(void)close(fds[0]);
	(void)close(fds[1]);
	charge->watch = charge->pid > 0 ? (int)syscall(SYS_pidfd_open, charge->pid, 0) : -1;
}

/* Reaps the child and tells sort how it ended. */
static bool
report_end(int line, struct charge *charge)
{
	struct wire_out message = {0};
	struct failure why;
	int status = 0;

	(void)waitpid(charge->pid, &status, 0);
	(void)close(charge->watch);
	*charge = (struct charge){-1, -1};
	wire_put_u32(&message, (uint32_t)status);
	bool sent = wire_send(line, NURSERY_ENDED, &message, wire_deadline(ANSWER_SECONDS), &why);
	wire_done(&message);
	return sent;
}

/* Does what sort says; false when sort is gone. */
static bool
obey(const struct equipment *equipment, nursery_work *work, int line, struct charge *charge)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(FRAME_MAX_BYTES * 4);
	struct wire_in message;
	struct failure why;
	uint32_t kind;
	int fds[WIRE_FDS_MAX];
	size_t count;

	if (!wire_receive_fds(line, arena, FRAME_MAX_BYTES, 0, &kind, &message, fds, &count, &why))
		return false;
	if (kind == NURSERY_START && count == 2 && charge->pid < 0) {
		start_child(equipment, work, line, fds, charge);
		if (charge->pid < 0 || charge->watch < 0)
			return false;
	} else if (kind == NURSERY_END && charge->pid > 0)
		(void)kill(charge->pid, SIGKILL);
	return true;
}

static void
tend(const struct equipment *equipment, nursery_work *work, int line)
{
	struct charge charge = {-1, -1};

	for (;;) {
		struct pollfd two[2] = {
		    {.fd = line, .events = POLLIN}, {.fd = charge.watch, .events = POLLIN}};
		if (poll(two, 2, -1) < 0 && errno != EINTR)
			break;
		if (two[1].revents && !report_end(line, &charge))
			break;
		if (two[0].revents && !obey(equipment, work, line, &charge))
			break;
	}
	if (charge.pid > 0) {
		(void)kill(charge.pid, SIGKILL);
		(void)waitpid(charge.pid, NULL, 0);
	}
}

bool
nursery_open(const struct equipment *equipment, nursery_work *work, const int *away,
    size_t away_count, struct nursery *out, struct failure *why)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return fail(why, REMEDY_RETRY, "job.nursery", "socketpair: %s", strerror(errno));
	pid_t pid = fork();
	if (pid < 0) {
		(void)close(pair[0]);
		(void)close(pair[1]);
		return fail(why, REMEDY_RETRY, "job.nursery", "fork: %s", strerror(errno));
	}
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		pulse_end();
		signals_end();
		(void)signal(SIGINT, SIG_IGN); /* the terminal's ^C is for the supervisor */
		(void)close(pair[0]);
		for (size_t at = 0; at < away_count; at++)
			(void)close(away[at]);
		log_begin("sort-child");
		confine_process();
		tend(equipment, work, pair[1]);
		leave(0);
	}
	(void)close(pair[1]);
	*out = (struct nursery){.pid = pid, .line = pair[0]};
	return true;
}

bool
nursery_lives(const struct nursery *nursery)
{
	return errand_is_running(nursery->pid);
}

bool
nursery_start(struct nursery *nursery, int sort_line, int key_line, struct failure *why)
{
	int fds[2] = {sort_line, key_line};

	return wire_send_fds(
	    nursery->line, NURSERY_START, NULL, fds, 2, wire_deadline(ANSWER_SECONDS), why);
}

bool
job_lines_open(struct job_lines *out, struct failure *why)
{
	int ours[2], keys[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ours) != 0)
		return fail(why, REMEDY_RETRY, "job.nursery", "socketpair: %s", strerror(errno));
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, keys) != 0) {
		(void)close(ours[0]);
		(void)close(ours[1]);
		return fail(why, REMEDY_RETRY, "job.nursery", "socketpair: %s", strerror(errno));
	}
	*out = (struct job_lines){
	    .ours = ours[0], .child = ours[1], .keyholder = keys[1], .keys = keys[0]};
	return true;
}

void
job_lines_done(struct job_lines *lines, bool started, int *line)
{
	(void)close(lines->child);
	(void)close(lines->keyholder);
	(void)close(lines->keys);
	if (started)
		*line = lines->ours;
	else
		(void)close(lines->ours);
}

bool
nursery_start_job(
    struct nursery *nursery, struct keyholder *keyholder, int *line, struct failure *why)
{
	struct job_lines lines;

	if (!job_lines_open(&lines, why))
		return false;
	bool started = keyholder_serve(keyholder, lines.keyholder, why) &&
	    nursery_start(nursery, lines.child, lines.keys, why);
	job_lines_done(&lines, started, line);
	return started;
}

bool
nursery_end_child(struct nursery *nursery, int *status, struct failure *why)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(FRAME_MAX_BYTES * 4);
	int64_t deadline = wire_deadline(ANSWER_SECONDS);
	struct wire_in message;
	uint32_t kind;

	if (!wire_send(nursery->line, NURSERY_END, NULL, deadline, why) ||
	    !wire_receive(nursery->line, arena, FRAME_MAX_BYTES, deadline, &kind, &message, why))
		return false;
	*status = (int)wire_get_u32(&message);
	if (kind != NURSERY_ENDED || !wire_is_whole(&message))
		return fail(why, REMEDY_RETRY, "job.nursery", "the nursery answers out of turn");
	return true;
}

void
nursery_close(struct nursery *nursery)
{
	if (nursery->line >= 0)
		(void)close(nursery->line);
	for (int step = 0; nursery->pid > 0 && step < END_STEPS; step++) {
		if (waitpid(nursery->pid, NULL, WNOHANG) != 0)
			nursery->pid = 0;
		else
			(void)poll(NULL, 0, END_STEP_MS);
	}
	/* One that was stopped from outside does not see that we are gone. */
	if (nursery->pid > 0) {
		(void)kill(nursery->pid, SIGKILL);
		(void)waitpid(nursery->pid, NULL, 0);
	}
	*nursery = (struct nursery){.line = -1};
}
