/* Packs and reads messages, and sends them as frames with a deadline. */
/* SPDX-License-Identifier: MIT */
#include "base/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/pulse.h"

enum { HEAD_BYTES = 8 };
static const uint32_t NO_TEXT = 0xffffffff;

void
wire_done(struct wire_out *out)
{
	if (out->bytes)
		explicit_bzero(out->bytes, out->size);
	free(out->bytes);
	*out = (struct wire_out){0};
}

/* Room for more bytes. Grows by copying, so that the old place can be wiped. */
static uint8_t *
make_room(struct wire_out *out, size_t more)
{
	if (more > out->size - out->used) {
		size_t size = (out->used + more) * 2 + 256;
		uint8_t *bytes = calloc(1, size);
		if (!bytes)
			abort();
		if (out->used) {
			memcpy(bytes, out->bytes, out->used);
			explicit_bzero(out->bytes, out->size);
		}
		free(out->bytes);
		out->bytes = bytes;
		out->size = size;
	}
	uint8_t *room = out->bytes + out->used;
	out->used += more;
	return room;
}

static void
store_u32(uint8_t *at, uint32_t number)
{
	for (int byte = 0; byte < 4; byte++)
		at[byte] = (uint8_t)(number >> (24 - 8 * byte));
}

static uint32_t
load_u32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void
wire_put_u32(struct wire_out *out, uint32_t number)
{
	store_u32(make_room(out, 4), number);
}

void
wire_put_i64(struct wire_out *out, int64_t number)
{
	wire_put_u32(out, (uint32_t)((uint64_t)number >> 32));
	wire_put_u32(out, (uint32_t)((uint64_t)number & 0xffffffff));
}

void
wire_put_bytes(struct wire_out *out, const void *bytes, size_t length)
{
	if (length >= NO_TEXT)
		abort();
	wire_put_u32(out, (uint32_t)length);
	if (length)
		memcpy(make_room(out, length), bytes, length);
}

void
wire_put_text(struct wire_out *out, const char *text)
{
	if (text)
		wire_put_bytes(out, text, strlen(text));
	else
		wire_put_u32(out, NO_TEXT);
}

static const uint8_t *
get(struct wire_in *in, size_t bytes)
{
	if (in->broken || bytes > in->left) {
		in->broken = true;
		return NULL;
	}
	const uint8_t *at = in->at;
	in->at += bytes;
	in->left -= bytes;
	return at;
}

uint32_t
wire_get_u32(struct wire_in *in)
{
	const uint8_t *at = get(in, 4);

	return at ? load_u32(at) : 0;
}

int64_t
wire_get_i64(struct wire_in *in)
{
	uint64_t high = wire_get_u32(in);

	return (int64_t)(high << 32 | wire_get_u32(in));
}

const uint8_t *
wire_get_bytes(struct wire_in *in, struct arena *arena, size_t max, size_t *length)
{
	uint32_t size = wire_get_u32(in);

	*length = 0;
	if (size > max)
		in->broken = true;
	const uint8_t *at = get(in, size);
	if (!at)
		return NULL;
	uint8_t *copy = arena_take(arena, size + (size_t)1);
	memcpy(copy, at, size);
	*length = size;
	return copy;
}

const char *
wire_get_text(struct wire_in *in, struct arena *arena, size_t max)
{
	size_t length;

	if (!in->broken && in->left >= 4 && load_u32(in->at) == NO_TEXT) {
		(void)get(in, 4);
		return NULL;
	}
	const uint8_t *text = wire_get_bytes(in, arena, max, &length);
	if (text && memchr(text, 0, length)) {
		in->broken = true;
		return NULL;
	}
	return (const char *)text;
}

uint32_t
wire_get_below(struct wire_in *in, uint32_t bound)
{
	uint32_t number = wire_get_u32(in);

	if (number >= bound) {
		in->broken = true;
		return 0;
	}
	return number;
}

bool
wire_is_whole(const struct wire_in *in)
{
	return !in->broken && in->left == 0;
}

static int64_t
monotonic_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
wire_deadline(int64_t seconds)
{
	return monotonic_ms() + seconds * 1000;
}

/* Waits until the descriptor is ready for events, at the longest until the deadline. */
static bool
wait_ready(int fd, short events, int64_t deadline_at, struct failure *why)
{
	for (;;) {
		int wait = -1;
		if (deadline_at) {
			int64_t left = deadline_at - monotonic_ms();
			if (left <= 0)
				return fail(
				    why, REMEDY_RETRY, "wire.deadline", "no answer in time");
			wait = left > 60000 ? 60000 : (int)left;
			pulse_within(left / 1000 + 1);
		}
		struct pollfd one = {.fd = fd, .events = events};
		int ready = poll(&one, 1, wait);
		if (ready > 0)
			return true;
		if (ready < 0 && errno != EINTR)
			return fail(why, REMEDY_RETRY, "wire.closed", "poll: %s", strerror(errno));
	}
}

/* Sends all bytes; the descriptors ride on the first of them. */
static bool
send_all(int fd, const uint8_t *bytes, size_t length, const int *fds, size_t count,
    int64_t deadline_at, struct failure *why)
{
	while (length) {
		union {
			struct cmsghdr align;
			char bytes[CMSG_SPACE(sizeof(int) * WIRE_FDS_MAX)];
		} control = {0};
		struct iovec part = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = length};
		struct msghdr head = {.msg_iov = &part, .msg_iovlen = 1};

		if (count) {
			head.msg_control = control.bytes;
			head.msg_controllen = CMSG_SPACE(sizeof(int) * count);
			struct cmsghdr *rider = CMSG_FIRSTHDR(&head);
			rider->cmsg_level = SOL_SOCKET;
			rider->cmsg_type = SCM_RIGHTS;
			rider->cmsg_len = CMSG_LEN(sizeof(int) * count);
			memcpy(CMSG_DATA(rider), fds, sizeof(int) * count);
		}
		ssize_t put = sendmsg(fd, &head, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			if (!wait_ready(fd, POLLOUT, deadline_at, why))
				return false;
			continue;
		}
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return fail(why, REMEDY_RETRY, "wire.closed", "send: %s", strerror(errno));
		bytes += put;
		length -= (size_t)put;
		count = 0;
	}
	return true;
}

bool
wire_send_fds(int fd, uint32_t kind, const struct wire_out *message, const int *fds, size_t count,
    int64_t deadline_at, struct failure *why)
{
	uint8_t head[HEAD_BYTES];

	if (count > WIRE_FDS_MAX || (message && message->used >= NO_TEXT))
		abort();
	store_u32(head, kind);
	store_u32(head + 4, message ? (uint32_t)message->used : 0);
	return send_all(fd, head, sizeof head, fds, count, deadline_at, why) &&
	    (!message || send_all(fd, message->bytes, message->used, NULL, 0, deadline_at, why));
}

bool
wire_send(
    int fd, uint32_t kind, const struct wire_out *message, int64_t deadline_at, struct failure *why)
{
	return wire_send_fds(fd, kind, message, NULL, 0, deadline_at, why);
}

static void
take_riders(struct msghdr *head, int *fds, size_t room, size_t *count)
{
	for (struct cmsghdr *rider = CMSG_FIRSTHDR(head); rider; rider = CMSG_NXTHDR(head, rider)) {
		if (rider->cmsg_level != SOL_SOCKET || rider->cmsg_type != SCM_RIGHTS)
			continue;
		size_t riders = (rider->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t at = 0; at < riders; at++) {
			int one;
			memcpy(&one, CMSG_DATA(rider) + at * sizeof(int), sizeof one);
			if (*count < room)
				fds[(*count)++] = one;
			else
				(void)close(one);
		}
	}
}

static bool
receive_all(int fd, uint8_t *bytes, size_t length, int *fds, size_t room, size_t *count,
    int64_t deadline_at, struct failure *why)
{
	while (length) {
		union {
			struct cmsghdr align;
			char bytes[CMSG_SPACE(sizeof(int) * WIRE_FDS_MAX)];
		} control = {0};
		struct iovec part = {.iov_base = bytes, .iov_len = length};
		struct msghdr head = {.msg_iov = &part,
		    .msg_iovlen = 1,
		    .msg_control = control.bytes,
		    .msg_controllen = sizeof control.bytes};

		if (!wait_ready(fd, POLLIN, deadline_at, why))
			return false;
		ssize_t got = recvmsg(fd, &head, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
		if (got < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK))
			continue;
		if (got < 0)
			return fail(
			    why, REMEDY_RETRY, "wire.closed", "receive: %s", strerror(errno));
		take_riders(&head, fds, room, count);
		if (got == 0)
			return fail(why, REMEDY_RETRY, "wire.closed", "the other side hung up");
		bytes += got;
		length -= (size_t)got;
	}
	return true;
}

static bool
receive_frame(int fd, struct arena *arena, size_t max, int64_t deadline_at, uint32_t *kind,
    struct wire_in *message, int *fds, size_t *count, struct failure *why)
{
	uint8_t head[HEAD_BYTES];

	if (!receive_all(
		fd, head, sizeof head, fds, fds ? WIRE_FDS_MAX : 0, count, deadline_at, why))
		return false;
	uint32_t length = load_u32(head + 4);
	if (length > max)
		return fail(why, REMEDY_RETRY, "wire.broken", "a frame of %u bytes", length);
	uint8_t *bytes = arena_take(arena, length);
	size_t late = 0;
	if (!receive_all(fd, bytes, length, NULL, 0, &late, deadline_at, why))
		return false;
	*kind = load_u32(head);
	*message = (struct wire_in){.at = bytes, .left = length};
	return true;
}

bool
wire_receive_fds(int fd, struct arena *arena, size_t max, int64_t deadline_at, uint32_t *kind,
    struct wire_in *message, int *fds, size_t *count, struct failure *why)
{
	*count = 0;
	if (receive_frame(fd, arena, max, deadline_at, kind, message, fds, count, why))
		return true;
	while (*count)
		(void)close(fds[--*count]);
	return false;
}

bool
wire_receive(int fd, struct arena *arena, size_t max, int64_t deadline_at, uint32_t *kind,
    struct wire_in *message, struct failure *why)
{
	size_t none = 0;

	return receive_frame(fd, arena, max, deadline_at, kind, message, NULL, &none, why);
}
