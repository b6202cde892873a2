/* Words of lists that change nothing, found by leaving each out. */
/* SPDX-License-Identifier: MIT */
#ifndef DRAWN_WORDS_H
#define DRAWN_WORDS_H

#include "drawn_run.h"

/* Wants each word of the rule's lists without which it says the same of every concern. */
void want_spare_words(struct run *run, size_t rule);
/* Notes one that was found. */
void find_spare_word(const struct rule_finding *finding, GHashTable *keys);

#endif
