/* The whole life of a few mails, done as the three duties do it, and what must stand at its end. */
/* SPDX-License-Identifier: MIT */
#ifndef LEDGER_LIFE_H
#define LEDGER_LIFE_H

#include "ledger/ledger.h"

/*
 * Six mails: a concern that goes to one agency and waits for another, the desk's decision on it,
 * an unsigned mail, an auto-reply, a concern whose letter the server refuses, a mail too large.
 * Takes them in, sorts, delivers, until nothing is left to do. `now` must be past all leases of
 * earlier runs. The server is a file, `sink`: one line for each letter it accepted.
 *
 * May be stopped anywhere and run again, as the duties are.
 */
bool life_run(const char *path, const char *sink, int64_t now, struct failure *why);

/* How all ended, as a text to compare: cases, referrals, letters, counts; no times, no attempts. */
char *life_end(const char *path);

/* Letters that the server accepted twice. Every letter must be accepted once at least. */
size_t life_duplicates(const char *path, const char *sink);

#endif
