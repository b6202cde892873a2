/* Calls the operator by a way that is not mail. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_ALARM_H
#define MAILROOM_ALARM_H

#include "papers/settings.h"

/*
 * Runs the settings' alarm_command with two more arguments, a code ("receive.certificate",
 * "red.duty-phone") and a case reference or "-", and nothing of any mail. At most once in 15
 * minutes for the same code and reference. Does not wait for it longer than 10 seconds; what it
 * prints is dropped. Without a command only the log has it.
 */
void alarm_raise(const struct settings *settings, const char *code, const char *reference);

#endif
