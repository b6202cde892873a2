/* The steps that several kinds of job share: facts, the opened mail, its form, the decision. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <sodium.h>
#include <string.h>

#include "mailroom/job.h"

void
job_add_point(struct work *work, const char *code, const char *text)
{
	if (work->point_count < COUNT_OF(work->points))
		work->points[work->point_count++] =
		    (struct review_point){.code = code, .text = text};
}

bool
job_ask_facts(struct work *work, const char *named, const char *letter_id,
    struct ledger_facts *facts, struct failure *why)
{
	CLEANUP(wire_done) struct wire_out question = {0};
	struct finding finding = {.named = named, .letter_id = letter_id};
	struct wire_in answer;
	uint32_t kind;

	memcpy(finding.payload_hash, work->mail.payload_hash, HASH_BYTES);
	if (work->mail.signer && work->mail.has_protected_headers &&
	    work->mail.inner_message_id.length) {
		crypto_generichash_state state;
		(void)crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
		(void)crypto_generichash_update(&state,
		    (const uint8_t *)work->mail.signer_fingerprint,
		    strlen(work->mail.signer_fingerprint));
		(void)crypto_generichash_update(&state,
		    (const uint8_t *)work->mail.inner_message_id.words,
		    work->mail.inner_message_id.length);
		(void)crypto_generichash_final(&state, finding.message_id_hash, HASH_BYTES);
	}
	job_put_finding(&question, &finding);
	if (!wire_send(work->sort_line, JOB_TALK_FINDING, &question, wire_deadline(JOB_MAX_SECONDS),
		why) ||
	    !wire_receive(work->sort_line, work->arena, JOB_TALK_MAX_BYTES,
		wire_deadline(JOB_MAX_SECONDS), &kind, &answer, why))
		return false;
	memset(facts, 0, sizeof *facts);
	if (kind != JOB_TALK_FACTS || !job_get_facts(&answer, work->arena, facts))
		return fail(why, REMEDY_RETRY, "wire.broken", "the facts are none");
	return true;
}

bool
job_open_mail(struct work *work, struct failure *why)
{
	if (!work->order.job.has_sealed)
		return true;
	if (!openpgp_unbox(&work->openpgp, &work->order.job.sealed, work->arena, &work->raw,
		&work->raw_length, why))
		return false;
	if (work->order.plan != PLAN_READ)
		return true;
	if (!openpgp_open_mail(
		&work->openpgp, work->raw, work->raw_length, work->arena, &work->mail, why))
		return false;
	work->is_opened = true;
	work->outcome.arrived_as = mail_shape_name(work->mail.arrived_as);
	work->outcome.signer = work->mail.signer ? work->mail.signer->id : NULL;
	work->outcome.signer_fingerprint = work->mail.signer_fingerprint;
	memcpy(work->outcome.payload_hash, work->mail.payload_hash, HASH_BYTES);
	return true;
}

/* Tries one text as the form. */
static void
read_form(struct work *work, struct plain text)
{
	const struct equipment *equipment = work->equipment;

	work->form_text = text;
	work->has_concern = form_read(equipment->form, text, equipment->settings->identity.address,
	    work->form_date, work->arena, &work->concern, &work->faults);
}

/* A text by its type, or by its name where the mail program knew no type for the file. */
static bool
may_be_form(const struct attachment *file)
{
	static const char *const ENDS[] = {".txt", ".yaml", ".yml"};

	if (strcmp(file->type, "text/plain") == 0)
		return true;
	for (size_t at = 0; at < COUNT_OF(ENDS); at++) {
		size_t length = strlen(ENDS[at]);
		if (file->name.length > length &&
		    g_ascii_strncasecmp(
			file->name.words + file->name.length - length, ENDS[at], length) == 0)
			return true;
	}
	return false;
}

/*
 * The text of the mail is the form, or else the first attached text file that is one. Where it
 * names no time of report, the signature's counts, or else when the mail arrived: the Date field
 * is anybody's word, and ages depend on it.
 */
void
job_read_form(struct work *work)
{
	work->form_date = work->mail.signer ? work->mail.signed_at : work->order.job.received_at;
	if (work->mail.text.length <= FORM_MAX_BYTES)
		read_form(work, work->mail.text);
	for (size_t at = 0; at < work->mail.attachment_count && !work->has_concern; at++) {
		const struct attachment *file = &work->mail.attachments[at];
		if (!may_be_form(file) || file->length > FORM_MAX_BYTES ||
		    !g_utf8_validate((const char *)file->bytes, (gssize)file->length, NULL))
			continue;
		read_form(work, plain_copy(work->arena, (const char *)file->bytes, file->length));
	}
}

void
job_decide(struct work *work)
{
	struct routing_moment moment =
	    equipment_moment(work->equipment, work->order.now, work->arena);

	routing_decide(
	    work->equipment->routing, &work->concern, &moment, work->arena, &work->decision);
	work->is_decided = true;
	work->outcome.urgency = work->decision.urgency;
}
