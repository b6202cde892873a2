/* The ledger's door: each function is one transaction on the store. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger.h"

#include <stdlib.h>

#include "base/clock.h"
#include "ledger/ledger_parts.h"

static bool
open_ledger(const char *path, enum store_start start, struct ledger **out, struct failure *why)
{
	struct ledger_store *store;

	if (!ledger_sqlite_open(path, start, &store, why))
		return false;
	struct ledger *ledger = calloc(1, sizeof *ledger);
	if (!ledger)
		abort();
	ledger->store = store;
	*out = ledger;
	return true;
}

bool
ledger_open(const char *path, struct ledger **out, struct failure *why)
{
	return open_ledger(path, STORE_MUST_BE_THERE, out, why);
}

bool
ledger_make(const char *path, struct ledger **out, struct failure *why)
{
	return open_ledger(path, STORE_MAY_BE_MADE, out, why);
}

void
ledger_close(struct ledger *ledger)
{
	if (!ledger)
		return;
	ledger->store->calls->close(ledger->store);
	free(ledger);
}

void
ledger_closep(struct ledger **ledger)
{
	ledger_close(*ledger);
	*ledger = NULL;
}

bool
ledger_last_uid(struct ledger *ledger, const char *account, const char *folder,
    uint32_t uid_validity, uint32_t *out, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_READ, &work, why) &&
	    mails_last_uid(&work, account, folder, uid_validity, out, why);
}

bool
ledger_add_mail(struct ledger *ledger, const struct mail_label *label,
    const struct sealed_bytes *sealed, const uint8_t raw_hash[HASH_BYTES], int64_t now,
    enum mail_added *added, struct failure *why)
{
	WORK work = {0};
	enum mail_added answer;

	if (!work_begin(ledger->store, WORK_WRITE, &work, why) ||
	    !mails_add(&work, label, sealed, raw_hash, now, &answer, why) ||
	    !WORK_COMMIT(&work, "add_mail", why))
		return false;
	*added = answer;
	return true;
}

bool
ledger_add_unfetched(struct ledger *ledger, const struct mail_label *label, const char *code,
    int64_t now, enum mail_added *added, struct failure *why)
{
	WORK work = {0};
	enum mail_added answer;

	if (!work_begin(ledger->store, WORK_WRITE, &work, why) ||
	    !mails_add_unfetched(&work, label, code, now, &answer, why) ||
	    !WORK_COMMIT(&work, "add_unfetched", why))
		return false;
	*added = answer;
	return true;
}

bool
ledger_unfiled(struct ledger *ledger, const char *account, const char *folder,
    uint32_t uid_validity, uint32_t *uids, size_t room, size_t *count, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_READ, &work, why) &&
	    mails_unfiled(&work, account, folder, uid_validity, uids, room, count, why);
}

bool
ledger_filed(struct ledger *ledger, const char *account, const char *folder, uint32_t uid_validity,
    const uint32_t *uids, size_t count, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_WRITE, &work, why) &&
	    mails_filed(&work, account, folder, uid_validity, uids, count, why) &&
	    WORK_COMMIT(&work, "filed", why);
}

void
ledger_know_owners(struct ledger *ledger, bool (*is_here)(const char *owner))
{
	ledger->is_here = is_here;
}

bool
ledger_claim_job(struct ledger *ledger, const char *owner, const char *prefix, int year,
    int64_t now, int64_t lease_seconds, struct arena *arena, struct job *out, bool *found,
    struct failure *why)
{
	WORK work = {0};
	struct job job;
	bool is_there;

	if (!work_begin(ledger->store, WORK_WRITE, &work, why) ||
	    !jobs_claim(&work, ledger->is_here, owner, prefix, year, now, lease_seconds, arena,
		&job, &is_there, why))
		return false;
	if (is_there && !WORK_COMMIT(&work, "claim_job", why))
		return false;
	if (is_there)
		*out = job;
	*found = is_there;
	return true;
}

bool
ledger_facts(struct ledger *ledger, int64_t mail_id, const uint8_t payload_hash[HASH_BYTES],
    const uint8_t message_id_hash[HASH_BYTES], const char *named, const char *letter_id,
    struct arena *arena, struct ledger_facts *out, struct failure *why)
{
	WORK work = {0};
	struct ledger_facts facts;

	if (!work_begin(ledger->store, WORK_READ, &work, why) ||
	    !facts_find(&work, mail_id, payload_hash, message_id_hash, named, letter_id, arena,
		&facts, why))
		return false;
	*out = facts;
	return true;
}

bool
ledger_finish_job(struct ledger *ledger, const char *owner, const struct job *job,
    const struct outcome *outcome, const char rules_hash[HASH_HEX_BYTES],
    const uint8_t message_id_hash[HASH_BYTES], int64_t now, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_WRITE, &work, why) &&
	    outcome_write(&work, owner, job, outcome, rules_hash, message_id_hash, now, why) &&
	    WORK_COMMIT(&work, "finish_job", why);
}

bool
ledger_return_job(struct ledger *ledger, const char *owner, const struct job *job, const char *code,
    bool uncount, int64_t retry_at, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_WRITE, &work, why) &&
	    jobs_return(&work, owner, job, code, uncount, retry_at, clock_now(), why) &&
	    WORK_COMMIT(&work, "return_job", why);
}

bool
ledger_forgo_job(
    struct ledger *ledger, const char *owner, const char *code, int64_t now, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_WRITE, &work, why) &&
	    jobs_forgo(&work, owner, code, now, why) && WORK_COMMIT(&work, "forgo_job", why);
}

bool
ledger_free_leases(struct ledger *ledger, bool (*is_gone)(const char *owner), int64_t now,
    int64_t longest_pause, int64_t longest_lease, size_t *freed, struct failure *why)
{
	WORK work = {0};
	struct freeing freeing = {.is_gone = is_gone,
	    .is_here = ledger->is_here,
	    .now = now,
	    .latest_pause = now + longest_pause,
	    .latest_lease = now + longest_lease};

	if (!work_begin(ledger->store, WORK_WRITE, &work, why) ||
	    !leases_free(&work, "job", where_not(cell_none("owner")), &freeing, why) ||
	    !leases_free(&work, "letter", where_is(cell_text("state", "sending")), &freeing, why) ||
	    !WORK_COMMIT(&work, "free_leases", why))
		return false;
	*freed = freeing.freed;
	return true;
}

bool
ledger_claim_letter(struct ledger *ledger, const char *owner, int64_t now, int64_t lease_seconds,
    struct arena *arena, struct due_letter *out, bool *found, struct failure *why)
{
	bool is_lost;

	do {
		WORK work = {0};
		struct due_letter letter;
		bool is_there;

		if (!work_begin(ledger->store, WORK_WRITE, &work, why) ||
		    !letters_claim(&work, ledger->is_here, owner, now, lease_seconds, arena,
			&letter, &is_there, &is_lost, why))
			return false;
		if ((is_there || is_lost) && !WORK_COMMIT(&work, "claim_letter", why))
			return false;
		if (is_there)
			*out = letter;
		*found = is_there;
	} while (is_lost);
	return true;
}

bool
ledger_end_letter(struct ledger *ledger, const char *owner, int64_t letter_id, enum letter_end end,
    const char *code, const char *reply, const char *queue_id, int64_t retry_at, int64_t now,
    struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_WRITE, &work, why) &&
	    letters_end(&work, owner, letter_id, end, code, reply, queue_id, retry_at, now, why) &&
	    WORK_COMMIT(&work, "end_letter", why);
}

bool
ledger_begin_activation(struct ledger *ledger, const struct activation *change,
    const struct rule_file *files, size_t count, int64_t follows, int64_t now, int64_t *number,
    struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_WRITE, &work, why) &&
	    activation_begin(&work, change, files, count, follows, now, number, why) &&
	    WORK_COMMIT(&work, "begin_activation", why);
}

bool
ledger_end_activation(struct ledger *ledger, int64_t number, int64_t now, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_WRITE, &work, why) &&
	    activation_end(&work, number, now, why) && WORK_COMMIT(&work, "end_activation", why);
}

bool
ledger_activations(struct ledger *ledger, size_t room, struct arena *arena, struct activation **out,
    size_t *count, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_READ, &work, why) &&
	    activations_list(&work, room, arena, out, count, why);
}

bool
ledger_rules_of(struct ledger *ledger, const char *hash, struct arena *arena,
    struct rule_files *out, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_READ, &work, why) &&
	    rules_find(&work, hash, arena, out, why);
}

bool
ledger_add_decision(
    struct ledger *ledger, const struct desk_decision *decision, int64_t now, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_WRITE, &work, why) &&
	    decision_add(&work, decision, 0, now, why) && WORK_COMMIT(&work, "add_decision", why);
}

bool
ledger_cases(struct ledger *ledger, bool only_held, int64_t before, size_t room,
    struct arena *arena, struct case_row **out, size_t *count, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_READ, &work, why) &&
	    cases_list(&work, only_held, before, room, arena, out, count, why);
}

bool
ledger_case(struct ledger *ledger, const char *reference, struct arena *arena,
    struct case_file *out, bool *found, struct failure *why)
{
	WORK work = {0};
	struct case_file file;
	bool is_there;

	if (!work_begin(ledger->store, WORK_READ, &work, why) ||
	    !cases_show(&work, reference, arena, &file, &is_there, why))
		return false;
	if (is_there)
		*out = file;
	*found = is_there;
	return true;
}

bool
ledger_note_rules_fault(struct ledger *ledger, const struct rules_fault *fault,
    const uint8_t digest[HASH_BYTES], int64_t now, bool *is_new, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_WRITE, &work, why) &&
	    rules_fault_note(&work, fault, digest, now, is_new, why) &&
	    WORK_COMMIT(&work, "note_rules_fault", why);
}

bool
ledger_trials(struct ledger *ledger, const struct trial_question *question,
    struct trial_counts *out, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_READ, &work, why) &&
	    trials_count(&work, question, out, why);
}

bool
ledger_next_decided(struct ledger *ledger, int64_t after, struct arena *arena,
    struct decided_case *out, bool *found, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_READ, &work, why) &&
	    cases_next_decided(&work, after, arena, out, found, why);
}

bool
ledger_heartbeat(struct ledger *ledger, const char *duty, bool worked, const char *hindrance,
    int64_t now, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_WRITE, &work, why) &&
	    duties_beat(&work, duty, worked, hindrance, now, why) &&
	    WORK_COMMIT(&work, "heartbeat", why);
}

bool
ledger_resume(struct ledger *ledger, const char *duty, int64_t tolerance, int64_t now,
    int64_t *resumed_at, struct failure *why)
{
	WORK work = {0};
	int64_t answer;

	if (!work_begin(ledger->store, WORK_WRITE, &work, why) ||
	    !duties_resume(&work, duty, tolerance, now, &answer, why) ||
	    !WORK_COMMIT(&work, "resume", why))
		return false;
	*resumed_at = answer;
	return true;
}

bool
ledger_status(
    struct ledger *ledger, struct arena *arena, struct ledger_status *out, struct failure *why)
{
	WORK work = {0};
	struct ledger_status status;

	if (!work_begin(ledger->store, WORK_READ, &work, why) ||
	    !status_read(&work, arena, &status, why))
		return false;
	*out = status;
	return true;
}

bool
ledger_next_due(struct ledger *ledger, int64_t *jobs_at, int64_t *letters_at, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_READ, &work, why) &&
	    due_next(&work, jobs_at, letters_at, why);
}

static bool
mark_backup(struct ledger *ledger, int64_t at, struct failure *why)
{
	WORK work = {0};

	return work_begin(ledger->store, WORK_WRITE, &work, why) &&
	    keeping_note(&work, "backup", at, at, why) && WORK_COMMIT(&work, "mark_backup", why);
}

bool
ledger_copy(struct ledger *ledger, const char *path, int64_t now, struct failure *why)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(1024 * 1024);
	CLEANUP(ledger_closep) struct ledger *copy = NULL;
	const char **flaws;
	size_t count;

	if (!ledger->store->calls->copy(ledger->store, path, why) ||
	    !ledger_open(path, &copy, why) || !mark_backup(copy, now, why) ||
	    !ledger_check(copy, arena, &flaws, &count, why))
		return false;
	return !count || fail(why, REMEDY_STOP, "ledger.damaged", "%s: %s", path, flaws[0]);
}

bool
ledger_backed_up(struct ledger *ledger, int64_t backed_up_at, struct failure *why)
{
	return mark_backup(ledger, backed_up_at, why);
}

bool
ledger_restore(struct ledger *ledger, int64_t now, struct arena *arena, struct restored *out,
    struct failure *why)
{
	WORK work = {0};
	struct restored restored;

	if (!work_begin(ledger->store, WORK_WRITE, &work, why) ||
	    !keeping_restore(&work, now, arena, &restored, why) ||
	    !WORK_COMMIT(&work, "restore", why))
		return false;
	*out = restored;
	return true;
}
