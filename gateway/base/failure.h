/* What went wrong, said as what may be done about it. */
/* SPDX-License-Identifier: MIT */
#ifndef BASE_FAILURE_H
#define BASE_FAILURE_H

#include "base/base.h"

/* A mailroom can do four things about a failure, so there are four kinds. */
enum remedy {
	REMEDY_RETRY,      /* the world was busy: the same call may succeed later */
	REMEDY_ASK_SENDER, /* the sender can mend it: say what is missing, keep the mail */
	REMEDY_DESK,       /* a person must look: keep the mail and touch nothing */
	REMEDY_STOP,       /* the installation is wrong: stop before harm is done */
};

struct failure {
	enum remedy remedy;
	const char *code; /* stable, for ledger and tests: "open.no-key"; static storage */
	char reason[240]; /* for log and operator: never a word of a mail */
};

/* Fills in *why and returns false, so that a function can end with `return fail(...)`. */
bool fail(struct failure *why, enum remedy remedy, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Puts what was being done in front of the reason, on the way up. Returns false. */
bool fail_while(struct failure *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "retry", "ask-sender", "desk", "stop". */
const char *remedy_name(enum remedy remedy);

#endif
