/* What libyaml finds wrong, in words for somebody who never read the YAML specification. */
/* SPDX-License-Identifier: MIT */
#ifndef YAML_YAML_PROBLEM_H
#define YAML_YAML_PROBLEM_H

#include "base/base.h"

/*
 * The plain words for a problem in its context (both as libyaml has them; NULL allowed).
 * *at_start is set when the place to look at is where the construct began.
 */
const char *yaml_problem_words(const char *context, const char *problem, bool *at_start);

#endif
