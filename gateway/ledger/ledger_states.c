/* The states of mail, case, referral and letter, and the one function for each move. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_states.h"

#include <string.h>

/*
 * The facts. A move has happened when its transaction is committed, and not before; what stands in
 * `when` is on the disk from then on. After a kill at any moment the rows are as after the last
 * commit, and each duty goes on from there: a mail in `received` is sorted (again), a letter in
 * `ready` or `waiting` is sent.
 *
 * One window cannot be closed. A letter is committed as `sending` before the first byte goes to the
 * server. When we die between the server's "250" and the commit of `sent`, the row still says
 * `sending`, and nobody can know whether the server has it. Such a letter is claimed again when its
 * lease has ended (the move sending -> sending), is counted in its `resent`, and goes out with the
 * same bytes and the same Message-ID, so that the agency's side can tell the two are one.
 *
 * It is the same window where not we die but the line: from the server's 354 on, until its reply to
 * the dot is heard, it may have the letter. Such a try ends as `waiting` with the code smtp.unknown,
 * and the next one (waiting -> sending) is counted in `resent` too.
 *
 * `acknowledged`, `declined` and `overdue` are states that agencies' answers and clocks bring
 * about; the ledger has no way there until a duty reads those.
 */
const struct state_move STATE_MOVES[] = {
    {"mail", "", "received", "mail_take",
	"sealed bytes, or why there are none, and its job; only now is it filed away"},
    {"mail", "", "set-aside", "mail_recognise", "the place where known bytes lay once more"},
    {"mail", "received", "sorted", "mail_sort", "case, referrals, letters, decisions, record"},
    {"mail", "received", "held", "mail_hold", "case, referrals, the desk's letter, record"},
    {"mail", "received", "set-aside", "mail_set_aside", "why nothing follows from it"},
    {"mail", "held", "sorted", "mail_settle",
	"what the desk decided, with its letters; or another row that has its bytes"},

    {"cases", "", "open", "case_open", "the case with all its mail's outcome"},
    {"cases", "open", "closed", "case_close", "the desk's CLOSE; what was held is closed too"},

    {"referral", "", "held", "referral_hold", "that it waits for a person, and why"},
    {"referral", "", "ready", "referral_route", "its sealed letter"},
    {"referral", "", "closed", "referral_refuse", "that this agency does not get it, and why"},
    {"referral", "held", "ready", "referral_release", "its sealed letter"},
    {"referral", "bounced", "ready", "referral_release", "a new sealed letter"},
    {"referral", "closed", "ready", "referral_release", "its sealed letter, on second thoughts"},
    {"referral", "sent", "ready", "referral_release", "a further letter, of children that waited"},
    {"referral", "held", "closed", "referral_close", "the decision against it"},
    {"referral", "ready", "closed", "referral_close", "the decision; its letter is withdrawn"},
    {"referral", "sent", "closed", "referral_close", "that nothing more is expected"},
    {"referral", "bounced", "closed", "referral_close", "that it is not tried again"},
    {"referral", "ready", "sent", "referral_sent", "the server's reply to its letter"},
    {"referral", "bounced", "sent", "referral_sent", "after a restore: that its letter had left"},
    {"referral", "ready", "bounced", "referral_bounced",
	"why its letter failed, the desk's notice"},

    {"letter", "", "ready", "letter_ready", "the sealed bytes: from here on they never change"},
    {"letter", "ready", "sending", "letter_claim", "that a try begins, and whose it is"},
    {"letter", "waiting", "sending", "letter_claim",
	"that another try begins; after smtp.unknown: THE WINDOW"},
    {"letter", "sending", "sending", "letter_claim", "THE WINDOW: it may go out a second time"},
    {"letter", "sending", "sent", "letter_sent", "the server's reply and queue id"},
    {"letter", "sending", "waiting", "letter_wait", "why not yet, and when again"},
    {"letter", "sending", "failed", "letter_fail", "why not, and the job that tells the desk"},
    {"letter", "failed", "sent", "letter_recognise",
	"after a restore: that a mail names it, and so somebody has got it"},
    {"letter", "ready", "failed", "letter_withdraw",
	"why it is not sent: the desk, a restore, no bytes"},
    {"letter", "waiting", "failed", "letter_withdraw",
	"why it is not sent: the desk, a restore, no bytes"},
};
const size_t STATE_MOVE_COUNT = COUNT_OF(STATE_MOVES);

static const struct {
	const char *thing, *spoken;
	const char *states[9];
} THINGS[] = {
    {"mail", "mail", {"received", "sorted", "held", "set-aside"}},
    {"cases", "case", {"open", "closed"}},
    {"referral", "referral",
	{"held", "ready", "sent", "acknowledged", "declined", "bounced", "overdue", "closed"}},
    {"letter", "letter", {"ready", "sending", "sent", "waiting", "failed"}},
};

const char *const *
states_of(const char *thing)
{
	for (size_t at = 0; at < COUNT_OF(THINGS); at++)
		if (strcmp(THINGS[at].thing, thing) == 0)
			return THINGS[at].states;
	return NULL;
}

static const char *
spoken_name(const char *thing)
{
	for (size_t at = 0; at < COUNT_OF(THINGS); at++)
		if (strcmp(THINGS[at].thing, thing) == 0)
			return THINGS[at].spoken;
	return thing;
}

static bool
check_move(const char *by, const char *thing, const char *from, const char *to, struct failure *why)
{
	for (size_t at = 0; at < STATE_MOVE_COUNT; at++) {
		const struct state_move *move = &STATE_MOVES[at];
		if (strcmp(move->thing, thing) == 0 && strcmp(move->from, from) == 0 &&
		    strcmp(move->to, to) == 0 && strcmp(move->by, by) == 0)
			return true;
	}
	return fail(why, REMEDY_STOP, "ledger.state", "%s may not move a %s from %s to %s", by,
	    spoken_name(thing), *from ? from : "new", to);
}

bool
event_add(struct work *work, int64_t mail, int64_t at, const char *what, const char *code,
    struct failure *why)
{
	int64_t id;

	return work_insert(work, "event",
	    CELLS(cell_number("mail", mail), cell_number("at", at), cell_text("what", what),
		cell_text("code", code)),
	    &id, why);
}

static bool
tell_move(struct work *work, const struct subject *subject, const char *from, const char *to,
    struct failure *why)
{
	bool is_mail = strcmp(subject->thing, "mail") == 0;
	const char *what = arena_print(work->arena, "%s%s%s: %s -> %s", spoken_name(subject->thing),
	    subject->name ? " " : "", subject->name ? subject->name : "", *from ? from : "new", to);

	return event_add(
	    work, is_mail ? subject->id : subject->mail, subject->at, what, subject->code, why);
}

/* The caller's cells, and those that every move writes. */
static struct cell *
add_state_cells(struct work *work, const struct subject *subject, const char *to,
    const struct cell *cells, size_t *count)
{
	struct cell *all = arena_take_many(work->arena, *count + 3, sizeof *all);

	if (*count)
		memcpy(all, cells, *count * sizeof *all);
	all[(*count)++] = cell_text("state", to);
	all[(*count)++] = cell_number("changed_at", subject->at);
	if (subject->code)
		all[(*count)++] = cell_text("code", subject->code);
	return all;
}

bool
state_enter(struct work *work, const char *by, struct subject *subject, const char *to,
    const struct cell *cells, size_t count, struct failure *why)
{
	struct cell *all = add_state_cells(work, subject, to, cells, &count);

	return check_move(by, subject->thing, "", to, why) &&
	    work_insert(work, subject->thing, all, count, &subject->id, why) &&
	    tell_move(work, subject, "", to, why);
}

bool
state_move(struct work *work, const char *by, const struct subject *subject, const char *to,
    const struct cell *cells, size_t count, struct failure *why)
{
	struct store_row row;

	if (!work_row(work, subject->thing, subject->id, &row, why))
		return false;
	const char *from = row_text(&row, "state");
	struct cell *all = add_state_cells(work, subject, to, cells, &count);
	return check_move(by, subject->thing, from, to, why) &&
	    work_update(work, subject->thing, subject->id, all, count, why) &&
	    tell_move(work, subject, from, to, why);
}
