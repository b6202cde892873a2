/* The lines that gpg.conf must have, and those it must not. */
/* SPDX-License-Identifier: MIT */
#ifndef KEYHOLDER_GPG_CONF_H
#define KEYHOLDER_GPG_CONF_H

#include "base/failure.h"

/*
 * Checks the home (a folder of our own that nobody else may write) and its gpg.conf.
 *
 * fails   STOP  key.configuration   names the line that is missing, or must go
 */
MUST_CHECK bool gpg_conf_check(const char *home, struct failure *why);

#endif
