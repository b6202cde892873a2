/* One line for the operator: references, fingerprints and reasons, never words of a mail. */
/* SPDX-License-Identifier: MIT */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/failure.h"

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};

/* Names the duty that speaks; the name must outlive the process. */
void log_begin(const char *duty);

/*
 * Writes "<level>duty: text" where the service manager reads it (JOURNAL_STREAM is set), else
 * with the time in front, to standard error. Control characters come out as '?'.
 */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A failure with what was being done. */
void log_failure(enum log_level level, const char *doing, const struct failure *why);

#endif
