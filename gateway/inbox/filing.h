/* Mails that are done with go to another folder, with MOVE or what stands in for it. */
/* SPDX-License-Identifier: MIT */
#ifndef INBOX_FILING_H
#define INBOX_FILING_H

#include "inbox/imap_session.h"

/* Makes the folder where there is none. */
MUST_CHECK bool filing_ensure_folder(
    struct imap_session *session, const char *folder, struct failure *why);

/*
 * Moves these mails out of the selected folder. Safe to repeat; those that are gone count as
 * moved. Without MOVE and without UIDPLUS they may stay behind, copied and marked \Deleted, as
 * long as somebody else's marked mails would be expunged with them.
 *
 * fails   as imap_session.h says; inbox.refused also when the mails are still there afterwards
 */
MUST_CHECK bool filing_move(struct imap_session *session, const uint32_t *uids, size_t count,
    const char *folder, struct failure *why);

#endif
