/* Does one job in a child of the nursery, from its order to its outcome. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/job.h"

#include "base/log.h"
#include "mailroom/confine.h"

/* Texts are copied a few times on the way: raw, decoded, read, written, sealed. */
static const size_t WORK_MAX_BYTES = (size_t)CHILD_MEMORY_MAX_BYTES / 2;

static bool
take_order(struct work *work, struct failure *why)
{
	struct wire_in message;
	uint32_t kind;

	if (!wire_receive(work->sort_line, work->arena, JOB_TALK_MAX_BYTES,
		wire_deadline(JOB_MAX_SECONDS), &kind, &message, why))
		return false;
	if (kind != JOB_TALK_ORDER || !job_get_order(&message, work->arena, &work->order))
		return fail(why, REMEDY_RETRY, "wire.broken", "the order is not one");
	work->openpgp.now = work->order.now;
	return true;
}

static bool
do_work(struct work *work, struct failure *why)
{
	if (!confine_child(why) || !take_order(work, why))
		return false;
	switch (work->order.job.kind) {
	case JOB_MAIL:
		if (work->order.digest)
			return job_write_digest(work, why);
		if (work->order.job.rules_fault)
			return job_tell_administrators(work, why);
		if (work->order.plan != PLAN_READ || !work->order.job.has_sealed)
			return job_report_mail(work, why);
		return job_sort_mail(work, why);
	case JOB_DECISION:
		return job_carry_out(work, why);
	case JOB_NOTICE:
		return job_give_notice(work, why);
	}
	return fail(why, REMEDY_STOP, "sort.kind", "a job of an unknown kind");
}

void
job_do(const struct equipment *equipment, int sort_line, int key_line)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(WORK_MAX_BYTES);
	CLEANUP(wire_done) struct wire_out answer = {0};
	struct work *work = arena_take(arena, sizeof *work);
	struct failure why = {0};

	work->equipment = equipment;
	work->sort_line = sort_line;
	work->arena = arena;
	work->openpgp = (struct openpgp){
	    .line = key_line, .settings = equipment->settings, .directory = equipment->directory};
	bool done = do_work(work, &why);
	if (done)
		job_put_outcome(&answer, &work->outcome);
	else
		job_put_failure(&answer, &why);
	struct failure lost;
	if (!wire_send(sort_line, done ? JOB_TALK_OUTCOME : JOB_TALK_FAILURE, &answer,
		wire_deadline(JOB_MAX_SECONDS), &lost))
		log_failure(LOG_LEVEL_WARNING, "telling sort", &lost);
}
