/* Passwords: from a credential, a file or a program, never from YAML. */
/* SPDX-License-Identifier: MIT */
#ifndef SETUP_SECRET_H
#define SETUP_SECRET_H

#include "base/failure.h"
#include "papers/settings.h"

/* As setup_secret() and setup_forget_secret() in the door. */
MUST_CHECK bool secret_fetch(
    const struct secret_source *source, char **secret, struct failure *why);
void secret_forget(char *secret);

#endif
