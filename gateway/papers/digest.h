/* What a digest tells of a span of time: counts and references, a line each, no words of a mail. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_DIGEST_H
#define PAPERS_DIGEST_H

#include "base/base.h"

enum digest_part {
	DIGEST_MAILS,       /* received, what became of them, and the cases that they opened */
	DIGEST_REFERRALS,   /* sent, by agency */
	DIGEST_WAITING,     /* what waits at the desk, since when */
	DIGEST_LETTERS,     /* that failed, or may have gone out more than once */
	DIGEST_DIFFERENCES, /* of the last reconciliation */
	DIGEST_FAULTS,      /* of rule files */
	DIGEST_TRIALS,      /* rules that propose or watch, and how often the desk agreed */
	DIGEST_PARTS,
};
const char *digest_part_name(enum digest_part part); /* as templates and `wandle digest` spell it */

enum { DIGEST_LINES_MAX = 400, DIGEST_LINE_MAX_BYTES = 2000 };

struct digest_lines {
	const char **lines;
	size_t count;
};

/* From `since` until just before `until`. */
struct digest {
	int64_t since, until;
	struct digest_lines parts[DIGEST_PARTS];
};

#endif
