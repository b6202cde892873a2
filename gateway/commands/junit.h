/* The report of a run of tests as JUnit XML, which build servers read. */
/* SPDX-License-Identifier: MIT */
#ifndef COMMANDS_JUNIT_H
#define COMMANDS_JUNIT_H

#include <glib.h>

struct junit;

struct junit *junit_open(void);
void junit_close(struct junit *junit); /* accepts NULL */
void junit_closep(struct junit **junit);

/* Adds one test: the file stands for its suite. failure NULL: it passed. */
void junit_add(struct junit *junit, const char *file, unsigned line, const char *name,
    double seconds, const char *failure);

/* Writes it all; false with errno. */
gboolean junit_write(const struct junit *junit, const char *path);

#endif
