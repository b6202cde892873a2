/* Starts a server that misbehaves on request, for the tests of the rooms that speak to servers. */
/* SPDX-License-Identifier: MIT */
#ifndef SERVERS_SERVERS_H
#define SERVERS_SERVERS_H

#include "base/base.h"

struct servers;

/* Starts tests/servers/PROGRAM, waits until its scenarios listen; ends the test if it can't. */
struct servers *servers_start(const char *program);
/* Ends it and removes its folder. */
void servers_stop(struct servers *servers);

/* "SCHEME://HOST:PORT" of a scenario, g_free(); an unknown scenario ends the test. */
char *servers_url(
    const struct servers *servers, const char *scheme, const char *host, const char *scenario);
/* A file of its folder, g_free(): "ca.pem". */
char *servers_file(const struct servers *servers, const char *name);
/* How many lines the scenario has heard that begin so; "(connected)" counts connections. */
unsigned servers_heard(const struct servers *servers, const char *scenario, const char *line);

#endif
