/* Known faults that a test build can be told to make, so that the tests are seen to catch them. */
/* SPDX-License-Identifier: MIT */
#ifndef BASE_MISTAKE_H
#define BASE_MISTAKE_H

#include "base/base.h"

/*
 * With -Dmistakes=true: whether WANDLE_MISTAKE names this one. In every other build no mistake is
 * ever made, and nothing of it is compiled.
 */
bool mistake_is_made(const char *name);

#ifdef WANDLE_MISTAKES
#define mistake(name) mistake_is_made(name)
#else
#define mistake(name) false
#endif

#endif
