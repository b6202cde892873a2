/* What every reader of a settings file leans on: values copied out of YAML, each checked. */
/* SPDX-License-Identifier: MIT */
#ifndef SETUP_SETUP_READING_H
#define SETUP_SETUP_READING_H

#include "base/arena.h"
#include "papers/directory.h"
#include "yaml/yaml.h"

/* Where a reader puts what it read, and what it found wrong. */
struct reading {
	struct arena *arena; /* the texts' home: the YAML is let go afterwards */
	struct faults *faults;
	const char *folder; /* relative paths start here, absolute itself */
};

enum { TEXT_MAX_BYTES = 300, ARGV_MAX = 32 };

/*
 * Each takes a node, the words that name it in a fault ("identity.address"), and writes *out
 * only when it returns true; otherwise it has added a fault.
 */
bool read_text(const struct reading *reading, const struct yaml_node *node, const char *what,
    const char **out); /* one line, 1 to TEXT_MAX_BYTES bytes, no control characters */
bool read_path(const struct reading *reading, const struct yaml_node *node, const char *what,
    const char **out); /* made absolute */
bool read_address(const struct reading *reading, const struct yaml_node *node, const char *what,
    const char **out); /* lower case */
bool read_fingerprint(const struct reading *reading, const struct yaml_node *node, const char *what,
    char out[FINGERPRINT_BYTES]);
bool read_texts(const struct reading *reading, const struct yaml_node *node, const char *what,
    size_t room, const char *const **out); /* a list, NULL-terminated, 1 to room texts */
/* A program and its arguments; a program with a slash is made absolute. */
bool read_argv(const struct reading *reading, const struct yaml_node *node, const char *what,
    const char *const **out);

/* The time that a text begins with, "09:00", as minutes of the day; 24:00 is its end. */
enum { TIME_OF_DAY_BYTES = 5, MINUTES_A_DAY = 1440 };
bool time_of_day(const char *text, uint16_t *out);

/* The absolute folder a file lies in, in the arena. */
const char *folder_of(const char *path, struct arena *arena);

#endif
