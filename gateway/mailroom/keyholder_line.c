/* Starts a keyholder, greets it, hands it jobs and ends it. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/keyholder_line.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mistake.h"
#include "mailroom/errand.h"
#include "papers/key_talk.h"

enum { HELLO_SECONDS = 60, HELLO_MAX_BYTES = 1024 * 1024, CONTROL_FD = 3 };

extern char **environ;

static bool
spawn(const char *program, bool admin, int control, pid_t *pid, struct failure *why)
{
	const char *const words[] = {program, admin ? "--admin" : NULL, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t defaults;

	(void)sigemptyset(&defaults);
	(void)sigaddset(&defaults, SIGPIPE);
	(void)posix_spawn_file_actions_init(&files);
	(void)posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	(void)posix_spawn_file_actions_adddup2(&files, control, CONTROL_FD);
	(void)posix_spawnattr_init(&attributes);
	(void)posix_spawnattr_setsigdefault(&attributes, &defaults);
	(void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
	int failed = posix_spawn(
	    pid, program, &files, &attributes, (char *const *)(uintptr_t)words, environ);
	(void)posix_spawn_file_actions_destroy(&files);
	(void)posix_spawnattr_destroy(&attributes);
	if (failed)
		return fail(why, REMEDY_STOP, "key.program", "%s: %s", program, strerror(failed));
	return true;
}

static bool
greet(struct keyholder *keyholder, const struct settings *settings, struct directory *directory,
    struct pinned_key *own, struct failure *why)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(4 * HELLO_MAX_BYTES);
	CLEANUP(wire_done) struct wire_out hello = {0};
	struct key_hello words = {.home = settings->openpgp.home,
	    .own_key = settings->identity.key,
	    .sealing_public = settings->ledger.sealing_public,
	    .sealing_secret = settings->ledger.sealing_key,
	    .directory = directory};
	int64_t deadline = wire_deadline(HELLO_SECONDS);
	struct wire_in answer;
	uint32_t kind;

	/* The answer is about this key, and must say so. */
	(void)g_strlcpy(own->fingerprint, settings->identity.key, sizeof own->fingerprint);
	key_put_hello(&hello, &words);
	if (!wire_send(keyholder->control, KEY_HELLO, &hello, deadline, why) ||
	    !wire_receive(
		keyholder->control, arena, HELLO_MAX_BYTES, deadline, &kind, &answer, why))
		return fail_while(why, "greeting the keyholder");
	if (kind == KEY_ANSWER_FAILURE) {
		key_get_failure(&answer, arena, why);
		return false;
	}
	if (kind != KEY_HELLO_OK || !key_get_states(&answer, directory, own))
		return fail(why, REMEDY_RETRY, "wire.broken", "the keyholder's answer is not one");
	return true;
}

bool
keyholder_start(const struct settings *settings, bool admin, struct directory *directory,
    struct pinned_key *own, struct keyholder *out, struct failure *why)
{
	struct keyholder started = {.control = -1};
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return fail(why, REMEDY_RETRY, "key.program", "socketpair: %s", strerror(errno));
	started.control = pair[0];
	bool spawned = spawn(settings->keyholder_program, admin, pair[1], &started.pid, why);
	(void)close(pair[1]);
	if (!spawned || !greet(&started, settings, directory, own, why)) {
		keyholder_end(&started);
		return false;
	}
	*out = started;
	return true;
}

void
keyholder_start_agent(const struct settings *settings)
{
	const char *const launch[] = {
	    "gpgconf", "--homedir", settings->openpgp.home, "--launch", "gpg-agent", NULL};

	(void)errand_run(launch, 10000);
}

bool
keyholder_start_serving(const struct settings *settings, struct directory *directory,
    struct keyholder *out, int *line, struct failure *why)
{
	struct pinned_key own = {0};
	int pair[2];

	keyholder_start_agent(settings);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return fail(why, REMEDY_RETRY, "key.program", "socketpair: %s", strerror(errno));
	bool serves = keyholder_start(settings, false, directory, &own, out, why) &&
	    keyholder_serve(out, pair[1], why);
	(void)close(pair[1]);
	if (serves)
		*line = pair[0];
	else {
		(void)close(pair[0]);
		keyholder_end(out);
	}
	return serves;
}

bool
keyholder_lives(const struct keyholder *keyholder)
{
	return errand_is_running(keyholder->pid);
}

bool
keyholder_serve(struct keyholder *keyholder, int line, struct failure *why)
{
	if (!wire_send_fds(
		keyholder->control, KEY_JOB, NULL, &line, 1, wire_deadline(HELLO_SECONDS), why))
		return false;
	keyholder->serving = 1;
	return true;
}

bool
keyholder_await(struct keyholder *keyholder, int64_t seconds, struct failure *why)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(4096);
	struct wire_in message;
	uint32_t kind;

	if (!keyholder->serving)
		return true;
	if (!wire_receive(
		keyholder->control, arena, 1024, wire_deadline(seconds), &kind, &message, why))
		return false;
	keyholder->serving = 0;
	if (kind != KEY_JOB_OK)
		return fail(why, REMEDY_RETRY, "wire.broken", "the keyholder answers out of turn");
	return true;
}

void
keyholder_end(struct keyholder *keyholder)
{
	/* The mistake "open-line": the line to one that fell stays open. */
	if (keyholder->control >= 0 && !mistake("open-line"))
		(void)close(keyholder->control);
	if (keyholder->pid > 0)
		(void)kill(-keyholder->pid, SIGKILL);
	/* The mistake "no-burial": nobody waits for one that has ended. */
	if (keyholder->pid > 0 && !mistake("no-burial"))
		(void)waitpid(keyholder->pid, NULL, 0);
	*keyholder = (struct keyholder){.control = -1};
}

bool
keyholder_add_key(struct keyholder *keyholder, const uint8_t *bytes, size_t length,
    const char *fingerprint, struct arena *arena, const char **note, struct failure *why)
{
	CLEANUP(wire_done) struct wire_out request = {0};
	int64_t deadline = wire_deadline(HELLO_SECONDS);
	struct wire_in answer;
	uint32_t kind;

	wire_put_text(&request, fingerprint);
	wire_put_bytes(&request, bytes, length);
	if (!wire_send(keyholder->control, KEY_ADD, &request, deadline, why) ||
	    !wire_receive(
		keyholder->control, arena, HELLO_MAX_BYTES, deadline, &kind, &answer, why))
		return false;
	if (kind == KEY_ANSWER_FAILURE) {
		key_get_failure(&answer, arena, why);
		return false;
	}
	enum key_state state = wire_get_below(&answer, KEY_UNSUITABLE + 1);
	(void)wire_get_i64(&answer);
	if (kind != KEY_ADD_OK || !wire_is_whole(&answer))
		return fail(why, REMEDY_RETRY, "wire.broken", "the keyholder's answer is not one");
	*note = arena_print(arena, "%s is %s", fingerprint, key_state_name(state));
	return true;
}

bool
keyholder_back_up(struct keyholder *keyholder, const char *recovery, struct arena *arena,
    const char **armor, size_t *length, struct failure *why)
{
	CLEANUP(wire_done) struct wire_out request = {0};
	int64_t deadline = wire_deadline(HELLO_SECONDS);
	struct wire_in answer;
	uint32_t kind;

	wire_put_text(&request, recovery);
	if (!wire_send(keyholder->control, KEY_BACKUP, &request, deadline, why) ||
	    !wire_receive(
		keyholder->control, arena, KEY_FRAME_MAX_BYTES, deadline, &kind, &answer, why))
		return false;
	if (kind == KEY_ANSWER_FAILURE) {
		key_get_failure(&answer, arena, why);
		return false;
	}
	*armor = (const char *)wire_get_bytes(&answer, arena, KEY_FRAME_MAX_BYTES, length);
	if (kind != KEY_BACKUP_OK || !wire_is_whole(&answer) || !*length)
		return fail(why, REMEDY_RETRY, "wire.broken", "the keyholder's answer is not one");
	return true;
}

bool
keyholder_restore(const struct settings *settings, struct failure *why)
{
	const char *const words[] = {settings->keyholder_program, "--restore-keys",
	    settings->openpgp.home, settings->ledger.sealing_key, settings->ledger.sealing_public,
	    settings->identity.key, NULL};
	pid_t pid;
	int status = -1;

	int failed =
	    posix_spawn(&pid, words[0], NULL, NULL, (char *const *)(uintptr_t)words, environ);
	if (failed)
		return fail(why, REMEDY_STOP, "key.program", "%s: %s", words[0], strerror(failed));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	return fail(why, REMEDY_STOP, "key.restore", "the keys were not brought back");
}
