/* Asks the environment which mistake a test wants to be made. */
/* SPDX-License-Identifier: MIT */
#include "base/mistake.h"

#include <stdlib.h>
#include <string.h>

static const char *wanted;

/* At the start: the keyholder clears its environment, whose strings stay where they are. */
__attribute__((constructor)) static void
read_wanted(void)
{
	wanted = getenv("WANDLE_MISTAKE");
}

bool
mistake_is_made(const char *name)
{
	return wanted && strcmp(wanted, name) == 0;
}
