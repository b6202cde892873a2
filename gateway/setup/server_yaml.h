/* A mail server in the settings: its URL, login and encryption. */
/* SPDX-License-Identifier: MIT */
#ifndef SETUP_SERVER_YAML_H
#define SETUP_SERVER_YAML_H

#include "papers/settings.h"
#include "setup/setup_reading.h"

/*
 * Each reads the value of one key of `mailbox` or `submission` into *server; false with a fault.
 * `what` begins with the section's name.
 */
bool read_server_url(const struct reading *reading, const struct yaml_node *node, const char *what,
    struct server *server);
bool read_encryption(const struct reading *reading, const struct yaml_node *node, const char *what,
    struct server *server);
bool read_secret(const struct reading *reading, const struct yaml_node *node, const char *what,
    struct secret_source *out);

/* What no key can say alone: a login is whole, no encryption only on loopback. */
void check_server(const struct reading *reading, const struct yaml_node *section, const char *name,
    const struct server *server);

#endif
