/* Calls the operator by a way that is not mail. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_ALARM_H
#define MAILROOM_ALARM_H

#include <sys/types.h>

#include "papers/settings.h"

/*
 * Runs the settings' alarm_command with two more arguments, a code ("inbox.certificate",
 * "smtp.network") and a case reference or "-", and nothing of any mail; what it prints is
 * dropped. At most once in 15 minutes for the same code and reference, whichever of our
 * processes raises it and however often they start again; where the command failed, after a
 * minute. Never waits: the command is ended after 10 seconds. Without one only the log has it.
 */
void alarm_raise(const struct settings *settings, const char *code, const char *reference);

/* Takes ended commands away; true while one is under way. Cheap: for every turn of a loop. */
bool alarm_tend(void);

/* For whoever reaps all children of this process: one has ended. */
void alarm_note_end(pid_t pid, int status);

/* Waits for the commands under way, which is not long; for the end of a process. */
void alarm_finish(void);

#endif
