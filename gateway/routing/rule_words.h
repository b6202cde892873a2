/* Conditions in words: for an explanation, and as a question to a person. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_RULE_WORDS_H
#define ROUTING_RULE_WORDS_H

#include "routing/rule_match.h"

/* A test as rules spell it: "child.age: from 9, under 19". */
const char *condition_words(const struct condition *condition, struct arena *arena);

/* A test as one asks a person: "Is the age from 9 and under 19?" Labels of the form, no words of a
 * mail. */
const char *condition_question(const struct condition *condition, struct arena *arena);

/*
 * What would settle a rule that cannot be told: the questions of those tests that leave it open,
 * each with why it could not be told. `seen` and judging->because are of its judgement just now.
 */
const char *rule_question(const struct judging *judging, const struct rule *rule,
    const struct condition_seen *seen, struct arena *arena);

#endif
