/* What the supervisor or the operator asks of a duty while it works. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_SIGNALS_H
#define MAILROOM_SIGNALS_H

#include "base/base.h"

/*
 * SIGTERM and SIGINT ask to stop; SIGPIPE is ignored. SIGHUP asks the supervisor to load the active
 * rules again; whoever is none (`reloads` false) ignores it, with all its children: somebody may
 * send it to every process of our name.
 */
void signals_begin(bool reloads);
/* The defaults again, for a process that was forked; of SIGHUP nothing changes. */
void signals_end(void);
bool signals_ask_stop(void);
/* True once for each SIGHUP. */
bool signals_ask_reload(void);

/* Sleeps so many milliseconds, or until a signal. */
void signals_nap(int milliseconds);

/* A descriptor that becomes readable at the first signal, for waiting in poll(). */
int signals_wake_fd(void);

#endif
