/* What a look through the rules finds, each with an example that shows it. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_RULE_FINDING_H
#define PAPERS_RULE_FINDING_H

#include "papers/concern.h"
#include "papers/directory.h"

/* What rules as a whole do that nobody may have meant. */
enum finding_kind {
	FINDING_GAP,           /* a concern that no send rule takes */
	FINDING_DOUBT,         /* a field that makes a referral wait when it is not known */
	FINDING_TRAP,          /* the same of a field that the officer is not asked for */
	FINDING_UNSENT,        /* a field without which a case is recorded only, and sent with it */
	FINDING_DEAD,          /* a rule that can never match */
	FINDING_IDLE,          /* a rule that never changes what becomes of a case */
	FINDING_SHADOWED,      /* an urgency rule that earlier rules always come before */
	FINDING_CONTRADICTION, /* sent by a rule, forbidden by another: always, or it has nobody */
	FINDING_TAKEN_AWAY,    /* a never rule that leaves a case without anybody */
	FINDING_RED_NOBODY,    /* a red case that nobody receives */
	FINDING_RED_CLOSED,    /* a red case that goes to agencies that are closed */
	FINDING_RED_WAITS,     /* a red case that nobody receives at once */
	FINDING_OVERLAP,       /* two agencies that exclude each other, for one child */
	FINDING_SPARE_WORD,    /* a word of a list that changes nothing */
	FINDING_UNREAD_BLOCK,  /* a disclosure block that no agency receives */
	FINDING_UNNAMED_AGENCY, /* an agency that no rule sends anything to */
	FINDING_WATCH,          /* a rule that only watches */
	FINDING_UNDECIDED,      /* what the analysis had to leave out */
	FINDING_KINDS,
};
const char *finding_kind_name(enum finding_kind kind); /* "red-to-nobody" */
/* An error must be mended; a warning looked at; a note is good to know. */
enum finding_level { FINDING_ERROR, FINDING_WARNING, FINDING_NOTE };
const char *finding_level_name(enum finding_level level);

struct rule_finding {
	enum finding_kind kind;
	enum finding_level level;
	const char *file;
	unsigned line, column;
	const char *text;           /* one sentence */
	const char *rule;           /* its id; NULL: none */
	const struct entry *agency; /* NULL: none */
	const struct field *field;  /* NULL: none */
	bool has_concern;           /* an example that shows it, as small as can be */
	struct concern concern;
	const bool *is_open;      /* as in struct routing_moment */
	const char *const *given; /* the example in the notation of rule tests, a line each */
	size_t given_count;
	const char *closed; /* agencies that are closed in it, "a, b"; NULL: none */
};

/* For which reports something was found. */
struct rule_days {
	int32_t day; /* those of this day, in London */
	/* Rules that compare with a fixed day, and the first of them; where there is none, reports of
	 * every other day as well. */
	size_t dated_count;
	const char *dated_rule;
};

struct rule_findings {
	struct rule_days days;
	struct rule_finding *findings;
	size_t count;
	size_t counts[3]; /* by level */
};

#endif
