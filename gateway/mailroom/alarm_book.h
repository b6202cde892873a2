/* When each alarm was raised last, known to all processes of one mailroom. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_ALARM_BOOK_H
#define MAILROOM_ALARM_BOOK_H

#include "base/base.h"

/*
 * The book is a file beside the ledger, "PATH.alarms": lines of time, code and case reference, no
 * older than an hour. Where it cannot be read or written (a full disk is worth an alarm too)
 * each process keeps to what it remembers itself: rather one alarm too many than none.
 */

/* True when `key` was not raised in the last `pause` seconds: then it counts as raised now. */
bool alarm_book_is_due(const char *ledger_path, const char *key, int64_t now, int64_t pause);

/* Writes down that `key` was raised at this time. */
void alarm_book_enter(const char *ledger_path, const char *key, int64_t at);

#endif
