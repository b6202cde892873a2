/* Packs and reads what sort and a job's child say to each other. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/job_talk.h"

#include <stdio.h>
#include <string.h>

enum { WORD_MAX_BYTES = 256, LIST_MAX_BYTES = 4096, RECORD_MAX_BYTES = 8 * 1024 * 1024 };

void
job_put_sealed(struct wire_out *out, const struct sealed_bytes *sealed)
{
	wire_put_bytes(out, sealed->seal_id, sizeof sealed->seal_id);
	wire_put_bytes(out, sealed->boxed_key, sizeof sealed->boxed_key);
	wire_put_bytes(out, sealed->bytes, sealed->length);
}

/* Exactly so many bytes, or the message is broken. */
static void
get_exactly(struct wire_in *in, struct arena *arena, uint8_t *out, size_t length)
{
	size_t got;
	const uint8_t *bytes = wire_get_bytes(in, arena, length, &got);

	if (!bytes || got != length)
		in->broken = true;
	else
		memcpy(out, bytes, length);
}

void
job_get_sealed(struct wire_in *in, struct arena *arena, size_t max, struct sealed_bytes *sealed)
{
	get_exactly(in, arena, sealed->seal_id, sizeof sealed->seal_id);
	get_exactly(in, arena, sealed->boxed_key, sizeof sealed->boxed_key);
	sealed->bytes = wire_get_bytes(in, arena, max, &sealed->length);
}

static void
get_reference(struct wire_in *in, struct arena *arena, struct reference *reference)
{
	const char *text = wire_get_text(in, arena, REFERENCE_BYTES - 1);

	(void)snprintf(reference->text, sizeof reference->text, "%s", text ? text : "");
}

static void
put_decision(struct wire_out *out, const struct desk_decision *decision)
{
	wire_put_text(out, decision->reference.text);
	wire_put_u32(out, decision->action);
	wire_put_text(out, decision->agency);
	wire_put_text(out, decision->by);
	job_put_sealed(out, &decision->reason);
}

static void
get_decision(struct wire_in *in, struct arena *arena, struct desk_decision *decision)
{
	get_reference(in, arena, &decision->reference);
	decision->action = wire_get_below(in, DESK_ACTIONS);
	decision->agency = wire_get_text(in, arena, WORD_MAX_BYTES);
	decision->by = wire_get_text(in, arena, WORD_MAX_BYTES);
	job_get_sealed(in, arena, FORM_MAX_BYTES, &decision->reason);
}

static void
put_digest(struct wire_out *out, const struct digest *digest)
{
	wire_put_u32(out, digest != NULL);
	if (!digest)
		return;
	wire_put_i64(out, digest->since);
	wire_put_i64(out, digest->until);
	for (unsigned part = 0; part < DIGEST_PARTS; part++) {
		wire_put_u32(out, (uint32_t)digest->parts[part].count);
		for (size_t at = 0; at < digest->parts[part].count; at++)
			wire_put_text(out, digest->parts[part].lines[at]);
	}
}

static const struct digest *
get_digest(struct wire_in *in, struct arena *arena)
{
	if (!wire_get_below(in, 2))
		return NULL;
	struct digest *digest = arena_take(arena, sizeof *digest);
	digest->since = wire_get_i64(in);
	digest->until = wire_get_i64(in);
	for (unsigned part = 0; part < DIGEST_PARTS; part++) {
		struct digest_lines *lines = &digest->parts[part];
		lines->count = wire_get_below(in, DIGEST_LINES_MAX + 1);
		lines->lines = arena_take_many(arena, lines->count, sizeof *lines->lines);
		for (size_t at = 0; at < lines->count; at++) {
			lines->lines[at] = wire_get_text(in, arena, DIGEST_LINE_MAX_BYTES);
			if (!lines->lines[at])
				in->broken = true;
		}
	}
	return digest;
}

void
job_put_order(struct wire_out *out, const struct job_order *order)
{
	const struct job *job = &order->job;

	wire_put_u32(out, order->plan);
	wire_put_i64(out, order->now);
	wire_put_u32(out, job->kind);
	wire_put_i64(out, job->id);
	wire_put_u32(out, job->attempt);
	wire_put_text(out, job->reference.text);
	wire_put_i64(out, job->received_at);
	wire_put_u32(out, job->has_sealed);
	if (job->has_sealed)
		job_put_sealed(out, &job->sealed);
	wire_put_text(out, job->unfetched_code);
	wire_put_text(out, job->rules_fault);
	put_digest(out, order->digest);
	wire_put_u32(out, job->was_found);
	wire_put_u32(out, job->urgency);
	if (job->kind == JOB_DECISION)
		put_decision(out, &job->decision);
	if (job->kind == JOB_NOTICE) {
		wire_put_text(out, job->letter_kind);
		wire_put_text(out, job->letter_to);
		wire_put_text(out, job->letter_code);
		wire_put_text(out, job->letter_reply);
	}
}

bool
job_get_order(struct wire_in *in, struct arena *arena, struct job_order *order)
{
	struct job *job = &order->job;

	order->plan = wire_get_below(in, PLANS);
	order->now = wire_get_i64(in);
	job->kind = wire_get_below(in, JOB_NOTICE + 1);
	job->id = wire_get_i64(in);
	job->attempt = wire_get_u32(in);
	get_reference(in, arena, &job->reference);
	job->received_at = wire_get_i64(in);
	job->has_sealed = wire_get_below(in, 2);
	if (job->has_sealed)
		job_get_sealed(in, arena, MAIL_MAX_BYTES + 4096, &job->sealed);
	job->unfetched_code = wire_get_text(in, arena, WORD_MAX_BYTES);
	job->rules_fault = wire_get_text(in, arena, LIST_MAX_BYTES);
	order->digest = get_digest(in, arena);
	job->was_found = wire_get_below(in, 2) != 0;
	job->urgency = wire_get_below(in, URGENCY_RED + 1);
	if (job->kind == JOB_DECISION)
		get_decision(in, arena, &job->decision);
	if (job->kind == JOB_NOTICE) {
		job->letter_kind = wire_get_text(in, arena, WORD_MAX_BYTES);
		job->letter_to = wire_get_text(in, arena, WORD_MAX_BYTES);
		job->letter_code = wire_get_text(in, arena, WORD_MAX_BYTES);
		job->letter_reply = wire_get_text(in, arena, LIST_MAX_BYTES);
	}
	return wire_is_whole(in);
}

void
job_put_finding(struct wire_out *out, const struct finding *finding)
{
	wire_put_bytes(out, finding->payload_hash, HASH_BYTES);
	wire_put_bytes(out, finding->message_id_hash, HASH_BYTES);
	wire_put_text(out, finding->named);
	wire_put_text(out, finding->letter_id);
}

bool
job_get_finding(struct wire_in *in, struct arena *arena, struct finding *finding)
{
	get_exactly(in, arena, finding->payload_hash, HASH_BYTES);
	get_exactly(in, arena, finding->message_id_hash, HASH_BYTES);
	finding->named = wire_get_text(in, arena, REFERENCE_BYTES - 1);
	finding->letter_id = wire_get_text(in, arena, WORD_MAX_BYTES);
	if (finding->named && !reference_is_valid(finding->named))
		in->broken = true;
	return wire_is_whole(in);
}

void
job_put_facts(struct wire_out *out, const struct ledger_facts *facts)
{
	wire_put_u32(out, facts->is_duplicate);
	wire_put_text(out, facts->duplicate_of.text);
	wire_put_u32(out, facts->has_case);
	wire_put_u32(out, facts->case_is_closed);
	wire_put_u32(out, facts->is_our_letter);
	wire_put_text(out, facts->letter_reference.text);
	wire_put_u32(out, (uint32_t)facts->referral_count);
	for (size_t at = 0; at < facts->referral_count; at++) {
		wire_put_text(out, facts->referrals[at].agency);
		wire_put_u32(out, facts->referrals[at].state);
		wire_put_i64(out, (int64_t)facts->referrals[at].children);
	}
}

bool
job_get_facts(struct wire_in *in, struct arena *arena, struct ledger_facts *facts)
{
	facts->is_duplicate = wire_get_below(in, 2);
	get_reference(in, arena, &facts->duplicate_of);
	facts->has_case = wire_get_below(in, 2);
	facts->case_is_closed = wire_get_below(in, 2);
	facts->is_our_letter = wire_get_below(in, 2);
	get_reference(in, arena, &facts->letter_reference);
	facts->referral_count = wire_get_below(in, AGENCIES_MAX + 1);
	for (size_t at = 0; at < facts->referral_count; at++) {
		facts->referrals[at].agency = wire_get_text(in, arena, WORD_MAX_BYTES);
		facts->referrals[at].state = wire_get_below(in, REFERRAL_STATES);
		facts->referrals[at].children = (uint64_t)wire_get_i64(in);
	}
	return wire_is_whole(in);
}

static void
put_letter(struct wire_out *out, const struct outcome_letter *letter)
{
	wire_put_text(out, letter->letter.kind);
	wire_put_u32(out, letter->letter.to_kind);
	wire_put_text(out, letter->letter.to);
	wire_put_text(out, letter->letter.message_id);
	wire_put_bytes(out, letter->letter.armor, letter->letter.armor_length);
	wire_put_u32(out, (uint32_t)(letter->referral + 1));
}

static void
get_letter(struct wire_in *in, struct arena *arena, struct outcome_letter *letter)
{
	letter->letter.kind = wire_get_text(in, arena, WORD_MAX_BYTES);
	letter->letter.to_kind = wire_get_below(in, ENTRY_DESK + 1);
	letter->letter.to = wire_get_text(in, arena, WORD_MAX_BYTES);
	letter->letter.message_id = wire_get_text(in, arena, WORD_MAX_BYTES);
	letter->letter.armor =
	    (const char *)wire_get_bytes(in, arena, LETTER_MAX_BYTES, &letter->letter.armor_length);
	letter->referral = (int)wire_get_below(in, AGENCIES_MAX + 1) - 1;
	if (!letter->letter.kind || !letter->letter.to || !letter->letter.message_id)
		in->broken = true;
}

static void
put_referral(struct wire_out *out, const struct outcome_referral *referral)
{
	wire_put_text(out, referral->agency);
	wire_put_u32(out, referral->state);
	wire_put_text(out, referral->code);
	wire_put_text(out, referral->rules);
	wire_put_i64(out, (int64_t)referral->children);
}

static void
get_referral(struct wire_in *in, struct arena *arena, struct outcome_referral *referral)
{
	referral->agency = wire_get_text(in, arena, WORD_MAX_BYTES);
	referral->state = wire_get_below(in, REFERRAL_STATES);
	referral->code = wire_get_text(in, arena, WORD_MAX_BYTES);
	referral->rules = wire_get_text(in, arena, LIST_MAX_BYTES);
	referral->children = (uint64_t)wire_get_i64(in);
	if (!referral->agency || !referral->code)
		in->broken = true;
}

static void
put_trials(struct wire_out *out, const struct outcome *outcome)
{
	wire_put_u32(out, (uint32_t)outcome->trial_count);
	for (size_t at = 0; at < outcome->trial_count; at++) {
		wire_put_text(out, outcome->trials[at].rule);
		wire_put_text(out, outcome->trials[at].agency);
		wire_put_u32(out, outcome->trials[at].is_watch);
	}
}

static void
get_trials(struct wire_in *in, struct arena *arena, struct outcome *outcome)
{
	outcome->trial_count = wire_get_below(in, TRIALS_PER_MAIL_MAX + 1);
	outcome->trials = arena_take_many(arena, outcome->trial_count, sizeof *outcome->trials);
	for (size_t at = 0; at < outcome->trial_count; at++) {
		struct outcome_trial *trial = &outcome->trials[at];
		trial->rule = wire_get_text(in, arena, WORD_MAX_BYTES);
		trial->agency = wire_get_text(in, arena, WORD_MAX_BYTES);
		trial->is_watch = wire_get_below(in, 2);
		if (!trial->rule || !trial->agency)
			in->broken = true;
	}
}

void
job_put_outcome(struct wire_out *out, const struct outcome *outcome)
{
	wire_put_u32(out, outcome->fate);
	wire_put_text(out, outcome->code);
	wire_put_text(out, outcome->arrived_as);
	wire_put_text(out, outcome->signer);
	wire_put_text(out, outcome->signer_fingerprint);
	wire_put_bytes(out, outcome->payload_hash, HASH_BYTES);
	wire_put_u32(out, outcome->opens_case);
	wire_put_u32(out, outcome->closes_case);
	wire_put_u32(out, outcome->urgency);
	wire_put_u32(out, (uint32_t)outcome->referral_count);
	for (size_t at = 0; at < outcome->referral_count; at++)
		put_referral(out, &outcome->referrals[at]);
	wire_put_u32(out, (uint32_t)outcome->letter_count);
	for (size_t at = 0; at < outcome->letter_count; at++)
		put_letter(out, &outcome->letters[at]);
	wire_put_u32(out, (uint32_t)outcome->decision_count);
	for (size_t at = 0; at < outcome->decision_count; at++)
		put_decision(out, &outcome->decisions[at]);
	wire_put_text(out, outcome->record);
	wire_put_u32(out, outcome->has_sealed_record);
	if (outcome->has_sealed_record)
		job_put_sealed(out, &outcome->sealed_record);
	wire_put_text(out, outcome->alarm);
	put_trials(out, outcome);
}

bool
job_get_outcome(struct wire_in *in, struct arena *arena, struct outcome *outcome)
{
	outcome->fate = wire_get_below(in, FATES);
	outcome->code = wire_get_text(in, arena, WORD_MAX_BYTES);
	outcome->arrived_as = wire_get_text(in, arena, WORD_MAX_BYTES);
	outcome->signer = wire_get_text(in, arena, WORD_MAX_BYTES);
	outcome->signer_fingerprint = wire_get_text(in, arena, FINGERPRINT_BYTES - 1);
	get_exactly(in, arena, outcome->payload_hash, HASH_BYTES);
	outcome->opens_case = wire_get_below(in, 2);
	outcome->closes_case = wire_get_below(in, 2);
	outcome->urgency = wire_get_below(in, URGENCY_RED + 1);
	outcome->referral_count = wire_get_below(in, AGENCIES_MAX + 1);
	for (size_t at = 0; at < outcome->referral_count; at++)
		get_referral(in, arena, &outcome->referrals[at]);
	outcome->letter_count = wire_get_below(in, LETTERS_PER_JOB_MAX + 1);
	for (size_t at = 0; at < outcome->letter_count; at++)
		get_letter(in, arena, &outcome->letters[at]);
	outcome->decision_count = wire_get_below(in, DECISIONS_PER_MAIL_MAX + 1);
	for (size_t at = 0; at < outcome->decision_count; at++)
		get_decision(in, arena, &outcome->decisions[at]);
	outcome->record = wire_get_text(in, arena, RECORD_MAX_BYTES);
	outcome->has_sealed_record = wire_get_below(in, 2);
	if (outcome->has_sealed_record)
		job_get_sealed(in, arena, RECORD_MAX_BYTES, &outcome->sealed_record);
	outcome->alarm = wire_get_text(in, arena, WORD_MAX_BYTES);
	get_trials(in, arena, outcome);
	return outcome->code && wire_is_whole(in);
}

void
job_put_failure(struct wire_out *out, const struct failure *why)
{
	wire_put_u32(out, why->remedy);
	wire_put_text(out, why->code);
	wire_put_text(out, why->reason);
}

bool
job_get_failure(struct wire_in *in, struct arena *arena, struct failure *why)
{
	static const char GRAMMAR[] = "abcdefghijklmnopqrstuvwxyz0123456789.-";
	enum remedy remedy = wire_get_below(in, REMEDY_STOP + 1);
	const char *code = wire_get_text(in, arena, 64);
	const char *reason = wire_get_text(in, arena, sizeof why->reason - 1);

	if (!wire_is_whole(in) || !code || !*code || code[strspn(code, GRAMMAR)])
		return false;
	(void)fail(why, remedy, code, "%s", reason ? reason : "");
	return true;
}
