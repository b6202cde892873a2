/* Written answers made into a concern, with every fault. */
/* SPDX-License-Identifier: MIT */
#ifndef FORM_FORM_CONCERN_H
#define FORM_FORM_CONCERN_H

#include "form/form_answers.h"

/* Reads every answer into *concern and asks for what is missing; faults go to the answers. */
void concern_build(struct answers *answers, int64_t mail_date, struct concern *concern);

#endif
