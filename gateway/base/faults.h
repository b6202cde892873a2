/* All that is wrong with what an administrator wrote, each with its place. */
/* SPDX-License-Identifier: MIT */
#ifndef BASE_FAULTS_H
#define BASE_FAULTS_H

#include <stdio.h>

#include "base/base.h"

struct fault {
	char *file;            /* as the administrator named it */
	unsigned line, column; /* from 1; 0 where the place is the whole file */
	char *text;            /* what is wrong, what was expected; one line */
	bool warning;          /* true: it works, but look at it */
};

struct faults;

struct faults *faults_open(void);
void faults_close(struct faults *faults); /* accepts NULL */
void faults_closep(struct faults **faults);

void faults_add(struct faults *faults, const char *file, unsigned line, unsigned column,
    const char *format, ...) __attribute__((format(printf, 5, 6)));
void faults_warn(struct faults *faults, const char *file, unsigned line, unsigned column,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* How many faults there are that are no mere warnings. */
size_t faults_count(const struct faults *faults);
/* How many entries, warnings included, and each by its number from 0. */
size_t faults_total(const struct faults *faults);
const struct fault *faults_at(const struct faults *faults, size_t number);

/* Prints "file:line:column: text" lines, sorted by place. */
void faults_print(const struct faults *faults, FILE *out);

/* The word of the list nearest to this one, NULL when none is near (for "did you mean"). */
const char *near_word(const char *word, const char *const *words, size_t count);

#endif
