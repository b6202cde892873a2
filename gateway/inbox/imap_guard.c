/* Watches an IMAP server's answer for what its parser could not bear. */
/* SPDX-License-Identifier: MIT */
#include "inbox/imap_guard.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool
refuse(struct imap_guard *guard, const char *fault)
{
	if (!guard->fault)
		guard->fault = fault;
	return false;
}

static void
begin_line(struct imap_guard *guard)
{
	guard->head_used = 0;
	guard->parens = 0;
	guard->brace = BRACE_NONE;
}

void
imap_guard_begin(struct imap_guard *guard, uint64_t max_bytes)
{
	guard->bytes_left = max_bytes;
	guard->status = IMAP_NONE;
	guard->text[0] = '\0';
}

/*
 * Only these may hold a literal: "* 12 FETCH ...", and the folder name of "* LIST ...". In the
 * free text of a status line a brace is a brace.
 */
static bool
may_hold_literal(const struct imap_guard *guard)
{
	if (guard->head_used < 6 || strncmp(guard->head, "* ", 2))
		return false;
	return isdigit((unsigned char)guard->head[2]) || !strncasecmp(guard->head + 2, "LIST", 4);
}

static enum imap_status
status_named(const char *word, size_t length)
{
	if (length == 2 && !strncasecmp(word, "OK", 2))
		return IMAP_OK;
	if (length == 2 && !strncasecmp(word, "NO", 2))
		return IMAP_NO;
	return length == 3 && !strncasecmp(word, "BAD", 3) ? IMAP_BAD : IMAP_NONE;
}

/* "12 NO [TRYCREATE] No such folder": the tagged line; libetpan keeps its text, not its status. */
static void
note_tagged_line(struct imap_guard *guard)
{
	const char *word = memchr(guard->head, ' ', guard->head_used);
	size_t left, length = 0;

	if (guard->head_used == 0 || guard->head[0] == '*' || guard->head[0] == '+' || !word)
		return;
	word++;
	left = guard->head_used - (size_t)(word - guard->head);
	while (length < left && word[length] != ' ')
		length++;
	guard->status = status_named(word, length);
	size_t used = 0;
	for (size_t at = length + 1; at < left; at++)
		guard->text[used++] = word[at] >= ' ' && word[at] <= '~' ? word[at] : '?';
	guard->text[used] = '\0';
}

/* RFC 3501 4.3: a number in braces and CR LF announce a literal. */
static bool
end_line(struct imap_guard *guard)
{
	if (guard->brace != BRACE_CLOSED) {
		note_tagged_line(guard);
		begin_line(guard);
		return true;
	}
	guard->brace = BRACE_NONE;
	if (!may_hold_literal(guard))
		return refuse(guard, "a literal where none may be");
	if (guard->literal > guard->bytes_left) {
		guard->is_too_large = true;
		return refuse(guard, "a literal past the bound");
	}
	guard->literal_left = guard->literal;
	return true;
}

/* libetpan also takes "{5} " for a literal, against the grammar: nothing may hide that way. */
static bool
follow_brace(struct imap_guard *guard, char byte)
{
	if (byte == '{') {
		guard->brace = BRACE_OPEN;
		guard->literal = 0;
	} else if (guard->brace == BRACE_CLOSED) {
		if (byte == '\r')
			return true;
		guard->brace = BRACE_NONE;
		return !may_hold_literal(guard) ||
		    refuse(guard, "a literal that does not end its line");
	} else if (guard->brace != BRACE_NONE && isdigit((unsigned char)byte)) {
		guard->brace = BRACE_DIGITS;
		if (guard->literal < UINT32_MAX)
			guard->literal = guard->literal * 10 + (uint64_t)(byte - '0');
	} else if (guard->brace == BRACE_DIGITS && byte == '}') {
		guard->brace = BRACE_CLOSED;
	} else if (guard->brace != BRACE_DIGITS || byte != '+') {
		guard->brace = BRACE_NONE;
	}
	return true;
}

static bool
pass_byte(struct imap_guard *guard, char byte)
{
	if (byte == '\n')
		return end_line(guard);
	if (byte == '\0')
		return refuse(guard, "a NUL");
	if (byte == '(' && ++guard->parens > IMAP_PARENS_MAX)
		return refuse(guard, "too many parentheses");
	if (byte != '\r' && guard->head_used < sizeof guard->head - 1)
		guard->head[guard->head_used++] = byte;
	return follow_brace(guard, byte);
}

bool
imap_guard_pass(struct imap_guard *guard, const char *bytes, size_t length)
{
	if (guard->fault)
		return false;
	if (length > guard->bytes_left)
		return refuse(guard, "an answer past the bound");
	for (size_t at = 0; at < length;) {
		if (guard->literal_left) {
			size_t piece = length - at;
			if (piece > guard->literal_left)
				piece = (size_t)guard->literal_left;
			guard->literal_left -= piece;
			guard->bytes_left -= piece;
			at += piece;
		} else {
			guard->bytes_left--;
			if (!pass_byte(guard, bytes[at++]))
				return false;
		}
	}
	return true;
}
