/* Keeps the book of alarms in a small file, and in memory where there is none. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/alarm_book.h"

#include <fcntl.h>
#include <glib.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/mistake.h"

enum {
	BOOK_LEAST_BYTES = 4096, /* kept for the time when the disk is full: some eighty alarms */
	BOOK_MAX_BYTES = 256 * 1024,
	KEPT_SECONDS = 3600,
	LOCK_TRIES = 40,
	LOCK_STEP_MS = 5,
};

/* What this process raised itself: key to time. */
static GHashTable *
own_entries(void)
{
	static GHashTable *entries;

	if (!entries)
		entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return entries;
}

static void
enter(GHashTable *entries, const char *key, int64_t at)
{
	gint64 *kept = g_new(gint64, 1);

	*kept = at;
	(void)g_hash_table_replace(entries, g_strdup(key), kept);
}

static gboolean
is_over(gpointer key, gpointer at, gpointer now)
{
	(void)key;
	/* One of the future was written before the clock was set back. */
	return *(gint64 *)at + KEPT_SECONDS < *(gint64 *)now || *(gint64 *)at > *(gint64 *)now;
}

/* Locked, or -1: whoever holds it for longer must not hold up an alarm. */
static int
open_book(const char *ledger_path)
{
	g_autofree char *path = g_strconcat(ledger_path, ".alarms", NULL);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	for (int tries = 0; fd >= 0 && tries < LOCK_TRIES; tries++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		(void)poll(NULL, 0, LOCK_STEP_MS);
	}
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

/* "TIME CODE REFERENCE", a line each; what is not so is passed over. */
static void
read_book(int fd, GHashTable *entries)
{
	g_autofree char *text = g_malloc(BOOK_MAX_BYTES + 1);
	ssize_t length = pread(fd, text, BOOK_MAX_BYTES, 0);

	text[length > 0 ? length : 0] = '\0';
	/* Most of a book that nothing happened for is line ends. */
	for (char *line = text + strspn(text, "\n"); *line; line += strspn(line, "\n")) {
		char *behind, *end = line + strcspn(line, "\n");
		char kept = *end;
		*end = '\0';
		gint64 at = g_ascii_strtoll(line, &behind, 10);
		if (at > 0 && *behind == ' ' && behind[1])
			enter(entries, behind + 1, at);
		*end = kept;
		line = end;
	}
}

/* Over what stands there, and never shorter than it may have to be: that needs no room on the disk. */
static void
write_book(int fd, GHashTable *entries)
{
	g_autoptr(GString) text = g_string_new(NULL);
	GHashTableIter each;
	gpointer key, at;

	g_hash_table_iter_init(&each, entries);
	while (g_hash_table_iter_next(&each, &key, &at))
		if (text->len < BOOK_MAX_BYTES - 1024)
			g_string_append_printf(
			    text, "%" PRId64 " %s\n", *(gint64 *)at, (const char *)key);
	while (text->len < BOOK_LEAST_BYTES)
		g_string_append_c(text, '\n');
	if (pwrite(fd, text->str, text->len, 0) == (ssize_t)text->len)
		(void)!ftruncate(fd, (off_t)text->len);
}

void
alarm_book_prepare(const char *ledger_path)
{
	g_autoptr(GHashTable) entries =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	int fd = open_book(ledger_path);

	if (fd < 0)
		return;
	if (lseek(fd, 0, SEEK_END) < BOOK_LEAST_BYTES) {
		read_book(fd, entries);
		write_book(fd, entries);
	}
	(void)close(fd);
}

/* The latest that either knows. */
static int64_t
last_raised(GHashTable *entries, const char *key)
{
	const gint64 *shared = g_hash_table_lookup(entries, key);
	const gint64 *own = g_hash_table_lookup(own_entries(), key);

	if (shared && own)
		return MAX(*shared, *own);
	return shared ? *shared : own ? *own : 0;
}

static bool
has_code_of(GHashTable *entries, const char *key)
{
	size_t length = strcspn(key, " ") + 1;
	GHashTableIter each;
	gpointer known;

	g_hash_table_iter_init(&each, entries);
	while (g_hash_table_iter_next(&each, &known, NULL))
		if (strncmp(known, key, length) == 0)
			return true;
	return false;
}

static enum alarm_due
judge(GHashTable *entries, const char *key, int64_t now, int64_t pause)
{
	/* The mistake "no-book": each is raised as often as it comes. */
	if (last_raised(entries, key) + pause > now && !mistake("no-book"))
		return ALARM_NOT_DUE;
	if (g_hash_table_size(entries) < ALARMS_AN_HOUR || g_hash_table_contains(entries, key) ||
	    !has_code_of(entries, key))
		return ALARM_DUE;
	return ALARM_TOO_MANY;
}

enum alarm_due
alarm_book_ask(
    const char *ledger_path, const char *key, int64_t now, int64_t pause, int64_t unheard)
{
	g_autoptr(GHashTable) entries =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	gint64 time = now;
	int fd = open_book(ledger_path);

	if (fd >= 0)
		read_book(fd, entries);
	(void)g_hash_table_foreach_remove(entries, is_over, &time);
	(void)g_hash_table_foreach_remove(own_entries(), is_over, &time);
	enum alarm_due answer = judge(fd >= 0 ? entries : own_entries(), key, now, pause);
	if (answer == ALARM_DUE) {
		enter(own_entries(), key, now - pause + unheard);
		enter(entries, key, now - pause + unheard);
	}
	if (answer == ALARM_DUE && fd >= 0)
		write_book(fd, entries);
	if (fd >= 0)
		(void)close(fd);
	return answer;
}

void
alarm_book_enter(const char *ledger_path, const char *key, int64_t at)
{
	g_autoptr(GHashTable) entries =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	int fd = open_book(ledger_path);

	enter(own_entries(), key, at);
	if (fd < 0)
		return;
	read_book(fd, entries);
	enter(entries, key, at);
	write_book(fd, entries);
	(void)close(fd);
}
