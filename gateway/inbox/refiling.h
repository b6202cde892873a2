/* What a crash left half filed on a server without MOVE. */
/* SPDX-License-Identifier: MIT */
#ifndef INBOX_REFILING_H
#define INBOX_REFILING_H

#include "inbox/imap_session.h"

/*
 * Of these mails of `folder` (selected, and selected again afterwards), those that lie in `handled`
 * already, byte for byte, are marked \Deleted: a crash came between COPY and STORE, and they are
 * not to be copied a second time. Looks at the newest mails of `handled` only.
 */
MUST_CHECK bool refiling_mark_copied(struct imap_session *session, const char *folder,
    const char *handled, const GArray *uids, struct failure *why);

#endif
