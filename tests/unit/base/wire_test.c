/* Tests of framed messages: what is put comes out, and lies are noticed. */
/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/wire.h"

#include <cmocka.h> /* last: it has a macro of the name fail */

static int pair[2];
static struct arena *arena;
static struct failure why;

static int
set_up(void **state)
{
	(void)state;
	arena = arena_open(64 * 1024 * 1024);
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
}

static int
tear_down(void **state)
{
	(void)state;
	arena_close(arena);
	(void)close(pair[0]);
	(void)close(pair[1]);
	return 0;
}

static void
test_wire__what_is_put_comes_out(void **state)
{
	(void)state;
	struct wire_out out = {0};
	struct wire_in in;
	uint32_t kind;
	size_t length;

	wire_put_u32(&out, 0xfedcba98);
	wire_put_i64(&out, INT64_MIN + 5);
	wire_put_text(&out, "ref");
	wire_put_text(&out, NULL);
	wire_put_text(&out, "");
	wire_put_bytes(&out, "a\0b", 3);
	assert_true(wire_send(pair[0], 7, &out, wire_deadline(5), &why));
	wire_done(&out);
	assert_true(wire_receive(pair[1], arena, 1000, wire_deadline(5), &kind, &in, &why));
	assert_int_equal(kind, 7);
	assert_int_equal(wire_get_u32(&in), 0xfedcba98);
	assert_true(wire_get_i64(&in) == INT64_MIN + 5);
	assert_string_equal(wire_get_text(&in, arena, 10), "ref");
	assert_null(wire_get_text(&in, arena, 10));
	assert_string_equal(wire_get_text(&in, arena, 10), "");
	assert_memory_equal(wire_get_bytes(&in, arena, 10, &length), "a\0b", 3);
	assert_int_equal(length, 3);
	assert_true(wire_is_whole(&in));
}

/* Reads of a message that is shorter, longer or other than it says. */
static void
test_wire__a_lie_breaks_the_message_for_good(void **state)
{
	(void)state;
	static const uint8_t LONG_TEXT[] = {0, 0, 0, 9, 'x', 'y'}, NUL_TEXT[] = {0, 0, 0, 2, 'x', 0};
	static const uint8_t FOUR[] = {0, 0, 0, 4};
	struct wire_in in = {.at = LONG_TEXT, .left = sizeof LONG_TEXT};
	size_t length;

	assert_null(wire_get_text(&in, arena, 100));
	assert_true(in.broken);
	assert_int_equal(wire_get_u32(&in), 0);
	assert_false(wire_is_whole(&in));
	in = (struct wire_in){.at = NUL_TEXT, .left = sizeof NUL_TEXT};
	assert_null(wire_get_text(&in, arena, 100));
	assert_true(in.broken);
	in = (struct wire_in){.at = FOUR, .left = sizeof FOUR};
	assert_int_equal(wire_get_below(&in, 4), 0);
	assert_true(in.broken);
	in = (struct wire_in){.at = FOUR, .left = sizeof FOUR};
	assert_null(wire_get_bytes(&in, arena, 3, &length));
	assert_true(in.broken);
	in = (struct wire_in){.at = FOUR, .left = sizeof FOUR};
	assert_false(wire_is_whole(&in));
}

static void
test_wire__descriptors_ride_along_close_on_exec(void **state)
{
	(void)state;
	int ends[2], fds[WIRE_FDS_MAX];
	struct wire_in in;
	uint32_t kind;
	size_t count;
	char got[3] = {0};

	assert_int_equal(pipe(ends), 0);
	assert_true(wire_send_fds(pair[0], 3, NULL, ends, 2, wire_deadline(5), &why));
	assert_true(wire_receive_fds(
	    pair[1], arena, 0, wire_deadline(5), &kind, &in, fds, &count, &why));
	assert_int_equal(count, 2);
	assert_true(fcntl(fds[0], F_GETFD) & FD_CLOEXEC);
	assert_int_equal(write(fds[1], "ok", 2), 2);
	assert_int_equal(read(ends[0], got, 2), 2);
	assert_string_equal(got, "ok");
	for (int at = 0; at < 2; at++) {
		(void)close(ends[at]);
		(void)close(fds[at]);
	}
}

static void
test_wire__ends_at_the_deadline_at_a_hangup_and_past_the_limit(void **state)
{
	(void)state;
	struct wire_out out = {0};
	struct wire_in in;
	uint32_t kind;

	assert_false(wire_receive(pair[1], arena, 10, wire_deadline(0), &kind, &in, &why));
	assert_string_equal(why.code, "wire.deadline");
	wire_put_bytes(&out, "0123456789", 10);
	assert_true(wire_send(pair[0], 1, &out, wire_deadline(5), &why));
	assert_false(wire_receive(pair[1], arena, 10, wire_deadline(5), &kind, &in, &why));
	assert_string_equal(why.code, "wire.broken");
	wire_done(&out);
	assert_int_equal(shutdown(pair[0], SHUT_RDWR), 0);
	assert_false(wire_send(pair[0], 1, NULL, wire_deadline(5), &why));
	assert_string_equal(why.code, "wire.closed");
}

/* More than a socket buffers: the sender must wait for the reader, in both directions of readiness. */
static void
test_wire__a_large_frame_passes_whole(void **state)
{
	(void)state;
	enum { LARGE = 20 * 1024 * 1024 };
	struct wire_in in;
	uint32_t kind;
	size_t length;

	pid_t pid = fork();
	if (pid == 0) {
		struct wire_out out = {0};
		uint8_t *bytes = arena_take(arena, LARGE);
		memset(bytes, 'q', LARGE);
		wire_put_bytes(&out, bytes, LARGE);
		_exit(!wire_send(pair[0], 9, &out, wire_deadline(60), &why));
	}
	assert_true(wire_receive(pair[1], arena, LARGE + 4, wire_deadline(60), &kind, &in, &why));
	const uint8_t *bytes = wire_get_bytes(&in, arena, LARGE, &length);
	assert_int_equal(length, LARGE);
	assert_int_equal(bytes[LARGE - 1], 'q');
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_wire__what_is_put_comes_out, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_wire__a_lie_breaks_the_message_for_good, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_wire__descriptors_ride_along_close_on_exec, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_wire__ends_at_the_deadline_at_a_hangup_and_past_the_limit, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_wire__a_large_frame_passes_whole, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
