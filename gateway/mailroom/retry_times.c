/* Doubling pauses with jitter, and a deadline that depends on urgency. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/retry_times.h"

#include <sodium.h>

int64_t
retry_pause(const struct settings *settings, unsigned tries)
{
	int64_t pause = settings->retry.first_pause_seconds;
	int64_t longest = settings->retry.longest_pause_seconds;

	for (unsigned done = 1; done < tries && pause < longest; done++)
		pause *= 2;
	if (pause > longest)
		pause = longest;
	if (pause < 1)
		pause = 1;
	return pause + randombytes_uniform((uint32_t)(pause / 4 + 1));
}

int64_t
retry_longest(const struct settings *settings)
{
	int64_t longest = settings->retry.longest_pause_seconds;

	return (longest > 0 ? longest : 1) * 5 / 4 + 1;
}

int64_t
retry_since(int64_t ready_at, int64_t resumed_at, int64_t now)
{
	if (ready_at > now)
		return resumed_at ? resumed_at : now;
	return ready_at > resumed_at ? ready_at : resumed_at;
}

int64_t
retry_deadline(const struct settings *settings, enum urgency urgency, int64_t ready_at)
{
	unsigned minutes = urgency == URGENCY_RED ? settings->retry.red_deadline_minutes
						  : settings->retry.deadline_minutes;

	return ready_at + (int64_t)minutes * 60;
}
