/* Whose work a lease is, so that the work of the dead is taken up at once. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_OWNER_H
#define MAILROOM_OWNER_H

#include "base/base.h"

enum { OWNER_BYTES = 160 };

/*
 * "duty:host:pid:start", of this very process; the start tells two processes of one number apart.
 */
void owner_name(const char *duty, char out[OWNER_BYTES]);

/*
 * True for an owner of this host whose process is no more. Of another host it cannot be told:
 * false.
 */
bool owner_is_gone(const char *owner);

#endif
