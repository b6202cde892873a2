/* Text to concern, naming every fault and not only the first. */
/* SPDX-License-Identifier: MIT */
#ifndef FORM_FORM_H
#define FORM_FORM_H

#include "base/faults.h"
#include "base/plain.h"
#include "papers/concern.h"
#include "papers/form_fault.h"

struct form;

/*
 * Loads form.yaml. Every fault goes to *faults with its place; returns NULL when there was one.
 * Immutable afterwards; form_free() accepts NULL.
 */
struct form *form_load(const char *path, struct faults *faults);
void form_free(struct form *form);
void form_freep(struct form **form);

const struct field_list *form_fields(const struct form *form);

/* The blank form as officers get it, newly allocated (g_free). desk_name stands in its first line.
 */
char *form_blank(const struct form *form, const char *desk_name, const char *desk_address);

/*
 * Reads a filled form out of mail text (UTF-8, LF line ends).
 *
 * needs   text of at most FORM_MAX_BYTES; mail_date as seconds since 1970, for what the form leaves
 * out gives   *concern and *faults in the arena, also when there are faults: whatever could be read
 * returns false when the text is no concern form at all (no label of ours in it): then *concern
 *         is empty and one fault says so
 */
MUST_CHECK bool form_read(const struct form *form, struct plain text, const char *desk_address,
    int64_t mail_date, struct arena *arena, struct concern *concern, struct form_faults *faults);

#endif
