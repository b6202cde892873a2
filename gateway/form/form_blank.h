/* The blank form as officers get it. */
/* SPDX-License-Identifier: MIT */
#ifndef FORM_FORM_BLANK_H
#define FORM_FORM_BLANK_H

#include "form/form_definition.h"

/* Wider lines are broken by mail programs on their way. */
enum { BLANK_WIDTH = 72 };

/* The whole text, newly allocated (g_free). */
char *form_blank_write(const struct form *form, const char *desk_name, const char *desk_address);

/* The hint between label and colon; NULL where there is none. Newly allocated (g_free). */
char *form_hint(const struct form *form, const struct field *field);

#endif
