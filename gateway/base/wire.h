/* Framed messages between our own processes, packed and read with bounds. */
/* SPDX-License-Identifier: MIT */
#ifndef BASE_WIRE_H
#define BASE_WIRE_H

#include "base/arena.h"
#include "base/failure.h"

/* A message being packed. Zero it to begin; wire_done() wipes and frees it. */
struct wire_out {
	uint8_t *bytes;
	size_t used, size;
};

void wire_done(struct wire_out *out);
void wire_put_u32(struct wire_out *out, uint32_t number);
void wire_put_i64(struct wire_out *out, int64_t number);
void wire_put_bytes(struct wire_out *out, const void *bytes, size_t length);
void wire_put_text(struct wire_out *out, const char *text); /* NULL is kept as NULL */

/*
 * A message being read. A read past the end, a length that is a lie, a text with a NUL in it or
 * bytes left over make `broken`, and from then on every read gives zero, NULL or empty; so a
 * reader asks wire_is_whole() once, at its end.
 */
struct wire_in {
	const uint8_t *at;
	size_t left;
	bool broken;
};

uint32_t wire_get_u32(struct wire_in *in);
int64_t wire_get_i64(struct wire_in *in);
/* At most max bytes, copied into the arena; *length is set. */
const uint8_t *wire_get_bytes(struct wire_in *in, struct arena *arena, size_t max, size_t *length);
/* A text of at most max bytes, NUL-terminated, in the arena; NULL where NULL was put. */
const char *wire_get_text(struct wire_in *in, struct arena *arena, size_t max);
/* A number that must be below `bound`; otherwise broken, and 0. */
uint32_t wire_get_below(struct wire_in *in, uint32_t bound);
/* True when everything was read, and nothing is left. */
bool wire_is_whole(const struct wire_in *in);

/*
 * One frame: kind and bytes, over a SOCK_STREAM socket pair. deadline_at is on CLOCK_MONOTONIC in
 * milliseconds (see wire_deadline), 0 for none.
 *
 * fails   RETRY  wire.deadline   it took too long
 *         RETRY  wire.closed     the other side hung up
 *         RETRY  wire.broken     the frame is not one, or longer than max
 */
MUST_CHECK bool wire_send(int fd, uint32_t kind, const struct wire_out *message,
    int64_t deadline_at, struct failure *why);
MUST_CHECK bool wire_receive(int fd, struct arena *arena, size_t max, int64_t deadline_at,
    uint32_t *kind, struct wire_in *message, struct failure *why);

/*
 * The same with descriptors that ride along (SCM_RIGHTS), at most WIRE_FDS_MAX. Received ones are
 * close-on-exec.
 */
enum { WIRE_FDS_MAX = 4 };
MUST_CHECK bool wire_send_fds(int fd, uint32_t kind, const struct wire_out *message, const int *fds,
    size_t count, int64_t deadline_at, struct failure *why);
MUST_CHECK bool wire_receive_fds(int fd, struct arena *arena, size_t max, int64_t deadline_at,
    uint32_t *kind, struct wire_in *message, int *fds, size_t *count, struct failure *why);

/* Now plus so many seconds, on the clock that deadlines use. */
int64_t wire_deadline(int64_t seconds);

#endif
