/* Names owners of leases, and tells whether their process lives. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/owner.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "mailroom/retry_times.h"

/* Fields of /proc/PID/stat, counted from 1 behind the program's name. */
enum { STATE_FIELD = 1, START_FIELD = 20, LOOK_SECONDS = 10 };

/*
 * When a process started, in ticks since boot; 0 when there is none. One that has ended and that
 * nobody has waited for is none: in a container whose first process reaps nothing it stays so.
 */
static unsigned long long
start_of(long pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%ld/stat", pid);
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return 0;
	/*
	 * The name stands in brackets and may hold anything, so the fields are counted behind it.
	 */
	const char *behind = strrchr(text, ')');
	g_auto(GStrv) fields = g_strsplit(behind ? behind + 1 : "", " ", -1);
	if (g_strv_length(fields) <= START_FIELD || strchr("ZX", *fields[STATE_FIELD]))
		return 0;
	return strtoull(fields[START_FIELD], NULL, 10);
}

static void
host_name(char out[64])
{
	if (gethostname(out, 64) != 0)
		(void)g_strlcpy(out, "localhost", 64);
	out[63] = 0;
	(void)g_strdelimit(out, ":", '-');
}

void
owner_name(const char *duty, char out[OWNER_BYTES])
{
	char host[64];

	host_name(host);
	(void)snprintf(
	    out, OWNER_BYTES, "%s:%s:%d:%llu", duty, host, (int)getpid(), start_of((long)getpid()));
}

static bool
is_of_here(gchar **parts)
{
	char host[64];

	host_name(host);
	return g_strv_length(parts) == 4 && strcmp(parts[1], host) == 0;
}

static bool
is_running(gchar **parts)
{
	return start_of(strtol(parts[2], NULL, 10)) == strtoull(parts[3], NULL, 10);
}

bool
owner_is_gone(const char *owner)
{
	g_auto(GStrv) parts = g_strsplit(owner, ":", -1);

	return is_of_here(parts) && !is_running(parts);
}

bool
owner_is_here(const char *owner)
{
	g_auto(GStrv) parts = g_strsplit(owner, ":", -1);

	return is_of_here(parts) && is_running(parts);
}

bool
owner_free_leases(
    struct ledger *ledger, const struct settings *settings, int64_t *next_at, struct failure *why)
{
	size_t freed;

	if (clock_steady() < *next_at)
		return true;
	*next_at = clock_steady() + LOOK_SECONDS;
	ledger_know_owners(ledger, owner_is_here);
	return ledger_free_leases(
	    ledger, owner_is_gone, clock_now(), retry_longest(settings), &freed, why);
}
