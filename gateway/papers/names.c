/* The names of fates, states, shapes and kinds, as ledger, logs and letters spell them. */
/* SPDX-License-Identifier: MIT */
#include "papers/decision.h"
#include "papers/letter.h"
#include "papers/outcome.h"
#include "papers/rule_finding.h"
#include "papers/settings.h"
#include "papers/share.h"

static const char *
name_of(const char *const *names, size_t count, unsigned number)
{
	return number < count ? names[number] : "unknown";
}

const char *
mail_fate_name(enum mail_fate fate)
{
	static const char *const NAMES[] = {"sorted", "held", "set-aside"};

	return name_of(NAMES, COUNT_OF(NAMES), fate);
}

const char *
referral_state_name(enum referral_state state)
{
	static const char *const NAMES[] = {
	    "held", "ready", "sent", "acknowledged", "declined", "bounced", "overdue", "closed"};

	return name_of(NAMES, COUNT_OF(NAMES), state);
}

const char *
decision_action_name(enum decision_action action)
{
	static const char *const NAMES[] = {"send", "not", "close"};

	return name_of(NAMES, COUNT_OF(NAMES), action);
}

const char *
mail_shape_name(enum mail_shape shape)
{
	static const char *const NAMES[] = {
	    "none", "pgp-mime", "mixed-up", "attached", "list-footer", "inline", "inline-html"};

	return name_of(NAMES, COUNT_OF(NAMES), shape);
}

const char *
route_fate_name(enum route_fate fate)
{
	static const char *const NAMES[] = {"send", "wait", "propose", "forbidden", "watch"};

	return name_of(NAMES, COUNT_OF(NAMES), fate);
}

const char *
letter_kind_name(enum letter_kind kind)
{
	static const char *const NAMES[] = {
	    "referral", "receipt", "ask", "review", "notice", "digest"};

	return name_of(NAMES, COUNT_OF(NAMES), kind);
}

const char *
digest_part_name(enum digest_part part)
{
	static const char *const NAMES[DIGEST_PARTS] = {
	    "mails", "referrals", "waits", "letters", "differences", "rule_faults", "trials"};

	return name_of(NAMES, COUNT_OF(NAMES), part);
}

const char *
condition_kind_name(enum condition_kind kind)
{
	static const char *const NAMES[] = {"test", "all", "any", "not"};

	return name_of(NAMES, COUNT_OF(NAMES), kind);
}

const char *
share_why_name(enum share_why why)
{
	static const char *const NAMES[SHARE_WHYS] = {
	    "goes", "block", "narrowed", "other-child", "names", "free-text", "would-go", "unsent"};

	return name_of(NAMES, COUNT_OF(NAMES), why);
}

const char *
share_words(enum share_why why)
{
	static const char *const WORDS[SHARE_WHYS] = {"goes", "it receives nothing of this block",
	    "its rules narrow what it receives", "of a child that is not sent there",
	    "names what it may not have", "left out with the text that does",
	    "would go, but nothing is sent before the desk says so", "nothing is sent there"};

	return name_of(WORDS, COUNT_OF(WORDS), why);
}

const char *
answer_name(enum answer answer)
{
	static const char *const NAMES[] = {"no", "yes", "cannot tell"};

	return name_of(NAMES, COUNT_OF(NAMES), answer);
}

const char *
finding_kind_name(enum finding_kind kind)
{
	static const char *const NAMES[] = {"gap", "doubt", "trap", "unsent", "dead", "idle",
	    "shadowed", "contradiction", "taken-away", "red-to-nobody", "red-closed", "red-waits",
	    "overlap", "spare-word", "unread-block", "unnamed-agency", "watch", "undecided"};

	return name_of(NAMES, COUNT_OF(NAMES), kind);
}

const char *
finding_level_name(enum finding_level level)
{
	static const char *const NAMES[] = {"error", "warning", "note"};

	return name_of(NAMES, COUNT_OF(NAMES), level);
}
