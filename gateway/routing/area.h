/* Which local authority a full postcode lies in. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_AREA_H
#define ROUTING_AREA_H

#include <glib.h>

#include "base/faults.h"
#include "papers/concern.h"

enum {
	AREA_OUTSIDE = 0, /* the number of every district that the table does not have */
	AREAS_MAX = 1000, /* local authorities of one table; the United Kingdom has some 380 */
};

struct area_table;

/*
 * Reads "postcode,area" lines; '#' begins a comment line. Every line that is not understood is a
 * fault with its place; NULL when there was one.
 */
struct area_table *area_load(const char *path, struct faults *faults);
void area_free(struct area_table *table); /* accepts NULL */

/*
 * A full postcode that lies in this area, or for AREA_OUTSIDE one of a district that the table
 * does not have. False where there is none.
 */
bool area_example(const struct area_table *table, unsigned area, char out[9]);
/* The same, and in none of these districts: texts. */
bool area_example_beyond(
    const struct area_table *table, unsigned area, const GPtrArray *districts, char out[9]);

/* Postcodes of a district, at most `each` of every area that it lies in; texts, newly allocated. */
GPtrArray *area_postcodes(const struct area_table *table, const char *district, unsigned each);

/* The areas by number; number 0 is "outside". */
const char *const *area_names(const struct area_table *table, size_t *count);

/*
 * The number of the area of a postcode, or -1 when it cannot be told, and then *because (may be
 * NULL) says why, as what follows the field's label in a sentence.
 *
 * A postcode district is no borough: of the postcodes of SW19 one in ten is not Merton's. So a
 * district alone tells nothing, nor does a postcode that had to be repaired or was written with a
 * doubt, nor one that the table does not have in a district that it has. A district of which the table has no postcode is
 * outside, alone as well.
 */
int area_of(const struct area_table *table, const struct value *postcode, const char **because);

/*
 * Which areas a postcode may lie in, those with the most postcodes first: of a district its areas,
 * of a repaired or doubted postcode the area that it would be in, of an answer that could not be
 * read those of all that it may mean. At most `room`; returns how many, 0 where
 * nothing can be said, as of no fixed abode.
 */
size_t area_candidates(
    const struct area_table *table, const struct value *postcode, unsigned *numbers, size_t room);

#endif
