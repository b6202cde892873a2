/* One given answer of a concern told in the words of rules. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_GIVEN_VALUE_H
#define ROUTING_GIVEN_VALUE_H

#include "routing/given.h"

struct giving {
	const struct ruleset *rules;
	struct arena *arena;
	struct faults *faults;
	struct concern *concern;
	int32_t today; /* the London day of the report */
};

/* Reads the answer to a field of the form itself. */
bool given_value_read(const struct giving *giving, const struct operand *operand,
    const struct yaml_node *node, struct value *out);

/*
 * Reads an age, unborn or an area into the answer that it is worked out from. has_value: that was
 * given as well, and must agree.
 */
bool given_derived_read(const struct giving *giving, const struct operand *operand,
    const struct yaml_node *node, bool has_value, struct value *out);

#endif
