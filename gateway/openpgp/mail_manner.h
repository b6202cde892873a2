/* Whether a mail is a letter, or something that a machine sent. */
/* SPDX-License-Identifier: MIT */
#ifndef OPENPGP_MAIL_MANNER_H
#define OPENPGP_MAIL_MANNER_H

#include "mime/mime_read.h"
#include "papers/opened_mail.h"

/*
 * Judges by the outer header alone, and never answers are sent to any but MAIL_LETTER:
 *   bounce      a delivery report (RFC 3464), or a mailer-daemon's mail
 *   auto-reply  Auto-Submitted other than no (RFC 3834 5), read receipts (RFC 8098), an empty
 *               return path, Precedence: auto_reply
 *   list        List-Id, or Precedence: bulk, list or junk; it may hold a concern all the same
 * X-Auto-Response-Suppress says nothing here: Outlook sets it on ordinary mail.
 */
enum mail_manner mail_manner_find(const struct mime_part *root, struct arena *arena);

/*
 * The Message-ID "<...>" of the mail that a bounce, receipt or auto-reply is about; empty when it
 * names none. It is a claim: nobody signed it.
 */
struct plain mail_manner_about(const struct mime_part *root, struct arena *arena);

#endif
