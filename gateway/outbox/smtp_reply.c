/* Listens to an SMTP server line by line, and tells the judgement from the talk around it. */
/* SPDX-License-Identifier: MIT */
#include "outbox/smtp_reply.h"

#include <string.h>

/* RFC 5321 4.2.3: after a refusal libcurl says QUIT, and the answer must not hide the refusal. */
enum { QUIT_REPLY = 221 };

/* "250 text", "250-text" or "250"; the code, or 0 for a line that is no reply. */
static int
read_code(const char *line, size_t length, bool *is_last)
{
	if (length < 3 || line[0] < '2' || line[0] > '5' || line[1] < '0' || line[1] > '9' ||
	    line[2] < '0' || line[2] > '9')
		return 0;
	if (length > 3 && line[3] != ' ' && line[3] != '-')
		return 0;
	*is_last = length == 3 || line[3] == ' ';
	return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

/* The text goes to ledger, log and terminal: nothing but printable ASCII may pass. */
static void
copy_clean(char *out, const char *line, size_t length)
{
	for (size_t at = 0; at < length; at++)
		out[at] = line[at] >= ' ' && line[at] <= '~' ? line[at] : '?';
	out[length] = '\0';
}

static void
end_line(struct smtp_talk *talk)
{
	size_t length = talk->line_used;
	bool is_last = false;

	talk->line_used = 0;
	if (length && talk->line[length - 1] == '\r')
		length--;
	int code = read_code(talk->line, length, &is_last);
	if (!code || code == QUIT_REPLY || !is_last || talk->verdict)
		return;
	if (talk->data_begun)
		talk->verdict = code;
	talk->code = code;
	copy_clean(talk->text, talk->line, length);
}

void
smtp_talk_hear(struct smtp_talk *talk, const char *bytes, size_t length)
{
	for (size_t at = 0; at < length; at++) {
		if (bytes[at] == '\n')
			end_line(talk);
		else if (talk->line_used < sizeof talk->line - 1)
			talk->line[talk->line_used++] = bytes[at];
	}
}

static const char ID_CHARACTERS[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

static void
copy_id(const char *id, size_t length, char *out, size_t size)
{
	if (length == 0 || length >= size)
		return;
	memcpy(out, id, length);
	out[length] = '\0';
}

void
smtp_queue_id(const char *text, char *out, size_t size)
{
	static const char *const BEFORE[] = {"queued as ", "OK id=", "[InternalId="};
	const char *after = strstr(text, " Message accepted for delivery");

	out[0] = '\0';
	for (size_t at = 0; at < COUNT_OF(BEFORE); at++) {
		const char *found = strstr(text, BEFORE[at]);
		if (!found)
			continue;
		found += strlen(BEFORE[at]);
		copy_id(found, strspn(found, ID_CHARACTERS), out, size);
		return;
	}
	if (!after)
		return;
	const char *start = after;
	while (start > text && strchr(ID_CHARACTERS, start[-1]))
		start--;
	if (start > text && start[-1] == ' ')
		copy_id(start, (size_t)(after - start), out, size);
}
