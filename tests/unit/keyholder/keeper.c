/* Starts the program under test and speaks to it as sort and a job's child do. */
/* SPDX-License-Identifier: MIT */
#include "key_world.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

void
add_key(struct entry *entry, const char *fingerprint, int32_t until_day)
{
	struct pinned_key *key = &entry->keys[entry->key_count++];

	(void)snprintf(key->fingerprint, sizeof key->fingerprint, "%s", fingerprint);
	key->until_day = until_day;
}

struct directory *
usual_directory(struct arena *arena)
{
	static const struct {
		enum entry_kind kind;
		const char *id;
		int people[3];
	} ENTRIES[] = {
	    {ENTRY_AGENCY, "mash", {MASH_TWO, MASH_ONE, -1}},
	    {ENTRY_AGENCY, "half", {EXPIRED, MASH_ONE, -1}},
	    {ENTRY_AGENCY, "expired", {EXPIRED, -1}},
	    {ENTRY_AGENCY, "revoked", {REVOKED, -1}},
	    {ENTRY_AGENCY, "uncertified", {STRANGER, -1}},
	    {ENTRY_AGENCY, "missing", {UNKNOWN, -1}},
	    {ENTRY_AGENCY, "sign-only", {SIGN_ONLY, -1}},
	    {ENTRY_AGENCY, "keyless", {-1}},
	    {ENTRY_AGENCY, "rotated", {ROTATED, -1}},
	    {ENTRY_OFFICER, "alice", {ALICE, -1}},
	    {ENTRY_OFFICER, "bob", {BOB, -1}},
	    {ENTRY_DESK, "alice", {ALICE, -1}},
	};
	struct directory *directory = arena_take(arena, sizeof *directory);

	directory->count = COUNT_OF(ENTRIES);
	directory->entries = arena_take_many(arena, directory->count, sizeof *directory->entries);
	for (size_t at = 0; at < directory->count; at++) {
		struct entry *entry = &directory->entries[at];
		entry->kind = ENTRIES[at].kind;
		entry->id = ENTRIES[at].id;
		for (int person = 0; ENTRIES[at].people[person] >= 0; person++)
			add_key(entry, world.fingerprints[ENTRIES[at].people[person]], INT32_MAX);
	}
	return directory;
}

struct keeper
keeper_start(bool is_admin)
{
	const char *const words[] = {getenv("WANDLE_KEYHOLDER"), is_admin ? "--admin" : NULL, NULL};

	return keeper_start_as(words);
}

struct keeper
keeper_start_as(const char *const words[])
{
	struct keeper keeper;
	int lines[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, lines), 0);
	keeper.process = fork();
	if (keeper.process == 0) {
		/* dup2 to itself would keep close-on-exec. */
		int line = lines[1] == 3 ? dup(lines[1]) : lines[1];
		(void)dup2(line, 3);
		(void)execvp(words[0], (char *const *)(uintptr_t)words);
		_exit(127);
	}
	(void)close(lines[1]);
	keeper.control = lines[0];
	return keeper;
}

bool
keeper_greet(struct keeper *keeper, struct arena *arena, struct key_hello *hello,
    struct pinned_key *own, struct failure *why)
{
	CLEANUP(wire_done) struct wire_out out = {0};
	struct wire_in in;
	uint32_t kind;

	key_put_hello(&out, hello);
	assert_true(wire_send(keeper->control, KEY_HELLO, &out, wire_deadline(60), why));
	if (!wire_receive(
		keeper->control, arena, KEY_FRAME_MAX_BYTES, wire_deadline(60), &kind, &in, why))
		return false;
	if (kind == KEY_HELLO_OK) {
		(void)snprintf(own->fingerprint, sizeof own->fingerprint, "%s", hello->own_key);
		assert_true(key_get_states(&in, hello->directory, own));
		return true;
	}
	assert_int_equal(kind, KEY_ANSWER_FAILURE);
	key_get_failure(&in, arena, why);
	return false;
}

struct keeper
keeper_at_work(struct arena *arena)
{
	struct keeper keeper = keeper_start(false);
	struct key_hello hello = {.home = world.home,
	    .own_key = world.own,
	    .sealing_public = world.public_half,
	    .sealing_secret = world.secret_half,
	    .directory = usual_directory(arena)};
	struct pinned_key own = {0};
	struct failure why = {0};

	if (!keeper_greet(&keeper, arena, &hello, &own, &why))
		fail_msg("%s: %s", why.code, why.reason);
	return keeper;
}

int
keeper_job(struct keeper *keeper)
{
	struct failure why;
	int lines[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, lines), 0);
	assert_true(
	    wire_send_fds(keeper->control, KEY_JOB, NULL, &lines[1], 1, wire_deadline(10), &why));
	(void)close(lines[1]);
	return lines[0];
}

void
keeper_end_job(struct keeper *keeper, int line)
{
	struct arena *arena = arena_open(1 << 20);
	struct failure why = {0};
	struct wire_in in;
	uint32_t kind;

	(void)close(line);
	if (!wire_receive(keeper->control, arena, 1000, wire_deadline(30), &kind, &in, &why))
		fail_msg("%s: %s", why.code, why.reason);
	assert_int_equal(kind, KEY_JOB_OK);
	assert_true(wire_is_whole(&in));
	arena_close(arena);
}

void
keeper_end_with(struct keeper *keeper, int code)
{
	int status;

	(void)close(keeper->control);
	assert_int_equal(waitpid(keeper->process, &status, 0), keeper->process);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), code);
}

void
keeper_end(struct keeper *keeper)
{
	keeper_end_with(keeper, 0);
}

void
keeper_kill(struct keeper *keeper)
{
	int status;

	(void)close(keeper->control);
	assert_int_equal(kill(-keeper->process, SIGKILL), 0);
	assert_int_equal(waitpid(keeper->process, &status, 0), keeper->process);
}

bool
ask(int line, uint32_t kind, struct wire_out *request, struct arena *arena, struct wire_in *in,
    struct failure *why)
{
	uint32_t answered;

	if (!wire_send(line, kind, request, wire_deadline(30), why) ||
	    !wire_receive(line, arena, KEY_FRAME_MAX_BYTES, wire_deadline(60), &answered, in, why))
		return false;
	if (answered == KEY_ANSWER_OK)
		return true;
	assert_int_equal(answered, KEY_ANSWER_FAILURE);
	key_get_failure(in, arena, why);
	return false;
}

bool
ask_to_open(
    int line, GBytes *sealed, struct arena *arena, struct key_opened *out, struct failure *why)
{
	CLEANUP(wire_done) struct wire_out request = {0};
	struct wire_in in;

	wire_put_bytes(&request, g_bytes_get_data(sealed, NULL), g_bytes_get_size(sealed));
	if (!ask(line, KEY_OPEN, &request, arena, &in, why))
		return false;
	assert_true(key_get_opened(&in, arena, out));
	return true;
}
