/* A small form, people and settings that letters are written for, and a reader of letters. */
/* SPDX-License-Identifier: MIT */
#ifndef LETTERS_WORLD_H
#define LETTERS_WORLD_H

#include <glib.h>

#include "letters/letters.h"

/* Fields of the small form, by their number. */
enum world_field {
	WORLD_DANGER, WORLD_LEVEL, WORLD_YOUR_NAME, WORLD_REFERENCE,
	WORLD_FAMILY_NAME, WORLD_GIVEN_NAMES, WORLD_BIRTH, WORLD_ADDRESS, WORLD_POSTCODE,
	WORLD_TELEPHONE, WORLD_REFUGE, WORLD_REFUGE_POSTCODE, WORLD_WHEREABOUTS, WORLD_SCHOOL,
	WORLD_GP, WORLD_LANGUAGE, WORLD_PLAN, WORLD_CONCERNS,
	WORLD_ADULT_NAME, WORLD_RELATIONSHIP, WORLD_ADULT_EMAIL,
	WORLD_HAPPENED, WORLD_PLACE, WORLD_SAID, WORLD_WHEN, WORLD_OTHERS, WORLD_OTHER_NAMES,
	WORLD_AGREEMENT, WORLD_SOURCE, WORLD_INTELLIGENCE, WORLD_FIELDS,
};

struct letters_world {
	struct arena *arena;
	struct letters *letters;     /* of the shipped templates */
	struct settings settings;
	struct entry agency, officer, desk, night;
	struct directory directory;
	struct concern concern;
	struct decision decision;
	struct route route;          /* of the agency: every child, as the agency's own blocks */
	struct letter_order order;   /* a referral to the agency */
};

/* cmocka setup and teardown. */
int letters_world_begin(void **state);
int letters_world_end(void **state);

/* A value as the form would have read it; person is ignored for the report. */
struct value *world_value(struct letters_world *world, enum world_field field, size_t person);
void world_write(
    struct letters_world *world, enum world_field field, size_t person, const char *words);
const struct field *world_field(enum world_field field);

/* A letter as its reader sees it. */
struct read_letter {
	const char *subject;      /* as it stands in the header */
	char *text;               /* of the first part, LF */
	char *squeezed;           /* the same, every run of white space one space */
	char *json;               /* referral.json, NULL where there is none */
	GString *everything;      /* headers, names and bytes of every part, decoded, squeezed */
	size_t part_count;
	const char *names[64];    /* file names, NULL for the text */
};

/* Writes the world's order, which must succeed, and reads the letter. End it with read_letter_done(). */
struct read_letter world_letter(struct letters_world *world);
void read_letter_done(struct read_letter *letter);

#endif
