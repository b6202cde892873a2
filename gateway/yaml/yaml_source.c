/* Reads a YAML file and refuses bytes that would mislead its reader. */
/* SPDX-License-Identifier: MIT */
#include "yaml/yaml_source.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

enum { CLEAN_FAULTS_MAX = 20 };

static void
close_file(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

/* Reads at most one byte more than is allowed, so that a longer file shows. */
static bool
read_whole(int fd, char *bytes, size_t *length)
{
	size_t used = 0;

	while (used <= YAML_MAX_BYTES) {
		ssize_t got = read(fd, bytes + used, YAML_MAX_BYTES + 1 - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if (got == 0)
			break;
		used += (size_t)got;
	}
	*length = used;
	return true;
}

char *
yaml_source_read(const char *path, size_t *length, struct faults *faults)
{
	/* O_NONBLOCK: a pipe in the place of the file must not stop us at open. */
	CLEANUP(close_file) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat stat;

	if (fd < 0 || fstat(fd, &stat) != 0) {
		faults_add(faults, path, 0, 0, "cannot be read: %s", g_strerror(errno));
		return NULL;
	}
	if (!S_ISREG(stat.st_mode)) {
		faults_add(faults, path, 0, 0, "is no file");
		return NULL;
	}
	g_autofree char *bytes = g_malloc0(YAML_MAX_BYTES + 2);
	if (!read_whole(fd, bytes, length)) {
		faults_add(faults, path, 0, 0, "cannot be read: %s", g_strerror(errno));
		return NULL;
	}
	return g_steal_pointer(&bytes);
}

/* A place in the source while it is walked, counted as libyaml counts: in characters. */
struct walk {
	const char *name;
	struct faults *faults;
	unsigned line, column;
	bool is_indent; /* only white space so far on this line */
	unsigned found;
};

static void
add_fault(struct walk *walk, const char *text)
{
	faults_add(walk->faults, walk->name, walk->line, walk->column, "%s", text);
	walk->found++;
}

/*
 * Characters without a shape of their own: they come with text copied from a mail or a web page.
 * NEL, LS and PS are line ends for libyaml; bidi controls show a line in another order than it is
 * read in.
 */
static bool
is_invisible(gunichar one)
{
	switch (g_unichar_type(one)) {
	case G_UNICODE_CONTROL:
	case G_UNICODE_FORMAT:
	case G_UNICODE_LINE_SEPARATOR:
	case G_UNICODE_PARAGRAPH_SEPARATOR:
		return true;
	case G_UNICODE_SPACE_SEPARATOR:
		return one != ' ';
	default:
		return false;
	}
}

static void
check_character(struct walk *walk, gunichar one)
{
	char text[120];

	if (one == '\t') {
		if (walk->is_indent)
			add_fault(walk, "a tab at the start of the line: indent with spaces");
		walk->is_indent = false; /* one fault a line says enough */
		return;
	}
	if (is_invisible(one)) {
		(void)g_snprintf(text, sizeof text,
		    "a character that nobody can see (U+%04X): take it out, or write a plain space",
		    one);
		add_fault(walk, text);
	}
	if (one != ' ')
		walk->is_indent = false;
}

static void
check_characters(struct walk *walk, const char *at, const char *end)
{
	while (at < end && walk->found < CLEAN_FAULTS_MAX) {
		gunichar one = g_utf8_get_char(at);
		bool is_crlf = one == '\r' && at + 1 < end && at[1] == '\n';
		if (one == '\n') {
			walk->line++;
			walk->column = 0;
			walk->is_indent = true;
		} else if (!is_crlf) {
			check_character(walk, one);
		}
		walk->column++;
		at = g_utf8_next_char(at);
	}
}

bool
yaml_source_is_clean(const char *name, const char *bytes, size_t length, struct faults *faults)
{
	struct walk walk = {
	    .name = name, .faults = faults, .line = 1, .column = 1, .is_indent = true};
	const char *end;

	if (length > YAML_MAX_BYTES) {
		faults_add(faults, name, 0, 0, "is longer than %u kB", YAML_MAX_BYTES / 1024);
		return false;
	}
	bool is_utf8 = g_utf8_validate_len(bytes, length, &end);
	check_characters(&walk, bytes, end);
	if (!is_utf8 && walk.found < CLEAN_FAULTS_MAX)
		add_fault(&walk,
		    *end ? "a byte that is no UTF-8: save the file as UTF-8"
			 : "a NUL byte: this is no text file");
	return walk.found == 0;
}
