/* Runs another program for a moment, and never longer. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_ERRAND_H
#define MAILROOM_ERRAND_H

/*
 * Runs argv (no shell, found in PATH) with nothing to read and its output dropped, in a process group of its own, which is
 * killed after so many milliseconds. Returns its exit status, or -1 when it did not start or was killed.
 */
int errand_run(const char *const *argv, int milliseconds);

#endif
