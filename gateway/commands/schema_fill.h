/* The schemas of one site: its own agencies, fields, choices, blocks and areas are the words. */
/* SPDX-License-Identifier: MIT */
#ifndef COMMANDS_SCHEMA_FILL_H
#define COMMANDS_SCHEMA_FILL_H

#include "base/faults.h"
#include "commands/schema_texts.h"

struct schema_site;

/* Reads form, agencies, areas and the ids of rules out of a rules folder; NULL with faults. */
struct schema_site *schema_site_open(const char *folder, struct faults *faults);
void schema_site_close(struct schema_site *site); /* accepts NULL */
void schema_site_closep(struct schema_site **site);

/*
 * One schema, as it lies in a file; newly allocated. The words of another file are enumerated in
 * it, those of the file itself are not: what is added there is right at once.
 */
char *schema_fill(const struct schema_site *site, enum schema schema);

#endif
