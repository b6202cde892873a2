/* Tells whether gpg-agent answers, and ends one that hangs. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_AGENT_WATCH_H
#define MAILROOM_AGENT_WATCH_H

#include "base/base.h"

/*
 * True when there is an agent of this home that takes a connection and then does not say its
 * greeting within two seconds: it hangs, or was stopped. One that is not there is not silent.
 */
bool agent_is_silent(const char *home);

/* Kills the agent that gpgconf started for this home: it listens to nothing else. Keys are on the disk. */
void agent_end(const char *home);

#endif
