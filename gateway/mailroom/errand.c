/* Spawns, waits with a bound, and kills what does not end. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/errand.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/wait.h>

enum { STEP_MS = 5 };

extern char **environ;

static int
await_end(pid_t pid, int milliseconds)
{
	int status;

	for (int waited = 0; waited < milliseconds; waited += STEP_MS) {
		pid_t ended = waitpid(pid, &status, WNOHANG);
		if (ended == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		if (ended < 0 && errno != EINTR)
			return -1;
		(void)poll(NULL, 0, STEP_MS);
	}
	(void)kill(-pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	return -1;
}

pid_t
errand_begin(const char *const *argv)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	pid_t pid;

	(void)sigemptyset(&defaults);
	(void)sigaddset(&defaults, SIGPIPE);
	(void)posix_spawn_file_actions_init(&files);
	for (int fd = 0; fd < 3; fd++)
		(void)posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
	(void)posix_spawnattr_init(&attributes);
	(void)posix_spawnattr_setsigdefault(&attributes, &defaults);
	(void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
	int failed = posix_spawnp(
	    &pid, argv[0], &files, &attributes, (char *const *)(uintptr_t)argv, environ);
	(void)posix_spawn_file_actions_destroy(&files);
	(void)posix_spawnattr_destroy(&attributes);
	return failed ? -1 : pid;
}

int
errand_run(const char *const *argv, int milliseconds)
{
	pid_t pid = errand_begin(argv);

	return pid < 0 ? -1 : await_end(pid, milliseconds);
}

/* It is left for its own waitpid(): until then nobody else gets its number. */
bool
errand_is_running(pid_t child)
{
	siginfo_t end = {.si_pid = 0};

	return child > 0 && waitid(P_PID, (id_t)child, &end, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    !end.si_pid;
}
