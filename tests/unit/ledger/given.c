/* What the tests of the ledger begin with, written out. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

#include <glib.h>
#include <stdio.h>
#include <unistd.h>

void
given_folder(char folder[64])
{
	/* In memory where that is possible: thousands of syncs are asked for here. */
	const char *top = g_file_test("/dev/shm", G_FILE_TEST_IS_DIR) ? "/dev/shm" : "/tmp";

	(void)snprintf(folder, 64, "%s/wandle-ledger-XXXXXX", top);
	assert_non_null(mkdtemp(folder));
}

void
given_no_folder(const char *folder)
{
	g_autoptr(GDir) files = g_dir_open(folder, 0, NULL);
	const char *name;

	while (files && (name = g_dir_read_name(files))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		(void)unlink(path);
	}
	(void)rmdir(folder);
}

int
given_setup(void **state)
{
	struct given *given = calloc(1, sizeof *given);

	given_folder(given->folder);
	(void)snprintf(given->path, sizeof given->path, "%s/ledger.db", given->folder);
	given->arena = arena_open(64 * 1024 * 1024);
	MUST(ledger_make(given->path, &given->ledger, &given->why));
	*state = given;
	return 0;
}

int
given_teardown(void **state)
{
	struct given *given = *state;

	ledger_close(given->ledger);
	arena_close(given->arena);
	given_no_folder(given->folder);
	free(given);
	return 0;
}

void
given_reopen(struct given *given)
{
	ledger_closep(&given->ledger);
	MUST(ledger_open(given->path, &given->ledger, &given->why));
}

struct mail_label
given_label(uint32_t uid_validity, uint32_t uid)
{
	return (struct mail_label){.place = {ACCOUNT, FOLDER, uid_validity, uid},
	    .bytes = 5000 + uid,
	    .arrived_at = NOW - 1000 + uid};
}

struct sealed_bytes
given_sealed(unsigned number)
{
	static uint8_t bytes[3000];
	struct sealed_bytes sealed = {.bytes = bytes, .length = sizeof bytes};

	memset(bytes, (int)(number % 251), sizeof bytes);
	memcpy(sealed.seal_id, &number, sizeof number);
	memset(sealed.boxed_key, (int)(number % 253), sizeof sealed.boxed_key);
	return sealed;
}

const uint8_t *
given_hash(unsigned number)
{
	static uint8_t hashes[8][HASH_BYTES];
	static unsigned next;
	uint8_t *hash = hashes[next++ % COUNT_OF(hashes)];

	memset(hash, 0, HASH_BYTES);
	memcpy(hash, &number, sizeof number);
	return hash;
}

void
given_outcome(struct outcome *out, enum mail_fate fate, const char *code)
{
	*out = (struct outcome){.fate = fate,
	    .code = code,
	    .arrived_as = "pgp-mime",
	    .signer = "pc-day",
	    .signer_fingerprint = "0123456789ABCDEF0123456789ABCDEF01234567",
	    .opens_case = fate != FATE_SET_ASIDE,
	    .urgency = URGENCY_AMBER,
	    .record = "{\"rules\":[]}"};
}

int
given_referral(
    struct outcome *out, const char *agency, enum referral_state state, const char *code)
{
	out->referrals[out->referral_count] = (struct outcome_referral){
	    .agency = agency, .state = state, .code = code, .rules = "mash", .children = 1};
	return (int)out->referral_count++;
}

void
given_letter(struct outcome *out, const char *kind, enum entry_kind to_kind, const char *to,
    const char *name, int referral)
{
	static char ids[64][64];
	static unsigned next;
	char *id = ids[next++ % COUNT_OF(ids)];

	(void)snprintf(id, sizeof ids[0], "<%s@wandle>", name);
	out->letters[out->letter_count++] = (struct outcome_letter){
	    .letter = {.kind = kind, .to_kind = to_kind, .to = to, .message_id = id},
	    .referral = referral,
	    .bytes = id,
	    .length = strlen(id),
	    .address = "box@agency.example"};
}

void
take_mail(struct given *given, unsigned number)
{
	struct mail_label label = given_label(1, number);
	struct sealed_bytes sealed = given_sealed(number);
	enum mail_added added;

	MUST(ledger_add_mail(given->ledger, &label, &sealed, given_hash(1000 + number), NOW, &added,
	    &given->why));
	assert_int_equal(added, MAIL_ADDED);
}

struct job
claim_job(struct given *given, const char *owner, int64_t now)
{
	struct job job;
	bool found;

	MUST(ledger_claim_job(given->ledger, owner, "W", 2026, now, LEASE, given->arena, &job, &found,
	    &given->why));
	assert_true(found);
	return job;
}

void
assert_no_job(struct given *given, int64_t now)
{
	struct job job;
	bool found;

	MUST(ledger_claim_job(given->ledger, "nobody", "W", 2026, now, LEASE, given->arena, &job,
	    &found, &given->why));
	assert_false(found);
}

void
finish_job(struct given *given, const char *owner, const struct job *job,
    const struct outcome *outcome, int64_t now)
{
	MUST(ledger_finish_job(given->ledger, owner, job, outcome, RULES_HASH, given_hash(0), now,
	    &given->why));
}

struct due_letter
claim_letter(struct given *given, int64_t now)
{
	struct due_letter letter;
	bool found;

	MUST(ledger_claim_letter(given->ledger, "deliver-1", now, LEASE, given->arena, &letter,
	    &found, &given->why));
	assert_true(found);
	return letter;
}

void
assert_no_letter(struct given *given, int64_t now)
{
	struct due_letter letter;
	bool found;

	MUST(ledger_claim_letter(given->ledger, "deliver-9", now, LEASE, given->arena, &letter,
	    &found, &given->why));
	assert_false(found);
}

void
end_letter(struct given *given, int64_t id, enum letter_end end, int64_t now)
{
	static const char *const CODES[] = {
	    [LETTER_SENT] = "smtp.250", [LETTER_WAITS] = "smtp.451", [LETTER_FAILED] = "smtp.550"};

	MUST(ledger_end_letter(given->ledger, "deliver-1", id, end, CODES[end], "250 2.0.0 Ok",
	    "4ABC", now + 60, now, &given->why));
}

struct case_file
show_case(struct given *given, const char *reference)
{
	struct case_file file;
	bool found;

	MUST(ledger_case(given->ledger, reference, given->arena, &file, &found, &given->why));
	assert_true(found);
	return file;
}

const char *
referral_stands(struct given *given, const char *reference, const char *agency)
{
	struct case_file file = show_case(given, reference);

	for (size_t at = 0; at < file.referral_count; at++)
		if (strcmp(file.referrals[at].agency, agency) == 0)
			return file.referrals[at].state;
	return "absent";
}

size_t
count_events(struct given *given, const char *reference, const char *begins)
{
	struct case_file file = show_case(given, reference);
	size_t count = 0;

	for (size_t at = 0; at < file.event_count; at++)
		count += strncmp(file.events[at].what, begins, strlen(begins)) == 0;
	return count;
}

struct reference
given_case(struct given *given, unsigned number)
{
	struct outcome outcome;
	char name[32];

	(void)snprintf(name, sizeof name, "mash-%u", number);
	take_mail(given, number);
	struct job job = claim_job(given, "sort-1", NOW);
	given_outcome(&outcome, FATE_SORTED, "sort.concern");
	int mash = given_referral(&outcome, "merton-mash", REFERRAL_READY, "route.rule");
	given_referral(&outcome, "phoenix", REFERRAL_HELD, "route.hold");
	given_letter(&outcome, "referral", ENTRY_AGENCY, "merton-mash", name, mash);
	finish_job(given, "sort-1", &job, &outcome, NOW);
	return job.reference;
}

void
decide(struct given *given, const char *reference, enum decision_action action,
    const char *agency, const struct outcome *outcome, int64_t now)
{
	struct desk_decision decision = {
	    .action = action, .agency = agency, .by = "server:root", .reason = given_sealed(7777)};
	static unsigned next;

	(void)snprintf(
	    decision.reference.text, sizeof decision.reference.text, "%s", reference);
	memcpy(decision.reason.seal_id + 8, &next, sizeof next);
	next++;
	MUST(ledger_add_decision(given->ledger, &decision, now, &given->why));
	struct job job = claim_job(given, "sort-1", now);
	assert_int_equal(job.kind, JOB_DECISION);
	finish_job(given, "sort-1", &job, outcome, now);
}
