/* A bump allocator in chunks, wiped when it ends. */
/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 64 * 1024 };

struct chunk {
	struct chunk *next;
	size_t used, size;
	max_align_t bytes[];
};

struct arena {
	struct chunk *chunks;
	size_t taken, ceiling;
};

struct arena *
arena_open(size_t ceiling_bytes)
{
	struct arena *arena = calloc(1, sizeof *arena);

	if (!arena)
		abort();
	arena->ceiling = ceiling_bytes;
	return arena;
}

void
arena_close(struct arena *arena)
{
	if (!arena)
		return;
	while (arena->chunks) {
		struct chunk *chunk = arena->chunks;
		arena->chunks = chunk->next;
		explicit_bzero(chunk->bytes, chunk->size);
		free(chunk);
	}
	free(arena);
}

void
arena_closep(struct arena **arena)
{
	arena_close(*arena);
	*arena = NULL;
}

static struct chunk *
add_chunk(struct arena *arena, size_t bytes)
{
	size_t size = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
	struct chunk *chunk = calloc(1, sizeof *chunk + size);

	if (!chunk)
		abort();
	chunk->size = size;
	/* A large piece gets a chunk of its own behind the open one, which stays in use. */
	if (bytes > CHUNK_BYTES && arena->chunks) {
		chunk->next = arena->chunks->next;
		arena->chunks->next = chunk;
	} else {
		chunk->next = arena->chunks;
		arena->chunks = chunk;
	}
	return chunk;
}

void *
arena_take(struct arena *arena, size_t bytes)
{
	const size_t unit = sizeof(max_align_t);

	if (bytes > arena->ceiling)
		abort();
	size_t whole = (bytes + unit - 1) / unit * unit;
	if (whole > arena->ceiling - arena->taken)
		abort();
	arena->taken += whole;
	struct chunk *chunk = arena->chunks;
	if (!chunk || chunk->size - chunk->used < whole)
		chunk = add_chunk(arena, whole);
	void *piece = (char *)chunk->bytes + chunk->used;
	chunk->used += whole;
	return piece;
}

void *
arena_take_many(struct arena *arena, size_t count, size_t bytes)
{
	if (bytes && count > SIZE_MAX / bytes)
		abort();
	return arena_take(arena, count * bytes);
}

char *
arena_text(struct arena *arena, const char *text)
{
	return text ? arena_textn(arena, text, strlen(text)) : NULL;
}

char *
arena_textn(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_take(arena, length + 1);

	if (length)
		memcpy(copy, text, length);
	return copy;
}

char *
arena_print(struct arena *arena, const char *format, ...)
{
	va_list words, again;

	if (!format)
		abort();
	va_start(words, format);
	va_copy(again, words);
	int length = vsnprintf(NULL, 0, format, words);
	va_end(words);
	if (length < 0)
		abort();
	char *text = arena_take(arena, (size_t)length + 1);
	(void)vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}
