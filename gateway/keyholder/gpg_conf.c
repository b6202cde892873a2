/* Reads gpg.conf line by line for what safety rests on. */
/* SPDX-License-Identifier: MIT */
#include "keyholder/gpg_conf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINES_MAX = 1000, LINE_MAX_BYTES = 1024 };

/*
 * Without the first two gpg cannot work where no file may be written, and then says "no data";
 * without the next two it asks the network for keys; a trust check at mail time stalls for seconds
 * and writes; an agent that gpg started itself would be ours to reap.
 */
static const char *const NEEDED[] = {"lock-never", "no-random-seed-file", "no-auto-key-retrieve",
    "no-auto-key-locate", "no-auto-check-trustdb", "weak-digest SHA1", "no-autostart"};

/*
 * max-output cuts a text short and gpgme calls it a success; the encrypt-to family, groups and
 * hidden recipients change for whom we seal; another trust model makes "valid" mean nothing; a
 * comment in the armor travels in the clear.
 */
static const char *const FORBIDDEN[] = {"max-output", "encrypt-to", "hidden-encrypt-to",
    "default-recipient", "default-recipient-self", "recipient", "hidden-recipient",
    "recipient-file", "throw-keyids", "group", "trust-model", "always-trust", "trusted-key",
    "auto-key-retrieve", "auto-key-locate", "ignore-mdc-error", "ignore-time-conflict",
    "ignore-valid-from", "ignore-crc-error", "allow-weak-digest-algos", "allow-multiple-messages",
    "allow-non-selfsigned-uid", "allow-weak-key-signatures", "output", "local-user", "default-key",
    "options", "homedir", "keyring", "no-default-keyring", "primary-keyring", "secret-keyring",
    "skip-verify", "unwrap", "try-all-secrets", "override-session-key", "import-options", "comment",
    "emit-version"};

/* The option of a line without dashes, its words joined by single spaces; "" for none. */
static void
tidy_line(const char *line, char out[LINE_MAX_BYTES])
{
	size_t used = 0;
	bool gap = false;

	line += strspn(line, " \t");
	if (strncmp(line, "--", 2) == 0)
		line += 2;
	for (; *line && *line != '\n' && *line != '\r' && used + 2 < LINE_MAX_BYTES; line++) {
		if (*line == '#' && !used)
			break;
		if (*line == ' ' || *line == '\t') {
			gap = used > 0;
			continue;
		}
		if (gap)
			out[used++] = ' ';
		gap = false;
		out[used++] = *line;
	}
	out[used] = 0;
}

static bool
check_line(const char *line, bool *has, struct failure *why)
{
	size_t name = strcspn(line, " =");

	for (size_t at = 0; at < COUNT_OF(FORBIDDEN); at++)
		if (strlen(FORBIDDEN[at]) == name && strncmp(line, FORBIDDEN[at], name) == 0)
			return fail(why, REMEDY_STOP, "key.configuration",
			    "gpg.conf must not have the line '%s'", FORBIDDEN[at]);
	for (size_t at = 0; at < COUNT_OF(NEEDED); at++)
		if (strcmp(line, NEEDED[at]) == 0)
			has[at] = true;
	return true;
}

static void
close_file(FILE **file)
{
	if (*file)
		(void)fclose(*file);
}

static bool
check_lines(FILE *file, struct failure *why)
{
	char line[LINE_MAX_BYTES], tidy[LINE_MAX_BYTES];
	bool has[COUNT_OF(NEEDED)] = {false};
	size_t lines = 0;

	while (fgets(line, sizeof line, file)) {
		if (++lines > LINES_MAX || (!strchr(line, '\n') && !feof(file)))
			return fail(why, REMEDY_STOP, "key.configuration", "gpg.conf is too long");
		tidy_line(line, tidy);
		if (!check_line(tidy, has, why))
			return false;
	}
	if (ferror(file))
		return fail(why, REMEDY_STOP, "key.configuration", "gpg.conf cannot be read");
	for (size_t at = 0; at < COUNT_OF(NEEDED); at++)
		if (!has[at])
			return fail(why, REMEDY_STOP, "key.configuration",
			    "gpg.conf lacks the line '%s'", NEEDED[at]);
	return true;
}

bool
gpg_conf_check(const char *home, struct failure *why)
{
	struct stat folder;
	char path[4096];

	if (home[0] != '/' || stat(home, &folder) != 0)
		return fail(why, REMEDY_STOP, "key.configuration", "GnuPG home %.80s: %s", home,
		    home[0] == '/' ? strerror(errno) : "not an absolute path");
	if (!S_ISDIR(folder.st_mode) || folder.st_uid != geteuid() || folder.st_mode & 022)
		return fail(why, REMEDY_STOP, "key.configuration",
		    "GnuPG home %.80s must be a folder of ours that nobody else may write", home);
	if ((size_t)snprintf(path, sizeof path, "%s/gpg.conf", home) >= sizeof path)
		return fail(
		    why, REMEDY_STOP, "key.configuration", "the path of GnuPG home is too long");
	CLEANUP(close_file) FILE *file = fopen(path, "re");
	if (!file)
		return fail(
		    why, REMEDY_STOP, "key.configuration", "%.80s: %s", path, strerror(errno));
	return check_lines(file, why);
}
