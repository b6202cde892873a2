/* What one job's child may ask for. */
/* SPDX-License-Identifier: MIT */
#ifndef KEYHOLDER_JOB_LINE_H
#define KEYHOLDER_JOB_LINE_H

#include "keyholder/keyring.h"
#include "keyholder/sealing_key.h"

/* Everything that the keyholder holds. */
struct holdings {
	struct arena *arena; /* of the HELLO */
	struct engine engine;
	struct keyring keyring;
	struct sealing_key sealing_key;
};

/* Answers requests on a job's own line, one at a time, until it hangs up or breaks the rules. */
void job_line_serve(struct holdings *holdings, int line);

#endif
