/* The days of the year on which offices are closed. */
/* SPDX-License-Identifier: MIT */
#ifndef CLOCKS_HOLIDAYS_H
#define CLOCKS_HOLIDAYS_H

#include "base/faults.h"

enum { HOLIDAYS_MAX = 2000 }; /* eight a year */

struct holidays;

/* Reads bank-holidays.yaml: known_until, and days with their names. NULL on a fault. */
struct holidays *holidays_load(const char *path, struct faults *faults);
void holidays_free(struct holidays *holidays); /* accepts NULL */

bool holidays_have(const struct holidays *holidays, int32_t day);
int32_t holidays_known_until(const struct holidays *holidays);

#endif
