/* Names owners of leases, and tells whether their process lives. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/owner.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mistake.h"
#include "mailroom/retry_times.h"

/* Parts of an owner's name. */
enum { DUTY, HOST, PID, START, BOOT, SPACE, PARTS };

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

/* The machine's run since it was switched on; one kernel's containers have the same. */
static char *
boot_name(void)
{
	char *text = NULL;

	if (!g_file_get_contents("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
		return g_strdup("-");
	return g_strdelimit(g_strstrip(text), ":", '-');
}

/* Numbers of processes mean the same in here only: "4026531836". */
static char *
space_name(void)
{
	g_autofree char *link = g_file_read_link("/proc/self/ns/pid", NULL);
	const char *number = link ? strchr(link, '[') : NULL;

	return number ? g_strndup(number + 1, strcspn(number + 1, "]:")) : g_strdup("-");
}

void
owner_name(const char *duty, char out[OWNER_BYTES])
{
	g_autofree char *boot = boot_name(), *space = space_name();
	char host[64];

	host_name(host);
	(void)snprintf(out, OWNER_BYTES, "%s:%s:%d:%llu:%s:%s", duty, host, (int)getpid(),
	    start_of((long)getpid()), boot, space);
}

enum where { HERE, BEFORE, ELSEWHERE };

/* From where one can tell whether it lives; BEFORE is this host, before it was started again. */
static enum where
where_of(gchar **parts)
{
	g_autofree char *boot = boot_name(), *space = space_name();
	char host[64];

	host_name(host);
	if (g_strv_length(parts) != PARTS || *boot == '-' || *space == '-')
		return ELSEWHERE;
	if (strcmp(parts[BOOT], boot) != 0)
		return strcmp(parts[HOST], host) == 0 ? BEFORE : ELSEWHERE;
	return strcmp(parts[SPACE], space) == 0 ? HERE : ELSEWHERE;
}

static bool
is_running(gchar **parts)
{
	return start_of(strtol(parts[PID], NULL, 10)) == strtoull(parts[START], NULL, 10);
}

bool
owner_is_gone(const char *owner)
{
	g_auto(GStrv) parts = g_strsplit(owner, ":", -1);
	enum where where = where_of(parts);

	/* The mistake "no-heir": what a dead process held stays its own. */
	if (mistake("no-heir"))
		return false;
	return where == BEFORE || (where == HERE && !is_running(parts));
}

bool
owner_is_here(const char *owner)
{
	g_auto(GStrv) parts = g_strsplit(owner, ":", -1);

	return where_of(parts) == HERE && is_running(parts);
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
	return ledger_free_leases(ledger, owner_is_gone, clock_now(), retry_longest(settings),
	    LEASE_MAX_SECONDS, &freed, why);
}
