/* What the keyholder gives up before it touches a key. */
/* SPDX-License-Identifier: MIT */
#ifndef KEYHOLDER_START_CLEAN_H
#define KEYHOLDER_START_CLEAN_H

#include "base/failure.h"

enum { CONTROL_LINE = 3 }; /* the descriptor that sort leaves open for us */

/*
 * Gives up everything that keys and gpg have no need of: core files, other descriptors than the
 * standard ones and the control line, the environment, every socket but AF_UNIX, tracing, and,
 * unless keys may be added, each byte written to a file (gpg inherits all of it). Ends with its
 * parent, in a process group of its own. Adopts the gpg processes that gpgme leaves behind, unless
 * keys may be added: then an agent is started first, which must not be ours.
 *
 * fails   STOP  key.configuration   the kernel refuses a wall
 */
MUST_CHECK bool start_clean(bool may_write, struct failure *why);

/* From now on processes that lose their parent below us are our children. False with errno. */
bool adopt_children(void);

/* Lets a coverage build write its counts; in every other build it does nothing. */
void end_clean(void);

#endif
