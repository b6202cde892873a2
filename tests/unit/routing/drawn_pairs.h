/* Two children of one form, against what becomes of each alone. */
/* SPDX-License-Identifier: MIT */
#ifndef DRAWN_PAIRS_H
#define DRAWN_PAIRS_H

#include "drawn_run.h"

/* Whether a never rule says that this child needs nobody, by the rules but this one. */
bool needs_nobody(const struct run *run, size_t place, size_t without);
/* Whether another child of the same form could be one of whom this is so. */
typedef bool sibling_test(const struct run *run, size_t place, size_t rule);
bool has_sibling(const struct run *run, size_t place, sibling_test *is_so, size_t rule);
/* Whether a child needs nobody beside a sibling who needs somebody. */
bool is_excused(const struct run *run, size_t place);
/* Whether without this rule a child of several needs nobody, or not, otherwise. */
bool excuses_otherwise(const struct run *run, size_t rule);

/* Decides forms of two children, which must end as each alone; the rules must be loaded. */
void judge_pairs(struct run *run, GRand *rand, unsigned count);

#endif
