/* Fetches a password from a credential, a file or a program, and wipes it. */
/* SPDX-License-Identifier: MIT */
#include "setup/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

enum { SECRET_MAX_BYTES = 16 * 1024, COMMAND_MAX_SECONDS = 10 };

extern char **environ;

static void
close_file(int *file)
{
	if (*file >= 0)
		(void)close(*file);
}

/* Bytes of a secret on their way; wiped with the scope that reads them. */
struct draft {
	char bytes[SECRET_MAX_BYTES + 1];
	size_t length;
};

static void
wipe_draft(struct draft *draft)
{
	explicit_bzero(draft, sizeof *draft);
}

/* The first line, which must have something in it. */
static bool
take_first_line(const struct draft *draft, const char *from, char **secret, struct failure *why)
{
	size_t length = 0;

	while (length < draft->length && draft->bytes[length] != '\n')
		length++;
	if (length && draft->bytes[length - 1] == '\r')
		length--;
	if (!length || memchr(draft->bytes, 0, length))
		return fail(
		    why, REMEDY_STOP, "secret.missing", "%s: its first line is no secret", from);
	*secret = g_malloc(length + 1);
	memcpy(*secret, draft->bytes, length);
	(*secret)[length] = 0;
	return true;
}

/* Files of systemd's own folder are guarded by it; any other must be ours alone. */
static bool
check_file(int file, const char *path, bool is_guarded, struct failure *why)
{
	struct stat facts;

	if (fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode))
		return fail(why, REMEDY_STOP, "secret.missing", "%s is no file", path);
	if (!is_guarded && (facts.st_uid != geteuid() || facts.st_mode & 077))
		return fail(why, REMEDY_STOP, "secret.mode",
		    "%s must belong to us and have mode 0600: nobody else may read it", path);
	return true;
}

static bool
read_all(int file, const char *path, struct draft *draft, struct failure *why)
{
	while (draft->length < sizeof draft->bytes) {
		ssize_t got =
		    read(file, draft->bytes + draft->length, sizeof draft->bytes - draft->length);
		if (got == 0)
			return true;
		if (got < 0 && errno != EINTR)
			return fail(
			    why, REMEDY_STOP, "secret.missing", "%s: %s", path, g_strerror(errno));
		draft->length += got > 0 ? (size_t)got : 0;
	}
	return fail(why, REMEDY_STOP, "secret.missing", "%s is longer than %d bytes", path,
	    SECRET_MAX_BYTES);
}

static bool
fetch_credential(const char *credential, char **secret, struct failure *why)
{
	CLEANUP(wipe_draft) struct draft draft = {.length = 0};
	bool is_path = strchr(credential, '/') != NULL;
	const char *folder = getenv("CREDENTIALS_DIRECTORY");

	if (!is_path && !folder)
		return fail(why, REMEDY_STOP, "secret.missing",
		    "credential %s: systemd gave us none (LoadCredential= in the unit)",
		    credential);
	g_autofree char *path =
	    is_path ? g_strdup(credential) : g_build_filename(folder, credential, NULL);
	CLEANUP(close_file) int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (file < 0)
		return fail(why, REMEDY_STOP, "secret.missing", "%s: %s", path, g_strerror(errno));
	return check_file(file, path, !is_path, why) && read_all(file, path, &draft, why) &&
	    take_first_line(&draft, path, secret, why);
}

static int64_t
now_milliseconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A program that was started: it is ended, with all it started, when the scope ends. */
struct running {
	pid_t pid;
	int end; /* readable when it has ended */
	int output;
	int64_t deadline;
};

static int
await(pid_t pid)
{
	int status = 0;
	pid_t ended;

	do
		ended = waitpid(pid, &status, 0);
	while (ended < 0 && errno == EINTR);
	return status;
}

static void
end_running(struct running *running)
{
	if (running->pid > 0) {
		(void)kill(-running->pid, SIGKILL);
		(void)await(running->pid);
	}
	close_file(&running->end);
	close_file(&running->output);
}

/* Own group, so that all of it can be ended; default signals, no input, our standard error. */
static int
spawn(const char *const *argv, int output, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t manner;
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	if (posix_spawn_file_actions_init(&files) != 0)
		return ENOMEM;
	if (posix_spawnattr_init(&manner) != 0) {
		(void)posix_spawn_file_actions_destroy(&files);
		return ENOMEM;
	}
	(void)posix_spawnattr_setflags(
	    &manner, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	(void)posix_spawnattr_setpgroup(&manner, 0);
	(void)posix_spawnattr_setsigmask(&manner, &none);
	(void)posix_spawnattr_setsigdefault(&manner, &all);
	int failed = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	if (!failed)
		failed = posix_spawn_file_actions_adddup2(&files, output, 1);
	if (!failed)
		failed = posix_spawnp(pid, argv[0], &files, &manner, (char *const *)argv, environ);
	(void)posix_spawnattr_destroy(&manner);
	(void)posix_spawn_file_actions_destroy(&files);
	return failed;
}

static bool
start_command(const char *const *argv, struct running *running, struct failure *why)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return fail(why, REMEDY_STOP, "secret.command", "no pipe: %s", g_strerror(errno));
	CLEANUP(close_file) int output = ends[1];
	running->output = ends[0];
	running->deadline = now_milliseconds() + COMMAND_MAX_SECONDS * 1000;
	int failed = spawn(argv, output, &running->pid);
	if (failed) {
		running->pid = 0;
		return fail(why, REMEDY_STOP, "secret.command", "%s does not start: %s", argv[0],
		    g_strerror(failed));
	}
	running->end = pidfd_open(running->pid, 0);
	if (running->end < 0)
		return fail(why, REMEDY_STOP, "secret.command", "%s cannot be watched: %s", argv[0],
		    g_strerror(errno));
	return true;
}

static bool
wait_for(int file, const struct running *running, const char *program, struct failure *why)
{
	for (;;) {
		struct pollfd wanted = {.fd = file, .events = POLLIN};
		int64_t left = running->deadline - now_milliseconds();
		int ready = left > 0 ? poll(&wanted, 1, (int)left) : 0;
		if (ready > 0)
			return true;
		if (ready == 0)
			return fail(why, REMEDY_STOP, "secret.command",
			    "%s did not end within %d seconds", program, COMMAND_MAX_SECONDS);
		if (errno != EINTR)
			return fail(why, REMEDY_STOP, "secret.command", "%s: %s", program,
			    g_strerror(errno));
	}
}

static bool
read_output(
    const struct running *running, const char *program, struct draft *draft, struct failure *why)
{
	while (draft->length < sizeof draft->bytes) {
		if (!wait_for(running->output, running, program, why))
			return false;
		ssize_t got = read(running->output, draft->bytes + draft->length,
		    sizeof draft->bytes - draft->length);
		if (got == 0)
			return true;
		if (got < 0 && errno != EINTR)
			return fail(why, REMEDY_STOP, "secret.command", "%s: %s", program,
			    g_strerror(errno));
		draft->length += got > 0 ? (size_t)got : 0;
	}
	return fail(why, REMEDY_STOP, "secret.command", "%s printed more than %d bytes", program,
	    SECRET_MAX_BYTES);
}

static bool
command_ended_well(struct running *running, const char *program, struct failure *why)
{
	if (!wait_for(running->end, running, program, why))
		return false;
	int status = await(running->pid);
	running->pid = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	return fail(why, REMEDY_STOP, "secret.command", "%s ended with %s %d", program,
	    WIFEXITED(status) ? "exit" : "signal",
	    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

static bool
fetch_from_command(const char *const *argv, char **secret, struct failure *why)
{
	CLEANUP(wipe_draft) struct draft draft = {.length = 0};
	CLEANUP(end_running) struct running running = {.end = -1, .output = -1};

	return start_command(argv, &running, why) && read_output(&running, argv[0], &draft, why) &&
	    command_ended_well(&running, argv[0], why) &&
	    take_first_line(&draft, argv[0], secret, why);
}

bool
secret_fetch(const struct secret_source *source, char **secret, struct failure *why)
{
	if (source->command)
		return fetch_from_command(source->command, secret, why);
	if (source->credential)
		return fetch_credential(source->credential, secret, why);
	*secret = NULL;
	return true;
}

void
secret_forget(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	g_free(secret);
}
