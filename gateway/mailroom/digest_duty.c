/* Has the digest written when it is due, and finds the lines of which it is made. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/digest_duty.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "mailroom/rule_trials.h"

enum { AGAIN_SECONDS = 60 };

void
digest_when_due(struct digest_watch *watch, struct ledger *ledger, const struct settings *settings)
{
	int64_t now = clock_now();
	unsigned day = settings->digest.day;
	struct failure why;
	bool is_new;

	if (day == DIGEST_NEVER || clock_steady() < watch->again_at)
		return;
	int64_t until =
	    clocks_latest(day == DIGEST_EACH_DAY ? 0 : day, settings->digest.minute, now);
	if (until == watch->asked)
		return;
	if (ledger_begin_digest(ledger, until, now, &is_new, &why)) {
		watch->asked = until;
		return;
	}
	log_failure(LOG_LEVEL_WARNING, "looking whether a digest is due", &why);
	watch->again_at = clock_steady() + AGAIN_SECONDS;
}

/* --- lines --------------------------------------------------------------------------------------- */

struct lines {
	const struct equipment *equipment;
	const struct digest_facts *facts;
	struct arena *arena;
	struct digest *out;
};

static void
add(const struct lines *lines, enum digest_part part, const char *line)
{
	struct digest_lines *to = &lines->out->parts[part];

	if (to->count < DIGEST_LINES_MAX && strlen(line) <= DIGEST_LINE_MAX_BYTES)
		to->lines[to->count++] = line;
}

static void
add_rest(const struct lines *lines, enum digest_part part, int64_t all, size_t shown)
{
	if (all > (int64_t)shown)
		add(lines, part,
		    arena_print(lines->arena, "and %lld more", (long long)all - (long long)shown));
}

static const char *
time_words(const struct lines *lines, int64_t at)
{
	char words[CLOCK_WORDS_BYTES];

	clock_words(at, words);
	return arena_text(lines->arena, words);
}

static int64_t
sum(const struct digest_facts *facts, const char *what)
{
	int64_t all = 0;

	for (size_t at = 0; at < facts->count_count; at++)
		if (strcmp(facts->counts[at].what, what) == 0)
			all += facts->counts[at].count;
	return all;
}

/* "12 mails received: 9 sorted, 3 held"; the states that have none are left out. */
static void
add_counts(const struct lines *lines, const char *what, const char *spoken, const char *open_word)
{
	const struct digest_facts *facts = lines->facts;
	int64_t all = sum(facts, what);
	const char *line =
	    arena_print(lines->arena, "%lld %s%s", (long long)all, spoken, all == 1 ? "" : "s");
	const char *between = ":";

	line = arena_print(lines->arena, "%s %s", line, open_word);
	for (size_t at = 0; at < facts->count_count; at++) {
		const struct count_row *row = &facts->counts[at];
		if (strcmp(row->what, what) != 0 || !row->count)
			continue;
		line =
		    arena_print(lines->arena, "%s%s %lld %s", line, between, (long long)row->count,
			strcmp(row->state, "received") == 0   ? "not sorted yet"
			    : strcmp(row->state, "none") == 0 ? "without urgency"
							      : row->state);
		between = ",";
	}
	add(lines, DIGEST_MAILS, line);
}

static void
add_referrals(const struct lines *lines)
{
	const struct digest_facts *facts = lines->facts;

	for (size_t at = 0; at < facts->count_count; at++) {
		const struct count_row *row = &facts->counts[at];
		if (strcmp(row->what, "referral") != 0)
			continue;
		const struct entry *agency =
		    directory_find(lines->equipment->directory, ENTRY_AGENCY, row->state);
		add(lines, DIGEST_REFERRALS,
		    arena_print(lines->arena, "%lld to %s", (long long)row->count,
			agency ? agency->name : row->state));
	}
}

static void
add_waiting(const struct lines *lines)
{
	const struct digest_facts *facts = lines->facts;

	for (size_t at = 0; at < facts->waiting_count; at++) {
		const struct waiting_case *one = &facts->waiting[at];
		add(lines, DIGEST_WAITING,
		    arena_print(lines->arena, "%s, %s, since %s, %lld referral%s waiting",
			one->reference,
			one->urgency == URGENCY_NONE ? "not decided" : urgency_name(one->urgency),
			time_words(lines, one->opened_at), (long long)one->held,
			one->held == 1 ? "" : "s"));
	}
	add_rest(lines, DIGEST_WAITING, facts->waiting_all, facts->waiting_count);
}

static void
add_letters(const struct lines *lines)
{
	const struct digest_facts *facts = lines->facts;

	for (size_t at = 0; at < facts->letter_count; at++) {
		const struct troubled_letter *one = &facts->letters[at];
		add(lines, DIGEST_LETTERS,
		    arena_print(lines->arena, "%s: %s to %s %s, %s", one->reference, one->kind,
			one->to,
			one->has_failed
			    ? arena_print(lines->arena, "failed (%s)", one->code ? one->code : "-")
			    : "may have arrived more than once",
			time_words(lines, one->at)));
	}
	add_rest(lines, DIGEST_LETTERS, facts->letters_all, facts->letter_count);
}

static void
add_differences(const struct lines *lines)
{
	const struct ledger_status *now = &lines->facts->now;
	const char *looked = "mailbox and ledger were never held against each other yet";
	int64_t all = 0;

	for (size_t at = 0; at < now->duty_count; at++) {
		const struct duty_row *duty = &now->duties[at];
		if (strcmp(duty->duty, "reconcile") != 0)
			continue;
		if (duty->worked_at)
			looked = arena_print(lines->arena,
			    "mailbox and ledger were held against each other on %s",
			    time_words(lines, duty->worked_at));
		if (duty->hindrance)
			looked = arena_print(
			    lines->arena, "%s; since then hindered by %s", looked, duty->hindrance);
	}
	add(lines, DIGEST_DIFFERENCES, looked);
	for (size_t at = 0; at < now->count_count; at++) {
		const struct count_row *row = &now->counts[at];
		if (strcmp(row->what, "difference") != 0 || !row->count)
			continue;
		all += row->count;
		add(lines, DIGEST_DIFFERENCES,
		    arena_print(lines->arena, "%s, %s, since %s: %s", row->state,
			row->count == 1
			    ? "once"
			    : arena_print(lines->arena, "%lld times", (long long)row->count),
			time_words(lines, row->oldest_at), difference_words(row->state)));
	}
	if (!all)
		add(lines, DIGEST_DIFFERENCES, "none is known");
}

static void
add_fault(const struct lines *lines, const char *which, int64_t faults, int64_t since, int64_t gone)
{
	add(lines, DIGEST_FAULTS,
	    arena_print(lines->arena, "the %s rules had %lld fault%s, from %s %s%s", which,
		(long long)faults, faults == 1 ? "" : "s", time_words(lines, since),
		gone ? "until " : "until now: `wandle check` names them",
		gone ? time_words(lines, gone) : ""));
}

/* Those that were found in the span, and older ones that still hold. */
static void
add_faults(const struct lines *lines)
{
	const struct digest_facts *facts = lines->facts;

	for (size_t at = 0; at < facts->now.rules_fault_count; at++) {
		const struct rules_fault *fault = &facts->now.rules_faults[at];
		if (fault->found_at < lines->out->since)
			add_fault(lines, fault->which, fault->faults, fault->found_at, 0);
	}
	for (size_t at = 0; at < facts->fault_count; at++) {
		const struct past_fault *fault = &facts->faults[at];
		add_fault(lines, fault->which, fault->faults, fault->since, fault->until);
	}
	add_rest(lines, DIGEST_FAULTS, facts->faults_all, facts->fault_count);
}

/* --- rules on trial ------------------------------------------------------------------------------ */

/* A rule has up to four lines: its name, this span, the rules of now, and earlier ones too. */
static bool
add_trials(const struct lines *lines, struct ledger *ledger, const struct digest_span *span,
    struct failure *why)
{
	enum { TOLD_MAX = DIGEST_LINES_MAX / 4 - 1 };
	struct trial_standing *trials;
	size_t count;

	if (!rule_trials(ledger, lines->equipment, span, lines->arena, &trials, &count, why))
		return false;
	for (size_t at = 0; at < count && at < TOLD_MAX; at++) {
		const char *ever[2];
		add(lines, DIGEST_TRIALS, rule_trial_head(&trials[at], lines->arena));
		add(lines, DIGEST_TRIALS,
		    arena_print(lines->arena, "    in this time: %s",
			trials[at].in_span.asked
			    ? trial_words(&trials[at].in_span, trials[at].is_watch, lines->arena)
			    : "not once"));
		size_t ever_count = rule_trial_lines(&trials[at], lines->arena, ever);
		for (size_t one = 0; one < ever_count; one++)
			add(lines, DIGEST_TRIALS, arena_print(lines->arena, "    %s", ever[one]));
	}
	add_rest(lines, DIGEST_TRIALS, (int64_t)count, count < TOLD_MAX ? count : TOLD_MAX);
	return true;
}

bool
digest_tell(struct ledger *ledger, const struct equipment *equipment,
    const struct digest_span *span, struct arena *arena, struct digest *out, struct failure *why)
{
	struct digest_facts facts;
	const struct lines lines = {
	    .equipment = equipment, .facts = &facts, .arena = arena, .out = out};

	*out = (struct digest){.since = span->since, .until = span->until};
	for (unsigned part = 0; part < DIGEST_PARTS; part++)
		out->parts[part].lines =
		    arena_take_many(arena, DIGEST_LINES_MAX, sizeof *out->parts[part].lines);
	if (!ledger_digest_facts(ledger, span, arena, &facts, why))
		return false;
	add_counts(&lines, "mail", "mail", "received");
	add_counts(&lines, "case", "case", "opened");
	add_referrals(&lines);
	add_waiting(&lines);
	add_letters(&lines);
	add_differences(&lines);
	add_faults(&lines);
	return add_trials(&lines, ledger, span, why);
}
