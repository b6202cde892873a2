/* Fills in the reason of a failure. */
/* SPDX-License-Identifier: MIT */
#include "base/failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool
fail(struct failure *why, enum remedy remedy, const char *code, const char *format, ...)
{
	va_list words;

	why->remedy = remedy;
	why->code = code;
	va_start(words, format);
	(void)vsnprintf(why->reason, sizeof why->reason, format, words);
	va_end(words);
	return false;
}

bool
fail_while(struct failure *why, const char *format, ...)
{
	char inner[sizeof why->reason];
	va_list words;

	memcpy(inner, why->reason, sizeof inner);
	va_start(words, format);
	int used = vsnprintf(why->reason, sizeof why->reason, format, words);
	va_end(words);
	if (used >= 0 && (size_t)used + 2 < sizeof why->reason)
		(void)snprintf(why->reason + used, sizeof why->reason - (size_t)used, ": %.*s",
		    (int)(sizeof why->reason - (size_t)used - 3), inner);
	return false;
}

const char *
remedy_name(enum remedy remedy)
{
	switch (remedy) {
	case REMEDY_RETRY:
		return "retry";
	case REMEDY_ASK_SENDER:
		return "ask-sender";
	case REMEDY_DESK:
		return "desk";
	case REMEDY_STOP:
		return "stop";
	}
	return "stop";
}
