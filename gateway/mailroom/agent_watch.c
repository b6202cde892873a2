/* Asks gpg-agent's socket for its greeting, and finds its process by its command line. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/agent_watch.h"

#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { GREETING_MS = 2000 };

/* The socket lies in the home or, where the system has such folders, below /run/user: gpgconf knows. */
static char *
find_socket(const char *home)
{
	const char *words[] = {"gpgconf", "--homedir", home, "--list-dirs", "agent-socket", NULL};
	char *path = NULL;

	if (!g_spawn_sync(NULL, (char **)(uintptr_t)words, NULL,
		G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &path, NULL, NULL,
		NULL))
		return NULL;
	return g_strchomp(path);
}

/* -1 when nobody listens there. */
static int
reach(const char *home)
{
	static char *path;
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (!path)
		path = find_socket(home);
	if (!path || !*path || strlen(path) >= sizeof address.sun_path)
		return -1;
	(void)g_strlcpy(address.sun_path, path, sizeof address.sun_path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

bool
agent_is_silent(const char *home)
{
	int fd = reach(home);
	struct pollfd one = {.fd = fd, .events = POLLIN};

	if (fd < 0)
		return false;
	bool is_silent = poll(&one, 1, GREETING_MS) == 0;
	(void)close(fd);
	return is_silent;
}

/* "gpg-agent --homedir HOME ...", as gpgconf starts it. */
static bool
is_agent_of(const char *pid, const char *home)
{
	g_autofree char *path = g_build_filename("/proc", pid, "cmdline", NULL);
	g_autofree char *words = NULL;
	gsize length = 0;
	bool is_home = false, is_option = false;

	if (!g_file_get_contents(path, &words, &length, NULL) || !length)
		return false;
	g_autofree char *program = g_path_get_basename(words);
	if (strcmp(program, "gpg-agent") != 0)
		return false;
	for (const char *word = words; word < words + length; word += strlen(word) + 1) {
		is_home |= is_option && strcmp(word, home) == 0;
		is_option = strcmp(word, "--homedir") == 0;
	}
	return is_home;
}

/* The kernel's word for who listens there is of no use: that process has forked and ended. */
void
agent_end(const char *home)
{
	g_autoptr(GDir) processes = g_dir_open("/proc", 0, NULL);
	const char *name;

	while (processes && (name = g_dir_read_name(processes)))
		if (g_ascii_isdigit(*name) && is_agent_of(name, home))
			(void)kill((pid_t)strtol(name, NULL, 10), SIGKILL);
}
