/* Memory that is taken piece by piece and wiped and given back at once. */
/* SPDX-License-Identifier: MIT */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"

struct arena;

/*
 * Opens an arena that gives out at most ceiling_bytes. What it gave out is wiped at
 * arena_close(). Not meant to be shared between threads.
 */
struct arena *arena_open(size_t ceiling_bytes);
void arena_close(struct arena *arena); /* accepts NULL */
void arena_closep(struct arena **arena);

/*
 * Zeroed memory, aligned for any type; bytes may be 0. Never returns NULL: past the ceiling, or
 * without memory, the process ends by abort(), which in a job's child is one failed attempt.
 */
void *arena_take(struct arena *arena, size_t bytes);

/* The same for count things of one size; checks the multiplication. */
void *arena_take_many(struct arena *arena, size_t count, size_t bytes);

/* Copies of text that is ours, not a mail's. text may be NULL, then so is the copy. */
char *arena_text(struct arena *arena, const char *text);
char *arena_textn(struct arena *arena, const char *text, size_t length);
char *arena_print(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
