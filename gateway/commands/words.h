/* What the commands share: options, times and tables for people. */
/* SPDX-License-Identifier: MIT */
#ifndef COMMANDS_WORDS_H
#define COMMANDS_WORDS_H

#include <glib.h>
#include <stdio.h>

#include "base/failure.h"
#include "mailroom/mailroom.h"

/*
 * Parses a command's options. `usage` follows the program's name in --help ("run [OPTION...]"),
 * `about` stands below it. False: *status is what to return with (0 after --help, 64 for a wrong word).
 */
bool words_parse(int *argc, char ***argv, const char *usage, const char *about,
    const GOptionEntry *entries, int *status);

/* The near word among a command's own, told on standard error; returns 64. */
int words_unknown(const char *command, const char *word, const char *const *known, size_t count);

/* True when no more than `most` words stand there; else says which is one too many. */
bool words_at_most(int argc, char **argv, int most);

/* Says a failure on standard error and gives the exit code for it. */
int words_fail(const char *doing, const struct failure *why);

/* "2026-11-23 08:15", London; "-" for 0. `out` has room for 20 bytes. */
const char *words_time(int64_t at, char out[20]);

/*
 * Opens everything from settings and a rules folder (NULL: active); prints the faults when it
 * cannot.
 */
bool words_open(const char *config, const char *rules_folder, struct equipment *out);

/* The same without the gateway's keys, for what only looks at rules: that may be another machine. */
bool words_open_to_decide(const char *config, const char *rules_folder, struct equipment *out);

/* Says of each rule that only watches that it does: people must not take it for one that sends. */
void words_watching(const struct equipment *equipment);

/* Opens the settings alone; prints the faults when it cannot. */
struct setup *words_setup(const char *config);

/*
 * Reads a file, or standard input for "-", at most `max` bytes. Newly allocated, NUL behind it;
 * NULL after saying why.
 */
char *words_read(const char *path, size_t max, size_t *length);

#endif
