/* The schema of the SQLite ledger, one script a version. */
/* SPDX-License-Identifier: MIT */
#ifndef LEDGER_LEDGER_SCHEMA_H
#define LEDGER_LEDGER_SCHEMA_H

#include <stddef.h>

/*
 * LEDGER_SCRIPTS[n], statements up to a NULL, brings a ledger of version n to version n + 1.
 * Released ones never change.
 */
extern const char *const *const LEDGER_SCRIPTS[];
extern const size_t LEDGER_VERSION;

#endif
