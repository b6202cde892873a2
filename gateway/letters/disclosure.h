/* What of a concern goes to one agency, and what does not. */
/* SPDX-License-Identifier: MIT */
#ifndef LETTERS_DISCLOSURE_H
#define LETTERS_DISCLOSURE_H

#include "base/failure.h"
#include "letters/withheld.h"
#include "papers/letter.h"
#include "papers/share.h"

/* One answer that goes. */
struct disclosed {
	const struct field *field;
	const struct value *value;
	struct plain words; /* cleaned, never empty */
};

struct disclosed_list {
	struct disclosed *answers; /* in the form's order */
	size_t count;
	/* Of a child or adult: its number in the form, from 1, which other answers may speak of
	 * ("father of child 2"). 0 where the form has only one. */
	size_t number;
};

struct disclosure {
	struct disclosed_list report;
	struct disclosed_list children[CHILDREN_MAX]; /* only the route's */
	struct disclosed_list adults[ADULTS_MAX];     /* only those of whom something goes */
	size_t child_count, adult_count;
	bool gives_attachments; /* the mail's files go too */
	bool answers_left_out;  /* something was written that this agency does not get */
	bool free_text_left_out;
	bool attachments_left_out;
	bool desk_reason_left_out;
};

/*
 * True when an answer to this field goes with the route: the agency's blocks, narrowed by its
 * rules.
 */
bool disclosure_has_field(const struct route *route, const struct field *field);

/*
 * Chooses what goes. Files cannot be searched, so they go only where nothing at all is kept back.
 * Without a concern nothing goes but the desk's reason.
 *
 * fails   DESK  letter.withheld   a text that would go names what this agency may not have (not
 *                                 with order->without_free_text: such texts are left out then)
 */
MUST_CHECK bool disclosure_make(const struct letter_order *order, struct arena *arena,
    struct disclosure *out, struct failure *why);

/* What becomes of each answer, by the same choice; the contract is letters_tell_shares()'s. */
void disclosure_tell(const struct letter_order *order, struct arena *arena, struct shares *out);

#endif
