/* Mails that the server does not hand out: whose fault it is, and another try later. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_REFETCH_H
#define MAILROOM_REFETCH_H

#include "mailroom/reconcile.h"

/*
 * Whether the server hands out a mail of the Handled folder, on a connection of its own: a fetch that
 * fails is that mail's own fault only then. True where that folder holds none to ask for.
 */
bool refetch_server_is_well(const struct settings *settings);

/*
 * Asks once more for mails that were taken in without their bytes, a bounded number and the next ones
 * in the next call, and takes in those that come. On a connection of its own, which the server may
 * cut. inbox: the mailbox, open.
 */
void refetch(struct reconciler *reconciler, const struct inbox *inbox);

#endif
