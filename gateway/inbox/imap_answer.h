/* What libetpan read, turned into our own terms. */
/* SPDX-License-Identifier: MIT */
#ifndef INBOX_IMAP_ANSWER_H
#define INBOX_IMAP_ANSWER_H

#include <glib.h>
#include <libetpan/libetpan.h>

#include "inbox/imap_session.h"

/* A sorted list of UIDs as libetpan's set, neighbours joined; freed by the caller. */
struct mailimap_set *answer_set_of(const GArray *uids);

/* Appends the numbers of a SEARCH, sorted upwards, each once, 0 left out. */
void answer_take_uids(clist *numbers, GArray *uids);

/* True when a LIST names this folder as one that can be opened. */
bool answer_names_folder(clist *listed, const char *folder);

/* Fills in what the FETCH answers say of the mails whose uid is set. */
void answer_take_descriptions(clist *answers, struct imap_description *mails, size_t count);

/* True when one body came, BODY[] whole, of this UID, and no other body with it. */
bool answer_is_whole_mail(clist *answers, uint32_t uid);

#endif
