/* Writes and seals the letters of a job. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <sodium.h>
#include <string.h>

#include "base/clock.h"
#include "mailroom/job.h"

/* "<32 hex digits@our domain>", fresh from the system's random source. */
static const char *
new_message_id(struct work *work)
{
	uint8_t random[16];
	char hex[2 * sizeof random + 1];
	const char *domain = strchr(work->equipment->settings->identity.address, '@');

	randombytes_buf(random, sizeof random);
	hex_of(random, sizeof random, hex);
	return arena_print(work->arena, "<%s%s>", hex, domain ? domain : "@localhost");
}

static struct letter_order
new_order(struct work *work, enum letter_kind kind, const struct entry *to)
{
	return (struct letter_order){
	    .kind = kind,
	    .to = to,
	    .settings = work->equipment->settings,
	    .reference = work->order.job.reference.text,
	    .message_id = new_message_id(work),
	    .now = work->order.now,
	    .received_at = work->order.job.received_at,
	    .concern = work->has_concern ? &work->concern : NULL,
	    .decision = work->is_decided ? &work->decision : NULL,
	    .directory = work->equipment->directory,
	    .mail = work->is_opened ? &work->mail : NULL,
	    .form_faults = &work->faults,
	    .points = work->points,
	    .point_count = work->point_count,
	    .digest = work->order.digest,
	    .is_about_rules = work->order.job.rules_fault != NULL,
	    .is_unverified = work->is_opened && !work->mail.is_clean,
	};
}

/*
 * Writes and seals one letter into the outcome. What stands in its way, but for the world's
 * fault, is no failure of the job: *sealed is false then and *why says it.
 */
static bool
add_letter(struct work *work, const struct letter_order *order, int referral, bool *sealed,
    struct failure *why)
{
	struct letter letter;
	struct outcome *outcome = &work->outcome;
	struct outcome_letter *slot = &outcome->letters[outcome->letter_count];

	*sealed = false;
	if (outcome->letter_count == COUNT_OF(outcome->letters))
		return fail(why, REMEDY_STOP, "sort.letters", "more letters than a job may have");
	if (!letters_write(work->equipment->letters, order, work->arena, &letter, why) ||
	    !openpgp_seal(&work->openpgp, &letter, work->arena, &slot->letter, why))
		return why->remedy == REMEDY_DESK;
	slot->referral = referral;
	outcome->letter_count++;
	*sealed = true;
	return true;
}

/* The first unusable key's own reason, for an entry that cannot be written to. */
static const char *
unreachable_code(const struct entry *entry, int32_t today)
{
	for (size_t at = 0; at < entry->key_count; at++)
		switch (entry->keys[at].state) {
		case KEY_EXPIRED:
			return "key.expired";
		case KEY_REVOKED:
			return "key.revoked";
		case KEY_UNCERTIFIED:
			return "key.uncertified";
		case KEY_USABLE:
			if (entry->keys[at].until_day < today)
				return "key.expired";
			break;
		default:
			break;
		}
	return "key.missing";
}

static int32_t
today(const struct work *work)
{
	struct civil civil = clock_civil(work->order.now);

	return day_number(civil.year, civil.month, civil.day);
}

/*
 * By when the agency should answer: its clock starts when the mail was received, or when the desk
 * decided, since nobody can answer before. 0 where it has no clock for this urgency.
 */
static int64_t
due_at(const struct work *work, const struct entry *agency, bool is_desks)
{
	enum urgency urgency = work->decision.urgency;
	int32_t minutes = agency->clock_minutes[urgency];

	return minutes ? clocks_due(work->equipment->clocks, &agency->hours, urgency, minutes,
			     is_desks ? work->order.now : work->order.job.received_at)
		       : 0;
}

bool
job_refer_to(struct work *work, const struct route *route, bool is_unverified,
    struct plain desk_reason, const char *desk_person, int referral, bool *sent, const char **code,
    struct failure *why)
{
	struct letter_order order = new_order(work, LETTER_REFERRAL, route->agency);

	*sent = false;
	if (!entry_is_reachable(route->agency, today(work))) {
		*code = unreachable_code(route->agency, today(work));
		return true;
	}
	order.route = route;
	order.is_unverified = is_unverified;
	order.desk_reason = desk_reason;
	order.desk_person = desk_person;
	order.due_at = due_at(work, route->agency, desk_person != NULL);
	if (!add_letter(work, &order, referral, sent, why))
		return false;
	if (*sent)
		return true;
	*code = why->code;
	bool is_red = work->decision.urgency == URGENCY_RED;
	if ((!is_red && !desk_person) || strcmp(why->code, "letter.withheld") != 0)
		return true;
	/*
	 * Red does not wait for a person to read the free text, and the desk has: it goes without
	 * it.
	 */
	order.without_free_text = true;
	if (!add_letter(work, &order, referral, sent, why))
		return false;
	if (*sent)
		job_add_point(work, "letter.withheld",
		    arena_print(work->arena,
			"The free text names what %s may not have. %s, so the referral went without the "
			"free text. Please see whether something must follow.",
			route->agency->name,
			is_red ? "The case is red" : "The desk decided to send it"));
	return true;
}

/* What the desk is told of a referral that waits. */
static void
add_waiting_point(struct work *work, const struct route *route, const char *code)
{
	const char *text;

	if (strcmp(code, "letter.withheld") == 0)
		text = arena_print(work->arena,
		    "The referral to %s waits: the free text names what they may not have.",
		    route->agency->name);
	else if (strncmp(code, "key.", 4) == 0)
		text = arena_print(work->arena,
		    "The referral to %s waits: no usable key of theirs (%s).", route->agency->name,
		    code + 4);
	else if (route->fate == ROUTE_PROPOSED)
		text = arena_print(work->arena, "The rules propose %s: %s", route->agency->name,
		    route->why ? route->why : "");
	else
		text = arena_print(work->arena, "The referral to %s waits: %s", route->agency->name,
		    route->question  ? route->question
			: route->why ? route->why
				     : code);
	job_add_point(work, code, text);
}

/* Some children go at once; for the others the desk decides. */
static void
add_waiting_children_point(struct work *work, const struct route *route)
{
	g_autoptr(GString) numbers = g_string_new(NULL);

	for (unsigned child = 0; child < CHILDREN_MAX; child++)
		if (route->waiting_children >> child & 1)
			g_string_append_printf(numbers, "%s%u", numbers->len ? ", " : "",
			    work->decision.child_numbers[child]);
	job_add_point(work, "route.cannot-tell",
	    arena_print(work->arena,
		"The referral to %s goes without child %s of the form, who waits: %s",
		route->agency->name, numbers->str, route->question ? route->question : ""));
}

static bool
refer(struct work *work, struct route *route, struct failure *why)
{
	struct outcome *outcome = &work->outcome;
	int number = (int)outcome->referral_count;
	struct outcome_referral referral = {.agency = route->agency->id,
	    .state = REFERRAL_HELD,
	    .code = route->code,
	    .rules = route->rules ? route->rules : "",
	    .children = route->children};
	bool sent = false;

	if (route->fate == ROUTE_WATCHED)
		return true;
	if (route->fate == ROUTE_FORBIDDEN)
		referral.state = REFERRAL_CLOSED;
	if (route->fate == ROUTE_SEND) {
		if (!job_refer_to(work, route, false, (struct plain){0}, NULL, number, &sent,
			&referral.code, why))
			return false;
		if (!sent)
			route->fate = ROUTE_WAIT;
	}
	if (sent)
		referral.state = REFERRAL_READY;
	if (referral.state == REFERRAL_HELD)
		add_waiting_point(work, route, referral.code);
	else if (sent && route->waiting_children)
		add_waiting_children_point(work, route);
	outcome->referrals[outcome->referral_count++] = referral;
	return true;
}

bool
job_refer(struct work *work, struct failure *why)
{
	for (size_t at = 0; at < work->decision.route_count; at++)
		if (!refer(work, &work->decision.routes[at], why))
			return false;
	return true;
}

void
job_hold_all(struct work *work, const char *code)
{
	struct outcome *outcome = &work->outcome;

	for (size_t at = 0; at < work->decision.route_count; at++) {
		struct route *route = &work->decision.routes[at];
		if (route->fate == ROUTE_WATCHED)
			continue;
		bool forbidden = route->fate == ROUTE_FORBIDDEN;
		outcome->referrals[outcome->referral_count++] =
		    (struct outcome_referral){.agency = route->agency->id,
			.state = forbidden ? REFERRAL_CLOSED : REFERRAL_HELD,
			.code = forbidden ? route->code : code,
			.rules = route->rules ? route->rules : "",
			.children = route->children};
		if (!forbidden)
			route->fate = ROUTE_WAIT;
	}
}

bool
job_answer_sender(struct work *work, const struct entry *sender, struct failure *why)
{
	bool asks = work->faults.count > 0, sealed;

	if (!sender || !entry_is_reachable(sender, today(work)))
		return true;
	struct letter_order order = new_order(work, asks ? LETTER_ASK : LETTER_RECEIPT, sender);
	return add_letter(work, &order, -1, &sealed, why);
}

bool
job_tell_person(struct work *work, enum letter_kind kind, const struct entry *to, bool *sealed,
    struct failure *why)
{
	struct letter_order order = new_order(work, kind, to);

	if (kind == LETTER_REVIEW && work->attach_raw) {
		order.untouched = work->raw;
		order.untouched_length = work->raw_length;
	}
	if (!add_letter(work, &order, -1, sealed, why))
		return false;
	if (*sealed || kind != LETTER_REVIEW || strcmp(why->code, "letter.too-large") != 0)
		return true;
	order.untouched = NULL;
	order.mail = NULL;
	return add_letter(work, &order, -1, sealed, why);
}

static bool
reads_reviews(const struct entry *entry)
{
	return entry->kind == ENTRY_DESK && entry->gets_reviews;
}

static bool
administers(const struct entry *entry)
{
	return entry->administers;
}

static bool
reads_digests(const struct entry *entry)
{
	return reads_reviews(entry) || administers(entry);
}

/* A letter to each of those who are meant; *reached where one could be sealed. */
static bool
tell_all(struct work *work, enum letter_kind kind, bool (*is_meant)(const struct entry *entry),
    bool *reached, struct failure *why)
{
	const struct directory *directory = work->equipment->directory;

	*reached = false;
	for (size_t at = 0; at < directory->count; at++) {
		const struct entry *entry = &directory->entries[at];
		bool sealed = false;
		if (!is_meant(entry) || !entry_is_reachable(entry, today(work)))
			continue;
		if (!job_tell_person(work, kind, entry, &sealed, why))
			return false;
		*reached = *reached || sealed;
	}
	return true;
}

bool
job_tell_desk(struct work *work, enum letter_kind kind, struct failure *why)
{
	bool reached;

	if (!tell_all(work, kind, reads_reviews, &reached, why))
		return false;
	if (!reached)
		work->outcome.alarm = "desk.unreachable";
	return true;
}

bool
job_tell_administrators(struct work *work, struct failure *why)
{
	const char *words = work->order.job.rules_fault;
	bool is_active = strncmp(words, "active\n", 7) == 0, reached;

	job_add_point(work, "rules.fault",
	    arena_print(work->arena, "%s\n%s",
		is_active ? "The active rules were not loaded anew: those loaded before go on."
			  : "The edited rules have faults: the active ones go on as they are.",
		words + strcspn(words, "\n") + 1));
	if (!tell_all(work, LETTER_NOTICE, administers, &reached, why))
		return false;
	work->outcome.fate = FATE_SET_ASIDE;
	work->outcome.code = "rules.fault";
	if (!reached)
		work->outcome.alarm = "rules.fault";
	return true;
}

bool
job_write_digest(struct work *work, struct failure *why)
{
	bool reached;

	if (!tell_all(work, LETTER_DIGEST, reads_digests, &reached, why))
		return false;
	work->outcome.fate = FATE_SET_ASIDE;
	work->outcome.code = "digest.written";
	if (!reached)
		work->outcome.alarm = "desk.unreachable";
	return true;
}
