/* Compares words and times, and finds a family in /proc. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/watchdog.h"

#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mistake.h"
#include "base/pulse.h"

/* The duty may write the word and no more: were the page cut off, reading it would kill us. */
static int
make_page(void)
{
	int fd = memfd_create("wandle-pulse", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd >= 0 && ftruncate(fd, PULSE_PAGE_BYTES) == 0 &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
		return fd;
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

void
watchdog_open(struct watchdog *dog)
{
	*dog = (struct watchdog){.fd = make_page()};
	if (dog->fd < 0)
		return;
	void *at = mmap(NULL, PULSE_PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, dog->fd, 0);
	if (at != MAP_FAILED)
		dog->word = at;
	else
		watchdog_close(dog);
}

void
watchdog_close(struct watchdog *dog)
{
	if (dog->word)
		(void)munmap((void *)dog->word, PULSE_PAGE_BYTES);
	if (dog->fd >= 0)
		(void)close(dog->fd);
	*dog = (struct watchdog){.fd = -1};
}

static void
hear(struct watchdog *dog, uint64_t word, int64_t now)
{
	dog->heard = word;
	dog->heard_at = now;
}

void
watchdog_begin(struct watchdog *dog, int64_t now)
{
	if (!dog->word)
		return;
	atomic_store(dog->word, PULSE_START_SECONDS);
	dog->looked_at = now;
	hear(dog, PULSE_START_SECONDS, now);
}

bool
watchdog_finds_silent(struct watchdog *dog, int64_t now)
{
	/* The mistake "no-watchdog": nobody notices a duty that is silent. */
	if (!dog->word || mistake("no-watchdog"))
		return false;
	uint64_t word = atomic_load(dog->word);
	bool is_late = now - dog->looked_at > WATCHDOG_LATE_SECONDS;
	dog->looked_at = now;
	if (word != dog->heard || is_late) {
		hear(dog, word, now);
		return false;
	}
	int64_t most = MIN(pulse_seconds(word), WATCHDOG_MOST_SECONDS);
	bool is_silent = now - dog->heard_at > most + WATCHDOG_GRACE_SECONDS;
	if (is_silent)
		hear(dog, word, now);
	return is_silent;
}

/* 0 where it cannot be told. The name stands in brackets and may hold anything. */
static pid_t
parent_of(const char *pid)
{
	g_autofree char *path = g_build_filename("/proc", pid, "stat", NULL);
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return 0;
	const char *behind = strrchr(text, ')');
	/* ") S PARENT" */
	return behind && strlen(behind) > 4 ? (pid_t)strtol(behind + 4, NULL, 10) : 0;
}

static void
add_children(GArray *family, pid_t parent)
{
	g_autoptr(GDir) processes = g_dir_open("/proc", 0, NULL);
	const char *name;

	while (processes && (name = g_dir_read_name(processes))) {
		pid_t pid = g_ascii_isdigit(*name) ? (pid_t)strtol(name, NULL, 10) : 0;
		if (pid > 0 && parent_of(name) == parent)
			g_array_append_val(family, pid);
	}
}

/* Stopped first, so that none is born between the look and the end; the children go first. */
void
watchdog_kill(pid_t pid)
{
	g_autoptr(GArray) family = g_array_new(FALSE, FALSE, sizeof(pid_t));

	g_array_append_val(family, pid);
	for (guint at = 0; at < family->len; at++) {
		pid_t one = g_array_index(family, pid_t, at);
		(void)kill(one, SIGSTOP);
		add_children(family, one);
	}
	for (guint at = family->len; at > 0; at--)
		(void)kill(g_array_index(family, pid_t, at - 1), SIGKILL);
}
