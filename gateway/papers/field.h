/* What the form asks: one field, its kind and its words. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_FIELD_H
#define PAPERS_FIELD_H

#include "base/base.h"
#include "base/limits.h"

enum field_kind {
	FIELD_TEXT,      /* one line */
	FIELD_LONG_TEXT, /* free text, several lines */
	FIELD_MOMENT,    /* date, with or without time of day, London */
	FIELD_DAY,       /* a whole date */
	FIELD_BIRTH,   /* date of birth: whole, partial, estimated age, or unborn with a due date */
	FIELD_CHOICE,  /* one of the choices */
	FIELD_CHOICES, /* any of the choices */
	FIELD_YES_NO,
	FIELD_POSTCODE, /* full, partial, or no fixed abode */
	FIELD_TELEPHONE,
	FIELD_EMAIL,
	FIELD_COUNT,
};

/* Whom a field is about: the whole report, one child, one adult. */
enum field_group { GROUP_REPORT, GROUP_CHILD, GROUP_ADULT, GROUPS };

/* What blocks disclosure goes by are for; the form says which each is. */
enum block_purpose {
	PURPOSE_NARRATIVE,   /* its lines are free text, as long texts are everywhere */
	PURPOSE_ATTACHMENTS, /* the mail's files */
	PURPOSE_OTHER_CHILDREN,
	PURPOSE_SOURCE,       /* who told */
	PURPOSE_CONFIDENTIAL, /* a refuge, a foster home */
	BLOCK_PURPOSES,
};

struct choice {
	const char *name;            /* the word that rules use: "child-drugs" */
	const char *label;           /* the words that officers read */
	const char *code;            /* DfE code, NULL where there is none */
	const char *const *synonyms; /* NULL-terminated, may be NULL */
	bool is_alone;               /* it cannot stand beside another: "none" */
};

struct field {
	const char *name;  /* "level_of_need", "child.home.postcode", "involved_adults.works_for" */
	const char *label; /* "Home postcode" */
	const char *const *synonyms;  /* other labels, NULL-terminated, may be NULL */
	const char *help;             /* a short hint in the blank form, may be NULL */
	const char *section;          /* heading of its section in the form */
	const char *block;            /* the disclosure block it belongs to */
	const struct choice *choices; /* FIELD_CHOICE(S) */
	size_t choice_count;
	enum field_kind kind;
	enum field_group group;
	bool holds_names; /* of people: each word is searched for where it may not go */
	bool asked;       /* when blank the officer is asked for it; never a reason to refuse */
	unsigned index;   /* its place among the fields of its group, from 0 */
	unsigned line;    /* in form.yaml */
};

/* Where the form's file names a disclosure block. */
struct block_place {
	unsigned line, column;
};

/* All fields of the form, in its order. Owned by the form definition. */
struct field_list {
	const char *file; /* form.yaml */
	const struct field *fields;
	size_t count;
	size_t group_counts[GROUPS];
	const char *const *blocks; /* every disclosure block named, in order of first use */
	const struct block_place *block_places;
	size_t block_count;
	const char *purposes[BLOCK_PURPOSES]; /* the block that is for each */
};

/* The field of this name, or NULL. */
const struct field *field_find(const struct field_list *list, const char *name);

/* The number of the choice with this name, or -1. */
int choice_find(const struct field *field, const char *name);

#endif
