/* What the desk is told, and what it decides. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_DESK_H
#define MAILROOM_DESK_H

#include "base/plain.h"
#include "papers/directory.h"
#include "papers/opened_mail.h"
#include "papers/outcome.h"

/*
 * What the sender can do about a mail that could not be accepted, by the code; NULL when nothing.
 */
const char *desk_advice(const char *code);

struct desk_line {
	enum decision_action action;
	struct plain agency; /* the word after SEND or NOT */
	struct plain reason; /* after "because" */
};

/*
 * Reads the decisions at the top of a reply: its first lines that are neither empty nor quoted,
 * each `SEND agency because ...`, `NOT agency because ...` or `CLOSE because ...`, up to the first line that
 * is none. Returns how many; 0 when the first line is no decision. `SEND agency` alone is one too, with
 * an empty reason: it is enough for what the rules propose.
 */
size_t desk_read_lines(struct plain text, struct desk_line *lines, size_t room);

/*
 * The case a reply is about: the reference in its protected subject, else the only one in its text.
 */
bool desk_find_case(const struct opened_mail *mail, const char *prefix, struct reference *out);

#endif
