/* Calls the operator by a way that is not mail. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_ALARM_H
#define MAILROOM_ALARM_H

#include <sys/types.h>

#include "ledger/ledger.h"
#include "papers/settings.h"

/*
 * Runs the settings' alarm_command with two more arguments, a code ("inbox.certificate",
 * "smtp.network") and a case reference or "-", and nothing of any mail; what it prints is
 * dropped. At most once in 15 minutes for the same code and reference, whichever of our
 * processes raises it and however often they start again; where the command failed or was not
 * heard of, after a minute. Where many are raised within an hour (alarm_book.h), the rest of them
 * is one, "alarm.more". Never waits: the command is ended after 10 seconds. Without one only the
 * log has it.
 *
 * For what is found out again while it lasts. What happens once is written down with its alarm
 * (ledger_due_alarms()), and raised by alarm_raise_due().
 */
void alarm_raise(const struct settings *settings, const char *code, const char *reference);

/*
 * Raises the alarms that are due in the ledger, and takes away there those that were heard, whether
 * one by one or as "alarm.more". Cheap where there are none; very many are looked at every ten seconds.
 */
void alarm_raise_due(struct ledger *ledger, const struct settings *settings);

/* Takes ended commands away; true while one is under way. Cheap: for every turn of a loop. */
bool alarm_tend(void);

/* For whoever reaps all children of this process: one has ended. */
void alarm_note_end(pid_t pid, int status);

/*
 * Raises what is still due, waits for the commands under way, which is not long, and writes down
 * what was heard; for the end of a process. ledger NULL: it has none.
 */
void alarm_finish(struct ledger *ledger, const struct settings *settings);

#endif
