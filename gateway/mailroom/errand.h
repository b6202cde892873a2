/* Runs another program for a moment, and never longer. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_ERRAND_H
#define MAILROOM_ERRAND_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Runs argv (no shell, found in PATH) with nothing to read and its output dropped, in a process group of its own, which is
 * killed after so many milliseconds. Returns its exit status, or -1 when it did not start or was killed.
 */
int errand_run(const char *const *argv, int milliseconds);

/* The same without waiting: its process, for the caller to wait for, or -1. */
pid_t errand_begin(const char *const *argv);

/* Whether a child of this process has not ended; it is left to be waited for. */
bool errand_is_running(pid_t child);

#endif
