/* What one operand says of one person, and whether that can be told. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_FACT_H
#define ROUTING_FACT_H

#include "routing/rule.h"

enum fact_state {
	FACT_CANNOT_TELL,    /* blank, not known, refused, unclear: the next words say which */
	FACT_NOT_APPLICABLE, /* there is no such thing: it equals nothing */
	FACT_AT_LEAST,       /* CHOICES: these, but something that could not be read as well */
	FACT_KNOWN,
};

struct fact {
	enum fact_state state;
	const char *because;       /* CANNOT_TELL: "was left blank", what follows a label */
	struct choice_set choices; /* CHOICE, CHOICES; YES_NO and UNBORN as 0 no, 1 yes */
	int64_t low, high;         /* COUNT, DAY, AGE: it is one of these; unborn is an age of -1 */
	unsigned area;             /* AREA */
	const char *folded;        /* TEXT */
	const char *postcode;      /* POSTCODE: "SW19 1AA", or a district alone */
	struct plain seen;         /* what an explanation shows */
};

/* What facts are worked out from, and kept in once they are. */
struct facts;

/*
 * Facts of one concern. Its children are judged on the London day of the report: a person is nine
 * from the first moment of the birthday there, whatever the hour in UTC.
 */
struct facts *facts_open(
    const struct ruleset *rules, const struct concern *concern, struct arena *arena);

/* The day of the report on the London calendar. */
int32_t facts_today(const struct facts *facts);

/* Whether it may have been an earlier day: then nothing is so many days from the report for certain. */
bool facts_is_report_doubted(const struct facts *facts);

/* The fact of an operand, of the report or of person number `person` of the operand's group. */
const struct fact *facts_get(struct facts *facts, const struct operand *operand, size_t person);

#endif
