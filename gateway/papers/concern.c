/* Looks up the values of a concern. */
/* SPDX-License-Identifier: MIT */
#include "papers/concern.h"

unsigned
concern_number(const struct concern *concern, enum field_group group, size_t person)
{
	const struct person *people = group == GROUP_CHILD ? concern->children : concern->adults;
	size_t count = group == GROUP_CHILD ? concern->child_count : concern->adult_count;

	return person < count && people[person].number ? people[person].number
						       : (unsigned)person + 1;
}

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
