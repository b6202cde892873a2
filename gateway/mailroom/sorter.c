/* Starts a child for a job, talks it through and ends it, with whatever fell on the way. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/sorter.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/step.h"
#include "mailroom/alarm.h"
#include "mailroom/outcome_check.h"

bool
sorter_start_keyholder(struct sorter *sorter, struct failure *why)
{
	struct pinned_key own = {0};
	const struct settings *settings = sorter->equipment.settings;

	if (!keyholder_start(
		settings, false, sorter->equipment.directory, &own, &sorter->keyholder, why))
		return false;
	if (own.state == KEY_USABLE)
		return true;
	keyholder_end(&sorter->keyholder);
	return fail(why, REMEDY_STOP, "key.own", "our own key is %s", key_state_name(own.state));
}

bool
sorter_renew_keyholder(struct sorter *sorter, struct failure *why)
{
	keyholder_end(&sorter->keyholder);
	if (sorter_start_keyholder(sorter, why)) {
		sorter->keyholder_falls = 0;
		return true;
	}
	if (++sorter->keyholder_falls >= 3)
		alarm_raise(sorter->equipment.settings, "sort.keyholder", NULL);
	return false;
}

/* That one of the two has fallen is no fault of the job's. */
static bool
hand_out(struct sorter *sorter, const struct job_lines *lines, struct failure *why)
{
	struct failure of;

	step("before keyholder.serve");
	if (!keyholder_serve(&sorter->keyholder, lines->keyholder, &of)) {
		keyholder_end(&sorter->keyholder);
		return fail(why, REMEDY_RETRY, "key.program", "the keyholder fell: %s", of.reason);
	}
	step("before nursery.start");
	if (!nursery_start(&sorter->nursery, lines->child, lines->keys, &of)) {
		sorter->lost_nursery = true;
		return fail(why, REMEDY_RETRY, "job.nursery", "the nursery fell: %s", of.reason);
	}
	step("after nursery.start");
	return true;
}

/* Ours to the child in *line. */
static bool
start_child(struct sorter *sorter, int *line, struct failure *why)
{
	struct job_lines lines;

	if (!job_lines_open(&lines, why))
		return false;
	bool started = hand_out(sorter, &lines, why);
	job_lines_done(&lines, started, line);
	return started;
}

static bool
answer_finding(struct sorter *sorter, const struct job *job, int line, int64_t deadline,
    const struct finding *finding, struct arena *arena, struct failure *why)
{
	CLEANUP(wire_done) struct wire_out message = {0};
	struct ledger_facts facts = {0};

	if (!ledger_facts(sorter->ledger, job->mail_id, finding->payload_hash,
		finding->message_id_hash, finding->named, finding->letter_id, arena, &facts, why))
		return false;
	job_put_facts(&message, &facts);
	step("before child.facts");
	return wire_send(line, JOB_TALK_FACTS, &message, deadline, why);
}

/* Order, finding, facts, outcome. */
static bool
talk(struct sorter *sorter, const struct job_order *order, int line, struct arena *arena,
    struct finding *finding, struct outcome *outcome, struct failure *why)
{
	CLEANUP(wire_done) struct wire_out message = {0};
	int64_t deadline = wire_deadline(JOB_MAX_SECONDS);
	struct wire_in answer;
	uint32_t kind;

	job_put_order(&message, order);
	step("before child.order");
	if (!wire_send(line, JOB_TALK_ORDER, &message, deadline, why))
		return false;
	step("after child.order");
	for (;;) {
		if (!wire_receive(line, arena, JOB_TALK_MAX_BYTES, deadline, &kind, &answer, why))
			return false;
		if (kind != JOB_TALK_FINDING)
			break;
		if (!job_get_finding(&answer, arena, finding))
			return fail(why, REMEDY_RETRY, "wire.broken", "the finding is none");
		if (!answer_finding(sorter, &order->job, line, deadline, finding, arena, why))
			return false;
	}
	if (kind == JOB_TALK_FAILURE && job_get_failure(&answer, arena, why))
		return false;
	if (kind != JOB_TALK_OUTCOME || !job_get_outcome(&answer, arena, outcome))
		return fail(why, REMEDY_RETRY, "wire.broken", "the outcome is none");
	return true;
}

/*
 * Ends the child and its line to the keyholder; a keyholder or nursery that hangs is replaced at
 * the next start.
 */
static bool
end_child(struct sorter *sorter, bool *crashed, struct failure *why)
{
	int status = 0;

	*crashed = false;
	step("before nursery.end");
	if (!nursery_end_child(&sorter->nursery, &status, why)) {
		sorter->lost_nursery = true;
		return false;
	}
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL) {
		*crashed = true;
		log_line(LOG_LEVEL_WARNING, "a child ended by signal %d", WTERMSIG(status));
	}
	step("before keyholder.await");
	return keyholder_await(&sorter->keyholder, 5, why);
}

bool
sorter_ask_child(struct sorter *sorter, const struct job_order *order, struct arena *arena,
    struct finding *finding, struct outcome *outcome, struct failure *why)
{
	struct failure ending;
	bool crashed = false, was_ill = false, is_well = true;
	int line = -1;

	if (!start_child(sorter, &line, why))
		return false;
	bool told = talk(sorter, order, line, arena, finding, outcome, why);
	(void)close(line);
	if (!end_child(sorter, &crashed, &ending)) {
		struct failure again;
		log_failure(LOG_LEVEL_WARNING, "ending a child", &ending);
		was_ill = true;
		is_well = sorter_renew_keyholder(sorter, &again);
		if (!is_well)
			log_failure(LOG_LEVEL_ERROR, "starting the keyholder", &again);
	}
	if (!told && sorter->lost_nursery)
		return fail(
		    why, REMEDY_RETRY, "job.nursery", "the nursery fell, and the child with it");
	/* A fresh keyholder has opened a test text: then it hung or fell on this mail. */
	if (!told && was_ill && !crashed)
		return fail(why, REMEDY_RETRY, is_well ? "job.keyholder" : "key.line",
		    "the keyholder hung or ended, and %s",
		    is_well ? "works again" : "does not work");
	if (!told && crashed)
		return fail(
		    why, REMEDY_RETRY, "job.crashed", "the child that read it ended by a signal");
	return told &&
	    outcome_check(order, sorter->equipment.settings, sorter->equipment.directory, arena,
		outcome, why);
}
