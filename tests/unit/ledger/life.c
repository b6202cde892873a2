/* The whole life of a few mails, written out. */
/* SPDX-License-Identifier: MIT */
#include "life.h"

#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/step.h"
#include "given.h"

enum { MAILS = 6, TOO_LARGE = 6, MINUTES_MAX = 200 };

static bool
receive(struct ledger *ledger, int64_t now, struct failure *why)
{
	uint32_t last, uids[MAILS];
	size_t count;
	enum mail_added added;

	if (!ledger_last_uid(ledger, ACCOUNT, FOLDER, 1, &last, why))
		return false;
	for (uint32_t uid = last + 1; uid <= MAILS; uid++) {
		struct mail_label label = given_label(1, uid);
		struct sealed_bytes sealed = given_sealed(uid);
		if (!(uid == TOO_LARGE
			    ? ledger_add_unfetched(
				  ledger, &label, "mail.too-large", now, &added, why)
			    : ledger_add_mail(ledger, &label, &sealed, given_hash(1000 + uid),
				  now, &added, why)))
			return false;
	}
	return ledger_unfiled(ledger, ACCOUNT, FOLDER, 1, uids, MAILS, &count, why) &&
	    ledger_filed(ledger, ACCOUNT, FOLDER, 1, uids, count, why);
}

/* The case that the mail with this UID opened. */
static bool
find_case(struct ledger *ledger, uint32_t uid, struct arena *arena, struct reference *out,
    struct failure *why)
{
	struct case_row *cases;
	size_t count;

	*out = (struct reference){0};
	if (!ledger_cases(ledger, false, 0, 100, arena, &cases, &count, why))
		return false;
	for (size_t at = 0; at < count; at++)
		if (cases[at].received_at == given_label(1, uid).arrived_at)
			*out = cases[at].reference;
	return true;
}

/* Message-IDs bear the attempt: an outcome that was never committed leaves no trace. */
static void
add_letter(struct outcome *outcome, const struct job *job, const char *kind, const char *to,
    int referral)
{
	char name[64];

	(void)snprintf(name, sizeof name, "%s.%s.%lld.%u", kind, to, (long long)job->id, job->attempt);
	given_letter(outcome, kind, ENTRY_AGENCY, to, name, referral);
}

static bool
decide_mail(struct ledger *ledger, const struct job *job, struct arena *arena,
    struct outcome *outcome, struct failure *why)
{
	uint32_t uid = (uint32_t)(job->received_at - (NOW - 1000));
	int number;

	given_outcome(outcome, FATE_SORTED, "sort.concern");
	memcpy(outcome->payload_hash, given_hash(uid), HASH_BYTES);
	switch (uid) {
	case 1:
		number = given_referral(outcome, "merton-mash", REFERRAL_READY, "route.rule");
		add_letter(outcome, job, "referral", "merton-mash", number);
		given_referral(outcome, "phoenix", REFERRAL_HELD, "route.hold");
		add_letter(outcome, job, "receipt", "pc-day", -1);
		break;
	case 2:
		outcome->opens_case = false;
		outcome->code = "desk.decision";
		outcome->decision_count = 1;
		outcome->decisions[0] = (struct desk_decision){.action = DESK_SEND,
		    .agency = "phoenix", .by = "insp-smith", .reason = given_sealed(200)};
		return find_case(ledger, 1, arena, &outcome->decisions[0].reference, why);
	case 4:
		given_outcome(outcome, FATE_SET_ASIDE, "mail.auto-reply");
		break;
	case 5:
		number = given_referral(outcome, "camhs-gone", REFERRAL_READY, "route.rule");
		add_letter(outcome, job, "referral", "camhs-gone", number);
		break;
	default:
		given_outcome(outcome, FATE_HELD, uid == TOO_LARGE ? "mail.too-large" : "open.unsigned");
		add_letter(outcome, job, "review", "duty-desk", -1);
		break;
	}
	return true;
}

static bool
sort_one(struct ledger *ledger, int64_t now, bool *found, struct failure *why)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(8 * 1024 * 1024);
	struct outcome outcome = {.code = "desk.done"};
	struct job job;

	if (!ledger_claim_job(ledger, "sort-1", "W", 2026, now, LEASE, arena, &job, found, why))
		return false;
	if (!*found)
		return true;
	if (job.kind == JOB_MAIL) {
		if (!decide_mail(ledger, &job, arena, &outcome, why))
			return false;
	} else if (job.kind == JOB_DECISION) {
		int number = given_referral(&outcome, "phoenix", REFERRAL_READY, "desk.send");
		add_letter(&outcome, &job, "referral", "phoenix", number);
	} else {
		add_letter(&outcome, &job, "notice", "duty-desk", -1);
	}
	return ledger_finish_job(
	    ledger, "sort-1", &job, &outcome, RULES_HASH, given_hash(0), now, why);
}

/* The server: what it accepted is accepted, whatever becomes of us. */
static void
accept_letter(const char *sink, const char *message_id)
{
	g_autofree char *line = g_strconcat(message_id, "\n", NULL);

	step("before server.accept");
	int fd = open(sink, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (write(fd, line, strlen(line)) != (ssize_t)strlen(line))
		abort();
	(void)close(fd);
	step("after server.accept");
}

static bool
deliver_one(
    struct ledger *ledger, const char *sink, int64_t now, bool *found, struct failure *why)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(1024 * 1024);
	enum letter_end end = LETTER_SENT;
	struct due_letter letter;

	if (!ledger_claim_letter(ledger, "deliver-1", now, LEASE, arena, &letter, found, why))
		return false;
	if (!*found)
		return true;
	if (strcmp(letter.kind, "receipt") == 0 && letter.attempt == 1)
		end = LETTER_WAITS;
	else if (strcmp(letter.to, "camhs-gone") == 0)
		end = LETTER_FAILED;
	else
		accept_letter(sink, letter.message_id);
	return ledger_end_letter(ledger, "deliver-1", letter.id, end,
	    end == LETTER_SENT ? NULL : "smtp.no", "reply", "4ABC", now + 60, now, why);
}

bool
life_run(const char *path, const char *sink, int64_t now, struct failure *why)
{
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	int64_t jobs_at = 0, letters_at = 0;
	bool found;

	if (!ledger_make(path, &ledger, why) || !receive(ledger, now, why))
		return false;
	while (jobs_at != INT64_MAX || letters_at != INT64_MAX) {
		do {
			if (!sort_one(ledger, now, &found, why))
				return false;
		} while (found);
		do {
			if (!deliver_one(ledger, sink, now, &found, why))
				return false;
		} while (found);
		if (!ledger_next_due(ledger, &jobs_at, &letters_at, why))
			return false;
		now += 60;
	}
	return true;
}

static int
compare_lines(const void *one, const void *two)
{
	return strcmp(*(char *const *)one, *(char *const *)two);
}

static void
append_sorted(GString *text, GPtrArray *lines)
{
	qsort(lines->pdata, lines->len, sizeof lines->pdata[0], compare_lines);
	for (guint at = 0; at < lines->len; at++)
		g_string_append_printf(text, "  %s\n", (char *)lines->pdata[at]);
}

static void
append_case(GString *text, struct ledger *ledger, const char *reference, struct arena *arena)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	struct case_file file;
	struct failure why;
	bool found;

	if (!ledger_case(ledger, reference, arena, &file, &found, &why) || !found)
		abort();
	g_string_append_printf(text, "%lld %s mail %s %s %s\n",
	    (long long)(file.row.received_at - NOW), file.row.state, file.row.mail_state,
	    file.row.code, urgency_name(file.row.urgency));
	for (size_t at = 0; at < file.referral_count; at++)
		g_ptr_array_add(lines,
		    g_strdup_printf("referral %s %s %s", file.referrals[at].agency,
			file.referrals[at].state, file.referrals[at].code));
	for (size_t at = 0; at < file.letter_count; at++)
		g_ptr_array_add(lines,
		    g_strdup_printf("letter %s %s %s", file.letters[at].kind, file.letters[at].to,
			file.letters[at].state));
	append_sorted(text, lines);
}

char *
life_end(const char *path)
{
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	CLEANUP(arena_closep) struct arena *arena = arena_open(8 * 1024 * 1024);
	GString *text = g_string_new(NULL);
	struct ledger_status status;
	struct case_row *cases;
	struct failure why;
	size_t count;

	if (!ledger_open(path, &ledger, &why) ||
	    !ledger_cases(ledger, false, 0, 100, arena, &cases, &count, &why) ||
	    !ledger_status(ledger, arena, &status, &why))
		abort();
	for (uint32_t uid = 1; uid <= MAILS; uid++)
		for (size_t at = 0; at < count; at++)
			if (cases[at].received_at == given_label(1, uid).arrived_at)
				append_case(text, ledger, cases[at].reference.text, arena);
	for (size_t at = 0; at < status.count_count; at++)
		g_string_append_printf(text, "%s %s %lld\n", status.counts[at].what,
		    status.counts[at].state, (long long)status.counts[at].count);
	return g_string_free(text, FALSE);
}

static size_t
count_accepted(char *const *lines, const char *message_id)
{
	size_t count = 0;

	for (; *lines; lines++)
		count += strcmp(*lines, message_id) == 0;
	return count;
}

/* One case's letters: each was accepted as often as it left the ledger, and that is nearly always once. */
static size_t
check_letters(const struct case_file *file, char *const *lines, size_t *accepted)
{
	size_t duplicates = 0;

	for (size_t at = 0; at < file->letter_count; at++) {
		const struct letter_row *letter = &file->letters[at];
		size_t times = count_accepted(lines, letter->message_id);

		assert_int_equal(times > 0, strcmp(letter->state, "sent") == 0);
		assert_true(times <= 1 + (size_t)letter->resent);
		duplicates += times > 1;
		*accepted += times;
	}
	return duplicates;
}

size_t
life_duplicates(const char *path, const char *sink)
{
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	CLEANUP(arena_closep) struct arena *arena = arena_open(8 * 1024 * 1024);
	g_autofree char *text = NULL;
	size_t count, duplicates = 0, accepted = 0;
	struct case_row *cases;
	struct case_file file;
	struct failure why;
	bool found;

	if (!g_file_get_contents(sink, &text, NULL, NULL) || !ledger_open(path, &ledger, &why) ||
	    !ledger_cases(ledger, false, 0, 100, arena, &cases, &count, &why))
		abort();
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (size_t at = 0; at < count; at++) {
		if (!ledger_case(ledger, cases[at].reference.text, arena, &file, &found, &why))
			abort();
		duplicates += check_letters(&file, lines, &accepted);
	}
	/* Nothing was accepted that the ledger does not know; the last piece is empty. */
	assert_int_equal(accepted, g_strv_length(lines) - 1);
	return duplicates;
}
