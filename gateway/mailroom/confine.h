/* Gives up every right that a process does not need. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_CONFINE_H
#define MAILROOM_CONFINE_H

#include "base/failure.h"

/*
 * For every process of ours: no core dump, not readable by others of the same user, no new
 * privileges.
 */
void confine_process(void);

/*
 * For a job's child, after all it may ever open is open: no file, no network, no exec, no fork,
 * bounded memory, processor time and descriptors. System calls outside a short list fail with
 * EPERM. Sanitizer builds keep their memory, coverage builds their files.
 * fails   RETRY  job.walls   the walls could not be put up: then nothing may be opened
 */
MUST_CHECK bool confine_child(struct failure *why);

/*
 * For receive and deliver, which run commands for passwords and alarms: no tracing of others, no
 * new namespaces, no kernel doors.
 */
MUST_CHECK bool confine_networker(struct failure *why);

#endif
