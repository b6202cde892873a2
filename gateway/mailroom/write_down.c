/* Writes down what cannot be asked for again, however long the disk refuses it. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/write_down.h"

#include <glib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/log.h"
#include "base/mistake.h"
#include "mailroom/alarm.h"
#include "mailroom/signals.h"

enum {
	FIRST_PAUSE_MS = 100,
	LONGEST_PAUSE_MS = 10000,
	BUSY_TRIES_MAX = 60,
	LAST_TRIES = 15,
	ROOM_BYTES = 256 * 1024, /* a claim and its end take some twenty pages of 4 kB */
};

static bool
is_code(const struct failure *why, const char *code)
{
	return strcmp(why->code, code) == 0;
}

bool
write_down_has_room(const struct scribe *scribe, struct failure *why)
{
	struct statvfs disk;

	/* A file system that does not count its blocks says nothing of them. */
	if (!scribe->is_brief || statvfs(scribe->settings->ledger.path, &disk) != 0 ||
	    !disk.f_blocks || (uint64_t)disk.f_bavail * disk.f_frsize >= ROOM_BYTES)
		return true;
	return fail(why, REMEDY_STOP, "ledger.full", "less than %d kB are left on its disk",
	    ROOM_BYTES / 1024);
}

bool
write_down_later(const struct failure *why)
{
	/* The mistake "no-patience": nothing waits for a disk that is full, and its attempt counts. */
	if (mistake("no-patience") && is_code(why, "ledger.full"))
		return false;
	return is_code(why, "ledger.full") || is_code(why, "ledger.damaged");
}

/* After damage the files are read anew, by a handle that knows nothing of what was tried. */
static bool
try_once(struct scribe *scribe, write_down_call *call, void *context, struct failure *why)
{
	if (!*scribe->ledger && !ledger_open(scribe->settings->ledger.path, scribe->ledger, why))
		return false;
	if (call(*scribe->ledger, context, why))
		return true;
	if (scribe->was_damaged && is_code(why, "ledger.lease"))
		return true;
	if (is_code(why, "ledger.damaged")) {
		scribe->was_damaged = true;
		ledger_closep(scribe->ledger);
	}
	return false;
}

/* A signal that asks to stop ends no pause of the few that are left. */
static void
pause_for_disk(int milliseconds, bool is_last)
{
	if (is_last)
		g_usleep((unsigned long)milliseconds * 1000);
	else
		signals_nap(milliseconds);
}

bool
write_down(struct scribe *scribe, write_down_call *call, void *context, struct failure *why)
{
	int pause = FIRST_PAUSE_MS;
	unsigned busy = 0, last = 0;

	while (!try_once(scribe, call, context, why)) {
		if (*scribe->ledger && is_code(why, "ledger.busy") && ++busy < BUSY_TRIES_MAX)
			continue;
		if (*scribe->ledger && !write_down_later(why))
			return false;
		bool is_last = scribe->is_brief || signals_ask_stop();
		if (is_last && ++last > LAST_TRIES)
			return *scribe->ledger ? false
					       : fail(why, REMEDY_STOP, "ledger.damaged",
						     "it could not be opened again");
		if (pause == FIRST_PAUSE_MS) {
			log_failure(LOG_LEVEL_ERROR, "writing down what was done", why);
			alarm_raise(scribe->settings, why->code, NULL);
		}
		(void)alarm_tend();
		pause_for_disk(is_last ? FIRST_PAUSE_MS : pause, is_last);
		pause = pause * 2 < LONGEST_PAUSE_MS ? pause * 2 : LONGEST_PAUSE_MS;
	}
	return true;
}
