/* Checks an outcome against the job, the directory and itself. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/outcome_check.h"

#include <string.h>

#include "papers/armor.h"
#include "papers/letter.h"
#include "papers/outer_mail.h"

static bool
refuse(struct failure *why, const char *what)
{
	return fail(why, REMEDY_RETRY, "sort.outcome-refused", "the child's outcome: %s", what);
}

/* "route.cannot-tell": lower-case words, a dot, hyphens. */
static bool
is_code(const char *code)
{
	static const char GRAMMAR[] = "abcdefghijklmnopqrstuvwxyz0123456789.-";

	return code && *code && strlen(code) <= 64 && !code[strspn(code, GRAMMAR)];
}

/* Ids of rules, with commas between: what rule_load accepts as ids. */
static bool
is_rule_list(const char *rules)
{
	static const char GRAMMAR[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-, ";

	return rules && !rules[strspn(rules, GRAMMAR)];
}

/* "<32 hex digits@our domain>" */
static bool
is_our_message_id(const char *id, const struct settings *settings)
{
	const char *domain = strchr(settings->identity.address, '@');
	size_t hex = strspn(id + (*id == '<'), "0123456789abcdef");
	size_t length = strlen(id);

	return *id == '<' && hex == 32 && domain && length == 34 + strlen(domain) &&
	    strncmp(id + 33, domain, strlen(domain)) == 0 && id[length - 1] == '>';
}

/* Which kind of letter may go to which kind of entry. */
static bool
kind_fits(const char *kind, enum entry_kind to)
{
	if (strcmp(kind, letter_kind_name(LETTER_REFERRAL)) == 0)
		return to == ENTRY_AGENCY;
	if (strcmp(kind, letter_kind_name(LETTER_RECEIPT)) == 0 ||
	    strcmp(kind, letter_kind_name(LETTER_ASK)) == 0)
		return to != ENTRY_AGENCY;
	if (strcmp(kind, letter_kind_name(LETTER_REVIEW)) == 0 ||
	    strcmp(kind, letter_kind_name(LETTER_NOTICE)) == 0 ||
	    strcmp(kind, letter_kind_name(LETTER_DIGEST)) == 0)
		return to == ENTRY_DESK;
	return false;
}

/* The armor names only encryption keys of the entry it is for. */
static bool
keys_fit(const struct sealed_letter *letter, const struct entry *entry, struct failure *why)
{
	struct armor_keys named;
	uint64_t allowed[KEYS_PER_ENTRY_MAX * SUBKEYS_MAX];
	size_t count = 0;

	for (size_t key = 0; key < entry->key_count; key++)
		for (size_t id = 0; id < entry->keys[key].encryption_id_count; id++)
			if (entry->keys[key].state == KEY_USABLE)
				allowed[count++] = entry->keys[key].encryption_ids[id];
	if (!armor_read(letter->armor, letter->armor_length, &named, why))
		return false;
	if (!armor_keys_within(&named, allowed, count))
		return refuse(why, "a letter sealed for a key that is not its recipient's");
	return true;
}

static bool
check_letter(const struct job_order *order, const struct settings *settings,
    const struct directory *directory, struct arena *arena, struct outcome *outcome,
    struct outcome_letter *slot, struct failure *why)
{
	struct sealed_letter *letter = &slot->letter;
	const struct entry *entry = directory_find(directory, letter->to_kind, letter->to);
	bool is_referral = strcmp(letter->kind, letter_kind_name(LETTER_REFERRAL)) == 0;
	bool is_digest = strcmp(letter->kind, letter_kind_name(LETTER_DIGEST)) == 0;

	if (!entry || !kind_fits(letter->kind, letter->to_kind))
		return refuse(why, "a letter to somebody it is not for");
	if (is_digest != (order->digest != NULL))
		return refuse(
		    why, "a digest that nobody asked for, or another letter in its place");
	if (!is_our_message_id(letter->message_id, settings))
		return refuse(why, "a Message-ID that is not ours");
	if (is_referral != (slot->referral >= 0) || slot->referral >= (int)outcome->referral_count)
		return refuse(why, "a letter and its referral do not belong together");
	if (is_referral && strcmp(outcome->referrals[slot->referral].agency, entry->id) != 0)
		return refuse(why, "a referral's letter to another agency");
	if (!keys_fit(letter, entry, why))
		return false;
	struct outer_mail outer = {.from = settings->identity.address,
	    .to = entry->address,
	    .subject = arena_print(arena, "Secure referral %s", order->job.reference.text),
	    .message_id = letter->message_id,
	    .date = order->now};
	slot->address = entry->address;
	return outer_mail_write(
	    &outer, letter->armor, letter->armor_length, arena, &slot->bytes, &slot->length, why);
}

static bool
check_referral(const struct directory *directory, const struct outcome *outcome, size_t number,
    struct failure *why)
{
	const struct outcome_referral *referral = &outcome->referrals[number];
	size_t letters = 0;

	if (!directory_find(directory, ENTRY_AGENCY, referral->agency))
		return refuse(why, "a referral to an agency that is not in the directory");
	if (!is_code(referral->code) || !is_rule_list(referral->rules))
		return refuse(why, "a referral whose reason is none");
	for (size_t at = 0; at < number; at++)
		if (strcmp(outcome->referrals[at].agency, referral->agency) == 0)
			return refuse(why, "two referrals to one agency");
	for (size_t at = 0; at < outcome->letter_count; at++)
		letters += outcome->letters[at].referral == (int)number;
	if (referral->state != REFERRAL_HELD && referral->state != REFERRAL_READY &&
	    referral->state != REFERRAL_CLOSED)
		return refuse(why, "a referral in a state no job can give it");
	if (letters != (referral->state == REFERRAL_READY))
		return refuse(why, "a ready referral without its one letter, or another with one");
	return true;
}

static bool
check_decision(
    const struct directory *directory, const struct desk_decision *decision, struct failure *why)
{
	bool has_agency =
	    decision->agency && directory_find(directory, ENTRY_AGENCY, decision->agency);
	const struct entry *by =
	    decision->by ? directory_find(directory, ENTRY_DESK, decision->by) : NULL;

	if (!reference_is_valid(decision->reference.text))
		return refuse(why, "a decision on no case");
	if (has_agency != (decision->action != DESK_CLOSE))
		return refuse(why, "a decision on no agency");
	if (!by || !by->may_decide)
		return refuse(why, "a decision of somebody who may not decide");
	return true;
}

static bool
has_letter(const struct outcome *outcome, enum letter_kind kind)
{
	for (size_t at = 0; at < outcome->letter_count; at++)
		if (strcmp(outcome->letters[at].letter.kind, letter_kind_name(kind)) == 0)
			return true;
	return false;
}

/* What waits for a person must have told a person, or raise an alarm. */
static bool
check_fate(const struct job_order *order, const struct outcome *outcome, struct failure *why)
{
	bool waits = outcome->fate == FATE_HELD;
	bool is_mail = order->job.kind == JOB_MAIL;

	for (size_t at = 0; at < outcome->referral_count; at++)
		waits = waits || (is_mail && outcome->referrals[at].state == REFERRAL_HELD);
	if (!is_code(outcome->code) || (outcome->alarm && !is_code(outcome->alarm)))
		return refuse(why, "a code that is none");
	if (waits && !has_letter(outcome, LETTER_REVIEW) && !outcome->alarm)
		return refuse(why, "something waits, and nobody was told");
	if (outcome->fate == FATE_HELD && !outcome->opens_case)
		return refuse(why, "held without a case");
	if (outcome->fate == FATE_SET_ASIDE &&
	    (outcome->opens_case || outcome->referral_count || outcome->decision_count))
		return refuse(why, "set aside, and yet something follows");
	if (!is_mail && (outcome->opens_case || outcome->decision_count))
		return refuse(why, "a case out of no mail");
	if (outcome->opens_case && !outcome->record)
		return refuse(why, "a case without its record");
	return true;
}

/* Each rule asks for an agency once. */
static bool
check_trials(const struct directory *directory, const struct outcome *outcome, struct failure *why)
{
	if (outcome->trial_count && !outcome->opens_case)
		return refuse(why, "a rule on trial without a case");
	for (size_t at = 0; at < outcome->trial_count; at++) {
		const struct outcome_trial *trial = &outcome->trials[at];
		if (!*trial->rule || strlen(trial->rule) > 64 || strpbrk(trial->rule, ", ") ||
		    !is_rule_list(trial->rule) ||
		    !directory_find(directory, ENTRY_AGENCY, trial->agency))
			return refuse(why, "a rule on trial that is none");
		for (size_t other = 0; other < at; other++)
			if (strcmp(outcome->trials[other].rule, trial->rule) == 0 &&
			    strcmp(outcome->trials[other].agency, trial->agency) == 0)
				return refuse(why, "a rule on trial twice");
	}
	return true;
}

bool
outcome_check(const struct job_order *order, const struct settings *settings,
    const struct directory *directory, struct arena *arena, struct outcome *outcome,
    struct failure *why)
{
	if (!check_fate(order, outcome, why) || !check_trials(directory, outcome, why))
		return false;
	for (size_t at = 0; at < outcome->referral_count; at++)
		if (!check_referral(directory, outcome, at, why))
			return false;
	for (size_t at = 0; at < outcome->decision_count; at++)
		if (!check_decision(directory, &outcome->decisions[at], why))
			return false;
	for (size_t at = 0; at < outcome->letter_count; at++)
		if (!check_letter(
			order, settings, directory, arena, outcome, &outcome->letters[at], why))
			return false;
	return true;
}
