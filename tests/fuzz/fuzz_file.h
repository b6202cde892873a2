/* Bytes as a file, for what reads a path. */
/* SPDX-License-Identifier: MIT */
#ifndef FUZZ_FILE_H
#define FUZZ_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* A file that is nowhere but in memory; its path is good while it is open. */
static inline int
keep_bytes(const void *bytes, size_t length, char path[32])
{
	int file = memfd_create("fuzz", MFD_CLOEXEC);

	if (file < 0 || write(file, bytes, length) != (ssize_t)length)
		abort();
	(void)snprintf(path, 32, "/proc/self/fd/%d", file);
	return file;
}

#endif
