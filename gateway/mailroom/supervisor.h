/* Starts the duties, starts them again when they fall, and ends them together. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_SUPERVISOR_H
#define MAILROOM_SUPERVISOR_H

#include "mailroom/duties.h"
#include "papers/settings.h"

struct supervisor_orders {
	const char *settings_path;
	bool once;
	bool wanted[DUTIES];
};

/*
 * Returns a sysexits code: 0 after a stop that was asked for, or when `once` has done what was
 * there.
 */
int supervise(const struct supervisor_orders *orders, const struct settings *settings);

#endif
