/* Counts durable steps in a file, and kills at the one a test asked for. */
/* SPDX-License-Identifier: MIT */
#include "base/step.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * Writes this step's line and returns its number. With O_APPEND the kernel chooses the place and
 * writes in one go, so where our own line ended is its number: no two processes get the same.
 */
static long
count_step(const char *path, const char *name)
{
	char line[STEP_LINE_BYTES + 1];
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd < 0)
		abort();
	(void)snprintf(line, sizeof line, "%11d %-51.51s\n", getpid(), name);
	if (write(fd, line, STEP_LINE_BYTES) != STEP_LINE_BYTES)
		abort();
	off_t end = lseek(fd, 0, SEEK_CUR);
	(void)close(fd);
	return (long)(end / STEP_LINE_BYTES);
}

void
step_reached(const char *name)
{
	const char *path = getenv("WANDLE_STEP_FILE");
	const char *stop_at = getenv("WANDLE_STOP_AT");

	if (!path)
		return;
	long number = count_step(path, name);
	if (stop_at && number == strtol(stop_at, NULL, 10))
		(void)kill(0, SIGKILL);
}

int64_t
step_clock_shift(void)
{
	static int64_t shift;
	const char *path = getenv("WANDLE_CLOCK_FILE");
	char text[24] = "";

	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return shift;
	if (read(fd, text, sizeof text - 1) > 0)
		shift = strtoll(text, NULL, 10);
	(void)close(fd);
	return shift;
}
