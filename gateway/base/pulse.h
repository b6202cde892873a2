/* A duty's word to its supervisor that it lives, and how long it may now be silent. */
/* SPDX-License-Identifier: MIT */
#ifndef BASE_PULSE_H
#define BASE_PULSE_H

#include <poll.h>

#include "base/base.h"

/*
 * One word in a page that both have mapped: how often it was said, and the seconds for which nothing
 * more may be heard. Whoever is about to wait says so first, so nobody need know how long the other
 * parts of a duty may take. Where nobody listens (a command, a child) saying it does nothing.
 */

/* What a process that has just been started has until its first word. */
enum { PULSE_START_SECONDS = 120 };

/* Maps the page behind this descriptor and closes it. No child that is forked has the page. */
void pulse_begin(int fd);
/* For a process that was forked: nobody listens to it. */
void pulse_end(void);

/* It lives, and says so again within so many seconds. */
void pulse_within(int64_t seconds);

/* poll() that does not keep silent, however long it waits: milliseconds are not below 0. */
int pulse_poll(struct pollfd *fds, nfds_t count, int milliseconds);

/* A word's seconds. */
int64_t pulse_seconds(uint64_t word);

/* The words' page: bytes, and the word in it. */
enum { PULSE_PAGE_BYTES = 4096 };

#endif
