/* What becomes of one mail: a case, a decision written down, a person's work, or set aside. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "mailroom/desk.h"
#include "mailroom/job.h"
#include "mailroom/record.h"

static bool
set_aside(struct work *work, const char *code)
{
	work->outcome.fate = FATE_SET_ASIDE;
	work->outcome.code = code;
	return true;
}

/* A person must look: the case is theirs, and the letter says why. */
static bool
hold(struct work *work, const char *code, struct failure *why)
{
	work->outcome.fate = FATE_HELD;
	work->outcome.code = code;
	work->outcome.opens_case = true;
	record_write(work);
	return job_tell_desk(work, LETTER_REVIEW, why);
}

/*
 * The one who wrote, as far as a letter to them is safe: the signer, or else the one whose address
 * our directory has. Auto-replies, lists, bounces and our own mail are never answered (RFC 3834 2);
 * nor is a mail that was found among the handled ones: its sender may have had the answer.
 */
static const struct entry *
answerable_sender(const struct work *work)
{
	const struct opened_mail *mail = &work->mail;
	const struct directory *directory = work->equipment->directory;

	if (mail->manner != MAIL_LETTER || work->order.job.was_found)
		return NULL;
	const struct entry *sender = mail->signer;
	if (!sender && mail->outer_from.length)
		sender = directory_by_address(directory, mail->outer_from.words);
	return sender && sender->kind != ENTRY_AGENCY ? sender : NULL;
}

/* In front of the form's own faults: what was wrong with the mail, as advice to the sender. */
static void
add_advice(struct work *work, const char *code)
{
	const char *advice = desk_advice(code);
	size_t count = work->faults.count + (advice != NULL);
	struct form_fault *faults = arena_take_many(work->arena, count, sizeof *faults);

	if (!advice)
		return;
	faults[0] = (struct form_fault){
	    .code = code, .text = plain_copy(work->arena, advice, strlen(advice))};
	for (size_t at = 0; at < work->faults.count; at++)
		faults[at + 1] = work->faults.faults[at];
	work->faults = (struct form_faults){.faults = faults, .count = count};
}

/* Held, and the sender is told what they can do about it. */
static bool
hold_and_ask(struct work *work, const char *code, const char *reason, struct failure *why)
{
	const struct entry *sender = answerable_sender(work);

	job_add_point(work, code, reason);
	add_advice(work, code);
	if (!hold(work, code, why))
		return false;
	return !sender || !desk_advice(code) || job_answer_sender(work, sender, why);
}

/*
 * What came is not to be believed, or not to be read; the rules' view of it goes to the desk all
 * the same.
 */
static bool
hold_unclean(struct work *work, struct failure *why)
{
	struct opened_mail *mail = &work->mail;

	work->attach_raw = !mail->has_text;
	if (mail->has_text)
		job_read_form(work);
	if (!work->has_concern)
		work->faults = (struct form_faults){0};
	else {
		job_decide(work);
		job_hold_all(work, mail->code);
		if (work->decision.is_red && answerable_sender(work))
			work->outcome.alarm = work->decision.alarm;
	}
	return hold_and_ask(work, mail->code, mail->reason, why);
}

/* --- a concern ------------------------------------------------------------------------------- */

/* Why a person must look at a case whose mail was clean. NULL when nobody must. */
static const char *
case_reason(const struct work *work)
{
	if (work->decision.alarm_unmet)
		return "route.red-to-nobody";
	if (work->decision.nobody)
		return "route.nobody";
	return NULL;
}

/* "Child 2 goes to nobody. Child 3 goes to nobody." of the form as it was sent. */
static const char *
say_of_children(const struct work *work, uint64_t children, const char *what)
{
	const char *said = "";

	for (unsigned child = 0; child < CHILDREN_MAX; child++)
		if (children >> child & 1)
			said = arena_print(work->arena, "%s%sChild %u %s", said, *said ? " " : "",
			    work->decision.child_numbers[child], what);
	return said;
}

/* Tells the desk what goes to nobody: the case, or which children while others are sent. */
static void
add_nobody_points(struct work *work)
{
	const struct decision *decision = &work->decision;
	bool is_told = work->concern.child_count > 1;

	if (decision->alarm_unmet)
		job_add_point(work, "route.red-to-nobody",
		    is_told
			? say_of_children(work, decision->unmet_children,
			      "is red, and everybody who should have it is forbidden or missing.")
			: "The case is red, and everybody who should have it is forbidden or "
			  "missing.");
	if (decision_is_nobodys(decision) && !decision->alarm_unmet)
		job_add_point(work, "route.nobody", "No rule sends this case to anybody.");
	else if (is_told && decision->nobody_children)
		job_add_point(work, "route.nobody",
		    say_of_children(work, decision->nobody_children,
			"goes to nobody. SEND with the word of an agency sends it there."));
}

/* True when something of the case waits for a decision of the desk. */
static bool
waits_for_desk(const struct work *work)
{
	for (size_t at = 0; at < work->outcome.referral_count; at++)
		if (work->outcome.referrals[at].state == REFERRAL_HELD)
			return true;
	for (size_t at = 0; at < work->decision.route_count; at++)
		if (work->decision.routes[at].waiting_children)
			return true;
	return false;
}

/* What rules in mode propose or watch asked for, so that it can be counted how often they were right. */
static void
note_trials(struct work *work)
{
	const struct decision *decision = &work->decision;
	size_t count = MIN(decision->trial_count, TRIALS_PER_MAIL_MAX);

	work->outcome.trials = arena_take_many(work->arena, count, sizeof *work->outcome.trials);
	work->outcome.trial_count = count;
	for (size_t at = 0; at < count; at++)
		work->outcome.trials[at] = (struct outcome_trial){.rule = decision->trials[at].rule,
		    .agency = decision->trials[at].agency->id,
		    .is_watch = decision->trials[at].is_watch};
}

static bool
sort_concern(struct work *work, struct failure *why)
{
	job_decide(work);
	if (!job_refer(work, why))
		return false;
	note_trials(work);
	const char *reason = case_reason(work);
	add_nobody_points(work);
	work->outcome.fate = reason ? FATE_HELD : FATE_SORTED;
	work->outcome.code = reason ? reason : "sort.concern";
	work->outcome.opens_case = true;
	if (work->decision.is_red || work->decision.alarm_unmet)
		work->outcome.alarm = work->decision.alarm;
	if (work->decision.alarm_unmet && !work->outcome.alarm)
		work->outcome.alarm = "red.to-nobody";
	record_write(work);
	if (work->point_count && (reason || waits_for_desk(work))) {
		if (!job_tell_desk(work, LETTER_REVIEW, why))
			return false;
	} else if (work->point_count && !job_tell_desk(work, LETTER_NOTICE, why))
		return false;
	return job_answer_sender(work, answerable_sender(work), why);
}

/* --- a decision of the desk ------------------------------------------------------------------- */

static bool
refuse_decision(struct work *work, const char *text, struct failure *why)
{
	bool sealed;

	job_add_point(work, "desk.refused", text);
	if (!job_tell_person(work, LETTER_NOTICE, work->mail.signer, &sealed, why))
		return false;
	return set_aside(work, "desk.refused");
}

static bool
add_decision(struct work *work, const struct desk_line *line, const struct reference *reference)
{
	struct desk_decision *decision = &work->outcome.decisions[work->outcome.decision_count];
	const struct entry *agency = NULL;

	if (line->action != DESK_CLOSE) {
		g_autofree char *id =
		    g_ascii_strdown(line->agency.words, (gssize)line->agency.length);
		agency = directory_find(work->equipment->directory, ENTRY_AGENCY, id);
		if (!agency)
			return false;
	}
	*decision = (struct desk_decision){.reference = *reference,
	    .action = line->action,
	    .agency = agency ? agency->id : NULL,
	    .by = work->mail.signer->id};
	seal_box_close(line->reason.words, line->reason.length, work->equipment->sealing_public,
	    work->arena, &decision->reason);
	work->outcome.decision_count++;
	return true;
}

static bool
take_decisions(struct work *work, const struct desk_line *lines, size_t count, struct failure *why)
{
	const char *prefix = work->equipment->settings->identity.case_prefix;
	struct ledger_facts facts;
	struct reference reference;

	if (!desk_find_case(&work->mail, prefix, &reference))
		return refuse_decision(work,
		    "Your reply names no case, or more than one. Please keep the reference in it.",
		    why);
	if (!job_ask_facts(work, reference.text, NULL, &facts, why))
		return false;
	if (facts.is_duplicate)
		return set_aside(work, "mail.duplicate");
	if (!facts.has_case)
		return refuse_decision(
		    work, "There is no case with the reference in your reply.", why);
	for (size_t at = 0; at < count; at++)
		if (!add_decision(work, &lines[at], &reference)) {
			work->outcome.decision_count = 0;
			return refuse_decision(work,
			    "Nothing was done: your reply names an agency that is not in the directory. Please "
			    "use one of the words that the review letter lists.",
			    why);
		}
	work->outcome.fate = FATE_SORTED;
	work->outcome.code = "desk.decision";
	return true;
}

/* --- a mail ----------------------------------------------------------------------------------- */

static bool
sort_bounce(struct work *work, struct failure *why)
{
	struct ledger_facts facts;

	if (!job_ask_facts(work, NULL,
		work->mail.about_message_id.length ? work->mail.about_message_id.words : NULL,
		&facts, why))
		return false;
	work->attach_raw = true;
	if (!facts.is_our_letter) {
		job_add_point(work, "mail.bounce",
		    "A mail server reports that it could not deliver something, and it is not known what.");
		return hold(work, "mail.bounce", why);
	}
	job_add_point(work, "mail.bounce",
	    arena_print(work->arena,
		"A mail server reports that a letter of case %s was not delivered. The mailbox it was "
		"meant for does not have it: please telephone.",
		facts.letter_reference.text));
	if (!job_tell_desk(work, LETTER_NOTICE, why))
		return false;
	work->outcome.alarm = "letter.bounced";
	return set_aside(work, "mail.bounce");
}

/*
 * It lay among the handled mails and the ledger did not know it: after an old ledger was brought
 * back, what it led to may have been sent. Only a person can tell, so nothing goes out again.
 */
static bool
hold_found(struct work *work, struct failure *why)
{
	job_read_form(work);
	if (work->has_concern) {
		job_decide(work);
		job_hold_all(work, "mail.found");
		if (work->decision.is_red)
			work->outcome.alarm = work->decision.alarm;
	} else
		work->faults = (struct form_faults){0};
	job_add_point(work, "mail.found",
	    "This mail lay in the Handled folder, and the gateway has no record of it. It may have "
	    "been dealt with before: nothing was sent. Please look whether it was.");
	return hold(work, "mail.found", why);
}

static bool
sort_clean(struct work *work, struct failure *why)
{
	const struct opened_mail *mail = &work->mail;
	struct desk_line lines[DECISIONS_PER_MAIL_MAX];
	struct ledger_facts facts;

	if (mail->signer->kind == ENTRY_DESK && mail->signer->may_decide &&
	    !work->order.job.was_found) {
		size_t count = desk_read_lines(mail->text, lines, COUNT_OF(lines));
		if (count)
			return take_decisions(work, lines, count, why);
	}
	if (!job_ask_facts(work, NULL, NULL, &facts, why))
		return false;
	if (facts.is_duplicate)
		return set_aside(work, "mail.duplicate");
	if (work->order.job.was_found)
		return hold_found(work, why);
	if (mail->signer->kind == ENTRY_AGENCY) {
		job_add_point(work, "agency.answer",
		    arena_print(work->arena, "%s has answered.", mail->signer->name));
		return hold(work, "agency.answer", why);
	}
	job_read_form(work);
	if (!work->has_concern) {
		work->faults = (struct form_faults){0};
		return hold_and_ask(work, "form.none", "The mail holds no concern form.", why);
	}
	/*
	 * Without protected headers only the form's own first line says whom the signed text is
	 * for.
	 */
	if (!mail->has_protected_headers && !work->concern.names_desk) {
		job_decide(work);
		job_hold_all(work, "form.not-for-this-desk");
		return hold_and_ask(work, "form.not-for-this-desk",
		    "Nothing that is signed says that it was meant for this desk.", why);
	}
	return sort_concern(work, why);
}

bool
job_sort_mail(struct work *work, struct failure *why)
{
	const struct opened_mail *mail = &work->mail;

	if (!job_open_mail(work, why))
		return false;
	if (mail->is_clean)
		return sort_clean(work, why);
	switch (mail->manner) {
	case MAIL_AUTO_REPLY:
		return set_aside(work, "mail.auto-reply");
	case MAIL_OUR_OWN:
		return set_aside(work, "mail.our-own");
	case MAIL_BOUNCE:
		return sort_bounce(work, why);
	case MAIL_LETTER:
	case MAIL_LIST:
		break;
	}
	return hold_unclean(work, why);
}

/* What is said of a mail that is not to be read. */
static const char *
report_text(const char *code)
{
	if (strcmp(code, "mail.too-large") == 0)
		return "A mail in the mailbox is larger than the gateway takes. It lies untouched in the "
		       "mailbox: please open it there.";
	if (strcmp(code, "mail.unfetchable") == 0)
		return "The mail server does not hand out a mail that it lists. Please look into the mailbox.";
	if (strcmp(code, "sort.keys-failed") == 0)
		return "The mail could not be opened because of our own keys or their agent, not because of "
		       "anything in it. It is attached untouched. Please tell the gateway's administrator, "
		       "and ask the sender by telephone.";
	return "The mail could not be read: each try ended in a failure of the gateway. It is "
	       "attached untouched; do not open it on an unprotected machine.";
}

bool
job_report_mail(struct work *work, struct failure *why)
{
	const char *unfetched = work->order.job.unfetched_code;
	bool is_keys = work->order.plan == PLAN_REPORT_KEYS;
	const char *code = unfetched ? unfetched
	    : is_keys                ? "sort.keys-failed"
				     : "sort.could-not-be-read";

	if (work->order.plan != PLAN_REPORT_BARE && !job_open_mail(work, why))
		return false;
	work->attach_raw = work->raw != NULL;
	work->outcome.alarm = unfetched ? NULL
	    : is_keys                   ? "mail.keys-failed"
					: "mail.could-not-be-read";
	job_add_point(work, code, report_text(code));
	return hold(work, code, why);
}
