/* A concern: what one filled form says, each answer with how well it is known. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_CONCERN_H
#define PAPERS_CONCERN_H

#include "base/plain.h"
#include "papers/field.h"

enum known {
	KNOWN_BLANK,   /* nothing was written */
	KNOWN_UNKNOWN, /* "not known" */
	KNOWN_REFUSED, /* "refused to say" */
	KNOWN_NOT_APPLICABLE,
	KNOWN_UNCLEAR, /* something was written that we could not read: the text has it */
	KNOWN_GIVEN,
};

enum { POSTCODES_MAYBE = 4 };

/* Which dates a form can have: others are unclear. */
enum {
	DATE_FIRST_YEAR = 1800,
	DATE_LAST_YEAR = 2200,
	DATE_GRACE_DAYS = 1,   /* that one may begin after its mail: clocks and time zones differ */
	REPORT_MAX_DAYS = 31,  /* before its mail: a report that is older is doubted */
	DUE_MAX_DAYS = 42 * 7, /* nobody is due later than that */
	OVERDUE_MAX_DAYS = 4 * 7 /* or longer overdue */
};

struct choice_set {
	uint64_t bits[CHOICES_MAX / 64];
};

static inline bool
choice_set_has(const struct choice_set *set, unsigned number)
{
	return number < CHOICES_MAX && (set->bits[number / 64] >> (number % 64) & 1);
}

static inline void
choice_set_add(struct choice_set *set, unsigned number)
{
	if (number < CHOICES_MAX)
		set->bits[number / 64] |= (uint64_t)1 << (number % 64);
}

/* One answer. `text` is as written, cleaned (NFC, no control characters); empty when blank. */
struct value {
	enum known known;
	struct plain text;
	struct choice_set choices; /* FIELD_CHOICE(S), FIELD_YES_NO (0 no, 1 yes) */
	/* FIELD_DAY, FIELD_BIRTH, FIELD_MOMENT: the days it may be, inclusive */
	int32_t first_day, last_day;
	int64_t moment; /* FIELD_MOMENT: seconds since 1970, 0 where no time of day was given */
	int64_t number; /* FIELD_COUNT */
	/* FIELD_POSTCODE: "SW19 1AA" when full, "SW19" when only a district; else "" */
	char postcode[9];
	/* FIELD_POSTCODE, KNOWN_UNCLEAR: what may be meant, from the first on; "" where no more */
	char maybe_postcodes[POSTCODES_MAYBE][9];
	bool is_full_postcode;
	bool no_fixed_abode; /* FIELD_POSTCODE: ZZ99 3VZ or "no fixed abode" */
	bool is_unborn;      /* FIELD_BIRTH: the days are the due date's */
	/*
	 * FIELD_BIRTH: an estimate or a partial date; FIELD_POSTCODE: repaired (O for 0) or doubted;
	 * FIELD_MOMENT: a span of time, which the text tells
	 */
	bool is_estimated;
	/* FIELD_POSTCODE, FIELD_DAY, FIELD_MOMENT: written with doubt, and so is_estimated too */
	bool is_doubted;
};

struct person {
	struct value *values; /* one a field of its group, by field->index */
	unsigned number;      /* of its block in the form, where one before it was left blank */
};

struct concern {
	const struct field_list *form;
	struct value *values; /* GROUP_REPORT, by field->index */
	struct person children[CHILDREN_MAX];
	struct person adults[ADULTS_MAX];
	size_t child_count, adult_count;
	/* the report's moment; the mail's own date where the form names none */
	int64_t reported_at;
	bool reported_at_is_from_mail;
	/* the form names a day too long before its mail: it may have been made on any day since */
	bool is_report_doubted;
	int32_t doubted_report_day;
	bool names_desk; /* the first line names the desk this form is for */
};

/* What a child or adult is called in the form: "child 2", also where child 1 was left blank. */
unsigned concern_number(const struct concern *concern, enum field_group group, size_t person);

/* The value of a field: of the report, or of child or adult number `person`. Never NULL. */
const struct value *concern_value(
    const struct concern *concern, const struct field *field, size_t person);

/*
 * A value in words for a letter: "14 March 2015 (aged 11)", "SW19 1AA", "not known", the labels
 * of the choices; "" when blank. In the arena.
 */
struct plain value_words(const struct concern *concern, const struct field *field,
    const struct value *value, struct arena *arena);

#endif
