/* The words of rules, so that others can say which there are. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_RULE_VOCABULARY_H
#define ROUTING_RULE_VOCABULARY_H

#include "base/arena.h"
#include "base/faults.h"
#include "papers/operand.h"

/* As routing_vocabulary() has it. */
bool vocabulary_list(const char *routing_path, const char *areas_path,
    const struct field_list *fields, struct arena *arena, struct rule_vocabulary *out,
    struct faults *faults);

#endif
