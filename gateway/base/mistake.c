/* Asks the environment which mistake a test wants to be made. */
/* SPDX-License-Identifier: MIT */
#include "base/mistake.h"

#include <stdlib.h>
#include <string.h>

bool
mistake_is_made(const char *name)
{
	const char *wanted = getenv("WANDLE_MISTAKE");

	return wanted && strcmp(wanted, name) == 0;
}
