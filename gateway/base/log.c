/* Writes log lines to standard error. */
/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

static const char *speaker = "wandle";

void
log_begin(const char *duty)
{
	speaker = duty;
}

static void
write_whole(const char *line, size_t length)
{
	while (length) {
		ssize_t put = write(STDERR_FILENO, line, length);
		if (put <= 0)
			return;
		line += put;
		length -= (size_t)put;
	}
}

void
log_line(enum log_level level, const char *format, ...)
{
	char text[1024], line[1200];
	va_list words;

	va_start(words, format);
	(void)vsnprintf(text, sizeof text, format, words);
	va_end(words);
	for (char *at = text; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = '?';
	int length;
	if (getenv("JOURNAL_STREAM"))
		length = snprintf(line, sizeof line, "<%d>%s: %s\n", (int)level, speaker, text);
	else {
		int64_t now = clock_now();
		length = snprintf(line, sizeof line, "%lld %s[%d]: %s\n", (long long)now, speaker,
		    (int)getpid(), text);
	}
	if (length > 0)
		write_whole(line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
}

void
log_failure(enum log_level level, const char *doing, const struct failure *why)
{
	log_line(level, "%s: %s (%s, %s)", doing, why->reason, why->code, remedy_name(why->remedy));
}
