/* Starts and ends a misbehaving server, and reads what it heard. */
/* SPDX-License-Identifier: MIT */
#include "servers.h"

#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct servers {
	GPid pid;
	int input; /* its end is the server's end, however this process dies */
	char *folder;
	GHashTable *ports;
};

static void
must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "misbehaving servers: %s\n", what);
	abort();
}

static void
read_ports(struct servers *servers, int output)
{
	FILE *lines = fdopen(output, "r");
	char name[64];
	int port;

	must(lines != NULL, "no output");
	while (fscanf(lines, "%63s %d", name, &port) == 2 && port)
		g_hash_table_insert(servers->ports, g_strdup(name), GINT_TO_POINTER(port));
	must(!strcmp(name, "ready"), "did not start");
	fclose(lines);
}

struct servers *
servers_start(const char *program)
{
	struct servers *servers = g_new0(struct servers, 1);
	g_autofree char *path =
	    g_build_filename(g_getenv("WANDLE_SOURCE"), "tests", "servers", program, NULL);
	int output;

	servers->folder = g_dir_make_tmp("wandle-servers-XXXXXX", NULL);
	must(servers->folder != NULL, "no folder");
	char *argv[] = {(char *)"/usr/bin/python3", (char *)"-B", path, servers->folder, NULL};
	servers->ports = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	must(g_spawn_async_with_pipes(NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
		 &servers->pid, &servers->input, &output, NULL, NULL),
	    "cannot start python3");
	read_ports(servers, output);
	return servers;
}

void
servers_stop(struct servers *servers)
{
	g_autofree char *folder = servers->folder;
	const char *name;
	GDir *dir;

	(void)kill(servers->pid, SIGTERM);
	(void)waitpid(servers->pid, NULL, 0);
	(void)close(servers->input);
	dir = g_dir_open(folder, 0, NULL);
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		(void)unlink(path);
	}
	if (dir)
		g_dir_close(dir);
	(void)rmdir(folder);
	g_hash_table_destroy(servers->ports);
	g_free(servers);
}

char *
servers_url(
    const struct servers *servers, const char *scheme, const char *host, const char *scenario)
{
	int port = GPOINTER_TO_INT(g_hash_table_lookup(servers->ports, scenario));

	must(port != 0, scenario);
	return g_strdup_printf("%s://%s:%d", scheme, host, port);
}

char *
servers_file(const struct servers *servers, const char *name)
{
	return g_build_filename(servers->folder, name, NULL);
}

unsigned
servers_heard(const struct servers *servers, const char *scenario, const char *line)
{
	g_autofree char *path = servers_file(servers, "heard.log");
	g_autofree char *start = g_strdup_printf("%s %s", scenario, line);
	char *heard = NULL;
	size_t size = 0;
	unsigned count = 0;
	FILE *log = fopen(path, "r");

	must(log != NULL, path);
	while (getline(&heard, &size, log) > 0)
		count += g_str_has_prefix(heard, start);
	free(heard);
	fclose(log);
	return count;
}
