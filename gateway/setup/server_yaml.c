/* Reads a mail server's URL, login and encryption. */
/* SPDX-License-Identifier: MIT */
#include "setup/server_yaml.h"

#include <arpa/inet.h>
#include <glib.h>
#include <string.h>

/* The only words that switch encryption off, so that nobody does it by leaving something out. */
static const char NO_ENCRYPTION[] = "none, this is loopback";

struct scheme {
	const char *name;
	const char *section;
	int port;
	bool is_tls_at_once;
};

static const struct scheme SCHEMES[] = {
    {"imaps", "mailbox", 993, true},
    {"imap", "mailbox", 143, false},
    {"smtps", "submission", 465, true},
    {"smtp", "submission", 587, false},
};

static const struct scheme *
find_scheme(const char *name, const char *what)
{
	for (size_t at = 0; at < COUNT_OF(SCHEMES); at++)
		if (strcmp(name, SCHEMES[at].name) == 0 &&
		    g_str_has_prefix(what, SCHEMES[at].section))
			return &SCHEMES[at];
	return NULL;
}

static bool
host_is_plain(const char *host)
{
	struct in6_addr six;

	if (strchr(host, ':'))
		return inet_pton(AF_INET6, host, &six) == 1;
	return *host && strlen(host) <= 253 && host[0] != '.' && host[0] != '-' &&
	    host[strspn(
		host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")] == 0;
}

static bool
host_is_loopback(const char *host)
{
	struct in_addr four;

	return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	    (inet_pton(AF_INET, host, &four) == 1 && ntohl(four.s_addr) >> 24 == 127);
}

struct url_parts {
	char *scheme, *userinfo, *host, *path, *query, *fragment;
	int port;
};

static void
free_parts(struct url_parts *parts)
{
	g_free(parts->scheme);
	g_free(parts->userinfo);
	g_free(parts->host);
	g_free(parts->path);
	g_free(parts->query);
	g_free(parts->fragment);
}

static bool
split_url(const char *text, struct url_parts *parts)
{
	return g_uri_split(text, G_URI_FLAGS_NONE, &parts->scheme, &parts->userinfo, &parts->host,
	    &parts->port, &parts->path, &parts->query, &parts->fragment, NULL);
}

bool
read_server_url(const struct reading *reading, const struct yaml_node *node, const char *what,
    struct server *server)
{
	CLEANUP(free_parts) struct url_parts parts = {0};
	bool is_mailbox = g_str_has_prefix(what, "mailbox");
	const char *text;

	if (!read_text(reading, node, what, &text))
		return false;
	const struct scheme *scheme =
	    split_url(text, &parts) && parts.scheme ? find_scheme(parts.scheme, what) : NULL;
	if (!scheme || !parts.host || !host_is_plain(parts.host) || parts.port == 0) {
		yaml_fault(reading->faults, node, "%s: expected %s, here stands \"%s\"", what,
		    is_mailbox ? "imaps://mail.example.org:993 or imap://mail.example.org:143"
			       : "smtps://mail.example.org:465 or smtp://mail.example.org:587",
		    text);
		return false;
	}
	if (parts.userinfo || parts.query || parts.fragment ||
	    (parts.path && *parts.path && strcmp(parts.path, "/") != 0)) {
		yaml_fault(reading->faults, node,
		    "%s: expected server and port only, user and folder have keys of their own",
		    what);
		return false;
	}
	server->url =
	    arena_print(reading->arena, strchr(parts.host, ':') ? "%s://[%s]:%d" : "%s://%s:%d",
		scheme->name, parts.host, parts.port > 0 ? parts.port : scheme->port);
	return true;
}

bool
read_encryption(const struct reading *reading, const struct yaml_node *node, const char *what,
    struct server *server)
{
	const char *text;

	if (!yaml_text(node, what, &text, reading->faults))
		return false;
	if (strcmp(text, NO_ENCRYPTION) != 0) {
		yaml_fault(reading->faults, node,
		    "%s: expected \"%s\", or leave it out: then TLS is demanded", what,
		    NO_ENCRYPTION);
		return false;
	}
	server->plain_on_loopback = true;
	return true;
}

/* A path has a slash; a systemd credential's name has none. */
static bool
read_credential(const struct reading *reading, const struct yaml_node *node, const char *what,
    struct secret_source *out)
{
	const char *text;

	if (!read_text(reading, node, what, &text))
		return false;
	if (strchr(text, '/'))
		return read_path(reading, node, what, &out->credential);
	if (text[0] == '.') {
		yaml_fault(reading->faults, node,
		    "%s: expected the name of a systemd credential, or a path with a slash", what);
		return false;
	}
	out->credential = text;
	return true;
}

bool
read_secret(const struct reading *reading, const struct yaml_node *node, const char *what,
    struct secret_source *out)
{
	static const char *const KEYS[] = {"credential", "command"};

	if (node->kind == YAML_TEXT) {
		/* The text may be the secret itself, so it is not repeated. */
		yaml_fault(reading->faults, node,
		    "%s: no secret stands in this file, write {credential: NAME} or "
		    "{command: [PROGRAM, ARGUMENT]}",
		    what);
		return false;
	}
	if (!yaml_is_map(node, what, reading->faults))
		return false;
	yaml_only_keys(node, what, KEYS, COUNT_OF(KEYS), reading->faults);
	const struct yaml_node *credential = yaml_get(node, KEYS[0]);
	const struct yaml_node *command = yaml_get(node, KEYS[1]);
	if (!credential == !command) {
		yaml_fault(
		    reading->faults, node, "%s: expected either a credential or a command", what);
		return false;
	}
	const char *whole =
	    arena_print(reading->arena, "%s.%s", what, credential ? KEYS[0] : KEYS[1]);
	return credential ? read_credential(reading, credential, whole, out)
			  : read_argv(reading, command, whole, &out->command);
}

void
check_server(const struct reading *reading, const struct yaml_node *section, const char *name,
    const struct server *server)
{
	CLEANUP(free_parts) struct url_parts parts = {0};

	if (!section || section->kind != YAML_MAP)
		return;
	const struct yaml_node *encryption = yaml_get(section, "encryption");
	if (!server->user != !yaml_get(section, "password"))
		yaml_fault(reading->faults, section,
		    "%s: expected both user and password, or neither", name);
	if (!server->plain_on_loopback || !server->url || !split_url(server->url, &parts))
		return;
	if (find_scheme(parts.scheme, name)->is_tls_at_once)
		yaml_fault(reading->faults, encryption,
		    "%s.encryption says none, but %s:// is always encrypted", name, parts.scheme);
	else if (!host_is_loopback(parts.host))
		yaml_fault(reading->faults, encryption,
		    "%s.encryption: without TLS only 127.0.0.0/8, ::1 and localhost, not %s", name,
		    parts.host);
}
