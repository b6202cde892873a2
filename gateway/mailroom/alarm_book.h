/* When each alarm was raised last, known to all processes of one mailroom. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_ALARM_BOOK_H
#define MAILROOM_ALARM_BOOK_H

#include "base/base.h"

/*
 * The book is a file beside the ledger, "PATH.alarms": lines of time, code and case reference, no
 * older than an hour. It keeps its room on the disk, so that it can be written when the disk is full:
 * a duty that is started again and again then raises that no more often. Where it cannot be read or
 * written each process keeps to what it remembers itself: rather one alarm too many than none.
 */

/* Takes that room, where there is no book yet. */
void alarm_book_prepare(const char *ledger_path);

enum alarm_due {
	ALARM_NOT_DUE,
	ALARM_DUE,
	ALARM_TOO_MANY, /* others were raised within the hour, as many as anybody would read */
};
enum { ALARMS_AN_HOUR = 20 };

/*
 * Whether `key`, a code and a case reference, is to be raised: not where that was done in the last
 * `pause` seconds. Within an hour only ALARMS_AN_HOUR different ones are, and besides the first of
 * each code, so that many of one kind hide none of another. One that is due counts as raised now,
 * but only for `unheard` seconds until alarm_book_enter() says that it was heard: whoever raises
 * it may be killed.
 */
enum alarm_due alarm_book_ask(
    const char *ledger_path, const char *key, int64_t now, int64_t pause, int64_t unheard);

/* Writes down that `key` was raised at this time. */
void alarm_book_enter(const char *ledger_path, const char *key, int64_t at);

#endif
