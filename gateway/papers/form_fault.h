/* What is wrong with a filled form, in words an officer understands. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_FORM_FAULT_H
#define PAPERS_FORM_FAULT_H

#include "base/plain.h"

/* One thing to put right. The text may quote the form, so it goes into sealed letters only. */
struct form_fault {
	const char *code;  /* "form.missing", "form.unclear-date", ...: for the ledger and tests */
	const char *field; /* the field's name, NULL for the whole form */
	struct plain text; /* one or two sentences to the officer */
	bool asks_only;    /* the referral goes on without it; the officer is asked all the same */
};

struct form_faults {
	struct form_fault *faults;
	size_t count;
};

#endif
