/* Looks up the values of a concern. */
/* SPDX-License-Identifier: MIT */
#include "papers/concern.h"

const struct value *
concern_value(const struct concern *concern, const struct field *field, size_t person)
{
	static const struct value BLANK;

	switch (field->group) {
	case GROUP_REPORT:
		return concern->values ? &concern->values[field->index] : &BLANK;
	case GROUP_CHILD:
		return person < concern->child_count
		    ? &concern->children[person].values[field->index]
		    : &BLANK;
	case GROUP_ADULT:
		return person < concern->adult_count ? &concern->adults[person].values[field->index]
						     : &BLANK;
	case GROUPS:
		break;
	}
	return &BLANK;
}
