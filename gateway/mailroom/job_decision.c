/* Carries out what the desk decided, and tells it what happened. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "mailroom/job.h"
#include "mailroom/record.h"

static const struct route *
find_route(const struct work *work, const struct entry *agency)
{
	for (size_t at = 0; at < work->decision.route_count; at++)
		if (work->decision.routes[at].agency == agency)
			return &work->decision.routes[at];
	return NULL;
}

/* The decision was done, or could not be: the desk hears of it either way. */
static bool
finish(struct work *work, const char *code, const char *text, struct failure *why)
{
	work->outcome.fate = FATE_SORTED;
	work->outcome.code = code;
	job_add_point(work, code, text);
	return job_tell_desk(work, LETTER_NOTICE, why);
}

static bool
refuse(struct work *work, const char *text, struct failure *why)
{
	return finish(work, "desk.refused", text, why);
}

static void
add_referral(
    struct work *work, const struct route *route, enum referral_state state, const char *code)
{
	work->outcome.referrals[work->outcome.referral_count++] =
	    (struct outcome_referral){.agency = route->agency->id,
		.state = state,
		.code = code,
		.rules = route->rules ? route->rules : "",
		.children = route->children};
}

static const char *
person_name(const struct work *work)
{
	const char *by = work->order.job.decision.by;
	const struct entry *person = directory_find(work->equipment->directory, ENTRY_DESK, by);

	return person ? person->name : by;
}

static bool
take_reason(struct work *work, struct plain *reason, struct failure *why)
{
	const uint8_t *bytes;
	size_t length;

	if (!openpgp_unbox(&work->openpgp, &work->order.job.decision.reason, work->arena, &bytes,
		&length, why))
		return false;
	*reason = plain_copy(work->arena, (const char *)bytes, length);
	return true;
}

/*
 * What the agency has of the case already: its referral, when a letter of it went out or is about
 * to.
 */
static const struct known_referral *
known_of(const struct ledger_facts *facts, const char *agency)
{
	for (size_t at = 0; at < facts->referral_count; at++) {
		enum referral_state state = facts->referrals[at].state;
		if (strcmp(facts->referrals[at].agency, agency) == 0)
			return state == REFERRAL_HELD || state == REFERRAL_BOUNCED ||
				state == REFERRAL_CLOSED || state == REFERRAL_DECLINED
			    ? NULL
			    : &facts->referrals[at];
	}
	return NULL;
}

/*
 * The children a letter to this agency would be about now: the rules' own, or those that nobody
 * has, or all; less those it has.
 */
static uint64_t
children_to_send(
    const struct work *work, const struct route *proposed, const struct known_referral *known)
{
	size_t count = work->concern.child_count;
	uint64_t all = count ? ((uint64_t)1 << count) - 1 : 0;
	uint64_t nobodys = work->decision.nobody_children;
	uint64_t has = known ? known->children : 0;
	uint64_t wanted = proposed ? proposed->children | proposed->waiting_children : nobodys;

	if (!wanted)
		wanted = all;
	return wanted & ~has ? wanted & ~has : nobodys & ~has;
}

static bool
send_to(struct work *work, const struct entry *agency, const struct ledger_facts *facts,
    struct failure *why)
{
	const struct route *proposed = find_route(work, agency);
	const struct known_referral *known = known_of(facts, agency->id);
	struct route route = {.agency = agency,
	    .children = children_to_send(work, proposed, known),
	    .fate = ROUTE_SEND,
	    .code = "route.desk",
	    .rules = proposed ? proposed->rules : "",
	    .why = proposed && proposed->why ? proposed->why
					     : "The desk decided that you should have this.",
	    .child_blocks = proposed ? proposed->child_blocks : NULL};
	struct plain reason;
	const char *code = NULL, *by = "never";
	uint64_t forbidden =
	    routing_forbids(work->equipment->routing, &work->concern, agency, work->arena, &by);
	bool sent;

	if (known && !route.children)
		return refuse(
		    work, arena_print(work->arena, "%s already has this case.", agency->name), why);
	if (forbidden && (!route.children || !(route.children & ~forbidden)))
		return refuse(work,
		    arena_print(work->arena,
			"Nothing was sent to %s: a rule of the list `never` forbids it (%s).",
			agency->name, by),
		    why);
	route.children &= ~forbidden;
	route.blocks = route_blocks(&route, route.children, work->arena);
	if (!take_reason(work, &reason, why))
		return false;
	if (!reason.length && (!proposed || proposed->fate != ROUTE_PROPOSED))
		return refuse(work,
		    arena_print(work->arena,
			"Nothing was sent to %s: the rules do not propose it, so please write why: "
			"SEND %s because ...",
			agency->name, agency->id),
		    why);
	if (!job_refer_to(work, &route, !work->mail.is_clean, reason, person_name(work), 0, &sent,
		&code, why))
		return false;
	if (known)
		route.children |= known->children;
	if (sent || !known)
		add_referral(
		    work, &route, sent ? REFERRAL_READY : REFERRAL_HELD, sent ? route.code : code);
	record_write(work);
	if (!sent)
		return finish(work, code,
		    arena_print(
			work->arena, "The referral to %s still waits (%s).", agency->name, code),
		    why);
	return finish(work, "desk.send",
	    arena_print(work->arena, "The referral to %s goes out, as %s decided.", agency->name,
		person_name(work)),
	    why);
}

static bool
carry_out_send(struct work *work, const struct entry *agency, const struct ledger_facts *facts,
    struct failure *why)
{
	if (!job_open_mail(work, why))
		return false;
	if (work->is_opened && work->mail.has_text)
		job_read_form(work);
	if (!work->has_concern)
		return refuse(work,
		    "Nothing was sent: no concern form could be read in the mail of this case. Please ask the "
		    "officer to send it again, or telephone.",
		    why);
	job_decide(work);
	return send_to(work, agency, facts, why);
}

static bool
carry_out_not(struct work *work, const struct entry *agency, const struct ledger_facts *facts,
    struct failure *why)
{
	struct route route = {.agency = agency};
	const struct known_referral *known = known_of(facts, agency->id);
	bool waits_to_leave = known && known->state == REFERRAL_READY;

	if (known && !waits_to_leave)
		return refuse(work,
		    arena_print(work->arena,
			"%s already has this case: a letter that was sent cannot be called back. Please telephone.",
			agency->name),
		    why);
	add_referral(work, &route, REFERRAL_CLOSED, "desk.not");
	return finish(work, "desk.not",
	    arena_print(work->arena,
		waits_to_leave
		    ? "The letter to %s that had not left yet is withdrawn, as %s decided. "
		      "What left before cannot be called back."
		    : "%s does not get this case, as %s decided.",
		agency->name, person_name(work)),
	    why);
}

bool
job_carry_out(struct work *work, struct failure *why)
{
	const struct desk_decision *decision = &work->order.job.decision;
	const struct entry *agency = decision->agency
	    ? directory_find(work->equipment->directory, ENTRY_AGENCY, decision->agency)
	    : NULL;
	struct ledger_facts facts;

	work->order.plan = work->order.job.attempt > ATTEMPTS_MAX ? PLAN_REPORT_BARE : PLAN_READ;
	if (work->order.plan != PLAN_READ)
		return refuse(work,
		    "The decision could not be carried out: each try ended in a failure of "
		    "the gateway. Please telephone the agency.",
		    why);
	if (!job_ask_facts(work, work->order.job.reference.text, NULL, &facts, why))
		return false;
	if (facts.case_is_closed && decision->action != DESK_SEND)
		return refuse(work, "The case is closed already.", why);
	if (decision->action == DESK_CLOSE) {
		work->outcome.closes_case = true;
		return finish(work, "desk.close",
		    arena_print(
			work->arena, "The case is closed, as %s decided.", person_name(work)),
		    why);
	}
	if (!agency)
		return refuse(work, "The agency is no longer in the directory.", why);
	return decision->action == DESK_SEND ? carry_out_send(work, agency, &facts, why)
					     : carry_out_not(work, agency, &facts, why);
}

static const char *
notice_text(const struct job *job, struct arena *arena)
{
	if (strcmp(job->letter_code, "restore.unsure") == 0)
		return arena_print(arena,
		    "The gateway's ledger was brought back from a backup. A letter (%s) to %s had not "
		    "left when the backup was taken, and may have left since: nobody can tell, and it "
		    "is not sent again by itself. Please ask them whether they have it. If an agency "
		    "does not, answer SEND and its name.",
		    job->letter_kind, job->letter_to);
	if (strcmp(job->letter_code, "letter.no-bytes") == 0)
		return arena_print(arena,
		    "A letter (%s) to %s cannot be sent: the gateway's ledger no longer has its bytes. "
		    "Please telephone. If it was to an agency, answer SEND and its name: then it is "
		    "written anew.",
		    job->letter_kind, job->letter_to);
	if (strcmp(job->letter_code, "smtp.unknown") == 0)
		return arena_print(arena,
		    "A letter (%s) to %s may have arrived, perhaps more than once: at the last try the line "
		    "to the mail server broke before it answered (%s). It is not tried again. Please "
		    "telephone and ask.",
		    job->letter_kind, job->letter_to,
		    job->letter_reply && *job->letter_reply ? job->letter_reply : "no answer");
	return arena_print(arena,
	    "A letter (%s) to %s was not delivered: %s. The mail server said: %s. Please telephone.",
	    job->letter_kind, job->letter_to, job->letter_code,
	    job->letter_reply && *job->letter_reply ? job->letter_reply : "nothing");
}

bool
job_give_notice(struct work *work, struct failure *why)
{
	const struct job *job = &work->order.job;
	const char *text = notice_text(job, work->arena);

	work->outcome.fate = FATE_SORTED;
	work->outcome.code = "letter.failed";
	work->outcome.alarm = "letter.failed";
	/* A letter to the desk that failed is not followed by another: the alarm has it. */
	if (strcmp(job->letter_kind, letter_kind_name(LETTER_REVIEW)) == 0 ||
	    strcmp(job->letter_kind, letter_kind_name(LETTER_NOTICE)) == 0 ||
	    strcmp(job->letter_kind, letter_kind_name(LETTER_DIGEST)) == 0)
		return true;
	job_add_point(work, "letter.failed", text);
	return job_tell_desk(work, LETTER_NOTICE, why);
}
