/* Watches processes, and waits for conditions. */
/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "key_world.h"

#include <cmocka.h>

size_t
children_of(int process, int *out, size_t room)
{
	DIR *folder = opendir("/proc");
	size_t count = 0;

	assert_non_null(folder);
	for (struct dirent *at; (at = readdir(folder));) {
		char path[300], text[512] = "";
		int parent = -1;
		(void)snprintf(path, sizeof path, "/proc/%s/stat", at->d_name);
		FILE *file =
		    at->d_name[0] >= '0' && at->d_name[0] <= '9' ? fopen(path, "re") : NULL;
		if (!file)
			continue;
		(void)fread(text, 1, sizeof text - 1, file);
		(void)fclose(file);
		const char *behind = strrchr(text, ')');
		if (behind && sscanf(behind, ") %*c %d", &parent) == 1 && parent == process &&
		    count < room)
			out[count++] = (int)strtol(at->d_name, NULL, 10);
	}
	(void)closedir(folder);
	return count;
}

bool
has_ended(void *about)
{
	int process = *(int *)about;

	(void)waitpid(process, NULL, WNOHANG);
	return kill(process, 0) != 0;
}

bool
comes_true(bool (*condition)(void *), void *about)
{
	const struct timespec pause = {.tv_nsec = 5000000};

	for (int tries = 0; tries < 6000; tries++) {
		if (condition(about))
			return true;
		(void)nanosleep(&pause, NULL);
	}
	return false;
}
